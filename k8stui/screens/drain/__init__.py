"""The pages of a drain: its plan with the options, and its pods while it runs. Rules are in `operations.drain`."""
