"""Channels over a WebSocket, in the subprotocols of Kubernetes: the first byte of a frame is its channel.

`v5.channel.k8s.io` can close a channel (255), the older ones cannot; `base64.` in a name makes text frames of it.
Sources: `k8s.io/apimachinery/pkg/util/httpstream/wsstream`, the recordings, and a real server where they are silent.
"""

import base64
import binascii
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from k8stui.demo.serving.streams import Stream

STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
V5 = "v5.channel.k8s.io"
V4 = ("v4.channel.k8s.io", "v4.base64.channel.k8s.io")
_OLD = ("channel.k8s.io", "base64.channel.k8s.io")
_PIECE = 32 * 1024
"""Bytes that a frame carries at most."""

SESSIONS = (V5, *V4, *_OLD)
"""What exec and attach speak."""
FORWARDS = V4
"""What port-forward speaks."""


def pick(asked: str, known: tuple[str, ...]) -> str | None:
    """The subprotocol for a Sec-WebSocket-Protocol header: v5 wherever it stands, else the first known one.

    Empty when none was asked for; None when none of those asked for is known.
    """
    names = [name.strip() for name in asked.split(",") if name.strip()]
    if not names:
        return ""
    if V5 in names and V5 in known:
        return V5
    return next((name for name in names if name in known), None)


class Channels:
    """The server's half of one connection."""

    def __init__(self, stream: Stream, socket: web.WebSocketResponse, protocol: str) -> None:
        self.protocol = protocol
        self._stream = stream
        self._socket = socket
        self._text = "base64" in protocol

    @property
    def closable(self) -> bool:
        """The client can close a single channel."""
        return self.protocol == V5

    @property
    def reports(self) -> bool:
        """The end of a command is told as a Status."""
        return self.protocol == V5 or self.protocol in V4

    async def send(self, channel: int, data: bytes) -> None:
        """One or several frames; an empty one for no data. Waits while the client does not read."""
        for start in range(0, len(data) or 1, _PIECE):
            piece = data[start : start + _PIECE]
            await self._stream.step()
            if self._text:
                await self._socket.send_str(str(channel) + base64.b64encode(piece).decode())
            else:
                await self._socket.send_bytes(bytes((channel,)) + piece)

    async def receive(self) -> tuple[int, bytes] | None:
        """The next frame: channel and data; None when the client went."""
        while True:
            message = await self._socket.receive()
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                return None
            if found := self._read(message.type, message.data):
                return found

    def _read(self, kind: WSMsgType, data: Any) -> tuple[int, bytes] | None:
        """A frame of this protocol, sent as text or not (some clients do); what is none is passed over."""
        if kind not in (WSMsgType.TEXT, WSMsgType.BINARY) or not data:
            return None
        raw = data.encode() if isinstance(data, str) else bytes(data)
        if not self._text:
            return raw[0], raw[1:]
        try:
            return int(raw[:1]), base64.b64decode(raw[1:])
        except (binascii.Error, ValueError):
            return None

    async def close(self) -> None:
        """The end: close 1000."""
        await self._socket.close()


def success() -> bytes:
    """The Status of a command that ended with 0."""
    return b'{"metadata":{},"status":"Success"}'


def exited(code: int, words: str) -> bytes:
    """The Status of one that ended with another code; `words` are those of the runtime."""
    status: dict[str, Any] = {"metadata": {}, "status": "Failure"}
    status["message"] = f"command terminated with non-zero exit code: {words}"
    status["reason"] = "NonZeroExitCode"
    return msgspec.json.encode(status | {"details": {"causes": [{"reason": "ExitCode", "message": str(code)}]}})


def failed(words: str) -> bytes:
    """The Status of what could not be done."""
    status: dict[str, Any] = {"metadata": {}, "status": "Failure", "message": f"Internal error occurred: {words}"}
    status |= {"reason": "InternalError", "details": {"causes": [{"message": words}]}, "code": 500}
    return msgspec.json.encode(status)
