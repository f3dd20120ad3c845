"""A real pseudo terminal with a program in it: keys in, bytes out, and the screen as a person would see it."""

import contextlib
import errno
import os
import re
import select
import signal
import sys
import termios
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.emulator import Screen, Stream
from tests.support.preloaded import preloaded
from tests.support.rest import Rest, at_work

KEPT = ("PATH", "HOME", "PYTHONPATH", "VIRTUAL_ENV", "KUBECONFIG", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "TMPDIR")
"""Variables of this process that the program sees too; everything else would make a run depend on who started it."""

ESCAPE = "\x1b[27u"
"""The key, as a terminal with the kitty protocol writes it. A bare escape is one only when nothing follows it within a
tenth of a second: until then it may begin another key."""

_LOOK = 0.05
"""Seconds between two looks at whether somebody is at work."""
_CELL = 40
"""Bytes that one cell of a frame takes at most, with its colours."""
_CUT = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*)?\Z")
"""A control sequence of which the rest has not been read yet."""


class Gone(AssertionError):
    """The program ended, or what was awaited did not come."""


class Terminal:
    """One program in one pseudo terminal.

    Bytes are read whenever something is awaited; `screen` lines come from a VT100 emulator (pyte), which costs time:
    `emulate=False` leaves it out for measurements.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        term: str = "xterm-256color",
        emulate: bool = True,
        cwd: Path | None = None,
        fresh: bool = True,
    ) -> None:
        """`env` adds to the few variables that are kept; an empty text takes one away.

        `fresh=False`: forked from a process that has loaded the program already, where that comes to the same.
        """
        self.columns, self.lines = size
        self.raw = bytearray()
        self.log: list[tuple[float, int]] = []
        """(monotonic seconds, bytes) of every read."""
        self._screen = Screen(self.columns, self.lines) if emulate else None
        self._stream = Stream(self._screen) if emulate else None
        self._unfed = b""
        self._status: int | None = None
        usual = {name: os.environ[name] for name in KEPT if name in os.environ}
        usual |= {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        variables = {name: text for name, text in {**usual, "TERM": term, **(env or {})}.items() if text != ""}
        self.fd, self._line = os.openpty()
        self.resize(*size)
        self.found = self.attributes()
        """The line settings that the program found."""
        self.started = time.monotonic()
        self._parent = None if fresh else preloaded(argv, variables, usual)
        if self._parent is not None:
            self.pid = self._parent.start(argv, variables, cwd, self._line)
        else:
            self.pid = self._fork(argv, variables, cwd)
        os.set_blocking(self.fd, False)

    def _fork(self, argv: Sequence[str], variables: Mapping[str, str], cwd: Path | None) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads: this child only execs
            pid = os.fork()
        if pid == 0:
            try:
                os.close(self.fd)
                os.login_tty(self._line)
                if cwd is not None:
                    os.chdir(cwd)
                os.execvpe(argv[0], list(argv), dict(variables))
            finally:
                os._exit(127)
        return pid

    def attributes(self) -> list[Any]:
        """The line settings now (termios)."""
        return termios.tcgetattr(self._line)

    # What goes in

    def send(self, keys: str) -> float:
        """Write keys as one burst; returns the monotonic second of it."""
        at = time.monotonic()
        os.write(self.fd, keys.encode())
        return at

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window; the kernel tells the program."""
        self.columns, self.lines = columns, lines
        termios.tcsetwinsize(self.fd, (lines, columns))
        if self._screen is not None:
            self._screen.resize(lines, columns)

    def hang_up(self) -> None:
        """Close the terminal under the program, as a closed window or a lost connection does."""
        for fd in (self.fd, self._line):
            os.close(fd)
        self.fd = -1

    def stall(self) -> None:
        """Take no bytes any more: every write of the program waits, as on a dead line or after ctrl+s."""
        termios.tcflow(self._line, termios.TCOOFF)

    def resume(self) -> None:
        """Take bytes again."""
        termios.tcflow(self._line, termios.TCOON)

    def kill(self, number: int = signal.SIGTERM) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    # What comes out

    def read(self, seconds: float) -> bytes:
        """What comes within that time, as soon as anything comes; b"" when nothing does or the terminal is closed."""
        if self.fd < 0:
            time.sleep(max(0.0, seconds))
            return b""
        ready, _, _ = select.select([self.fd], [], [], max(0.0, seconds))
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return b""
        self.log.append((time.monotonic(), len(data)))
        self.raw += data
        if self._stream is not None:
            self._feed(data)
        return data

    def _feed(self, data: bytes) -> None:
        """To the emulator: in whole sequences, of which some are none of its."""
        assert self._stream is not None
        data = self._unfed + data
        cut = _CUT.search(data)
        self._unfed = cut[0] if cut else b""
        self._stream.feed(_readable(data[: len(data) - len(self._unfed)]))

    def wait_for(self, what: str | Callable[[], bool], timeout: float = 60.0, *, whole: bool = True) -> float:
        """Read until a text is on the screen or a condition holds; returns the monotonic second of that.

        `whole`: and until the frame that brought it is read to its end. What the program paints in a later one (a
        toast, what it was asked for) is to be waited for by itself. Measurements take the first bytes. Raises Gone.
        """

        def holds() -> bool:
            return what in self.text if isinstance(what, str) else what()

        end = time.monotonic() + timeout
        while not holds():
            if time.monotonic() > end or (not self.read(0.2) and self.ended() is not None and not holds()):
                state = f"ended with {self._status}" if self._status is not None else f"not within {timeout:g} s"
                raise Gone(f"{what!r}: {state}; the screen is:\n{self.text}")
        at = time.monotonic()
        if whole and self._screen is not None:
            self._wait_whole(end)
        return at

    def _wait_whole(self, end: float) -> None:
        """Read until the program sleeps and has nothing on its way.

        One that writes on and on is left when it has written more than a frame, one that works on and on at the end.
        """
        most = len(self.raw) + _CELL * self.columns * self.lines
        while self.read(0) or at_work(self.pid):
            if len(self.raw) > most or time.monotonic() > end:
                return
            self.read(_LOOK / 25)

    def wait_quiet(self, quiet: float = 0.3, timeout: float = 60.0) -> None:
        """Read until nothing came for that long, although everybody had their turn.

        Seconds in which the program, what it has started, or a server in this process runs or waits for a processor are
        none of quiet: longer than that it waits for timers only. Raises Gone.
        """
        end = time.monotonic() + timeout
        rest, had = Rest(self.pid), 0.0
        while had < quiet:
            came = self.read(min(_LOOK, max(quiet - had, _LOOK / 5)))
            rested = rest.seconds()
            had = 0.0 if came else had + rested
            if time.monotonic() > end:
                raise Gone(f"still at work after {timeout:g} s; the screen is:\n{self.text}")

    def wait_turn(self, rested: float = 0.15, timeout: float = 60.0) -> None:
        """Read until the program and what it has started have had nothing to do for that long in all: what was typed
        was handled.

        Unlike quiet it comes in a program that always shows something new. Raises Gone.
        """
        end = time.monotonic() + timeout
        rest = Rest(self.pid, alone=True)
        while rested > 0:
            self.read(_LOOK / 5)
            rested -= rest.seconds()
            if time.monotonic() > end:
                raise Gone(f"still at work after {timeout:g} s; the screen is:\n{self.text}")

    @property
    def display(self) -> list[str]:
        """The lines of the screen."""
        assert self._screen is not None, "started with emulate=False"
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.display) if self._screen is not None else self.raw[-2000:].decode("utf-8", "replace")

    # The process

    def ended(self) -> int | None:
        """The exit code, negative for a signal, None while it runs."""
        if self._status is None and self._parent is not None:
            self._status = self._parent.ended(self.pid)
        if self._status is None and self._parent is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def wait_end(self, timeout: float = 60.0) -> int:
        """Read on until the program has ended; returns its exit code. Raises Gone."""
        end = time.monotonic() + timeout
        while self.ended() is None:
            if time.monotonic() > end:
                raise Gone(f"still running after {timeout:g} s; the screen is:\n{self.text}")
            self.read(0.05)
        while self.read(0.05):
            pass
        assert self._status is not None
        return self._status

    def memory(self) -> int:
        """Resident bytes of the program."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def processor(self) -> float:
        """Processor seconds used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the program if it still runs, and close the terminal."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.ended() is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
            end = time.monotonic() + 3
            while self.ended() is None and time.monotonic() < end:
                self.read(0.05)
        if self.fd >= 0:
            self.hang_up()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def k8stui(*arguments: str) -> list[str]:
    """The command line of the program under test, with this Python."""
    return [sys.executable, "-m", "k8stui", *arguments]


def _readable(data: bytes) -> bytes:
    """Without what pyte does not know and would print: the kitty keyboard protocol and mode queries.

    It has one screen only: it is empty when a program takes the other one, and when it gives it back.
    """
    data = re.sub(rb"\x1b\[[<>=][0-9;]*u|\x1b\[\?[0-9;]*\$p", b"", data)
    return re.sub(rb"\x1b\[\?1049[hl]", lambda found: found[0] + b"\x1b[2J\x1b[H", data)
