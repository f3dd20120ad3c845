"""A drain by keys in a real terminal on a real cluster: its server killed, itself killed and gone on with."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Api, Kubectl
from tests.support.drain_ground import Ground
from tests.support.program import program
from tests.support.terminal import Terminal

WITHIN = 60.0


@pytest.fixture
def ground(kubectl: Kubectl, namespace: str) -> Iterator[Ground]:
    made = Ground(kubectl, namespace)
    made.node(made.first)
    yield made
    kubectl("delete", "node", made.first, made.second, "--ignore-not-found", "--wait=false")


@pytest.fixture
def started(kubectl: Kubectl, tmp_path: Path) -> Iterator[Callable[[], Terminal]]:
    """The program at 120x40 with one home directory, as often as it is wanted."""
    opened: list[Terminal] = []

    def start() -> Terminal:
        opened.append(program(tmp_path, "--kubeconfig", kubectl.kubeconfig, "--view", "nodes"))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()
    assert not list(tmp_path.rglob("crash-*"))


def planned(terminal: Terminal, node: str) -> None:
    """`D` on this very node."""
    terminal.wait_for("● live")
    terminal.send("/" + node)
    terminal.wait_for(lambda: "1 of " in terminal.display[0])
    terminal.send("\r")
    terminal.wait_for(f"> {node}")
    terminal.send("D")
    terminal.wait_for("WHAT WILL HAPPEN")
    terminal.wait_for(f"kubectl drain {node} --ignore-daemonsets")
    terminal.wait_for(" pods: ")  # all of it was read


def begun(terminal: Terminal) -> None:
    """The question, gone to yes and agreed."""
    terminal.send("D")
    terminal.wait_for("▸[ Cancel ]")
    terminal.wait_quiet()
    terminal.send("\t")
    terminal.wait_for("▸[ Drain ]")
    terminal.send("\r")
    terminal.wait_for("WHAT HAPPENS")


def verified(ground: Ground, pods: int) -> None:
    """As kubectl sees it: the node is cordoned and empty, and its pods run on the other one."""
    assert ground.cordoned(ground.first)
    assert ground.on(ground.first) == []
    assert len(ground.on(ground.second)) == pods


def ended(terminal: Terminal) -> None:
    """It leaves without a question: nothing runs any more."""
    terminal.send("\x11")
    assert terminal.wait_end() == 0


def test_the_server_dies_in_the_middle_and_comes_back(
    ground: Ground, started: Callable[[], Terminal], api: Api
) -> None:
    ground.deploy("web", 6, maxUnavailable=1)
    ground.node(ground.second)
    terminal = started()
    planned(terminal, ground.first)
    terminal.wait_for("in turn 6: budget web allows 1 at a time")
    begun(terminal)
    terminal.wait_for(lambda: any(f"{n}/6 pods gone" in terminal.text for n in range(1, 6)), WITHIN)
    api("kill")
    terminal.wait_for("the connection is lost", WITHIN)
    terminal.send("j")  # it goes on answering
    terminal.wait_for(lambda: any(line.startswith(" > ") for line in terminal.display))
    api("start")
    terminal.wait_for("6/6 pods gone", 2 * WITHIN)
    terminal.wait_for("● done", WITHIN)
    verified(ground, 6)
    ended(terminal)


@pytest.mark.parametrize("key", ["R", "u"], ids=["gone on with", "taken back"])
def test_killed_in_the_middle_it_is_told_at_the_next_start(
    ground: Ground, started: Callable[[], Terminal], key: str
) -> None:
    ground.deploy("cart", 1, minAvailable=1)
    ground.node(ground.second)
    terminal = started()
    planned(terminal, ground.first)
    begun(terminal)
    terminal.wait_for("refused by budget cart", WITHIN)
    os.kill(terminal.pid, signal.SIGKILL)
    assert terminal.wait_end() == -signal.SIGKILL
    assert ground.cordoned(ground.first)
    terminal = started()
    terminal.wait_for(f"Drain {ground.first} in real was cut off")
    terminal.wait_for("● live")
    terminal.send("J")
    terminal.wait_for(lambda: " jobs " in terminal.display[0] and f"Drain {ground.first}" in terminal.text)
    terminal.wait_quiet()
    terminal.send(key)
    if key == "u":
        terminal.wait_for("none that was cut off", WITHIN)
        assert not ground.cordoned(ground.first)
    else:
        terminal.wait_for(f"goes on with Drain {ground.first}", WITHIN)
        terminal.wait_for("blocked: budget cart allows 0")
        begun(terminal)
        terminal.wait_for("refused by budget cart", WITHIN)
        ground.kubectl("-n", ground.namespace, "scale", "deployment/cart", "--replicas=2")
        terminal.wait_for("replaced by cart-", WITHIN)
        terminal.wait_for("● done", WITHIN)
        terminal.wait_for(f" on {ground.second} (")
        verified(ground, 2)
    ended(terminal)
