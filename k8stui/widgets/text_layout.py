"""Lines of text laid out in a width: which part of which line a screen line shows, and what is found in them. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from k8stui.model.document import Line
from k8stui.model.text import flat
from k8stui.widgets.sentences import broken


class TextLayout:
    """The lines broken (or not) for one width; a line break or a tab in one of them is a space."""

    def __init__(self, lines: Sequence[Line], width: int, *, wrap: bool) -> None:
        self._lines = lines
        texts = [flat(line.text) for line in lines]
        self._texts = texts
        self._width = max(1, width)
        self._wrap = wrap
        wraps = [wrap or line.flows for line in lines]
        heights = [len(broken(text, self._width)) if on else 1 for text, on in zip(texts, wraps, strict=True)]
        self._ends = list(accumulate(heights))
        self._last: tuple[int, list[str]] = (-1, [])
        """The line that was looked at last, in its parts: its other parts come next."""

    @property
    def rows(self) -> int:
        """Screen lines."""
        return self._ends[-1] if self._ends else 0

    def index(self, row: int) -> int:
        """The line that a screen line shows; the number of lines where there is none."""
        return bisect_right(self._ends, row)

    def first_row(self, index: int) -> int:
        """The screen line that a line begins in."""
        return self._ends[index - 1] if index else 0

    def part(self, row: int) -> tuple[int, str]:
        """Where in its line a screen line begins (characters), and its text."""
        index = self.index(row)
        if index >= len(self._lines):
            return 0, ""
        text = self._texts[index]
        if not self.flows(index):
            return 0, text
        if self._last[0] != index:
            self._last = (index, broken(text, self._width))
        parts = self._last[1]
        nth = row - self.first_row(index)
        return sum(map(len, parts[:nth])), parts[nth]

    def flows(self, index: int) -> bool:
        """Whether a line goes on in the next one of the screen, instead of being cut."""
        return self._wrap or (index < len(self._lines) and self._lines[index].flows)

    def joins(self, row: int) -> bool:
        """Whether the next screen line goes on with the same line."""
        return self.index(row) == self.index(row + 1)


def matches(lines: Sequence[Line], needle: str) -> dict[int, list[tuple[int, int]]]:
    """Where a text stands, upper and lower case alike: places (from, to) by line."""
    found: dict[int, list[tuple[int, int]]] = {}
    needle = needle.lower()
    if not needle:
        return found
    for index, line in enumerate(lines):
        text, at = line.text.lower(), 0
        while (at := text.find(needle, at)) >= 0:
            found.setdefault(index, []).append((at, at + len(needle)))
            at += len(needle)
    return found


def styled(text: str, offset: int, base: Style, spans: Sequence[tuple[int, int, Style]]) -> list[Segment]:
    """A part of a line, that begins at `offset`, in pieces of one style each; later spans go over earlier ones."""
    edges = {0, len(text)}
    local = []
    for start, end, style in spans:
        start, end = max(0, start - offset), min(len(text), end - offset)
        if start < end:
            local.append((start, end, style))
            edges |= {start, end}
    ordered = sorted(edges)
    pieces: list[Segment] = []
    for left, right in pairwise(ordered):
        style = base
        for start, end, each in local:
            if start <= left and right <= end:
                style = style + each
        pieces.append(Segment(text[left:right], style))
    return pieces


def cropped(pieces: list[Segment], left: int, width: int, base: Style) -> Strip:
    """These pieces from a column on, in exactly that width; `…` at the right edge where there is more."""
    strip = Strip(pieces)
    if strip.cell_length - left <= width:
        return strip.crop(left, left + width).extend_cell_length(width, base)
    head = strip.crop(left, left + width - 1)
    last = next((segment.style for segment in reversed(list(head)) if segment.style), base)
    return Strip([*head, Segment("…", last)]).extend_cell_length(width, base)
