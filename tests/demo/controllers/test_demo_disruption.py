"""Disruption budgets: how many pods may go."""

from typing import Any

import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.disruption import Disruption
from tests.support.inside import Inside

Object = dict[str, Any]


@pytest.fixture
def guarded(inside: Inside) -> Inside:
    Disruption(inside.world)
    return inside


def owner(inside: Inside, replicas: int) -> Object:
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}}
    meta = {"name": "web", "namespace": "shop"}
    return inside.store.create({"kind": "ReplicaSet", "apiVersion": "apps/v1", "metadata": meta, "spec": spec})


def pods(inside: Inside, ready: int, unready: int = 0, of: Object | None = None) -> None:
    rows: list[Object] = []
    if of is not None:
        rows = [
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": "web",
                "uid": of["metadata"]["uid"],
                "controller": True,
            }
        ]
    for number in range(ready + unready):
        meta = {"name": f"web-{number}", "namespace": "shop", "labels": {"app": "web"}, "ownerReferences": rows}
        condition = {"type": "Ready", "status": "True" if number < ready else "False"}
        status = {"phase": "Running", "conditions": [condition]}
        inside.store.create({"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": {}, "status": status})


def budget(inside: Inside, **spec: Any) -> Object:
    meta = {"name": "web", "namespace": "shop"}
    selector = {"matchLabels": {"app": "web"}}
    head = {"kind": "PodDisruptionBudget", "apiVersion": "policy/v1", "metadata": meta}
    inside.registry.create({**head, "spec": {"selector": selector, **spec}})
    inside.step(1)
    return status(inside)


def status(inside: Inside) -> Object:
    found = inside.get("poddisruptionbudgets.policy", "web", "shop")["status"]
    return {**found, "conditions": [(row["status"], row["reason"]) for row in found["conditions"]]}


@pytest.mark.parametrize(
    ("spec", "allowed", "desired", "expected"),
    [
        ({"minAvailable": 2}, 1, 2, 3),
        ({"minAvailable": 3}, 0, 3, 3),
        ({"minAvailable": "50%"}, 1, 2, 3),
        ({"maxUnavailable": 1}, 1, 2, 3),
        ({"maxUnavailable": "50%"}, 2, 1, 3),
        ({"maxUnavailable": 0}, 0, 3, 3),
    ],
)
def test_what_a_budget_allows(guarded: Inside, spec: Object, allowed: int, desired: int, expected: int) -> None:
    pods(guarded, 3, of=owner(guarded, 3))
    found = budget(guarded, **spec)
    assert found == {
        "observedGeneration": 1,
        "disruptionsAllowed": allowed,
        "currentHealthy": 3,
        "desiredHealthy": desired,
        "expectedPods": expected,
        "conditions": [("True", "SufficientPods") if allowed else ("False", "InsufficientPods")],
    }


def test_a_pod_without_a_controller_expects_none_and_refuses(guarded: Inside) -> None:
    """recordings/apiserver/eviction.json, `lone`."""
    pods(guarded, 1)
    found = budget(guarded, maxUnavailable=1)
    assert (found["expectedPods"], found["currentHealthy"], found["disruptionsAllowed"]) == (0, 1, 0)


def test_unready_pods_are_not_healthy(guarded: Inside) -> None:
    pods(guarded, 2, 1, of=owner(guarded, 3))
    found = budget(guarded, minAvailable=2)
    assert (found["currentHealthy"], found["disruptionsAllowed"]) == (2, 0)


def test_a_granted_eviction_counts_until_the_pod_goes_or_two_minutes_are_over(guarded: Inside) -> None:
    pods(guarded, 3, of=owner(guarded, 3))
    budget(guarded, minAvailable=2)
    found = guarded.get("poddisruptionbudgets.policy", "web", "shop")
    found["status"] |= {"disruptedPods": {"web-0": stamp(guarded.clock.now())}, "disruptionsAllowed": 0}
    guarded.registry.update_status(found)
    guarded.step(1)
    assert (status(guarded)["disruptionsAllowed"], list(status(guarded)["disruptedPods"])) == (0, ["web-0"])
    guarded.until(lambda: "disruptedPods" not in status(guarded), 130)
    assert status(guarded)["disruptionsAllowed"] == 1


def test_pods_that_nobody_controls_are_told_of(guarded: Inside) -> None:
    pods(guarded, 1)
    budget(guarded, maxUnavailable=1)
    (event,) = guarded.store.list("events")
    assert (event["reason"], event["involvedObject"]["kind"]) == ("UnmanagedPods", "PodDisruptionBudget")
    words = "(selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]"
    assert words + "LabelSelectorRequirement{},})" in event["message"]
