"""What is known of log lines: how they are kept, filtered, read as JSON and written out. Pure: it asks no server.

What must not enter: streams and reconnecting (`operations.logs`), and how a line is painted (`widgets`).
"""
