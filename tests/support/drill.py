"""docs/drill.md as data: its sections, the commands with the lines of output that matter, and the keys."""

import re
from pathlib import Path

from msgspec import Struct, field

DOCUMENT = Path(__file__).parents[2] / "docs" / "drill.md"
PARTS = ("Shows", "Mend", "Well")


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
    for row in re.findall(r"(?m)^\| (`.*`) \| (`.*`) \|$", body):
        made.keys.append(Keys(*(re.findall(r"`([^`]+)`", cell) for cell in row)))
    return made


def _of(block: str) -> list[Command]:
    found: list[Command] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:], []))
        else:
            found[-1].wanted.append(line)
    return found
