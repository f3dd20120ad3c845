"""One line of a log as it is painted: its text, how parts of it look, and how it is broken to a width. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from rich.style import Style

from k8stui.model.logs.sgr import Graphics
from k8stui.widgets.cells import cell_len
from k8stui.widgets.selecting import character

Part = tuple[int, int, Style]


class Body:
    """A line's text with the parts that look otherwise, in order.

    An ASCII line of a megabyte costs nothing; of any other its breaks are found once for each width.
    """

    __slots__ = ("_ascii", "_breaks", "_width", "parts", "text")

    def __init__(self, text: str, parts: Sequence[Part] = ()) -> None:
        self.text = text
        self.parts = parts
        self._ascii = text.isascii()
        self._width = 0
        self._breaks: list[int] = []

    def rows(self, width: int) -> int:
        """How many rows it takes, broken at exactly that width."""
        if self._ascii:
            return max(1, -(-len(self.text) // width))
        return len(self._broken(width))

    def row(self, index: int, width: int) -> tuple[int, int]:
        """The characters of one of these rows: from and to."""
        if self._ascii:
            return min(index * width, len(self.text)), min((index + 1) * width, len(self.text))
        breaks = self._broken(width)
        index = min(index, len(breaks) - 1)
        return breaks[index], breaks[index + 1] if index + 1 < len(breaks) else len(self.text)

    def cut(self, left: int, width: int) -> tuple[int, int]:
        """The characters that a row shows from a cell on; where there are more, one cell is left for the sign of it."""
        size = len(self.text)
        if self._ascii:
            start = min(left, size)
            return start, size if size - start <= width else start + width - 1
        start = character(self.text, left)
        end = start + fitting(self.text, start, width)
        return start, end if end >= size else start + fitting(self.text, start, width - 1)

    @property
    def cells(self) -> int:
        """How wide it is unbroken."""
        return len(self.text) if self._ascii else cell_len(self.text)

    def within(self, start: int, end: int) -> list[Part]:
        """The parts that lie between two characters, wholly or not."""
        first = bisect_left(self.parts, start, key=lambda part: part[1])
        last = bisect_left(self.parts, end, key=lambda part: part[0])
        return list(self.parts[first:last])

    def _broken(self, width: int) -> list[int]:
        """Where the rows begin."""
        if self._width != width:
            self._width, self._breaks = width, breaks(self.text, width)
        return self._breaks


def breaks(text: str, width: int) -> list[int]:
    """Where the rows of a text begin, each of at most `width` cells and at least one character."""
    found, at, size = [0], 0, len(text)
    while at < size:
        at += max(1, fitting(text, at, width))
        if at < size:
            found.append(at)
    return found


def fitting(text: str, at: int, width: int) -> int:
    """How many characters from one on fit; what has no width stays with what it is put on."""
    near = text[at : at + width + 1]
    if near.isascii():
        return min(width, len(near))
    used = 0
    for count in range(len(text) - at):
        used += cell_len(text[at + count])
        if used > width:
            return count
    return len(text) - at


@lru_cache(256)
def style_of(graphics: Graphics) -> Style:
    """How a part that is coloured by its writer is painted."""
    return Style(
        color=_colour(graphics.fg),
        bgcolor=_colour(graphics.bg) if graphics.bg != graphics.fg else None,
        bold=graphics.bold or None,
        dim=graphics.dim or None,
        italic=graphics.italic or None,
        underline=graphics.underline or None,
        reverse=graphics.reverse or None,
        strike=graphics.strike or None,
    )


def _colour(colour: int | tuple[int, int, int] | None) -> str | None:
    if isinstance(colour, tuple):
        return "rgb({},{},{})".format(*colour)
    return None if colour is None else f"color({colour})"
