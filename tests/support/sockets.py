"""Sessions over WebSockets: a reader of their channels, and servers of them that do what a test says."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
from aiohttp import web

from k8stui.kube.connection import Connection
from k8stui.kube.errors import ApiError
from k8stui.kube.sockets import ERROR, STDERR, STDOUT, Channels, Exit, exit_status
from tests.support.exchanges import PERMIT
from tests.support.wire import request_head

POD = "/api/v1/namespaces/default/pods/web"
Query = Sequence[tuple[str, str]]


def words(*command: str, stdin: bool = False, tty: bool = False) -> list[tuple[str, str]]:
    """The query of a command."""
    flags = {"stderr": not tty, "stdin": stdin, "stdout": True, "tty": tty}
    return [*(("command", word) for word in command), *((name, "true") for name, on in flags.items() if on)]


async def opened(connection: Connection, query: Query, path: str = f"{POD}/exec") -> Channels:
    """A session."""
    return await connection.socket(path, query=query, permit=PERMIT)


class Heard:
    """Reads the channels of a session in the background until it ends."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels
        self.frames: list[tuple[int, bytes]] = []
        self.error: ApiError | None = None
        self.task = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        try:
            async for channel, data in self.channels:
                self.frames.append((channel, data))
        except ApiError as error:
            self.error = error

    def on(self, channel: int) -> bytes:
        """All that came on one channel."""
        return b"".join(data for each, data in self.frames if each == channel)

    @property
    def out(self) -> bytes:
        return self.on(STDOUT)

    @property
    def err(self) -> bytes:
        return self.on(STDERR)

    async def end(self) -> Exit | None:
        """How the command ended, once the session has."""
        await asyncio.wait_for(self.task, 5)
        return exit_status(self.on(ERROR)) if self.on(ERROR) else None


class Sessions:
    """A server that opens every session with one protocol, remembers what it was asked, and plays a part."""

    def __init__(
        self,
        protocol: str = "v5.channel.k8s.io",
        play: Callable[[web.WebSocketResponse], Awaitable[None]] | None = None,
        autoping: bool = True,
    ) -> None:
        self.asked: list[web.Request] = []
        self.peers: list[Any] = []
        """The client certificates they came with."""
        self._autoping = autoping
        self._protocol = protocol
        self._play = play or ends

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.peers.append(request.get_extra_info("peercert"))
        socket = web.WebSocketResponse(
            protocols=(self._protocol,), compress=False, timeout=0.2, max_msg_size=0, autoping=self._autoping
        )
        await socket.prepare(request)
        await self._play(socket)
        if not socket.closed:
            await socket.close()
        return socket


async def ends(socket: web.WebSocketResponse) -> None:
    """A command that has nothing to say."""
    await socket.send_bytes(b'\x03{"metadata":{},"status":"Success"}')


def relay(url: str, token: str, protocol: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """In front of a server as an old one would be: it is asked for that protocol alone."""

    async def handler(request: web.Request) -> web.StreamResponse:
        near = web.WebSocketResponse(protocols=(protocol,), compress=False, timeout=0.2)
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session,
            session.ws_connect(url + str(request.rel_url), protocols=(protocol,)) as far,
        ):
            assert far.protocol == protocol
            await near.prepare(request)

            async def forth() -> None:
                async for message in near:
                    await far.send_bytes(message.data)

            task = asyncio.ensure_future(forth())
            async for message in far:
                await near.send_bytes(message.data)
            task.cancel()
        await near.close()
        return near

    return handler


async def handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Open a WebSocket on a bare connection."""
    head = await request_head(reader)
    key = re.search(r"Sec-WebSocket-Key: (\S+)", head, re.IGNORECASE)
    assert key is not None
    accept = base64.b64encode(hashlib.sha1(key[1].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Protocol: v5.channel.k8s.io\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    await writer.drain()
