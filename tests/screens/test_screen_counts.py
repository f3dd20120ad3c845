"""What is counted: frames, painted lines, requests and open watches. Nothing happens without a reason."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.settings import Overrides
from tests.support.clock import ManualClock
from tests.support.house import SHORT, idle, names, running, settled, status, text, typed
from tests.support.scene import DAY, lease, node, pod
from tests.support.scene import running as up
from tests.support.waiting import eventually

QUIET = 0.3
"""Seconds of real time in which nothing may happen: some of the program's own periods in tests."""


class Meter:
    """Counts what an app paints."""

    def __init__(self, app: K8sTui, patch: pytest.MonkeyPatch) -> None:
        self.frames = 0
        self.lines: list[int] = []
        self.paints = 0
        display, render, paint = app._display, app.home.table.render_line, app.home.paint

        def displayed(screen: Any, renderable: Any) -> None:
            self.frames += renderable is not None
            display(screen, renderable)

        def rendered(y: int) -> Any:
            self.lines.append(y)
            return render(y)

        def painted() -> None:
            self.paints += 1
            paint()

        patch.setattr(app, "_display", displayed)
        patch.setattr(app.home.table, "render_line", rendered)
        patch.setattr(app.home, "paint", painted)
        patch.setattr(app.home._pacer, "_paint", painted)

    def reset(self) -> None:
        self.frames = self.paints = 0
        self.lines.clear()


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    """A hundred old pods on an old node that was just heard: no text in sight changes for an hour."""
    cluster.store.create(node("worker-1"))
    cluster.store.create(lease("worker-1", 0))
    for number in range(100):
        cluster.store.create(pod(f"web-{number:03}", "default", "worker-1", 40 * DAY))
    async with running(cluster, clock) as (made, _):
        await settled(made, cluster)
        await idle(made)
        yield made


@pytest.fixture
def meter(app: K8sTui, monkeypatch: pytest.MonkeyPatch) -> Meter:
    return Meter(app, monkeypatch)


def restart(cluster: EmbeddedCluster, name: str, count: int) -> None:
    def change(each: dict[str, Any]) -> None:
        each["status"]["containerStatuses"] = [up(restartCount=count)]

    cluster.store.modify("pods", name, "default", change=change)


def beat(cluster: EmbeddedCluster, at: float) -> None:
    def change(each: dict[str, Any]) -> None:
        each["spec"] = lease("worker-1", at)["spec"]

    cluster.store.modify("leases.coordination.k8s.io", "worker-1", "kube-node-lease", change=change)


async def test_with_nothing_to_say_there_are_no_frames_and_no_requests(
    app: K8sTui, cluster: EmbeddedCluster, meter: Meter
) -> None:
    asked = len(cluster.requests)
    await asyncio.sleep(QUIET)
    assert (meter.frames, meter.paints, meter.lines) == (0, 0, [])
    assert len(cluster.requests) == asked
    assert not app.home._pacer.waiting


async def test_no_timer_of_a_second_runs_where_no_age_in_sight_changes_in_one(app: K8sTui) -> None:
    tick = app.home._tick
    assert tick is None or tick.when() - asyncio.get_running_loop().time() > 5  # silent nodes are looked for


async def test_one_changed_cell_is_one_frame_and_one_line(app: K8sTui, cluster: EmbeddedCluster, meter: Meter) -> None:
    name = names(app)[4]
    before = status(app)
    restart(cluster, name, 7)
    await eventually(lambda: meter.frames)
    await settled(app, cluster)
    assert meter.lines == [5]
    assert meter.frames == 1
    assert status(app) == before
    assert any(name in line and " 7 " in line for line in text(app))


async def test_a_change_out_of_sight_makes_no_frame(app: K8sTui, cluster: EmbeddedCluster, meter: Meter) -> None:
    restart(cluster, names(app)[80], 7)
    await eventually(lambda: meter.paints)
    await settled(app, cluster)
    assert meter.frames == 0
    assert meter.lines == []


async def test_a_change_that_no_column_shows_makes_no_frame(
    app: K8sTui, cluster: EmbeddedCluster, meter: Meter
) -> None:
    cluster.store.modify(
        "pods", names(app)[3], "default", change=lambda each: each["metadata"].update(annotations={"x": "y"})
    )
    await eventually(lambda: meter.paints)
    await settled(app, cluster)
    assert meter.frames == 0


