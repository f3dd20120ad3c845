"""What a user can do to a cluster: builders make mutations (data), the gateway alone sends them, the journal keeps.

No screen, no widget and no text layout enters here; nothing else of the house sends a write.
"""
