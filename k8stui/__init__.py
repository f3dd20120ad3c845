"""k8stui: a terminal UI for live Kubernetes operations. Holds the version only; importing it costs nothing."""

__version__ = "0.1.0"
