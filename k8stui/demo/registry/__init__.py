"""What a write means: defaults, validation, patches, deletion, eviction. The one way by which HTTP, controllers and
the kubelet change objects; nothing in here knows of HTTP."""
