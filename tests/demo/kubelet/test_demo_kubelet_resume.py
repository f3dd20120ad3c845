"""Pods taken up as the API tells of them, and statuses equal to those that a real kubelet reported."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from k8stui.demo.kubelet.habits import Habits
from k8stui.demo.kubelet.kubelet import Kubelets
from k8stui.demo.kubelet.resume import sandbox
from k8stui.demo.kubelet.status import status
from tests.support.onenode import Node

Object = dict[str, Any]

GOLDEN = os.environ.get("K8STUI_GOLDEN", "")
needs_golden = pytest.mark.skipif(
    not (Path(GOLDEN) / "recordings/apiserver").is_dir(), reason="K8STUI_GOLDEN names no folder of recordings"
)


def recorded() -> dict[str, Object]:
    """The pods as their kubelet reported them, by name."""
    found = json.loads((Path(GOLDEN) / "recordings/apiserver/pods_streams.json").read_text())
    rows = [row for row in found["exchanges"] if row.get("name", "").endswith("as its kubelet reports it")]
    return {row["response"]["body"]["metadata"]["name"]: row["response"]["body"] for row in rows}


def unlike(found: Object, name: str) -> Object:
    """Without what that runtime, which was no real one, could not know: ids, probes, `started`, the pod's address."""
    found = json.loads(json.dumps(found))
    for place in ("initContainerStatuses", "containerStatuses"):
        for row in found.get(place, ()):
            _plain(row)
    for row in found["conditions"]:
        row["lastTransitionTime"] = bool(row["lastTransitionTime"])
        if name in ("crash", "nopull", "early") and row["type"] in ("Ready", "ContainersReady"):
            row["status"] = "False"
            row.pop("reason", None)
            row.pop("message", None)
    for key in ("hostIP", "podIP", "startTime"):
        found[key] = bool(found.get(key))
    found["hostIPs"], found["podIPs"] = len(found["hostIPs"]), len(found["podIPs"])
    return found


def _plain(row: Object) -> None:
    row.pop("started", None)
    row["containerID"] = bool(row.get("containerID"))
    row["imageID"] = bool(row["imageID"])
    for state in (row["state"], row["lastState"]):
        for each in state.values():
            for key in ("startedAt", "finishedAt", "containerID"):
                each[key] = key in each
            if "back-off" in each.get("message", ""):
                each["message"] = each["message"].partition(" pod=")[0]
    if "running" not in row["state"]:
        row["ready"] = False


@needs_golden
@pytest.mark.parametrize("name", ["main", "crash", "nopull", "early", "done"])
def test_a_status_is_what_a_real_kubelet_reports(node: Node, name: str) -> None:
    """The same pod, made from nothing, comes to the recorded status, key by key and in the same order."""
    wanted = recorded()[name]
    spec = {key: wanted["spec"][key] for key in ("initContainers", "restartPolicy") if key in wanted["spec"]}
    made = {"nodeName": "n1", "containers": wanted["spec"]["containers"], **spec}
    meta = {"name": name, "namespace": "default"}
    node.registry.create({"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": made})
    goal = unlike(wanted["status"], name)
    node.until(lambda: "podIPs" in node.get("pods", name)["status"])
    node.until(lambda: unlike(node.get("pods", name)["status"], name) == goal, within=60)
    assert list(node.get("pods", name)["status"]) == list(wanted["status"])


@needs_golden
@pytest.mark.parametrize("name", ["main", "crash", "nopull", "early", "done"])
def test_a_recorded_status_is_read_and_written_alike(name: str) -> None:
    pod = recorded()[name]
    box = sandbox(f"rec-streams/{name}", pod)
    found = status(pod, box, pod["status"]["hostIP"], 0.0)
    assert unlike(found, name) == unlike(pod["status"], name)
    assert list(found) == list(pod["status"])


