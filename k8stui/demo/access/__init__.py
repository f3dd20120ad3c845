"""Who asks, what they may, and the reviews that tell them. Nothing in here reads or writes other objects."""
