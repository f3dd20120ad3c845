"""Links that die: told in time, and never said of one that lives."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Wire
from k8stui.kube.errors import Failure
from k8stui.kube.sockets import STDIN, Channels
from k8stui.settings import Timing
from tests.support.exchanges import asking
from tests.support.objects import pod
from tests.support.sockets import Heard, Sessions, handshake, opened, words
from tests.support.waiting import WITHIN, eventually
from tests.support.wire import TIMING, connected, raw, serving

QUICK = replace(TIMING, ping=0.1, pong=0.7)
"""Death is told in less than a second, and a busy machine may still answer late."""
PATIENT = replace(TIMING, ping=60.0, pong=60.0)


@asynccontextmanager
async def shell(cluster: EmbeddedCluster, timing: Timing) -> AsyncIterator[Channels]:
    """A command that waits for input, in a pod of the cluster."""
    made = pod("web")
    made["spec"]["containers"][0]["image"] = "busybox:1"
    cluster.store.create(made)
    async with asking(cluster, timing) as connection:
        yield await opened(connection, words("cat", stdin=True))


def test_the_real_times_tell_it_within_fifteen_seconds() -> None:
    assert Timing().ping + Timing().pong < 15


async def test_a_server_that_answers_nothing_any_more_is_told_in_time(cluster: EmbeddedCluster) -> None:
    async with shell(cluster, QUICK) as channels:
        heard = Heard(channels)
        await asyncio.sleep(2 * (QUICK.ping + QUICK.pong))
        assert not heard.task.done(), "it was alive"
        start = time.monotonic()
        assert cluster.cut_streams("exec", Wire.HALF_OPEN) == 1
        await heard.end()
        assert time.monotonic() - start < PATIENT.pong / 2
        assert heard.error is not None
        assert heard.error.title == "The connection is dead"
        assert "go on in the container" in heard.error.hint
        await asyncio.wait_for(channels.close(), WITHIN)


@pytest.mark.parametrize("wire", [Wire.RESET, Wire.EOF])
async def test_a_connection_that_breaks_is_told_at_once(cluster: EmbeddedCluster, wire: Wire) -> None:
    async with shell(cluster, PATIENT) as channels:
        heard = Heard(channels)
        await channels.send(STDIN, b"x\n")
        await eventually(lambda: heard.out)
        assert cluster.cut_streams("exec", wire) == 1
        await eventually(heard.task.done)
        assert heard.error is not None
        assert heard.error.failure is Failure.BROKEN
        assert heard.frames == [(1, b"x\n")]


async def test_a_server_that_ends_is_told_at_once(cluster: EmbeddedCluster) -> None:
    async with shell(cluster, PATIENT) as channels:
        heard = Heard(channels)
        await cluster.stop()
        await eventually(heard.task.done)
        assert heard.error is not None
        assert heard.error.failure is Failure.BROKEN


async def test_a_status_is_the_end_whatever_happens_to_the_connection_then() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handshake(reader, writer)
        status = b'\x03{"status":"Success"}'
        writer.write(bytes((0x82, len(status))) + status)
        await writer.drain()
        writer.transport.abort()

    async with raw(serve) as address, connected(f"http://{address}") as connection:
        heard = Heard(await opened(connection, words("x")))
        ended = await heard.end()
    assert heard.error is None
    assert ended is not None
    assert ended.code == 0


async def test_silence_is_no_death_while_pings_are_answered() -> None:
    pings = 0

    async def play(socket: web.WebSocketResponse) -> None:
        nonlocal pings
        async for message in socket:
            assert message.type is web.WSMsgType.PING
            pings += 1
            await socket.pong(message.data)

    async with serving(Sessions(play=play, autoping=False)) as url, connected(url, QUICK) as connection:
        channels = await opened(connection, words("x"))
        heard = Heard(channels)
        await eventually(lambda: pings >= 8)
        assert not heard.task.done()
        await channels.close()
        assert await heard.end() is None


async def test_a_reader_that_is_busy_is_no_dead_link(cluster: EmbeddedCluster) -> None:
    """ctrl+s, a slow terminal: nothing is taken off the connection then, and so no pong either."""
    async with shell(cluster, QUICK) as channels:
        await channels.send(STDIN, b"x\n")
        found = [await anext(channels)]
        await asyncio.sleep(2 * (QUICK.ping + QUICK.pong))
        await channels.send(STDIN, b"y\n")
        found.append(await anext(channels))
        assert found == [(1, b"x\n"), (1, b"y\n")]
        await channels.close()


async def test_a_program_that_reads_nothing_of_what_was_pasted_is_no_dead_link() -> None:
    reads = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handshake(reader, writer)
        await reads.wait()
        while not reader.at_eof():
            await reader.read(2**20)

    async with raw(serve) as address, connected(f"http://{address}", QUICK) as connection:
        channels = await opened(connection, words("sleep", "100"))
        heard = Heard(channels)
        pasting = asyncio.ensure_future(channels.send(STDIN, b"x" * 2**25))
        await asyncio.sleep(2 * (QUICK.ping + QUICK.pong))
        assert not pasting.done()
        assert not heard.task.done()
        reads.set()
        await asyncio.wait_for(pasting, WITHIN)
        await heard.end()  # it takes all of it, but answers no ping
        assert heard.error is not None
        await channels.close()
