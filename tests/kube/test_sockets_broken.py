"""Servers of sessions that break the protocol: what they said, or one sentence, and nothing hangs."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.sockets import Exit
from tests.support.sockets import Heard, Sessions, opened, words
from tests.support.waiting import WITHIN
from tests.support.wire import connected, serving

Play = Callable[[web.WebSocketResponse], Awaitable[None]]
DONE = b'\x03{"metadata":{},"status":"Success"}'
FAILED = (
    b'\x03{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"%s"}]}}'
)
UNREADABLE = Exit(None, "The server's last word on the command cannot be read")
MUTE = Exit(None, "The server does not say how the command ended")


def sends(*frames: bytes | str) -> Play:
    async def play(socket: web.WebSocketResponse) -> None:
        for frame in frames:
            await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))

    return play


@pytest.mark.parametrize(
    ("play", "out", "ended"),
    [
        (sends(b"\x01hi"), b"hi", None),
        (sends(b"\x01hi", b"\x09what", b"\xffclosed", b"\x00typed", b"", DONE), b"hi", Exit(0)),
        (sends(b"\x03garbage"), b"", UNREADABLE),
        (sends(b"\x03\xff\xfe"), b"", UNREADABLE),
        (sends(b"\x03[]"), b"", UNREADABLE),
        (sends(b"\x03{}"), b"", MUTE),
        (sends(b'\x03{"status":"Failure","message":" \\n "}'), b"", MUTE),
        (sends(b"\x03", b"\x01late", DONE), b"late", Exit(0)),
        (sends(FAILED % b"7"), b"", Exit(7, "command terminated with exit code 7")),
        (sends(FAILED % b"-1"), b"", MUTE),
        (sends(FAILED % b"many"), b"", MUTE),
        (sends(b'\x03{"status":"Failure","message":"a\\nb\\u001b[31m"}'), b"", Exit(None, "a b[31m")),
    ],
    ids=[
        *("no-status", "unknown-channels", "garbage", "no-utf8", "no-object", "empty-object", "blank", "empty-frame"),
        *("code", "negative", "no-number", "hostile"),
    ],
)
async def test_what_was_said_is_kept_and_the_end_is_the_end(play: Play, out: bytes, ended: Exit | None) -> None:
    async with serving(Sessions(play=play)) as url, connected(url) as connection:
        heard = Heard(await opened(connection, words("x")))
        assert await heard.end() == ended
        assert (heard.out, heard.error) == (out, None)


@pytest.mark.parametrize(
    ("play", "says"),
    [
        (sends("1hello"), "sent something that cannot be read"),
        (sends(b"\x01hi", ""), "sent something that cannot be read"),
        (lambda socket: socket.close(code=1008, message=b"who are you"), "ended the session with code 1008: who are"),
        (lambda socket: asyncio.sleep(0, socket._writer.transport.close()), "closed the connection"),
    ],
    ids=["text", "empty-text", "policy", "torn"],
)
async def test_what_is_no_session_is_one_sentence(play: Play, says: str) -> None:
    async with serving(Sessions(play=play)) as url, connected(url) as connection:
        heard = Heard(await opened(connection, words("x")))
        assert await heard.end() is None
    assert heard.error is not None
    assert heard.error.failure is Failure.BROKEN
    assert says in heard.error.sentence
    assert "\n" not in heard.error.sentence


@pytest.mark.parametrize("protocol", ["", "v9.channel.k8s.io", "v4.base64.channel.k8s.io", "channel.k8s.io"])
async def test_a_protocol_that_was_not_offered_is_none(protocol: str) -> None:
    async with serving(Sessions(protocol, sends("1aGk="))) as url, connected(url) as connection:
        with pytest.raises(ApiError, match="speaks no protocol of sessions that we know") as caught:
            await asyncio.wait_for(opened(connection, words("x")), WITHIN)
    assert caught.value.failure is Failure.NOT_KUBERNETES
