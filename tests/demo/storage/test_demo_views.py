"""Two views of one stored object: events and autoscalers, over HTTP and in the store."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.storage.catalog import Catalog
from tests.support.http import http

CORE = "/api/v1/namespaces/default/events"
NEW = "/apis/events.k8s.io/v1/namespaces/default/events"


def event(name: str = "e", **more: Any) -> dict[str, Any]:
    about = {"kind": "Pod", "namespace": "default", "name": "web", "fieldPath": "spec.containers{app}"}
    head = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": name}, "involvedObject": about}
    said = {"reason": "BackOff", "message": "again", "type": "Warning", "source": {"component": "kubelet"}, "count": 3}
    return head | said | {"firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:00:05Z"} | more


async def test_an_event_of_the_old_api_is_shown_in_the_words_of_the_new_one(cluster: EmbeddedCluster) -> None:
    made = cluster.store.create(event(reportingComponent="kubelet", reportingInstance="node-1"))
    async with http(cluster) as client:
        one = (await client.get(f"{NEW}/e")).json
        listed = (await client.get(NEW)).json
    assert one["apiVersion"] == "events.k8s.io/v1"
    assert one["metadata"] == made["metadata"]
    assert (one["note"], one["regarding"], one["deprecatedCount"]) == ("again", made["involvedObject"], 3)
    assert (one["reportingController"], one["deprecatedSource"]) == ("kubelet", {"component": "kubelet"})
    assert one["eventTime"] is None
    assert not {"message", "involvedObject", "count", "source", "firstTimestamp"} & set(one)
    assert (listed["kind"], listed["apiVersion"]) == ("EventList", "events.k8s.io/v1")
    assert listed["items"] == [{key: value for key, value in one.items() if key not in ("kind", "apiVersion")}]


async def test_an_event_of_the_new_api_is_shown_in_the_words_of_the_old_one(cluster: EmbeddedCluster) -> None:
    sent = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "n"}, "note": "fresh"}
    sent |= {"eventTime": "2026-01-01T00:00:00.000000Z", "reportingController": "x.example/y", "action": "Binding"}
    sent |= {"reportingInstance": "y-1", "reason": "Made", "type": "Normal"}
    async with http(cluster) as client:
        made = await client.ask(
            "POST", NEW, sent | {"regarding": {"kind": "Pod", "name": "web", "namespace": "default"}}
        )
        core = (await client.get(f"{CORE}/n")).json
    assert (made.status, made.json["kind"], made.json["note"]) == (201, "Event", "fresh")
    assert (core["apiVersion"], core["message"], core["involvedObject"]["name"]) == ("v1", "fresh", "web")
    assert (core["reportingComponent"], core["source"], core["firstTimestamp"]) == ("x.example/y", {}, None)


@pytest.mark.parametrize(
    ("path", "selector", "found"),
    [
        (CORE, "involvedObject.name=web,reason=BackOff", 1),
        (CORE, "involvedObject.fieldPath=spec.containers{app}", 1),
        (CORE, "source=kubelet", 1),
        (CORE, "type!=Warning", 0),
        (NEW, "regarding.name=web", 1),
        (NEW, "regarding.kind=Node", 0),
        (NEW, "reportingController=kubelet", 1),
    ],
)
async def test_each_view_selects_by_its_own_names(
    cluster: EmbeddedCluster, path: str, selector: str, found: int
) -> None:
    cluster.store.create(event(reportingComponent="kubelet"))
    async with http(cluster) as client:
        listed = await client.get(f"{path}?fieldSelector={quote(selector)}")
    assert (listed.status, len(listed.json["items"])) == (200, found)


@pytest.mark.parametrize(("path", "selector"), [(CORE, "regarding.name=web"), (NEW, "involvedObject.name=web")])
async def test_neither_view_knows_the_names_of_the_other(cluster: EmbeddedCluster, path: str, selector: str) -> None:
    async with http(cluster) as client:
        refused = await client.get(f"{path}?fieldSelector={quote(selector)}")
    assert (refused.status, refused.message) == (400, f"field label not supported: {selector.partition('=')[0]}")


async def test_a_watch_of_the_other_view_tells_of_the_same_changes(cluster: EmbeddedCluster) -> None:
    path = f"{NEW}?watch=1&resourceVersion={cluster.store.revision}"
    async with http(cluster) as client, client.watch(path) as events:
        cluster.store.create(event())
        told = await anext(events)
        cluster.store.delete("events", "e", "default")
        gone = await anext(events)
    assert (told["type"], told["object"]["note"], told["object"]["apiVersion"]) == (
        "ADDED",
        "again",
        "events.k8s.io/v1",
    )
    assert gone["type"] == "DELETED"


async def test_a_patch_of_the_other_view_changes_the_stored_object(cluster: EmbeddedCluster) -> None:
    cluster.store.create(event())
    async with http(cluster) as client:
        patched = await client.patch(f"{NEW}/e", {"metadata": {"labels": {"a": "b"}}}, "merge")
    assert (patched.status, patched.json["note"]) == (200, "again")
    stored = cluster.store.get("events", "e", "default")
    assert (stored["message"], stored["metadata"]["labels"]) == ("again", {"a": "b"})


def autoscaler(*metrics: dict[str, Any]) -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    meta = {"name": "web", "annotations": {"own": "kept"}}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 5, "metrics": list(metrics)}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": spec}


CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}
MEMORY = {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}}
PODS = {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "10"}}}
QUEUE = {"name": "depth", "selector": {"matchLabels": {"q": "a"}}}
EXTERNAL = {"type": "External", "external": {"metric": QUEUE, "target": {"type": "Value", "value": "3"}}}
OBJECT = {
    "type": "Object",
    "object": {
        "describedObject": {"kind": "Service", "name": "s", "apiVersion": "v1"},
        "metric": {"name": "m"},
        "target": {"type": "Value", "value": "5"},
    },
}


def test_the_old_autoscaler_has_a_number_for_the_processor_and_text_for_the_rest() -> None:
    view = Catalog().at("autoscaling", "v1", "horizontalpodautoscalers")
    assert view is not None
    assert view.view is not None
    shown = view.view.show(autoscaler(CPU, MEMORY, PODS))
    assert shown["spec"]["targetCPUUtilizationPercentage"] == 70
    assert "metrics" not in shown["spec"]
    assert shown["status"] == {"currentReplicas": 0}
    annotations = shown["metadata"]["annotations"]
    assert annotations["own"] == "kept"
    assert json.loads(annotations["autoscaling.alpha.kubernetes.io/metrics"]) == [
        {"type": "Resource", "resource": {"name": "memory", "targetAverageValue": "1Gi"}},
        {"type": "Pods", "pods": {"metricName": "hits", "targetAverageValue": "10"}},
    ]


@pytest.mark.parametrize("metrics", [(CPU,), (CPU, MEMORY, PODS), (EXTERNAL,), (OBJECT, MEMORY), ()])
def test_the_way_back_gives_the_same_autoscaler(metrics: tuple[dict[str, Any], ...]) -> None:
    view = Catalog().at("autoscaling", "v1", "horizontalpodautoscalers")
    assert view is not None
    assert view.view is not None
    status = {
        "currentReplicas": 2,
        "desiredReplicas": 3,
        "conditions": [{"type": "AbleToScale", "status": "True"}],
        "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 50}}}],
    }
    obj = autoscaler(*metrics) | {"status": status}
    obj["spec"]["behavior"] = {"scaleDown": {"stabilizationWindowSeconds": 60}}
    if not metrics:
        del obj["spec"]["metrics"]
    assert view.view.store(view.view.show(json.loads(json.dumps(obj)))) == obj


async def test_an_autoscaler_made_in_the_old_version_is_stored_in_the_new_one(cluster: EmbeddedCluster) -> None:
    old = autoscaler() | {"apiVersion": "autoscaling/v1"}
    old["spec"] = {"scaleTargetRef": old["spec"]["scaleTargetRef"], "maxReplicas": 3}
    old["spec"]["targetCPUUtilizationPercentage"] = 66
    path = "/apis/autoscaling/{0}/namespaces/default/horizontalpodautoscalers"
    async with http(cluster) as client:
        made = await client.ask("POST", path.format("v1"), old)
        new = (await client.get(path.format("v2") + "/web")).json
    assert (made.status, made.json["spec"]["targetCPUUtilizationPercentage"]) == (201, 66)
    assert new["spec"]["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 66}


async def test_the_new_api_asks_for_more_than_the_old_one(cluster: EmbeddedCluster) -> None:
    sent = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "bad"}, "type": "Odd"}
    async with http(cluster) as client:
        refused = await client.ask("POST", NEW, sent)
    why = 'Event "bad" is invalid: [eventTime: Required value, type: Invalid value: "": has invalid value: Odd]'
    assert (refused.status, refused.message) == (422, why)
