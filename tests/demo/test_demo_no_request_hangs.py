"""No client can hold the server up: who stops reading, writing or answering costs little and is let go."""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.options import Options
from tests.support.clock import ManualClock
from tests.support.http import TABLE, http
from tests.support.objects import pod
from tests.support.waiting import WITHIN, eventually

EVENTS = 20_000
STUCK = 8
WINDOW = 500
_MEGA = 1024 * 1024
MOST = 40 * _MEGA
"""Of what the events would be if they were kept for each of the watchers: some 450 MiB."""


@pytest.fixture
async def small(clock: ManualClock) -> AsyncIterator[EmbeddedCluster]:
    """Remembers few changes and has little patience."""
    cluster = EmbeddedCluster(clock, window=WINDOW, options=Options(stall=0.3))
    await cluster.start()
    yield cluster
    await cluster.stop()


async def opened(cluster: EmbeddedCluster, path: str, accept: str = "application/json") -> asyncio.StreamWriter:
    """A connection that has asked for this and never reads."""
    reader, writer = await asyncio.open_connection("127.0.0.1", cluster.port, limit=1024)
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {cluster.token}\r\nAccept: {accept}\r\n\r\n"
    writer.write(head.encode())
    await writer.drain()
    return writer


async def test_twenty_thousand_events_to_watchers_that_do_not_read(small: EmbeddedCluster) -> None:
    """Plain, selecting and Table watches, all stuck: the log's window is all that is kept, one that reads goes on."""
    forms = [("", "*/*"), ("&labelSelector=app%3Dx", "*/*"), ("", TABLE), ("&fieldSelector=metadata.name%3Dp", "*/*")]
    since = f"/api/v1/pods?watch=1&resourceVersion={small.store.revision}"
    stuck = [await opened(small, since + query, accept) for query, accept in forms * (STUCK // len(forms))]
    await eventually(lambda: len(small.watching) == STUCK)
    obj = small.store.create(pod("p", labels={"app": "x"}))
    before = most = resident()
    async with http(small) as client, client.watch(since) as events:
        heard = 0
        for number in range(EVENTS):
            obj["metadata"]["annotations"] = {"n": str(number), "long": "x" * 2000}
            obj = small.store.update(obj)
            while number % 200 == 199 and heard < number:
                await asyncio.wait_for(anext(events), WITHIN)
                heard += 1
            most = max(most, resident()) if number % 200 == 0 else most
        await eventually(lambda: len(small.watching) == 1)
    grown = most - before
    assert grown < MOST, f"{grown / _MEGA:.0f} MiB more were needed for {STUCK} watchers that do not read"
    for writer in stuck:
        writer.close()


def resident() -> int:
    """The memory of this process in bytes, now (where /proc is missing: at its most)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


async def test_a_request_that_never_ends_holds_nobody_else_up(small: EmbeddedCluster) -> None:
    halves = [
        b"GET /api/v1/pods HTTP/1.1\r\nHost: x\r\nX-Long: ",
        b"POST /api/v1/namespaces/default/pods HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{",
        b"POST /api/v1/namespaces/default/pods HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n{",
    ]
    open_ones = []
    for half in halves * 20:
        _, writer = await asyncio.open_connection("127.0.0.1", small.port)
        writer.write(half)
        await writer.drain()
        open_ones.append(writer)
    async with http(small) as client, asyncio.timeout(WITHIN):
        assert (await client.get("/api/v1/pods")).status == 200
        for writer in open_ones:
            writer.transport.abort()
        assert (await client.get("/readyz")).status == 200


async def test_a_large_list_nobody_reads_holds_nobody_else_up(small: EmbeddedCluster) -> None:
    for number in range(2000):
        small.store.create(pod(f"p{number}", labels={"app": "x" * 500}))
    stuck = [await opened(small, "/api/v1/pods") for _ in range(10)]
    async with http(small) as client, asyncio.timeout(WITHIN):
        assert len((await client.get("/api/v1/pods?limit=500")).json["items"]) == 500
        assert (await client.get("/readyz")).status == 200
    for writer in stuck:
        writer.transport.abort()


async def test_watches_that_are_left_without_a_word_are_forgotten(small: EmbeddedCluster) -> None:
    stuck = [await opened(small, "/api/v1/pods?watch=1") for _ in range(50)]
    await eventually(lambda: len(small.watching) == 50)
    for writer in stuck:
        writer.transport.abort()
    await eventually(lambda: not small.watching)
