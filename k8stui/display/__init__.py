"""Between Textual and the terminal: frames that wait for the line, and a terminal that is always given back.

Knows bytes and file descriptors; no rows, no screens of ours. `restore` imports nothing of Textual: the command line
needs it before Textual is loaded.
"""
