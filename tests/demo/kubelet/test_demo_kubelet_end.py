"""How pods end: grace, signals, finalizers, deadlines; and pods that come back by themselves."""

import pytest

from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.changes import Change
from tests.support.onenode import Node


def delete(node: Node, name: str, grace: int | None = None, namespace: str = "default") -> None:
    node.registry.delete("pods", name, namespace, options=Deletion(grace=grace))


def running(node: Node, name: str, image: str = "registry.example/app:1", **parts: object) -> None:
    node.run(name, image, **parts)
    node.until_state(name, "running")
    node.step(5)


def states(node: Node, name: str) -> list[Change]:
    """Every change of a pod from now on."""
    found: list[Change] = []
    kind = node.store.catalog.named("pods")
    node.store.on_change(kind, lambda change: found.append(change) if change.after.name == name else None)
    return found


def test_a_polite_pod_reports_its_end_and_goes(node: Node) -> None:
    running(node, "web")
    seen = states(node, "web")
    delete(node, "web")
    assert 0.5 <= node.until(lambda: not node.has("web")) <= 5
    kind = node.store.catalog.named("pods")
    last = [node.store.decode(kind, change.after) for change in seen]
    assert last[0]["status"]["phase"] == "Running"
    assert last[0]["metadata"]["deletionGracePeriodSeconds"] == 30
    assert [change.type for change in seen][-1] == "DELETED"
    final = last[-1]
    assert (final["status"]["phase"], final["metadata"]["deletionGracePeriodSeconds"]) == ("Succeeded", 0)
    ended = final["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (0, "Completed")
    rows = {row["type"]: row for row in final["status"]["conditions"]}
    assert rows["Ready"]["reason"] == "PodCompleted"
    assert rows["PodReadyToStartContainers"]["status"] == "False"
    assert final["status"]["observedGeneration"] == 2
    assert ("Normal", "Killing", "Stopping container app", 1) in node.events("web")


@pytest.mark.parametrize(("image", "args"), [("registry.example/stubborn:1", []), ("busybox", ["sleep", "3600"])])
def test_who_ignores_the_signal_is_killed_when_the_grace_is_over(node: Node, image: str, args: list[str]) -> None:
    running(node, "web", image, args=args)
    seen = states(node, "web")
    delete(node, "web", grace=6)
    assert 6 <= node.until(lambda: not node.has("web")) <= 8
    final = node.store.decode(node.store.catalog.named("pods"), seen[-1].after)["status"]
    ended = final["containerStatuses"][0]["state"]["terminated"]
    assert (final["phase"], ended["exitCode"], ended["reason"]) == ("Failed", 137, "Error")


def test_a_shorter_grace_is_honoured(node: Node) -> None:
    running(node, "web", "registry.example/stubborn:1")
    delete(node, "web", grace=60)
    node.step(5)
    delete(node, "web", grace=10)
    assert 4 <= node.until(lambda: not node.has("web")) <= 7


def test_a_pre_stop_sleep_comes_first(node: Node) -> None:
    running(node, "web", lifecycle={"preStop": {"sleep": {"seconds": 9}}})
    delete(node, "web")
    assert 9 <= node.until(lambda: not node.has("web")) <= 12


def test_forced_deletion_is_at_once(node: Node) -> None:
    running(node, "web", "registry.example/stubborn:1")
    delete(node, "web", grace=0)
    assert not node.has("web")
    node.step(60)
    node.run("web")
    node.until_state("web", "running")
    assert node.row("web")["restartCount"] == 0


def test_another_pod_of_the_same_name_is_another_pod(node: Node) -> None:
    running(node, "web", "registry.example/stubborn:1")
    delete(node, "web", grace=0)
    node.run("web", "registry.example/app:2")
    node.until_state("web", "running")
    node.step(120)
    assert node.state("web") == "running"


def test_a_pod_that_never_started_goes_too(node: Node) -> None:
    node.run("web", "registry.example/missing:1")
    node.until_state("web", "ImagePullBackOff")
    seen = states(node, "web")
    delete(node, "web")
    assert node.until(lambda: not node.has("web")) <= 3
    final = node.store.decode(node.store.catalog.named("pods"), seen[-1].after)["status"]
    ended = final["containerStatuses"][0]["state"]["terminated"]
    assert (final["phase"], ended["reason"], ended["exitCode"]) == ("Failed", "ContainerStatusUnknown", 137)
    assert (ended["startedAt"], ended["finishedAt"]) == (None, None)


def test_a_finalizer_holds_it_after_its_containers_ended(node: Node) -> None:
    running(node, "web", meta={"finalizers": ["shop.example/hold"]})
    delete(node, "web")
    node.step(30)
    pod = node.get("pods", "web")
    assert pod["metadata"]["deletionGracePeriodSeconds"] == 0
    assert pod["status"]["phase"] == "Succeeded"
    before = node.store.revision
    node.step(9)
    assert node.store.revision - before <= 1
    pod["metadata"]["finalizers"] = []
    node.registry.update(pod)
    assert node.until(lambda: not node.has("web")) <= 3


def test_a_deadline_ends_it(node: Node) -> None:
    node.run("web", spec={"activeDeadlineSeconds": 30, "restartPolicy": "Never"})
    node.until(lambda: node.has("web") and node.phase("web") == "Failed")
    status = node.get("pods", "web")["status"]
    assert (status["reason"], status["message"]) == (
        "DeadlineExceeded",
        "Pod was active on the node longer than the specified deadline",
    )
    assert ("Normal", "DeadlineExceeded", status["message"], 1) in node.events("web")
    node.step(10)
    assert node.state("web") == "Completed"


def test_the_logs_of_a_pod_go_with_it(node: Node) -> None:
    running(node, "web")
    uid = node.get("pods", "web")["metadata"]["uid"]
    assert len(node.log("web")) >= 2
    delete(node, "web")
    node.until(lambda: not node.has("web"))
    node.step(1)
    assert list(node.logs.book(uid, "app", 0).lines()) == []


def test_a_static_pod_is_shown_again_and_never_stopped(node: Node) -> None:
    mark = {"kubernetes.io/config.mirror": "abc", "kubernetes.io/config.source": "file"}
    running(node, "etcd-n1", meta={"annotations": mark, "labels": {"component": "etcd"}})
    before = node.get("pods", "etcd-n1")
    delete(node, "etcd-n1")
    node.until(
        lambda: node.has("etcd-n1") and node.get("pods", "etcd-n1")["metadata"]["uid"] != before["metadata"]["uid"]
    )
    node.step(3)
    after = node.get("pods", "etcd-n1")
    assert after["metadata"]["labels"] == {"component": "etcd"}
    assert node.row("etcd-n1")["containerID"] == before["status"]["containerStatuses"][0]["containerID"]
    assert (node.phase("etcd-n1"), node.row("etcd-n1")["restartCount"]) == ("Running", 0)


def test_made_load_ends_gracefully_though_nobody_caches_it(node: Node) -> None:
    meta = {"namespace": "load"}
    made = node.run("big-1", meta=meta)
    node.step(20)
    assert "containerStatuses" not in node.get("pods", "big-1", "load")["status"]
    node.registry.delete("pods", "big-1", "load")
    assert node.get("pods", "big-1", "load")["metadata"]["deletionTimestamp"]
    node.step(4)
    assert node.store.list("pods", "load") == []
    assert made["metadata"]["uid"]


def test_a_slow_stop_takes_its_time(node: Node) -> None:
    node.habits(Habit(images="*/db:*", stops=12.0, stop_code=3))
    running(node, "db", "registry.example/db:1")
    seen = states(node, "db")
    delete(node, "db")
    assert 12 <= node.until(lambda: not node.has("db")) <= 14
    final = node.store.decode(node.store.catalog.named("pods"), seen[-1].after)["status"]
    assert final["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3


def ephemeral(node: Node, name: str, **parts: object) -> None:
    pod = node.get("pods", name)
    made = {"name": "debugger-1", "image": "busybox", "imagePullPolicy": "Always", **parts}
    pod["spec"].setdefault("ephemeralContainers", []).append(made)
    pod["metadata"]["generation"] += 1
    node.store.update(pod)


def test_an_interactive_debug_container_runs_until_its_shell_ends(node: Node) -> None:
    running(node, "web")
    ephemeral(node, "web", stdin=True, tty=True, targetContainerName="app")
    node.until(lambda: node.has_row("web", "debugger-1"))
    assert node.state("web", "debugger-1") == "ContainerCreating"
    node.until_state("web", "running", "debugger-1")
    row = node.row("web", "debugger-1")
    assert (row["ready"], "started" in row) == (False, False)
    assert node.ready("web")
    node.step(300)
    node.containers.exited(node.get("pods", "web"), "debugger-1", 0)
    node.step(0.5)
    assert node.state("web", "debugger-1") == "Completed"
    node.step(60)
    assert (node.state("web", "debugger-1"), node.phase("web"), node.ready("web")) == ("Completed", "Running", True)
    path = "spec.ephemeralContainers{debugger-1}"
    assert path in [row["involvedObject"].get("fieldPath") for row in node.store.list("events")]


def test_a_debug_container_with_a_command_ends_with_it(node: Node) -> None:
    running(node, "web")
    ephemeral(node, "web", command=["sleep", "1"])
    node.until_state("web", "Completed", "debugger-1")
    assert node.row("web", "debugger-1")["restartCount"] == 0


def test_a_debug_container_can_be_put_beside_one_that_crashes(node: Node) -> None:
    node.run("web", "registry.example/exit1:1")
    node.until_state("web", "CrashLoopBackOff")
    ephemeral(node, "web", stdin=True)
    assert node.until_state("web", "running", "debugger-1") < 10
