"""What a node's container runtime does: log books, what is inside a container, and the commands that run in it.

It reads the store and changes nothing in it: whether a container lives is the kubelet's to say, which is told of
signals and ends by hooks.
"""
