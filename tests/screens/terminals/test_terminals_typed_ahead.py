"""Keys typed behind the way into a container are meant for the session: the table never gets them."""

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.screens import keyboard
from k8stui.screens.pick import PickScreen
from tests.support.clock import ManualClock
from tests.support.handed import Hands, over, several
from tests.support.house import burst, idle, messages, running, settled, tells, typed, under_cursor
from tests.support.waiting import eventually


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Keys hold up everything else for less time than usual."""
    monkeypatch.setattr(keyboard, "BURST", 0.1)
    return Hands(monkeypatch)


@pytest.mark.parametrize("way", [("s",), (":", *"shell", "enter"), (":", *"exec ls", "enter")])
async def test_keys_typed_while_the_pod_is_read_are_not_the_tables(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands, way: tuple[str, ...]
) -> None:
    for name in ("web-1", "web-2", "web-3"):
        cluster.store.create(several(name, ["main"]))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        slow = cluster.faults.add(Fault(verb="get", resource="pods", delay=600.0, times=1))
        burst(app, *way, "j", "space")
        await tells(app, "keys wait for it; esc gives it up")
        await typed(app, "j")
        cluster.faults.hurry(slow)
        handed = await over(app, hands)
        await idle(app)
        assert handed.about.pod.name == "web-1"
        assert (under_cursor(app), list(app.home.table.marks)) == ("web-1", [])
        await typed(app, "j")
        assert under_cursor(app) == "web-2", "what is typed from then on is the table's"


async def test_esc_gives_up_before_a_session_is_asked_for(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    cluster.store.create(several("web", ["main"]))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        cluster.faults.add(Fault(verb="get", resource="pods", delay=600.0, times=1))
        burst(app, "s", "j")
        await tells(app, "keys wait for it; esc gives it up")
        await typed(app, "escape")
        await tells(app, "Shell: given up")
        await idle(app)
        assert not hands.all


async def test_keys_behind_the_choice_of_a_container_are_not_the_tables(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    for name in ("web-1", "web-2"):
        cluster.store.create(several(name, ["main", "proxy"]))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, PickScreen))
        await idle(app)
        slow = cluster.faults.add(Fault(verb="get", resource="pods", delay=600.0, times=1))
        cluster.faults.add(Fault(verb="create", resource="selfsubjectaccessreviews", delay=1.0, times=1))
        burst(app, "enter", "j", "space")
        await tells(app, "keys wait for it; esc gives it up")
        cluster.faults.hurry(slow)
        handed = await over(app, hands)
        await idle(app)
        assert handed.about.container == "main"
        assert (under_cursor(app), list(app.home.table.marks)) == ("web-1", [])
        assert "given up" not in messages(app)
