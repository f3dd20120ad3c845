"""Long work that outlives its screen and its context, and what is left of it when the program ends before it."""
