"""Evictions and their budgets (facts: recorded eviction.json, README items 24 to 27)."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.errors import Refusal
from tests.support.http import Http, Reply, http
from tests.support.objects import pod

T0 = "2026-09-21T14:13:20Z"
REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."


def budget(name: str = "guard", *, allowed: int = 0, seen: int = 1, **spec: Any) -> dict[str, Any]:
    status = {"observedGeneration": seen, "disruptionsAllowed": allowed, "currentHealthy": 2 + allowed}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}, **spec},
        "status": status | {"desiredHealthy": 2, "expectedPods": 3},
    }


def web(cluster: EmbeddedCluster, name: str = "web", *, ready: bool = True, **more: Any) -> dict[str, Any]:
    obj = pod(name, labels={"app": "web"}, **more)
    if not ready:
        obj["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    return cluster.store.create(obj)


async def evict(client: Http, name: str = "web", query: str = "", **body: Any) -> Reply:
    sent = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}} | body
    return await client.ask("POST", f"/api/v1/namespaces/default/pods/{name}/eviction{query}", sent)


async def test_an_eviction_takes_a_disruption_and_starts_the_grace(cluster: EmbeddedCluster) -> None:
    web(cluster)
    cluster.store.create(budget(allowed=1))
    async with http(cluster) as client:
        done = await evict(client, deleteOptions={"gracePeriodSeconds": 7})
    assert (done.status, done.json["status"], done.json["code"]) == (201, "Success", 201)
    going = cluster.store.get("pods", "web", "default")
    assert (going["metadata"]["deletionGracePeriodSeconds"], going["metadata"]["generation"]) == (7, 2)
    assert going["status"]["conditions"][-1] == {
        "type": "DisruptionTarget",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": T0,
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
    status = cluster.store.get("poddisruptionbudgets", "guard", "default")["status"]
    assert (status["disruptionsAllowed"], status["disruptedPods"]) == (0, {"web": T0})
    (condition,) = status["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "InsufficientPods")


async def test_a_dry_run_asks_the_budget_and_takes_nothing(cluster: EmbeddedCluster) -> None:
    made, guard = web(cluster), cluster.store.create(budget(allowed=1))
    async with http(cluster) as client:
        by_query = await evict(client, query="?dryRun=All")
        by_options = await evict(client, deleteOptions={"dryRun": ["All"]})
        by_old_version = await evict(client, query="?dryRun=All", apiVersion="policy/v1beta1")
    assert [each.status for each in (by_query, by_options, by_old_version)] == [201, 201, 201]
    assert cluster.store.get("pods", "web", "default") == made
    assert cluster.store.get("poddisruptionbudgets", "guard", "default") == guard


async def test_a_budget_that_allows_nothing_refuses_dry_runs_too_but_no_delete(cluster: EmbeddedCluster) -> None:
    web(cluster)
    cluster.store.create(budget())
    async with http(cluster) as client:
        refused = await evict(client)
        tried = await evict(client, query="?dryRun=All")
        gone = await client.ask("DELETE", "/api/v1/namespaces/default/pods/web?gracePeriodSeconds=0")
    why = "The disruption budget guard needs 2 healthy pods and has 2 currently"
    assert (refused.status, refused.message, refused.json["reason"]) == (429, REFUSED, "TooManyRequests")
    assert refused.json["details"] == {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    assert "Retry-After" not in refused.headers
    assert tried.json == refused.json
    assert gone.status == 200


async def test_a_budget_that_its_controller_has_not_seen_asks_to_come_again(cluster: EmbeddedCluster) -> None:
    web(cluster)
    cluster.store.create(budget(allowed=1, seen=0))
    async with http(cluster) as client:
        refused = await evict(client)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
    why = "The disruption budget guard is still being processed by the server."
    assert refused.json["details"] == {
        "causes": [{"reason": "DisruptionBudget", "message": why}],
        "retryAfterSeconds": 10,
    }


async def test_two_budgets_over_one_pod_are_too_many(cluster: EmbeddedCluster) -> None:
    web(cluster)
    cluster.store.create(budget(allowed=1))
    cluster.store.create(budget("second", allowed=1, selector={}))
    async with http(cluster) as client:
        refused = await evict(client)
    assert (refused.status, "reason" in refused.json, "details" in refused.json) == (500, False, False)
    assert refused.message.startswith("This pod has more than one PodDisruptionBudget")


@pytest.mark.parametrize("phase", ["Pending", "Succeeded", "Failed"])
async def test_a_pod_that_does_not_run_is_not_protected(cluster: EmbeddedCluster, phase: str) -> None:
    web(cluster, phase=phase)
    guard = cluster.store.create(budget())
    cluster.registry.evict("web", "default", options=Deletion(grace=0))
    assert cluster.store.list("pods") == []
    assert cluster.store.get("poddisruptionbudgets", "guard", "default") == guard


@pytest.mark.parametrize(
    ("spec", "healthy", "goes"),
    [
        ({}, 2, True),
        ({}, 1, False),
        ({"unhealthyPodEvictionPolicy": "IfHealthyBudget"}, 1, False),
        ({"unhealthyPodEvictionPolicy": "AlwaysAllow"}, 0, True),
    ],
)
async def test_an_unready_pod_goes_by_the_policy_of_its_budget(
    cluster: EmbeddedCluster, spec: dict[str, Any], healthy: int, goes: bool
) -> None:
    web(cluster, ready=False)
    guard = budget(**spec)
    guard["status"]["currentHealthy"] = healthy
    cluster.store.create(guard)
    if goes:
        cluster.registry.evict("web", "default")
        assert cluster.store.get("pods", "web", "default")["metadata"]["deletionTimestamp"]
        assert cluster.store.get("poddisruptionbudgets", "guard", "default")["status"] == guard["status"]
    else:
        with pytest.raises(Refusal, match="Cannot evict pod"):
            cluster.registry.evict("web", "default")


async def test_a_failed_precondition_has_used_the_budget_up(cluster: EmbeddedCluster) -> None:
    web(cluster)
    cluster.store.create(budget(allowed=1))
    async with http(cluster) as client:
        refused = await evict(client, deleteOptions={"preconditions": {"uid": "another"}})
        again = await evict(client)
    assert (refused.status, refused.json["details"]) == (409, {"name": "web", "kind": "Pod"})
    status = cluster.store.get("poddisruptionbudgets", "guard", "default")["status"]
    assert (status["disruptionsAllowed"], list(status["disruptedPods"])) == (0, ["web"])
    assert again.status == 429
    assert "deletionTimestamp" not in cluster.store.get("pods", "web", "default")["metadata"]


async def test_preconditions_that_hold_are_met_though_the_mark_makes_a_new_version(cluster: EmbeddedCluster) -> None:
    made = web(cluster)["metadata"]
    wanted = Deletion(uid=made["uid"], version=made["resourceVersion"])
    cluster.registry.evict("web", "default", options=wanted)
    assert cluster.store.get("pods", "web", "default")["metadata"]["deletionTimestamp"]


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"selector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}}, 429),
        ({"selector": {"matchExpressions": [{"key": "app", "operator": "Sideways"}]}}, 201),
        ({"selector": None}, 201),
        ({"selector": {"matchLabels": {"app": "other"}}}, 201),
    ],
)
async def test_only_a_budget_that_selects_the_pod_counts(
    cluster: EmbeddedCluster, spec: dict[str, Any], code: int
) -> None:
    web(cluster)
    cluster.store.create(budget(**spec))
    async with http(cluster) as client:
        assert (await evict(client)).status == code


@pytest.mark.parametrize(
    ("name", "body", "code", "message"),
    [
        ("none", {}, 404, 'pods "none" not found'),
        ("web", {"metadata": {"name": "other"}}, 400, "name in URL does not match name in Eviction object"),
        (
            "web",
            {"metadata": {"name": "web", "namespace": "x"}},
            400,
            "does not match the namespace sent on the request",
        ),
        ("web", {"apiVersion": "policy/v9"}, 400, 'Eviction in version "v9" cannot be handled as a Eviction: no kind'),
        ("web", {"deleteOptions": 5}, 400, "Go struct field Eviction.deleteOptions of type v1.DeleteOptions"),
        ("web", {"deleteOptions": {"dryRun": ["Some"]}}, 422, 'dryRun: Unsupported value: ["Some"]'),
    ],
)
async def test_a_bad_eviction_is_refused(
    cluster: EmbeddedCluster, name: str, body: dict[str, Any], code: int, message: str
) -> None:
    web(cluster)
    async with http(cluster) as client:
        refused = await evict(client, name, **body)
        empty = await client.ask("POST", f"/api/v1/namespaces/default/pods/{name}/eviction", b"")
    assert (refused.status, empty.status) == (code, 400)
    assert message in refused.message
    assert "(must be of type Eviction)" in empty.message
