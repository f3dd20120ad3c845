"""The live state of one cluster: feeds fill stores, indexes and joins follow, views order them, access knows rights.

No Textual, no HTTP of its own: it asks `kube` and holds rows of `model`.
"""
