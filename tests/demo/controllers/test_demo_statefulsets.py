"""StatefulSets beyond what was recorded: order, claims, unhealthy pods, scaling down."""

from collections.abc import Callable
from typing import Any

import pytest

from k8stui.demo.controllers.statefulsets import StatefulSets
from k8stui.demo.storage.objects import ending
from tests.support.inside import Inside
from tests.support.owned import owner, template
from tests.support.podplay import PodPlay

Object = dict[str, Any]


@pytest.fixture
def world(inside: Inside) -> Inside:
    StatefulSets(inside.world)
    return inside


def make(inside: Inside, **spec: Any) -> Object:
    return inside.registry.create(owner("StatefulSet", serviceName="web", **spec))


def change(inside: Inside, what: Callable[[Object], None]) -> None:
    found = inside.get("statefulsets.apps", "web")
    what(found)
    inside.registry.update(found)


def release(inside: Inside, number: int) -> None:
    change(inside, lambda found: found["spec"].update(template=template(image=f"registry.example/web:{number}")))


def pods(inside: Inside) -> dict[str, str]:
    """Image tags by name; a pod that is going has a minus."""
    return {
        each["metadata"]["name"]: ("-" if ending(each) else "")
        + each["spec"]["containers"][0]["image"].rpartition(":")[2]
        for each in inside.store.list("pods")
    }


def test_pods_come_one_after_the_other_and_go_the_other_way(world: Inside) -> None:
    PodPlay(world, start=1.0, stop=1.0)
    make(world, replicas=3)
    seen: list[dict[str, str]] = []
    for _ in range(60):
        world.step(0.1)
        if not seen or pods(world) != seen[-1]:
            seen.append(pods(world))
    assert [len(each) for each in seen] == [0, 1, 2, 3] or [len(each) for each in seen] == [1, 2, 3]
    change(world, lambda found: found["spec"].update(replicas=0))
    seen = []
    for _ in range(60):
        world.step(0.1)
        if not seen or pods(world) != seen[-1]:
            seen.append(pods(world))
    assert {"web-0": "1", "web-1": "1", "web-2": "-1"} in seen
    assert {"web-0": "1", "web-1": "-1", "web-2": "-1"} not in seen
    assert seen[-1] == {}


def test_an_unready_pod_holds_up_those_after_it(world: Inside) -> None:
    PodPlay(world, runs=lambda pod: pod["metadata"]["name"] != "web-1")
    make(world, replicas=3)
    world.step(10)
    assert list(pods(world)) == ["web-0", "web-1"]


def test_a_parallel_one_waits_for_nobody(world: Inside) -> None:
    play = PodPlay(world, stop=5.0, runs=lambda pod: pod["metadata"]["name"] != "web-1")
    make(world, replicas=4, podManagementPolicy="Parallel")
    world.step(1)
    assert len(pods(world)) == 4
    play.run("web-1")
    change(world, lambda found: found["spec"].update(replicas=1))
    world.step(2)
    assert pods(world) == {"web-0": "1", "web-1": "-1", "web-2": "-1", "web-3": "-1"}


def test_a_rollout_waits_for_an_unhealthy_pod(world: Inside) -> None:
    """The known trap: a broken new version stops at the last pod, and setting the template back does not mend it."""
    play = PodPlay(world, runs=lambda pod: pod["spec"]["containers"][0]["image"].endswith(":1"))
    make(world, replicas=3)
    world.step(10)
    release(world, 2)
    world.step(10)
    assert pods(world) == {"web-0": "1", "web-1": "1", "web-2": "2"}
    release(world, 1)
    world.step(10)
    assert pods(world) == {"web-0": "1", "web-1": "1", "web-2": "2"}
    world.registry.delete("pods", "web-2", "default")
    play.vanish("web-2")
    world.step(10)
    assert pods(world) == {"web-0": "1", "web-1": "1", "web-2": "1"}


def test_on_delete_renews_only_what_is_deleted(world: Inside) -> None:
    PodPlay(world)
    make(world, replicas=2, updateStrategy={"type": "OnDelete"})
    world.step(10)
    release(world, 2)
    world.step(10)
    assert pods(world) == {"web-0": "1", "web-1": "1"}
    world.registry.delete("pods", "web-0", "default")
    world.step(10)
    assert pods(world) == {"web-0": "2", "web-1": "1"}
    status = world.get("statefulsets.apps", "web")["status"]
    assert (status["currentReplicas"], status["updatedReplicas"]) == (1, 1)


