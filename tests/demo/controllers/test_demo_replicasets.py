"""ReplicaSets and ReplicationControllers: what is made, what goes first, who belongs to whom."""

from typing import Any

import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.podcontrol import PodControl
from k8stui.demo.controllers.ranking import COST, to_delete
from k8stui.demo.controllers.replicasets import ReplicaSets, ReplicationControllers
from k8stui.demo.storage.errors import Refusal
from tests.support.clock import START
from tests.support.inside import Inside
from tests.support.owned import owner, template
from tests.support.podplay import PodPlay

Object = dict[str, Any]


def pod(
    name: str, *, node: str = "n1", phase: str = "Running", ready: float | None = 100, cost: int = 0, **more: Any
) -> Object:
    """`ready` is how many seconds ago it became ready; None when it is not."""
    at = stamp(START - (ready or 0))
    rows = [{"type": "Ready", "status": "False" if ready is None else "True", "lastTransitionTime": at}]
    meta: Object = {"name": name, "uid": name, "creationTimestamp": stamp(START - more.get("age", 1000))}
    if cost:
        meta["annotations"] = {COST: str(cost)}
    containers = [{"name": "c", "restartCount": more.get("restarts", 0)}]
    status = {"phase": phase, "conditions": rows, "containerStatuses": containers}
    return {"metadata": meta, "spec": {"nodeName": node}, "status": status}


@pytest.mark.parametrize(
    ("goes", "stays"),
    [
        (pod("b", node=""), pod("a", phase="Pending", ready=None)),
        (pod("b", phase="Pending", ready=None), pod("a", phase="Unknown", ready=None)),
        (pod("b", phase="Unknown", ready=None), pod("a", ready=None)),
        (pod("b", ready=None), pod("a")),
        (pod("b", cost=-5), pod("a")),
        (pod("b"), pod("a", cost=1, ready=1)),
        (pod("b", ready=10), pod("a", ready=1000)),
        (pod("b", ready=None, restarts=4), pod("a", ready=None, restarts=1)),
        (pod("b", ready=None, age=10), pod("a", ready=None, age=5000)),
    ],
)
def test_which_of_two_goes_first(goes: Object, stays: Object) -> None:
    assert to_delete([stays, goes], [stays, goes], 1, START) == [goes]
    assert to_delete([goes, stays], [stays, goes], 1, START) == [goes]


def test_of_two_about_as_old_the_uid_decides() -> None:
    one, other = pod("a", ready=100), pod("b", ready=101)
    assert to_delete([other, one], [one, other], 1, START) == [one]


def test_a_crowded_node_gives_first() -> None:
    pods = [pod("a", node="n2", ready=5), pod("b", node="n1"), pod("c", node="n1")]
    assert [each["metadata"]["name"] for each in to_delete(pods, pods, 1, START)] == ["b"]


def test_it_scales_both_ways_and_says_so(inside: Inside) -> None:
    ReplicaSets(inside.world)
    PodPlay(inside)
    inside.registry.create(owner("ReplicaSet", replicas=3))
    inside.step(5)
    found = inside.get("replicasets.apps", "web")
    found["spec"]["replicas"] = 1
    inside.registry.update(found)
    inside.step(5)
    found = inside.get("replicasets.apps", "web")
    assert found["status"] == {
        "replicas": 1,
        "fullyLabeledReplicas": 1,
        "readyReplicas": 1,
        "availableReplicas": 1,
        "observedGeneration": 2,
    }
    (left,) = inside.store.list("pods")
    assert left["metadata"]["generateName"] == "web-"
    assert left["metadata"]["ownerReferences"] == [
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "name": "web",
            "uid": found["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    events = [(each["reason"], each["source"]["component"]) for each in inside.store.list("events")]
    assert (
        sorted(events)
        == [("SuccessfulCreate", "replicaset-controller")] * 3 + [("SuccessfulDelete", "replicaset-controller")] * 2
    )


def test_a_pod_with_another_label_is_let_go_and_one_that_matches_is_taken(inside: Inside) -> None:
    ReplicaSets(inside.world)
    PodPlay(inside)
    inside.registry.create(owner("ReplicaSet", replicas=2))
    inside.step(5)
    freed = inside.store.list("pods")[0]
    freed["metadata"]["labels"] = {"app": "debug"}
    inside.registry.update(freed)
    inside.step(5)
    freed = inside.get("pods", freed["metadata"]["name"])
    assert "ownerReferences" not in freed["metadata"]
    assert len(inside.store.list("pods")) == 3
    freed["metadata"]["labels"] = {"app": "web"}
    inside.registry.update(freed)
    inside.step(5)
    pods = inside.store.list("pods")
    assert len(pods) == 2
    assert all(each["metadata"]["ownerReferences"][0]["name"] == "web" for each in pods)


def test_pods_are_made_in_growing_batches_until_one_is_refused(inside: Inside) -> None:
    """1, 2, 4: the third batch meets the refusal, is tried to its end, and there is no fourth."""
    workload = ReplicaSets(inside.world)
    control = PodControl(workload)
    parent = inside.registry.create(owner("ReplicaSet", replicas=0))
    tries: list[int] = []

    def make() -> Object:
        tries.append(len(tries))
        name = "once" if len(tries) in (4, 5) else f"p{len(tries)}"
        return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name, "namespace": "default"}} | {
            "spec": template()["spec"]
        }

    refusal = control.create_all(parent, [make] * 20)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "AlreadyExists"
    assert len(tries) == 7


def test_a_namespace_that_ends_is_no_reason_for_events(inside: Inside) -> None:
    ReplicaSets(inside.world)
    inside.registry.create(owner("ReplicaSet", replicas=2))
    inside.store.modify(
        "namespaces", "default", change=lambda found: found["metadata"].update(deletionTimestamp="2026-01-01T00:00:00Z")
    )
    inside.step(5)
    assert inside.store.list("pods") == []
    assert [each for each in inside.store.list("events") if each["type"] == "Warning"] == []


def test_a_replicationcontroller_is_the_same_with_a_plain_selector(inside: Inside) -> None:
    ReplicationControllers(inside.world)
    PodPlay(inside)
    made = owner("ReplicationController", api="v1", replicas=2)
    made["spec"]["selector"] = {"app": "web"}
    inside.registry.create(made)
    inside.step(5)
    assert inside.get("replicationcontrollers", "web")["status"]["readyReplicas"] == 2
    assert {each["source"]["component"] for each in inside.store.list("events")} == {"replication-controller"}
