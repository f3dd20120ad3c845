"""How the program ends, in a real pseudo terminal: whatever happens, the terminal is as it was found."""

import os
import re
import signal
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.background import Background
from tests.support.faulty_program import PLANTED
from tests.support.objects import node, pod
from tests.support.program import after, assert_given_back, faulty, modes, program
from tests.support.terminal import Terminal
from tests.support.waiting import promptly

ENDING = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as cluster:
        cluster.create(node("worker-1"), *(pod(f"web-{number}") for number in range(3)))
        yield cluster


@pytest.fixture
def kubeconfig(background: Background, tmp_path: Path) -> str:
    return str(background.kubeconfig(tmp_path / "kubeconfig"))


@pytest.fixture
def running(kubeconfig: str, tmp_path: Path) -> Iterator[Terminal]:
    """The program with its rows on the screen."""
    with program(tmp_path, "--kubeconfig", kubeconfig) as terminal:
        terminal.wait_for("live")
        assert terminal.attributes() != terminal.found
        yield terminal
    assert reports(tmp_path) == {}


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_it_in_order(running: Terminal, number: signal.Signals) -> None:
    running.kill(number)
    assert running.wait_end() == 128 + number
    assert_given_back(running)
    assert after(running) == ""


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_before_the_first_frame_ends_it_too(kubeconfig: str, tmp_path: Path, number: signal.Signals) -> None:
    with program(tmp_path, "--kubeconfig", kubeconfig) as terminal:
        terminal.wait_for(lambda: bool(terminal.raw), whole=False)
        terminal.kill(number)
        assert terminal.wait_end() == 128 + number
        assert_given_back(terminal)


def test_a_signal_under_a_dialog_and_an_input_ends_it_too(running: Terminal) -> None:
    running.send("?")
    running.wait_for("Help   esc closes")
    running.send("\x1b/abc")
    running.wait_for("/abc")
    running.kill(signal.SIGTERM)
    assert running.wait_end() == 143
    assert_given_back(running)


def test_q_asks_nothing_and_ends_with_0(running: Terminal) -> None:
    running.send("q")
    assert running.wait_end() == 0
    assert_given_back(running)
    assert after(running) == ""


def test_ctrl_q_ends_with_0_from_anywhere(running: Terminal) -> None:
    running.send("/web")
    running.wait_for("3 of 3")
    running.send("\x11")
    assert running.wait_end() == 0
    assert_given_back(running)


def test_ctrl_c_asks_and_does_not_end_it(running: Terminal) -> None:
    running.send("\x03")
    running.wait_for("Quit")
    running.send("\x1b")
    running.wait_for(lambda: "Quit" not in running.text)
    assert running.ended() is None
    running.send("\x03")
    running.wait_for("Quit")
    running.send("y")
    assert running.wait_end() == 0
    assert_given_back(running)


def test_a_closed_window_ends_it(running: Terminal) -> None:
    running.hang_up()
    assert running.wait_end() == 129


def test_a_terminal_that_answers_gets_back_what_its_answers_turned_on(running: Terminal) -> None:
    # Synchronised output and resize reports are asked for; a terminal that has them gets two modes more.
    os.write(running.fd, b"\x1b[?2026;2$y\x1b[?2048;2$y")
    running.wait_for(lambda: b"2048" in modes(bytes(running.raw)))
    running.send("jk")
    running.wait_for(lambda: running.raw.count(b"\x1b[?2026l") > 1)
    running.send("\x11")
    assert running.wait_end() == 0
    assert_given_back(running)


def test_keys_in_another_encoding_are_no_end(running: Terminal) -> None:
    os.write(running.fd, b"\xff\xe9\xfe/web-1\r")
    running.wait_for("1 of 3")
    assert running.ended() is None


def reports(directory: Path) -> dict[str, str]:
    """The crash reports that a run has left, by path; all of them for their owner only and without data."""
    found = {str(path): path.read_text() for path in directory.rglob("crash-*.txt")}
    for path, text in found.items():
        assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
        assert PLANTED not in text
    return found


def reported(directory: Path, number: int) -> bool:
    return len(reports(directory)) == number


