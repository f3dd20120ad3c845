"""Why things are not as they are wanted, in plain words, with the object to mend; `why` for all kinds.

Modules have `wants`, the neighbours to read next as far as is known by now, and `explain` or `reasons`, the lines; both
pure. What a table says of a row in one sentence belongs to the row's own module.
"""
