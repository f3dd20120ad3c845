"""The page of logs as it looks: while it follows, with JSON as columns, in a search, and choosing containers."""

from collections.abc import Awaitable, Callable

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.logs.sources import SourcesScreen
from tests.support.clock import ManualClock
from tests.support.house import idle
from tests.support.log_page import log_page
from tests.support.logs import Writer, waiting
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
JSON = (
    '{"ts":"2026-09-21T14:13:18Z","level":"info","msg":"listening","address":":8080"}',
    '{"ts":"2026-09-21T14:13:19Z","level":"debug","msg":"cache is warm","entries":1204,"took_ms":17}',
    '{"ts":"2026-09-21T14:13:19Z","level":"warn","msg":"slow request","path":"/cart","duration_ms":812}',
    '{"ts":"2026-09-21T14:13:20Z","level":"error","msg":"payment refused","order":17,"code":"card_declined"}',
    "panic: a line that is no JSON stands as it is",
)


def shop(writer: Writer) -> None:
    """Two pods of a workload, one with a second container; one waits."""
    writer.pod("web-7f5b-2b4", "web", "proxy", labels={"app": "web"})
    writer.pod("web-7f5b-8lw", "web", labels={"app": "web"})
    writer.pod("web-7f5b-jm8", "web", labels={"app": "web"})
    writer.become("web-7f5b-jm8", waiting("ImagePullBackOff", 'Back-off pulling image "web:9"'), "web", phase="Pending")
    for number in range(6):
        writer.say("web-7f5b-2b4", f"INFO  served GET /cart 200 {number + 9}ms", container="web")
        writer.say("web-7f5b-2b4", f'"GET /cart" 200 - via_upstream {number}', container="proxy")
        writer.say("web-7f5b-8lw", "ERROR upstream timeout after 3000ms  cart:8080", container="web")


def json(writer: Writer) -> None:
    writer.pod("pay-1")
    writer.say("pay-1", *JSON)


async def restarted(page_writer: Writer) -> None:
    page_writer.restart("web-7f5b-8lw", 1, code=137, reason="OOMKilled", container="web")
    page_writer.say("web-7f5b-8lw", "INFO  listening on :8080", container="web", run=1)


@SIZES
async def test_following_a_workload(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, size: tuple[int, int]
) -> None:
    async with log_page(cluster, clock, shop, size=size, view="configmaps") as page:
        await page.open(":", *"logs -l app=web --all-containers", "enter")
        await page.until(lambda: len(page.lines) == 18)
        await restarted(page.writer)
        await page.until(lambda: page.lines[-1] == "INFO  listening on :8080")
        await page.until(lambda: "live" in page.top)
        await idle(page.app)
        await snap(page.app, "following")


async def test_json_as_columns(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with log_page(cluster, clock, json, size=(80, 24)) as page:
        await page.open()
        await page.until(lambda: len(page.lines) == 5)
        await page.press("c")
        await page.press("space", "up", "up", "M")
        await snap(page.app, "json")


async def test_a_search_with_a_filter(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with log_page(cluster, clock, shop, size=(80, 24), view="configmaps") as page:
        await page.open(":", *"logs -l app=web", "enter")
        await page.until(lambda: len(page.lines) == 12)
        await page.press(*"/!proxy", "enter", *"stimeout", "enter", "n")
        await page.shows("of 6 lines")
        await snap(page.app, "search")


async def test_choosing_containers(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with log_page(cluster, clock, shop, size=(80, 24), view="configmaps") as page:
        await page.open(":", *"logs -l app=web", "enter")
        await page.until(lambda: len(page.lines) == 12)
        await page.press("L")
        await eventually(lambda: isinstance(page.app.screen, SourcesScreen))
        await page.shows("waiting")
        await snap(page.app, "sources")


async def test_why_there_are_no_lines(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    def pulling(writer: Writer) -> None:
        writer.pod("web-1")
        writer.become("web-1", waiting("ImagePullBackOff", 'Back-off pulling image "web:9"'), phase="Pending")
        about = {"kind": "Pod", "apiVersion": "v1", "name": "web-1", "namespace": "default"}
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "web-1.1", "namespace": "default"},
            "involvedObject": about,
            "type": "Warning",
            "reason": "Failed",
            "message": 'Failed to pull image "web:9": manifest unknown',
            "lastTimestamp": "2026-09-21T14:13:00Z",
        }
        writer.cluster.store.create(event)

    async with log_page(cluster, clock, pulling, size=(80, 24)) as page:
        await page.open()
        await page.shows("manifest unknown", "◐ waiting")
        await snap(page.app, "waiting")


async def test_the_least_of_terminals(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, shop, size=(60, 15), view="configmaps") as page:
        await page.open(":", *"logs -l app=web", "enter")
        await page.until(lambda: len(page.lines) == 12)
        await page.press(*"/timeout", "enter", "space")
        await page.shows("logs app=web", "paused +0", "live", "/timeout/ 6 of 12")
        rows = page.text.splitlines()
        assert len(rows) == 15
        assert all(len(row) <= 60 for row in rows)
