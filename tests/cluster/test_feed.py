"""A feed over real HTTP: what it holds, what it says of itself, and every way it can be disturbed."""

import asyncio
from typing import Any

import msgspec
import pytest

from k8stui.cluster import paging
from k8stui.cluster.feed import PATIENT_AFTER, Feed
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live, Polling, Stale, Syncing
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.demo.serving.options import Options
from k8stui.model.codec import TableCodec, codec
from k8stui.model.kinds import NODES, PODS, Kind
from tests.support.clock import ManualClock
from tests.support.feeding import QUICK, asked, connection_to, feeding
from tests.support.objects import configmap, node, pod
from tests.support.waiting import eventually

CONFIGMAPS = Kind("", "v1", "configmaps", "ConfigMap", "configmap")
SLOW = msgspec.structs.replace(QUICK, backoff_first=60.0, backoff_most=60.0, denied_retry=60.0, poll=60.0)
"""With these nothing is tried again unless something wakes the feed."""


async def test_it_lists_then_follows_every_change(cluster: EmbeddedCluster) -> None:
    for name in ("a", "b"):
        cluster.store.create(pod(name))
    async with feeding(cluster) as fed:
        await fed.live()
        assert fed.names == ["a", "b"]
        cluster.store.create(pod("c"))
        cluster.store.delete("pods", "a", "default")
        changed = cluster.store.get("pods", "b", "default")
        changed["metadata"]["labels"] = {"x": "y"}
        cluster.store.update(changed)
        await fed.holds("b", "c")
        row = await eventually(lambda: next(each for each in fed.feed.store.rows.values() if each.labels))
        assert row.labels == (("x", "y"),)
        assert [type(state) for state in fed.states] == [Syncing, Live]
        assert fed.states[0] == Syncing(2, 2)
        assert not fed.faults
    assert len(asked(cluster, "list")) == 1


async def test_the_watch_begins_at_the_lists_version(cluster: EmbeddedCluster) -> None:
    created = cluster.store.create(pod("a"))
    async with feeding(cluster) as fed:
        await fed.live()
        (query,) = asked(cluster, "watch")
        assert int(query["resourceVersion"]) >= int(created["metadata"]["resourceVersion"])
        assert query["allowWatchBookmarks"] == "true"
        assert query["timeoutSeconds"]
        assert fed.feed.version == query["resourceVersion"]


async def test_selectors_and_namespace_are_the_servers_affair(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a", labels={"app": "web"}))
    cluster.store.create(pod("b", labels={"app": "db"}))
    cluster.store.create(pod("c", "kube-system", labels={"app": "web"}))
    cluster.store.create(pod("d", labels={"app": "web"}, node="worker-2"))
    query = Query(PODS, "default", labels="app=web", fields="spec.nodeName=worker-1")
    async with feeding(cluster, query) as fed:
        await fed.live()
        assert fed.names == ["a"]
        cluster.store.create(pod("e", labels={"app": "db"}))
        cluster.store.create(pod("f", labels={"app": "web"}))
        await fed.holds("a", "f")


async def test_any_kind_comes_as_a_table(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("one"))
    async with feeding(cluster, Query(CONFIGMAPS, "default"), codec=TableCodec(CONFIGMAPS)) as fed:
        await fed.live()
        cluster.store.create(configmap("two"))
        await fed.holds("one", "two")
    assert asked(cluster, "list", "configmaps")[0]["includeObject"] == "Metadata"


async def test_pages_are_published_as_they_come_and_the_total_is_told(cluster: EmbeddedCluster) -> None:
    for number in range(1_200):
        cluster.store.create(pod(f"p{number:04}"))
    seen: list[tuple[Any, int]] = []
    async with feeding(cluster) as fed:
        fed.feed.on_state(lambda state: seen.append((state, len(fed.feed.store))))
        await fed.live()
        assert len(fed.names) == 1_200
        assert seen[0] == (Syncing(500, 1_200), 500)
        assert seen[-2] == (Syncing(1_200, 1_200), 1_200)
        assert isinstance(seen[-1][0], Live)
    assert len({query.get("continue") for query in asked(cluster, "list")}) == len(asked(cluster, "list"))


async def test_a_quiet_end_of_the_watch_is_no_news_and_no_list(cluster: EmbeddedCluster) -> None:
    async with feeding(cluster) as fed:
        await fed.live()
        for number in range(3):
            cluster.store.create(pod(f"p{number}"))
            await fed.holds(*(f"p{each}" for each in range(number + 1)))
            assert cluster.cut_watches(lines=0)
            await eventually(lambda: len(asked(cluster, "watch")) == len(fed.names) + 1)
        cluster.store.create(pod("last"))
        await fed.holds("last", "p0", "p1", "p2")
        assert [type(state) for state in fed.states] == [Syncing, Live]
    assert len(asked(cluster, "list")) == 1


async def test_a_server_that_ends_every_watch_at_once_does_not_make_a_busy_loop(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="watch", wire=Wire.EOF))
    timing = msgspec.structs.replace(QUICK, backoff_first=0.05, backoff_most=60.0)
    async with feeding(cluster, timing=timing) as fed:
        stale = await fed.until(Stale)
        assert "ends the watch as soon as it is opened" in stale.why
        await eventually(lambda: len(asked(cluster, "watch")) >= 3)
        assert fed.feed._backoff.failures >= 2
        cluster.faults.clear()
        fed.feed.retry()
        await fed.live()


