"""What the tests of the wire share: servers that remember, watches in the background, and how a request failed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import msgspec
import pytest
from aiohttp import web

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.connection import Connection
from k8stui.kube.errors import ApiError
from k8stui.kube.target import Target
from k8stui.kube.watch import Event
from k8stui.model.kinds import PODS
from k8stui.settings import Timing
from tests.support.wire import TIMING, connected, raw, request_head, serving, target

PATH = "/api/v1/pods"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
"""The head of a watch's answer that lasts until the connection ends."""
PERMIT = object()


class Versioned:
    """What a watch yields that nobody looks at."""

    version = "1"


class Recorder:
    """A handler that remembers what it was asked."""

    def __init__(self, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []
        self._body = body
        self._headers = headers

    async def __call__(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.asked.append(request)
        return web.Response(body=self._body, content_type="application/json", headers=self._headers)


def watching(connection: Connection, path: str = PODS.path()) -> "asyncio.Task[None]":
    """A watch in the background."""

    async def follow() -> None:
        async for _ in connection.watch(path, since="1", event=lambda raw_object: Versioned()):
            pass

    return asyncio.ensure_future(follow())


async def fails(url: str | Target, path: str = "/version", timing: Timing = TIMING, method: str = "GET") -> ApiError:
    """The error of one request."""
    async with connected(url, timing) as connection:
        with pytest.raises(ApiError) as caught:
            await connection.request(method, path)
    error = caught.value
    assert error.title
    assert error.hint
    assert "\n" not in error.sentence
    assert "Traceback" not in error.sentence
    return error


async def answered(body: bytes, status: int, **headers: str) -> ApiError:
    """The error that a server's answer becomes."""

    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})

    async with serving(handler) as url:
        return await fails(url)


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
    """Decodes an object."""
    found = msgspec.json.decode(raw_object, type=_Object)
    return Thing(found.metadata.name, found.metadata.resourceVersion)


def line(kind: str, name: str, version: int, more: str = "") -> bytes:
    """One event as the server writes it."""
    meta = f'{{"name":"{name}","uid":"uid-{name}","resourceVersion":"{version}"}}'
    return f'{{"type":"{kind}","object":{{"kind":"Pod","metadata":{meta}{more}}}}}\n'.encode()


@asynccontextmanager
async def asking(cluster: EmbeddedCluster, timing: Timing = TIMING) -> AsyncIterator[Connection]:
    """A connection to an embedded cluster."""
    async with connected(target(cluster.url, cluster.token), timing) as connection:
        yield connection


async def collect(connection: Connection, into: list[Event[Thing]], **rest: object) -> None:
    """Append the events of a watch until it ends."""
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
