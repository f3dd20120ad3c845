"""Deletion: grace, finalizers, propagation, preconditions, collections, namespaces (facts: recorded deletion.json)."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.errors import Refusal
from tests.support.clock import ManualClock
from tests.support.http import Http, Reply, http
from tests.support.objects import configmap, pod

PODS = "/api/v1/namespaces/default/pods"
MAPS = "/api/v1/namespaces/default/configmaps"
APPS = "/apis/apps/v1/namespaces/default/deployments"
HELD = "example.com/hold"
T0 = "2026-09-21T14:13:20Z"
T6 = "2026-09-21T14:13:26Z"
T30 = "2026-09-21T14:13:50Z"


def marks(obj: dict[str, Any]) -> tuple[Any, Any, Any]:
    meta = obj["metadata"]
    return meta.get("deletionTimestamp"), meta.get("deletionGracePeriodSeconds"), meta.get("generation")


def deployment(name: str = "web") -> dict[str, Any]:
    container = {"name": "web", "image": "web:1"}
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    }


async def delete(client: Http, path: str, **options: Any) -> Reply:
    return await client.ask("DELETE", path, options or None)


async def test_a_pod_has_its_grace_and_is_still_there(cluster: EmbeddedCluster) -> None:
    made = cluster.store.create(pod("web"))
    async with http(cluster) as client:
        tried = await delete(client, f"{PODS}/web?dryRun=All")
        assert cluster.store.get("pods", "web", "default") == made
        gone = await delete(client, f"{PODS}/web")
    assert (gone.status, marks(gone.json)) == (200, (T30, 30, 2))
    assert marks(tried.json) == (T30, 30, 2)
    assert tried.json["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    assert cluster.store.get("pods", "web", "default") == gone.json


@pytest.mark.parametrize(
    ("asked", "end", "grace"),
    [(6, T6, 6), (-5, "2026-09-21T14:13:21Z", 1)],
)
async def test_the_grace_asked_for_goes_before_that_of_the_spec(
    cluster: EmbeddedCluster, asked: int, end: str, grace: int
) -> None:
    cluster.store.create(pod("by-body"))
    cluster.store.create(pod("by-query"))
    async with http(cluster) as client:
        body = await delete(client, f"{PODS}/by-body", gracePeriodSeconds=asked)
        query = await delete(client, f"{PODS}/by-query?gracePeriodSeconds={asked}")
    assert marks(body.json) == marks(query.json) == (end, grace, 2)


async def test_a_body_is_all_that_counts(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    async with http(cluster) as client:
        gone = await delete(client, f"{PODS}/web?gracePeriodSeconds=0", gracePeriodSeconds=6)
    assert marks(gone.json) == (T6, 6, 2)


async def test_grace_is_shortened_but_never_lengthened(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(pod("web"))
    registry = cluster.registry
    first = registry.delete("pods", "web", "default", options=Deletion(grace=60))
    clock.advance(10)
    longer = registry.delete("pods", "web", "default", options=Deletion(grace=90))
    same = registry.delete("pods", "web", "default")
    shorter = registry.delete("pods", "web", "default", options=Deletion(grace=20))
    late = registry.delete("pods", "web", "default", options=Deletion(grace=2))
    assert marks(first) == ("2026-09-21T14:14:20Z", 60, 2)
    assert longer == same == first
    assert marks(shorter) == ("2026-09-21T14:13:40Z", 20, 2), "counted from the first deletion"
    assert marks(late) == ("2026-09-21T14:13:30Z", 2, 2), "but no moment that has passed"


@pytest.mark.parametrize(
    "obj",
    [
        pod("web", node=""),
        pod("web", phase="Succeeded"),
        pod("web", phase="Failed"),
    ],
)
async def test_a_pod_that_nobody_runs_is_gone_at_once(cluster: EmbeddedCluster, obj: dict[str, Any]) -> None:
    cluster.store.create(obj)
    gone = cluster.registry.delete("pods", "web", "default", options=Deletion(grace=50))
    assert marks(gone) == (T0, 0, 2)
    with pytest.raises(Refusal):
        cluster.store.get("pods", "web", "default")


async def test_watchers_see_the_mark_and_then_the_end_at_a_newer_version(cluster: EmbeddedCluster) -> None:
    version = int(cluster.store.create(pod("web"))["metadata"]["resourceVersion"])
    table = cluster.store.table(cluster.catalog.named("pods"))
    gone = cluster.registry.delete("pods", "web", "default", options=Deletion(grace=0))
    changes = table.log.after(version)
    assert [change.type for change in changes] == ["MODIFIED", "DELETED"]
    assert gone["metadata"]["resourceVersion"] == str(changes[1].version)
    assert changes[1].version > changes[0].version


async def test_a_kubelet_finishes_this_pod_and_no_other_of_its_name(cluster: EmbeddedCluster) -> None:
    old = cluster.store.create(pod("web", finalizers=[HELD]))
    cluster.registry.delete("pods", "web", "default")
    held = cluster.registry.finish(old)
    assert (marks(held), held["metadata"]["finalizers"]) == ((T0, 0, 2), [HELD])
    held["metadata"]["finalizers"] = []
    cluster.registry.update(held)
    cluster.store.create(pod("web"))
    with pytest.raises(Refusal) as refused:
        cluster.registry.finish(old)
    assert refused.value.code == 409
    assert "does not match the UID in record" in refused.value.message


async def test_a_status_write_during_the_grace_does_not_end_a_pod(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    cluster.registry.delete("pods", "web", "default")
    going = cluster.store.get("pods", "web", "default")
    going["status"]["phase"] = "Failed"
    cluster.registry.update_status(going)
    assert cluster.store.get("pods", "web", "default")["status"]["phase"] == "Failed"
    cluster.registry.finish(going)
    assert cluster.store.list("pods") == []


@pytest.mark.parametrize(
    ("query", "finalizers"),
    [
        ("propagationPolicy=Foreground", ["foregroundDeletion"]),
        ("propagationPolicy=Orphan", ["orphan"]),
        ("orphanDependents=true", ["orphan"]),
    ],
)
async def test_propagation_leaves_a_finalizer_for_the_collector(
    cluster: EmbeddedCluster, query: str, finalizers: list[str]
) -> None:
    cluster.registry.create(deployment())
    async with http(cluster) as client:
        marked = await delete(client, f"{APPS}/web?{query}")
    assert (marked.status, marked.json["metadata"]["finalizers"]) == (200, finalizers)
    assert marks(marked.json) == (T0, 0, 2)


async def test_background_is_the_default_and_answers_with_a_status(cluster: EmbeddedCluster) -> None:
    made = cluster.registry.create(deployment())
    async with http(cluster) as client:
        gone = await delete(client, f"{APPS}/web")
    details = {"name": "web", "group": "apps", "kind": "deployments", "uid": made["metadata"]["uid"]}
    assert gone.json["details"] == details
    assert "code" not in gone.json


async def test_jobs_are_older_than_the_collector_and_say_so(cluster: EmbeddedCluster) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "default"}}
    cluster.store.create(job | {"spec": {"template": template}})
    path = "/apis/batch/v1/namespaces/default/jobs/j"
    async with http(cluster) as client:
        silent = await delete(client, f"{path}?propagationPolicy=Background&dryRun=All")
        marked = await delete(client, path)
    assert (silent.json["kind"], silent.headers.get("Warning")) == ("Status", None)
    assert marked.json["metadata"]["finalizers"] == ["orphan"]
    assert marked.headers["Warning"].startswith('299 - "child pods are preserved by default when jobs are deleted;')


@pytest.mark.parametrize(
    ("query", "body", "code", "message"),
    [
        ("propagationPolicy=Sometimes", None, 422, 'supported values: "Foreground", "Background", "Orphan", "nil"'),
        ("orphanDependents=1&propagationPolicy=Orphan", None, 422, "deletionPropagation cannot be both set"),
        ("gracePeriodSeconds=x", None, 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("dryRun=Some", None, 422, 'dryRun: Unsupported value: ["Some"]: supported values: "All"'),
        ("", b"{", 500, "couldn't get version/kind; json parse error: unexpected end of JSON input"),
        ("", b"[]", 500, "json: cannot unmarshal array into Go value of type struct"),
        ("", b'{"kind":"Pod","apiVersion":"v1"}', 500, 'no kind "Pod" is registered for version "v1"'),
        ("", b'{"gracePeriodSeconds":"x"}', 500, "Go struct field DeleteOptions.gracePeriodSeconds of type int64"),
        ("", b'{"gracePeriodSeconds":99999999999999999999}', 500, "DeleteOptions.gracePeriodSeconds of type int64"),
        ("", b'{"dryRun":"All"}', 500, "Go struct field DeleteOptions.dryRun of type []string"),
        ("", b'{"preconditions":5}', 500, "Go struct field DeleteOptions.preconditions of type v1.Preconditions"),
    ],
)
async def test_bad_options_are_refused_even_for_what_is_not_there(
    cluster: EmbeddedCluster, query: str, body: bytes | None, code: int, message: str
) -> None:
    async with http(cluster) as client:
        refused = await client.ask("DELETE", f"{MAPS}/none?{query}", body)
    assert refused.status == code
    assert message in refused.message


async def test_finalizers_hold_and_cannot_be_added_any_more(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("c", finalizers=[HELD]))
    async with http(cluster) as client:
        first = await delete(client, f"{MAPS}/c")
        again = await delete(client, f"{MAPS}/c")
        more = await client.patch(f"{MAPS}/c", {"metadata": {"finalizers": [HELD, "example.com/more"]}}, "merge")
        other = await client.patch(f"{MAPS}/c", {"data": {"x": "1"}}, "merge")
        last = await client.patch(f"{MAPS}/c", {"metadata": {"finalizers": None}}, "merge")
        after = await client.get(f"{MAPS}/c")
    assert again.json == first.json
    assert (first.json["kind"], marks(first.json)) == ("ConfigMap", (T0, 0, None))
    assert more.status == 422
    assert 'found new finalizers []string{"example.com/more"}' in more.message
    assert (other.status, last.status, after.status) == (200, 200, 404)
    assert last.json["metadata"]["resourceVersion"] == other.json["metadata"]["resourceVersion"]


async def test_a_collection_goes_with_the_options_for_each(cluster: EmbeddedCluster) -> None:
    for name, label in (("a", "x"), ("b", "y"), ("c", "x")):
        cluster.store.create(pod(name, labels={"app": label}))
    async with http(cluster) as client:
        tried = await delete(client, f"{PODS}?dryRun=All")
        assert len(cluster.store.list("pods")) == 3
        gone = await delete(client, f"{PODS}?labelSelector=app%3Dx&gracePeriodSeconds=0")
        named = await delete(client, f"{PODS}?fieldSelector=metadata.name%3Dnone")
    assert [item["metadata"]["name"] for item in tried.json["items"]] == ["a", "b", "c"]
    assert [item["metadata"]["name"] for item in gone.json["items"]] == ["a", "c"]
    assert named.json["items"] == []
    (left,) = cluster.store.list("pods")
    assert marks(left) == (None, None, 1)


# ---- namespaces


async def test_a_namespace_without_a_controller_is_emptied_at_once(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("more")
    cluster.store.create(configmap("held", "more", finalizers=[HELD]))
    cluster.store.create(pod("web", "more"))
    async with http(cluster) as client:
        going = await delete(client, "/api/v1/namespaces/more")
        refused = await client.ask("POST", "/api/v1/namespaces/more/configmaps", configmap("late", "more"))
        assert cluster.store.list("pods", "more") == []
        assert (await client.get("/api/v1/namespaces/more")).status == 200
        freed = {"metadata": {"finalizers": None}}
        await client.patch("/api/v1/namespaces/more/configmaps/held", freed, "merge")
        assert (await client.get("/api/v1/namespaces/more")).status == 404
    assert going.json["status"] == {"phase": "Terminating"}
    assert (marks(going.json), going.json["spec"]) == ((T0, None, None), {"finalizers": ["kubernetes"]})
    assert (refused.status, refused.json["details"]["causes"][0]["reason"]) == (403, "NamespaceTerminating")


async def test_a_stuck_namespace_goes_by_finalize_only_and_leaves_its_objects(cluster: EmbeddedCluster) -> None:
    cluster.registry.namespace_controller = True
    cluster.add_namespace("more")
    cluster.store.create(configmap("held", "more", finalizers=[HELD]))
    path, held = "/api/v1/namespaces/more", "/api/v1/namespaces/more/configmaps/held"
    async with http(cluster) as client:
        going = (await delete(client, path)).json
        again = (await delete(client, path)).json
        patched = await client.patch(path, {"spec": {"finalizers": None}}, "merge")
        put = await client.ask("PUT", path, going | {"spec": {}})
        other = await client.ask("PUT", f"{path}/finalize", {"metadata": {"name": "other"}, "spec": {}})
        over = await client.ask("PUT", f"{path}/finalize", going | {"spec": {"finalizers": []}})
        assert (await client.get(path)).status == 404
        read = await client.get(held)
        lost = await client.patch(held, {"metadata": {"finalizers": None}}, "merge")
        cluster.add_namespace("more")
        found = await client.patch(held, {"metadata": {"finalizers": None}}, "merge")
    assert again == going
    assert patched.json["spec"] == put.json["spec"] == {"finalizers": ["kubernetes"]}
    assert (other.status, over.status, over.json["spec"]) == (400, 200, {})
    assert over.json["metadata"]["resourceVersion"] == going["metadata"]["resourceVersion"]
    assert (read.status, lost.status, found.status) == (200, 404, 200)
    assert lost.json["details"] == {"name": "more", "kind": "namespaces"}


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
async def test_some_namespaces_may_not_be_deleted(cluster: EmbeddedCluster, name: str) -> None:
    async with http(cluster) as client:
        refused = await delete(client, f"/api/v1/namespaces/{name}")
    assert (refused.status, refused.message) == (
        403,
        f'namespaces "{name}" is forbidden: this namespace may not be deleted',
    )


@pytest.mark.parametrize(
    "planted",
    [
        {"spec": "boom"},
        {"spec": None, "status": []},
        {"status": {"conditions": "boom", "phase": 5}, "spec": {"nodeName": "a", "terminationGracePeriodSeconds": "x"}},
    ],
)
async def test_poison_can_be_deleted_and_evicted(cluster: EmbeddedCluster, planted: dict[str, Any]) -> None:
    for name in ("deleted", "evicted", "bound"):
        cluster.store.create(pod(name, labels={"a": "b"}) | planted)
    async with http(cluster) as client:
        gone = await delete(client, f"{PODS}/deleted?gracePeriodSeconds=0")
        evicted = await client.ask("POST", f"{PODS}/evicted/eviction", {"metadata": {"name": "evicted"}})
        target = {"metadata": {"name": "bound"}, "target": {"name": "worker-1"}}
        bound = await client.ask("POST", f"{PODS}/bound/binding", target)
    assert (gone.status, evicted.status) == (200, 201)
    assert bound.status in (201, 409)
