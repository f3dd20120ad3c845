"""What keeps the cluster as it should be: small reconcilers on the store, driven by the injected clock."""
