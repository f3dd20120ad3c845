"""Questions for a line of text: what there is, what is wrong, and a line that comes back."""

from collections.abc import Awaitable, Callable
from typing import Any

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.questions.ask import AskScreen
from tests.support.clock import ManualClock
from tests.support.house import idle, running, settled, typed
from tests.support.scene import furnish
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]


async def test_taints(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    def taint(obj: Any) -> None:
        obj["spec"]["taints"] = [
            {"key": "dedicated", "value": "db", "effect": "NoSchedule"},
            {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"},
        ]

    furnish(cluster)
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "1")
        await settled(app, cluster)
        assert app.home.table.cursor_ref is not None
        cluster.store.modify("nodes", app.home.table.cursor_ref.name, change=taint)
        await settled(app, cluster)
        await typed(app, "t")
        await eventually(lambda: isinstance(app.screen, AskScreen) and len(app.screen.choices.lines) == 2)
        await typed(app, "down", "x")
        await idle(app)
        await snap(app, "removing")
        await typed(app, "up", "gpu=yes:NoSchedul", "enter")
        await idle(app)
        await snap(app, "wrong")


async def test_a_line_that_comes_back(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", "label tier=front-and-back team=this=that", "enter")
        await eventually(lambda: bool(app.home.command_line.error))
        await idle(app)
        await snap(app, "label")