@pytest.mark.parametrize("wire", [Wire.RESET, Wire.TRUNCATED, Wire.GARBAGE])
async def test_a_watch_that_breaks_is_stale_then_goes_on_where_it_was(cluster: EmbeddedCluster, wire: Wire) -> None:
    async with feeding(cluster) as fed:
        await fed.live()
        cluster.store.create(pod("before"))
        await fed.holds("before")
        cluster.cut_watches(wire=wire)
        cluster.store.create(pod("meanwhile"))
        await fed.holds("before", "meanwhile")
        await fed.live()
        assert fed.saw(Stale)[0].why
    assert len(asked(cluster, "list")) == 1
    assert not fed.faults


async def test_stale_counts_from_the_last_byte_received(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    timing = msgspec.structs.replace(SLOW, silence=0.3)
    async with feeding(cluster, timing=timing) as fed:
        await fed.live()
        clock.advance(10)
        cluster.store.create(pod("a"))
        await fed.holds("a")
        heard = clock.now()
        clock.advance(50)
        cluster.faults.add(Fault(verb="watch", status=503))
        stale = await fed.until(Stale)
        assert stale.since == pytest.approx(heard, abs=2)
        assert fed.feed.heard == stale.since


@pytest.mark.parametrize("as_line", [True, False])
async def test_trap_12_gone_is_a_relist_that_blanks_nothing(cluster: EmbeddedCluster, as_line: bool) -> None:
    """410 on watch, as an ERROR line and as an HTTP status."""
    cluster.store.create(pod("stays"))
    cluster.store.create(pod("goes"))
    async with feeding(cluster) as fed:
        await fed.live()
        rows = dict(fed.feed.store.rows)
        least: list[int] = []
        fed.feed.store.tap(lambda old, new: least.append(len(fed.feed.store)))
        if as_line:
            cluster.cut_watches(wire=Wire.ERROR_LINE)
        else:
            cluster.faults.add(Fault(verb="watch", status=410, times=1))
            cluster.cut_watches(wire=Wire.RESET)
        cluster.store.delete("pods", "goes", "default")
        cluster.store.create(pod("new"))
        await fed.holds("new", "stays")
        await fed.live()
        stays = next(row for row in fed.feed.store.rows.values() if row.ref.name == "stays")
        assert stays is rows[stays.ref.uid]
        assert min(least) >= 1
    assert len(asked(cluster, "list")) == 2


async def test_trap_12_watch_refused_while_list_is_allowed_is_polling_and_says_so(
    cluster: EmbeddedCluster,
) -> None:
    fault = cluster.faults.add(Fault(verb="watch", status=403, message="no watching here"))
    timing = msgspec.structs.replace(QUICK, denied_retry=60.0)
    denials: list[tuple[str, str]] = []
    async with feeding(cluster, timing=timing, on_denied=lambda verb, why: denials.append((verb, why))) as fed:
        polling = await fed.until(Polling)
        assert polling.every == QUICK.poll
        assert "no watching here" in polling.why
        assert denials[0][0] == "watch"
        cluster.store.create(pod("a"))
        await fed.holds("a")
        assert isinstance(fed.feed.state, Polling)
        assert len(asked(cluster, "watch")) == 1
        cluster.faults.remove(fault)
        fed.feed.retry()
        await fed.live()


async def test_polling_tries_to_watch_again_by_itself(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="watch", status=403, times=2))
    async with feeding(cluster) as fed:
        await fed.until(Polling)
        await fed.live()


