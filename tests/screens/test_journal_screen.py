"""The journal: what was done, read, taken back by one key, copied and saved."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.journal import Entry
from k8stui.operations.mutation import Inverse
from k8stui.screens.ask import AskScreen
from k8stui.screens.change_question import ChangeQuestion
from k8stui.screens.journal import JournalScreen
from k8stui.screens.texts import TextScreen
from tests.support.clock import ManualClock
from tests.support.house import idle, messages, running, settled, text, typed
from tests.support.journals import entry, write
from tests.support.manifests import deployment
from tests.support.scene import node
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    cluster.add_namespace("shop")
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name))
    made = deployment("web")
    made["metadata"]["namespace"] = "shop"
    cluster.registry.create(made)
    async with running(cluster, clock, size=(120, 30), view="nodes") as (house, _):
        await settled(house, cluster)
        yield house


async def opened(app: K8sTui) -> JournalScreen:
    """The journal, with everything in it."""
    await typed(app, "J")
    await eventually(lambda: isinstance(app.screen, JournalScreen) and not app.screen.reading)
    await idle(app)
    assert isinstance(app.screen, JournalScreen)
    app.screen.paint()
    await idle(app)
    return app.screen


async def cordoned(app: K8sTui) -> None:
    await typed(app, "c")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    await typed(app, "y")
    await eventually(lambda: "node/worker-1 cordoned" in messages(app))


def lines(app: K8sTui) -> str:
    return "\n".join(text(app))


async def test_what_was_done_is_there_newest_first_with_its_result(app: K8sTui, clock: ManualClock) -> None:
    await cordoned(app)
    clock.advance(5)
    await typed(app, "u")
    await eventually(lambda: "node/worker-1 uncordoned" in messages(app))
    screen = await opened(app)
    rows = [line.entry.says for line in screen.entries.view.window(0, 9)]
    assert rows == ["uncordon worker-1", "cordon worker-1"]
    assert "● done" in lines(app)
    assert "14:13:25" in lines(app)
    assert "journal 2" in lines(app)