async def test_a_heartbeat_makes_no_frame(app: K8sTui, cluster: EmbeddedCluster, meter: Meter) -> None:
    beat(cluster, -1)
    await settled(app, cluster)
    assert meter.frames == 0


async def test_a_key_is_one_frame_and_two_lines(app: K8sTui, meter: Meter) -> None:
    await typed(app, "j")
    assert meter.lines == [1, 2]
    assert meter.frames == 1


async def test_a_thousand_changes_are_few_frames(app: K8sTui, cluster: EmbeddedCluster, meter: Meter) -> None:
    shown = names(app)[:20]
    for number in range(1_000):
        restart(cluster, shown[number % 20], number + 1)
    await settled(app, cluster)
    loop = asyncio.get_running_loop()
    assert meter.frames < 60, loop.time()
    assert any(f" {1_000} " in line for line in text(app))


async def test_a_hidden_pane_costs_no_paint(app: K8sTui, cluster: EmbeddedCluster, meter: Meter) -> None:
    await typed(app, ":pods kube-system\r")
    await settled(app, cluster)
    meter.reset()
    for number in range(20):
        restart(cluster, f"web-{number:03}", 5)
    await settled_stores(app, cluster)
    assert (meter.paints, meter.frames) == (0, 0)
    await typed(app, "[")
    assert sum(" 5 " in line for line in text(app)) == 20


async def settled_stores(app: K8sTui, cluster: EmbeddedCluster) -> None:
    from tests.support.house import caught_up

    await eventually(lambda: caught_up(app, cluster))


async def test_what_time_alone_changes_is_painted_when_it_does(
    app: K8sTui, cluster: EmbeddedCluster, clock: ManualClock, meter: Meter
) -> None:
    clock.advance(DAY)
    beat(cluster, -DAY)
    await settled(app, cluster)
    assert " 41d" in text(app)[2]
    meter.reset()
    app.home.flush()
    await idle(app)
    assert meter.frames == 0


def linger(app: K8sTui) -> None:
    """The time is over for which what nobody looks at is kept: panes give their feeds back, and those end."""
    session = app.home.session
    assert session is not None
    for timer in list(app.home.panes._timers.values()):
        over(timer)
    for shared in list(session.feeds._shared.values()):
        if shared._timer is not None:
            over(shared._timer)


def over(timer: asyncio.TimerHandle) -> None:
    """It was to wait for `linger`, and does not any more."""
    assert 0 < timer.when() - asyncio.get_running_loop().time() <= SHORT.linger
    timer._run()
    timer.cancel()


async def test_feeds_end_some_time_after_the_last_view_that_needs_them_was_left(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    for name in ("web-1", "web-2"):
        cluster.store.create(pod(name, "default"))
    async with running(cluster, clock, overrides=Overrides(namespace="default")) as (app, _):
        await settled(app, cluster)
        assert cluster.watching == ["leases", "nodes", "pods"]
        await typed(app, ":pods kube-system\r")
        await settled(app, cluster)
        assert cluster.watching.count("pods") == 2
        await typed(app, ">", "~")
        chosen = text(app)[1]
        await typed(app, "[")
        assert cluster.watching.count("pods") == 2
        linger(app)
        await eventually(lambda: cluster.watching.count("pods") == 1)
        await typed(app, "]")
        await settled(app, cluster)
        assert text(app)[1] == chosen  # the order it was left in


async def test_a_view_left_for_a_moment_is_not_listed_again(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(node("worker-1"))
    async with running(cluster, clock, view="nodes") as (app, _):
        await settled(app, cluster)
        await typed(app, "enter")
        await settled(app, cluster)
        lists = [each.path for each in cluster.requests if each.verb == "list"]
        for _ in range(3):
            await typed(app, "[", "]")
        await settled(app, cluster)
        assert [each.path for each in cluster.requests if each.verb == "list"] == lists


async def test_start_asks_no_more_than_it_needs(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        lists = sorted("/".join(each.path.split("/")[2:4]) for each in cluster.requests if each.verb == "list")
        assert lists == ["coordination.k8s.io/v1", "metrics.k8s.io/v1beta1", "v1/nodes", "v1/pods"]
        assert sorted(cluster.watching) == ["leases", "nodes", "pods"]
        assert not [each for each in cluster.requests if each.method not in ("GET", "POST")]
