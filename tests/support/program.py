"""The program as a user starts it, in a terminal, with a home directory of its own."""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.terminal import Terminal, k8stui

ON = re.compile(rb"\x1b\[\?([0-9;]+)h")
OFF = re.compile(rb"\x1b\[\?([0-9;]+)l")
SEQUENCES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\]22;[a-z-]+\x07)")
"""What may be sent to the terminal: cursor, colours and modes, and the pointer's shape."""


def home(directory: Path) -> dict[str, str]:
    """Variables that keep a run away from the files of whoever runs the tests."""
    return {
        "HOME": str(directory),
        "XDG_STATE_HOME": str(directory / "state"),
        "XDG_CONFIG_HOME": str(directory / "config"),
        "KUBECONFIG": "",
    }


def program(
    directory: Path,
    *arguments: str,
    argv: Sequence[str] | None = None,
    env: Mapping[str, str] | None = None,
    size: tuple[int, int] = (120, 40),
    term: str = "xterm-256color",
    emulate: bool = True,
    fresh: bool = False,
) -> Terminal:
    """Start it in that home directory; `argv` instead of `python -m k8stui`; `fresh`: with everything to import."""
    command = [*argv, *arguments] if argv is not None else k8stui(*arguments)
    return Terminal(command, size=size, env={**home(directory), **(env or {})}, term=term, emulate=emulate, fresh=fresh)


def faulty(where: str) -> list[str]:
    """The command line of the program with a mistake of that sort built in."""
    return [sys.executable, "-m", "tests.support.faulty_program", where]


def modes(raw: bytes) -> set[bytes]:
    """The private modes that are still set after these bytes."""
    found: dict[bytes, bool] = {}
    for match in re.finditer(rb"\x1b\[\?([0-9;]+)([hl])", raw):
        for mode in match[1].split(b";"):
            found[mode] = match[2] == b"h"
    return {mode for mode, on in found.items() if on}


def kitty_depth(raw: bytes) -> int:
    """How often the kitty keyboard protocol is still pushed (0 at least: popping nothing is harmless)."""
    depth = 0
    for match in re.finditer(rb"\x1b\[([<>])[0-9;]*u", raw):
        depth = depth + 1 if match[1] == b">" else max(0, depth - 1)
    return depth


def assert_given_back(terminal: Terminal) -> None:
    """The terminal is as it was found: line settings, screen, cursor, line wrap, and no mode that sends bytes."""
    raw = bytes(terminal.raw)
    assert terminal.attributes() == terminal.found
    # Shown cursor and line wrap are what a terminal starts with.
    assert modes(raw) <= {b"25", b"7"}
    assert {b"25", b"7"} <= modes(raw) or b"\x1b[?25l" not in raw
    assert kitty_depth(raw) == 0


def after(terminal: Terminal) -> str:
    """What stands on the terminal after the alternate screen was left, without sequences."""
    tail = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    return SEQUENCES.sub(b"", re.sub(rb"\x1b\[<u", b"", tail)).decode().replace("\r\n", "\n").strip()
