"""Probes: when a pod becomes ready, when it stops being so, and when its containers are killed for it."""

from typing import Any

from k8stui.demo.kubelet.habits import Given, Habit
from tests.support.onenode import Node

HTTP = {"httpGet": {"path": "/", "port": 80}}


def probe(**more: int) -> dict[str, Any]:
    return {**HTTP, "periodSeconds": 5, "failureThreshold": 3, **more}


def test_a_pod_is_ready_when_its_probe_first_passes(node: Node) -> None:
    node.habits(Habit(images="*/slow:*", ready_after=17.0))
    node.run("quick", readinessProbe=probe(initialDelaySeconds=4))
    node.run("slow", "registry.example/slow:1", readinessProbe=probe())
    node.until_state("quick", "running")
    assert (node.ready("quick"), node.row("quick")["started"]) == (False, True)
    assert 4 <= node.until(lambda: node.ready("quick")) <= 5
    node.until_state("slow", "running")
    node.until(lambda: node.ready("slow"))
    assert ("Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", 4) in node.events(
        "slow"
    )


def test_probes_that_rest_cost_nothing(node: Node) -> None:
    node.run("web", readinessProbe=probe(periodSeconds=1), livenessProbe=probe(periodSeconds=1))
    node.until(lambda: node.ready("web"))
    node.step(30)
    before = node.store.revision
    node.step(9)
    assert node.store.revision - before <= 1, "only the lease"


def test_liveness_kills_and_restarts(node: Node) -> None:
    node.habits(Habit(images="*/hangs:*", sick="context deadline exceeded", after=30.0, stubborn=True))
    grace = {"terminationGracePeriodSeconds": 5}
    node.run("web", "registry.example/hangs:1", livenessProbe=probe(), spec=grace)
    node.until_state("web", "running")
    assert 40 <= node.until(lambda: node.row("web")["restartCount"] == 1) <= 55
    assert node.row("web")["lastState"]["terminated"]["exitCode"] == 137
    told = [row[:3] for row in node.events("web")]
    assert ("Warning", "Unhealthy", "Liveness probe failed: context deadline exceeded") in told
    assert ("Normal", "Killing", "Container app failed liveness probe, will be restarted") in told


def test_a_startup_probe_holds_the_others_back(node: Node) -> None:
    node.habits(Habit(images="*/slow:*", ready_after=40.0))
    node.run(
        "web",
        "registry.example/slow:1",
        startupProbe=probe(failureThreshold=30),
        livenessProbe=probe(failureThreshold=1),
        readinessProbe=probe(),
    )
    node.until_state("web", "running")
    node.step(30)
    assert (node.row("web")["started"], node.row("web")["restartCount"]) == (False, 0)
    node.until(lambda: node.ready("web"))
    assert node.row("web")["started"] is True
    assert {row[2].split(" ")[0] for row in node.events("web") if row[1] == "Unhealthy"} == {"Startup"}


def test_a_startup_probe_that_gives_up_kills(node: Node) -> None:
    node.habits(Habit(images="*/slow:*", ready_after=400.0))
    node.run("web", "registry.example/slow:1", startupProbe=probe())
    node.until(lambda: node.has_row("web", "app") and node.row("web")["restartCount"] == 2)
    assert "Container app failed startup probe, will be restarted" in [row[2] for row in node.events("web")]


def test_readiness_follows_a_config_map(node: Node) -> None:
    broken = Given(resource="configmaps", name="settings", field="data/mode", has="broken")
    node.habits(Habit(images="*/app:*", when=(broken,), unready="500"))
    node.config("settings", mode="good")
    node.run("web", readinessProbe=probe())
    node.until(lambda: node.ready("web"))
    node.step(60)
    node.config("settings", mode="broken")
    assert 10 <= node.until(lambda: not node.ready("web")) <= 20
    row = node.condition("web", "Ready")
    assert (row["reason"], row["message"]) == ("ContainersNotReady", "containers with unready status: [app]")
    assert "Readiness probe failed: HTTP probe failed with statuscode: 500" in [row[2] for row in node.events("web")]
    assert (node.state("web"), node.row("web")["restartCount"]) == ("running", 0)
    node.config("settings", mode="good")
    assert node.until(lambda: node.ready("web")) <= 6


def test_other_probes_say_what_they_found(node: Node) -> None:
    node.habits(Habit(images="*/app:*", ready_after=1000.0))
    node.run("tcp", readinessProbe={"tcpSocket": {"port": 5432}, "periodSeconds": 2})
    node.run("exec", readinessProbe={"exec": {"command": ["check"]}, "periodSeconds": 2})
    node.step(20)
    ip = node.get("pods", "tcp")["status"]["podIP"]
    said = {row[2] for name in ("tcp", "exec") for row in node.events(name) if row[1] == "Unhealthy"}
    assert f"Readiness probe failed: dial tcp {ip}:5432: connect: connection refused" in said
    assert len(said) == 2
