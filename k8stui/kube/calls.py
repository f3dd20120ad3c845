"""How one call goes over the wire: bounded in time, ended by a close, repeated after a renewal of the credentials."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar
from weakref import WeakSet

import aiohttp
from msgspec import Struct

from k8stui.clock import Clock
from k8stui.kube.answers import Asked, is_html, refusal, web_page
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.failures import EXPECTED, closed, failure, silent
from k8stui.kube.servertime import ServerTime
from k8stui.kube.sockets import PROTOCOLS, Channels
from k8stui.kube.transport import RefusedError
from k8stui.kube.wire import Ready, Wire
from k8stui.settings import Timing

Answered = TypeVar("Answered")

Query = Sequence[tuple[str, str]]
Heard = Callable[[str, str, Query, ApiError | None], None]
"""Told of an answer: method, path, query, and what was refused (None: nothing)."""

LOG = logging.getLogger(__name__)
"""Methods, paths and states: never the values of a query, headers or bodies."""

_ERROR_BODY = 256 * 1024
"""Bytes of a refusing answer that are read: a Status of a 422 may quote a whole object."""
_DROPPED = (aiohttp.ServerDisconnectedError, aiohttp.ClientConnectionResetError, aiohttp.ClientOSError)


class Call(Struct, frozen=True):
    """One thing to be asked, as often as it takes."""

    asked: Asked
    query: Query
    headers: Mapping[str, str]
    body: bytes | None
    bounds: aiohttp.ClientTimeout
    limit: float
    """Seconds until the head of the answer, for a request until its end."""
    again: bool = True
    """A GET may be sent twice after a lost connection; not so one that runs something."""
    ahead: int = 0
    """Bytes of the answer that are read ahead of its reader; 0: as many as an object may have."""

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows whether it arrived."""
        return self.again and self.asked.method == "GET"

    def __repr__(self) -> str:
        """Without the body, which may be a Secret."""
        return f"Call({self.asked.method} {self.asked.path})"


