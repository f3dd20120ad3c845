"""The commands of the scripted shell, one function each: what people type into a container to see what is wrong."""