@needs_golden
def test_events_are_those_that_a_real_kubelet_writes(node: Node) -> None:
    """Every event about a crashing pod and one without an image, but for the time that a pull takes."""
    exchanges = json.loads((Path(GOLDEN) / "recordings/apiserver/events.json").read_text())["exchanges"]
    listed = next(row["response"]["body"]["items"] for row in exchanges if row.get("name") == "core/v1")
    wanted = [row for row in listed if row["source"].get("component") == "kubelet"]
    node.run("crash", "registry.example/exit1:1")
    node.run("nopull", "registry.example/missing:1")
    node.step(40)
    found = [row for row in node.store.list("events") if row["involvedObject"]["name"] in ("crash", "nopull")]

    def plain(row: Object) -> tuple[object, ...]:
        about = row["involvedObject"]
        said = row["message"].partition("(")[0].replace("_rec-events", "_default")
        keys = tuple(key for key in row if key not in ("kind", "apiVersion"))
        return about["name"], about.get("fieldPath"), tuple(about), row["type"], row["reason"], said, keys

    assert {plain(row) for row in wanted} <= {plain(row) for row in found}
    rest = {plain(row)[4] for row in found} - {plain(row)[4] for row in wanted}
    assert not rest


def test_an_evicted_pod_stays_the_empty_shell_that_it_is(node: Node) -> None:
    pod = node.run("old")
    node.kubelets.stop("n1")
    left = {"phase": "Failed", "reason": "Evicted", "message": "low", "startTime": "2026-09-01T00:00:00Z"}
    node.registry.update_status(pod | {"status": left})
    again(node).step(5)
    found = node.get("pods", "old")["status"]
    assert {key: found[key] for key in left} == left
    assert "containerStatuses" not in found


def again(node: Node) -> Node:
    """The kubelet's process is another one; it knows what the API tells."""
    node.kubelets.stop("n1")
    node.kubelets = Kubelets(node.world, Habits(), node.logs)
    node.kubelets.start("n1")
    return node


def test_whatever_state_pods_are_in_nothing_moves_when_a_kubelet_takes_them_up(node: Node) -> None:
    node.run("web", readinessProbe={"httpGet": {"port": 80}})
    node.run("job", "registry.example/exit0:1", spec={"restartPolicy": "Never"})
    node.run("bad", "registry.example/exit1:1")
    node.run("gone", "registry.example/missing:1")
    node.run("init", spec={"initContainers": [{"name": "prepare", "image": "registry.example/exit1:1"}]})
    node.step(60)
    before = {pod["metadata"]["name"]: pod["status"] for pod in node.store.list("pods")}
    again(node).step(1)
    assert {pod["metadata"]["name"]: pod["status"] for pod in node.store.list("pods")} == before


def test_a_crash_loop_goes_on_where_it_was(node: Node) -> None:
    node.run("bad", "registry.example/exit1:1")
    for _ in range(3):
        node.until_state("bad", "running")
        node.until_state("bad", "CrashLoopBackOff")
    count = node.row("bad")["restartCount"]
    length = node.row("bad")["state"]["waiting"]["message"].split()[1]
    again(node).until_state("bad", "running")
    assert node.row("bad")["restartCount"] == count + 1
    node.until_state("bad", "CrashLoopBackOff")
    assert (length, node.row("bad")["state"]["waiting"]["message"].split()[1]) == ("40s", "1m20s")


def test_a_pull_is_tried_again(node: Node) -> None:
    node.run("gone", "registry.example/missing:1")
    node.until_state("gone", "ImagePullBackOff")
    again(node).until_state("gone", "ErrImagePull", within=30)


def test_a_pod_that_was_ending_ends(node: Node) -> None:
    node.run("web", "registry.example/stubborn:1")
    node.until_state("web", "running")
    node.registry.delete("pods", "web", "default")
    node.step(2)
    again(node).until(lambda: not node.has("web"), within=40)


def test_poison_disturbs_nobody(node: Node) -> None:
    poison: tuple[Object, ...] = (
        {},
        {"spec": "no"},
        {"spec": {"nodeName": "n1"}},
        {"spec": {"nodeName": "n1", "containers": 7}},
        {"spec": {"nodeName": "n1", "containers": [{"name": "a"}]}},
        {"spec": {"nodeName": "n1", "containers": ["x"]}},
        {"spec": {"nodeName": "n1", "containers": [{"name": "a", "image": "b"}]}, "status": 3},
    )
    for number, rest in enumerate(poison):
        meta = {"name": f"bad-{number}", "namespace": "default"}
        node.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": meta, **rest})
    node.run("web")
    assert node.until_state("web", "running") < 10
