"""The life of what was made to debug: launched, waited for, kept in a record, removed, and swept where it was left.

What must not enter: how its objects are built (`operations.builders`), and screens.
"""
