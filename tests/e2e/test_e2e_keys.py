"""Operations by keys in a real terminal on a real cluster, several in one session; each is verified by kubectl."""

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.conftest import Kubectl
from tests.support.drain_ground import Ground
from tests.support.manifests import cronjob, deployment
from tests.support.terminal import Terminal
from tests.support.waiting import promptly

WITHIN = 20.0
Open = Callable[..., Terminal]


@pytest.fixture
def ground(kubectl: Kubectl, namespace: str) -> Iterator[Ground]:
    made = Ground(kubectl, namespace)
    made.node(made.first)
    yield made
    kubectl("delete", "node", made.first, made.second, "--ignore-not-found", "--wait=false")


def get(kubectl: Kubectl, *words: str) -> Any:
    return json.loads(kubectl("get", *words, "-o", "json"))


def visit(terminal: Terminal, line: str, row: str) -> None:
    """Go there by the command line and put the cursor on that row by the filter; both are taken back by `esc`."""
    terminal.wait_for("● live", WITHIN)
    terminal.send(f":{line}\r")
    terminal.wait_for(row, WITHIN)
    terminal.send(f"/{row}\r")
    terminal.wait_for(lambda: any(line.startswith(" > ") and f" {row} " in line for line in terminal.display), WITHIN)


def asked(terminal: Terminal, key: str, question: str) -> None:
    """Press it and wait for its question; what is typed before it was painted is no answer."""
    terminal.send(key)
    terminal.wait_for(question, WITHIN)
    terminal.wait_quiet()


def agreed(terminal: Terminal, key: str, question: str, done: str) -> None:
    """Press a key, say yes to its question, and wait until its end is told."""
    asked(terminal, key, question)
    terminal.send("y")
    terminal.wait_for(lambda: question not in terminal.text and done in terminal.text, WITHIN)


def chosen(terminal: Terminal, key: str, question: str, yes: str, done: str) -> None:
    """The same where the question takes no letter: `tab` goes to yes and `enter` takes it."""
    asked(terminal, key, question)
    terminal.wait_for("▸[ Cancel ]", WITHIN)
    terminal.send("\t")
    terminal.wait_for(f"▸[ {yes} ]", WITHIN)
    terminal.send("\r")
    terminal.wait_for(done, WITHIN)


def filled(terminal: Terminal, key: str, question: str, text: str) -> None:
    """Press a key that asks for a line, and type another text into it."""
    asked(terminal, key, question)
    terminal.send(f"\x15{text}\r")


def test_a_node_is_cordoned_tainted_and_drained_once_its_budget_is_given_room(
    ground: Ground, kubectl: Kubectl, open_program: Open
) -> None:
    node = ground.first

    def spec() -> Any:
        return get(kubectl, "node", node)["spec"]

    ground.deploy("cart", 1, minAvailable=1)
    ground.node(ground.second)
    terminal = open_program("--view", "nodes", size=(120, 40))
    visit(terminal, "nodes", node)
    agreed(terminal, "c", f"Cordon {node}?", f"node/{node} cordoned")
    assert spec()["unschedulable"] is True
    terminal.send("u")
    terminal.wait_for(f"node/{node} uncordoned", WITHIN)
    assert "unschedulable" not in spec()
    filled(terminal, "t", f"Taints of {node}", "upkeep=soon:PreferNoSchedule")
    agreed(terminal, "", f"Taint {node}", f"● node/{node} ")
    promptly(
        lambda: {"key": "upkeep", "value": "soon", "effect": "PreferNoSchedule"} in spec()["taints"], within=WITHIN
    )
    filled(terminal, "t", f"Taints of {node}", "upkeep-")
    agreed(terminal, "", f"Taint {node}", f"● node/{node} ")
    promptly(lambda: [taint["key"] for taint in spec()["taints"]] == ["e2e"], within=WITHIN)

    terminal.send("D")
    terminal.wait_for("blocked: budget cart allows 0", WITHIN)
    terminal.wait_for("● live", WITHIN)
    terminal.wait_quiet(1.5)  # a plan in which nothing moves paints nothing
    chosen(terminal, "D", f"Drain {node}?", "Drain", "refused by budget cart (0 allowed)")
    assert spec()["unschedulable"] is True
    assert len(ground.on(node)) == 1
    terminal.send("q")  # the drain goes on without its page
    terminal.wait_for("1 job", WITHIN)
    visit(terminal, f"deploy {ground.namespace}", "cart")
    filled(terminal, "s", "Replicas of", "2")
    agreed(terminal, "", "Scale deployment", "deployment.apps/cart scaled")
    assert get(kubectl, "-n", ground.namespace, "deployment", "cart")["spec"]["replicas"] == 2
    terminal.wait_for(f"Drain {node}: done, 1/1 pod gone", WITHIN)
    assert ground.on(node) == []
    assert len(ground.on(ground.second)) == 2


def test_workloads_are_restarted_scaled_suspended_triggered_and_deleted(
    kubectl: Kubectl, namespace: str, open_program: Open
) -> None:
    web, nightly = deployment("web", replicas=1, nodeSelector={"type": "kwok"}), cronjob("nightly", "example/job:1")
    items = {"apiVersion": "v1", "kind": "List", "items": [web, nightly]}
    create = kubectl.argv("-n", namespace, "create", "-f", "-")
    subprocess.run(create, input=json.dumps(items), capture_output=True, text=True, timeout=60, check=True)

    def found(what: str) -> Any:
        return get(kubectl, "-n", namespace, *what.split())

    terminal = open_program("-n", namespace, "--view", "workloads", size=(80, 24))
    visit(terminal, "workloads", "web")
    agreed(terminal, "r", "Restart deployment", "deployment.apps/web restarted")
    assert "kubectl.kubernetes.io/restartedAt" in found("deployment web")["spec"]["template"]["metadata"]["annotations"]
    filled(terminal, "s", "Replicas of", "3")
    agreed(terminal, "", "Scale deployment", "deployment.apps/web scaled")
    assert found("deployment web")["spec"]["replicas"] == 3
    visit(terminal, "workloads", "nightly")
    agreed(terminal, "z", "Suspend cronjob", "cronjob.batch/nightly suspended")
    assert found("cronjob nightly")["spec"]["suspend"] is True
    terminal.send("z")
    terminal.wait_for("cronjob.batch/nightly resumed", WITHIN)
    assert found("cronjob nightly")["spec"]["suspend"] is False
    agreed(terminal, "t", "Trigger cronjob", "created")
    (job,) = found("jobs")["items"]
    assert job["metadata"]["ownerReferences"][0]["name"] == "nightly"
    for kind, name in (("cronjob.batch", "nightly"), ("deployment.apps", "web")):
        visit(terminal, "workloads", name)
        chosen(terminal, "\x04", f"Delete {kind.partition('.')[0]}", "Delete", "Nothing matches the filter")
        kubectl("-n", namespace, "wait", "--for=delete", f"{kind}/{name}", "--timeout=30s")
