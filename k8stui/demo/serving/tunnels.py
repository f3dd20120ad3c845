"""Port-forward as kubectl speaks it: SPDY streams in the binary messages of one WebSocket.

Each connection to a local port is a pair of streams with one request id: `error`, which the client does not write
into, and `data`. The subprotocol is `SPDY/3.1+portforward.k8s.io`.
"""

from aiohttp import WSMsgType, web
from msgspec import Struct

from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.network import Outcome, at_pod
from k8stui.demo.serving import spdy
from k8stui.demo.serving.connections import Connection, refused
from k8stui.demo.serving.streams import Stream
from k8stui.demo.storage.objects import Object

PROTOCOL = "SPDY/3.1+portforward.k8s.io"
_PIECE = 32 * 1024
_MOST = 1000
"""Streams that are open at a time; more end the connection."""


class Half(Struct):
    """One stream of the client."""

    request: str
    port: int
    data: bool
    """The data stream; else the error stream."""
    connection: Connection | None = None


class Tunnel:
    """One connection of `kubectl port-forward`."""

    def __init__(self, stream: Stream, socket: web.WebSocketResponse, containers: Containers, pod: Object) -> None:
        self._stream = stream
        self._socket = socket
        self._containers = containers
        self._pod = pod
        self._framer = spdy.Framer()
        self._halves: dict[int, Half] = {}

    async def serve(self) -> None:
        """Until the client goes, or says what is no SPDY."""
        try:
            while (message := await self._socket.receive()).type is WSMsgType.BINARY:
                for frame in self._framer.read(message.data):
                    await self._answer(frame)
        except spdy.Broken:
            pass
        await self._socket.close()

    async def _answer(self, frame: spdy.Frame) -> None:
        if frame.kind == spdy.SYN_STREAM:
            await self._open(frame)
        elif frame.kind == 0:
            await self._data(frame)
        elif frame.kind == spdy.PING:
            await self._send(self._framer.pong(frame.stream))
        elif frame.kind == spdy.RST_STREAM:
            self._halves.pop(frame.stream, None)

    async def _open(self, frame: spdy.Frame) -> None:
        port = frame.headers.get("port", "")
        if len(self._halves) >= _MOST or not port.isdecimal() or not 0 < int(port[:6]) < 65536:
            raise spdy.Broken
        half = Half(frame.headers.get("requestid", ""), int(port), frame.headers.get("streamtype") == "data")
        self._halves[frame.stream] = half
        await self._send(self._framer.reply(frame.stream, {}))
        if not half.data:
            return
        if at_pod(self._containers, self._pod, half.port).outcome is Outcome.OPEN:
            half.connection = Connection(self._pod, half.port)
        else:
            await self._end(frame.stream, half, refused(self._pod, half.port).encode())

    async def _data(self, frame: spdy.Frame) -> None:
        half = self._halves.get(frame.stream)
        if half is None or half.connection is None:
            return
        reply = half.connection.feed(frame.data)
        for start in range(0, len(reply), _PIECE):
            await self._send(self._framer.data(frame.stream, reply[start : start + _PIECE]))
        if half.connection.over or frame.flags & spdy.FIN:
            await self._end(frame.stream, half, b"")

    async def _end(self, number: int, half: Half, problem: bytes) -> None:
        """The connection is over: both streams end, the one for errors with what went wrong."""
        pair = [each for each, other in self._halves.items() if other.request == half.request and not other.data]
        for each in pair:
            await self._send(self._framer.data(each, problem, fin=True))
            del self._halves[each]
        await self._send(self._framer.data(number, b"", fin=True))
        self._halves.pop(number, None)

    async def _send(self, data: bytes) -> None:
        await self._stream.step()
        await self._socket.send_bytes(data)
