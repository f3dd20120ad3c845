"""The server's clock, and the end of a connection whatever the server does."""

import asyncio
from email.utils import formatdate

import pytest
from aiohttp import web
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.kube import transport
from k8stui.kube.connection import connect
from k8stui.kube.errors import ApiError
from k8stui.kube.servertime import ServerTime
from k8stui.kube.target import CredentialSpec, Pem, Secret
from k8stui.settings import Timing
from tests.support.clock import ManualClock
from tests.support.exchanges import Recorder, Versioned, watching
from tests.support.waiting import WITHIN, eventually
from tests.support.wire import (
    TIMING,
    Authority,
    connected,
    raw,
    serving,
    target,
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


# Time


async def test_the_time_of_the_server() -> None:
    clock = ManualClock()
    async with (
        serving(Recorder(headers={"Date": formatdate(clock.now() + 90.5, usegmt=True)})) as url,
        connected(url, clock=clock) as connection,
    ):
        assert (connection.skew, connection.now()) == (0.0, clock.now())
        await connection.request("GET", "/version")
        assert connection.skew == pytest.approx(90.5, abs=0.51)
        assert connection.now() == clock.now() + connection.skew


def test_the_skew_is_learnt_to_a_fraction_of_a_second_and_follows_a_set_clock() -> None:
    learnt = ServerTime()
    for tenth in range(40):
        ours = 1_000_000.0 + tenth * 0.37
        learnt.heard(formatdate(ours + 12.34, usegmt=True), ours - 0.01, ours + 0.01)
    assert learnt.skew == pytest.approx(12.34, abs=0.1)
    learnt.heard(formatdate(1_000_050.0 - 60, usegmt=True), 1_000_050.0, 1_000_050.0)
    assert learnt.skew == pytest.approx(-59.5, abs=0.6)


def test_equal_clocks_have_no_skew_and_nonsense_says_nothing() -> None:
    learnt = ServerTime()
    for date in (None, "", "yesterday", "Mon, 99 Foo 2026 10:00:00 GMT"):
        learnt.heard(date, 1.0, 2.0)
    for tenth in range(30):
        ours = 1_000_000.0 + tenth * 0.13
        learnt.heard(formatdate(ours, usegmt=True), ours, ours + 0.2)
    assert learnt.skew == 0.0


# The end


async def test_closing_while_the_server_hangs(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(path="/healthz", delay=60))
    timing = replace(TIMING, request=60.0, silence=60.0)
    connection = await connect(target(cluster.url, cluster.token), timing, ManualClock())
    asking = [asyncio.ensure_future(connection.request("GET", "/healthz")) for _ in range(40)]
    streams = [watching(connection) for _ in range(3)]
    await eventually(lambda: len(cluster.watching) == 3 and len(cluster.requests) == 3 + transport.REQUESTS)
    loop = asyncio.get_running_loop()
    before = loop.time()
    await connection.close()
    results = await asyncio.gather(*asking, *streams, return_exceptions=True)
    assert loop.time() - before < TIMING.close + 5
    assert all(isinstance(result, ApiError) and "left" in result.title for result in results), results
    with pytest.raises(ApiError, match="left"):
        await connection.request("GET", "/version")
    with pytest.raises(ApiError, match="left"):
        await anext(connection.watch("/api/v1/pods", since="1", event=lambda raw_object: Versioned()))
    await connection.close()


async def test_closing_during_a_handshake_that_hangs() -> None:
    arrived = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.Event().wait()

    async with raw(hang) as address:
        goal = target(f"https://{address}", insecure=True)
        connection = await connect(goal, Timing(connect=30, request=30, close=0.3), ManualClock())
        task = asyncio.ensure_future(connection.request("GET", "/version"))
        await arrived.wait()
        await connection.close()
        with pytest.raises(ApiError, match="left"):
            await task


async def test_a_cancelled_request_frees_its_connection() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return web.Response()

    async with serving(handler) as url, connected(url) as connection:
        task = asyncio.ensure_future(connection.request("GET", "/api"))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(ended.wait(), WITHIN)


async def test_no_secret_in_a_repr(authority: Authority) -> None:
    certificate, key = authority.issue("jane")
    spec = CredentialSpec(
        user="jane", token=Secret("t0ken"), certificate=Pem(Secret(certificate)), key=Pem(Secret(key))
    )
    goal = target("https://127.0.0.1:1", ca=authority.pem, credentials=spec)
    async with connected(goal) as connection:
        ready = await connection._calls.wire.ready()
        for thing in (connection, connection.target, connection._calls, connection._calls.wire, ready, ready.client):
            assert "t0ken" not in repr(thing)
            assert "PRIVATE" not in repr(thing)


async def test_a_body_is_not_in_the_repr_of_its_answer() -> None:
    async with serving(Recorder(b'{"data":"c2VjcmV0"}')) as url, connected(url) as connection:
        assert "c2VjcmV0" not in repr(await connection.request("GET", "/api/v1/namespaces/d/secrets/s"))
