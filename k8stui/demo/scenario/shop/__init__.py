"""The shop on a bad day, as data: what stands there, what was done to it, and how its containers behave."""
