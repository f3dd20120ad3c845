"""Following logs: which containers, their streams, reconnecting without loss, restarts, and the order of their lines.

What must not enter: how lines are kept, filtered or shown (`model.logs`, the widget and the screen).
"""
