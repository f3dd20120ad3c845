"""Text selected with the mouse: how it is marked in a line, and what it reads as."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from rich.style import Style
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip

from k8stui.widgets.cells import cell_len


@runtime_checkable
class Selectable(Protocol):
    """A widget that knows itself which character a cell shows.

    Textual's own way marks every painted segment with its place, which keeps equal segments apart: a tenth more bytes.
    """

    def place_at(self, x: int, y: int) -> Offset:
        """The character (x) of the row (y) that a cell of the widget shows."""
        ...


def character(text: str, cell: int) -> int:
    """The character of a text that a cell shows."""
    if text.isascii():
        return cell
    used = 0
    for index, char in enumerate(text):
        used += cell_len(char)
        if used > cell:
            return index
    return len(text)


def marked(strip: Strip, selection: Selection | None, row: int, style: Style) -> Strip:
    """The line with its selected cells in that style."""
    span = selection.get_span(row) if selection is not None else None
    if span is None:
        return strip
    start, end = span[0], strip.cell_length if span[1] == -1 else span[1]
    parts = [strip.crop(0, start), strip.crop(start, end).apply_style(style), strip.crop(end)]
    return Strip.join(parts)


def extracted(selection: Selection, rows: int, text: Callable[[int], str], joins: Callable[[int], bool]) -> str:
    """The selected text.

    Args:
        selection: by character and row.
        rows: how many there are.
        text: what a row reads.
        joins: whether the next row goes on with the same line.
    """
    first = selection.start.y if selection.start is not None else 0
    last = min(selection.end.y if selection.end is not None else rows, rows - 1)
    out = ""
    for row in range(max(0, first), last + 1):
        span = selection.get_span(row)
        if span is None:
            continue
        line = text(row)
        part = line[span[0] : len(line) if span[1] == -1 else span[1]]
        out += part if joins(row) else part.rstrip() + ("" if row == last else "\n")
    return out
