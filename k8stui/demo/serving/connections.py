"""Connections to a port of a pod, whichever way they are forwarded."""

import re

from k8stui.demo.runtime.website import LIMIT, answered
from k8stui.demo.storage.objects import Object


def refused(pod: Object, port: int) -> str:
    """What a kubelet says of a port that nobody listens on."""
    meta = pod["metadata"]
    why = f"failed to connect to localhost:{port} inside namespace: connection refused"
    sandbox = f"{meta['name']}_{meta.get('namespace', '')}_{meta['uid']}_0"
    return f"error forwarding port {port} to pod {sandbox}, uid : {why}"


class Connection:
    """One connection to the site of a pod: a request, its answer, the end."""

    def __init__(self, pod: Object, port: int) -> None:
        self.over = False
        """The pod has answered and closed it."""
        self._pod = pod
        self._port = port
        self._head = bytearray()

    def feed(self, data: bytes) -> bytes:
        """What the pod answers to more of a request; what is no HTTP is refused at once."""
        self._head += data
        first = bytes(self._head[:8]).partition(b" ")[0]
        whole = b"\r\n\r\n" in self._head
        if not whole and len(self._head) < LIMIT and re.fullmatch(rb"[A-Z]{0,7}", first):
            return b""
        self.over = True
        return answered(self._pod, self._port, bytes(self._head))
