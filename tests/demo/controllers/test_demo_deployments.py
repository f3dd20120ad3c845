"""Deployments beyond what was recorded: strategies, scaling in the middle of a rollout, history, adoption."""

from collections.abc import Callable
from typing import Any

import pytest

from k8stui.demo.controllers.deployments import Deployments
from k8stui.demo.controllers.replicasets import ReplicaSets
from k8stui.demo.storage.objects import controller_uid, ending
from tests.support.inside import Inside
from tests.support.owned import owner, template
from tests.support.podplay import PodPlay

Object = dict[str, Any]


@pytest.fixture
def world(inside: Inside) -> Inside:
    Deployments(inside.world)
    ReplicaSets(inside.world)
    return inside


def change(inside: Inside, what: Callable[[Object], None]) -> None:
    found = inside.get("deployments.apps", "web")
    what(found)
    inside.registry.update(found)


def release(inside: Inside, number: int) -> None:
    change(inside, lambda found: found["spec"].update(template=template(image=f"registry.example/web:{number}")))


def sizes(inside: Inside) -> dict[str, int]:
    """Image tag and size of every ReplicaSet."""
    return {
        each["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2]: each["spec"]["replicas"]
        for each in inside.store.list("replicasets.apps")
    }


def condition(inside: Inside, kind: str) -> Object:
    rows = inside.get("deployments.apps", "web")["status"]["conditions"]
    found: Object = next(row for row in rows if row["type"] == kind)
    return found


def test_a_rolling_update_never_leaves_its_bounds(world: Inside) -> None:
    PodPlay(world, start=2.0, stop=3.0)
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "30%", "maxUnavailable": "25%"}}
    world.registry.create(owner("Deployment", replicas=7, strategy=rolling))
    world.step(20)
    release(world, 2)
    most, least = 0, 7
    for _ in range(600):
        world.step(0.1)
        status = world.get("deployments.apps", "web")["status"]
        most, least = max(most, status["replicas"]), min(least, status["availableReplicas"])
    assert sizes(world) == {"1": 0, "2": 7}
    assert (most, least) == (10, 6)  # 30% of 7 is 2.1, rounded up; 25% is 1.75, rounded down


def test_neither_surge_nor_unavailable_would_never_move(world: Inside) -> None:
    """One may be unavailable then, and a new pod waits until the old one has gone from the count."""
    PodPlay(world)
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": "10%"}}
    world.registry.create(owner("Deployment", replicas=3, strategy=rolling))
    world.step(10)
    release(world, 2)
    world.step(30)
    assert sizes(world) == {"1": 0, "2": 3}
    words = [each["message"] for each in world.store.list("events") if each["reason"] == "ScalingReplicaSet"]
    assert len(words) == 7
    assert all("from" in each for each in words)


def test_recreate_waits_until_the_last_old_pod_is_gone(world: Inside) -> None:
    PodPlay(world, stop=5.0)
    world.registry.create(owner("Deployment", replicas=2, strategy={"type": "Recreate"}))
    world.step(5)
    release(world, 2)
    world.step(4)
    assert sizes(world) == {"1": 0}
    assert all(map(ending, world.store.list("pods")))
    world.step(6)
    assert sizes(world) == {"1": 0, "2": 2}
    assert condition(world, "Progressing")["reason"] == "NewReplicaSetAvailable"


def test_a_size_that_changes_in_a_rollout_is_shared_in_proportion(world: Inside) -> None:
    """The example of the documentation: 8 and 5 of 10 with a surge of 3, scaled to 15."""
    PodPlay(world, runs=lambda pod: pod["spec"]["containers"][0]["image"].endswith(":1"))
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    world.registry.create(owner("Deployment", replicas=10, strategy=rolling))
    world.step(10)
    release(world, 2)
    world.step(10)
    assert sizes(world) == {"1": 8, "2": 5}
    change(world, lambda found: found["spec"].update(replicas=15))
    world.step(10)
    assert sizes(world) == {"1": 11, "2": 7}
    change(world, lambda found: found["spec"].update(replicas=0))
    world.step(10)
    assert sizes(world) == {"1": 0, "2": 0}


