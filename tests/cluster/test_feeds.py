"""Shared feeds over real HTTP: who shares what, when they end, and what is shown where the cluster is refused."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from k8stui.cluster import source
from k8stui.cluster.feeds import Feeds, Lease
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live, Scope, Stale, State
from k8stui.cluster.subset import Subset
from k8stui.demo.access.rules import Rule
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.model.kinds import EVENTS, NODES, PODS, Kind
from k8stui.settings import Timing
from tests.support.feeding import QUICK, asked, connection_to
from tests.support.objects import node, pod
from tests.support.waiting import eventually

LASTING = msgspec.structs.replace(QUICK, linger=60.0)


@asynccontextmanager
async def opened(
    cluster: EmbeddedCluster, timing: Timing = LASTING, token: str = "", **rest: Any
) -> AsyncIterator[Feeds]:
    async with connection_to(cluster, timing, token) as connection:
        feeds = Feeds(connection, timing, **rest)
        try:
            yield feeds
        finally:
            await feeds.close()


def names(lease: Lease[Any]) -> list[str]:
    return sorted(row.ref.name for row in lease.store.rows.values())


def where(lease: Lease[Any]) -> set[str]:
    return {row.ref.namespace for row in lease.store.rows.values()}


async def live(lease: Lease[Any]) -> None:
    await eventually(lambda: isinstance(lease.state, Live))


async def test_an_equal_query_shares_one_feed(cluster: EmbeddedCluster) -> None:
    async with opened(cluster) as feeds:
        first, second = feeds.open(Query(PODS)), feeds.open(Query(PODS))
        await live(first)
        assert first.store is second.store
        first.close()
        first.close()
        cluster.store.create(pod("a"))
        await eventually(lambda: names(second) == ["a"])
    assert len(asked(cluster, "list")) == 1


async def test_a_namespace_of_a_kind_that_has_none_is_the_same_query(cluster: EmbeddedCluster) -> None:
    async with opened(cluster) as feeds:
        assert feeds.open(Query(NODES, "default")).store is feeds.open(Query(NODES)).store


async def test_a_feed_lingers_and_is_taken_up_again(cluster: EmbeddedCluster) -> None:
    async with opened(cluster) as feeds:
        lease = feeds.open(Query(PODS))
        await live(lease)
        store = lease.store
        lease.close()
        assert feeds.open(Query(PODS)).store is store
    assert len(asked(cluster, "list")) == 1


async def test_a_feed_ends_some_time_after_its_last_reader_left(cluster: EmbeddedCluster) -> None:
    async with opened(cluster, QUICK) as feeds:
        lease = feeds.open(Query(PODS))
        await live(lease)
        assert cluster.watching == ["pods"]
        lease.close()
        await eventually(lambda: cluster.watching == [])
        again = feeds.open(Query(PODS))
        assert again.store is not lease.store
        await live(again)


async def test_what_a_live_feed_covers_is_a_filter_of_its_store(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a", labels={"app": "web"}))
    cluster.store.create(pod("b", labels={"app": "db"}))
    cluster.store.create(pod("c", "kube-system", labels={"app": "web"}))
    async with opened(cluster, QUICK) as feeds:
        whole = feeds.open(Query(PODS))
        await live(whole)
        part = feeds.open(Query(PODS, "default", labels="app in (web)"))
        assert names(part) == ["a"]
        assert part.state == whole.state
        states: list[State] = []
        part.on_state(states.append)
        cluster.store.create(pod("d", labels={"app": "web"}))
        await eventually(lambda: names(part) == ["a", "d"])
        turned = cluster.store.get("pods", "a", "default")
        turned["metadata"]["labels"] = {"app": "db"}
        cluster.store.update(turned)
        cluster.store.delete("pods", "d", "default")
        await eventually(lambda: names(part) == [])
        assert len(asked(cluster, "list")) == 1
        whole.close()
        await asyncio.sleep(3 * QUICK.linger)
        assert cluster.watching == ["pods"], "the part still needs it"
        cluster.cut_watches(wire=Wire.RESET)
        await eventually(lambda: any(isinstance(state, Stale) for state in states))
        part.close()
        await eventually(lambda: cluster.watching == [])


async def test_the_pods_of_a_node_are_covered_too(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a", node="worker-1"))
    cluster.store.create(pod("b", node="worker-2"))
    async with opened(cluster) as feeds:
        await live(feeds.open(Query(PODS)))
        assert names(feeds.open(Query(PODS, fields="spec.nodeName=worker-1"))) == ["a"]
        assert names(feeds.open(Query(PODS, fields="spec.nodeName!=worker-1,status.phase=Running"))) == ["b"]
        assert names(feeds.open(Query(PODS, fields="metadata.name=b,metadata.namespace=default"))) == ["b"]


@pytest.mark.parametrize("query", [Query(PODS, fields="status.podIP=192.0.2.1"), Query(PODS, labels="a=b,,")])
async def test_what_rows_do_not_tell_is_asked_of_the_server(cluster: EmbeddedCluster, query: Query) -> None:
    async with opened(cluster) as feeds:
        await live(feeds.open(Query(PODS)))
        part = feeds.open(query)
        assert not isinstance(part.store, Subset)
        await eventually(lambda: len(asked(cluster, "list")) == 2)


async def test_events_are_bounded_so_that_a_part_of_them_is_asked_of_the_server(cluster: EmbeddedCluster) -> None:
    """What the whole leaves out may be just what the part would show."""
    async with opened(cluster) as feeds:
        whole = feeds.open(Query(EVENTS))
        part = feeds.open(Query(EVENTS, "a"))
        assert part.store is not whole.store
        assert feeds.peek(Query(EVENTS)) is whole.store
        assert feeds.peek(Query(PODS)) is None
        await live(whole)
        await live(part)
    assert len(asked(cluster, "watch", "events")) == 2


async def test_close_ends_everything_in_time_also_when_the_server_hangs(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="list", resource="nodes", delay=60.0))
    loop = asyncio.get_running_loop()
    async with opened(cluster, msgspec.structs.replace(LASTING, request=60.0, silence=60.0)) as feeds:
        await live(feeds.open(Query(PODS)))
        feeds.open(Query(NODES))
        await eventually(lambda: asked(cluster, "list", "nodes"))
        start = loop.time()
        await feeds.close()
        assert loop.time() - start <= LASTING.close + 5
        with pytest.raises(RuntimeError, match="closed"):
            feeds.open(Query(PODS))
    await eventually(lambda: cluster.watching == [])


async def test_late_data_of_a_context_that_was_left_never_reaches_a_store(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="list", resource="pods", delay=0.1))
    cluster.store.create(pod("a"))
    async with opened(cluster) as feeds:
        lease = feeds.open(Query(PODS))
        touched: list[Any] = []
        states: list[State] = []
        lease.store.tap(lambda old, new: touched.append(new))
        lease.on_state(states.append)
        await eventually(lambda: asked(cluster, "list"))
        closing = asyncio.create_task(feeds.close())
        await closing
        await asyncio.sleep(0.2)
        assert not touched
        assert not states
        assert not lease.store.put(cluster)


async def test_an_expired_reader_may_still_close(cluster: EmbeddedCluster) -> None:
    async with opened(cluster) as feeds:
        lease = feeds.open(Query(PODS))
        part = feeds.open(Query(PODS, "default"))
    part.close()
    lease.close()


async def test_retry_asks_for_everything_now(cluster: EmbeddedCluster) -> None:
    fault = cluster.faults.add(Fault(verb="list", status=503))
    timing = msgspec.structs.replace(LASTING, backoff_first=60.0, backoff_most=60.0)
    async with opened(cluster, timing) as feeds:
        leases = [feeds.open(Query(PODS)), feeds.open(Query(NODES))]
        await eventually(lambda: all(isinstance(lease.state, Stale) for lease in leases))
        cluster.faults.remove(fault)
        feeds.retry()
        await eventually(lambda: all(isinstance(lease.state, Live) for lease in leases))


# Where the whole cluster is refused


def allow(cluster: EmbeddedCluster, *namespaces: str, nodes: bool = False, listed: bool = True) -> str:
    """A user who may see pods in these namespaces only, and the list of namespaces where `listed`."""
    verbs = ("get", "list", "watch")
    rules = [Rule(verbs, ("",), ("pods",), namespace=name) for name in namespaces]
    if listed:
        rules.append(Rule(verbs, ("",), ("namespaces",)))
    cluster.access.add("narrow", "narrow", *rules)
    return "narrow"


async def test_refused_cluster_wide_falls_back_on_the_namespaces_that_answer(cluster: EmbeddedCluster) -> None:
    for name in ("shop", "bank", "vault"):
        cluster.add_namespace(name)
        cluster.store.create(pod(f"in-{name}", name))
    token = allow(cluster, "shop", "bank")
    denials: list[tuple[str, Kind, str | None]] = []
    async with opened(
        cluster, token=token, on_denied=lambda verb, kind, namespace, why: denials.append((verb, kind, namespace))
    ) as feeds:
        lease = feeds.open(Query(PODS))
        states: list[State] = []
        lease.on_state(states.append)
        await live(lease)
        await eventually(lambda: set(lease.state.scope.namespaces) == {"shop", "bank"})  # type: ignore[union-attr]
        assert names(lease) == ["in-bank", "in-shop"]
        assert not [state for state in states if isinstance(state, Denied)]
        scope = lease.state.scope
        assert scope is not None
        assert scope.refused == 5  # vault and the four that every cluster has
        assert ("list", PODS, None) in denials
        assert ("list", PODS, "vault") in denials
        cluster.store.create(pod("new", "shop"))
        await eventually(lambda: "new" in names(lease))


async def test_a_relist_of_one_of_the_namespaces_leaves_the_others_alone(cluster: EmbeddedCluster) -> None:
    for name in ("shop", "bank"):
        cluster.add_namespace(name)
        cluster.store.create(pod(f"in-{name}", name))
    async with opened(cluster, token=allow(cluster, "shop", "bank")) as feeds:
        lease = feeds.open(Query(PODS))
        await eventually(lambda: names(lease) == ["in-bank", "in-shop"])
        await live(lease)
        gone: list[Any] = []
        lease.store.tap(lambda old, new: gone.append(old) if new is None else None)
        lists = len(asked(cluster, "list"))
        cluster.cut_watches(wire=Wire.ERROR_LINE)
        cluster.store.create(pod("new", "shop"))
        await eventually(lambda: names(lease) == ["in-bank", "in-shop", "new"])
        await eventually(lambda: len(asked(cluster, "list")) >= lists + 2)
        assert not gone


async def test_without_the_right_to_list_namespaces_the_contexts_and_the_typed_ones_are_tried(
    cluster: EmbeddedCluster,
) -> None:
    for name in ("shop", "default"):
        cluster.store.create(pod(f"in-{name}", name))
    async with opened(cluster, token=allow(cluster, "default", "shop", listed=False)) as feeds:
        lease = feeds.open(Query(PODS))
        await eventually(lambda: names(lease) == ["in-default"])
        feeds.also("shop")
        await eventually(lambda: names(lease) == ["in-default", "in-shop"])
        await live(lease)


async def test_at_most_so_many_namespaces_are_fed_and_the_rest_is_counted(
    cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MOST", 3)
    spaces = [f"n{number}" for number in range(6)]
    for name in spaces:
        cluster.add_namespace(name)
        cluster.store.create(pod("p", name))
    async with opened(cluster, token=allow(cluster, *spaces)) as feeds:
        lease = feeds.open(Query(PODS))
        await live(lease)
        await eventually(lambda: lease.state.scope == Scope(("n0", "n1", "n2"), 4, 3))
        assert where(lease) == {"n0", "n1", "n2"}
        assert len(cluster.watching) == 3


async def test_refused_everywhere_is_denied_and_a_grant_is_seen(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("shop")
    cluster.store.create(pod("a", "shop"))
    token = allow(cluster)
    async with opened(cluster, token=token) as feeds:
        lease = feeds.open(Query(PODS))
        await eventually(lambda: isinstance(lease.state, Denied))
        denied = lease.state
        assert isinstance(denied, Denied)
        assert (denied.verb, denied.kind) == ("list", PODS)
        assert denied.scope is not None
        assert denied.scope.namespaces == ()
        allow(cluster, "shop")
        await eventually(lambda: names(lease) == ["a"])
        await live(lease)


async def test_a_grant_of_the_whole_cluster_ends_the_fallback(cluster: EmbeddedCluster) -> None:
    for name in ("shop", "bank"):
        cluster.add_namespace(name)
        cluster.store.create(pod(f"in-{name}", name))
    timing = msgspec.structs.replace(LASTING, denied_retry=60.0)
    async with opened(cluster, timing, token=allow(cluster, "shop")) as feeds:
        lease = feeds.open(Query(PODS))
        await eventually(lambda: names(lease) == ["in-shop"])
        await live(lease)
        cluster.access.add("narrow", "narrow", Rule(("*",), ("",), ("pods",)))
        lease.retry()
        await eventually(lambda: names(lease) == ["in-bank", "in-shop"])
        await eventually(lambda: isinstance(lease.state, Live) and lease.state.scope is None)
        await eventually(lambda: cluster.watching == ["pods"])


async def test_a_right_that_is_taken_away_narrows_what_is_shown(cluster: EmbeddedCluster) -> None:
    for name in ("shop", "bank"):
        cluster.add_namespace(name)
        cluster.store.create(pod(f"in-{name}", name))
    cluster.access.add("narrow", "narrow", Rule(("*",), ("",), ("pods", "namespaces")))
    async with opened(cluster, token="narrow") as feeds:
        lease = feeds.open(Query(PODS))
        await live(lease)
        assert names(lease) == ["in-bank", "in-shop"]
        allow(cluster, "shop")
        cluster.cut_watches()
        await eventually(lambda: names(lease) == ["in-shop"])
        await eventually(lambda: lease.state.scope is not None and lease.state.scope.namespaces == ("shop",))


async def test_a_namespace_that_is_looked_at_is_part_of_the_fallback(
    cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MOST", 1)
    for name in ("a", "shop"):
        cluster.add_namespace(name)
        cluster.store.create(pod(f"in-{name}", name))
    cluster.access.add("narrow", "narrow", Rule(("*",), ("",), ("pods", "namespaces")))
    async with opened(cluster, token="narrow") as feeds:
        whole = feeds.open(Query(PODS))
        await live(whole)
        part = feeds.open(Query(PODS, "shop"))
        assert names(part) == ["in-shop"]
        allow(cluster, "a", "shop")
        cluster.cut_watches()
        await eventually(lambda: names(whole) == ["in-shop"])
        assert names(part) == ["in-shop"]


async def test_a_kind_without_namespaces_is_just_denied(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("worker-1"))
    async with opened(cluster, token=allow(cluster, "default")) as feeds:
        lease = feeds.open(Query(NODES))
        await eventually(lambda: isinstance(lease.state, Denied))
        assert lease.state.scope is None
