"""Logs, exec and attach exactly as a real server answered them: our client has its lines or its sentence, and no more.

K8STUI_GOLDEN/recordings/apiserver/pods_streams.json; a server plays each answer back to our own connection.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from k8stui.kube.errors import ApiError
from k8stui.kube.sockets import ERROR, PROTOCOLS, STDERR, STDOUT
from k8stui.operations.logs.lines import Splitter
from tests.conformance.recorded import PRESENT, WHY_NOT, Exchange, Object, load
from tests.support.sockets import Heard, opened
from tests.support.wire import connected, serving

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
pytestmark = pytest.mark.skipif(not PRESENT, reason=WHY_NOT)
FOUND = load("pods_streams") if PRESENT else []
LOGS = [each for each in FOUND if each.method == "GET" and urlsplit(each.path).path.endswith("/log")]
SESSIONS = [
    each
    for each in FOUND
    if urlsplit(each.path).path.endswith(("/exec", "/attach")) and "Upgrade" in each.request.get("headers", {})
]


def refused(response: Object) -> web.Response:
    """The answer of an exchange that is no stream."""
    body = response.get("body")
    text = json.dumps(body) if body is not None else response.get("text", "")
    headers = {key.title(): value for key, value in response.get("headers", {}).items()}
    return web.Response(status=response["status"], body=text.encode(), headers=headers)


def log_of(exchange: Exchange) -> Handler:
    """Its lines, one after the other where it was a stream."""

    async def handler(request: web.Request) -> web.StreamResponse:
        if exchange.lines is None:
            return refused(exchange.response)
        answer = web.StreamResponse(headers=exchange.response["headers"])
        await answer.prepare(request)
        for line in exchange.lines:
            await answer.write(line.encode())
        return answer

    return handler


def session_of(exchange: Exchange) -> Handler:
    """Its frames; what the client sent then is not waited for."""

    async def handler(request: web.Request) -> web.StreamResponse:
        if exchange.status != 101:
            return refused(exchange.response)
        chosen = exchange.response["subprotocol"]
        socket = web.WebSocketResponse(protocols=(chosen,) if chosen else (), timeout=0.2)
        await socket.prepare(request)
        for frame in exchange.response["frames"]:
            if frame["dir"] == "in" and frame.get("opcode") == "text":
                await socket.send_str(str(frame["channel"]) + frame["data"])
            elif frame["dir"] == "in" and "channel" in frame:
                await socket.send_bytes(bytes((frame["channel"],)) + data_of(frame))
        await socket.close()
        return socket

    return handler


def data_of(frame: Object) -> bytes:
    """What stood in it: of long ones the recording keeps the length."""
    if "bytes" in frame:
        return bytes(frame["bytes"])
    data = frame["data"]
    return data.encode() if isinstance(data, str) else json.dumps(data).encode()


def one_sentence(error: ApiError, exchange: Exchange) -> None:
    """It says what the server said, for people."""
    assert error.sentence
    assert "\n" not in error.sentence
    assert error.sentence.endswith((".", "!", "?"))
    body = exchange.body
    if isinstance(body, dict) and exchange.status in (400, 404):
        assert body["message"] in error.sentence


@pytest.mark.parametrize("exchange", LOGS, ids=lambda each: each.title)
async def test_logs(exchange: Exchange) -> None:
    splitter = Splitter()
    lines: list[bytes] = []
    error: ApiError | None = None
    url = urlsplit(exchange.path)
    async with serving(log_of(exchange)) as server, connected(server) as connection:
        try:
            async with asyncio.timeout(5), aclosing(connection.stream(url.path, query=parse_qsl(url.query))) as pieces:
                async for piece in pieces:
                    lines += splitter.feed(piece)
        except ApiError as caught:
            error = caught
    if exchange.status >= 300:
        assert error is not None
        one_sentence(error, exchange)
        assert lines == []
        return
    assert error is None
    said = exchange.response.get("text") or "".join(exchange.lines or ())
    assert b"\n".join([*lines, splitter.take()]).decode() == said


@pytest.mark.parametrize("exchange", SESSIONS, ids=lambda each: each.title)
async def test_sessions(exchange: Exchange) -> None:
    url = urlsplit(exchange.path)
    async with serving(session_of(exchange)) as server, connected(server) as connection:
        if exchange.status != 101 or exchange.response["subprotocol"] not in PROTOCOLS:
            with pytest.raises(ApiError) as caught:
                await opened(connection, parse_qsl(url.query), url.path)
            one_sentence(caught.value, exchange)
            return
        channels = await opened(connection, parse_qsl(url.query), url.path)
        heard = Heard(channels)
        ended = await heard.end()
        await channels.close()
    frames = [each for each in exchange.response["frames"] if each["dir"] == "in" and "channel" in each]
    for channel in (STDOUT, STDERR):
        assert heard.on(channel) == b"".join(data_of(each) for each in frames if each["channel"] == channel)
    assert heard.error is None
    status = next((each["data"] for each in frames if each["channel"] == ERROR), None)
    assert (ended is None) is (status is None)
    if ended is None or status is None:
        return
    if status["status"] == "Success":
        assert (ended.code, ended.message) == (0, "")
    elif status["reason"] == "NonZeroExitCode":
        code = status["details"]["causes"][0]["message"]
        assert (ended.code, ended.message) == (int(code), f"command terminated with exit code {code}")
    else:
        assert ended.code is None
        assert ended.message
        assert ended.message in status["message"]
        assert not ended.message.startswith("Internal error occurred")
