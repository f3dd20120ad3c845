"""The log books as the kubelet knows them; they live with the runtime, below the server that reads them."""

from k8stui.demo.runtime.logs import Book, History, Line, Logs

__all__ = ["Book", "History", "Line", "Logs"]
