"""A shell or an attached container in the terminal: asked for, handed over, and what is said afterwards.

What must not enter: bytes, keys and line settings of the terminal (`operations.sessions`), and the request
(`operations.builders.sessions`, sent by the gateway).
"""
