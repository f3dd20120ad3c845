"""A bad image on a real cluster, noticed on the rollout page and undone by a key; a crash with its log; in 24 lines."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import Kubectl
from tests.support.manifests import daemonset, deployment, statefulset
from tests.support.terminal import Terminal

SIZE = (80, 24)
EDGE = {"kubernetes.io/hostname": "edge-1"}
"""The node of a kubelet whose containers do what their image's name says."""
IMAGE = "registry.example/web:1"
ON_EDGE: dict[str, Any] = {"nodeSelector": EDGE, "tolerations": [{"operator": "Exists"}]}


def applied(kubectl: Kubectl, namespace: str, made: Any) -> None:
    """Create it and wait until it runs."""
    argv = kubectl.argv("-n", namespace, "create", "-f", "-")
    subprocess.run(argv, input=json.dumps(made), capture_output=True, text=True, timeout=60, check=True)
    kubectl("-n", namespace, "rollout", "status", f"{made['kind'].lower()}/web", "--timeout=60s")


def image(kubectl: Kubectl, namespace: str, kind: str) -> str:
    found = json.loads(kubectl("-n", namespace, "get", kind, "web", "-o", "json"))
    name: str = found["spec"]["template"]["spec"]["containers"][0]["image"]
    return name


def page(open_program: Callable[..., Terminal], namespace: str, view: str = "deployments.apps") -> Terminal:
    """The rollout page of the one workload there is."""
    terminal = open_program("--namespace", namespace, "--view", view, size=SIZE)
    terminal.wait_for("> web", 60)
    terminal.send("R")
    terminal.wait_for("successfully rolled out" if "stateful" not in view else "roll out complete", 60)
    return terminal


def answered(terminal: Terminal, question: str) -> None:
    """Wait for the question, and say yes."""
    terminal.wait_for(question, 30)
    terminal.wait_for("the server would change", 30)  # what is typed before the question was seen is no answer
    terminal.send("y")


def test_a_bad_image_is_set_noticed_and_undone_by_keys(
    open_program: Callable[..., Terminal], kubectl: Kubectl, namespace: str
) -> None:
    applied(kubectl, namespace, deployment("web", replicas=2, image=IMAGE, **ON_EDGE))
    terminal = page(open_program, namespace)
    terminal.send("i")
    terminal.wait_for("container=image", 30)
    terminal.send("\x15" + "web=registry.example/missing:2\r")
    answered(terminal, "image")
    terminal.wait_for("1 failing", 60)
    terminal.wait_for(lambda: "ImagePull" in terminal.text, 30)
    terminal.wait_for("+   - image: registry.example/missing:2")
    assert image(kubectl, namespace, "deployment").endswith("missing:2")
    # This kubelet calls such pods ready, and kubectl calls that rolled out: the page does not.
    terminal.wait_for(lambda: "Rolled out, but" in terminal.text or "Rolling out" in terminal.text)
    terminal.send("U")
    answered(terminal, f"Undo deployment {namespace}/web to revision 1?")
    terminal.wait_for(lambda: "Healthy" in terminal.text and "3 now" in terminal.text, 60)
    assert image(kubectl, namespace, "deployment") == IMAGE
    kubectl("-n", namespace, "rollout", "status", "deployment/web", "--timeout=60s")
    history = kubectl("-n", namespace, "rollout", "history", "deployment/web")
    assert [line.split()[0] for line in history.splitlines() if line[:1].isdigit()] == ["2", "3"]


def test_a_crash_is_on_the_page_with_the_end_of_its_log(
    open_program: Callable[..., Terminal], kubectl: Kubectl, namespace: str
) -> None:
    applied(kubectl, namespace, deployment("web", replicas=1, image=IMAGE, **ON_EDGE))
    terminal = page(open_program, namespace)
    kubectl("-n", namespace, "set", "image", "deployment/web", "web=registry.example/exit1:2")
    terminal.wait_for("by kubectl-set", 60)
    terminal.wait_for(lambda: "exit 1" in terminal.text and "│ " in terminal.text, 60)
    terminal.wait_for(lambda: "Last lines of web-" in terminal.text and "failing" in terminal.text, 60)
    terminal.wait_for("What revision 2 changed of revision 1")
    terminal.send("U")
    answered(terminal, f"Undo deployment {namespace}/web to revision 1?")
    terminal.wait_for("Healthy", 60)
    assert image(kubectl, namespace, "deployment") == IMAGE


@pytest.mark.parametrize(("made", "kind"), [(daemonset, "daemonset"), (statefulset, "statefulset")])
def test_the_other_kinds_are_taken_back(
    open_program: Callable[..., Terminal], kubectl: Kubectl, namespace: str, made: Callable[..., Any], kind: str
) -> None:
    applied(kubectl, namespace, made("web", image=IMAGE, **ON_EDGE))
    terminal = page(open_program, namespace, f"{kind}s.apps")
    kubectl("-n", namespace, "set", "image", f"{kind}/web", "web=registry.example/missing:2")
    terminal.wait_for("failing", 60)
    terminal.send("U")
    answered(terminal, f"Undo {kind} {namespace}/web to revision 1?")
    wanted = f"--for=jsonpath={{.spec.template.spec.containers[0].image}}={IMAGE}"
    kubectl("-n", namespace, "wait", f"{kind}/web", wanted, "--timeout=30s")
    terminal.wait_for(lambda: "Healthy" in terminal.text or "It waits for web-" in terminal.text, 60)
    if "It waits for web-" in terminal.text:  # kubernetes.io: a forced rollback wants the broken pod deleted
        kubectl("-n", namespace, "delete", "pod", "web-1", "--wait=false")
        terminal.wait_for("Healthy", 60)
    kubectl("-n", namespace, "rollout", "status", f"{kind}/web", "--timeout=60s")
