"""Server-side apply: who owns which field (structured merge), conflicts, and what managedFields say."""