def test_a_deleted_pod_below_the_partition_keeps_the_old_template(world: Inside) -> None:
    PodPlay(world)
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    make(world, replicas=2, updateStrategy=rolling)
    world.step(10)
    release(world, 2)
    world.step(10)
    world.registry.delete("pods", "web-0", "default")
    world.step(10)
    assert pods(world) == {"web-0": "1", "web-1": "2"}


def test_a_pod_that_came_to_an_end_is_made_again(world: Inside) -> None:
    play = PodPlay(world)
    make(world, replicas=1)
    world.step(5)
    before = world.get("pods", "web-0")["metadata"]["uid"]
    play.say("web-0", "Failed", exit_code=1)
    world.step(5)
    after = world.get("pods", "web-0")
    assert after["metadata"]["uid"] != before
    assert after["status"]["phase"] == "Running"


def test_ready_for_long_enough_before_the_next(world: Inside) -> None:
    PodPlay(world)
    make(world, replicas=2, minReadySeconds=20)
    world.step(15)
    assert list(pods(world)) == ["web-0"]
    assert world.get("statefulsets.apps", "web")["status"]["availableReplicas"] == 0
    world.step(10)
    assert list(pods(world)) == ["web-0", "web-1"]
    world.step(25)
    assert world.get("statefulsets.apps", "web")["status"]["availableReplicas"] == 2


def test_numbers_may_begin_elsewhere(world: Inside) -> None:
    PodPlay(world)
    make(world, replicas=2, ordinals={"start": 5})
    world.step(10)
    assert list(pods(world)) == ["web-5", "web-6"]
    assert world.get("pods", "web-6")["metadata"]["labels"]["apps.kubernetes.io/pod-index"] == "6"


CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


def test_every_pod_has_claims_that_stay_when_it_goes(world: Inside) -> None:
    PodPlay(world)
    make(world, replicas=2, volumeClaimTemplates=[CLAIM])
    world.step(10)
    assert [each["metadata"]["name"] for each in world.store.list("persistentvolumeclaims")] == [
        "data-web-0",
        "data-web-1",
    ]
    claim = world.get("persistentvolumeclaims", "data-web-1")
    assert claim["metadata"]["labels"] == {"app": "web"}
    volumes = world.get("pods", "web-1")["spec"]["volumes"]
    assert volumes[0] == {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-1"}}
    change(world, lambda found: found["spec"].update(replicas=1))
    world.step(10)
    assert list(pods(world)) == ["web-0"]
    assert len(world.store.list("persistentvolumeclaims")) == 2
    assert "ownerReferences" not in world.get("persistentvolumeclaims", "data-web-1")["metadata"]
    words = {each["message"] for each in world.store.list("events")}
    assert "create Claim data-web-1 Pod web-1 in StatefulSet web success" in words


def test_claims_go_with_the_pod_when_the_policy_says_so(world: Inside) -> None:
    PodPlay(world)
    policy = {"whenDeleted": "Delete", "whenScaled": "Delete"}
    made = make(world, replicas=2, volumeClaimTemplates=[CLAIM], persistentVolumeClaimRetentionPolicy=policy)
    world.step(10)
    rows = world.get("persistentvolumeclaims", "data-web-1")["metadata"]["ownerReferences"]
    assert [row["uid"] for row in rows] == [made["metadata"]["uid"]]
    uid = world.get("pods", "web-1")["metadata"]["uid"]
    change(world, lambda found: found["spec"].update(replicas=1))
    world.step(10)
    rows = world.get("persistentvolumeclaims", "data-web-1")["metadata"]["ownerReferences"]
    assert [(row["kind"], row["uid"]) for row in rows] == [("Pod", uid)]


def test_old_revisions_beyond_the_history_limit_go(world: Inside) -> None:
    PodPlay(world)
    make(world, replicas=1, revisionHistoryLimit=2)
    for number in range(1, 6):
        release(world, number)
        world.step(10)
    rows = world.store.list("controllerrevisions.apps")
    assert sorted(row["revision"] for row in rows) == [3, 4, 5]


def test_when_nothing_changes_nothing_is_written(world: Inside) -> None:
    PodPlay(world)
    make(world, replicas=2, volumeClaimTemplates=[CLAIM])
    world.step(10)
    before = world.store.revision
    world.step(3600)
    assert world.store.revision == before
