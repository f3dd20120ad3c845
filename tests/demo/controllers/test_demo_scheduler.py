"""The scheduler: where pods go, and why some go nowhere."""

from typing import Any

import pytest

from k8stui.demo.controllers.scheduler import Scheduler
from tests.support.inside import Inside

Object = dict[str, Any]


def node(name: str, *, cpu: str = "4", pods: str = "110", labels: Object | None = None, **spec: Any) -> Object:
    allocatable = {"cpu": cpu, "memory": "8Gi", "pods": pods}
    meta = {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}}
    return {"kind": "Node", "apiVersion": "v1", "metadata": meta, "spec": spec, "status": {"allocatable": allocatable}}


def pod(name: str, cpu: str = "", **spec: Any) -> Object:
    container: Object = {"name": "app", "image": "busybox"}
    if cpu:
        container["resources"] = {"requests": {"cpu": cpu}}
    meta = {"name": name, "namespace": "shop", "labels": {"app": name.partition("-")[0]}}
    return {"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": {"containers": [container], **spec}}


class Place(Inside):
    """A cluster with a scheduler and some nodes."""

    def __init__(self, *nodes: Object) -> None:
        super().__init__()
        for each in nodes:
            self.store.create(each)
        self.scheduler = Scheduler(self.world)

    def where(self, name: str) -> str:
        found = self.get("pods", name, "shop")
        return str(found["spec"].get("nodeName", ""))

    def run(self, *pods: Object) -> list[str]:
        for each in pods:
            self.registry.create(each)
        self.step(1)
        return [self.where(each["metadata"]["name"]) for each in pods]

    def why(self, name: str) -> str:
        rows = self.get("pods", name, "shop")["status"]["conditions"]
        return next(str(row["message"]) for row in rows if row["type"] == "PodScheduled" and row["status"] == "False")


def test_pods_spread_over_nodes_and_are_told_of() -> None:
    place = Place(node("a"), node("b"))
    assert sorted(place.run(pod("web-1", "1"), pod("web-2", "1"))) == ["a", "b"]
    condition = place.get("pods", "web-1", "shop")["status"]["conditions"][0]
    assert (condition["type"], condition["status"]) == ("PodScheduled", "True")
    events = place.store.list("events", "shop")
    assert {each["reason"] for each in events} == {"Scheduled"}
    assert events[0]["message"].startswith("Successfully assigned shop/web-")


def test_a_node_that_is_full_takes_no_more() -> None:
    place = Place(node("a", cpu="2"))
    assert place.run(pod("web-1", "1500m"), pod("web-2", "1500m")) == ["a", ""]
    assert place.why("web-2") == (
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are "
        "available: 1 No preemption victims found for incoming pod."
    )


def test_overhead_and_init_containers_count() -> None:
    heavy = {"name": "init", "image": "busybox", "resources": {"requests": {"cpu": "3"}}}
    place = Place(node("a", cpu="2"))
    first = place.run(pod("web-1", "1", overhead={"cpu": "1500m"}), pod("web-2", "1", initContainers=[heavy]))
    assert first == ["", ""]
    assert place.run(pod("web-3", "1", overhead={"cpu": "500m"})) == ["a"]


def test_the_recorded_sentence_of_two_reasons() -> None:
    """The words of recordings/apiserver/events.json."""
    taint = {"key": "edge", "value": "true", "effect": "NoSchedule"}
    place = Place(node("edge-1", taints=[taint]), *(node(f"worker-{n}") for n in range(1, 6)))
    place.run(pod("unplaced", nodeSelector={"disk": "none"}))
    assert place.why("unplaced") == (
        "0/6 nodes are available: 1 node(s) had untolerated taint(s), 5 node(s) didn't match Pod's node "
        "affinity/selector. no new claims to deallocate, preemption: 0/6 nodes are available: 6 Preemption is not "
        "helpful for scheduling."
    )
    (event,) = place.store.list("events", "shop")
    assert (event["reason"], event["type"]) == ("FailedScheduling", "Warning")


def test_no_node_at_all() -> None:
    place = Place()
    place.run(pod("web-1"))
    assert place.why("web-1") == "no nodes available to schedule pods"


def test_a_pod_that_waits_goes_as_soon_as_it_can() -> None:
    place = Place(node("a", unschedulable=True))
    place.run(pod("web-1"))
    assert "node(s) were unschedulable" in place.why("web-1")
    place.store.modify("nodes", "a", change=lambda obj: obj["spec"].pop("unschedulable"))
    assert place.until(lambda: place.where("web-1")) <= 2


def test_room_that_becomes_free_is_used() -> None:
    place = Place(node("a", cpu="1"))
    place.run(pod("web-1", "1"), pod("web-2", "1"))
    place.store.delete("pods", "web-1", "shop")
    assert place.until(lambda: place.where("web-2") == "a") <= 2


def test_a_heartbeat_is_no_reason_to_look_again() -> None:
    place = Place(node("a", unschedulable=True))
    place.run(pod("web-1"))
    before = len(place.store.list("events", "shop"))
    for number in range(5):
        found = place.get("nodes", "a", "")
        found["status"]["beat"] = str(number)
        place.store.update(found)
        place.step(2)
    assert len(place.store.list("events", "shop")) == before


@pytest.mark.parametrize(
    ("row", "node_name"),
    [
        ({"key": "zone", "operator": "In", "values": ["two"]}, "b"),
        ({"key": "zone", "operator": "NotIn", "values": ["two"]}, "a"),
        ({"key": "size", "operator": "Gt", "values": ["5"]}, "b"),
        ({"key": "gone", "operator": "DoesNotExist"}, "b"),
    ],
)
def test_node_affinity(row: Object, node_name: str) -> None:
    place = Place(
        node("a", labels={"zone": "one", "size": "3", "gone": "no"}), node("b", labels={"zone": "two", "size": "9"})
    )
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [row]}]}}
    assert place.run(pod("web-1", affinity={"nodeAffinity": required})) == [node_name]


def test_a_pod_pinned_by_name_as_the_daemonset_controller_does() -> None:
    place = Place(node("a"), node("b"))
    fields = [{"key": "metadata.name", "operator": "In", "values": ["b"]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": fields}]}}
    assert place.run(pod("web-1", affinity={"nodeAffinity": required})) == ["b"]


def test_anti_affinity_keeps_pods_of_one_moment_apart() -> None:
    """Both are looked at before the cache knows where the first one went."""
    term = {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
    rule = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    place = Place(node("a"), node("b"))
    assert sorted(place.run(*(pod(f"web-{n}", affinity=rule) for n in range(3)))) == ["", "a", "b"]
    assert "2 node(s) didn't match pod anti-affinity rules" in " ".join(
        each["message"] for each in place.store.list("events", "shop")
    )


def test_other_schedulers_pods_and_gated_ones_are_left_alone() -> None:
    place = Place(node("a"))
    assert place.run(pod("web-1", schedulerName="mine"), pod("web-2", schedulingGates=[{"name": "hold"}])) == ["", ""]
