"""The annotation that says how long a kubelet may keep what it has read."""

from k8stui.demo.controllers.nodettl import ANNOTATION, NodeTTL
from tests.support.inside import Inside


def make(inside: Inside, name: str, **annotations: str) -> None:
    meta = {"name": name, "annotations": annotations} if annotations else {"name": name}
    inside.store.create({"kind": "Node", "apiVersion": "v1", "metadata": meta, "spec": {}})


def notes(inside: Inside, name: str) -> dict[str, str]:
    return dict(inside.get("nodes", name, "")["metadata"]["annotations"])


def test_a_new_node_gets_it_beside_what_it_has(inside: Inside) -> None:
    NodeTTL(inside.world)
    make(inside, "one", mine="yes")
    make(inside, "two")
    inside.step(1)
    assert notes(inside, "one") == {"mine": "yes", ANNOTATION: "0"}
    assert notes(inside, "two") == {ANNOTATION: "0"}


def test_it_is_longer_on_a_larger_cluster(inside: Inside) -> None:
    NodeTTL(inside.world)
    for number in range(101):
        make(inside, f"node-{number}")
    inside.step(1)
    assert notes(inside, "node-100") == {ANNOTATION: "15"}
