"""Objects as bytes with a thin index, revisions, the event log, the table of kinds, refusals, and what is asked of any
object.

What a write means is the registry's; nothing in here knows of HTTP or has rules for single kinds (but where kinds are
data: the table, other shapes of what is stored).
"""
