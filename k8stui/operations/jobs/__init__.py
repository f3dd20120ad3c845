"""Long work that outlives its screen and its context, and what is left of it when the program ends before it.

What a job does is no matter of this room (`drain`); no screen enters, nothing is sent.
"""
