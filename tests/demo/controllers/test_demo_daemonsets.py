"""DaemonSets beyond what was recorded: which nodes, what happens when they change, updates within their bounds."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from k8stui.demo.controllers.daemonpods import target, tolerations
from k8stui.demo.controllers.daemonsets import DaemonSets
from k8stui.demo.storage.objects import ending
from tests.support.inside import Inside
from tests.support.owned import owner, template
from tests.support.podplay import PodPlay

Object = dict[str, Any]


def node(inside: Inside, name: str, *, labels: dict[str, str] | None = None, **spec: Any) -> None:
    meta = {"name": name, "labels": {"kubernetes.io/hostname": name} | (labels or {})}
    inside.store.create({"kind": "Node", "apiVersion": "v1", "metadata": meta, "spec": spec})


@pytest.fixture
def world(inside: Inside) -> Inside:
    for number in range(4):
        node(inside, f"n{number}")
    DaemonSets(inside.world)
    return inside


def make(inside: Inside, **spec: Any) -> Object:
    return inside.registry.create(owner("DaemonSet", **spec))


def change(inside: Inside, what: Callable[[Object], None]) -> None:
    found = inside.get("daemonsets.apps", "web")
    what(found)
    inside.registry.update(found)


def release(inside: Inside, number: int) -> None:
    change(inside, lambda found: found["spec"].update(template=template(image=f"registry.example/web:{number}")))


def places(inside: Inside) -> list[str]:
    return sorted(target(pod) for pod in inside.store.list("pods") if not ending(pod))


def images(inside: Inside) -> list[str]:
    rows = [each["spec"]["containers"][0]["image"].rpartition(":")[2] for each in inside.store.list("pods")]
    return sorted(rows)


def test_a_node_that_comes_gets_a_pod_and_one_that_goes_loses_it(world: Inside) -> None:
    PodPlay(world)
    make(world)
    world.step(5)
    assert places(world) == ["n0", "n1", "n2", "n3"]
    node(world, "n4")
    world.store.delete("nodes", "n0")
    world.step(5)
    assert places(world) == ["n1", "n2", "n3", "n4"]
    assert world.get("daemonsets.apps", "web")["status"] == {
        "currentNumberScheduled": 4,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 4,
        "numberReady": 4,
        "observedGeneration": 1,
        "updatedNumberScheduled": 4,
        "numberAvailable": 4,
    }


def test_selectors_and_taints_say_where(world: Inside) -> None:
    node(world, "gpu", labels={"gpu": "yes"}, taints=[{"key": "gpu", "value": "only", "effect": "NoSchedule"}])
    make(world)
    world.step(5)
    assert "gpu" not in places(world)
    tolerated = [{"key": "gpu", "operator": "Equal", "value": "only", "effect": "NoSchedule"}]
    change(
        world, lambda found: found["spec"].update(template=template(nodeSelector={"gpu": "yes"}, tolerations=tolerated))
    )
    world.step(5)
    assert places(world) == ["gpu"]


def test_a_cordon_keeps_its_pod_and_an_untolerated_no_execute_does_not(world: Inside) -> None:
    PodPlay(world)
    make(world)
    world.step(5)

    def taint(name: str, key: str, effect: str) -> None:
        world.store.modify("nodes", name, change=lambda of: of["spec"].update(taints=[{"key": key, "effect": effect}]))

    world.store.modify("nodes", "n0", change=lambda of: of["spec"].update(unschedulable=True))
    taint("n1", "node.kubernetes.io/unreachable", "NoExecute")
    taint("n2", "maintenance", "NoSchedule")
    taint("n3", "maintenance", "NoExecute")
    world.step(5)
    assert places(world) == ["n0", "n1", "n2"]
    status = world.get("daemonsets.apps", "web")["status"]
    assert (status["desiredNumberScheduled"], status["numberMisscheduled"]) == (2, 1)


def test_every_daemon_tolerates_what_is_wrong_with_a_node() -> None:
    own = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    rows = tolerations({"tolerations": [own, {"key": "x", "operator": "Exists"}], "hostNetwork": True})
    assert [row["key"].rpartition("/")[2] for row in rows] == [
        "x", "not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable",
        "network-unavailable",
    ]  # fmt: skip
    assert "tolerationSeconds" not in rows[1]


@pytest.mark.parametrize(("limit", "least"), [(1, 3), (2, 2), ("50%", 2), ("10%", 3)])
def test_an_update_leaves_enough_of_them(world: Inside, limit: int | str, least: int) -> None:
    PodPlay(world, start=1.0, stop=1.0)
    make(world, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": limit}})
    world.step(10)
    release(world, 2)
    found = 4
    for _ in range(300):
        world.step(0.1)
        found = min(found, world.get("daemonsets.apps", "web")["status"].get("numberAvailable", 0))
    assert found == least
    assert images(world) == ["2"] * 4


def test_a_surge_makes_the_new_one_first(world: Inside) -> None:
    PodPlay(world, start=1.0, stop=1.0)
    rolling = {"maxUnavailable": 0, "maxSurge": 1}
    make(world, updateStrategy={"type": "RollingUpdate", "rollingUpdate": rolling})
    world.step(10)
    release(world, 2)
    most = 0
    for _ in range(300):
        world.step(0.1)
        most = max(most, len(places(world)))
        assert len({target(pod) for pod in world.store.list("pods") if pod["status"].get("phase") == "Running"}) == 4
    assert most == 5
    assert images(world) == ["2"] * 4


def test_on_delete_renews_only_what_is_deleted(world: Inside) -> None:
    PodPlay(world)
    make(world, updateStrategy={"type": "OnDelete"})
    world.step(5)
    release(world, 2)
    world.step(5)
    assert images(world) == ["1"] * 4
    assert "updatedNumberScheduled" not in world.get("daemonsets.apps", "web")["status"]
    world.registry.delete("pods", world.store.list("pods")[0]["metadata"]["name"], "default")
    world.step(5)
    assert images(world) == ["1", "1", "1", "2"]


def test_an_unavailable_old_pod_is_replaced_first(world: Inside) -> None:
    """Pods that do not work anyway count as unavailable, and going on with them makes it no worse."""
    PodPlay(world, runs=lambda pod: target(pod) != "n2" or pod["spec"]["containers"][0]["image"].endswith(":2"))
    make(world)
    world.step(5)
    release(world, 2)
    world.step(20)
    assert images(world) == ["2"] * 4


def test_a_failed_pod_is_replaced_after_a_while_that_grows(world: Inside) -> None:
    play = PodPlay(world, start=0.1, stop=0.1)
    make(world, pod=template(nodeSelector={"kubernetes.io/hostname": "n0"}))
    world.step(1)
    made = []
    for _ in range(4):
        (pod,) = world.store.list("pods")
        began = world.clock.now()
        play.say(pod["metadata"]["name"], "Failed", exit_code=1)
        old = pod["metadata"]["uid"]
        world.until(partial(replaced, world, old))
        made.append(world.clock.now() - began)
    assert made[0] < 1 < made[2] < made[3] < 6
    failed = [each for each in world.store.list("events") if each["reason"] == "FailedDaemonPod"]
    assert failed[0]["message"].startswith("Found failed daemon pod default/web-")
    assert failed[0]["message"].endswith(" on node n0, will try to kill it")


def replaced(inside: Inside, old: str) -> bool:
    """Another pod runs now."""
    rows = inside.store.list("pods")
    return any(pod["status"].get("phase") == "Running" and pod["metadata"]["uid"] != old for pod in rows)


def test_when_nothing_changes_nothing_is_written(world: Inside) -> None:
    PodPlay(world)
    make(world)
    world.step(10)
    before = world.store.revision
    world.store.modify("nodes", "n0", change=lambda of: of.update(status={"conditions": []}))
    world.step(3600)
    assert world.store.revision == before + 1
