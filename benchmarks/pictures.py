"""`make pictures`: the README's pictures, made from the embedded scenario on a clock that stands still."""

import asyncio
import sys
from pathlib import Path

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.life import Life
from tests.support.clock import ManualClock
from tests.support.house import running, settled

DOCS = Path(__file__).resolve().parents[1] / "docs"
SIZE = (110, 30)


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
            (DOCS / f"{view}.svg").write_text(app.export_screenshot(title="k8stui --demo"))
    finally:
        await cluster.stop()


async def main() -> None:
    """Every picture."""
    for view in ("pods", "nodes"):
        await draw(view)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
