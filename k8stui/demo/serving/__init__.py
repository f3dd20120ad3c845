"""HTTP: from a request's path and headers to the bytes of its answer, and the faults that strike on the way.

`server` is where to begin to read. What a write means is the registry's, who may what is `access`'; nothing in here
happens without a request.
"""
