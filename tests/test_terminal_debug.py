"""The launcher in a real pseudo terminal against the demo: one session for each mode, and what is left afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import assert_given_back, program
from tests.support.terminal import Terminal

pytestmark = pytest.mark.slow
AGAIN = "Press enter to go back"
TAKEN = "the server would take it"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with program(tmp_path, "--demo", "--view", "pods", "--namespace", "shop") as started:
        started.wait_for(lambda: "● live" in started.text and "checkout" in started.text, timeout=30)
        yield started


def form(terminal: Terminal, keys: str) -> None:
    """Open it, and wait until the server has tried what stands there."""
    terminal.send(keys)
    terminal.wait_for(TAKEN)


def session(terminal: Terminal) -> None:
    """Start it, get an answer at the prompt, and leave."""
    terminal.send("y")
    terminal.wait_for("ctrl+] detaches or ends", timeout=40)
    terminal.wait_quiet(0.5)
    terminal.send("echo it is $((6*7))\r")
    terminal.wait_for("it is 42")
    terminal.send("exit\r")
    terminal.wait_for(AGAIN)
    terminal.send("\r")
    terminal.wait_for(lambda: AGAIN not in terminal.text)


def filtered(terminal: Terminal, text: str) -> None:
    """The rows that the filter leaves, and the cursor on the first of them."""
    terminal.send(f"/{text}\r")
    terminal.wait_for(lambda: " of " in terminal.display[0] and f"\n > {text}" in terminal.text)


def removed(terminal: Terminal, behind: str) -> None:
    """Say yes to the question, see it go, and go back to the table behind."""
    terminal.wait_for("Remove debug pod")
    terminal.send("y")
    terminal.wait_for("● removed")
    terminal.send("q")
    terminal.wait_for(lambda: f" {behind} " in terminal.display[0])


def test_each_mode_from_its_keys_to_a_prompt_and_to_its_clean_up(terminal: Terminal) -> None:
    filtered(terminal, "checkout")
    form(terminal, "b")
    session(terminal)
    terminal.wait_for("is not started again")
    terminal.send("f")  # the same form for a copy of it
    terminal.wait_for(TAKEN)
    terminal.send("m")
    terminal.wait_for("How to debug")
    terminal.send("copy\r")
    terminal.wait_for(lambda: "This is different from pod" in terminal.text and TAKEN in terminal.text)
    session(terminal)
    removed(terminal, "pods (shop)")
    terminal.send(":nodes\r")
    terminal.wait_for(lambda: " nodes " in terminal.display[0] and "worker-a1" in terminal.text)
    filtered(terminal, "worker-a1")
    form(terminal, "b")
    session(terminal)
    removed(terminal, "nodes")
    terminal.send(":services\r")
    terminal.wait_for("CLUSTER-IP")
    terminal.wait_quiet()
    form(terminal, "6")
    session(terminal)
    removed(terminal, "services (shop)")
    terminal.send("\x11")
    assert terminal.wait_end() == 0
    assert_given_back(terminal)
