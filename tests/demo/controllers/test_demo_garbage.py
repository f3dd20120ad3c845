"""The garbage collector: background, foreground, orphan, and owners that never were."""

from typing import Any

import pytest

from k8stui.demo.controllers.garbage import GarbageCollector
from k8stui.demo.registry.options import Deletion
from tests.support.inside import Inside

Object = dict[str, Any]


@pytest.fixture
def heap(inside: Inside) -> Inside:
    GarbageCollector(inside.world)
    return inside


def make(inside: Inside, name: str, *owners: Object, block: bool = True, **meta: Any) -> Object:
    rows = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": each["metadata"]["name"], "uid": each["metadata"]["uid"],
         "controller": number == 0, "blockOwnerDeletion": block}
        for number, each in enumerate(owners)
    ]  # fmt: skip
    metadata = {"name": name, "namespace": "shop", **meta} | ({"ownerReferences": rows} if rows else {})
    return inside.registry.create({"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata})


def names(inside: Inside) -> list[str]:
    return [each["metadata"]["name"] for each in inside.store.list("configmaps", "shop")]


def delete(inside: Inside, name: str, propagation: str) -> None:
    inside.registry.delete("configmaps", name, "shop", options=Deletion(propagation=propagation))


def test_background_takes_the_whole_tree(heap: Inside) -> None:
    top = make(heap, "top")
    middle = make(heap, "middle", top)
    make(heap, "leaf", middle)
    make(heap, "other")
    heap.step(1)
    delete(heap, "top", "Background")
    assert "top" not in names(heap)
    heap.step(2)
    assert names(heap) == ["other"]


def test_foreground_waits_for_the_leaves(heap: Inside) -> None:
    top = make(heap, "top")
    middle = make(heap, "middle", top)
    make(heap, "leaf", middle, finalizers=["example.com/hold"])
    heap.step(1)
    delete(heap, "top", "Foreground")
    heap.step(5)
    assert names(heap) == ["leaf", "middle", "top"]
    heap.store.modify("configmaps", "leaf", "shop", change=lambda obj: obj["metadata"].update(finalizers=[]))
    heap.registry.update(heap.get("configmaps", "leaf", "shop"))
    heap.step(5)
    assert names(heap) == []


def test_foreground_does_not_wait_for_what_does_not_block(heap: Inside) -> None:
    top = make(heap, "top")
    make(heap, "leaf", top, block=False, finalizers=["example.com/hold"])
    heap.step(1)
    delete(heap, "top", "Foreground")
    heap.step(2)
    assert names(heap) == ["leaf"]


def test_orphans_live_on_without_their_owner(heap: Inside) -> None:
    top = make(heap, "top")
    make(heap, "leaf", top)
    heap.step(1)
    delete(heap, "top", "Orphan")
    heap.step(2)
    assert names(heap) == ["leaf"]
    assert "ownerReferences" not in heap.get("configmaps", "leaf", "shop")["metadata"]


def test_one_of_two_owners_is_enough_to_stay(heap: Inside) -> None:
    one, two = make(heap, "one"), make(heap, "two")
    make(heap, "leaf", one, two)
    heap.step(1)
    delete(heap, "one", "Background")
    heap.step(2)
    assert names(heap) == ["leaf", "two"]
    assert [row["name"] for row in heap.get("configmaps", "leaf", "shop")["metadata"]["ownerReferences"]] == ["two"]
    delete(heap, "two", "Background")
    heap.step(2)
    assert names(heap) == []


def test_an_owner_that_never_was_is_no_owner(heap: Inside) -> None:
    make(heap, "leaf", {"metadata": {"name": "ghost", "uid": "11111111-2222-3333-4444-555555555555"}})
    heap.step(2)
    assert names(heap) == []


def test_made_load_is_left_alone(inside: Inside) -> None:
    ghost = {"apiVersion": "v1", "kind": "ConfigMap", "name": "ghost", "uid": "x"}
    meta = {"name": "a", "namespace": "load", "ownerReferences": [ghost]}
    inside.store.create({"kind": "ConfigMap", "apiVersion": "v1", "metadata": meta})
    GarbageCollector(inside.world)
    inside.step(2)
    assert len(inside.store.list("configmaps", "load")) == 1
