"""However a session ends: the terminal is as it was found, and nothing is left."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from k8stui.demo.serving.faults import Wire
from tests.support.background import Background
from tests.support.execs import enter, leave, real_cluster, scripted_cluster, shell_pid, start, streaming, wait_back
from tests.support.program import assert_given_back, program
from tests.support.terminal import Terminal
from tests.support.waiting import promptly

pytestmark = pytest.mark.slow
IMPATIENT = [sys.executable, "-m", "tests.support.impatient_program"]


@pytest.fixture(scope="module")
def scripted() -> Iterator[Background]:
    with scripted_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    with real_cluster(tmp_path_factory.mktemp("container")) as cluster:
        yield cluster


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_trap_13_a_signal_in_a_session_restores_the_terminal_and_leaves_no_process(
    real: Background, tmp_path: Path, number: signal.Signals
) -> None:
    with start(real, tmp_path) as terminal:
        enter(terminal)
        pid = shell_pid(terminal)
        terminal.kill(number)
        assert terminal.wait_end(20) == 128 + number
        assert_given_back(terminal)
    promptly(lambda: not Path(f"/proc/{pid}").exists())
    promptly(lambda: streaming(real) == [])


def test_an_interrupt_from_outside_does_not_end_it(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path) as terminal:
        enter(terminal)
        terminal.kill(signal.SIGINT)
        terminal.send("echo still $((1 + 1))\r")
        terminal.wait_for("still 2")
        terminal.send("exit\r")
        wait_back(terminal, "ended with exit code 0")
        leave(terminal)


def test_a_closed_window_ends_program_and_session(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path) as terminal:
        enter(terminal)
        terminal.hang_up()
        assert terminal.wait_end(20) == 129
    promptly(lambda: streaming(real) == [])


def test_a_connection_that_is_cut_is_told(scripted: Background, tmp_path: Path) -> None:
    with start(scripted, tmp_path) as terminal:
        enter(terminal, "root@")
        scripted.call(lambda cluster: cluster.cut_streams("exec", Wire.RESET))
        terminal.wait_for("Press enter to go back.")
        terminal.send("\r")
        wait_back(terminal, "● live")
        terminal.wait_for("default/web (main):")
        leave(terminal)


def test_a_server_that_answers_nothing_any_more_is_told(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    argv = [sys.executable, "-m", "k8stui", "demo-server", "--kubeconfig", str(file), "--port", "0"]
    with Terminal(argv, fresh=True) as server:
        promptly(lambda: file.exists() and file.stat().st_size > 0, within=20)
        with program(tmp_path, "--kubeconfig", str(file), "--view", "pods", argv=IMPATIENT) as terminal:
            terminal.wait_for("● live")
            terminal.send("/checkout-\r")
            terminal.wait_for(lambda: " of " in terminal.display[0])
            terminal.wait_quiet()
            enter(terminal, "$")
            server.kill(signal.SIGSTOP)
            try:
                terminal.wait_for("has answered nothing any more")
                terminal.wait_for("Press enter")
                terminal.send("\r")
                terminal.wait_for(lambda: "> shop" in terminal.text and "has answered nothing" in terminal.text)
            finally:
                server.kill(signal.SIGCONT)
            leave(terminal)


def test_a_terminal_that_takes_nothing_does_not_hold_up_the_end(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path, emulate=False) as terminal:
        terminal.send("s")
        terminal.wait_for(lambda: b"remote$" in terminal.raw)
        terminal.send("yes\r")
        terminal.wait_for(lambda: terminal.raw.count(b"y\r\n") > 1000)
        terminal.stall()
        terminal.kill(signal.SIGTERM)
        assert terminal.wait_end(20) == 143
        assert terminal.attributes() == terminal.found