@pytest.mark.parametrize("where", ["render", "end", "load"])
def test_a_crash_gives_the_terminal_back_and_leaves_a_report(kubeconfig: str, tmp_path: Path, where: str) -> None:
    with program(tmp_path, "--kubeconfig", kubeconfig, argv=faulty(where), size=(200, 40)) as terminal:
        if where == "end":
            terminal.wait_for("live")
            terminal.send("/")
        assert terminal.wait_end() == 1
        assert_given_back(terminal)
        sentence = after(terminal)
        raw = bytes(terminal.raw)
    found = re.fullmatch(
        r"k8stui: it ended because of a mistake of its own \(LookupError\)\. "
        r"A report without any data of yours is in\s+(\S+)\.",
        sentence,
    )
    assert found, sentence
    report = reports(tmp_path)[found[1]]
    assert "faulty_program.py" in report
    assert "in explode" in report
    assert b"Traceback" not in raw
    assert PLANTED.encode() not in raw


def test_mistakes_in_handlers_workers_and_callbacks_are_messages_and_no_end(kubeconfig: str, tmp_path: Path) -> None:
    with program(tmp_path, "--kubeconfig", kubeconfig, argv=faulty("beside"), size=(200, 40)) as terminal:
        terminal.wait_for("live")
        for number, key in enumerate(("/", ":", "w"), start=1):
            terminal.send(key)
            terminal.wait_for(partial(reported, tmp_path, number))
        terminal.send("!")
        for where in ("in Key", "in a worker", "in a task"):
            terminal.wait_for(f"Something went wrong inside k8stui: LookupError {where}")
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)
        assert PLANTED.encode() not in terminal.raw


def test_it_ends_although_the_terminal_takes_no_bytes_any_more(kubeconfig: str, tmp_path: Path) -> None:
    with program(tmp_path, "--kubeconfig", kubeconfig, argv=faulty("end")) as terminal:
        terminal.wait_for("live")
        terminal.stall()
        terminal.send("jjj?")
        terminal.kill(signal.SIGTERM)
        promptly(lambda: terminal.ended() is not None)
        assert terminal.ended() == 143
        assert terminal.attributes() == terminal.found


def test_a_crash_ends_although_the_terminal_takes_no_bytes_any_more(kubeconfig: str, tmp_path: Path) -> None:
    with program(tmp_path, "--kubeconfig", kubeconfig, argv=faulty("end")) as terminal:
        terminal.wait_for("live")
        terminal.stall()
        terminal.send("/")
        promptly(lambda: terminal.ended() is not None)
        assert terminal.ended() == 1
        assert terminal.attributes() == terminal.found


class TestDemo:
    """The embedded cluster of --demo is a child process: it never outlives the program."""

    @pytest.fixture
    def demo(self, tmp_path: Path) -> Iterator[Terminal]:
        with program(tmp_path, "--demo", size=(120, 20)) as terminal:
            terminal.wait_for("live", 30)
            yield terminal

    def child(self, terminal: Terminal) -> int:
        (pid,) = Path(f"/proc/{terminal.pid}/task/{terminal.pid}/children").read_text().split()
        assert "k8stui.demo" in Path(f"/proc/{pid}/cmdline").read_text()
        return int(pid)

    def gone(self, pid: int) -> bool:
        try:
            return ") Z " in Path(f"/proc/{pid}/stat").read_text()
        except FileNotFoundError:
            return True

    def test_it_ends_with_an_orderly_end(self, demo: Terminal) -> None:
        pid = self.child(demo)
        demo.send("q")
        assert demo.wait_end() == 0
        assert_given_back(demo)
        promptly(lambda: self.gone(pid))

    def test_it_ends_with_a_program_that_was_killed(self, demo: Terminal) -> None:
        pid = self.child(demo)
        demo.kill(signal.SIGKILL)
        assert demo.wait_end() == -signal.SIGKILL
        promptly(lambda: self.gone(pid))

    def test_its_own_end_is_said(self, demo: Terminal) -> None:
        os.kill(self.child(demo), signal.SIGKILL)
        demo.wait_for("stale")
        demo.send("!")
        demo.wait_for("The embedded cluster has ended (killed by signal 9)")
        assert demo.ended() is None
