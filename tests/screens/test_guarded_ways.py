"""By keys: in a read-only context nothing of it is even asked; in a protected one each wants a name typed."""

import getpass
import platform
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.debug.sweep import SweepScreen
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.clock import ManualClock
from tests.support.handed import Hands, sessions, several
from tests.support.house import idle, messages, running, settled, typed
from tests.support.left_behind import furnish, opened, recorded
from tests.support.questions import asked, writes
from tests.support.scene import node
from tests.support.waiting import eventually

ME = {"k8stui/who": getpass.getuser(), "k8stui/host": platform.node()}
IN_TABLES = {
    "shell": ("pods", ["s"]),
    "exec": ("pods", [":", *"exec ls", "enter"]),
    "attach": ("pods", [":", *"attach", "enter"]),
    "node-shell": ("nodes", ["s"]),
}
IN_SWEEP = {
    "sweep-attach": ["s"],
    "sweep-delete": ["ctrl+d"],
    "sweep-mine": ["X"],
    "sweep-restart": ["R"],
}


@asynccontextmanager
async def scene(cluster: EmbeddedCluster, clock: ManualClock, **settings: Any) -> AsyncIterator[K8sTui]:
    """A pod, a node, and what was left behind: three pods and a container of mine in `web`."""
    furnish(cluster, ME)
    cluster.store.create(node("worker-1"))
    cluster.store.create(several("app", ["main"]))
    spec = {"ephemeralContainers": [{"name": "debugger-1", "image": "busybox", "stdin": True, "tty": True}]}
    cluster.store.modify("pods", "web", "shop", change=lambda each: each["spec"].update(spec))
    async with running(cluster, clock, size=(120, 30), **settings) as (app, _):
        await settled(app, cluster)
        yield app


@asynccontextmanager
async def swept(app: K8sTui, cluster: EmbeddedCluster, way: str) -> AsyncIterator[SweepScreen]:
    """The list, with the container in it, and the cursor on what the key is for."""
    uid = cluster.store.get("pods", "web", "shop")["metadata"]["uid"]
    with closing(recorded(app, name="web", uid=uid)):
        page = await opened(app, cluster, 4)
        assert page.sweep is not None
        wanted = "web" if way == "sweep-restart" else "mine"
        lines = page.sweep.store.rows
        page.table.move_to(next(key for key, line in lines.items() if line.pod.name == wanted))
        await idle(app)
        yield page


async def on_it(app: K8sTui) -> None:
    """The cursor is on the pod that can be entered, where there are pods."""
    pane = app.home.pane
    assert pane is not None
    app.home.table.move_to(next((uid for uid, row in pane.store.rows.items() if row.ref.name == "app"), ""))
    await idle(app)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


@pytest.mark.parametrize("way", IN_TABLES)
async def test_a_read_only_context_opens_nothing(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands, way: str
) -> None:
    view, keys = IN_TABLES[way]
    async with scene(cluster, clock, view=view, read_only=("*",)) as app:
        await on_it(app)
        await typed(app, *keys)
        await eventually(lambda: "read-only" in messages(app) + app.home.command_line.error)
        assert app.screen is app.home
        assert (sessions(cluster), writes(cluster)) == ([], [])


@pytest.mark.parametrize("way", IN_SWEEP)
async def test_a_read_only_context_removes_nothing_and_asks_nothing(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands, way: str
) -> None:
    async with scene(cluster, clock, read_only=("*",)) as app, swept(app, cluster, way) as page:
        await typed(app, *IN_SWEEP[way])
        await eventually(lambda: "read-only" in messages(app) + page.note_line.plain)
        await eventually(lambda: not any(each.is_running for each in app.workers if each.name != "push_screen_wait"))
        assert app.screen is page
        assert (sessions(cluster), writes(cluster)) == ([], [])


@pytest.mark.parametrize("way", [*IN_TABLES, *IN_SWEEP])
async def test_a_protected_context_wants_a_name_typed(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands, way: str
) -> None:
    view, keys = IN_TABLES.get(way, ("pods", IN_SWEEP.get(way, [])))
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(scene(cluster, clock, view=view, protected=("*",)))
        if way in IN_SWEEP:
            await stack.enter_async_context(swept(app, cluster, way))
        else:
            await on_it(app)
        await typed(app, *keys)
        question = await asked(app)
        assert isinstance(app.screen, ChangeQuestion)
        assert question.case.typed
        await typed(app, "y", "enter")
        assert app.screen is question
        assert (hands.all, sessions(cluster), writes(cluster)) == ([], [], [])
        await typed(app, "escape")
        await idle(app)
