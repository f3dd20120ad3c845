"""Giving the terminal back, without Textual and without the program: bytes and line settings of a pseudo terminal."""

import inspect
import os
import re
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator

import pytest
from textual.drivers import linux_driver

from k8stui.display.restore import LEAVE, Terminal, end_at_the_latest


class Line:
    """A pseudo terminal: `program` is the end that a program has, `person` the other."""

    def __init__(self) -> None:
        self.person, self.program = os.openpty()
        os.set_blocking(self.person, False)

    def sent(self) -> str:
        found = b""
        while True:
            try:
                found += os.read(self.person, 65536)
            except BlockingIOError:
                return found.decode()

    def fill(self) -> None:
        """Write until it takes no more."""
        os.set_blocking(self.program, False)
        try:
            while True:
                os.write(self.program, b"x" * 4096)
        except BlockingIOError:
            os.set_blocking(self.program, True)


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    for fd in (made.person, made.program):
        os.close(fd)


def change(fd: int) -> None:
    """What Textual does: no echo, no lines, no signals."""
    attributes = termios.tcgetattr(fd)
    attributes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def test_entering_takes_the_alternate_screen_and_writes_a_first_line(line: Line) -> None:
    Terminal(line.program).enter("  k8stui …")
    assert line.sent() == "\x1b[?1049h\x1b[H\x1b[2J  k8stui …"


def test_restoring_gives_back_line_settings_and_modes(line: Line) -> None:
    terminal = Terminal(line.program)
    before = termios.tcgetattr(line.program)
    terminal.enter("")
    change(line.program)
    assert termios.tcgetattr(line.program) != before
    terminal.restore()
    assert termios.tcgetattr(line.program) == before
    assert line.sent().endswith(LEAVE)
    terminal.restore()
    assert line.sent() == ""  # left twice, a terminal moves the cursor back over what was written in between


def test_the_screen_is_left_alone_before_it_was_entered_and_after_it_was_left_in_order(line: Line) -> None:
    terminal = Terminal(line.program)
    terminal.restore()
    assert line.sent() == ""
    terminal.enter("")
    line.sent()
    before = termios.tcgetattr(line.program)
    change(line.program)
    terminal.left()
    terminal.restore()
    assert line.sent() == ""
    assert termios.tcgetattr(line.program) == before


def test_restoring_waits_for_nobody(line: Line) -> None:
    terminal = Terminal(line.program)
    before = termios.tcgetattr(line.program)
    terminal.enter("")
    change(line.program)
    line.fill()
    terminal.restore()
    assert termios.tcgetattr(line.program) == before
    assert os.get_blocking(line.program)


def test_restoring_a_terminal_that_is_gone_is_harmless() -> None:
    person, program = os.openpty()
    terminal = Terminal(program)
    terminal.enter("")
    os.close(person)
    terminal.restore()
    os.close(program)
    terminal.restore()


def test_every_mode_that_textual_sets_is_undone() -> None:
    source = re.sub(r"#.*", "", inspect.getsource(linux_driver))
    set_modes = set(re.findall(r"\[\?(\d+)h", source)) - {"7", "25"}
    unset_modes = set(re.findall(r"\[\?(\d+)l", source)) & {"7", "25"}
    assert {"1049", "2004"} <= set_modes
    undone = set(re.findall(r"\[\?(\d+)l", LEAVE)), set(re.findall(r"\[\?(\d+)h", LEAVE))
    assert set_modes <= undone[0]
    assert unset_modes <= undone[1]
    assert "\x1b[<u" in LEAVE.partition("\x1b[?1049l")[0]  # kitty keeps one stack for each screen


def test_a_hanging_end_is_cut_short(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    ended = threading.Event()

    def leave(code: int) -> None:
        codes.append(code)
        ended.set()

    monkeypatch.setattr("os._exit", leave)
    terminal = Terminal(line.program)
    before = termios.tcgetattr(line.program)
    terminal.enter("")
    change(line.program)
    end_at_the_latest(terminal, 0.01, 143)
    assert ended.wait(5)
    assert codes == [143]
    assert termios.tcgetattr(line.program) == before


def test_an_end_in_time_calls_the_watchdog_off(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os._exit", lambda _code: pytest.fail("ended all the same"))
    before = set(threading.enumerate())
    cancel = end_at_the_latest(Terminal(line.program), 60, 0)
    (watchdog,) = set(threading.enumerate()) - before
    assert watchdog.daemon
    cancel()
    watchdog.join(5)
    assert not watchdog.is_alive()


def test_pythons_own_words_never_reach_the_terminal() -> None:
    code = (
        "import gc, logging, sys, threading, warnings\n"
        "from k8stui.display.restore import quiet_python\n"
        "said = []\n"
        "quiet_python(said.append)\n"
        "warnings.warn('old thing')\n"
        "logging.getLogger('library').error('a log line')\n"
        "thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()\n"
        "class Bad:\n"
        "    def __del__(self): raise ValueError('secret')\n"
        "Bad(); gc.collect()\n"
        "print(said)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    assert "old thing" in done.stdout
    assert "ZeroDivisionError in a thread" in done.stdout
    assert "ValueError" in done.stdout
    assert "secret" not in done.stdout
