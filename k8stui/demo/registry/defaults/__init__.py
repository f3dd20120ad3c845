"""The values that a server fills in: one rule per kind, each touching only what the client left out."""
