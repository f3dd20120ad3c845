"""`make pictures`: the README's pictures, made from the embedded scenario on a clock that stands still."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.life import Life
from k8stui.screens.debug.page import DebugScreen
from k8stui.screens.drain.plan_page import DrainScreen
from k8stui.screens.logs.page import LogsScreen
from k8stui.screens.reading.page import InspectScreen
from tests.support.clock import ManualClock
from tests.support.house import names, running, settled, typed
from tests.support.waiting import eventually

DRAINED = "worker-b2"
"""The node of which a drain is planned."""
SAYING = "checkout"
"""The workload whose logs are shown: the pods of two releases, one of which cannot start."""
DEBUGGED = "cart-"
"""The first of these pods gets a container to debug it."""
NAMED = "look"
"""The name of the container that is added: without one letters are made up."""
DOCS = Path(__file__).resolve().parents[1] / "docs"
SIZE = (110, 30)


def kept(app: K8sTui, name: str) -> None:
    """What is on the screen now, as `docs/<name>.svg`."""
    (DOCS / f"{name}.svg").write_text(app.export_screenshot(title="k8stui --demo"))


async def describe(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """The description of the first row."""
    await typed(app, "d")
    await eventually(lambda: isinstance(app.screen, InspectScreen) and app.screen.text.rows > 30, within=20)
    await settled(app, cluster)
    kept(app, "describe")


def planned(app: K8sTui, *, data: bool) -> bool:
    """Whether a drain is planned, with the data of its pods taken, too, or not."""
    plan = app.screen.planning.plan if isinstance(app.screen, DrainScreen) and app.screen.planning else None
    return plan is not None and plan.options.delete_emptydir is data


async def drain(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """The plan of a drain that takes what is in emptyDir volumes: budgets are left in the way."""
    await typed(app, "g", *["j"] * names(app).index(DRAINED), "D")
    await eventually(lambda: planned(app, data=False), within=20)
    await typed(app, "e")
    await eventually(lambda: planned(app, data=True), within=20)
    await settled(app, cluster)
    kept(app, "drain")


async def debug(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """The launcher of a container in a running pod."""
    await typed(app, "escape", "/", *DEBUGGED, "enter", "g", "b")
    await eventually(lambda: isinstance(app.screen, DebugScreen) and answered(app.screen), within=20)
    await typed(app, "N", *NAMED, "enter", "g")
    await eventually(lambda: isinstance(app.screen, DebugScreen) and answered(app.screen), within=20)
    await settled(app, cluster)
    kept(app, "debug")


def answered(page: DebugScreen) -> bool:
    """Whether the server has said what it would make of it."""
    return page.considering is not None and page.plan.trial.mutation is not None and page.plan.answer is not None


async def pods(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """What can be done with a pod."""
    await describe(app, cluster)
    await debug(app, cluster)


async def logs(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """The lines of several pods, merged, JSON as columns."""
    await typed(app, "g", *["j"] * names(app).index(SAYING), "l")
    await eventually(lambda: isinstance(app.screen, LogsScreen) and app.screen.logs.book.lines > 100, within=20)
    await typed(app, "c")
    await settled(app, cluster)
    kept(app, "logs")


MORE: Mapping[str, Callable[[K8sTui, EmbeddedCluster], Awaitable[None]]] = {
    "pods": pods,
    "nodes": drain,
    "workloads": logs,
}
"""What else is drawn from a view."""


async def draw(view: str) -> None:
    """The pictures of one view, a minute into the incident."""
    clock = ManualClock()
    cluster = EmbeddedCluster(clock)
    life = Life(cluster.store, registry=cluster.registry, logs=cluster.logs)
    life.seed()
    life.kubelets.attach(cluster.containers)
    for _ in range(60):
        clock.advance(1)
        life.agenda.catch_up()
    await cluster.start()
    try:
        async with running(cluster, clock, size=SIZE, view=view) as (app, _pilot):
            await settled(app, cluster)
            kept(app, view)
            if view in MORE:
                await MORE[view](app, cluster)
    finally:
        await cluster.stop()


async def main() -> None:
    """Every picture."""
    for view in ("pods", "nodes", "workloads", "events"):
        await draw(view)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
