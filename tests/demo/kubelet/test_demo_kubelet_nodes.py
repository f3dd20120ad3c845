"""Nodes: leases and heartbeats, pressures and evictions, kubelets that stop and come back."""

import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.nodelifecycle import NodeLifecycle
from k8stui.demo.kubelet.habits import Given, Pressure
from k8stui.demo.registry.registry import Deletion
from tests.support.onenode import Node

LEASES = "leases.coordination.k8s.io"


def row(node: Node, kind: str, name: str = "n1") -> dict[str, str]:
    rows = node.get("nodes", name, "")["status"]["conditions"]
    return next(each for each in rows if each["type"] == kind)


def test_a_new_node_registers_with_all_that_a_kubelet_tells(node: Node) -> None:
    node.make_node("n2")
    node.step(5)
    assert "conditions" not in node.get("nodes", "n2", "").get("status", {})
    node.kubelets.start("n2")
    node.step(1)
    status = node.get("nodes", "n2", "")["status"]
    assert [(each["type"], each["status"], each["reason"]) for each in status["conditions"]] == [
        ("MemoryPressure", "False", "KubeletHasSufficientMemory"),
        ("DiskPressure", "False", "KubeletHasNoDiskPressure"),
        ("PIDPressure", "False", "KubeletHasSufficientPID"),
        ("Ready", "True", "KubeletReady"),
    ]
    assert {"cpu", "memory", "pods", "ephemeral-storage"} <= status["allocatable"].keys()
    assert status["nodeInfo"]["kubeletVersion"] == "v1.34.4"
    assert {each["type"] for each in status["addresses"]} == {"InternalIP", "Hostname"}
    assert node.reasons("n2")[0] == "Starting"
    assert node.reasons("n2")[-1] == "NodeReady"
    event = next(each for each in node.store.list("events") if each["reason"] == "NodeReady")
    assert event["metadata"]["namespace"] == "default"
    lease = node.get(LEASES, "n2", "kube-node-lease")
    assert lease["spec"]["holderIdentity"] == "n2"
    assert lease["metadata"]["ownerReferences"][0]["uid"] == node.get("nodes", "n2", "")["metadata"]["uid"]


def test_leases_every_ten_seconds_and_reports_every_five_minutes(node: Node) -> None:
    renewed, beats = set(), set()
    for _ in range(660):
        node.step(1)
        renewed.add(node.get(LEASES, "n1", "kube-node-lease")["spec"]["renewTime"])
        beats.add(row(node, "Ready")["lastHeartbeatTime"])
    assert 65 <= len(renewed) <= 68
    assert len(beats) == 3
    assert row(node, "Ready")["lastTransitionTime"] == min(beats)


def test_images_that_were_pulled_show_up(node: Node) -> None:
    node.run("web", "nginx:1.29")
    node.step(320)
    names = [name for each in node.get("nodes", "n1", "")["status"]["images"] for name in each["names"]]
    assert "docker.io/library/nginx:1.29" in names


def test_a_stopped_kubelet_does_nothing_at_all(node: Node) -> None:
    node.run("web")
    node.run("bad", "registry.example/exit1:1")
    node.step(30)
    node.kubelets.stop("n1")
    assert not node.kubelets.alive("n1")
    assert not node.containers.alive("n1")
    node.run("late")
    node.registry.delete("pods", "web", "default")
    before = node.store.revision
    node.step(120)
    assert node.store.revision == before
    assert node.get("pods", "late")["status"].keys() <= {"phase", "qosClass"}


def test_on_its_return_it_ends_what_should_have_ended_and_starts_the_rest(node: Node) -> None:
    NodeLifecycle(node.world)
    node.run("web")
    node.run("stays")
    node.step(30)
    node.kubelets.stop("n1")
    node.registry.delete("pods", "web", "default")
    node.run("late")
    node.until(lambda: row(node, "Ready")["status"] == "Unknown")
    assert not node.ready("stays")
    assert [each["key"] for each in node.get("nodes", "n1", "")["spec"]["taints"]] == [
        "node.kubernetes.io/unreachable"
    ] * 2
    node.kubelets.start("n1")
    node.step(10)
    assert (row(node, "Ready")["status"], row(node, "DiskPressure")["status"]) == ("True", "False")
    assert not node.get("nodes", "n1", "")["spec"].get("taints")
    assert node.containers.alive("n1")
    assert not node.has("web")
    assert (node.state("late"), node.ready("stays")) == ("running", True)


def full(**more: object) -> Pressure:
    """The node is full while the ConfigMap `disk` says so."""
    given = Given(resource="configmaps", name="disk", namespace="default", field="data/full", has="yes")
    return Pressure(node="n1", when=(given,), **more)  # type: ignore[arg-type]


