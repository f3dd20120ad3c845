"""Sessions in a container over a WebSocket: its channels, a link that is dead, and how the command ended.

The protocols are Kubernetes' (`k8s.io/apimachinery/pkg/util/remotecommand`): the first byte of a frame is its channel;
v5 can end a channel (255), v4 cannot.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import aiohttp
import msgspec
from aiohttp import WSMsgType
from msgspec import Struct

from k8stui.kube.answers import Asked, Status
from k8stui.kube.errors import ApiError, Failure, one_line
from k8stui.kube.failures import EXPECTED
from k8stui.settings import Timing

STDIN: Final = 0
STDOUT: Final = 1
STDERR: Final = 2
ERROR: Final = 3
RESIZE: Final = 4
CLOSE: Final = 255
V5: Final = "v5.channel.k8s.io"
V4: Final = "v4.channel.k8s.io"
PROTOCOLS: Final = (V5, V4)
"""What is offered, the better one first."""

_HEARD: Final = frozenset({STDOUT, STDERR, ERROR})
_PIECE: Final = 32 * 1024
"""Bytes in one frame of ours, as kubectl sends them."""
_STUCK: Final = 60.0
"""Seconds for which a server may take nothing of what is typed: a program need not read what was pasted into it."""
_STATUS: Final = msgspec.json.Decoder(Status)


class Exit(Struct, frozen=True):
    """How a command ended."""

    code: int | None
    """Its exit code; None where the server tells of none: it did not come to run, or nobody knows."""
    message: str = ""
    """Why, in the server's words, as one clean line; empty for 0."""