async def test_a_watch_that_is_refused_later_asks_first_whether_listing_is_allowed(cluster: EmbeddedCluster) -> None:
    async with feeding(cluster, timing=SLOW) as fed:
        await fed.live()
        cluster.faults.add(Fault(verb="watch", status=403))
        cluster.faults.add(Fault(verb="list", status=403))
        cluster.store.create(pod("a"))
        await fed.holds("a")
        cluster.cut_watches()
        fed.feed.retry()
        await fed.until(Denied)
        assert not fed.saw(Polling)
        assert fed.names == ["a"]


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(wire=Wire.EOF), Fault(wire=Wire.RESET)])
async def test_trap_12_a_server_that_fails_is_backed_off_from_without_end(
    cluster: EmbeddedCluster, fault: Fault
) -> None:
    cluster.store.create(pod("a"))
    async with feeding(cluster) as fed:
        await fed.live()
        cluster.faults.add(fault)
        cluster.cut_watches(wire=Wire.RESET)
        await eventually(lambda: fed.feed._backoff.failures >= 8)
        assert isinstance(fed.feed.state, Stale)
        assert fed.names == ["a"]
        cluster.faults.clear()
        cluster.store.create(pod("b"))
        await fed.holds("a", "b")
        await fed.live()


async def test_a_server_that_is_gone_and_comes_back_loses_nothing(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a"))
    port = int(cluster.url.rsplit(":", 1)[1])
    async with feeding(cluster) as fed:
        await fed.live()
        await cluster.stop()
        stale = await fed.until(Stale)
        await eventually(lambda: "cannot be reached" in getattr(fed.feed.state, "why", ""))
        assert stale.since is not None
        cluster.store.create(pod("b"))
        cluster.store.delete("pods", "a", "default")
        await cluster.start(port)
        await fed.holds("b")
        await fed.live()


async def test_backoff_is_reset_by_the_first_event_or_bookmark(cluster: EmbeddedCluster) -> None:
    async with feeding(cluster) as fed:
        await fed.live()
        fault = cluster.faults.add(Fault(verb="watch", status=503))
        cluster.cut_watches(wire=Wire.RESET)
        await eventually(lambda: fed.feed._backoff.failures >= 4)
        cluster.faults.remove(fault)
        await fed.live()
        assert fed.feed._backoff.failures >= 4, "an open connection alone proves nothing"
        cluster.store.create(pod("a"))
        await fed.holds("a")
        assert fed.feed._backoff.failures == 0


async def test_a_bookmark_moves_the_version_on_and_is_a_sign_of_life(clock: ManualClock) -> None:
    cluster = EmbeddedCluster(clock, options=Options(bookmarks_every=0.05))
    await cluster.start()
    try:
        async with feeding(cluster, Query(NODES)) as fed:
            await fed.live()
            fed.feed._backoff.failures = 3
            cluster.store.create(pod("moves the revision"[:5]))
            newest = int(cluster.store.get("pods", "moves", "default")["metadata"]["resourceVersion"])
            await eventually(lambda: int(fed.feed.version) >= newest)
            assert fed.feed._backoff.failures == 0
    finally:
        await cluster.stop()


async def test_retry_after_is_honoured(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="list", status=429, retry_after=1, times=1))
    loop = asyncio.get_running_loop()
    start = loop.time()
    async with feeding(cluster) as fed:
        stale = await fed.until(Stale)
        assert "asks to wait" in stale.why
        await fed.live()
    assert loop.time() - start >= 1.0


async def test_retry_wakes_any_wait(cluster: EmbeddedCluster) -> None:
    fault = cluster.faults.add(Fault(verb="list", status=503))
    async with feeding(cluster, timing=SLOW) as fed:
        await fed.until(Stale)
        cluster.faults.remove(fault)
        fed.feed.retry()
        await fed.live()


