"""Watches: `kubernetes_asyncio.watch.Watch` with msgspec for its decoder and without its hidden reconnects."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Generic, Protocol, TypeVar

import aiohttp
import msgspec
from kubernetes_asyncio import watch
from msgspec import Struct

from k8stui.kube.answers import stream_error
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.failures import EXPECTED


class Versioned(Protocol):
    """What a watch yields has a resourceVersion (every `model.kinds.Row`)."""

    @property
    def version(self) -> str:
        """Where a later watch may go on."""
        ...


R = TypeVar("R", bound=Versioned)


class Event(Struct, Generic[R], frozen=True):
    """One line of a watch.

    A BOOKMARK has no object. An ADDED, MODIFIED or DELETED without one is an object that could not be decoded: to be
    counted as quarantined, and the watch goes on; `version` and `uid` are then what could still be read, or "".
    """

    type: str
    object: R | None
    version: str
    uid: str = ""


class _Envelope(Struct):
    type: str
    object: msgspec.Raw


class _Meta(Struct):
    resourceVersion: str | None = None
    uid: str | None = None


class _RowObject(Struct):
    metadata: _Meta | None = None


class _TableRow(Struct):
    object: _RowObject | None = None


class _Shell(Struct):
    """What any object has, and a Table of one row."""

    metadata: _Meta | None = None
    rows: list[_TableRow] | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_SHELL = msgspec.json.Decoder(_Shell)

Opener = Callable[..., Awaitable[aiohttp.ClientResponse]]
"""Called with the keywords of `Watch.stream`: resource_version, timeout_seconds, watch, _preload_content."""


class StreamWatch(watch.Watch, Generic[R]):
    """One watch stream, decoded line by line.

    The library's own class would build an `ApiClient` a watch (22 ms of a blocked loop), parse each object three times,
    and yield unreadable lines as str.
    """

    def __init__(self, event: Callable[[msgspec.Raw], R], on_bytes: Callable[[], None] | None = None) -> None:
        # Not super().__init__(): that builds a client of its own. These are its fields.
        self._raw_return_type = None
        self._stop = False
        self._api_client = None  # type: ignore[assignment]
        self.resource_version: str | None = None  # type: ignore[assignment]
        self.resp: aiohttp.ClientResponse | None = None  # type: ignore[assignment]
        self._event = event
        self._on_bytes = on_bytes

    def get_return_type(self, func: object) -> str:
        """Nothing is built from a docstring's type."""
        return "raw"

    def get_watch_argument_name(self, func: object) -> str:
        """Never a log: `follow` is none of this class."""
        return "watch"

    def unmarshal_event(self, data: str | bytes, response_type: str | None) -> Event[R]:
        """One line as an `Event`.

        Raises:
            ApiError: the line is an ERROR (410 is `Failure.GONE`), was cut off or is garbage (`Failure.BROKEN`).
        """
        if self._on_bytes is not None:
            self._on_bytes()
        try:
            line = _ENVELOPE.decode(data)
        except msgspec.DecodeError as error:
            whole = data[-1:] in ("\n", b"\n")
            what = "holds a line that is no event" if whole else "was cut off in the middle of a line"
            raise ApiError(Failure.BROKEN, f"the watch {what}") from error
        if line.type == "ERROR":
            raise stream_error(line.object)
        found = self._shell(line) if line.type == "BOOKMARK" else self._decoded(line)
        self.resource_version = found.version or self.resource_version
        return found

    async def close(self) -> None:
        """Drop the connection: a watch never ends cleanly enough to be used again."""
        if self.resp is not None:
            self.resp.close()
            self.resp = None

    def _decoded(self, line: _Envelope) -> Event[R]:
        try:
            row = self._event(line.object)
        except Exception:
            # Whatever an odd object does to a rule of the model costs that object, never the watch.
            return self._shell(line)
        return Event(line.type, row, row.version)

    def _shell(self, line: _Envelope) -> Event[R]:
        """The event without its object."""
        try:
            shell = _SHELL.decode(line.object)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Event(line.type, None, "")
        meta, inner = shell.metadata or _Meta(), _Meta()
        if shell.rows and shell.rows[0].object is not None:
            inner = shell.rows[0].object.metadata or inner
        version = inner.resourceVersion or meta.resourceVersion or ""
        return Event(line.type, None, version, inner.uid or meta.uid or "")


async def events(
    opener: Opener,
    decode: Callable[[msgspec.Raw], R],
    *,
    since: str,
    seconds: int,
    pause: float,
    mend: Callable[[Exception], ApiError],
    on_bytes: Callable[[], None] | None = None,
) -> AsyncGenerator[Event[R], None]:
    """The events of one watch; ends quietly when the server ends it.

    Args:
        opener: sends the request and checks its status.
        decode: an object's JSON to a row; one it raises on becomes an event without object.
        since: the resourceVersion to go on from (a list's own); "" begins with what there is.
        seconds: how long the server is asked to keep the watch open.
        pause: after so many seconds of work without a wait the loop gets its turn (buffered lines never suspend).
        mend: what an exception of the wire means.
        on_bytes: called whenever something arrives, the answer's head included.

    Raises:
        ApiError: whatever went wrong; what came before it was yielded.
    """
    loop = asyncio.get_running_loop()
    stream: StreamWatch[R] = StreamWatch(decode, on_bytes)
    # Without timeout_seconds the library would reconnect by itself, at once and for ever.
    options: dict[str, Any] = {"timeout_seconds": seconds}
    if since:
        options["resource_version"] = since
    try:
        async with stream.stream(opener, **options) as lines:
            turn = loop.time()
            async for event in lines:
                yield event
                if loop.time() - turn >= pause:
                    await asyncio.sleep(0)
                    turn = loop.time()
    except EXPECTED as error:
        raise mend(error) from None
