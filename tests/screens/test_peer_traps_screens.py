"""What tools of this field get wrong, where only a whole screen can show it: numbers as in the list of traps."""

from textual.message import Message
from textual.notifications import Notify

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.model.columns import Tone
from k8stui.screens.reading.page import InspectScreen
from tests.support.clock import ManualClock
from tests.support.house import (
    idle,
    messages,
    names,
    note,
    running,
    says,
    settled,
    status,
    tells,
    text,
    typed,
    under_cursor,
)
from tests.support.objects import pod
from tests.support.waiting import eventually


async def test_trap_5_a_filter_with_a_space_filters_the_rows_shown(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    for name in ("web-1", "web-2", "db-1"):
        cluster.store.create(pod(name))
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "/", *"web-1 .*worker", "enter")
        await idle(app)
        assert names(app) == ["web-1"]
        await typed(app, "escape", "/", *"no such thing", "enter")
        await idle(app)
        assert names(app) == []


async def test_trap_7_rows_that_change_places_never_change_what_the_next_key_acts_on(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    for name in ("web-2", "web-4"):
        cluster.store.create(pod(name))
    async with running(cluster, clock, size=(120, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, "j")
        assert under_cursor(app) == "web-4"
        for name in ("web-1", "web-3", "web-5"):
            cluster.store.create(pod(name, phase="Failed"))
        await settled(app, cluster)
        assert names(app).index("web-4") == 4
        assert under_cursor(app) == "web-4"
        await typed(app, "a")
        assert "Actions on default/web-4" in "\n".join(text(app))
        cluster.store.delete("pods", "web-1", "default")
        cluster.store.create(pod("web-0", phase="Failed"))
        await settled(app, cluster)
        await typed(app, *"describe", "enter")
        await eventually(lambda: isinstance(app.screen, InspectScreen))
        assert "describe pod web-4" in app.screen.status.plain  # type: ignore[attr-defined]


async def test_trap_7_what_is_gone_when_a_dialog_is_answered_is_said_to_be(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    for name in ("web-1", "web-2"):
        cluster.store.create(pod(name))
    async with running(cluster, clock, size=(120, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, "a")
        cluster.store.delete("pods", "web-1", "default")
        await settled(app, cluster)
        await typed(app, *"describe", "enter")
        await eventually(lambda: "There is no pod default/web-1" in "\n".join(text(app)))
        await typed(app, "escape")
        await tells(app, "default/web-1 is gone; the cursor is on default/web-2")


async def test_trap_12_a_view_says_how_it_is_fed_whatever_fails(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(pod("web-1"))
    async with running(cluster, clock, size=(120, 24)) as (app, _):
        await settled(app, cluster)
        refused = cluster.faults.add(Fault(verb="watch", resource="pods", status=403))
        cluster.cut_watches(lines=0)
        await says(app, "polling")
        assert names(app) == ["web-1"]
        cluster.store.create(pod("web-2"))
        await eventually(lambda: names(app) == ["web-1", "web-2"])
        cluster.faults.remove(refused)
        cluster.faults.add(Fault(status=503, message="etcd is away"))
        await says(app, "stale")
        assert names(app) == ["web-1", "web-2"]
        assert app.is_running
        cluster.faults.clear()
        cluster.store.delete("pods", "web-1", "default")
        await says(app, "live")
        await eventually(lambda: names(app) == ["web-2"])


async def test_trap_17_an_error_is_still_to_be_read_after_its_toast_has_gone(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    cluster.store.create(pod("web-1"))
    shown: list[Message] = []

    def seen(message: Message) -> None:
        if isinstance(message, Notify):  # its toast may be gone before a busy machine looks
            shown.append(message)

    async with running(cluster, clock, toasts=True, size=(100, 24), message_hook=seen) as (app, _):
        await settled(app, cluster)
        app.note("The server refused the eviction of web-1", Tone.BAD, toast=True)
        await eventually(lambda: shown)
        await eventually(lambda: not app._notifications)
        await typed(app, "j", "k", "1")
        await settled(app, cluster)
        assert "refused the eviction" not in note(app)
        assert "refused the eviction" not in "\n".join(text(app))
        await typed(app, "!")
        assert "The server refused the eviction of web-1" in "\n".join(text(app))
        await typed(app, "escape")
        assert "nodes" in status(app)
        assert "The server refused the eviction of web-1" in messages(app)
