"""The log page: what is followed, how it is read, searched, filtered and saved.

What must not enter: streams (`operations.logs`), what a line is and which are seen (`model.logs`), how it is painted
(`widgets`).
"""
