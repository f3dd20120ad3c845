"""Streams of bytes over a real connection: a log that is followed, its breaks, its end, and what it costs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from aiohttp import web
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Wire
from k8stui.kube.connection import Connection
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.permits import PermitError
from tests.support.clock import START
from tests.support.exchanges import Recorder, asking
from tests.support.objects import pod
from tests.support.waiting import WITHIN, eventually
from tests.support.wire import TIMING, connected, raw, request_head, serving, target

LOG = "/api/v1/namespaces/default/pods/web/log"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
async def connection(cluster: EmbeddedCluster) -> AsyncIterator[Connection]:
    async with asking(cluster) as made:
        yield made


@pytest.fixture(autouse=True)
def uid(cluster: EmbeddedCluster) -> str:
    """A pod with three lines."""
    found = str(cluster.store.create(pod("web"))["metadata"]["uid"])
    for number in range(3):
        cluster.logs.write(found, "main", 0, f"line {number}", START - 3 + number)
    return found


class Reader:
    """Reads a stream in the background."""

    def __init__(self, connection: Connection, path: str = LOG, *query: tuple[str, str]) -> None:
        self.data = b""
        self.error: ApiError | None = None
        self.task = asyncio.ensure_future(self._read(connection, path, query))

    async def _read(self, connection: Connection, path: str, query: tuple[tuple[str, str], ...]) -> None:
        try:
            async with aclosing(connection.stream(path, query=query)) as pieces:
                async for piece in pieces:
                    assert piece
                    self.data += piece
        except ApiError as error:
            self.error = error

    async def end(self) -> ApiError | None:
        await asyncio.wait_for(self.task, WITHIN)
        return self.error


FOLLOW = ("follow", "true")


# What comes


async def test_a_log_to_its_end(connection: Connection) -> None:
    reader = Reader(connection, LOG, ("tailLines", "2"))
    assert await reader.end() is None
    assert reader.data == b"line 1\nline 2\n"


async def test_lines_are_handed_on_as_they_come_and_silence_is_no_failure(cluster: EmbeddedCluster, uid: str) -> None:
    quick = replace(TIMING, request=1.0, silence=0.1)
    async with asking(cluster, quick) as connection:
        reader = Reader(connection, LOG, FOLLOW)
        await eventually(lambda: reader.data.endswith(b"line 2\n"))
        await asyncio.sleep(1.2)  # longer than any request may take, and any watch may be silent
        cluster.logs.write(uid, "main", 0, "at last", START)
        await eventually(lambda: reader.data.endswith(b"at last\n"))
        assert reader.error is None
        reader.task.cancel()


async def test_whoever_stops_reading_ends_it_for_the_server(cluster: EmbeddedCluster, connection: Connection) -> None:
    reader = Reader(connection, LOG, FOLLOW)
    await eventually(lambda: reader.data)
    assert cluster.streaming == ["log"]
    reader.task.cancel()
    await eventually(lambda: not cluster.streaming)


async def test_it_wants_no_compression_and_brings_no_body() -> None:
    server = Recorder(b"text")
    async with serving(server) as url, connected(url) as connection:
        reader = Reader(connection)
        assert await reader.end() is None
    (request,) = server.asked
    assert request.headers["Accept-Encoding"] == "identity"
    assert request.headers["Authorization"] == "Bearer token-1"
    assert reader.data == b"text"


# What goes wrong


@pytest.mark.parametrize(
    ("path", "query", "failure", "words"),
    [
        (LOG, ("container", "none"), Failure.INVALID, "container none is not valid for pod web"),
        (LOG, ("previous", "true"), Failure.INVALID, 'previous terminated container "main" in pod "web" not found'),
        (LOG.replace("web", "gone"), ("follow", "true"), Failure.NOT_FOUND, 'pods "gone" not found'),
    ],
)
async def test_a_refusal_in_the_servers_words(
    connection: Connection, path: str, query: tuple[str, str], failure: Failure, words: str
) -> None:
    error = await Reader(connection, path, query).end()
    assert error is not None
    assert error.failure is failure
    assert words in error.sentence


async def test_who_may_not_read_logs_is_told_so(cluster: EmbeddedCluster) -> None:
    async with connected(target(cluster.url, cluster.viewer_token)) as connection:
        error = await Reader(connection).end()
    assert error is not None
    assert error.lacks_right
    assert "You (viewer) may not get pods/log in the namespace default" in error.sentence


@pytest.mark.parametrize("wire", [Wire.RESET, Wire.TRUNCATED])
async def test_a_broken_stream_gives_what_came_and_then_says_so(
    cluster: EmbeddedCluster, connection: Connection, wire: Wire
) -> None:
    reader = Reader(connection, LOG, FOLLOW)
    await eventually(lambda: reader.data.endswith(b"line 2\n"))
    cluster.cut_streams("log", wire)
    error = await reader.end()
    assert error is not None
    assert error.failure is Failure.BROKEN
    assert reader.data == b"line 0\nline 1\nline 2\n"


async def test_a_401_renews_the_credentials_once() -> None:
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers["Authorization"])
        status = {"kind": "Status", "reason": "Unauthorized", "message": "Unauthorized", "code": 401}
        return web.Response(text="ok") if seen[-1].endswith("new") else web.json_response(status, status=401)

    async with serving(handler) as url:
        goal = target(url, "old")
        async with connected(goal, reload=lambda: target(url, "new")) as connection:
            reader = Reader(connection)
            assert await reader.end() is None
        async with connected(goal, reload=lambda: goal) as connection:
            error = await Reader(connection).end()
    assert reader.data == b"ok"
    assert error is not None
    assert error.failure is Failure.UNAUTHORIZED
    assert seen == ["Bearer old", "Bearer new", "Bearer old", "Bearer old"]


async def test_leaving_the_context_ends_it_at_once(cluster: EmbeddedCluster) -> None:
    async with asking(cluster) as connection:
        reader = Reader(connection, LOG, FOLLOW)
        await eventually(lambda: reader.data)
        await connection.close()
        error = await reader.end()
        assert error is not None
        assert error.title == "This context was left"


async def test_it_is_no_way_into_a_pod(connection: Connection) -> None:
    with pytest.raises(PermitError):
        connection.stream(LOG.replace("log", "exec"), query=[("command", "sh")])


async def test_a_context_that_may_only_be_read_has_logs(cluster: EmbeddedCluster) -> None:
    made = target(cluster.url, cluster.token)
    async with connected(replace(made, context=replace(made.context, read_only=True))) as connection:
        reader = Reader(connection)
        assert await reader.end() is None
    assert reader.data.startswith(b"line 0\n")


# What it costs


async def test_fifty_streams_are_open_beside_requests(cluster: EmbeddedCluster, connection: Connection) -> None:
    readers = [Reader(connection, LOG, FOLLOW) for _ in range(50)]
    await eventually(lambda: all(reader.data for reader in readers))
    assert (await connection.request("GET", "/version")).status == 200
    for reader in readers:
        reader.task.cancel()


async def test_a_flood_comes_in_small_pieces_and_leaves_the_loop_to_others() -> None:
    line = b"x" * 99 + b"\n"
    count = 200_000
    chunk = line * 5_000
    piece = b"%x\r\n%b\r\n" % (len(chunk), chunk)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(HEAD)
        for _ in range(count // 5_000):
            writer.write(piece)
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    turns = 0

    async def ticking() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with raw(serve) as address, connected(f"http://{address}") as connection:
        ticker = asyncio.ensure_future(ticking())
        lines, largest = 0, 0
        async for found in connection.stream(LOG):
            lines += found.count(b"\n")
            largest = max(largest, len(found))
        ticker.cancel()
    assert lines == count
    assert largest <= 2**16
    assert turns > 50
