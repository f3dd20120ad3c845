"""SPDY inside a WebSocket, byte by byte."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.spdy import _HEADERS, LONGEST, Broken, Framer, _dictionary
from k8stui.demo.serving.tunnels import PROTOCOL
from tests.support.objects import pod
from tests.support.waiting import WITHIN, eventually


class Spdy:
    """The client's half: makes frames, and reads data and pongs."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.data: dict[int, bytes] = {}
        self.ended: list[int] = []
        self.pongs: list[int] = []
        self._packer = zlib.compressobj(zdict=_dictionary())
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            first, rest = struct.unpack(">II", message.data[:8])
            if not first >> 31:
                self.data[first] = self.data.get(first, b"") + message.data[8:]
                self.ended += [first] if rest >> 24 else []
            elif first & 0xFFFF == 6:
                self.pongs.append(int.from_bytes(message.data[8:12]))

    def frame(self, kind: int, payload: bytes) -> bytes:
        return struct.pack(">HHI", 0x8003, kind, len(payload)) + payload

    def opening(self, number: int, headers: dict[str, str]) -> bytes:
        block = len(headers).to_bytes(4)
        for text in (text.encode() for row in headers.items() for text in row):
            block += len(text).to_bytes(4) + text
        packed = self._packer.compress(block) + self._packer.flush(zlib.Z_SYNC_FLUSH)
        return self.frame(1, struct.pack(">IIBB", number, 0, 0, 0) + packed)

    async def connect(self, number: int, port: int) -> None:
        for at, kind in ((number, "error"), (number + 2, "data")):
            headers = {"streamtype": kind, "port": str(port), "requestid": str(number)}
            await self.socket.send_bytes(self.opening(at, headers))


@pytest.fixture
async def spdy(cluster: EmbeddedCluster) -> AsyncIterator[Spdy]:
    obj = pod("p")
    obj["spec"]["containers"][0]["ports"] = [{"containerPort": 80}]
    cluster.store.create(obj)
    headers = {"Authorization": f"Bearer {cluster.token}"}
    async with aiohttp.ClientSession(cluster.url, headers=headers) as http:
        path = "/api/v1/namespaces/default/pods/p/portforward"
        async with http.ws_connect(path, protocols=(PROTOCOL,)) as socket:
            assert socket.protocol == PROTOCOL
            client = Spdy(socket)
            yield client
            client.task.cancel()


async def test_several_connections_over_one_tunnel(spdy: Spdy) -> None:
    for number in (1, 5):
        await spdy.connect(number, 80)
    for number in (7, 3):
        request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        await spdy.socket.send_bytes(struct.pack(">II", number, len(request)) + request)
    await eventually(lambda: sorted(spdy.ended) == [1, 3, 5, 7])
    assert spdy.data[3] == spdy.data[7]
    assert spdy.data[3].endswith(b"\r\n\r\np.default on port 80\n")
    assert (spdy.data[1], spdy.data[5]) == (b"", b"")


async def test_a_port_that_is_closed(spdy: Spdy) -> None:
    await spdy.connect(1, 81)
    await eventually(lambda: spdy.ended == [1, 3])
    assert spdy.data[1].endswith(b"failed to connect to localhost:81 inside namespace: connection refused")


async def test_frames_that_come_in_pieces_and_pings(spdy: Spdy) -> None:
    for byte in spdy.frame(6, (7).to_bytes(4)) + spdy.frame(7, bytes(8)) + spdy.frame(6, (9).to_bytes(4)):
        await spdy.socket.send_bytes(bytes((byte,)))
    await eventually(lambda: spdy.pongs == [7, 9])


@pytest.mark.parametrize(
    "garbage", [b"\x80\x09" + bytes(10), b"\x00" * 5 + b"\xff" * 3, b"\x80\x03\x00\x01" + bytes(20)]
)
async def test_what_is_no_spdy_ends_the_tunnel(spdy: Spdy, garbage: bytes) -> None:
    await spdy.socket.send_bytes(garbage + bytes(64))
    await asyncio.wait_for(spdy.task, WITHIN)
    assert spdy.socket.close_code == 1000


async def test_a_port_that_is_none_ends_the_tunnel(spdy: Spdy) -> None:
    await spdy.socket.send_bytes(spdy.opening(1, {"streamtype": "data", "port": "9" * 5000}))
    await asyncio.wait_for(spdy.task, WITHIN)


def test_headers_that_unpack_to_too_much_are_refused() -> None:
    packed = zlib.compressobj(zdict=_dictionary())
    block = packed.compress(bytes(100 * _HEADERS)) + packed.flush(zlib.Z_SYNC_FLUSH)
    payload = bytes(10) + block
    with pytest.raises(Broken):
        list(Framer().read(struct.pack(">HHI", 0x8003, 1, len(payload)) + payload))
    assert len(payload) < LONGEST


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_are_read_or_refused(pieces: list[bytes]) -> None:
    framer = Framer()
    try:
        for piece in pieces:
            list(framer.read(b"\x80\x03\x00\x01\x00\x00\x00" + piece))
    except Broken:
        return
