"""The launcher by its keys on a real cluster, each mode into its session and to its clean-up; kubectl verifies.

On `edge-1`, a real kubelet, attaching prints five lines and ends. A pod by itself comes to a node of kwok, whose
containers write on for ever: there the way out is ctrl+].
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import Kubectl
from tests.support.terminal import Terminal

pytestmark = pytest.mark.slow
AGAIN = "Press enter to go back."
WITHIN = 60.0
EDGE = {
    "nodeSelector": {"type": "kubelet"},
    "tolerations": [{"key": "edge", "operator": "Exists"}],
    "terminationGracePeriodSeconds": 0,
}


@pytest.fixture
def shell(kubectl: Kubectl, namespace: str) -> str:
    """A pod on the real kubelet's node, running."""
    words = ["--image", "registry.example/shell:1", "--restart=Never", "--labels", "app=shell"]
    kubectl("-n", namespace, "run", "shell", *words, "--overrides", json.dumps({"spec": EDGE}))
    kubectl("-n", namespace, "wait", "pod/shell", "--for=condition=Ready", "--timeout=60s")
    return "shell"


@pytest.fixture
def debug(kubectl: Kubectl, namespace: str) -> Callable[[], list[dict[str, Any]]]:
    """The debug pods of the namespace, as kubectl finds them."""

    def found() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads(
            kubectl("-n", namespace, "get", "pods", "-l", "k8stui/debug", "-o", "json")
        )["items"]
        return [each for each in items if not each["metadata"].get("deletionTimestamp")]

    return found


Debug = Callable[[], list[dict[str, Any]]]


def opened(open_program: Callable[..., Terminal], namespace: str, view: str, row: str) -> Terminal:
    terminal = open_program("--namespace", namespace, "--view", view, size=(140, 45))
    terminal.wait_for("● live", WITHIN)
    terminal.wait_for(f" {row} ", WITHIN)
    terminal.send(f"/{row}\r")
    terminal.wait_for(lambda: " of " in terminal.display[0] and f"> {row} " in terminal.text)
    return terminal


def begun(terminal: Terminal) -> None:
    """The form is judged by the server, and what it says is started."""
    terminal.wait_for("the server would take it", WITHIN)
    terminal.send("y")


def five_lines(terminal: Terminal) -> None:
    """The session on edge-1 from its first line to its end."""
    for number in range(5):
        terminal.wait_for(f"attached {number}", WITHIN)
    terminal.wait_for(AGAIN)
    terminal.send("\r")


def removed(terminal: Terminal, debug: Debug) -> None:
    """Asked once, and gone."""
    terminal.wait_for("Remove debug pod")
    assert len(debug()) == 1
    terminal.send("y")
    terminal.wait_for("● removed", WITHIN)
    assert debug() == []
    terminal.send("q")


def test_a_container_in_the_pod(
    open_program: Callable[..., Terminal], kubectl: Kubectl, namespace: str, shell: str, debug: Debug
) -> None:
    terminal = opened(open_program, namespace, "pods", shell)
    terminal.send("b")
    begun(terminal)
    five_lines(terminal)
    terminal.wait_for("is not started again")
    found = json.loads(kubectl("-n", namespace, "get", "pod", shell, "-o", "json"))
    (container,) = found["spec"]["ephemeralContainers"]
    assert container["targetContainerName"] == shell
    assert container["stdin"] is True
    assert container["tty"] is True
    assert found["metadata"]["labels"] == {"app": "shell"}
    assert debug() == []
    # The same form again, for a copy.
    terminal.send("f")
    terminal.wait_for("the server would take it")
    terminal.send("m")
    terminal.wait_for("How to debug")
    terminal.send("copy\r")
    terminal.wait_for("This is different from pod", WITHIN)
    begun(terminal)
    five_lines(terminal)
    terminal.wait_for("Remove debug pod")
    (copy,) = debug()
    assert copy["metadata"]["labels"]["k8stui/debug"] == "copy"
    assert "app" not in copy["metadata"]["labels"]
    assert copy["spec"]["containers"][0]["image"] == "registry.example/shell:1"
    assert copy["spec"]["activeDeadlineSeconds"] == 4 * 3600
    assert set(copy["metadata"]["annotations"]) >= {"k8stui/who", "k8stui/host", "k8stui/at"}
    removed(terminal, debug)
    kubectl("-n", namespace, "get", "pod", shell)


def test_a_pod_on_the_node(open_program: Callable[..., Terminal], namespace: str, debug: Debug) -> None:
    terminal = opened(open_program, namespace, "nodes", "edge-1")
    terminal.send("b")
    terminal.wait_for("the server would take it", WITHIN)
    begun(terminal)
    five_lines(terminal)
    terminal.wait_for("Remove debug pod")
    (pod,) = debug()
    assert pod["spec"]["nodeName"] == "edge-1"
    assert pod["spec"]["hostPID"] is True
    assert pod["metadata"]["labels"]["k8stui/debug"] == "node"
    removed(terminal, debug)


def test_a_pod_by_itself(open_program: Callable[..., Terminal], namespace: str, shell: str, debug: Debug) -> None:
    assert shell  # what is there is not what it is about
    terminal = open_program("--namespace", namespace, "--view", "services", size=(140, 45))
    terminal.wait_for("● live", WITHIN)
    terminal.send("6")
    begun(terminal)
    terminal.wait_for("ctrl+] detaches or ends", WITHIN)
    terminal.wait_for("served", WITHIN)
    (pod,) = debug()
    assert pod["metadata"]["labels"]["k8stui/debug"] == "alone"
    terminal.send("\x1d")
    terminal.wait_for("e end it")
    terminal.send("e")
    removed(terminal, debug)
