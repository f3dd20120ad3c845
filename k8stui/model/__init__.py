"""Pure rules and typed rows: what Kubernetes' words mean and how kubectl would print them.

No I/O, no Textual, no clock of its own (`now` is passed in as seconds since the epoch, by the server's clock).
"""
