"""What a drain sends is what the recorded kubectl sent, and kubectl's own table of drains comes out the same.

The embedded server has no controllers and kubelets here: what was told to end is taken away by the test.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.rows import Phase
from k8stui.operations.jobs.jobs import JobState
from tests.support.clock import ManualClock
from tests.support.draining import Stage, stage
from tests.support.golden import needed, recorded, table, unpinned, wrote

pytestmark = needed


@pytest.fixture
async def shop(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(cluster, clock, tmp_path, alive=False) as made:
        yield made


def sent(shop: Stage, seen: int) -> list[tuple[str, str, Any]]:
    """What was changed since, in kubectl's form: a node by PATCH first, then pods by name."""
    return [
        (each.method, each.path, unpinned(each.json) if each.body else None)
        for each in list(shop.cluster.requests)[seen:]
        if each.method != "GET" and "reviews" not in each.path
    ]


def ended(shop: Stage, job: Drain) -> bool:
    shop.reap()
    return job.state.over


async def drained(shop: Stage, **options: Any) -> tuple[Drain, list[tuple[str, str, Any]]]:
    plan = await shop.plan("n1", **options)
    seen = len(shop.cluster.requests)
    job = await shop.drain(plan=plan)
    await shop.until(lambda: ended(shop, job))
    return job, sent(shop, seen)


def in_default(shop: Stage, name: str, *, owned: bool = True, **spec: Any) -> None:
    owners = [{"apiVersion": "v1", "kind": "ReplicationController", "name": "rc", "uid": "123", "controller": True}]
    meta = {"labels": {"app": "web"}, **({"ownerReferences": owners} if owned else {})}
    pod = {"containers": [{"name": "main", "image": "registry.example/app:1"}], "nodeName": "n1"} | spec
    shop.make("Pod", name, namespace="default", metadata=meta, spec=pod)


@pytest.mark.parametrize(
    ("title", "options"),
    [
        ("drain all flags", {"delete_emptydir": True, "force": True, "grace": 30}),
        ("drain eviction 404", {}),
        ("drain pod-selector + chunk-size 0", {"pod_selector": "app=web"}),
    ],
)
async def test_evictions_are_those_that_kubectl_sent(shop: Stage, title: str, options: dict[str, Any]) -> None:
    wanted = wrote(recorded("drain", title))
    evictions = {urlsplit(each["path"]).path: each["body"] for each in wanted if each["method"] == "POST"}
    for path in evictions:
        in_default(shop, path.split("/")[-2], owned="naked" not in path)
    _, found = await drained(shop, **options)
    ours = {path: body for method, path, body in found if method == "POST"}
    assert ours.keys() == evictions.keys()
    for path, body in evictions.items():
        theirs = body | {"metadata": {key: value for key, value in body["metadata"].items() if value is not None}}
        assert ours[path] == theirs


async def test_the_cordon_is_the_one_that_kubectl_sent_and_comes_first(shop: Stage) -> None:
    wanted = wrote(recorded("drain", "drain with PDB 429 twice"))
    in_default(shop, "p1")
    _, found = await drained(shop)
    assert next((method, path.rpartition("/")[0]) for method, path, _ in found) == ("PATCH", "/api/v1/nodes")
    assert unpinned(found[0][2]) == wanted[0]["body"]


async def test_pods_are_listed_as_kubectl_lists_them(shop: Stage) -> None:
    in_default(shop, "p1")
    await drained(shop)
    queries = [each.query for each in shop.cluster.requests if each.path == "/api/v1/pods" and each.verb == "list"]
    assert any(query == {"fieldSelector": "spec.nodeName=n1", "limit": "500"} for query in queries), queries


async def test_without_evictions_the_deletion_is_the_one_that_kubectl_sent(shop: Stage) -> None:
    wanted = wrote(recorded("drain", "drain disable-eviction"))[1]
    in_default(shop, "p1")
    _, found = await drained(shop, disable_eviction=True)
    method, path, body = found[1]
    assert (method, path) == (wanted["method"], wanted["path"])
    # kubectl sends this one as protobuf: empty DeleteOptions.
    assert body == {"apiVersion": "v1", "kind": "DeleteOptions"}


@pytest.mark.parametrize("case", table("drain", "TestDrain"))
async def test_kubectls_own_table_of_drains(shop: Stage, case: dict[str, Any]) -> None:
    """Two things differ: a refused node is not cordoned, and pods are not deleted where a server has no evictions."""
    args = case["args"]
    flags = {flag.lstrip("-").partition("=")[0]: flag.partition("=")[2] or "true" for flag in args if flag[0] == "-"}
    shop.node("node")
    for name in case["daemonSetsOnServer"]:
        namespace, _, called = name.partition("/")
        meta = {"name": called, "namespace": namespace}
        shop.cluster.store.create({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": meta, "spec": {}})
    for pod in case["pods"]:
        shop.cluster.store.create({"apiVersion": "v1", "kind": "Pod"} | pod)
    if case["failUponEvictionOrDeletion"]:
        for verb, resource in (("create", "pods/eviction"), ("delete", "pods")):
            shop.cluster.faults.add(Fault(verb=verb, resource=resource, status=500))
    plan = await shop.plan(
        "node",
        force="force" in flags,
        ignore_daemonsets="ignore-daemonsets" in flags,
        delete_emptydir="delete-emptydir-data" in flags,
        disable_eviction="disable-eviction" in flags or not case["serverSupportsEviction"],
    )
    seen = len(shop.cluster.requests)
    job = await shop.drain(plan=plan)
    await shop.until(lambda: ended(shop, job))
    assert job.state is (JobState.FAILED if case["expectedFatal"] else JobState.DONE)
    verbs = {method for method, path, _ in sent(shop, seen) if "/pods/" in path}
    assert verbs == {None: set(), "evict": {"POST"}, "delete": {"DELETE"}}[case["expectedMethod"]]
    assert len([path for _, path, _ in sent(shop, seen) if path.endswith("/eviction")]) <= len(case["pods"])
    said = "\n".join(line.text for line in job.report())
    if not case["expectedFatal"]:
        assert (case["expectedStdoutContains"] or "") in said
        assert shop.is_cordoned("node")


@pytest.mark.parametrize("case", table("drain", "(transcribed)"))
async def test_a_pod_of_a_namespace_that_is_being_deleted(shop: Stage, case: dict[str, Any]) -> None:
    """kubectl's newest reads the pod again before each try; here the watch has it already."""
    ends = case["expectedError"] is None
    shop.cluster.faults.add(Fault(resource="pods/eviction", status=403, cause="NamespaceTerminating"))
    in_default(shop, "bar")
    job = await shop.drain("n1", timeout=12)
    await shop.until(lambda: bool(shop.sent()))
    if ends:
        shop.cluster.registry.delete("pods", "bar", "default")
        await shop.step(2)
        assert [row.phase for row in job.rows.values()] == [Phase.TERMINATING]
        shop.reap()
    await shop.over(job)
    assert job.state is (JobState.DONE if ends else JobState.FAILED)
    said = [] if ends else ['error when evicting pods/"bar" -n "default": global timeout reached: 12s']
    assert job.errors == said
    assert case["expectedError"] is None or case["expectedError"].startswith("error when evicting pods/")
    assert len(shop.sent()) == (1 if ends else 3)
