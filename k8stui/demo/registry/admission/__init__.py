"""What a cluster's own policy says of a write: quotas, limits, pod security, priorities, allocated addresses."""
