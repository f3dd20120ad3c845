"""The program hung up while debug pods of it run on a real cluster: none of them is left, and what stays is told."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Kubectl
from tests.support.program import assert_given_back, program
from tests.support.terminal import Terminal
from tests.support.waiting import promptly

pytestmark = pytest.mark.slow
WITHIN = 60.0
GONE = 5.0
"""Seconds in which none of its debug pods is left."""
EDGE = {
    "nodeSelector": {"type": "kubelet"},
    "tolerations": [{"key": "edge", "operator": "Exists"}],
    "terminationGracePeriodSeconds": 0,
}


@pytest.fixture
def shell(kubectl: Kubectl, namespace: str) -> str:
    """A pod on the real kubelet's node, running."""
    words = ["--image", "registry.example/shell:1", "--restart=Never"]
    kubectl("-n", namespace, "run", "shell", *words, "--overrides", json.dumps({"spec": EDGE}))
    kubectl("-n", namespace, "wait", "pod/shell", "--for=condition=Ready", "--timeout=60s")
    return "shell"


@pytest.fixture
def start(kubectl: Kubectl, namespace: str, tmp_path: Path) -> Iterator[Callable[[], Terminal]]:
    """The program with one home directory, as often as it is wanted."""
    opened: list[Terminal] = []

    def begin() -> Terminal:
        words = ("--kubeconfig", kubectl.kubeconfig, "--namespace", namespace, "--view", "pods")
        opened.append(program(tmp_path, *words, size=(160, 45)))
        opened[-1].wait_for("> shell", WITHIN)
        return opened[-1]

    yield begin
    for terminal in opened:
        terminal.close()
    assert not list(tmp_path.rglob("crash-*"))


def there(kubectl: Kubectl, namespace: str) -> list[dict[str, Any]]:
    """The debug pods that kubectl finds."""
    found: list[dict[str, Any]] = json.loads(
        kubectl("-n", namespace, "get", "pods", "-l", "k8stui/debug", "-o", "json")
    )["items"]
    return found


def modes(kubectl: Kubectl, namespace: str) -> list[str]:
    return sorted(each["metadata"]["labels"]["k8stui/debug"] for each in there(kubectl, namespace))


def begun(terminal: Terminal, typed: str) -> None:
    """By `:debug`, once the server has tried it."""
    terminal.send(f":debug {typed}\r")
    terminal.wait_for("the server would take it", WITHIN)
    terminal.wait_quiet()
    terminal.send("y")


def beside(terminal: Terminal, typed: str) -> None:
    """One without a terminal, as far as it runs; back to the table, while it runs on."""
    begun(terminal, f"{typed} --image=registry.example/tools:1 --stdin=false --tty=false")
    terminal.wait_for("● runs", WITHIN)
    terminal.wait_quiet()
    terminal.send("q")
    terminal.wait_for("> shell")


@pytest.mark.parametrize("hung_up", [False, True], ids=["a signal", "a closed window"])
def test_trap_13_hung_up_it_leaves_no_debug_pod(
    start: Callable[[], Terminal], kubectl: Kubectl, namespace: str, shell: str, *, hung_up: bool
) -> None:
    terminal = start()
    begun(terminal, f"{shell} --image=registry.example/tools:1 --target={shell} -it")
    terminal.wait_for("Press enter to go back.", WITHIN)
    terminal.send("\r")
    terminal.wait_for("is not started again", WITHIN)
    terminal.send("q")
    terminal.wait_for("> shell")
    beside(terminal, f"{shell} --copy-to={shell}-copy --same-node")
    beside(terminal, "node/edge-1")
    terminal.send(":services\r")
    terminal.wait_for("services (")
    begun(terminal, "--image=registry.example/tools:1 -it")
    terminal.wait_for("ctrl+] detaches or ends", WITHIN)
    terminal.wait_for("served", WITHIN)
    assert modes(kubectl, namespace) == ["alone", "copy", "node"]
    at = time.monotonic()
    if hung_up:
        terminal.hang_up()
    else:
        terminal.kill(signal.SIGHUP)
    assert terminal.wait_end(GONE) == 129
    promptly(lambda: there(kubectl, namespace) == [], within=GONE)
    assert time.monotonic() - at < GONE
    if not hung_up:
        assert_given_back(terminal)
    left = json.loads(kubectl("-n", namespace, "get", "pod", shell, "-o", "json"))
    (container,) = left["spec"]["ephemeralContainers"]
    (status,) = left["status"]["ephemeralContainerStatuses"]
    assert "running" in status["state"]
    terminal = start()
    terminal.wait_for(f"The debug container {container['name']} that an earlier run had added still runs", WITHIN)
    terminal.send("\x11")
    assert terminal.wait_end() == 0
