"""The log page: what is followed, how it is read, searched, filtered and saved."""
