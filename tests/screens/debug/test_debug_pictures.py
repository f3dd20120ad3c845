"""The launcher as it looks, in its steps."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.debugging.steps import Stage
from k8stui.screens.debug.page import DebugScreen
from tests.support.clock import ManualClock
from tests.support.debug_page import Ground, Terminal, entered, launcher, opened, picked, shown, tried
from tests.support.house import typed
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]
Scene = tuple[K8sTui, Ground, Terminal]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


@pytest.fixture(autouse=True)
def same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine, and no letters by chance."""
    monkeypatch.setattr("k8stui.screens.debug.opening.platform.node", lambda: "laptop")
    monkeypatch.setattr("k8stui.screens.desk.ScreenDesk.suffix", lambda _desk: "x7k2p")
    for room in ("debug.made", "page"):  # how long a pod takes depends on how busy this machine is
        monkeypatch.setattr(f"k8stui.screens.{room}.clock_time", lambda _at, _zone: "14:13:30")


@asynccontextmanager
async def scene(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: Any, size: tuple[int, int], view: str = "pods"
) -> AsyncIterator[Scene]:
    async with launcher(cluster, clock, monkeypatch, size=size, view=view) as made:
        yield made


async def copying(app: K8sTui) -> DebugScreen:
    page = await opened(app, "b")
    await picked(app, "m", "copy", "enter")
    await tried(app, page)
    return page


@SIZES
async def test_the_form(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(cluster, clock, monkeypatch, size) as (app, _, _):
        await opened(app, "b")
        await snap(app, "form")


async def test_the_smallest_terminal(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(cluster, clock, monkeypatch, (60, 15)) as (app, _, _):
        await opened(app, "b")
        await snap(app, "form")


@SIZES
async def test_what_a_copy_changes(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(cluster, clock, monkeypatch, size) as (app, _, _):
        await copying(app)
        await typed(app, "tab", "pagedown")
        await shown(app)
        await snap(app, "difference")


async def test_how_to_debug(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(cluster, clock, monkeypatch, (80, 24)) as (app, _, _):
        page = await opened(app, "b")
        await typed(app, "m")
        await eventually(lambda: app.screen is not page)
        await shown(app)
        await snap(app, "modes")


async def test_refused_by_pod_security(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(cluster, clock, monkeypatch, (80, 24), view="nodes") as (app, _, _):
        page = await opened(app, "b")
        await picked(app, "m", "itself", "enter")
        await picked(app, "n", "strict", "enter")
        await tried(app, page)
        await snap(app, "refused")


async def test_the_question_of_a_node_shell(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    from k8stui.screens.questions.change import ChangeQuestion

    async with scene(cluster, clock, monkeypatch, (80, 24), view="nodes") as (app, _, _):
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, ChangeQuestion))
        question = app.screen
        assert isinstance(question, ChangeQuestion)
        await eventually(lambda: question._previews is not None)
        await shown(app)
        await snap(app, "question")


async def test_under_way(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(cluster, clock, monkeypatch, (80, 24)) as (app, ground, _):
        page = await copying(app)
        await typed(app, "y")
        await ground.until(lambda: page.made is not None and "pulling" in str(page.made.launch.progress))
        await shown(app)
        await snap(app, "progress")
        await ground.until(lambda: page.made is not None and not page.made.under_way)


async def test_after_the_session(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(cluster, clock, monkeypatch, (80, 24)) as (app, ground, terminal):
        page = await opened(app, "b")
        await typed(app, "y")
        await entered(app, ground, terminal, 1)
        made = page.made
        assert made is not None
        await ground.until(lambda: made.launch.stage is Stage.OVER)
        await shown(app)
        await snap(app, "after")


async def test_what_becomes_of_it(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(cluster, clock, monkeypatch, (80, 24)) as (app, ground, terminal):
        await copying(app)
        await typed(app, "y")
        await entered(app, ground, terminal, 1)
        await shown(app)
        await snap(app, "remove")
