"""From an object to a text, to an editor and back: edit, apply, patch, and who reads what was edited."""
