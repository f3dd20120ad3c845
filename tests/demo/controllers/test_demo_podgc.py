"""Pods that nobody would end: on a node that is gone or out of service, or on none."""

from typing import Any

import pytest

from k8stui.demo.controllers.podgc import PodGarbageCollector
from k8stui.demo.registry.registry import Deletion
from tests.support.inside import Inside

Object = dict[str, Any]
TAINT = {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"}


class House(Inside):
    """One node that is not ready, with pods on it, and what became of them."""

    def __init__(self) -> None:
        super().__init__(namespaces=("default", "shop"))
        meta: Object = {"name": "edge-1"}
        status = {"conditions": [{"type": "Ready", "status": "Unknown"}]}
        self.store.create({"kind": "Node", "apiVersion": "v1", "metadata": meta, "spec": {}, "status": status})
        self.seen: list[Object] = []
        pods = self.store.catalog.named("pods")
        self.store.on_change(pods, lambda change: self.seen.append(self.store.decode(pods, change.after)))
        PodGarbageCollector(self.world)

    def pod(self, name: str, node: str = "edge-1") -> None:
        spec = {"containers": [{"name": "app", "image": "busybox"}], "nodeName": node}
        meta = {"name": name, "namespace": "shop"}
        self.store.create(
            {"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": spec, "status": {"phase": "Running"}}
        )

    def names(self) -> list[str]:
        return sorted(pod["metadata"]["name"] for pod in self.store.list("pods", "shop"))

    def change(self, **spec: Any) -> None:
        self.store.modify("nodes", "edge-1", change=lambda node: node["spec"].update(spec))


@pytest.fixture
def house() -> House:
    return House()


def test_what_is_terminating_on_a_node_out_of_service_fails_and_goes(house: House) -> None:
    house.pod("going")
    house.pod("staying")
    house.world.registry.delete("pods", "going", "shop", options=Deletion(grace=30))
    house.step(60)
    assert house.names() == ["going", "staying"]  # unreachable alone is not enough
    house.change(taints=[TAINT])
    house.until(lambda: house.names() == ["staying"], 21)
    assert house.seen[-1]["metadata"]["name"] == "going"
    assert house.seen[-1]["status"]["phase"] == "Failed"


def test_a_ready_node_is_in_service_whatever_its_taints_say(house: House) -> None:
    house.change(taints=[TAINT])
    house.store.modify("nodes", "edge-1", change=lambda node: node["status"]["conditions"][0].update(status="True"))
    house.pod("going")
    house.world.registry.delete("pods", "going", "shop", options=Deletion(grace=30))
    house.step(60)
    assert house.names() == ["going"]


def test_pods_of_a_node_that_was_deleted_are_given_up_after_a_while(house: House) -> None:
    house.pod("orphan")
    house.pod("other", "edge-2")
    meta: Object = {"name": "edge-2"}
    house.store.create({"kind": "Node", "apiVersion": "v1", "metadata": meta, "spec": {}, "status": {}})
    house.store.delete("nodes", "edge-1")
    took = house.until(lambda: house.names() == ["other"], 100)
    assert 40 <= took <= 65
    last = house.seen[-1]
    assert last["metadata"]["name"] == "orphan"
    assert last["status"]["phase"] == "Failed"
    assert last["status"]["conditions"][-1]["reason"] == "DeletionByPodGC"
