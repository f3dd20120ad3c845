"""What a rollout page says: how far it is, its revisions, its pods, and how two revisions differ. Pure.

Nothing that changes a rollout is here: builders do (`rollout`, `revisions`, `undo`). No feed, no screen, no clock.
"""
