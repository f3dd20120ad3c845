"""What the containers answer over HTTP: one scripted site that every declared port of every pod serves."""

import msgspec
from msgspec import Struct

from k8stui.demo.storage.objects import Object, state

LIMIT = 64 * 1024
"""Bytes of a request's head; a longer one is refused."""
_HEALTH = ("/healthz", "/livez", "/readyz", "/health", "/ready")
_WORDS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 503: "Service Unavailable"}


class Page(Struct, frozen=True):
    """An answer."""

    code: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"

    @property
    def reason(self) -> str:
        """`Not Found`."""
        return _WORDS[self.code]

    def head(self) -> bytes:
        """Status line and headers, up to the empty line."""
        lines = (
            f"HTTP/1.1 {self.code} {self.reason}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            "Connection: close",
        )
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def page(pod: Object | None, port: int, path: str) -> Page:
    """What is at a path of a pod's port; without a pod it is the API server, which does not know who asks."""
    place = path.partition("?")[0]
    if pod is None:
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "Forbidden"}
        message = f'forbidden: User "system:anonymous" cannot get path "{place}"'
        return Page(403, msgspec.json.encode(status | {"message": message, "code": 403}) + b"\n", "application/json")
    if place in _HEALTH:
        return Page(200, b"ok\n") if state(pod, "Ready") == "True" else Page(503, b"not ready\n")
    meta = pod["metadata"]
    if place == "/metrics":
        return Page(200, f'# TYPE up gauge\nup{{pod="{meta["name"]}"}} 1\n'.encode())
    if place != "/":
        return Page(404, b"404 page not found\n")
    return Page(200, f"{meta['name']}.{meta.get('namespace', 'default')} on port {port}\n".encode())


def answered(pod: Object | None, port: int, request: bytes) -> bytes:
    """The bytes that answer the head of a request."""
    first = request.partition(b"\r\n")[0].decode(errors="replace").split(" ")
    if len(first) != 3 or not first[2].startswith("HTTP/"):
        found = Page(400, b"400 Bad Request\n")
    else:
        found = page(pod, port, first[1])
    return found.head() + (b"" if first[0] == "HEAD" else found.body)
