"""What objects have to do with each other, a file for each sort of relation (`model.related` puts them together).

Pure: what may point at an object is a `Want`, what does is a `Relation` with its target. Whether that is well belongs
to `model.reasons`, but for a target that is missing or says itself that it is not.
"""
