"""What a rollout page says: how far it is, its revisions, its pods, and how two revisions differ. Pure."""
