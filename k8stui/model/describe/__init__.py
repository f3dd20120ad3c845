"""What `kubectl describe` says of an object, as lines: one module a kind, `describers` for all."""
