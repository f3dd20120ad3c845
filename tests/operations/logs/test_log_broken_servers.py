"""Logs of servers, proxies and gateways that answer what they should not: lines or one sentence, and nothing hangs."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.logs.entry import Mark
from k8stui.model.logs.options import LogOptions
from k8stui.operations.logs.sources import Stage
from tests.support.clock import ManualClock
from tests.support.logs import Followed, Writer, ended, following, names
from tests.support.waiting import eventually
from tests.support.wire import answer, serving

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
HTML = b"<html><head><title>Log in</title></head><body>Who are you?</body></html>"
GZIP = "Content-Encoding: gzip\r\n"
STAMP = b"2026-11-22T10:41:58.120000000Z "


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}".encode() + b"\r\n" + data + b"\r\n"


def before(cluster: EmbeddedCluster, log: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """In front of a cluster: every log is these bytes, after which the connection ends."""

    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/log"):
            transport = request.transport
            assert transport is not None
            transport.write(log)
            transport.close()
            await asyncio.sleep(60)
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {cluster.token}"}) as session,
            session.get(cluster.url + str(request.rel_url), timeout=aiohttp.ClientTimeout()) as far,
        ):
            near = web.StreamResponse(status=far.status, headers={"Content-Type": far.headers["Content-Type"]})
            await near.prepare(request)
            async for piece in far.content.iter_any():
                await near.write(piece)
        return near

    return handler


@pytest.mark.parametrize(
    "options", [LogOptions(), LogOptions(limit_bytes=10**9, timestamps=True)], ids=["follow", "once"]
)
@pytest.mark.parametrize(
    ("log", "lines", "says"),
    [
        (answer(HTML, kind="text/html"), [], "answered with a web page: Log in"),
        (answer(b"", kind="text/plain"), [], ""),
        (
            answer(b"moved", "302 Found", "text/plain", "Location: https://login.example/\r\n"),
            [],
            "(302, to https://login",
        ),
        (answer(gzip.compress(STAMP + b"one\n"), kind="text/plain", more=GZIP), ["one"], ""),
        (answer(b"no gzip at all", kind="text/plain", more=GZIP), [], "broke off in the middle of an answer"),
        (CHUNKED + chunk(STAMP + b"one\n") + b"ff\r\ncut", ["one"], "broke off in the middle of an answer"),
        (CHUNKED + b"zz\r\n", [], "answered with something that is no HTTP"),
        (answer(b"2026-11-22T10:41:58.12 no zone\n", kind="text/plain"), ["2026-11-22T10:41:58.12 no zone"], ""),
        (answer(b"no stamp\n\xff\x00\x1b[2Jend\n", kind="text/plain"), ["no stamp", "\ufffdend"], ""),
        (answer(STAMP + b"x" * 10**7 + b"\n", kind="text/plain"), ["x" * 10**7], ""),
        (answer(b"Bad Gateway", "502 Bad Gateway", "text/plain"), [], "Bad Gateway"),
    ],
    ids=["html", "empty", "redirect", "gzip", "no-gzip", "cut", "bad-chunk", "no-zone", "garbage", "long", "502"],
)
async def test_what_is_no_log(
    cluster: EmbeddedCluster, clock: ManualClock, log: bytes, lines: list[str], says: str, options: LogOptions
) -> None:
    Writer(cluster, clock).pod("web")
    async with serving(before(cluster, log)) as url, following(url, names("web"), options) as view:
        await eventually(lambda: view.lines[: len(lines)] == lines)
        await eventually(lambda: any(says in each for each in told(view)))
        if options.limit_bytes:
            await view.stands("web/app", Stage.ENDED)
        assert all("\n" not in each and len(each) < 600 for each in told(view))


@pytest.mark.parametrize(
    "log", [answer(b"one\ntwo\n", kind="text/plain"), CHUNKED + chunk(b"one\ntwo\n") + b"ff\r\ncut"], ids=["end", "cut"]
)
async def test_lines_without_times_are_not_read_again_and_again(
    cluster: EmbeddedCluster, clock: ManualClock, log: bytes
) -> None:
    writer = Writer(cluster, clock)
    writer.pod("web")
    async with serving(before(cluster, log)) as url, following(url, names("web"), LogOptions()) as view:
        assert "has lines without times" in await view.said(Mark.NOTE)
        source = await view.stands("web/app", Stage.WAITING)
        assert source.why == "its lines have no times, so that they cannot be followed"
        writer.become("web", ended("Completed", 0, 0.0), phase="Succeeded")
        await view.stands("web/app", Stage.ENDED)
        assert view.lines == ["one", "two"]
        assert len(view.marks(Mark.NOTE)) == 1


LOST = b"unable to retrieve container logs for containerd://6f1d2e"
"""What a kubelet writes into the log itself when the container was removed."""


@pytest.mark.parametrize("options", [LogOptions(), LogOptions(limit_bytes=10**9)], ids=["follow", "once"])
async def test_a_log_that_the_node_has_no_more_is_said_to_be_gone(
    cluster: EmbeddedCluster, clock: ManualClock, options: LogOptions
) -> None:
    writer = Writer(cluster, clock)
    writer.pod("web")
    writer.become("web", ended("Error", 1), phase="Failed")
    log = answer(LOST, kind="text/plain")
    async with serving(before(cluster, log)) as url, following(url, names("web"), options) as view:
        await view.stands("web/app", Stage.ENDED)
        await eventually(lambda: "web/app cannot be read: its node has this log no more" in view.marks(Mark.NOTE))
        assert view.lines == []


async def test_the_nodes_words_behind_what_was_read_are_no_line(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    writer = Writer(cluster, clock)
    writer.pod("web")
    log = answer(STAMP + b"one\n" + LOST, kind="text/plain")
    async with serving(before(cluster, log)) as url, following(url, names("web"), LogOptions()) as view:
        await eventually(lambda: view.lines == ["one"])
        writer.become("web", ended("Completed", 0, 0.0), phase="Succeeded")
        await view.stands("web/app", Stage.ENDED)
        assert view.lines == ["one"]
        assert not view.marks(Mark.GAP)


def told(view: Followed) -> list[str]:
    """What is said of it: markers, and why its source waits."""
    return [each.text for each in view.entries if not each.mark.is_line] + [
        each.why for each in view.follow.sources.values()
    ]