class Channels:
    """One session's channels. Iterate over what comes; whoever leaves calls `close`.

    Args:
        socket: the WebSocket, just opened.
        asked: what was asked, for the words of an error.
        timing: `ping`, `pong` and `close` matter.
        mend: what an exception of the wire means.
    """

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        asked: Asked,
        timing: Timing,
        mend: Callable[[Exception], ApiError],
    ) -> None:
        self.protocol = socket.protocol or ""
        """As the server chose it."""
        self._socket = socket
        self._asked = asked
        self._timing = timing
        self._mend = mend
        self._told = False
        self._closed = False
        self._waiting: asyncio.Timeout | None = None
        self._sending = 0
        self._heard = self._now()
        self._beats = asyncio.get_running_loop().create_task(self._beat(), name="pings of a session")

    def __repr__(self) -> str:
        return f"Channels({self._asked.path}, {self.protocol})"

    @property
    def closable(self) -> bool:
        """Whether the end of the input can be told (v5)."""
        return self.protocol == V5

    def __aiter__(self) -> "Channels":
        """What the server sends."""
        return self

    async def __anext__(self) -> tuple[int, bytes]:
        """The next channel and its bytes: STDOUT, STDERR or ERROR, never empty.

        Ends when the server ended the session in order, or `close` was called.

        Raises:
            ApiError: the link broke or is dead.
        """
        while True:
            message = await self._received()
            if message.type is WSMsgType.BINARY:
                channel, data = message.data[:1], message.data[1:]
                if data and channel[0] in _HEARD:
                    self._told = self._told or channel[0] == ERROR
                    return channel[0], data
            elif message.type is WSMsgType.PING:
                with suppress(*EXPECTED):
                    await self._socket.pong(message.data)
            elif message.type is not WSMsgType.PONG:
                self._end(message)

    async def send(self, channel: int, data: bytes) -> None:
        """Send bytes on a channel, waiting while the server takes no more; nothing for none.

        Raises:
            ApiError: the link broke.
        """
        for start in range(0, len(data), _PIECE):
            await self._send(bytes((channel,)) + data[start : start + _PIECE])

    async def resize(self, columns: int, lines: int) -> None:
        """Tell the size of the terminal. Raises ApiError: the link broke."""
        await self.send(RESIZE, msgspec.json.encode({"Width": columns, "Height": lines}))

    async def end_input(self) -> None:
        """Tell that nothing more will be typed; does nothing where the protocol cannot (`closable`).

        Raises:
            ApiError: the link broke.
        """
        if self.closable:
            await self._send(bytes((CLOSE, STDIN)))

    async def close(self) -> None:
        """Leave, within `Timing.close`; whoever iterates comes to the end."""
        self._closed = True
        await self.drop()

    async def drop(self) -> None:
        """Close the connection within `Timing.close`; whoever iterates is not told that this was meant."""
        self._beats.cancel()
        # What is cancelled here drops the connection by itself.
        with suppress(*EXPECTED):
            async with asyncio.timeout(self._timing.close):
                await self._socket.close()

    def cut(self) -> None:
        """Whoever iterates gets an error at once: the link is dead, or its context is being left."""
        self._beats.cancel()
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(self._now())

    async def _send(self, frame: bytes) -> None:
        self._sending += 1
        try:
            await self._socket.send_bytes(frame)
        except EXPECTED as error:
            raise self._mend(error) from None
        finally:
            self._sending -= 1

    async def _received(self) -> aiohttp.WSMessage:
        """The next message. Raises ApiError for a link that is dead or was cut."""
        self._heard = self._now()
        try:
            async with asyncio.timeout(None) as self._waiting:
                return await self._socket.receive()
        except TimeoutError:
            raise self._mend(self._broken("has answered nothing any more", "The connection is dead")) from None
        finally:
            self._waiting = None

    def _end(self, message: aiohttp.WSMessage) -> None:
        """What the end of the link means. Raises StopAsyncIteration where it is in order, else ApiError."""
        self._beats.cancel()
        if self._closed or self._told:
            raise StopAsyncIteration
        if message.type is WSMsgType.CLOSE:
            if message.data in (None, 0, aiohttp.WSCloseCode.OK):
                raise StopAsyncIteration
            why = f": {message.extra}" if message.extra else ""
            raise self._mend(self._broken(f"ended the session with code {message.data}{why}"))
        if message.type is WSMsgType.ERROR and isinstance(message.data, OSError):
            raise self._mend(message.data)
        words = "closed the connection" if message.type is WSMsgType.CLOSED else "sent something that cannot be read"
        raise self._mend(self._broken(words))

    def _broken(self, words: str, title: str = "") -> ApiError:
        hint = "What the command did may go on in the container: look there, then open a new session"
        return ApiError(Failure.BROKEN, f"{self._asked.server} {words}", title=title, hint=hint)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _beat(self) -> None:
        """Ask whether the server is there while nothing comes; where nothing comes then either, the link is dead.

        Silence counts only while somebody waits for what comes: what is not taken off is not read, pongs neither.
        """
        since: float | None = None
        stuck = False
        while True:
            limit = _STUCK if stuck else self._timing.pong
            left = self._timing.ping if since is None else max(since + limit - self._now(), 0.0)
            await asyncio.sleep(min(self._timing.ping, left))
            if self._waiting is None:
                since = None
            elif since is None or self._heard > since or stuck != bool(self._sending):
                since, stuck = self._now(), bool(self._sending)
                if not stuck:
                    await self._ping()
            elif self._now() - since >= limit:
                self.cut()
                return

    async def _ping(self) -> None:
        """What goes wrong with it is told to whoever waits."""
        with suppress(*EXPECTED):
            async with asyncio.timeout(self._timing.pong):
                await self._socket.ping()


def exit_status(data: bytes) -> Exit:
    """How the command ended, as channel ERROR tells it: one Status in JSON. Never raises."""
    try:
        found = _STATUS.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Exit(None, "The server's last word on the command cannot be read")
    if found.status == "Success":
        return Exit(0)
    message = one_line(found.message or "") or "The server does not say how the command ended"
    if found.reason == "NonZeroExitCode" and found.details is not None:
        for each in found.details.causes or ():
            if each.reason == "ExitCode" and re.fullmatch("[0-9]{1,9}", each.message or ""):
                code = int(each.message or "")
                return Exit(code, f"command terminated with exit code {code}")
    # Each server on the way says it again.
    return Exit(None, re.sub(r"^(Internal error occurred: )+", "", message))
