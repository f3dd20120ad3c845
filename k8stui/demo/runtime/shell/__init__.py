"""A small scripted shell with the commands that people type into containers; it touches nothing of this machine."""
