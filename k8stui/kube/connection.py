"""One context's wire: every request and every watch goes through a `Connection`."""

import random
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec

from k8stui.clock import Clock
from k8stui.kube.answers import Asked, is_html, web_page
from k8stui.kube.calls import Call, Calls, Heard, Query
from k8stui.kube.credentials import Terminal
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.permits import PermitError, ReadOnlyError, harmless, well_formed
from k8stui.kube.sockets import Channels
from k8stui.kube.streams import AHEAD, pieces
from k8stui.kube.target import Context, Target
from k8stui.kube.watch import Event, Versioned, events
from k8stui.kube.wire import Wire
from k8stui.model.text import clean
from k8stui.settings import Timing

R = TypeVar("R", bound=Versioned)

JSON = "application/json"


class Response(msgspec.Struct, frozen=True):
    """A success (2xx), read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Without the body, which may be a Secret."""
        return f"Response({self.status}, {len(self.body)} bytes)"


async def connect(
    target: Target,
    timing: Timing,
    clock: Clock,
    *,
    request_timeout: float | None = None,
    terminal: Terminal | None = None,
    reload: Callable[[], Target | None] | None = None,
) -> "Connection":
    """A connection to a target, ready to ask; nothing is sent yet, and nothing blocks the loop.

    Args:
        target: where to and as whom.
        timing: every timeout.
        clock: our own time, to which the server's is compared.
        request_timeout: seconds for one request; None or 0 means `timing.request`.
        terminal: lends the terminal to a credential plugin that asks something; None: there is none.
        reload: reads the kubeconfig again after a 401, for the same context; may block; None: nothing new.

    Raises:
        ConfigError: a certificate in the kubeconfig cannot be used.
    """
    wire = Wire(target, timing, clock, terminal, reload)
    await wire.prepare()
    limit = request_timeout if request_timeout and request_timeout > 0 else timing.request
    return Connection(wire, timing, clock, limit)


