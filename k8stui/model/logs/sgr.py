"""What SGR sequences (ECMA-48 8.3.117, with xterm's 256 colours and truecolor) say about the parts of a line."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from msgspec import Struct, structs

from k8stui.model.logs.ansi import SGR

Colour = int | tuple[int, int, int] | None
"""A number of the palette (0 to 255), red, green and blue, or None: the terminal's own."""


class Graphics(Struct, frozen=True):
    """How a part of a line wants to look. Concealed and blinking text is shown as any other."""

    fg: Colour = None
    bg: Colour = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    strike: bool = False


PLAIN = Graphics()

Span = tuple[int, int, Graphics]
"""From and to in `plain(text)`, the end excluded."""

_SWITCHES: dict[int, dict[str, Any]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underline": True},
    7: {"reverse": True},
    9: {"strike": True},
    21: {"underline": True},  # doubly underlined
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"reverse": False},
    29: {"strike": False},
    39: {"fg": None},
    49: {"bg": None},
}
MOST = 2_000
"""Sequences of a line that count: it is read in one go each time that it is painted, and a line may have millions."""
_LONGEST = 64
"""Characters of one sequence that are looked at: longer ones are nobody's colours."""


def spans(text: str) -> list[Span]:
    """The parts of a safe text that look otherwise than plain, in order; what was begun ends with the line.

    Behind `MOST` sequences all is plain.
    """
    found: list[Span] = []
    if "\x1b" not in text:
        return found
    look, start, skipped = PLAIN, 0, 0
    for number, sequence in enumerate(SGR.finditer(text)):
        here = sequence.start() - skipped
        if look != PLAIN and here > start:
            _add(found, start, here, look)
        if number == MOST:
            return found
        skipped += sequence.end() - sequence.start()
        look, start = changed(look, text[sequence.start() + 2 : sequence.end() - 1]), here
    if look != PLAIN and len(text) - skipped > start:
        _add(found, start, len(text) - skipped, look)
    return found


def _add(found: list[Span], start: int, end: int, look: Graphics) -> None:
    """One part more; it is one with the part before it where both look alike."""
    if found and found[-1][1] == start and found[-1][2] == look:
        start = found.pop()[0]
    found.append((start, end, look))


@lru_cache(1024)
def changed(look: Graphics, codes: str) -> Graphics:
    """How text looks after a sequence with these parameters (`1;31`); what is not known changes nothing."""
    changes: dict[str, Any] = {}
    parts = iter(codes[:_LONGEST].split(";"))
    for part in parts:
        head, *rest = part.split(":")
        code = _number(head)
        if code == 0:
            look, changes = PLAIN, {}
        elif code in (38, 48):
            colour = _extended(iter(rest[:1] + _without_space(rest)) if rest else parts)
            if colour is not None:
                changes["fg" if code == 38 else "bg"] = colour
        elif code == 4 and rest[:1] == ["0"]:
            changes["underline"] = False
        else:
            changes |= _SWITCHES.get(code) or _basic(code)
    return structs.replace(look, **changes) if changes else look


def _without_space(rest: list[str]) -> list[str]:
    """The values of `38:2:…`, where a colour space may stand before red, green and blue."""
    values = rest[1:]
    return values[1:] if rest[0] == "2" and len(values) >= 4 else values


def _basic(code: int) -> dict[str, Any]:
    """The sixteen colours."""
    tens, ones = divmod(code, 10)
    if ones > 7:
        return {}
    bright = 8 if tens in (9, 10) else 0
    if tens in (3, 9):
        return {"fg": ones + bright}
    return {"bg": ones + bright} if tens in (4, 10) else {}


def _extended(values: Iterator[str]) -> Colour:
    """`5;208` or `2;255;128;0`, taken from the parameters that follow; None where that is no colour."""
    kind = _number(next(values, "missing"))
    if kind == 5:
        number = _number(next(values, "missing"))
        return number if 0 <= number <= 255 else None
    if kind != 2:
        return None
    red, green, blue = (_number(next(values, "missing")) for _ in range(3))
    return (red, green, blue) if all(0 <= each <= 255 for each in (red, green, blue)) else None


def _number(digits: str) -> int:
    """A parameter; one that is left out is 0, one that is no small number -1."""
    if not digits:
        return 0
    return int(digits) if re.fullmatch(r"[0-9]{1,4}", digits) else -1
