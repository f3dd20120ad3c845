"""The page of a drain as it looks: planned, under way, ended."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.drain.rows import Phase
from tests.support.clock import ManualClock
from tests.support.drain_page import (
    allow,
    asked,
    begun,
    chosen,
    end,
    phase,
    phases,
    planned,
    reads,
    shown,
)
from tests.support.drain_scene import furnish, heirs
from tests.support.house import running, settled, typed
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


@asynccontextmanager
async def scene(cluster: EmbeddedCluster, clock: ManualClock, size: tuple[int, int]) -> AsyncIterator[K8sTui]:
    furnish(cluster)
    async with running(cluster, clock, size=size, view="nodes") as (app, _):
        await settled(app, cluster)
        yield app


@SIZES
async def test_planned(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, size: tuple[int, int]) -> None:
    async with scene(cluster, clock, size) as app:
        page = await planned(app, "worker-2")
        await chosen(app, page, "e")
        await reads(app, "● live")
        await snap(app, "drain-plan")


async def test_planned_for_several_nodes(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with scene(cluster, clock, (120, 40)) as app:
        page = await planned(app, "worker-2", "worker-3")
        await chosen(app, page, "e", "f", "m", "2", "enter")
        await reads(app, "● live")
        await snap(app, "drain-plan-of-several")


async def test_a_wrong_option(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with scene(cluster, clock, (80, 24)) as app:
        await planned(app, "worker-2")
        await typed(app, "t", *"5x")
        await snap(app, "drain-option")


async def test_asked(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with scene(cluster, clock, (80, 24)) as app:
        page = await planned(app, "worker-2")
        await chosen(app, page, "e", "f")
        await asked(app)
        await snap(app, "drain-question")


async def mid_flight(app: K8sTui, cluster: EmbeddedCluster, clock: ManualClock) -> None:
    """Two refused, two that end, one gone."""
    page = await begun(app)
    clock.advance(12)
    await eventually(lambda: sum(row.tries == 2 for row in page.job.rows.values()) == 2)
    await eventually(lambda: not phases(page.job) & {Phase.EVICTING, Phase.WAITING})
    end(cluster, "handmade")
    await eventually(lambda: phase(page.job, "handmade") is Phase.GONE)
    await shown(app)


@SIZES
async def test_mid_flight(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, size: tuple[int, int]) -> None:
    async with scene(cluster, clock, size) as app:
        await mid_flight(app, cluster, clock)
        await snap(app, "drain-mid-flight")


async def test_asking(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with scene(cluster, clock, (80, 24)) as app:
        await mid_flight(app, cluster, clock)
        await typed(app, "x")
        await reads(app, "Uncordon worker-2")
        await snap(app, "drain-asking")


@SIZES
async def test_ended(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, size: tuple[int, int]) -> None:
    async with scene(cluster, clock, size) as app:
        page = await begun(app)
        for name in ("cart", "web"):
            allow(cluster, name, 1)
        clock.advance(8)
        await eventually(lambda: not phases(page.job) & {Phase.REFUSED, Phase.EVICTING})
        end(cluster)
        await eventually(lambda: not phases(page.job) - {Phase.GONE, Phase.STAYS})
        for each in heirs():
            cluster.store.create(each)
        await eventually(lambda: page.job.state.over)
        await eventually(lambda: not app.jobs.running)
        await reads(app, "5/5 pods gone")
        await reads(app, "Still cordoned by this drain: worker-2")
        await snap(app, "drain-report")
