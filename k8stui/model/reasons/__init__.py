"""Why things are not as they are wanted, in plain words, with the object to mend."""
