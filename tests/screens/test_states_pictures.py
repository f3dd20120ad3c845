"""Both screens as they look in each state, at both sizes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from tests.support.clock import ManualClock
from tests.support.house import SHORT, idle, learnt, running, says, settled, typed, until_denied
from tests.support.scene import crowd, furnish

Snap = Callable[..., Awaitable[None]]

PATIENT = msgspec.structs.replace(SHORT, backoff_first=30.0, backoff_most=60.0, request=60.0, denied_retry=60.0)
"""What is seen stays so until the picture is taken."""

BOTH = pytest.mark.parametrize("view", ["nodes", "pods"])
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


@asynccontextmanager
async def shown(cluster: EmbeddedCluster, clock: ManualClock, **rest: object) -> AsyncIterator[K8sTui]:
    """The program with waits that no picture outlasts."""
    async with running(cluster, clock, timing=PATIENT, **rest) as (app, _):  # type: ignore[arg-type]
        yield app


@BOTH
@SIZES
async def test_live(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, view: str, size: tuple[int, int]) -> None:
    furnish(cluster)
    async with shown(cluster, clock, size=size, view=view) as app:
        await settled(app, cluster)
        await snap(app, "live")


@BOTH
@SIZES
async def test_syncing(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, view: str, size: tuple[int, int]
) -> None:
    """Pods: the first page is there and the second does not come. Nodes: nothing has come."""
    furnish(cluster)
    if view == "pods":
        crowd(cluster, 1_200)
    cluster.faults.add(Fault(verb="list", resource=view, skip=1 if view == "pods" else 0, wire=Wire.HALF_OPEN))
    async with shown(cluster, clock, size=size, view=view) as app:
        await learnt(app)
        await says(app, "syncing 500/1,211" if view == "pods" else "syncing")
        app.home.flush()
        await snap(app, "syncing")


@BOTH
@SIZES
async def test_stale(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, view: str, size: tuple[int, int]
) -> None:
    furnish(cluster)
    async with shown(cluster, clock, size=size, view=view) as app:
        await settled(app, cluster)
        assert app.home.session is not None
        cluster.faults.add(Fault(status=503, message="the server is currently unable to handle the request"))
        app.home.session.feeds.retry()
        await says(app, "stale")
        clock.advance(42)
        app.home.flush()
        await snap(app, "stale")


@BOTH
@SIZES
async def test_denied(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, view: str, size: tuple[int, int]
) -> None:
    furnish(cluster)
    cluster.access.deny("*", view)
    async with shown(cluster, clock, size=size, view=view) as app:
        await learnt(app)
        await until_denied(app)
        await snap(app, "denied")


@BOTH
@SIZES
async def test_empty(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, view: str, size: tuple[int, int]
) -> None:
    async with shown(cluster, clock, size=size, view=view) as app:
        await settled(app, cluster)
        await snap(app, "empty")


@BOTH
@SIZES
async def test_filtered(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, view: str, size: tuple[int, int]
) -> None:
    furnish(cluster)
    async with shown(cluster, clock, size=size, view=view) as app:
        await settled(app, cluster)
        await typed(app, "/", "worker" if view == "nodes" else "!Running", "\r")
        await idle(app)
        await snap(app, "filtered")
