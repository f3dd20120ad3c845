"""Sessions over a real connection: channels, endings, refusals."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import WSCloseCode, web
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.connection import Connection
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.permits import PermitError, ReadOnlyError
from k8stui.kube.sockets import STDIN, STDOUT, V4, V5, Exit
from tests.support.exchanges import PERMIT, asking
from tests.support.objects import pod
from tests.support.sockets import POD, Heard, Sessions, ends, handshake, opened, relay, words
from tests.support.waiting import WITHIN, eventually
from tests.support.wire import TIMING, answer, connected, raw, request_head, serving, target


@pytest.fixture
async def connection(cluster: EmbeddedCluster) -> AsyncIterator[Connection]:
    async with asking(cluster) as made:
        yield made


@pytest.fixture(autouse=True)
def web_pod(cluster: EmbeddedCluster) -> None:
    made = pod("web")
    made["spec"]["containers"][0]["image"] = "busybox:1"
    cluster.store.create(made)


# Channels


async def test_both_outputs_and_the_exit_code(connection: Connection) -> None:
    channels = await opened(connection, words("sh", "-c", "echo out; echo err >&2; exit 7"))
    assert channels.protocol == V5
    assert channels.closable
    heard = Heard(channels)
    assert await heard.end() == Exit(7, "command terminated with exit code 7")
    assert (heard.out, heard.err, heard.error) == (b"out\n", b"err\n", None)
    await channels.close()


async def test_the_end_of_the_input_can_be_told(connection: Connection) -> None:
    channels = await opened(connection, words("cat", stdin=True))
    heard = Heard(channels)
    await channels.send(STDIN, "grüße\n".encode())
    await eventually(lambda: heard.out == "grüße\n".encode())
    await channels.end_input()
    assert await heard.end() == Exit(0)


async def test_a_terminal_follows_the_size(connection: Connection) -> None:
    channels = await opened(connection, words("sh", stdin=True, tty=True))
    heard = Heard(channels)
    await channels.resize(91, 17)
    await channels.send(STDIN, b"stty size\r")
    await eventually(lambda: b"17 91" in heard.out)
    await channels.send(STDIN, b"exit 3\r")
    ended = await heard.end()
    assert ended is not None
    assert ended.code == 3


async def test_an_older_server_speaks_v4_and_hears_no_end_of_the_input(cluster: EmbeddedCluster) -> None:
    async with serving(relay(cluster.url, cluster.token, V4)) as url, connected(url) as connection:
        channels = await opened(connection, words("cat", stdin=True))
        assert channels.protocol == V4
        assert not channels.closable
        heard = Heard(channels)
        await channels.end_input()
        await channels.send(STDIN, b"still here\n")
        await eventually(lambda: heard.out == b"still here\n")
        await channels.close()
        assert await heard.end() is None
        heard = Heard(await opened(connection, words("sh", "-c", "exit 7")))
        assert await heard.end() == Exit(7, "command terminated with exit code 7")


async def test_frames_of_any_size_both_ways() -> None:
    big = bytes(range(256)) * 40_000
    got = bytearray()

    async def play(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(b"\x01" + big)
        while len(got) < len(big):
            got.extend((await socket.receive_bytes())[1:])
        await ends(socket)

    async with serving(Sessions(play=play)) as url, connected(url) as connection:
        channels = await opened(connection, words("cat"))
        heard = Heard(channels)
        await channels.send(STDIN, big)
        assert await heard.end() == Exit(0)
    assert heard.out == big
    assert got == big


async def test_pings_are_answered_and_what_is_of_no_channel_is_passed_over() -> None:
    async def play(socket: web.WebSocketResponse) -> None:
        for frame in (b"", b"\x01", b"\x02", b"\x03", b"\xff\x01", b"\x09what", b"\x00echo", b"\x01\xc3", b"\x01\xa9"):
            await socket.send_bytes(frame)
        await socket.ping(b"there?")
        message = await socket.receive()
        assert (message.type, message.data) == (web.WSMsgType.PONG, b"there?")
        await ends(socket)

    async with serving(Sessions(play=play, autoping=False)) as url, connected(url) as connection:
        heard = Heard(await opened(connection, words("x")))
        assert await heard.end() == Exit(0)
    assert heard.frames[:2] == [(STDOUT, b"\xc3"), (STDOUT, b"\xa9")]
    assert len(heard.frames) == 3


# Endings


async def test_a_command_that_cannot_be_run(connection: Connection) -> None:
    heard = Heard(await opened(connection, words("nope")))
    ended = await heard.end()
    assert ended is not None
    assert ended.code is None
    assert ended.message == 'error executing command in container: exec: "nope": executable file not found in $PATH'


async def test_whoever_leaves_ends_it_on_both_sides(cluster: EmbeddedCluster, connection: Connection) -> None:
    channels = await opened(connection, words("cat", stdin=True))
    heard = Heard(channels)
    await eventually(lambda: cluster.streaming == ["exec"])
    await channels.close()
    assert await heard.end() is None
    assert heard.error is None
    await eventually(lambda: not cluster.streaming)
    await channels.close()


async def test_leaving_the_context_ends_it_at_once_and_says_so(cluster: EmbeddedCluster) -> None:
    async with asking(cluster) as connection:
        channels = await opened(connection, words("cat", stdin=True))
        heard = Heard(channels)
        await eventually(lambda: cluster.streaming)
        await connection.close()
        await heard.end()
        assert heard.error is not None
        assert heard.error.title == "This context was left"
        with pytest.raises(ApiError) as caught:
            await channels.send(STDIN, b"x")
        assert caught.value.title == "This context was left"
        await channels.close()


async def test_a_server_that_ends_without_a_status_in_order(connection: Connection) -> None:
    async def play(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(b"\x01bye")

    async with serving(Sessions(play=play)) as url, connected(url) as there:
        heard = Heard(await opened(there, words("x")))
        assert await heard.end() is None
    assert (heard.out, heard.error) == (b"bye", None)


async def test_a_server_that_gives_up_is_told_with_its_reason() -> None:
    async def play(socket: web.WebSocketResponse) -> None:
        await socket.close(code=WSCloseCode.INTERNAL_ERROR, message=b"etcd \x1b[31mis gone")

    async with serving(Sessions(play=play)) as url, connected(url) as connection:
        heard = Heard(await opened(connection, words("x")))
        await heard.end()
    assert heard.error is not None
    assert heard.error.failure is Failure.BROKEN
    assert "ended the session with code 1011: etcd [31mis gone" in heard.error.sentence


async def test_text_and_garbage_are_no_session() -> None:
    async def text(socket: web.WebSocketResponse) -> None:
        await socket.send_str("1hello")
        await socket.receive()

    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handshake(reader, writer)
        writer.write(b"\xff\xff<html>")
        await reader.read()

    async with (
        serving(Sessions(play=text)) as one,
        raw(garbage) as other,
        connected(one) as first,
        connected(f"http://{other}") as second,
    ):
        for connection in (first, second):
            channels = await opened(connection, words("x"))
            heard = Heard(channels)
            await heard.end()
            assert heard.error is not None
            assert heard.error.failure is Failure.BROKEN
            assert "sent something that cannot be read" in heard.error.sentence
            await channels.close()


async def test_whoever_leaves_a_server_that_answers_nothing_is_free_soon() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handshake(reader, writer)
        await asyncio.Event().wait()

    async with raw(serve) as address, connected(f"http://{address}") as connection:
        channels = await opened(connection, words("x"))
        heard = Heard(channels)
        await asyncio.wait_for(channels.close(), WITHIN)
        assert await heard.end() is None
        assert heard.error is None


# Refusals


@pytest.mark.parametrize(
    ("path", "container", "failure"),
    [
        (f"{POD}/exec", "none", Failure.INVALID),
        (f"{POD}/attach", "none", Failure.INVALID),
        ("/api/v1/namespaces/default/pods/gone/exec", "main", Failure.NOT_FOUND),
    ],
)
async def test_a_refusal_is_the_same_sentence_as_a_requests(
    connection: Connection, path: str, container: str, failure: Failure
) -> None:
    query = [*words("sh"), ("container", container)]
    with pytest.raises(ApiError) as refused:
        await opened(connection, query, path)
    with pytest.raises(ApiError) as asked:
        await connection.request("GET", path, query=query, permit=PERMIT)
    assert refused.value.failure is failure
    assert refused.value.sentence == asked.value.sentence


async def test_who_may_not_is_told_so_and_the_rights_hear_of_it(cluster: EmbeddedCluster) -> None:
    told: list[tuple[str, str, bool]] = []
    async with connected(target(cluster.url, cluster.viewer_token)) as connection:
        connection.on_answer(lambda method, path, query, error: told.append((method, path, error is None)))
        with pytest.raises(ApiError) as caught:
            await opened(connection, words("sh"))
    assert caught.value.lacks_right
    assert "You (viewer) may not get pods/exec in the namespace default" in caught.value.sentence
    assert told == [("GET", f"{POD}/exec", False)]


@pytest.mark.parametrize(
    ("reply", "words_of_it"),
    [
        (answer(b"<html><title>Sign in</title>", kind="text/html"), "Sign in"),
        (answer(b"container not running", "500 Internal Server Error", "text/plain"), "container not running"),
        (answer(b"", "302 Found", more="Location: https://login.example/\r\n"), "sends us elsewhere"),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: bm9uc2Vuc2U=\r\n\r\n",
            "no HTTP",
        ),
    ],
)
async def test_what_is_no_session_is_said_in_words(reply: bytes, words_of_it: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(reply)
        await writer.drain()

    async with raw(serve) as address, connected(f"http://{address}") as connection:
        with pytest.raises(ApiError) as caught:
            await opened(connection, words("x"))
    assert words_of_it in caught.value.sentence


async def test_a_command_is_never_sent_twice() -> None:
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await request_head(reader))

    async with raw(serve) as address, connected(f"http://{address}") as connection:
        with pytest.raises(ApiError) as caught:
            await opened(connection, words("rm", "x"))
    assert caught.value.failure is Failure.BROKEN
    assert len(asked) == 1


async def test_a_server_that_never_answers_is_not_waited_for_longer_than_a_request() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw(serve) as address, connected(f"http://{address}", replace(TIMING, request=0.2)) as connection:
        with pytest.raises(ApiError) as caught:
            await opened(connection, words("x"))
    assert caught.value.failure is Failure.TIMEOUT


async def test_without_a_permit_and_in_a_context_that_is_read_only(cluster: EmbeddedCluster) -> None:
    made = target(cluster.url, cluster.token)
    async with connected(made) as connection:
        with pytest.raises(PermitError):
            await connection.socket(f"{POD}/exec", query=words("sh"), permit=None)
    async with connected(replace(made, context=replace(made.context, read_only=True))) as connection:
        with pytest.raises(ReadOnlyError):
            await opened(connection, words("sh"))
    assert [each for each in cluster.requests if "exec" in each.path] == []