async def test_retry_opens_a_watch_that_may_be_dead_anew(cluster: EmbeddedCluster) -> None:
    async with feeding(cluster, timing=msgspec.structs.replace(SLOW, silence=60.0)) as fed:
        await fed.live()
        cluster.cut_watches(wire=Wire.HALF_OPEN)
        cluster.store.create(pod("a"))
        await eventually(lambda: len(asked(cluster, "watch")) == 1)
        fed.feed.retry()
        await fed.holds("a")
    assert len(asked(cluster, "list")) == 1


async def test_retry_gives_up_a_list_that_nobody_answers(cluster: EmbeddedCluster) -> None:
    fault = cluster.faults.add(Fault(verb="list", delay=60.0, times=1))
    async with feeding(cluster, timing=msgspec.structs.replace(SLOW, request=60.0)) as fed:
        await eventually(lambda: asked(cluster, "list"))
        cluster.faults.remove(fault)
        fed.feed.retry()
        await fed.live()


async def test_refused_says_which_verb_on_which_kind_and_is_asked_again_by_itself(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="list", status=403, message="not you", times=2))
    async with feeding(cluster, Query(NODES)) as fed:
        denied = await fed.until(Denied)
        assert (denied.verb, denied.kind) == ("list", NODES)
        assert "not you" in denied.why
        await fed.live()


async def test_refused_waits_longer_than_a_failure(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="list", status=403))
    timing = msgspec.structs.replace(QUICK, denied_retry=60.0)
    async with feeding(cluster, timing=timing) as fed:
        await fed.until(Denied)
        lists = len(asked(cluster, "list"))
        await asyncio.sleep(5 * QUICK.backoff_most)
        assert len(asked(cluster, "list")) == lists


async def test_logins_that_fail_are_soon_tried_slowly_because_each_may_run_a_plugin(cluster: EmbeddedCluster) -> None:
    fault = cluster.faults.add(Fault(verb="list", status=401))
    timing = msgspec.structs.replace(QUICK, denied_retry=60.0)
    async with feeding(cluster, timing=timing) as fed:
        await eventually(lambda: fed.feed._backoff.failures == PATIENT_AFTER + 1)
        await asyncio.sleep(5 * QUICK.backoff_most)
        assert fed.feed._backoff.failures == PATIENT_AFTER + 1
        cluster.faults.remove(fault)
        fed.feed.retry()
        await fed.live()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(verb="list", status=401), "does not accept the credentials"),
        (Fault(verb="list", status=404), "Not found"),
        (Fault(verb="list", status=500), "server failed"),
        (Fault(verb="list", wire=Wire.GARBAGE), ""),
        (Fault(verb="list", wire=Wire.TRUNCATED), ""),
    ],
)
async def test_any_failure_of_a_list_is_stale_with_a_sentence_and_mends_itself(
    cluster: EmbeddedCluster, fault: Fault, words: str
) -> None:
    cluster.store.create(pod("a"))
    cluster.faults.add(fault)
    async with feeding(cluster) as fed:
        stale = await fed.until(Stale)
        assert words in stale.why
        assert stale.why
        assert "\n" not in stale.why
        cluster.faults.clear()
        await fed.live()
        assert fed.names == ["a"]
        assert not fed.faults


async def test_an_expired_continue_token_goes_on_with_a_fresh_list(cluster: EmbeddedCluster) -> None:
    for number in range(1_100):
        cluster.store.create(pod(f"p{number:04}"))
    cluster.faults.add(Fault(verb="list", status=410, skip=1, times=1))
    async with feeding(cluster) as fed:
        await fed.live()
        assert len(fed.names) == 1_100
        assert not fed.saw(Stale)
    lists = asked(cluster, "list")
    assert sum("continue" not in query for query in lists) == 2
    assert "limit" not in lists[-1], "pages that take too long are not tried again and again"


async def test_a_token_that_expires_over_and_over_is_backed_off_from(cluster: EmbeddedCluster) -> None:
    for number in range(600):
        cluster.store.create(pod(f"p{number:04}"))
    fault = cluster.faults.add(Fault(verb="list", status=410, skip=0))
    async with feeding(cluster) as fed:
        await fed.until(Stale)
        await eventually(lambda: fed.feed._backoff.failures >= 3)
        cluster.faults.remove(fault)
        await fed.live()
        assert len(fed.names) == 600


