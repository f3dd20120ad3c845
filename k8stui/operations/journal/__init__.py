"""What was done: the file that keeps it, its texts, and how a change is taken back.

No secret and no value of an environment enters a file; nothing is sent: taking back is a builder like any other.
"""