class Connection:
    """The wire to one context. Made by `connect`; `close` it.

    Requests and streams never wait for each other; each request ends within its timeout; a 401 renews the credentials
    and is tried once more. Every failure is an `ApiError`.
    """

    def __init__(self, wire: Wire, timing: Timing, clock: Clock, limit: float) -> None:
        self._calls = Calls(wire, clock)
        self._timing = timing
        self._clock = clock
        self._limit = limit
        self.read_only = wire.target.context.read_only
        """Nothing may be changed over it. Set once: a kubeconfig that is read again after a 401 opens no door."""

    def __repr__(self) -> str:
        return f"Connection({self.context.name!r}, {self.target.server!r})"

    @property
    def target(self) -> Target:
        """Where to and as whom, as last read from the kubeconfig."""
        return self._calls.wire.target

    @property
    def context(self) -> Context:
        """Names of context, cluster, user and namespace."""
        return self._calls.wire.target.context

    @property
    def skew(self) -> float:
        """Seconds the server's clock is ahead of ours (negative: behind); 0 while they may well be equal."""
        return self._calls.time.skew

    def on_answer(self, heard: Heard) -> None:
        """Call this with every answer of the server: method, path, query, and the error where it refused."""
        self._calls.on_answer = heard

    def now(self) -> float:
        """The server's time, seconds since the epoch: what its stamps are compared with."""
        return self._clock.now() + self._calls.time.skew

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        content_type: str = JSON,
        accept: str = JSON,
        timeout: float | None = None,
        permit: object | None = None,
    ) -> Response:
        """Ask once and read the whole answer.

        Args:
            method: GET, POST, PUT, PATCH, DELETE.
            path: percent-encoded, without query (`Kind.path`).
            query: pairs, not yet encoded.
            body: sent as it is, under `content_type`.
            content_type: what the body is; tells the kinds of PATCH apart.
            accept: the form of answer wanted; a web page instead of JSON is an error.
            timeout: seconds for all of it; None means the connection's own.
            permit: the gateway's; any write but reviews and dry runs must bring one.

        Raises:
            ApiError: anything but a success.
            PermitError: a write without a permit; nothing was sent.
            ReadOnlyError: a write in a read-only context, whatever permit it brings; nothing was sent.
        """
        self._admit(method, path, query, body, permit)
        asked = self._asked(method, path)
        limit = timeout if timeout and timeout > 0 else self._limit
        headers = {"Accept": accept, "Content-Type": content_type} if body is not None else {"Accept": accept}
        # The total is only a second guard; having one is what sends the request through the pool of requests.
        bounds = aiohttp.ClientTimeout(total=limit + 5, sock_connect=self._timing.connect)
        response, content = await self._calls.whole(Call(asked, query, headers, body, bounds, limit))
        if "json" in accept and is_html(response.headers, content):
            raise web_page(content, asked)
        return Response(response.status, response.headers, content)

    def watch(
        self,
        path: str,
        *,
        since: str,
        event: Callable[[msgspec.Raw], R],
        accept: str = JSON,
        query: Query = (),
        on_bytes: Callable[[], None] | None = None,
    ) -> AsyncGenerator[Event[R], None]:
        """The changes of a collection; ends quietly when the server ends it, after a time between 5 and 10 minutes.

        Close it (`contextlib.aclosing`) where the loop over it may be left early.

        Args:
            path: the collection's.
            since: the resourceVersion of the list that came before.
            event: decodes one object; what it raises on is delivered as an event without object.
            accept: the form of the objects (a codec's).
            query: selectors, and what the form needs.
            on_bytes: called whenever something arrives.

        Raises:
            ApiError: anything but a quiet end; `Failure.GONE` means that the list must be read again.
            PermitError: the path is no collection but a way into a pod or node.
        """
        self._admit("GET", path, query, None, None)
        asked = self._asked("GET", path)
        headers = {"Accept": accept}
        limit = self._timing.request
        bounds = aiohttp.ClientTimeout(
            total=None, connect=limit, sock_connect=self._timing.connect, sock_read=self._timing.silence
        )

        async def opener(
            *, watch: bool, _preload_content: bool, timeout_seconds: int, resource_version: str = ""
        ) -> aiohttp.ClientResponse:
            wanted = [("watch", "true"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", str(timeout_seconds))]
            if resource_version:
                wanted.append(("resourceVersion", resource_version))
            response = await self._calls.stream(Call(asked, [*query, *wanted], headers, None, bounds, limit))
            if on_bytes is not None:
                on_bytes()
            return response

        # Random, so that not all watches of all clients come back in the same second (client-go does the same).
        seconds = max(1, round(random.uniform(self._timing.watch_least, self._timing.watch_most)))
        return events(
            opener,
            event,
            since=since,
            seconds=seconds,
            pause=self._timing.slice,
            mend=lambda error: self._calls.failure(error, asked),
            on_bytes=on_bytes,
        )

    def stream(
        self, path: str, *, query: Query = (), opened: Callable[[], None] = lambda: None
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of an answer that lasts (a log that is followed), as they come; ends when the server ends it.

        It may be silent for as long as it likes: only TCP's keepalive finds a peer that is gone. Close it
        (`contextlib.aclosing`) where the loop over it may be left early.

        Args:
            path: percent-encoded, without query.
            query: pairs, not yet encoded.
            opened: called when the server has begun to answer, which may be long before there is anything to yield.

        Raises:
            ApiError: the server refuses it, or it broke off; what came before was yielded.
            PermitError: the path is a way into a pod or node.
        """
        self._admit("GET", path, query, None, None)
        asked = self._asked("GET", path)
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        bounds = aiohttp.ClientTimeout(total=None, sock_connect=self._timing.connect)
        call = Call(asked, query, headers, None, bounds, self._timing.request, ahead=AHEAD)
        return pieces(
            lambda: self._calls.stream(call),
            pause=self._timing.slice,
            mend=lambda error: self._calls.failure(error, asked),
            opened=opened,
        )

    async def socket(self, path: str, *, query: Query, permit: object | None) -> Channels:
        """Open a session in a container (exec, attach) over a WebSocket: by the way and as the user of all requests.

        Args:
            path: percent-encoded, without query.
            query: pairs, not yet encoded.
            permit: the gateway's.

        Raises:
            ApiError: the server does not open it, in its own words.
            PermitError: there is no permit; nothing was sent.
            ReadOnlyError: the context is read-only; nothing was sent.
        """
        self._admit("GET", path, query, None, permit)
        asked = self._asked("GET", path)
        bounds = aiohttp.ClientTimeout(total=None, sock_connect=self._timing.connect)
        call = Call(asked, query, {"Accept": JSON}, None, bounds, self._timing.request, again=False)
        return await self._calls.socket(call, self._timing)

    def allow_terminal(self) -> None:
        """The user wants it now (ctrl+r): a credential plugin whose login failed may have the terminal again."""
        self._calls.wire.allow_terminal()

    async def close(self) -> None:
        """End everything within `timing.close`, hanging servers or not; who waits for an answer gets an `ApiError`."""
        await self._calls.close(self._timing.close)

    def _admit(self, method: str, path: str, query: Query, body: bytes | None, permit: object | None) -> None:
        """The one door: every request, watch and socket comes by here before anything is sent."""
        if harmless(method, path, query, body):
            return
        if self.read_only:
            raise ReadOnlyError(
                f"The context {self.context.name} is read-only: nothing may be changed in it "
                "(--read-only, or read_only in the configuration)"
            )
        if permit is None:
            raise PermitError(f"{method} {path} without a permit")

    def _asked(self, method: str, path: str) -> Asked:
        parts = urlsplit(self.target.server)
        asked = Asked(parts.netloc, method.upper(), path, parts.scheme == "https")
        if not well_formed(path):
            # Names come from clusters: one like `..` must not reach another object.
            raise ApiError(
                Failure.INVALID, f"{clean(path, 200)} is no path of the API", hint="Look at the object's name"
            )
        return asked
