"""A node that says nothing: Unknown, tainted, emptied; and a cordon's taint."""

from typing import Any

import pytest

from k8stui.demo.clock import micro, stamp
from k8stui.demo.controllers.nodelifecycle import NodeLifecycle, TaintEviction
from k8stui.demo.storage.changes import Change
from tests.support.inside import Inside

Object = dict[str, Any]


class House(Inside):
    """One node with pods on it; `beat` is its kubelet."""

    def __init__(self) -> None:
        super().__init__(namespaces=("default", "shop", "kube-node-lease"))
        at = stamp(self.clock.now())
        rows = [
            {"type": kind, "status": value, "lastHeartbeatTime": at, "lastTransitionTime": at}
            for kind, value in (
                ("MemoryPressure", "False"),
                ("DiskPressure", "False"),
                ("PIDPressure", "False"),
                ("Ready", "True"),
            )
        ]
        node = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "edge-1"}, "spec": {}}
        self.store.create({**node, "status": {"conditions": rows}})
        lease = {"kind": "Lease", "apiVersion": "coordination.k8s.io/v1"}
        meta = {"name": "edge-1", "namespace": "kube-node-lease"}
        self.store.create({**lease, "metadata": meta, "spec": {"renewTime": micro(self.clock.now())}})
        NodeLifecycle(self.world)
        TaintEviction(self.world)

    def pod(self, name: str, seconds: int | None = 300) -> None:
        rows: list[Object] = [
            {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute"}
            for key in ("not-ready", "unreachable")
        ]
        for row in rows if seconds is not None else ():
            row["tolerationSeconds"] = seconds
        spec = {"containers": [{"name": "app", "image": "busybox"}], "nodeName": "edge-1", "tolerations": rows}
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": stamp(self.clock.now())}
        meta = {"name": name, "namespace": "shop"}
        status = {"phase": "Running", "conditions": [ready]}
        self.store.create({"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": spec, "status": status})

    def beat(self) -> None:
        def change(lease: Object) -> None:
            lease["spec"]["renewTime"] = micro(self.clock.now())

        self.store.modify("leases.coordination.k8s.io", "edge-1", "kube-node-lease", change=change)

    def node(self) -> Object:
        return self.get("nodes", "edge-1", "")

    def taints(self) -> list[tuple[str, str]]:
        return [(row["key"].rpartition("/")[2], row["effect"]) for row in self.node()["spec"].get("taints", [])]

    def ready(self) -> str:
        return next(str(row["status"]) for row in self.node()["status"]["conditions"] if row["type"] == "Ready")

    def ending(self, name: str) -> bool:
        return "deletionTimestamp" in self.get("pods", name, "shop")["metadata"]


@pytest.fixture
def house() -> House:
    return House()


def test_a_cordons_taint_follows_and_goes_again(house: House) -> None:
    house.store.modify("nodes", "edge-1", change=lambda node: node["spec"].update(unschedulable=True))
    house.step(0.5)
    assert house.taints() == [("unschedulable", "NoSchedule")]
    assert house.node()["spec"]["taints"][0]["timeAdded"]
    house.store.modify("nodes", "edge-1", change=lambda node: node["spec"].pop("unschedulable"))
    house.step(0.5)
    assert "taints" not in house.node()["spec"]


def test_a_silent_node_is_unknown_within_fifty_seconds_and_tainted_at_once(house: House) -> None:
    house.pod("ordinary")
    house.step(30)
    house.beat()
    took = house.until(lambda: house.ready() == "Unknown", 60)
    assert 40 <= took <= 50
    house.step(0.5)
    assert house.taints() == [("unreachable", "NoSchedule"), ("unreachable", "NoExecute")]
    assert {row["status"] for row in house.node()["status"]["conditions"]} == {"Unknown"}
    pod = house.get("pods", "ordinary", "shop")
    assert (pod["status"]["phase"], pod["status"]["conditions"][0]["status"]) == ("Running", "False")
    reasons = [each["reason"] for each in house.store.list("events")]
    assert "NodeNotReady" in reasons


def test_pods_go_when_their_patience_is_over(house: House) -> None:
    house.pod("hasty", 10)
    house.pod("ordinary", 300)
    house.pod("eternal", None)
    house.until(lambda: house.ready() == "Unknown", 60)
    assert 9 <= house.until(lambda: house.ending("hasty"), 20) <= 11
    condition = house.get("pods", "hasty", "shop")["status"]["conditions"][-1]
    assert (condition["type"], condition["reason"]) == ("DisruptionTarget", "DeletionByTaintManager")
    assert not house.ending("ordinary")
    house.until(lambda: house.ending("ordinary"), 400)
    house.step(600)
    assert not house.ending("eternal")
    assert "TaintManagerEviction" in [each["reason"] for each in house.store.list("events", "shop")]


def test_a_heartbeat_keeps_a_node_well(house: House) -> None:
    for _ in range(20):
        house.step(10)
        house.beat()
    assert house.ready() == "True"
    assert house.taints() == []


def test_who_comes_to_a_tainted_node_later_has_its_whole_patience(house: House) -> None:
    house.until(lambda: house.ready() == "Unknown", 60)
    house.step(100)
    house.pod("late", 10)
    assert 9 <= house.until(lambda: house.ending("late"), 20) <= 11


def test_taints_against_scheduling_come_first_and_each_effect_in_a_write(house: House) -> None:
    seen: list[list[str]] = []
    nodes = house.store.catalog.named("nodes")

    def changed(change: Change) -> None:
        seen.append([row["effect"] for row in house.store.decode(nodes, change.after)["spec"].get("taints", [])])

    house.store.on_change(nodes, changed)
    house.until(lambda: house.ready() == "Unknown", 60)
    house.step(1)
    assert seen == [[], ["NoSchedule"], ["NoSchedule", "NoExecute"]]


def test_a_pressure_taints_and_an_operators_own_taint_stays(house: House) -> None:
    mine = {"key": "edge", "value": "true", "effect": "NoSchedule"}

    def press(node: Object) -> None:
        node["spec"]["taints"] = [mine]
        node["status"]["conditions"][1]["status"] = "True"

    house.store.modify("nodes", "edge-1", change=press)
    house.step(0.5)
    assert house.taints() == [("edge", "NoSchedule"), ("disk-pressure", "NoSchedule")]
