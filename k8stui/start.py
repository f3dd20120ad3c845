"""The entry point: text on the screen within milliseconds, before anything that takes time is imported."""

import _signal  # type: ignore[import-not-found]  # `signal` without its enums, which take milliseconds
import os
import sys

QUIET = ("-h", "--help", "--version")
"""Words that print something and end: the screen is not taken for them."""

ENDING = (_signal.SIGTERM, _signal.SIGHUP, _signal.SIGINT) if sys.platform != "win32" else ()
"""Signals that end the program; `display.restore` takes them over as soon as it is loaded."""


def main() -> int:
    """Run `k8stui` with the words of the command line; returns the exit code."""
    words = sys.argv[1:]
    early = _interactive(words)
    if early:
        for number in ENDING:
            _signal.signal(number, _leave)
        os.write(2, f"\x1b[?1049h\x1b[H\x1b[2J\r\n  k8stui{' ...' if _ascii() else ' …'}".encode())
    from k8stui.cli import main as run

    return run(words, entered=early)


def _leave(number: int, _frame: object) -> None:
    os.write(2, b"\x1b[?1049l")
    os._exit(128 + number)


def _interactive(words: list[str]) -> bool:
    """Whether the program is about to take the terminal, as far as can be seen without reading the arguments."""
    if words[:1] == ["demo-server"] or any(word in QUIET for word in words):
        return False
    return os.isatty(0) and os.isatty(2) and os.environ.get("TERM") != "dumb" and sys.platform != "win32"


def _ascii() -> bool:
    return (
        os.environ.get("TERM") == "linux"
        or "UTF" not in (os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "").upper()
    )
