"""One object as a text, live: described, as YAML, or with what it is related to. Texts are made in `model`."""
