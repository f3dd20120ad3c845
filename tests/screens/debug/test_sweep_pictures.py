"""What the list of what was left behind looks like, and the question about all of mine."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.clock import START, ManualClock
from tests.support.house import idle, running, settled, typed
from tests.support.left_behind import furnish, leave, opened, recorded
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]
ME = {"k8stui/who": "admin", "k8stui/host": "this-machine"}


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def app(
    cluster: EmbeddedCluster, clock: ManualClock, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[K8sTui]:
    monkeypatch.setattr("platform.node", lambda: "this-machine")
    furnish(cluster, ME)
    leave(cluster, "payments-7d9f-debug", ago=20, mode="copy", stamps=ME, phase="Pending", containerStatuses=[])
    async with running(cluster, clock, size=request.param) as (house, _):
        await settled(house, cluster)
        yield house


async def test_what_was_left_behind(app: K8sTui, cluster: EmbeddedCluster, snap: Snap) -> None:
    def add(found: dict[str, Any]) -> None:
        found["spec"]["ephemeralContainers"] = [{"name": "debugger-1", "image": "busybox"}]
        found["status"]["ephemeralContainerStatuses"] = [{"name": "debugger-1", "state": {"running": {}}}]

    cluster.store.modify("pods", "web", "shop", change=add)
    uid = cluster.store.get("pods", "web", "shop")["metadata"]["uid"]
    record = recorded(app, uid=uid, name="web", at=START - 300)
    await opened(app, cluster, 5)
    await typed(app, "j")
    await snap(app, "left-behind")
    await typed(app, "j")
    await snap(app, "a-container-of-mine")
    await typed(app, "X")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    question = app.screen
    assert isinstance(question, ChangeQuestion)
    await eventually(lambda: not question.case.looking)
    await idle(app)
    await snap(app, "all-of-mine")
    record.close()