async def test_an_undecodable_object_is_quarantined_and_counted(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("good"))
    poison = pod("poison")
    poison["status"]["containerStatuses"] = "none"
    cluster.store.create(poison)
    async with feeding(cluster) as fed:
        await fed.live()
        assert fed.names == ["good"]
        assert fed.feed.bad == 1
        later = pod("later")
        cluster.store.create(later)
        await fed.holds("good", "later")
        turned = cluster.store.get("pods", "later", "default")
        turned["status"]["containerStatuses"] = "none"
        cluster.store.update(turned)
        await eventually(lambda: fed.feed.bad == 2)
        assert fed.names == ["good", "later"], "the last row that could be read stays"
        cluster.store.delete("pods", "later", "default")
        await fed.holds("good")
        await eventually(lambda: fed.feed.bad == 1)
        assert isinstance(fed.feed.state, Live)
    assert len(asked(cluster, "watch")) == 1


async def test_what_nobody_foresaw_is_told_and_the_feed_goes_on(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a"))

    class Broken(type(codec(PODS))):  # type: ignore[misc]
        times = 2

        def portions(self, body: bytes) -> Any:
            if Broken.times:
                Broken.times -= 1
                raise KeyError("a mistake with a secret in it")
            yield decoder.page(body)

        def event(self, raw: Any) -> Any:
            return decoder.event(raw)

    decoder = codec(PODS)
    async with feeding(cluster, codec=Broken.__new__(Broken)) as fed:
        stale = await fed.until(Stale)
        assert "made a mistake here (KeyError)" in stale.why
        assert "secret" not in stale.why
        await fed.live()
        assert fed.names == ["a"]
        assert [type(fault) for fault in fed.faults] == [KeyError, KeyError]


async def test_a_listener_that_fails_does_not_stop_the_feed(cluster: EmbeddedCluster) -> None:
    async with feeding(cluster) as fed:
        fed.feed.on_state(lambda state: 1 / 0)  # type: ignore[arg-type]
        await fed.live()
        assert isinstance(fed.faults[0], ZeroDivisionError)


async def test_the_next_page_is_asked_for_while_one_is_decoded(cluster: EmbeddedCluster) -> None:
    for number in range(1_100):
        cluster.store.create(pod(f"p{number:04}"))
    said: list[str] = []
    decoder = codec(PODS)

    class Telling:
        accept, query, event = decoder.accept, decoder.query, staticmethod(decoder.event)

        def portions(self, body: bytes) -> Any:
            said.append("decode")
            yield decoder.page(body)

    async with connection_to(cluster) as connection:
        request = connection.request

        async def telling(*args: Any, **rest: Any) -> Any:
            said.append("ask")
            return await request(*args, **rest)

        connection.request = telling  # type: ignore[method-assign]
        feed: Feed[Any] = Feed(connection, Query(PODS), Telling(), QUICK)  # type: ignore[arg-type]
        task = asyncio.create_task(feed.run())
        await eventually(lambda: isinstance(feed.state, Live))
        task.cancel()
    assert said[:4] == ["ask", "ask", "decode", "ask"]
    assert said[-1] == "decode"
    assert said.count("ask") == said.count("decode")


@pytest.mark.parametrize(("quick", "limits"), [(60.0, [500, 500, 1_000, 1_000, 2_000]), (0.0, [500] * 10)])
async def test_pages_grow_as_long_as_they_decode_quickly(
    cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch, quick: float, limits: list[int]
) -> None:
    monkeypatch.setattr(paging, "QUICK", quick)
    for number in range(4_600):
        cluster.store.create(configmap(f"c{number}"))
    async with feeding(cluster, Query(CONFIGMAPS), codec=TableCodec(CONFIGMAPS)) as fed:
        await fed.live()
        assert len(fed.feed.store) == 4_600
    assert [int(query["limit"]) for query in asked(cluster, "list", "configmaps")] == limits


async def test_nodes_have_no_namespace(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("worker-1"))
    async with feeding(cluster, Query(NODES)) as fed:
        await fed.live()
        assert fed.names == ["worker-1"]
