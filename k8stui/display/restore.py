"""Gives the terminal back as it was found, after an orderly end, a signal or a crash."""

import contextlib
import errno
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

LEAVE = "".join(
    f"\x1b[{code}"
    for code in (
        "?2004l",  # bracketed paste
        "?7h",  # line wrap
        "?2048l",  # resize reports
        "?1000l",  # mouse, in its four forms
        "?1003l",
        "?1015l",
        "?1006l",
        "?1016l",  # mouse in pixels
        "?2026l",  # synchronised output
        "0m",
        "<u",  # kitty keyboard protocol: before the alternate screen is left
        "?1049l",
        "?25h",
        "?1004l",  # focus reports
    )
)
"""Undoes every mode that Textual's Linux driver may have set."""

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
"""The signals that end the program in order."""


class Terminal:
    """The terminal of this process: entered once, restored any number of times."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._attributes: list[Any] | None = None
        self._entered = False

    def enter(self, text: str) -> None:
        """Remember the line settings, take the alternate screen and write a first line: text within milliseconds."""
        with contextlib.suppress(termios.error):
            self._attributes = termios.tcgetattr(self.fd)
        self._entered = True
        self._write(f"\x1b[?1049h\x1b[H\x1b[2J{text}")

    def restore(self) -> None:
        """Undo every mode, once, and the line settings; harmless when the terminal is gone.

        Left twice, a terminal moves the cursor back over what was written in between.
        """
        if self._entered:
            self._entered = False
            self._write(LEAVE)
        if self._attributes is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fd, termios.TCSANOW, self._attributes)

    @property
    def there(self) -> bool:
        """Whether somebody can still read it: a closed window or a lost connection has taken it away."""
        try:
            termios.tcgetattr(self.fd)
        except termios.error as error:
            return not (error.args and error.args[0] == errno.EIO)
        return True

    def left(self) -> None:
        """The application has left the alternate screen in order: nothing is left to restore."""
        self._entered = False

    def _write(self, text: str) -> None:
        """Never waits for a terminal that takes nothing: what does not fit is not worth hanging for."""
        with contextlib.suppress(OSError):
            blocking = os.get_blocking(self.fd)
            os.set_blocking(self.fd, False)
            try:
                os.write(self.fd, text.encode())
            finally:
                os.set_blocking(self.fd, blocking)


def end_on_signals(terminal: Terminal) -> None:
    """Until the app's loop takes the signals over, each restores the terminal and ends the process (128 + number)."""

    def end(number: int, _frame: FrameType | None) -> None:
        terminal.restore()
        os._exit(128 + number)

    for number in ENDING:
        signal.signal(number, end)


def end_at_the_latest(terminal: Terminal, seconds: float, code: int) -> Callable[[], None]:
    """Start a watchdog for an orderly end: if it hangs (the terminal takes no bytes), end the process all the same.

    Returns what calls the watchdog off.
    """

    def end() -> None:
        terminal.restore()
        os._exit(code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    return timer.cancel


def quiet_python(report: Callable[[str], None]) -> None:
    """Nothing is printed to the terminal but by Textual: Python's own warnings and late errors go to `report`."""
    import logging
    import warnings

    logging.getLogger().addHandler(logging.NullHandler())
    warnings.showwarning = lambda message, *_args, **_kw: report(str(message))
    sys.unraisablehook = lambda unraisable: report(f"{unraisable.exc_type.__name__}: {unraisable.err_msg or ''}")
    threading.excepthook = lambda args: report(f"{args.exc_type.__name__} in a thread")
