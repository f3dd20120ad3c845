"""The debug-pod launcher and the sweep of what was left behind."""
