"""Objects as bytes, revisions, the event log, the table of kinds. No HTTP and no rules about single kinds in here."""
