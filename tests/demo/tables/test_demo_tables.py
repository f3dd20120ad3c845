"""Tables: columns and cells as a real server prints them, whole, with metadata, or without objects."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.tables.printers import printer
from k8stui.model.duration import stamp
from tests.support.clock import ManualClock
from tests.support.http import TABLE, http
from tests.support.objects import configmap, node, pod, poison

GOLDEN = os.environ.get("K8STUI_GOLDEN", "")


def cells(table: Any) -> list[list[Any]]:
    return [row["cells"] for row in table["rows"]]


def titles(table: Any) -> list[str]:
    return [column["name"] for column in table["columnDefinitions"] if column["priority"] == 0]


async def test_pods(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(pod("web"))
    clock.advance(300)
    async with http(cluster) as client:
        table = (await client.get("/api/v1/pods", Accept=TABLE)).json
    assert (table["kind"], titles(table)) == ("Table", ["Name", "Ready", "Status", "Restarts", "Age"])
    assert cells(table) == [["web", "1/1", "Running", "0", "5m", "<none>", "worker-1", "<none>", "<none>"]]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


async def test_nodes(cluster: EmbeddedCluster) -> None:
    labels = {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/db": ""}
    cluster.store.create(node("n", ready="False", labels=labels) | {"spec": {"unschedulable": True}})
    async with http(cluster) as client:
        table = (await client.get("/api/v1/nodes", Accept=TABLE)).json
    assert titles(table) == ["Name", "Status", "Roles", "Age", "Version"]
    assert cells(table)[0][:6] == ["n", "NotReady,SchedulingDisabled", "db,worker", "0s", "v1.34.4", "192.0.2.1"]


async def test_namespaces_deployments_and_kinds_without_a_printer(cluster: EmbeddedCluster) -> None:
    template = {"spec": {"containers": [{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:1"}]}}
    selector = {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "x", "operator": "Exists"}]}
    spec = {"replicas": 2, "selector": selector, "template": template}
    status = {"readyReplicas": 1, "updatedReplicas": 2}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}
    cluster.store.create(deployment | {"status": status})
    claim = {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "c"}, "spec": {}}
    cluster.store.create(claim)
    async with http(cluster) as client:
        names = (await client.get("/api/v1/namespaces/default", Accept=TABLE)).json
        web = (await client.get("/apis/apps/v1/deployments", Accept=TABLE)).json
        generic = (await client.get("/apis/resource.k8s.io/v1/deviceclasses", Accept=TABLE)).json
    assert cells(names) == [["default", "Active", "0s"]]
    assert cells(web) == [["web", "1/2", 2, 0, "0s", "a,b", "a:1,b:1", "app=web,x"]]
    assert (titles(generic), cells(generic)) == (["Name", "Age"], [["c", "0s"]])


async def test_include_object_says_what_a_row_carries(cluster: EmbeddedCluster) -> None:
    made = cluster.store.create(configmap("c"))
    async with http(cluster) as client:
        found = {}
        for include in ("None", "Metadata", "Object"):
            table = (await client.get(f"/api/v1/configmaps?includeObject={include}", Accept=TABLE)).json
            found[include] = table["rows"][0]["object"]
        refused = await client.get("/api/v1/configmaps?includeObject=All", Accept=TABLE)
    assert found["None"] is None
    assert found["Metadata"]["metadata"] == made["metadata"]
    assert "data" not in found["Metadata"]
    assert found["Object"] == made
    assert (refused.status, "must be 'Metadata', 'Object', 'None', or empty" in refused.message) == (400, True)


async def test_a_table_of_one_object_carries_its_version_and_an_error_stays_a_status(cluster: EmbeddedCluster) -> None:
    made = cluster.store.create(pod("web"))
    cluster.store.create(pod("later"))
    async with http(cluster) as client:
        one = (await client.get("/api/v1/namespaces/default/pods/web", Accept=TABLE)).json
        missing = (await client.get("/api/v1/namespaces/default/pods/none", Accept=TABLE)).json
    assert one["metadata"] == {"resourceVersion": made["metadata"]["resourceVersion"]}
    assert missing["kind"] == "Status"


async def test_a_table_can_be_paged(cluster: EmbeddedCluster) -> None:
    for index in range(3):
        cluster.store.create(pod(f"p{index}"))
    async with http(cluster) as client:
        first = (await client.get("/api/v1/pods?limit=2", Accept=TABLE)).json
        rest = (await client.get(f"/api/v1/pods?continue={first['metadata']['continue']}", Accept=TABLE)).json
    assert [row[0] for row in cells(first) + cells(rest)] == ["p0", "p1", "p2"]
    assert first["metadata"]["remainingItemCount"] == 1


async def test_a_poisonous_object_has_a_row_all_the_same(cluster: EmbeddedCluster) -> None:
    cluster.store.create(poison("bad"))
    async with http(cluster) as client:
        assert cells((await client.get("/api/v1/pods", Accept=TABLE)).json)[0][:3] == ["bad", "0/1", "Running"]


@pytest.mark.parametrize("resource", ["pods", "nodes", "namespaces", "deployments", "replicasets", "leases", "roles"])
@pytest.mark.parametrize("odd", [None, 5, "boom", [], {}, [None], {"template": 5, "containers": [5]}])
def test_every_printer_prints_any_shape(resource: str, odd: Any) -> None:
    prints = printer(Catalog().named(resource))
    fields = ("conditions", "addresses", "nodeInfo", "containerStatuses", "initContainerStatuses", "podIPs", "selector")
    for obj in ({"metadata": {"name": "x", "labels": odd}, "spec": odd, "status": odd}, {"metadata": odd}):
        assert len(prints.row(obj, 0.0)["cells"]) == len(prints.columns)
    deep = dict.fromkeys(fields, odd)
    assert prints.row({"metadata": {"name": "x"}, "spec": deep, "status": deep}, 0.0)["cells"][0] == "x"


async def test_another_version_of_tables_is_406(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        refused = await client.get("/api/v1/pods", Accept="application/json;as=Table;v=v1alpha1;g=meta.k8s.io")
    assert (refused.status, refused.json["reason"]) == (406, "NotAcceptable")


@pytest.mark.skipif(not GOLDEN, reason="K8STUI_GOLDEN names no folder of golden cases")
@pytest.mark.parametrize(("file", "resource", "key"), [("pod_status", "pods", "pod"), ("node_status", "nodes", "node")])
def test_the_printers_agree_with_the_tests_of_kubernetes(file: str, resource: str, key: str) -> None:
    golden = json.loads((Path(GOLDEN) / "cases" / f"{file}.json").read_text())
    now = stamp(golden.get("now", "2024-06-01T12:00:00Z"))
    prints = printer(Catalog().named(resource))
    assert golden["cases"]
    assert now
    for case in golden["cases"]:
        row = prints.row(case[key], now)
        found = {column.name.upper(): cell for column, cell in zip(prints.columns, row["cells"], strict=True)}
        wanted = {title: cell for title, cell in case["expected"].items() if title in found}
        assert {title: found[title] for title in wanted} == wanted, case["name"]
