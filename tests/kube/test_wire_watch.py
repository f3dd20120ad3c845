"""Watches over real HTTP: what arrives, every way they end, and what they leave behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import msgspec
import pytest
from aiohttp import web

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.faults import Fault, Wire
from k8stui.demo.server import Options
from k8stui.kube.connection import Connection
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.watch import Event, StreamWatch
from k8stui.model.codec import codec
from k8stui.model.kinds import NODES, PODS, Kind
from k8stui.model.pods import Pod
from k8stui.settings import Timing
from tests.support.clock import ManualClock
from tests.support.objects import configmap, node, pod
from tests.support.waiting import eventually
from tests.support.wire import TIMING, connected, raw, request_head, serving, target

PATH = "/api/v1/pods"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
CONFIGMAPS = Kind("", "v1", "configmaps", "ConfigMap", "configmap")


class Thing(msgspec.Struct):
    """The least that a watch can yield."""

    name: str
    version: str


class _Meta(msgspec.Struct):
    name: str
    resourceVersion: str


class _Object(msgspec.Struct):
    metadata: _Meta


def thing(raw_object: msgspec.Raw) -> Thing:
    found = msgspec.json.decode(raw_object, type=_Object)
    return Thing(found.metadata.name, found.metadata.resourceVersion)


def line(kind: str, name: str, version: int, more: str = "") -> bytes:
    meta = f'{{"name":"{name}","uid":"uid-{name}","resourceVersion":"{version}"}}'
    return f'{{"type":"{kind}","object":{{"kind":"Pod","metadata":{meta}{more}}}}}\n'.encode()


@asynccontextmanager
async def asking(cluster: EmbeddedCluster, timing: Timing = TIMING) -> AsyncIterator[Connection]:
    async with connected(target(cluster.url, cluster.token), timing) as connection:
        yield connection


async def collect(connection: Connection, into: list[Event[Thing]], **rest: object) -> None:
    async with aclosing(connection.watch(PATH, since="1", event=thing, **rest)) as events:  # type: ignore[arg-type]
        async for event in events:
            into.append(event)


async def broken(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], timing: Timing = TIMING
) -> tuple[list[Event[Thing]], ApiError]:
    """What a watch of a raw server gave, and how it failed."""
    found: list[Event[Thing]] = []
    async with raw(serve) as address, connected(f"http://{address}", timing) as connection:
        with pytest.raises(ApiError) as caught:
            await collect(connection, found)
    return found, caught.value


def sends(*lines: bytes) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """A server that sends these bytes as a watch, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(HEAD + b"".join(lines))
        await writer.drain()

    return serve


# What arrives


async def test_typed_rows_of_what_changes(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a"))
    first = cluster.store.create(pod("b"))
    since = first["metadata"]["resourceVersion"]
    async with asking(cluster) as connection:
        watch: AsyncIterator[Event[Pod]] = connection.watch(PATH, since=since, event=codec(PODS).event)
        waiting = asyncio.ensure_future(anext(watch))
        await eventually(lambda: cluster.watching == ["pods"])
        made = cluster.store.create(pod("c", uid="uid-c"))
        event = await waiting
        assert (event.type, event.version) == ("ADDED", made["metadata"]["resourceVersion"])
        assert event.object is not None
        assert event.object.ref.name == "c"
        gone = cluster.store.delete("pods", "c", "default")
        event = await anext(watch)
        assert (event.type, event.version) == ("DELETED", gone["metadata"]["resourceVersion"])
        assert event.object is not None
        assert event.object.ref.name == "c"


async def test_what_is_asked_for(cluster: EmbeddedCluster) -> None:
    async with asking(cluster, Timing(watch_least=300, watch_most=600, request=3, close=0.5)) as connection:
        watch = connection.watch(PATH, since="7", event=thing, query=[("labelSelector", "app in (a,b),!c")])
        task = asyncio.ensure_future(anext(watch))
        await eventually(lambda: cluster.watching)
        query = cluster.requests[-1].query
        assert 300 <= int(query.pop("timeoutSeconds")) <= 600
        assert query == {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": "7",
            "labelSelector": "app in (a,b),!c",
        }
        assert cluster.requests[-1].headers["Accept-Encoding"] == "identity"
        task.cancel()


async def test_bookmarks_move_the_version_and_have_no_object(clock: ManualClock) -> None:
    embedded = EmbeddedCluster(clock, options=Options(bookmarks_every=0.02))
    await embedded.start()
    made = embedded.store.create(configmap("x"))
    async with asking(embedded) as connection:
        event = await anext(connection.watch(PATH, since=made["metadata"]["resourceVersion"], event=thing))
    await embedded.stop()
    assert (event.type, event.object, event.version) == ("BOOKMARK", None, made["metadata"]["resourceVersion"])


async def test_tables_of_any_kind(cluster: EmbeddedCluster) -> None:
    tables = codec(CONFIGMAPS)
    made = cluster.store.create(configmap("x"))
    async with asking(cluster) as connection:
        watch = connection.watch(
            CONFIGMAPS.path(), since="0", event=tables.event, accept=tables.accept, query=tables.query
        )
        event = await anext(watch)
        assert event.object is not None
        assert (event.object.ref.name, event.version) == ("x", made["metadata"]["resourceVersion"])


async def test_a_bookmark_of_a_table_has_a_version() -> None:
    text = (
        '{"type":"BOOKMARK","object":{"kind":"Table","metadata":{"resourceVersion":"6578"},"columnDefinitions":null,'
        '"rows":[{"cells":["",0],"object":{"metadata":{"resourceVersion":"6578"}}}]}}\n'
    )
    event = StreamWatch(thing).unmarshal_event(text, None)
    assert (event.type, event.object, event.version) == ("BOOKMARK", None, "6578")


async def test_objects_on_a_node_that_is_cluster_scoped(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("n1"))
    async with asking(cluster) as connection:
        event = await anext(connection.watch(NODES.path(), since="0", event=codec(NODES).event))
    assert event.object is not None
    assert event.object.ref.name == "n1"


async def test_a_poison_object_costs_itself_and_not_the_watch() -> None:
    poison = b'{"type":"MODIFIED","object":{"metadata":{"name":7,"uid":"u-7","resourceVersion":"3"}}}\n'
    worse = b'{"type":"ADDED","object":[1,2]}\n'
    found: list[Event[Thing]] = []
    async with (
        raw(sends(line("ADDED", "a", 2), poison, worse, line("ADDED", "b", 4))) as address,
        connected(f"http://{address}") as connection,
    ):
        await collect(connection, found)
    assert [(event.type, event.version, event.uid) for event in found] == [
        ("ADDED", "2", ""),
        ("MODIFIED", "3", "u-7"),
        ("ADDED", "", ""),
        ("ADDED", "4", ""),
    ]
    assert [event.object is None for event in found] == [False, True, True, False]


async def test_a_rule_that_trips_over_an_object_is_a_poison_too() -> None:
    def trips(raw_object: msgspec.Raw) -> Thing:
        raise KeyError("status")

    event = StreamWatch(trips).unmarshal_event(line("ADDED", "a", 2).decode(), None)
    assert (event.object, event.version, event.uid) == (None, "2", "uid-a")


async def test_every_arrival_is_heard_of(cluster: EmbeddedCluster) -> None:
    heard: list[int] = []
    cluster.store.create(pod("a"))
    cluster.store.create(pod("b"))
    async with asking(cluster) as connection:
        watch = connection.watch(PATH, since="0", event=thing, on_bytes=lambda: heard.append(1))
        await anext(watch)
        await anext(watch)
    assert len(heard) == 3  # the head of the answer, two lines


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
