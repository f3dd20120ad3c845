"""A server from which nothing comes: what is only quiet, what is dead, and how soon that is said."""

from typing import Any

import msgspec

from k8stui.cluster.feeds import Feeds
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Live, Stale
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.model.kinds import NODES, PODS
from tests.support.clock import ManualClock
from tests.support.feeding import QUICK, asked, connection_to, feeding
from tests.support.objects import pod
from tests.support.waiting import eventually

PATIENT = msgspec.structs.replace(QUICK, silence=60.0, request=60.0, backoff_first=60.0, backoff_most=60.0)
"""With these nothing is tried again unless something wakes the feed."""
HANGS: dict[str, Any] = {"verb": "watch", "delay": 60.0}


async def test_a_kind_in_which_nothing_happens_is_live_for_ever(cluster: EmbeddedCluster) -> None:
    """A real server sends no bookmarks for a kind that has not changed since it started."""
    async with feeding(cluster, timing=msgspec.structs.replace(PATIENT, silence=0.05)) as fed:
        await fed.live()
        await eventually(lambda: len(asked(cluster, "watch")) >= 4)
        assert not fed.saw(Stale)
        cluster.store.create(pod("a"))
        await fed.holds("a")
    assert len(asked(cluster, "list")) == 1


async def test_a_watch_that_died_silently_goes_on_where_it_was(cluster: EmbeddedCluster) -> None:
    async with feeding(cluster, timing=msgspec.structs.replace(PATIENT, silence=0.2)) as fed:
        await fed.live()
        cluster.store.create(pod("before"))
        await fed.holds("before")
        cluster.cut_watches(wire=Wire.HALF_OPEN)
        cluster.store.create(pod("meanwhile"))
        await fed.holds("before", "meanwhile")
        await fed.live()
    assert len(asked(cluster, "list")) == 1
    assert not fed.faults


async def test_a_watch_that_is_not_answered_is_not_live_and_waited_for(cluster: EmbeddedCluster) -> None:
    """A server that hangs still takes connections: ctrl+r shows it within `Timing.answer`."""
    async with feeding(cluster, timing=msgspec.structs.replace(PATIENT, answer=0.1)) as fed:
        await fed.live()
        heard = fed.feed.heard
        cluster.faults.add(Fault(verb="watch", delay=0.4, times=1))
        fed.feed.retry()
        stale = await fed.until(Stale)
        assert stale.since == heard
        assert "does not answer" in stale.why
        await fed.live()
        cluster.store.create(pod("a"))
        await fed.holds("a")
    assert len(asked(cluster, "watch")) == 2


async def test_what_one_feed_finds_out_the_others_do_not_deny(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    timing = msgspec.structs.replace(PATIENT, answer=0.1)
    async with connection_to(cluster, timing) as connection:
        feeds = Feeds(connection, timing)
        pods, nodes = feeds.open(Query(PODS)), feeds.open(Query(NODES))
        await eventually(lambda: isinstance(pods.state, Live) and isinstance(nodes.state, Live))
        clock.advance(30)
        cluster.faults.add(Fault(**HANGS))
        pods.retry()
        await eventually(lambda: isinstance(pods.state, Stale) and isinstance(nodes.state, Stale))
        await feeds.close()


async def test_many_that_doubt_do_not_put_off_what_each_finds_out(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    """Every feed of a view loses a server that hangs in its own moment: none of them begins the others anew."""
    timing = msgspec.structs.replace(PATIENT, answer=0.1)
    async with connection_to(cluster, timing) as connection:
        feeds = Feeds(connection, timing)
        nodes = feeds.open(Query(NODES))
        await eventually(lambda: isinstance(nodes.state, Live))
        clock.advance(30)
        cluster.faults.add(Fault(**HANGS))

        def stale_though_doubted() -> bool:
            feeds._lost()
            return isinstance(nodes.state, Stale)

        await eventually(stale_though_doubted)
        await feeds.close()
    assert [record.resource for record in cluster.requests if record.verb == "watch"] == ["nodes", "nodes"]


async def test_a_feed_that_heard_something_just_now_is_not_doubted(cluster: EmbeddedCluster) -> None:
    async with feeding(cluster, timing=PATIENT) as fed:
        await fed.live()
        fed.feed.doubt()
        cluster.store.create(pod("a"))
        await fed.holds("a")
    assert len(asked(cluster, "watch")) == 1
