"""Faults on demand, as data: what goes wrong, for which requests, how often."""

import asyncio
import socket
import struct
from enum import Enum
from typing import Any

from aiohttp import web
from msgspec import Struct

from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.errors import Refusal

GARBAGE = b"\x00\xff\xfe<html><body>502 Bad Gateway</body></html>\n"
_ADMITTED = frozenset({"create", "update", "patch", "delete", "deletecollection"})
_REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Expired",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


class Wire(Enum):
    """How an answer breaks. Of a watch: after `Fault.lines` lines; of any other answer: at once."""

    EOF = "eof"
    """A watch ends cleanly; another answer never comes and the connection is closed."""
    RESET = "reset"
    """The connection is reset (RST)."""
    TRUNCATED = "truncated"
    """A watch ends within a line; another answer ends before its Content-Length."""
    HALF_OPEN = "half-open"
    """Nothing more is sent, the connection stays."""
    GARBAGE = "garbage"
    """Bytes that are no JSON; then a watch ends."""
    ERROR_LINE = "error-line"
    """A watch gets `status` as an ERROR line (HTTP 200) and ends."""


class Fault(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that goes wrong. `*` and None match everything; the first fault that matches is taken."""

    verb: str = "*"
    """get, list, watch, create, update, patch, delete, deletecollection."""
    resource: str = "*"
    """The plural; `pods/status` a subresource. Empty: paths outside the resource tree (discovery, /version)."""
    namespace: str | None = None
    """Empty: requests at cluster scope."""
    path: str = ""
    """Only paths that begin so."""
    times: int | None = None
    """How often; None: until cleared."""
    skip: int = 0
    """So many matching requests get through first."""
    delay: float = 0.0
    """Seconds of real time before the request is looked at; `Faults.hurry` ends them."""
    status: int = 0
    """Refuse with this code."""
    message: str = "a fault was asked for"
    retry_after: int | None = None
    """Seconds, as Retry-After and in the details."""
    cause: str = ""
    """The reason of a cause in the details (`NamespaceTerminating`)."""
    webhook: str = ""
    """An admission webhook of this name that times out after `delay` seconds; meets writes only."""
    wire: Wire | None = None
    lines: int = 0
    """A watch breaks after so many lines."""
    drip: int = 0
    """Send the answer so many bytes at a time, 20 times a second."""

    def matches(self, ask: Ask) -> bool:
        """This fault is meant for that request."""
        if self.webhook and ask.verb not in _ADMITTED:
            return False
        resource = f"{ask.resource}/{ask.subresource}" if ask.subresource else ask.resource
        fits = self.verb in ("*", ask.verb) and self.resource in ("*", resource)
        return fits and self.namespace in (None, ask.namespace) and ask.path.startswith(self.path)

    @property
    def refuses(self) -> bool:
        """The request is answered with a Status instead of what it asks for."""
        return bool(self.status or self.webhook) and self.wire is not Wire.ERROR_LINE

    def refusal(self) -> Refusal:
        """The Status of `status`, or of the webhook."""
        if self.webhook:
            host = "".join(letter if letter.isalnum() or letter in ".-" else "-" for letter in self.webhook)
            url = f"https://{host}.webhooks.svc:443/validate?timeout={max(1, round(self.delay))}s"
            why = f'failed calling webhook "{self.webhook}": failed to call webhook: Post "{url}": '
            why += "context deadline exceeded"
            message = f"Internal error occurred: {why}"
            return Refusal(500, "InternalError", message, {"causes": [{"message": why}]})
        details: dict[str, Any] = {} if self.retry_after is None else {"retryAfterSeconds": self.retry_after}
        if self.cause:
            details["causes"] = [{"reason": self.cause, "message": self.message}]
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return Refusal(self.status, _REASONS.get(self.status, ""), self.message, details or None, headers=headers)


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self._held: list[tuple[Fault, asyncio.Event]] = []

    def add(self, fault: Fault) -> Fault:
        """From now on; returns it, so that it can be removed."""
        self.active.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """No longer (also when it is used up)."""
        self.active = [each for each in self.active if each is not fault]

    def clear(self) -> None:
        """Everything works again; what is half-open stays so."""
        self.active.clear()

    async def hold(self, fault: Fault) -> None:
        """Let a request that met this fault wait for its delay."""
        held = (fault, asyncio.Event())
        self._held.append(held)
        try:
            async with asyncio.timeout(fault.delay):
                await held[1].wait()
        except TimeoutError:
            return
        finally:
            self._held.remove(held)

    def hurry(self, fault: Fault) -> None:
        """Requests that wait for the delay of this fault are looked at now; those to come wait as before."""
        for each, go in self._held:
            if each is fault:
                go.set()

    def take(self, ask: Ask) -> Fault | None:
        """The fault that this request meets, counted."""
        for fault in self.active:
            if not fault.matches(ask):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.remove(fault)
            return fault
        return None


def reset(request: web.BaseRequest) -> None:
    """Close with RST instead of FIN."""
    transport = request.transport
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def broken(request: web.BaseRequest, fault: Fault, response: web.Response) -> web.StreamResponse:
    """Send an answer (not a watch) as the fault wants it."""
    if fault.wire is Wire.HALF_OPEN:
        await asyncio.Event().wait()  # cancelled when the client leaves or the server stops
    if fault.wire is Wire.GARBAGE:
        return web.Response(body=GARBAGE, content_type="text/html")
    if fault.wire is Wire.RESET:
        reset(request)
    elif fault.wire is Wire.EOF and request.transport is not None:
        request.transport.close()
    elif fault.wire is Wire.TRUNCATED:
        return await _pieces(request, response, len(_body(response)) // 2, cut=True)
    elif fault.drip:
        return await _pieces(request, response, fault.drip, cut=False)
    return response


def _body(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""


async def _pieces(request: web.BaseRequest, response: web.Response, size: int, *, cut: bool) -> web.StreamResponse:
    body = _body(response)
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(body)
    await stream.prepare(request)
    for start in range(0, len(body), max(size, 1)):
        await stream.write(body[start : start + size])
        if cut:
            if request.transport is not None:
                request.transport.close()
            break
        await asyncio.sleep(0.05)
    return stream
