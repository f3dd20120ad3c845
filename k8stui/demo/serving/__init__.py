"""HTTP: from a request's path and headers to the bytes of its answer. What a write means is the registry's."""
