"""The incident of the demo as data, and what writes its first moment into the store."""
