"""Custom resources: what a CRD adds to the catalog, what its schema lets through, what its columns show.

Objects of other kinds are none of its business, but for the instances that a CRD's deletion waits for.
"""
