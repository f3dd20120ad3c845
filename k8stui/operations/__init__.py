"""What a user can do to a cluster: builders make mutations (data), the gateway alone sends them, the journal keeps.

`mutation` and `building` are what all rooms share; `builders` make changes, `effects` and `rollouts` say what they
mean, `gateway` sends, `journal` and `jobs` keep, `drain` uses all of them. No screen, no widget and no layout of texts
enters here; nothing else of the house sends a write.
"""
