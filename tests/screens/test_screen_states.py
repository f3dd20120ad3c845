"""Every state and every fault as a person sees it: in words in the top line, with the rows kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.demo.serving.options import Options
from tests.support.clock import ManualClock
from tests.support.feeding import asked
from tests.support.house import SHORT, idle, messages, names, running, says, settled, status, text, typed
from tests.support.objects import node, pod, poison
from tests.support.scene import crowd
from tests.support.waiting import eventually

WEB = ["web-1", "web-2", "web-3"]


@pytest.fixture
def shop(cluster: EmbeddedCluster) -> EmbeddedCluster:
    """Three pods on one node."""
    cluster.store.create(node("worker-1"))
    for name in WEB:
        cluster.store.create(pod(name))
    return cluster


@asynccontextmanager
async def live(cluster: EmbeddedCluster, clock: ManualClock, **timing: float) -> AsyncIterator[K8sTui]:
    """The pods are on the screen, and they are never gone from it."""
    async with running(cluster, clock, timing=msgspec.structs.replace(SHORT, **timing)) as (app, _):
        await settled(app, cluster)
        assert names(app) == WEB
        pane = app.home.pane
        assert pane is not None
        least: list[int] = []
        end = pane.store.tap(lambda old, new: least.append(len(pane.store.rows)))
        yield app
        end()
        assert min(least, default=3) >= 3, "rows were taken away"


async def test_syncing_counts_and_rows_appear_page_by_page(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    crowd(cluster, 1_300)
    fault = cluster.faults.add(Fault(verb="list", resource="pods", skip=1, wire=Wire.HALF_OPEN))
    async with running(cluster, clock, timing=msgspec.structs.replace(SHORT, request=1.5)) as (app, _):
        await says(app, "syncing 500/1,300")
        app.home.flush()
        await idle(app)
        assert "load-" in text(app)[2]
        assert app.home.table.cursor_line == 0
        cluster.faults.remove(fault)
        await settled(app, cluster)
        assert "pods (all) 1,300" in status(app)
        assert "live" in status(app)


async def test_a_change_is_seen(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with live(shop, clock) as app:
        assert "● live" in status(app)
        shop.store.create(pod("web-4", phase="Pending"))
        await settled(app, shop)
        assert names(app)[0] == "web-4"  # what is not well comes first
        assert "pods (all) 4" in status(app)


async def test_the_server_goes_away_and_comes_back(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with live(shop, clock) as app:
        port = shop.port
        await shop.stop()
        await says(app, "stale")
        assert names(app) == WEB
        clock.advance(42)
        app.home.flush()
        assert "stale 42s" in await says(app, "stale 42s")
        shop.store.create(pod("web-4"))
        await shop.start(port)
        await settled(app, shop)
        assert names(app) == [*WEB, "web-4"]
        assert "● live" in status(app)
        assert app.is_running
        assert "stale" in messages(app)


async def test_a_server_that_is_not_there_at_the_start(shop: EmbeddedCluster, clock: ManualClock) -> None:
    port = shop.port
    await shop.stop()
    async with running(shop, clock) as (app, _):
        await says(app, "nothing yet")
        app.home.flush()
        await idle(app)
        assert "refused the connection" in "\n".join(text(app)[1:20])
        await shop.start(port)
        await settled(app, shop)
        assert names(app) == WEB
        assert "● live" in status(app)


async def test_a_watch_that_ends_goes_on_where_it_was(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with live(shop, clock) as app:
        shop.store.create(pod("web-4"))
        await settled(app, shop)
        lists = len(asked(shop, "list"))
        shop.cut_watches("pods")
        shop.store.create(pod("web-5"))
        await settled(app, shop)
        assert "web-5" in names(app)
        assert len(asked(shop, "list")) == lists


@pytest.mark.parametrize("form", ["line", "status"])
async def test_410_lists_again_without_blanking(shop: EmbeddedCluster, clock: ManualClock, form: str) -> None:
    async with live(shop, clock) as app:
        lists = len(asked(shop, "list"))
        if form == "line":
            shop.cut_watches("pods", Wire.ERROR_LINE)
        else:
            shop.faults.add(Fault(verb="watch", resource="pods", status=410, times=1))
            shop.cut_watches("pods")
        await eventually(lambda: len(asked(shop, "list")) > lists)
        shop.store.create(pod("web-4"))
        await settled(app, shop)
        assert "web-4" in names(app)
        assert "● live" in status(app)


async def test_a_watch_that_died_silently_is_opened_anew_and_loses_nothing(clock: ManualClock) -> None:
    lively = EmbeddedCluster(clock, options=Options(bookmarks_every=0.05))
    await lively.start()
    for name in WEB:
        lively.store.create(pod(name))
    try:
        async with live(lively, clock, silence=0.4) as app:
            lively.cut_watches("pods", Wire.HALF_OPEN)
            lively.store.create(pod("web-4"))
            await eventually(lambda: "web-4" in names(app))
            assert "● live" in status(app)
            assert "stale" not in messages(app)  # the server answers as soon as it is asked
    finally:
        await lively.stop()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(status=401, message="Unauthorized"), "does not accept the credentials"),
        (Fault(status=429, message="slow down"), "slow down"),
        (Fault(status=500, message="boom"), "boom"),
        (Fault(status=503, message="etcd is away"), "etcd is away"),
        (Fault(status=504, message="took too long"), "took too long"),
        (Fault(wire=Wire.GARBAGE), "not a Kubernetes API server"),
        (Fault(wire=Wire.TRUNCATED), "broke off"),
        (Fault(wire=Wire.RESET), "reset"),
        (Fault(wire=Wire.EOF), "closed the connection"),
    ],
    ids=["401", "429", "500", "503", "504", "garbage", "truncated", "reset", "eof"],
)
async def test_each_fault_is_said_on_the_screen_and_passes(
    shop: EmbeddedCluster, clock: ManualClock, fault: Fault, words: str
) -> None:
    """At the start, with nothing to show; and again later, when the rows stay."""
    fault = msgspec.structs.replace(fault, verb="*", resource="pods")
    shop.faults.add(fault)
    async with running(shop, clock) as (app, _):
        await says(app, "✖ nothing yet: ")
        app.home.flush()
        await idle(app)
        assert "pods (all) 0" in status(app)
        shown = " ".join(" ".join(text(app)[:21]).split())
        assert words in shown, shown
        assert "Traceback" not in shown
        shop.faults.clear()
        await settled(app, shop)
        assert names(app) == WEB
        shop.faults.add(fault)
        assert app.home.pane is not None
        await typed(app, "ctrl+r")
        await says(app, "stale")
        assert names(app) == WEB
        shop.faults.clear()
        await settled(app, shop)
        assert "● live" in status(app)


async def test_retry_after_is_honoured(shop: EmbeddedCluster, clock: ManualClock) -> None:
    shop.faults.add(Fault(verb="list", resource="pods", status=429, retry_after=1, times=1))
    async with running(shop, clock) as (app, _):
        await says(app, "✖")
        assert len(asked(shop, "list")) == 1
        await settled(app, shop)
        assert len(asked(shop, "list")) == 2


async def test_a_token_that_is_revoked_and_given_again(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with live(shop, clock) as app:
        user = shop.access._tokens[shop.token]
        shop.access.revoke(shop.token)
        shop.cut_watches()
        assert app.home.pane is not None
        await typed(app, "ctrl+r")
        await says(app, "stale 0s: The server does not accept")
        shop.access._tokens[shop.token] = user
        await settled(app, shop)
        assert "● live" in status(app)


async def test_watching_is_refused_so_it_polls_and_says_so(shop: EmbeddedCluster, clock: ManualClock) -> None:
    shop.access.deny("watch", "pods")
    async with running(shop, clock, size=(120, 24)) as (app, _):
        await says(app, "polling every")
        assert "watch pods" in status(app)
        shop.store.create(pod("web-4"))
        await settled(app, shop)
        assert "web-4" in names(app)
        shop.access.denials.clear()
        await says(app, "● live")


async def test_what_cannot_be_read_is_counted(shop: EmbeddedCluster, clock: ManualClock) -> None:
    shop.store.create(poison("bad-1"))
    async with running(shop, clock) as (app, _):
        await settled(app, shop)
        assert names(app) == WEB
        assert "1 object unreadable" in status(app)
        shop.store.create(poison("bad-2"))
        await says(app, "2 objects unreadable")
        shop.store.delete("pods", "bad-1", "default")
        shop.store.delete("pods", "bad-2", "default")
        shop.cut_watches("pods", Wire.ERROR_LINE)
        await says(app, "● live")
        assert "unreadable" not in status(app)


async def test_the_clock_of_the_server_counts_and_its_skew_is_said(shop: EmbeddedCluster, clock: ManualClock) -> None:
    shop.clock.skew = 3600
    shop.store.create(pod("young"))
    async with running(shop, clock) as (app, _):
        await settled(app, shop)
        line = next(line for line in text(app) if "young" in line)
        assert line.endswith(" 0s")
        assert "60m ahead of" in messages(app)


async def test_ctrl_r_twice_in_one_burst_is_no_mistake(shop: EmbeddedCluster, clock: ManualClock) -> None:
    """A wait that is being cut short already cannot be cut short again."""
    patient = msgspec.structs.replace(SHORT, backoff_first=30.0, backoff_most=60.0)
    async with running(shop, clock, timing=patient) as (app, _):
        await settled(app, shop)
        port = shop.port
        await shop.stop()
        await says(app, "stale")
        await typed(app, "ctrl+r", "ctrl+r", "ctrl+r")
        await shop.start(port)
        shop.store.create(pod("web-4"))
        await typed(app, "ctrl+r", "ctrl+r")
        await settled(app, shop)  # long before the back-off is over
        assert "web-4" in names(app)
