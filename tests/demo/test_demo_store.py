"""Revisions, the event log's window, and what a write changes."""

import asyncio

import pytest

from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.store import Object, Store
from tests.support.clock import START, ManualClock
from tests.support.objects import configmap, node, pod, poison


def make(clock: ManualClock | None = None, **options: int) -> Store:
    return Store(clock or ManualClock(), Catalog(), **options)


def names(objects: list[Object]) -> list[str]:
    return [obj["metadata"]["name"] for obj in objects]


def test_a_create_sets_uid_stamp_generation_and_revision() -> None:
    store = make()
    made = store.create(pod("web"))
    assert made["metadata"]["creationTimestamp"] == "2026-09-21T14:13:20Z"
    assert made["metadata"]["generation"] == 1
    assert made["metadata"]["resourceVersion"] == str(store.revision)
    assert store.get("pods", "web", "default") == made


def test_equal_seeds_give_equal_uids() -> None:
    first, second, other = (make(seed=seed).create(pod("web"))["metadata"]["uid"] for seed in (1, 1, 2))
    assert first == second != other


def test_one_counter_serves_all_kinds() -> None:
    store = make()
    versions = [int(store.create(obj)["metadata"]["resourceVersion"]) for obj in (pod("a"), node("b"), configmap("c"))]
    assert versions == [store.revision - 2, store.revision - 1, store.revision]


def test_a_write_that_changes_nothing_keeps_the_version() -> None:
    store = make()
    made = store.create(pod("web"))
    assert store.update(dict(made)) == made
    assert len(store.table(store.catalog.named("pods")).log.after(0)) == 1


def test_only_a_changed_spec_raises_the_generation() -> None:
    store = make()
    store.create(pod("web"))
    labelled = store.modify("pods", "web", "default", change=lambda obj: obj["metadata"].update(labels={"a": "b"}))
    moved = store.modify("pods", "web", "default", change=lambda obj: obj["spec"].update(nodeName="other"))
    phased = store.modify("pods", "web", "default", change=lambda obj: obj["status"].update(phase="Failed"))
    assert [obj["metadata"]["generation"] for obj in (labelled, moved, phased)] == [1, 2, 2]


def test_an_annotation_raises_the_generation_of_a_deployment_only() -> None:
    store = make()
    for kind in ("Deployment", "StatefulSet"):
        store.create({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": {}})
    generations = []
    for resource in ("deployments", "statefulsets"):
        obj = store.modify(
            resource, "web", "default", change=lambda obj: obj["metadata"].update(annotations={"a": "b"})
        )
        generations.append(obj["metadata"]["generation"])
    assert generations == [2, 1]


def test_a_stale_update_is_a_conflict() -> None:
    store = make()
    old = store.create(configmap("c"))
    store.modify("configmaps", "c", "default", change=lambda obj: obj.update(data={"k": "2"}))
    with pytest.raises(Refusal, match="the object has been modified") as caught:
        store.update(old)
    assert caught.value.code == 409


def test_a_deleted_object_is_gone_and_its_last_event_is_newer_than_its_last_state() -> None:
    store = make()
    made = store.create(pod("web"))
    gone = store.delete("pods", "web", "default")
    assert int(gone["metadata"]["resourceVersion"]) > int(made["metadata"]["resourceVersion"])
    with pytest.raises(Refusal, match='pods "web" not found'):
        store.get("pods", "web", "default")


def test_objects_are_listed_in_key_order_by_namespace() -> None:
    store = make()
    for name, namespace in (("b", "one"), ("a", "two"), ("a", "one"), ("x", "on")):
        store.create(pod(name, namespace))
    assert names(store.list("pods")) == ["x", "a", "b", "a"]
    assert names(store.list("pods", "one")) == ["a", "b"]


def test_the_past_can_be_listed_as_far_as_the_log_reaches() -> None:
    store = make()
    store.create(pod("kept"))
    store.create(pod("deleted"))
    store.create(pod("changed"))
    then = store.revision
    before = store.list("pods")
    store.delete("pods", "deleted", "default")
    store.create(pod("new"))
    store.modify("pods", "changed", "default", change=lambda obj: obj["metadata"].update(labels={"a": "b"}))
    kind = store.catalog.named("pods")
    past = [store.decode(kind, entry) for entry in store.table(kind).as_of(then, None)]
    assert past == before


def test_the_window_bounds_the_log_and_its_floor_follows() -> None:
    store = make(window=3)
    versions = [int(store.create(pod(f"p{index}"))["metadata"]["resourceVersion"]) for index in range(20)]
    log = store.table(store.catalog.named("pods")).log
    assert log.floor == versions[-4]
    assert [change.version for change in log.after(log.floor)] == versions[-3:]
    assert len(log.after(0)) <= 6


def test_compaction_forgets_everything_before_now() -> None:
    store = make()
    store.create(pod("web"))
    store.compact()
    log = store.table(store.catalog.named("pods")).log
    assert log.floor == store.revision
    assert log.after(0) == []


def test_a_burst_wakes_a_waiting_watcher_once() -> None:
    store = make()
    log = store.table(store.catalog.named("pods")).log
    event = asyncio.Event()
    log.wait(event)
    store.create(pod("a"))
    assert event.is_set()
    event.clear()
    store.create(pod("b"))
    assert not event.is_set()


def test_a_poisonous_object_is_stored_as_it_is() -> None:
    store = make()
    store.create(poison("bad"))
    store.create(pod("worse") | {"metadata": {"name": "worse", "labels": 5}})
    assert store.get("pods", "bad", "default")["status"]["containerStatuses"] == "boom"
    assert store.get("pods", "worse", "default")["metadata"]["labels"] == 5


def test_the_stamp_follows_the_clock() -> None:
    clock = ManualClock(START)
    store = make(clock)
    clock.advance(60)
    assert store.create(node("n"))["metadata"]["creationTimestamp"] == "2026-09-21T14:14:20Z"


def test_generate_name_makes_a_name_that_another_object_does_not_have() -> None:
    store = make()
    made = {store.create(configmap("") | {"metadata": {"generateName": "c-"}})["metadata"]["name"] for _ in range(50)}
    assert len(made) == 50
    assert all(name.startswith("c-") and len(name) == 7 for name in made)
