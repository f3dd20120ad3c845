"""What `kubectl describe` says of an object, as lines: one module a kind, `describers` for all.

A kind's module has `wants(object)`, the neighbours it needs, and `describe(subject, now, zone)`, the lines; both pure.
kubectl's titles, texts and order rule here; why something is not well belongs to `model.reasons`.
"""
