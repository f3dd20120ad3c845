"""The embedded cluster: a Kubernetes API server of our own, for `k8stui --demo`, for tests and for load.

Stands alone: it imports aiohttp and `model/{quantity,duration,selector}`, nothing else of the house. Its clock is
passed in and its printers are its own, because they judge ours.
"""