class Calls:
    """All calls of one connection. Every failure of theirs is an `ApiError`."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self.wire = wire
        self.time = ServerTime()
        self.on_answer: Heard = lambda method, path, query, error: None
        """Told of each answer of the server, before whoever asked."""
        self._clock = clock
        self._closed = False
        self._pending: set[asyncio.Timeout] = set()
        self._streams: WeakSet[aiohttp.ClientResponse] = WeakSet()
        self._sockets: WeakSet[Channels] = WeakSet()

    async def whole(self, call: Call) -> tuple[aiohttp.ClientResponse, bytes]:
        """A success with its whole body."""
        async with self._scope(call) as scope:
            response = await self._send(call, scope)
            try:
                return response, await response.read()
            finally:
                response.close()

    async def stream(self, call: Call) -> aiohttp.ClientResponse:
        """A success of which only the head was read; `close` ends it, if nobody else does. A web page is none."""
        async with self._scope(call) as scope:
            response = await self._send(call, scope)
            if is_html(response.headers, b""):
                raise web_page(await head(response), call.asked)
        self._streams.add(response)
        return response

    async def socket(self, call: Call, timing: Timing) -> Channels:
        """A session over a WebSocket; `close` ends it, if nobody else does."""
        async with self._scope(call) as scope:
            socket = await self._tried(call, scope, lambda ready: self._upgraded(call, ready))
            if socket.protocol not in PROTOCOLS:
                await socket.close()
                raise ApiError(
                    Failure.NOT_KUBERNETES, f"{call.asked.server} speaks no protocol of sessions that we know"
                )
        channels = Channels(socket, call.asked, timing, lambda error: self.failure(error, call.asked))
        self._sockets.add(channels)
        return channels

    def failure(self, error: Exception, asked: Asked) -> ApiError:
        """What an exception means, also when it came of our closing."""
        return closed() if self._closed else failure(error, asked)

    async def close(self, within: float) -> None:
        """End everything within so many seconds, hanging servers or not; who waits for an answer gets an error."""
        if self._closed:
            return
        self._closed = True
        now = asyncio.get_running_loop().time()
        for scope in self._pending:
            if not scope.expired():
                scope.reschedule(now)
        for response in list(self._streams):
            response.close()
        sockets = list(self._sockets)
        for channels in sockets:
            channels.cut()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await asyncio.gather(*(each.drop() for each in sockets), self.wire.close())

    async def _send(self, call: Call, scope: asyncio.Timeout) -> aiohttp.ClientResponse:
        """Send a request. Raises what `_tried` raises."""
        return await self._tried(call, scope, lambda ready: self._once(call, ready))

    async def _tried(
        self, call: Call, scope: asyncio.Timeout, once: Callable[[Ready], Awaitable[Answered]]
    ) -> Answered:
        """What `once` gives; once more after a renewal of the credentials (401) or a dropped connection (`again`)."""
        renewed = dropped = False
        while True:
            # A plugin may ask the user something: its time does not count against the server's.
            self._arm(scope, None)
            ready = await self.wire.ready()
            self._arm(scope, call.limit)
            try:
                answered = await once(ready)
            except RefusedError as refused:
                response = refused.response
            except _DROPPED as error:
                # The server may have closed a kept connection just now; only a read may be sent twice.
                if dropped or not call.repeatable or isinstance(error, aiohttp.ClientConnectorError):
                    raise
                dropped = True
                continue
            else:
                self.on_answer(call.asked.method, call.asked.path, call.query, None)
                return answered
            body = await head(response)
            if response.status != 401 or renewed:
                told = self._explained(refusal(response.status, response.headers, body, call.asked))
                self.on_answer(call.asked.method, call.asked.path, call.query, told)
                raise told
            self._arm(scope, None)
            await self.wire.renew(ready.generation)
            renewed = True

    async def _once(self, call: Call, ready: Ready) -> aiohttp.ClientResponse:
        """One request on the wire, until the head of its answer. Raises RefusedError for anything but a success."""
        before = self._clock.now()
        headers = {**call.headers, **ready.headers}
        if call.ahead:
            response = await ready.client.stream(call.asked.path, call.query, headers, call.bounds, call.ahead)
        else:
            response = await ready.client.call_api(
                call.asked.path,
                call.asked.method,
                query_params=list(call.query),
                header_params=headers,
                body=call.body,
                _preload_content=False,
                _request_timeout=call.bounds,
            )
            # The library would keep the last answer with its body: 108 MB after a list of 10,000 pods.
            ready.client.last_response = None
        after = self._clock.now()
        self.time.heard(response.headers.get("Date"), before, after)
        self._answered(call, response.status, after - before)
        if not 200 <= response.status < 300:
            raise RefusedError(response)
        return response

    async def _upgraded(self, call: Call, ready: Ready) -> aiohttp.ClientWebSocketResponse:
        """One WebSocket, opened. Raises RefusedError where the server does not open it."""
        before = self._clock.now()
        headers = {**call.headers, **ready.headers}
        try:
            socket = await ready.client.upgrade(call.asked.path, call.query, headers, PROTOCOLS)
        except RefusedError as refused:
            self._answered(call, refused.response.status, self._clock.now() - before)
            raise
        self._answered(call, 101, self._clock.now() - before)
        return socket

    def _answered(self, call: Call, status: int, took: float) -> None:
        LOG.debug("%s %s: %d after %.0f ms", call.asked.method, call.asked.path, status, 1000 * took)

    @asynccontextmanager
    async def _scope(self, call: Call) -> AsyncIterator[asyncio.Timeout]:
        """Bounds what is done inside, lets `close` end it, and makes one error type of all that comes up."""
        if self._closed:
            raise closed()
        scope = asyncio.timeout(None)
        try:
            async with scope:
                self._pending.add(scope)
                yield scope
        except EXPECTED as error:
            self._log(call, error)
            if scope.expired() and not self._closed:
                raise silent(call.asked, call.limit) from None
            raise self.failure(error, call.asked) from None
        finally:
            self._pending.discard(scope)

    def _log(self, call: Call, error: BaseException) -> None:
        """What failed without an answer; an answer was logged when it came."""
        if not self._closed and not isinstance(error, ApiError):
            LOG.warning("%s %s: %s", call.asked.method, call.asked.path, type(error).__name__)

    def _arm(self, scope: asyncio.Timeout, seconds: float | None) -> None:
        """Let the scope end so many seconds from now; None: not by itself."""
        if self._closed:
            raise closed()
        if not scope.expired():
            scope.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)

    def _explained(self, error: ApiError) -> ApiError:
        """A 401 whose remedy we know."""
        if error.status == 401 and self.wire.moved:
            error.hint = "The kubeconfig now names another server or user for this context: open the context again"
        return error


async def head(response: aiohttp.ClientResponse) -> bytes:
    """The beginning of a refusing answer; the connection is given back, or dropped if there is more."""
    found = b""
    try:
        async for chunk in response.content.iter_chunked(65536):
            found += chunk
            if len(found) >= _ERROR_BODY:
                break
    finally:
        response.close()
    return found
