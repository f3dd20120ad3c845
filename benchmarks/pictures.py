"""`make pictures`: the README's pictures, made from the embedded scenario on a clock that stands still."""

import asyncio
import sys
from pathlib import Path

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.life import Life
from k8stui.screens.reading.page import InspectScreen
from tests.support.clock import ManualClock
from tests.support.house import running, settled, typed
from tests.support.waiting import eventually

DOCS = Path(__file__).resolve().parents[1] / "docs"
SIZE = (110, 30)


READ = "pods"
"""The view of which a second picture is made: what `d` says of the worst row."""


async def describe(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """`docs/pods.svg` is taken before; then the description of the first row is opened."""
    (DOCS / f"{READ}.svg").write_text(app.export_screenshot(title="k8stui --demo"))
    await typed(app, "d")
    await eventually(lambda: isinstance(app.screen, InspectScreen) and app.screen.text.rows > 30, within=20)
    await settled(app, cluster)


async def draw(view: str) -> None:
    """One picture of one view, a minute into the incident."""
    clock = ManualClock()
    cluster = EmbeddedCluster(clock)
    life = Life(cluster.store, registry=cluster.registry)
    life.seed()
    for _ in range(60):
        clock.advance(1)
        life.agenda.catch_up()
    await cluster.start()
    try:
        async with running(cluster, clock, size=SIZE, view=view) as (app, _pilot):
            await settled(app, cluster)
            if view == READ:
                await describe(app, cluster)
            name = "describe" if view == READ else view
            (DOCS / f"{name}.svg").write_text(app.export_screenshot(title="k8stui --demo"))
    finally:
        await cluster.stop()


async def main() -> None:
    """Every picture."""
    for view in (READ, "nodes", "workloads", "events"):
        await draw(view)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
