"""docs/drill.md as data: its sections, the commands with the lines of output that matter, and the keys."""

import re
from pathlib import Path

from msgspec import Struct, field

from tests.support.terminal import ESCAPE, Terminal

DOCUMENT = Path(__file__).parents[2] / "docs" / "drill.md"
PARTS = ("Shows", "Mend", "Well")
NAMED = {
    "enter": "\r",
    "esc": ESCAPE,
    "space": " ",
    "tab": "\t",
    "down": "\x1b[B",
    "ctrl+d": "\x04",
    "ctrl+k": "\x0b",
    "ctrl+o": "\x0f",
    "ctrl+r": "\x12",
    "ctrl+u": "\x15",
}
"""Keys that the document calls by a name; all others it writes as they are."""
ENDS = ("enter", "ctrl+o")
"""After these the program has something to do before it takes more."""


class Command(Struct):
    """One command line, and parts of lines of its output in their order; `…` parts them."""

    line: str
    wanted: list[str]

    def missing(self, output: str) -> list[str]:
        """The wanted lines that are in no line of the output."""
        lines = [" ".join(line.split()) for line in output.splitlines()]
        return [wanted for wanted in self.wanted if not any(_fits(wanted, line) for line in lines)]


class Keys(Struct):
    """What is pressed and typed, and what the screen has to show then."""

    pressed: list[str]
    wanted: list[str]


class Section(Struct):
    """One thing that is wrong."""

    title: str
    parts: dict[str, list[Command]] = field(default_factory=dict)
    keys: list[Keys] = field(default_factory=list)
    """By which it is understood, each row from the table of everything."""
    mends: list[Keys] = field(default_factory=list)
    """By which it is mended and seen to be well, one row behind the other."""


def _fits(wanted: str, line: str) -> bool:
    at = 0
    for part in wanted.split("…"):
        text = " ".join(part.split())
        at = line.find(text, at)
        if at < 0:
            return False
        at += len(text)
    return True


def sections() -> list[Section]:
    """Everything that the document has under a heading with a number."""
    found = []
    for text in re.split(r"(?m)^## ", DOCUMENT.read_text())[1:]:
        title, _, body = text.partition("\n")
        if title[:1].isdigit():
            found.append(_section(title, body))
    return found


def _section(title: str, body: str) -> Section:
    made = Section(title)
    for text in re.split(r"(?m)^### ", body)[1:]:
        name, _, rest = text.partition("\n")
        made.parts[name] = [
            command for block in re.findall(r"(?s)```console\n(.*?)```", rest) for command in _of(block)
        ]
        for row in re.findall(r"(?m)^\| (`.*`) \| (`.*`) \|$", rest):
            keys = Keys(*(re.findall(r"`([^`]+)`", cell) for cell in row))
            (made.keys if name == "Shows" else made.mends).append(keys)
    return made


def _of(block: str) -> list[Command]:
    found: list[Command] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:], []))
        else:
            found[-1].wanted.append(line)
    return found


def played(terminal: Terminal, keys: Keys, *, afresh: bool) -> None:
    """Press and type in bursts; `afresh`: whatever is open and filtered is left before."""
    bursts = [NAMED["esc"]] * 3 + [""] if afresh else [""]
    for key in keys.pressed:
        name, _, count = key.partition("×")
        bursts[-1] += NAMED.get(name, name) * int(count or 1)
        if name in ENDS:
            bursts.append("")
    for burst in filter(None, bursts):
        terminal.send(burst)
        terminal.wait_turn()
        if afresh and "/" in burst:  # what follows is for the row that the filter leaves
            terminal.wait_for(lambda: " of " in terminal.display[0] and "live" in terminal.display[0])
