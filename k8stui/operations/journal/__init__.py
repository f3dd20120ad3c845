"""What was done: the file that keeps it, its texts, and how a change is taken back. No secret enters here."""
