"""A kind that cannot be watched is listed calmly while somebody reads it; a server without it is no trouble."""

import asyncio
from typing import Any

import msgspec
import pytest

from k8stui.cluster.feeds import Feeds
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Polling, Stale, Syncing
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.model.codec import codec
from k8stui.model.kinds import NODE_METRICS, POD_METRICS
from k8stui.model.metrics import NodeUsage, PodUsage
from k8stui.settings import Timing
from tests.support.calm import calm
from tests.support.clock import ManualClock
from tests.support.feeding import QUICK, asked, connection_to, feeding
from tests.support.objects import node, pod
from tests.support.waiting import eventually

CALM = msgspec.structs.replace(QUICK, unwatched=0.02, linger=60.0)


def furnish(cluster: EmbeddedCluster, pods: int = 2) -> None:
    cluster.store.create(node("worker-1"))
    for number in range(pods):
        cluster.store.create(pod(f"p{number}"))


async def test_it_is_listed_again_and_again_and_never_watched(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with feeding(cluster, Query(POD_METRICS), CALM) as fed:
        assert await fed.until(Polling) == Polling(0.02, "")
        assert fed.names == ["p0", "p1"]
        row = next(iter(fed.feed.store.rows.values()))
        assert isinstance(row, PodUsage)
        assert row.cpu > 0
        assert row.memory > 0
        clock.advance(60)
        await eventually(lambda: fed.feed.store.rows["default/p0"].cpu != row.cpu)
        cluster.store.create(pod("late"))
        await fed.holds("late", "p0", "p1")
        cluster.store.delete("pods", "p0", "default")
        await fed.holds("late", "p1")
    assert not asked(cluster, "watch", metrics=True)
    assert not fed.saw(Stale)
    assert fed.faults == []


async def test_a_long_list_is_read_more_seldom(cluster: EmbeddedCluster) -> None:
    furnish(cluster, 3)
    async with feeding(cluster, Query(POD_METRICS), msgspec.structs.replace(CALM, unwatched_each=5.0)) as fed:
        assert await fed.until(Polling) == Polling(15.0, "")


async def test_equal_numbers_mark_nothing(cluster: EmbeddedCluster) -> None:
    furnish(cluster)
    async with feeding(cluster, Query(POD_METRICS), CALM) as fed:
        await fed.until(Polling)
        changes = fed.feed.store.subscribe(lambda: None)
        lists = len(asked(cluster, "list", metrics=True))
        await eventually(lambda: len(asked(cluster, "list", metrics=True)) > lists + 2)
        assert not changes.dirty


async def test_nodes_have_their_names_for_uids(cluster: EmbeddedCluster) -> None:
    furnish(cluster)
    async with feeding(cluster, Query(NODE_METRICS), CALM) as fed:
        await fed.until(Polling)
        assert isinstance(fed.feed.store.rows["worker-1"], NodeUsage)


def asked_for_metrics(cluster: EmbeddedCluster) -> int:
    return sum("metrics.k8s.io" in each.path for each in cluster.requests)


async def test_a_server_without_metrics_says_so_and_is_asked_seldom(clock: ManualClock) -> None:
    cluster = EmbeddedCluster(clock, hidden=frozenset({"metrics.k8s.io"}))
    await cluster.start()
    try:
        async with feeding(cluster, Query(POD_METRICS), msgspec.structs.replace(CALM, denied_retry=60.0)) as fed:
            state = await fed.until(Stale)
            assert (state.absent, state.since) == (True, None)
            await asyncio.sleep(0.1)
            assert asked_for_metrics(cluster) == 1
            fed.feed.retry()
            await eventually(lambda: asked_for_metrics(cluster) == 2)
    finally:
        await cluster.stop()


async def test_a_metrics_server_that_is_down_keeps_the_last_numbers(cluster: EmbeddedCluster) -> None:
    furnish(cluster)
    async with feeding(cluster, Query(POD_METRICS), CALM) as fed:
        await fed.until(Polling)
        cluster.faults.add(Fault(verb="list", resource="pods", status=503))
        state = await fed.until(Stale)
        assert not state.absent
        assert fed.names == ["p0", "p1"]
        cluster.faults.clear()
        await fed.until(Polling)


async def test_polling_stops_with_the_last_lease_and_goes_on_with_the_next(cluster: EmbeddedCluster) -> None:
    furnish(cluster)
    async with connection_to(cluster, CALM) as connection:
        feeds = Feeds(connection, CALM)
        whole, part = feeds.open(Query(POD_METRICS)), feeds.open(Query(POD_METRICS, "default"))
        await eventually(lambda: isinstance(whole.state, Polling))
        assert len(part.store) == 2
        whole.close()
        seen = len(asked(cluster, "list", metrics=True))
        await eventually(lambda: len(asked(cluster, "list", metrics=True)) > seen + 1)
        part.close()
        await calm()
        seen = len(asked(cluster, "list", metrics=True))
        await asyncio.sleep(0.15)
        assert len(asked(cluster, "list", metrics=True)) == seen
        again = feeds.open(Query(POD_METRICS))
        assert len(again.store) == 2, "the last numbers are still there"
        await eventually(lambda: len(asked(cluster, "list", metrics=True)) > seen)
        await feeds.close()


async def test_a_reader_in_one_namespace_has_its_numbers(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("shop")
    cluster.store.create(pod("mine", "shop"))
    async with connection_to(cluster, CALM, cluster.viewer_token) as connection:
        feeds = Feeds(connection, CALM)
        feeds.also("shop")
        lease = feeds.open(Query(POD_METRICS))
        await eventually(lambda: isinstance(lease.state, Polling | Denied))
        if isinstance(lease.state, Polling):
            assert [row.ref.name for row in lease.store.rows.values()] == ["mine"]
        await feeds.close()


def listed(count: int) -> bytes:
    """A list as a metrics server writes it: without uid, resourceVersion or pages."""
    items: list[dict[str, Any]] = []
    for number in range(count):
        usage = {"cpu": f"{number * 1_234_567}n", "memory": f"{number * 17}Ki"}
        meta = {"name": f"p{number}", "namespace": "load", "labels": {"app": "load"}}
        items.append(
            {"metadata": meta, "timestamp": "2026-09-21T14:00:00Z", "containers": [{"name": "c", "usage": usage}]}
        )
    return msgspec.json.encode({"kind": "PodMetricsList", "metadata": {}, "items": items})


def test_a_long_list_comes_in_portions_that_hold_everything_once() -> None:
    pages = list(codec(POD_METRICS).portions(listed(2_100)))
    assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]
    assert max(len(page.rows) for page in pages) <= 250
    assert [row.ref.name for page in pages for row in page.rows] == [f"p{number}" for number in range(2_100)]


@pytest.mark.parametrize("body", [b"{}", b'{"items":3}', b"<html>" * 50_000, b'{"items":[' + b"1," * 200_000])
def test_what_is_no_list_is_refused_however_long_it_is(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        list(codec(POD_METRICS).portions(body))


async def test_a_long_list_leaves_the_loop_its_turn(cluster: EmbeddedCluster) -> None:
    """Between two portions others get their turn; while it comes the state counts up."""
    furnish(cluster, pods=2_500)
    slow = msgspec.structs.replace(CALM, unwatched=60.0, paint_every=0.002)
    async with feeding(cluster, Query(POD_METRICS), slow) as fed:
        await eventually(lambda: isinstance(fed.feed.state, Polling))
        counts = [state.n for state in fed.saw(Syncing)]
        assert counts[-1] == 2_500
        assert len(counts) >= 10
        assert len(fed.names) == 2_500


def test_the_period_is_a_setting() -> None:
    assert Timing().unwatched == 15.0
