"""What streams from a pod: one open stream, how it is broken on purpose, and what all of them check first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from aiohttp import web

from k8stui.demo.runtime.consoles import Consoles
from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.sessions import Session
from k8stui.demo.serving.faults import GARBAGE, Fault, Wire, reset
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.errors import Refusal, bad_request
from k8stui.demo.storage.objects import Object

_log = logging.getLogger(__name__)


class Stream:
    """A log, a session or a forward while it lasts."""

    def __init__(self, request: web.BaseRequest, ask: Ask, fault: Fault | None, headers: dict[str, str]) -> None:
        """`headers` are those that every answer has."""
        self.request = request
        self.ask = ask
        self.headers = headers
        self.query = parse_qsl(request.query_string, keep_blank_values=True)
        """Every parameter as often as it was given."""
        self.fault = fault
        self._sent = 0
        self._struck = asyncio.Event()

    def first(self, name: str) -> str | None:
        """The first value of a parameter; None when it is not given."""
        return next((value for key, value in self.query if key == name), None)

    def flag(self, name: str) -> bool:
        """A boolean parameter: true unless it says false, as in the conversion of query parameters."""
        value = self.first(name)
        return value is not None and value.lower() not in ("false", "0")

    def strike(self, fault: Fault) -> None:
        """Break it now, or after so many more pieces."""
        self.fault = fault
        self._sent = 0
        if not fault.lines:
            self._struck.set()

    async def step(self) -> None:
        """Called before each piece that is sent (a line, a frame); never returns from the one that breaks it."""
        fault = self.fault
        if fault is None or fault.wire is None:
            return
        if self._sent >= fault.lines:
            self._struck.set()
            await asyncio.Event().wait()  # whoever runs this is cancelled
        self._sent += 1

    async def serve(self, response: web.StreamResponse, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work until it is done or the stream is broken; `response` is prepared."""
        task = asyncio.ensure_future(work())
        struck = asyncio.ensure_future(self._struck.wait())
        try:
            await asyncio.wait({task, struck}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                self._end(task)
                return
        finally:
            for each in (task, struck):
                each.cancel()
            await asyncio.gather(task, struck, return_exceptions=True)
        await self._break(response)

    def _end(self, task: "asyncio.Future[None]") -> None:
        """Whatever went wrong: the headers are sent, so all that is left is to hang up."""
        problem = None if task.cancelled() else task.exception()
        if problem is None or isinstance(problem, ConnectionError):
            return  # done, or the client left while something was on its way
        _log.error("A stream of the embedded cluster failed.", exc_info=problem)
        if self.request.transport is not None:
            self.request.transport.close()

    async def _break(self, response: web.StreamResponse) -> None:
        wire = self.fault.wire if self.fault else None
        socket = isinstance(response, web.WebSocketResponse)
        if wire is Wire.HALF_OPEN:
            await asyncio.Event().wait()  # cancelled when the client leaves or the server stops
        elif wire is Wire.RESET:
            reset(self.request)
        elif wire is Wire.TRUNCATED or socket:
            if self.request.transport is not None:
                self.request.transport.close()
        elif wire is Wire.GARBAGE:
            await response.write(GARBAGE)


class Nodes:
    """What the handlers of streams have to do with."""

    def __init__(self, containers: Containers) -> None:
        self.containers = containers
        self.consoles = Consoles(containers)
        self.session: Callable[..., Session] = Session
        """Makes what a command of exec runs in: a script here, a real process where a test puts one."""
        self.open: set[Stream] = set()
        """The streams that are open now."""

    def pod(self, ask: Ask) -> Object:
        """The pod that is asked for. Raises Refusal (404)."""
        return self.containers.store.get("pods", ask.name, ask.namespace)


def on_node(pod: Object) -> str:
    """The node of a pod. Raises Refusal (400) when it has none."""
    node = str(pod["spec"].get("nodeName") or "")
    if not node:
        raise bad_request(f"pod {pod['metadata']['name']} does not have a host assigned")
    return node


def dialing(address: str) -> str:
    """How Go tells of a kubelet that is gone."""
    return f"dial tcp {address}: connect: connection refused"


def upgrading(stream: Stream) -> None:
    """The request wants a WebSocket. Raises Refusal (400) for one that wants none, or SPDY."""
    headers = stream.request.headers
    wanted = [word.strip().lower() for word in headers.get("Connection", "").split(",")]
    if "upgrade" not in wanted or not headers.get("Upgrade"):
        raise bad_request("Upgrade request required")
    if headers["Upgrade"].lower() != "websocket":
        why = f"this server streams over WebSocket only, not over {headers['Upgrade']}"
        raise Refusal(400, "BadRequest", why)


async def socket(stream: Stream, protocol: str | None) -> web.WebSocketResponse | web.Response:
    """Accept the WebSocket with that subprotocol, or answer as the real one does when it cannot be."""
    if stream.request.method != "GET":
        return web.Response(status=405, text="bad method")
    if protocol is None:
        return web.Response(status=403)
    accepted = web.WebSocketResponse(protocols=(protocol,) if protocol else (), timeout=2.0, compress=False)
    if not accepted.can_prepare(stream.request).ok:
        return web.Response(status=400, text="bad websocket handshake")
    await accepted.prepare(stream.request)
    return accepted
