"""Requests about nodes and their pods: as kubectl sends them, and what a server makes of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from k8stui.cluster.access import Access
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import NODES, PODS, Kind, Ref
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.evictions import delete_pod, evict
from k8stui.operations.builders.metadata import annotations, labels, parse_labels
from k8stui.operations.builders.nodes import cordon
from k8stui.operations.builders.taints import taint
from k8stui.operations.building import AlreadySoError, UnableError, build
from k8stui.operations.gateway import Gateway
from k8stui.operations.journal.journal import FileJournal
from k8stui.operations.mutation import Mutation, Risk, dry
from k8stui.operations.outcomes import Outcome, Result
from tests.support import objects
from tests.support.feeding import connection_to
from tests.support.golden import found, needed, recorded, same, table, wrote
from tests.support.waiting import WITHIN

Case = dict[str, Any]

# ---- as kubectl


@needed
@pytest.mark.parametrize("case", table("drain", "TestCordon"))
def test_cordon(case: Case) -> None:
    on = case["command"] == "cordon"
    for name in (arg.removeprefix("node/") for arg in case["args"]):
        target = found(NODES, name, spec={"unschedulable": True} if case["nodeUnschedulableBefore"] else {})
        if not case["expectPatch"] and not case["expectedFatal"]:
            with pytest.raises(AlreadySoError):
                cordon(target, on=on)
        elif case["expectPatch"]:
            spec = cordon(target, on=on).request.decoded()["spec"]
            assert spec == {"unschedulable": case["nodeUnschedulableAfter"] or None}


@pytest.mark.parametrize(
    ("title", "on", "tried"),
    [("cordon", True, False), ("uncordon", False, False), ("cordon dry-run server", True, True)],
)
def test_cordon_requests(title: str, on: bool, tried: bool) -> None:
    recording = recorded("node_ops", title)
    mutation = cordon(found(NODES, "n1", spec={} if on else {"unschedulable": True}), on=on)
    (request,) = wrote(recording)
    same(structs.replace(mutation, request=dry(mutation.request)) if tried else mutation, request)
    assert recording["stdout"].startswith(mutation.done)
    assert recording["command"].startswith(mutation.kubectl)


def at_default(name: str) -> ObjectRow:
    return found(PODS, name, "default", uid=f"uid-{name}")


@pytest.mark.parametrize(
    ("title", "grace"), [("drain all flags", 30), ("drain with PDB 429 twice", -1), ("drain eviction 404", -1)]
)
def test_eviction_requests(title: str, grace: int) -> None:
    for request in wrote(recorded("drain", title)):
        if request["method"] == "POST":
            same(evict(at_default(request["path"].split("/")[6]), grace=grace), request)


def test_a_tried_eviction_says_so_where_kubectl_says_it() -> None:
    for request in wrote(recorded("drain", "drain dry-run server"))[1:]:
        mutation = evict(at_default(request["path"].split("/")[6]))
        tried = dry(mutation.request)
        # In the query as well: a server that looks there alone must not evict in earnest.
        same(structs.replace(mutation, request=structs.replace(tried, query=())), request)
        assert tried.query == (("dryRun", "All"),)


def test_deletion_request() -> None:
    request = wrote(recorded("drain", "drain disable-eviction"))[1]
    ours = delete_pod(at_default("p1")).request
    assert (ours.method, ours.path) == (request["method"], request["path"])
    assert ours.decoded() == {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": "uid-p1"}}


@needed
@pytest.mark.parametrize("case", table("drain", "TestDeleteOrEvict"))
def test_delete_or_evict(case: Case) -> None:
    for name in (each.split("/")[1] for each in case["podsToRemove"]):
        make = evict if case["expectedMethod"] == "evict" else delete_pod
        request = make(at_default(name), grace=case["gracePeriodSeconds"]).request
        body = request.decoded()
        assert request.method == ("POST" if make is evict else "DELETE")
        assert body["apiVersion"] == (case["expectedEvictionGroupVersion"] or "v1")
        assert body.get("deleteOptions", body)["gracePeriodSeconds"] == 10


def test_evictions_are_said_and_pinned() -> None:
    mutation = evict(at_default("p1"), grace=0)
    assert mutation.request.decoded()["deleteOptions"] == {"gracePeriodSeconds": 0, "preconditions": {"uid": "uid-p1"}}
    assert (mutation.says, mutation.done) == ("evict pod default/p1 at once", "pod/p1 evicted")
    assert (mutation.verb, mutation.subresource, mutation.risk) == ("create", "eviction", Risk.DESTRUCTIVE)
    head, _, body = mutation.kubectl.partition(" <<< ")
    assert head == "kubectl create --raw /api/v1/namespaces/default/pods/p1/eviction -f -"
    assert json.loads(body.strip("'")) == mutation.request.decoded()
    assert delete_pod(at_default("p1"), grace=0).kubectl == (
        "kubectl -n default delete pod p1 --grace-period=0 --force --wait=false"
    )
    assert build("evictions.evict", at_default("p1"), {"grace": 5}).says == "evict pod default/p1 with 5 s of grace"


@pytest.mark.parametrize("make", [evict, delete_pod])
def test_only_pods_are_sent_away(make: Any) -> None:
    with pytest.raises(UnableError, match="n1 is no pod: only pods can be evicted"):
        make(found(NODES, "n1"))


# ---- what a server makes of them


@asynccontextmanager
async def door(cluster: EmbeddedCluster, folder: Path) -> AsyncIterator[Gateway]:
    """The writes of a context of the embedded cluster."""
    complaints: list[str] = []
    async with connection_to(cluster) as connection:
        now = cluster.clock.now
        journal = FileJournal(folder, "s", ("test", "tester"), now=now, complain=complaints.append)
        yield Gateway(connection, Access(connection), journal)
    assert not complaints


async def at(gateway: Gateway, kind: Kind, name: str, namespace: str = "") -> ObjectRow:
    now = await gateway.read(Ref(kind, namespace, name, ""))
    assert now is not None
    return now


async def sent(gateway: Gateway, mutation: Mutation) -> Outcome:
    verdict = await gateway.check(mutation)
    assert not verdict.refused
    return await gateway.apply(mutation, verdict.consent())


async def test_labels_and_annotations_there_and_back(cluster: EmbeddedCluster, tmp_path: Path) -> None:
    cluster.store.create(objects.node("n1", labels={"tier": "a", "old": "1"}, annotations={"note": "x"}))
    async with door(cluster, tmp_path) as gateway:
        before = (await at(gateway, NODES, "n1")).exact()["metadata"]
        one = labels(await at(gateway, NODES, "n1"), changes=parse_labels("tier=b old- new=2"), overwrite=True)
        two = annotations(await at(gateway, NODES, "n1"), changes={"note": None, "more": "a b"})
        for mutation in (one, two):
            assert (await sent(gateway, mutation)).says == mutation.done
        after = (await at(gateway, NODES, "n1")).exact()["metadata"]
        assert (after["labels"], after["annotations"]) == ({"tier": "b", "new": "2"}, {"more": "a b"})
        for mutation in (one, two):
            assert mutation.inverse is not None
            back = build(mutation.inverse.builder, await at(gateway, NODES, "n1"), mutation.inverse.args)
            assert (await sent(gateway, back)).done
        again = (await at(gateway, NODES, "n1")).exact()["metadata"]
        assert [again[field] for field in ("labels", "annotations")] == [
            before[field] for field in ("labels", "annotations")
        ]


async def test_a_taint_set_meanwhile_is_not_lost(cluster: EmbeddedCluster, tmp_path: Path) -> None:
    cluster.store.create(objects.node("n1"))
    async with door(cluster, tmp_path) as gateway:
        late = taint(await at(gateway, NODES, "n1"), words="late=1:NoSchedule")
        first = taint(await at(gateway, NODES, "n1"), words="first=1:NoSchedule")
        assert (await sent(gateway, first)).says == "node/n1 tainted"
        outcome = await sent(gateway, late)
        assert (outcome.result, outcome.says) == (
            Result.CONFLICT,
            "node n1 was changed meanwhile: nothing was changed; try again",
        )
        assert [each["key"] for each in (await at(gateway, NODES, "n1")).exact()["spec"]["taints"]] == ["first"]
        assert first.inverse is not None
        back = build("taints.taint", await at(gateway, NODES, "n1"), first.inverse.args)
        assert (await sent(gateway, back)).says == "node/n1 modified"
        assert not (await at(gateway, NODES, "n1")).exact()["spec"].get("taints")


async def test_a_pod_that_was_replaced_is_not_evicted(cluster: EmbeddedCluster, tmp_path: Path) -> None:
    cluster.store.create(objects.pod("db-0", uid="00000000-0000-4000-8000-000000000001"))
    async with door(cluster, tmp_path) as gateway:
        old = await at(gateway, PODS, "db-0", "default")
        cluster.store.delete("pods", "db-0", "default")
        cluster.store.create(objects.pod("db-0", uid="00000000-0000-4000-8000-000000000002"))
        for mutation in (evict(old), delete_pod(old)):
            outcome = await sent(gateway, mutation)
            assert outcome.result is Result.GONE
            assert outcome.says == "pod default/db-0 was replaced by another one: that was not touched"
        now = await at(gateway, PODS, "db-0", "default")
        assert "deletionTimestamp" not in now.exact()["metadata"]
        assert (await sent(gateway, evict(now, grace=0))).says == "pod/db-0 evicted"
        assert await gateway.read(now.ref) is None


async def test_a_budget_refuses_and_its_words_are_told(cluster: EmbeddedCluster, tmp_path: Path) -> None:
    cluster.store.create(objects.pod("cart-1", labels={"app": "cart"}))
    cluster.store.create(
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": "cart", "namespace": "default"},
            "spec": {"selector": {"matchLabels": {"app": "cart"}}, "minAvailable": 1},
            "status": {"disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 1},
        }
    )
    async with door(cluster, tmp_path) as gateway:
        pod = await at(gateway, PODS, "cart-1", "default")
        preview = await gateway.preview(evict(pod))
        outcome = await asyncio.wait_for(sent(gateway, evict(pod)), WITHIN)
        assert outcome.result is Result.REFUSED
        assert "disruption budget" in outcome.says
        assert "disruption budget" in preview.refused + preview.unknown
        assert (await at(gateway, PODS, "cart-1", "default")).version == pod.version
