"""Exec and attach: the local terminal on one side, the channels of a container on the other.

What must not enter: screens, and how the terminal is taken from Textual; here it is file descriptors and sizes.
"""
