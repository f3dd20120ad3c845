"""Opened and closed again and again: no task, no stream, no listener and no file descriptor is left."""

import asyncio
import gc
from collections import Counter
from pathlib import Path

import pytest
from msgspec import Struct

from k8stui.app import K8sTui
from k8stui.cluster.listeners import Listeners
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.debug_page import launcher
from tests.support.debug_page import opened as opened_launcher
from tests.support.handed import Hands, over, several
from tests.support.house import idle, running, settled, typed
from tests.support.log_page import LogPage, log_page
from tests.support.logs import Writer
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow


class Held(Struct):
    """What a run holds on to."""

    tasks: Counter[str]
    streams: Counter[str]
    """Of the server."""
    listeners: int
    """Functions that somebody calls."""
    files: int


def held(cluster: EmbeddedCluster) -> Held:
    """As it is now; what only waits to be collected is not counted."""
    gc.collect()
    everyone = [each for each in gc.get_objects() if isinstance(each, Listeners)]
    tasks = Counter(each.get_coro().__qualname__ for each in asyncio.all_tasks() if not each.done())  # type: ignore[union-attr]
    files = len(list(Path("/proc/self/fd").iterdir()))
    return Held(tasks, Counter(cluster.streaming), sum(len(tuple(each)) for each in everyone), files)


async def the_same(before: Held, app: K8sTui, cluster: EmbeddedCluster, files: int = 4) -> None:
    """Wait until all is as it was; connections that are kept for the next request are few."""

    def over() -> bool:
        now = held(cluster)
        return (
            not now.tasks - before.tasks
            and not now.streams - before.streams
            and now.listeners <= before.listeners
            and now.files <= before.files + files
        )

    try:
        await eventually(over)
    except AssertionError:
        now = held(cluster)
        raise AssertionError(f"{now.tasks - before.tasks}\n{before}\n{now}") from None
    assert app.is_running


def pods(writer: Writer) -> None:
    for name in ("web-1", "web-2"):
        writer.pod(name, "app", "side")
        writer.say(name, "hello", container="app")
        writer.say(name, "hello", container="side")


async def once(page: LogPage) -> None:
    await page.open()
    await eventually(lambda: page.streams() == 2)
    await page.press("q")
    await eventually(lambda: page.on_top is page.app.home and page.streams() == 0)


async def test_logs_fifty_times(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, pods) as page:
        await once(page)
        before = held(cluster)
        for _ in range(50):
            await once(page)
        await the_same(before, page.app, cluster)


async def test_sessions_ten_times(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands(monkeypatch)
    cluster.store.create(several("web", ["main"]))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        for number in range(11):
            await typed(app, "s")
            await over(app, hands, number + 1)
            if number == 0:
                before = held(cluster)
        await the_same(before, app, cluster)


async def test_the_launcher_ten_times(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch) as (app, _, _):
        for number in range(11):
            await opened_launcher(app, "b")
            await typed(app, "escape")
            await eventually(lambda: app.screen is app.home)
            await idle(app)
            if number == 0:
                before = held(cluster)
        await the_same(before, app, cluster)


async def test_the_list_of_what_was_left_ten_times(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock, size=(120, 30)) as (app, _):
        await settled(app, cluster)
        for number in range(11):
            await typed(app, ":", "sweep\r")
            await eventually(lambda: app.screen is not app.home)
            await idle(app)
            await typed(app, "q")
            await eventually(lambda: app.screen is app.home)
            if number == 0:
                await settled(app, cluster)
                before = held(cluster)
        await the_same(before, app, cluster)
