"""Every way a watch ends, and what it costs and leaves behind."""

import asyncio

import pytest
from aiohttp import web

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.watch import Event, StreamWatch
from k8stui.model.kinds import Kind
from k8stui.settings import Timing
from tests.support.exchanges import HEAD, Thing, asking, broken, collect, line, sends, thing
from tests.support.waiting import eventually
from tests.support.wire import connected, raw, request_head, serving

CONFIGMAPS = Kind("", "v1", "configmaps", "ConfigMap", "configmap")


# How it ends


async def test_a_quiet_end_is_no_error_and_nothing_is_asked_again() -> None:
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await request_head(reader))
        writer.write(HEAD + line("ADDED", "a", 2))
        await writer.drain()

    found: list[Event[Thing]] = []
    async with raw(serve) as address, connected(f"http://{address}") as connection:
        await collect(connection, found)
    assert (len(found), len(asked)) == (1, 1)


async def test_gone_as_a_line_of_the_stream(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="watch", wire=Wire.ERROR_LINE, status=410, message="too old resource version"))
    async with asking(cluster) as connection:
        with pytest.raises(ApiError) as caught:
            await collect(connection, [])
    assert (caught.value.failure, caught.value.status) == (Failure.GONE, 410)
    assert sum(record.verb == "watch" for record in cluster.requests) == 1


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (401, Failure.UNAUTHORIZED),
        (403, Failure.FORBIDDEN),
        (404, Failure.NOT_FOUND),
        (410, Failure.GONE),
        (429, Failure.THROTTLED),
        (500, Failure.SERVER),
        (503, Failure.SERVER),
        (504, Failure.TIMEOUT),
    ],
)
async def test_refusals_before_the_stream(cluster: EmbeddedCluster, status: int, failure: Failure) -> None:
    cluster.faults.add(Fault(verb="watch", status=status, retry_after=4))
    async with asking(cluster) as connection:
        with pytest.raises(ApiError) as caught:
            await collect(connection, [])
    assert (caught.value.failure, caught.value.status, caught.value.retry_after) == (failure, status, 4)
    # The library would ask again at once and for ever; a 401 is tried once more with fresh credentials.
    assert len(cluster.requests) == (2 if status == 401 else 1)


async def test_refusals_in_plain_text_are_no_events() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=429, text="Too many requests, try later.\n", headers={"Retry-After": "1"})

    async with serving(handler) as url, connected(url) as connection:
        with pytest.raises(ApiError) as caught:
            await collect(connection, [])
    assert (caught.value.failure, caught.value.retry_after) == (Failure.THROTTLED, 1)


async def test_a_web_page_is_no_stream() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="<html><title>Log in</title></html>", content_type="text/html")

    async with serving(handler) as url, connected(url) as connection:
        with pytest.raises(ApiError) as caught:
            await collect(connection, [])
    assert caught.value.failure is Failure.NOT_KUBERNETES
    assert "Log in" in caught.value.message


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        (line("ADDED", "b", 3)[:-20], "cut off"),
        (b"\x00\xff\xfe<html>502 Bad Gateway</html>\n", "cannot be read"),
        (b"502 Bad Gateway\n", "no event"),
        (b"{}\n", "no event"),
        (b"\n", "no event"),
        (b'{"type":"ERROR","object":{"code":"x"}}\n', "cannot be read"),
    ],
)
async def test_garbage_is_a_broken_stream_after_what_came_before(tail: bytes, words: str) -> None:
    found, error = await broken(sends(line("ADDED", "a", 2), tail))
    assert error.failure is Failure.BROKEN
    assert words in error.message
    assert [event.version for event in found] == ["2"]


async def test_a_reset_connection() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        text = line("ADDED", "a", 2)
        writer.write(b"%x\r\n%s\r\n" % (len(text), text))
        await writer.drain()

    found, error = await broken(serve)
    assert error.failure is Failure.BROKEN
    assert len(found) == 1


async def test_a_line_that_is_too_long() -> None:
    long = b'{"type":"ADDED","object":{"metadata":{"name":"' + b"x" * 6_000_000 + b'","resourceVersion":"3"}}}\n'
    found, error = await broken(sends(line("ADDED", "a", 2), long))
    assert error.failure is Failure.BROKEN
    assert "too large" in error.message
    assert len(found) == 1


async def test_a_large_object_comes_through() -> None:
    big = line("ADDED", "big", 3, ',"data":"' + "x" * 3_000_000 + '"')
    found: list[Event[Thing]] = []
    async with raw(sends(big)) as address, connected(f"http://{address}") as connection:
        await collect(connection, found)
    assert [event.version for event in found] == ["3"]


async def test_a_half_open_connection_is_found_by_its_silence(cluster: EmbeddedCluster) -> None:
    async with asking(cluster, Timing(silence=0.3, close=0.5)) as connection:
        with pytest.raises(ApiError) as caught:
            await collect(connection, [])
    assert caught.value.failure is Failure.TIMEOUT
    assert "went silent" in caught.value.sentence


async def test_a_stream_that_never_begins(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="watch", delay=60))
    async with asking(cluster, Timing(request=0.2, close=0.5)) as connection:
        with pytest.raises(ApiError) as caught:
            await collect(connection, [])
    assert caught.value.failure is Failure.TIMEOUT


# What it costs and leaves behind


async def test_a_cancelled_watch_frees_its_connection(cluster: EmbeddedCluster) -> None:
    async with asking(cluster) as connection:
        task = asyncio.ensure_future(collect(connection, []))
        await eventually(lambda: cluster.watching)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await eventually(lambda: not cluster.watching)


async def test_five_thousand_events_one_request_and_turns_for_the_loop() -> None:
    lines = b"".join(
        line("MODIFIED", f"pod-{number}", number, ',"data":"' + "x" * 2000 + '"') for number in range(5000)
    )
    found: list[Event[Thing]] = []
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1 if found else 0

    # With a slice of nothing each event gives the loop its turn, however much is buffered.
    timing = Timing(slice=0.0, request=3, silence=5, close=0.5)
    async with raw(sends(lines)) as address, connected(f"http://{address}", timing) as connection:
        other = asyncio.ensure_future(turning())
        await collect(connection, found)
        other.cancel()
    assert [event.version for event in found] == [str(number) for number in range(5000)]
    assert turns >= 5000


async def test_a_watch_builds_no_client_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object) -> None:
        raise AssertionError("a client was built")

    monkeypatch.setattr("kubernetes_asyncio.watch.watch.ApiClient", never)
    watch = StreamWatch(thing)
    await watch.close()
