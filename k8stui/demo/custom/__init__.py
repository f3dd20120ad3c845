"""Custom resources: what a CRD adds to the cluster, what its schema lets through, what its columns show."""