def test_a_paused_one_can_be_scaled(world: Inside) -> None:
    PodPlay(world)
    world.registry.create(owner("Deployment", replicas=2, paused=True))
    world.step(5)
    assert world.store.list("replicasets.apps") == []
    change(world, lambda found: found["spec"].pop("paused"))
    world.step(5)
    change(world, lambda found: found["spec"].update(paused=True, replicas=4))
    world.step(5)
    assert sizes(world) == {"1": 4}
    assert condition(world, "Progressing")["reason"] == "DeploymentPaused"


def test_a_pod_counts_when_it_was_ready_for_long_enough(world: Inside) -> None:
    PodPlay(world)
    world.registry.create(owner("Deployment", replicas=1, minReadySeconds=30))
    world.step(25)
    assert "availableReplicas" not in world.get("deployments.apps", "web")["status"]
    assert condition(world, "Available")["status"] == "False"
    world.step(10)
    assert world.get("deployments.apps", "web")["status"]["availableReplicas"] == 1
    assert condition(world, "Available")["status"] == "True"


def test_old_replicasets_beyond_the_history_limit_go(world: Inside) -> None:
    PodPlay(world)
    world.registry.create(owner("Deployment", replicas=1, revisionHistoryLimit=2))
    for number in range(1, 6):
        release(world, number)
        world.step(10)
    assert sizes(world) == {"3": 0, "4": 0, "5": 1}


def test_a_pod_that_is_deleted_comes_again(world: Inside) -> None:
    PodPlay(world)
    world.registry.create(owner("Deployment", replicas=3))
    world.step(5)
    first = world.store.list("pods")[0]["metadata"]
    world.registry.delete("pods", first["name"], "default")
    world.step(5)
    names = {pod["metadata"]["name"] for pod in world.store.list("pods")}
    assert len(names) == 3
    assert first["name"] not in names


def test_an_orphaned_replicaset_of_the_same_template_is_adopted(world: Inside) -> None:
    PodPlay(world)
    made = world.registry.create(owner("Deployment", replicas=2))
    world.step(5)
    (old,) = world.store.list("replicasets.apps")
    old["metadata"].pop("ownerReferences")
    world.store.delete("deployments.apps", "web", "default")
    world.registry.update(old)
    world.step(5)
    pods = {pod["metadata"]["uid"] for pod in world.store.list("pods")}
    again = world.registry.create(owner("Deployment", replicas=2))
    world.step(5)
    (adopted,) = world.store.list("replicasets.apps")
    assert controller_uid(adopted) == again["metadata"]["uid"] != made["metadata"]["uid"]
    assert {pod["metadata"]["uid"] for pod in world.store.list("pods")} == pods
    assert condition(world, "Available")["status"] == "True"


def test_one_that_is_being_deleted_makes_nothing(world: Inside) -> None:
    PodPlay(world)
    made = owner("Deployment", replicas=2)
    made["metadata"]["finalizers"] = ["example.com/wait"]
    world.registry.create(made)
    world.step(5)
    world.registry.delete("deployments.apps", "web", "default")
    world.store.delete("replicasets.apps", world.store.list("replicasets.apps")[0]["metadata"]["name"], "default")
    world.step(5)
    assert world.store.list("replicasets.apps") == []


def test_when_nothing_changes_nothing_is_written(world: Inside) -> None:
    PodPlay(world)
    world.registry.create(owner("Deployment", replicas=3))
    world.step(10)
    before = world.store.revision
    world.step(3600)
    assert world.store.revision == before


def test_the_same_seed_gives_the_same_names() -> None:
    def names(seed: int) -> list[str]:
        inside = Inside(seed)
        Deployments(inside.world)
        ReplicaSets(inside.world)
        inside.registry.create(owner("Deployment", replicas=3))
        inside.step(5)
        return [pod["metadata"]["name"] for pod in inside.store.list("pods")]

    assert names(4) == names(4)
    assert names(4) != names(5)
    assert {name.rpartition("-")[0] for name in names(4)} == {name.rpartition("-")[0] for name in names(5)}
