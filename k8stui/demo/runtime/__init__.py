"""What a node's container runtime does: log books, what is inside a container, and the commands that run in it."""
