"""What a user with few rights costs the server: rights are asked about once, refused lists are not sent in vain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from k8stui.cluster.access import Access
from k8stui.cluster.feeds import Feeds, Lease
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live
from k8stui.cluster.worth import Worth
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import NAMESPACES, NODES, PODS, SERVICES
from tests.support.feeding import QUICK, connection_to
from tests.support.narrow import TOKEN, may, refused, reviews, user
from tests.support.objects import node, pod
from tests.support.waiting import eventually

READ = "get list watch"
PATIENT = msgspec.structs.replace(QUICK, linger=60.0, denied_retry=60.0)
SOON = msgspec.structs.replace(PATIENT, denied_retry=0.05)


@asynccontextmanager
async def opened(cluster: EmbeddedCluster, timing: Any = PATIENT) -> AsyncIterator[tuple[Feeds, Access]]:
    """Feeds with the rights of `bob`, as in a session."""
    async with connection_to(cluster, timing, TOKEN) as connection:
        access = Access(connection)
        connection.on_answer(access.answered)
        feeds = Feeds(connection, timing, worth=Worth(access, timing.denied_retry))
        try:
            yield feeds, access
        finally:
            await feeds.close()


def where(lease: Lease[Any]) -> set[str]:
    return {row.ref.namespace for row in lease.store.rows.values()}


async def test_forty_namespaces_are_asked_about_once_for_all_kinds(cluster: EmbeddedCluster) -> None:
    names = [f"team-{number:02}" for number in range(40)]
    for name in names:
        cluster.add_namespace(name)
        cluster.store.create(pod("web-1", name))
    user(cluster, may(READ, "namespaces"), may(READ, "pods services", "team-07"), may(READ, "pods", "team-31"))
    async with opened(cluster) as (feeds, _):
        pods, services = feeds.open(Query(PODS)), feeds.open(Query(SERVICES))
        await eventually(lambda: where(pods) == {"team-07", "team-31"})
        await eventually(lambda: isinstance(services.state, Live) and services.state.scope)
        await eventually(lambda: pods.state.scope is not None and pods.state.scope.refused == 42)
        assert refused(cluster) == {"list pods": 1, "list services": 1}
        assert reviews(cluster) <= 46  # one for each namespace, and one for each kind


async def test_without_the_right_to_list_namespaces_they_are_not_listed_for_each_kind(cluster: EmbeddedCluster) -> None:
    user(cluster, may(READ, "pods services", "default"))
    async with opened(cluster, SOON) as (feeds, _):
        leases = [feeds.open(Query(kind)) for kind in (PODS, SERVICES)]
        await eventually(lambda: all(isinstance(lease.state, Live) for lease in leases))
        await eventually(lambda: reviews(cluster) > 12)  # some rounds later
        assert refused(cluster)["list namespaces"] <= 1
        assert refused(cluster)["list pods"] == refused(cluster)["list services"] == 1


async def test_what_is_known_to_be_refused_is_not_listed(cluster: EmbeddedCluster) -> None:
    user(cluster, may(READ, "pods", "default"))
    async with opened(cluster) as (feeds, access):
        await access.may("list", PODS, "default")
        nodes, services = feeds.open(Query(NODES)), feeds.open(Query(SERVICES, "default"))
        await eventually(lambda: isinstance(nodes.state, Denied) and isinstance(services.state, Denied))
        assert isinstance(services.state, Denied)
        assert "may not list services in the namespace default" in services.state.why
        assert not refused(cluster)


async def test_what_nobody_knows_is_tried_at_once(cluster: EmbeddedCluster) -> None:
    user(cluster, may(READ, "pods", "default"))
    async with opened(cluster) as (feeds, _):
        lease = feeds.open(Query(PODS, "default"))
        await eventually(lambda: isinstance(lease.state, Live))
        assert reviews(cluster) == 0


async def test_a_grant_is_seen_by_itself(cluster: EmbeddedCluster) -> None:
    """Every `denied_retry`, by a question instead of a list."""
    cluster.store.create(node("worker-1"))
    user(cluster, may(READ, "pods", "default"))
    async with opened(cluster, SOON) as (feeds, access):
        await access.may("list", PODS, "default")
        nodes, pods = feeds.open(Query(NODES)), feeds.open(Query(PODS))
        await eventually(lambda: isinstance(nodes.state, Denied) and isinstance(pods.state, Live))
        cluster.store.create(pod("web-1", "kube-system"))
        user(cluster, may(READ, "pods nodes"))
        await eventually(lambda: isinstance(nodes.state, Live))
        await eventually(lambda: where(pods) == {"kube-system"})
        assert pods.state.scope is None
        assert refused(cluster)["list nodes"] == 0


async def test_without_rights_to_look_at_everything_is_worth_trying(cluster: EmbeddedCluster) -> None:
    worth = Worth()
    assert await worth.refusal(PODS, None) == ""
    assert await worth.listable(NAMESPACES, None)
