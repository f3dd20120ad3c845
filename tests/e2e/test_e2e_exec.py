"""Sessions in containers of a real kubelet, in a real terminal: commands with their exit codes, a shell, the ways out.

The node `edge-1` runs commands as local processes, without a terminal of theirs: nothing echoes, and a line ends with
ctrl+j. What needs a terminal at the other end is tested against the embedded cluster (tests/test_terminal_exec.py).
"""

import json
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Kubectl
from tests.support.terminal import Terminal

pytestmark = pytest.mark.slow
ESCAPE = "\x1d"
AGAIN = "Press enter to go back."


@pytest.fixture
def shell(kubectl: Kubectl, namespace: str) -> str:
    """A pod on the real kubelet's node, running."""
    spec = {"nodeName": "edge-1", "terminationGracePeriodSeconds": 0}
    words = ["--image", "registry.example/shell:1", "--restart=Never", "--overrides", json.dumps({"spec": spec})]
    kubectl("-n", namespace, "run", "shell", *words)
    kubectl("-n", namespace, "wait", "pod/shell", "--for=condition=Ready", "--timeout=60s")
    return f"{namespace}/shell (shell)"


@pytest.fixture
def terminal(open_program: Callable[..., Terminal], namespace: str, shell: str) -> Terminal:
    """The pods, with the cursor on it."""
    assert shell
    started = open_program("--namespace", namespace, "--view", "pods", size=(120, 40))
    started.wait_for("> shell", 60)
    return started


def run(terminal: Terminal, command: str, *says: str) -> str:
    """Run it by `:exec`, wait for what is said, and go back; returns what stood on the terminal."""
    terminal.send(f":exec {command}\r")
    for each in (*says, AGAIN):
        terminal.wait_for(each)
    shown = terminal.text
    terminal.send("\r")
    terminal.wait_for(lambda: AGAIN not in terminal.text and "> shell" in terminal.text)
    return shown


def back(terminal: Terminal, says: str) -> None:
    """The table is there again, and tells how it ended."""
    terminal.wait_for(lambda: says in terminal.text and "> shell" in terminal.text)


def test_commands_their_output_and_their_exit_codes(terminal: Terminal, shell: str) -> None:
    shown = run(terminal, "echo two words", f"{shell}: echo ended with exit code 0 after")
    assert "two words" in shown
    run(terminal, "sh -c 'exit 7'", f"{shell}: sh ended with exit code 7 after")
    run(terminal, "sh -c 'kill -9 $$'", f"{shell}: sh ended with exit code 137 after")
    run(terminal, "-c shell -- sh -c 'echo to the other >&2; exit 1'", "to the other", "exit code 1 after")
    terminal.send(":exec no-such-thing\r")
    terminal.wait_for('exec: "no-such-thing": executable file')
    terminal.wait_for("> shell")
    terminal.send(":exec -c other true\r")
    terminal.wait_for("container other not found in pod shell")


def test_a_shell_answers_and_its_exit_code_is_told(terminal: Terminal, shell: str) -> None:
    terminal.send("s")
    terminal.wait_for("ctrl+] detaches or ends")
    terminal.send("echo an$(echo swer)\n")
    terminal.wait_for("answer")
    terminal.resize(100, 30)
    terminal.wait_for("[resized 100x30]")  # what this runtime says of it
    terminal.send("exit 3\n")
    back(terminal, f"{shell}: the shell ended with exit code 3 after")


def test_ctrl_bracket_ends_it(terminal: Terminal, shell: str) -> None:
    for key, says in (("e", "the shell was ended from here after"), ("d", "left the shell after")):
        terminal.send("s")
        terminal.wait_for("ctrl+] detaches or ends")
        terminal.send("echo an$(echo swer)\n")
        terminal.wait_for("answer")
        terminal.send(ESCAPE)
        terminal.wait_for("d leave it (the server hangs up on it), e end it")
        terminal.send(key)
        back(terminal, f"{shell}: {says}")


def test_attached_it_prints_and_ends(terminal: Terminal, shell: str) -> None:
    terminal.send(":attach\r")
    for number in range(5):
        terminal.wait_for(f"attached {number}")
    terminal.wait_for(AGAIN)
    terminal.send("\r")
    back(terminal, f"{shell}: what ran there ended after")