def test_under_disk_pressure_pods_are_thrown_out_and_refused(node: Node) -> None:
    node.habits(pressures=(full(evicts=2),))
    vital = {"priorityClassName": "system-node-critical"}
    meta = {"name": "system-node-critical"}
    node.store.create(
        {"kind": "PriorityClass", "apiVersion": "scheduling.k8s.io/v1", "metadata": meta, "value": 2_000_001_000}
    )
    node.run("keep", spec=vital)
    for name in ("one", "two", "three"):
        node.run(name)
    node.step(20)
    node.config("disk", full="yes")
    node.until(lambda: row(node, "DiskPressure")["status"] == "True", within=15)
    told = row(node, "DiskPressure")
    assert (told["reason"], told["message"]) == ("KubeletHasDiskPressure", "kubelet has disk pressure")
    assert "NodeHasDiskPressure" in node.reasons("n1")
    node.step(60)
    gone = [pod for pod in node.store.list("pods") if pod["status"].get("reason") == "Evicted"]
    assert len(gone) == 2
    assert "keep" not in [pod["metadata"]["name"] for pod in gone]
    for pod in gone:
        status = pod["status"]
        assert status["phase"] == "Failed"
        assert status["message"].startswith(
            "The node was low on resource: ephemeral-storage. Threshold quantity: 8110686800, available: 7602184Ki. "
            "Container app was using "
        )
        target = next(each for each in status["conditions"] if each["type"] == "DisruptionTarget")
        assert (target["status"], target["reason"]) == ("True", "TerminationByKubelet")
    node.run("new")
    node.run("vital", spec=vital)
    node.step(10)
    status = node.get("pods", "new")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert status["message"] == "Pod was rejected: The node had condition: [DiskPressure]. "
    assert node.state("vital") == "running"


def test_the_pressure_goes_with_its_cause(node: Node) -> None:
    node.habits(pressures=(full(evicts=0),))
    node.config("disk", full="yes")
    node.until(lambda: row(node, "DiskPressure")["status"] == "True")
    node.config("disk", full="no")
    assert 25 <= node.until(lambda: row(node, "DiskPressure")["status"] == "False") <= 60
    node.run("web")
    assert node.until_state("web", "running") < 10


def test_a_pressure_that_no_data_governs_stays_as_it_was_recorded(node: Node) -> None:
    node.kubelets.stop("n1")
    found = node.get("nodes", "n1", "")
    since = stamp(node.clock.now() - 900)
    for each in found["status"]["conditions"]:
        if each["type"] == "DiskPressure":
            each |= {"status": "True", "lastTransitionTime": since}
    node.registry.update_status(found)
    node.kubelets.start("n1")
    node.step(700)
    assert (row(node, "DiskPressure")["status"], row(node, "DiskPressure")["lastTransitionTime"]) == ("True", since)


def test_a_status_that_somebody_else_changed_is_put_right(node: Node) -> None:
    found = node.get("nodes", "n1", "")
    for each in found["status"]["conditions"]:
        each["status"] = "Unknown"
    node.registry.update_status(found)
    assert node.until(lambda: row(node, "Ready")["status"] == "True") <= 11


@pytest.mark.parametrize(
    "rows",
    [
        [{"type": "Ready", "status": "True"}, {"type": "DiskPressure"}],
        [{"type": "Ready", "status": "True", "lastTransitionTime": None}, {"status": "True"}, "poison"],
        None,
    ],
)
def test_conditions_that_lack_what_a_kubelet_writes_are_completed(node: Node, rows: list[object] | None) -> None:
    node.store.modify("nodes", "n1", change=lambda found: found["status"].update(conditions=rows))
    node.step(310)
    found = {each["type"]: each for each in node.get("nodes", "n1", "")["status"]["conditions"]}
    assert {kind: each["status"] for kind, each in found.items()} == {
        "MemoryPressure": "False",
        "DiskPressure": "False",
        "PIDPressure": "False",
        "Ready": "True",
    }
    assert all(each["lastTransitionTime"] and each["lastHeartbeatTime"] for each in found.values())


def test_a_deleted_lease_is_made_anew(node: Node) -> None:
    node.registry.delete(LEASES, "n1", "kube-node-lease", options=Deletion())
    node.step(11)
    assert node.get(LEASES, "n1", "kube-node-lease")["spec"]["renewTime"]


def test_a_node_that_is_gone_is_not_reported(node: Node) -> None:
    node.registry.delete("nodes", "n1")
    node.step(700)
    assert node.store.list("nodes") == []


@pytest.mark.parametrize("speed", [1.0, 5.0])
def test_starting_twice_is_starting_once(node: Node, speed: float) -> None:
    node.agenda.speed = speed
    node.kubelets.start("n1")
    node.kubelets.start("n1")
    node.run("web", "registry.example/exit1:1")
    node.step(100 / speed)
    assert node.row("web")["restartCount"] == 4
