"""What else a screen can look like: dialogs, hostile text, small terminals, ASCII, and the fixed lines."""

from collections.abc import Awaitable, Callable

import msgspec

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.model.columns import Tone
from tests.support.clock import ManualClock
from tests.support.decoded import status as container
from tests.support.house import SHORT, idle, running, says, settled, status, text, typed
from tests.support.scene import HOSTILE, furnish, node, pod

Snap = Callable[..., Awaitable[None]]

CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def hostile(cluster: EmbeddedCluster) -> None:
    """Pods and a node whose texts try to take the terminal over."""
    cluster.add_namespace("shop")
    waits = container({"waiting": {"reason": HOSTILE, "message": HOSTILE}}, ready=False)
    huge = {"annotations": {"note": "x" * 1_000_000}}
    cluster.store.create(pod("ansi-0", "shop", HOSTILE, statuses=[waits]))
    cluster.store.create(pod("big-0", "shop", "worker-1", meta=huge))
    cluster.store.create(pod("markup-0", "shop", "[red]worker[/red]", reason="[link=file:///etc]x[/link]"))
    cluster.store.create(pod("wide-0", "shop", "日本語日本語日本語日本語", reason="日本語" * 30))
    tainted = [{"key": HOSTILE, "value": HOSTILE, "effect": HOSTILE}]
    cluster.store.create(node("worker-1", taints=tainted, labels={f"node-role.kubernetes.io/{HOSTILE}": ""}))


async def test_hostile_text(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    hostile(cluster)
    async with running(cluster, clock, size=(120, 15)) as (app, _):
        await settled(app, cluster)
        assert not CONTROLS & set("".join(text(app)))
        assert all(strip.cell_length == 120 for strip in app.screen._compositor.render_strips())
        await snap(app, "pods")
        await typed(app, "1")
        await settled(app, cluster)
        assert not CONTROLS & set("".join(text(app)))
        await snap(app, "nodes")


async def test_the_smallest_terminal(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock, size=(60, 15)) as (app, _):
        await settled(app, cluster)
        await snap(app, "pods")
        await typed(app, "1")
        await settled(app, cluster)
        await snap(app, "nodes")
        await typed(app, "a")
        await snap(app, "actions")


async def test_ascii(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock, ascii=True) as (app, _):
        await settled(app, cluster)
        assert "".join(text(app)).isascii()
        await snap(app, "pods")
        await typed(app, "1")
        await settled(app, cluster)
        assert "".join(text(app)).isascii()
        await typed(app, "a")
        lines = "".join(text(app))
        assert not (odd := {letter for letter in lines if not letter.isascii()}), odd


async def test_help(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "?")
        await snap(app, "help")


async def test_the_menu_of_actions(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock, view="nodes") as (app, _):
        await settled(app, cluster)
        await typed(app, "a")
        await snap(app, "actions")


async def test_the_namespace_picker(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "n")
        await settled(app, cluster)
        await snap(app, "namespaces")


async def test_the_command_line(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", "ns")
        await idle(app)
        await snap(app, "candidates")
        await typed(app, " nowhere at all", "\r")
        await typed(app, ":", "nonsense", "\r")
        await snap(app, "refused")


async def test_messages(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        app.note("worker-3 stopped reporting; its pods will be evicted unless it comes back", Tone.BAD)
        clock.advance(61)
        app.note("Asking the server again")
        app.note("Asking the server again")
        await typed(app, "!")
        await snap(app, "messages")


async def test_the_footer(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    async with running(cluster, clock, view="nodes") as (app, pilot):
        await settled(app, cluster)
        await snap(app, "nodes", only="Footer")
        await pilot.resize_terminal(40, 15)
        await snap(app, "narrow", only="Footer")


async def test_the_status_line(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    furnish(cluster)
    patient = msgspec.structs.replace(SHORT, backoff_first=30.0, backoff_most=60.0)
    async with running(cluster, clock, timing=patient, size=(120, 24)) as (app, pilot):
        await settled(app, cluster)
        await snap(app, "live", only="StatusLine")
        await pilot.resize_terminal(60, 15)
        await snap(app, "narrow", only="StatusLine")
        cluster.faults.add(Fault(status=503, message="the server is currently unable to handle the request"))
        assert app.home.session is not None
        app.home.session.feeds.retry()
        await says(app, "stale")
        assert "pods (all) 11" in status(app)
        await snap(app, "stale", only="StatusLine")
