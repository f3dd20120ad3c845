"""One row of a table: from its columns to the cells of a line."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from k8stui.model.columns import Column, Tone
from k8stui.model.kinds import Row
from k8stui.widgets.cells import cell_len, fit
from k8stui.widgets.live_table_layout import GAP, GUTTER, Layout
from k8stui.widgets.symbols import Symbols

R = TypeVar("R", bound=Row)

Now = Callable[[], float]
"""The server's time in epoch seconds."""

_HORIZON: Final = 1 << 17
"""Seconds ahead (a day and a half) in which texts are probed for a change."""


class Look(Struct, frozen=True):
    """How one line is shown, beyond its texts."""

    cursor: bool = False
    marked: bool = False
    thumb: bool = False


class Line(Struct, Generic[R]):
    """A row as last read: the texts (with signs) and tones of all its columns, and the strip they were painted as."""

    row: R
    cells: tuple[str, ...]
    tones: tuple[Tone, ...]
    due: float = 0.0
    """Until then (epoch seconds) the texts are known not to change by time alone; 0: not yet asked."""
    look: Look | None = None
    strip: Strip | None = None

    def same(self, other: "Line[R]") -> bool:
        """Whether both read alike."""
        return self.cells == other.cells and self.tones == other.tones


class Palette(Struct, frozen=True):
    """The styles of a line."""

    base: Style
    cursor: Style
    marked: Style
    tones: dict[Tone, Style]


def read(row: R, columns: Sequence[Column[R]], symbols: Symbols, now: float) -> Line[R]:
    """Compute the texts of a row for `now` (epoch seconds)."""
    pairs = [_cell(column, row, symbols, now) for column in columns]
    return Line(row, tuple([text for text, _ in pairs]), tuple([tone for _, tone in pairs]))


def next_due(line: Line[R], columns: Sequence[Column[R]], symbols: Symbols, now: float) -> float:
    """When (epoch seconds) the line may read differently; exact to a factor of two, never less than a second ahead.

    The columns are asked what they would say later, so that this needs no knowledge of ages, heartbeats or deadlines.
    """

    def differs(index: int, ahead: float) -> bool:
        return _cell(columns[index], line.row, symbols, now + ahead) != (line.cells[index], line.tones[index])

    timed = [index for index in range(len(columns)) if differs(index, _HORIZON)]
    if not timed:
        return float("inf")
    ahead = 1
    while ahead < _HORIZON and not any(differs(index, ahead) for index in timed):
        ahead *= 2
    return now + max(1, ahead // 2)


def _cell(column: Column[Any], row: Row, symbols: Symbols, now: float) -> tuple[str, Tone]:
    text = column.text(row, now)
    if column.tone is None:
        return (symbols.text(text), Tone.PLAIN)
    tone = column.tone(row, now)
    if tone is Tone.PLAIN and not column.right and text:
        return ("  " + symbols.text(text), tone)  # in line with those that have a sign
    return (symbols.join(tone, text) if text else "", tone)


def measure(line: Line[R], widths: list[int]) -> None:
    """Raise `widths` to what the line needs."""
    for index, text in enumerate(line.cells):
        size = len(text) if text.isascii() else cell_len(text)
        if size > widths[index]:
            widths[index] = size


def changed_until(old: Line[R], new: Line[R], layout: Layout) -> int:
    """The first cell (gutter included) behind the last column shown that differs; 0 when none does."""
    end = 0
    for slot in layout.slots:
        index = slot.index
        if old.cells[index] != new.cells[index] or old.tones[index] is not new.tones[index]:
            end = GUTTER + slot.end
    return end


class Painter(Struct, frozen=True):
    """Everything that lines of one table have in common; a new one voids all strips."""

    layout: Layout
    columns: tuple[Column[Any], ...]
    symbols: Symbols
    palette: Palette
    width: int
    left: int = 0
    """Cells scrolled to the right."""

    def strip(self, line: Line[Any], look: Look) -> Strip:
        """The line in exactly `width` cells: one segment, one for each run of coloured cells, one for the cursor."""
        signs = (self.symbols.mark if look.marked else " ") + (self.symbols.cursor if look.cursor else " ") + " "
        strip = self._assemble(signs, self._pieces(line), self.palette.base)
        if look.cursor or look.marked:
            style = self.palette.cursor if look.cursor else self.palette.marked
            bar = min(self.layout.bar, self.width)
            head = Strip([Segment(strip.crop(0, bar).text, style)])
            strip = Strip.join([head, strip.crop(bar, self.width)]) if bar < self.width else head
        return self._with_thumb(strip) if look.thumb else strip

    def header(self, sort: tuple[int, bool], style: Style) -> Strip:
        """The titles, the sorted one with an arrow, and signs where columns lie out of sight."""
        arrow = self.symbols.descending if sort[1] else self.symbols.ascending
        parts = []
        for slot in self.layout.slots:
            column = self.columns[slot.index]
            title = column.title + (arrow if slot.index == sort[0] else "")
            parts.append(fit(self.symbols.text(title), slot.width, right=column.right) + " " * GAP)
        signs = f"  {self.symbols.before}" if self.left else "   "
        strip = self._assemble(signs, [("".join(parts), Tone.PLAIN)], style)
        if self.layout.width - self.left > self.width - GUTTER:
            strip = Strip.join([strip.crop(0, self.width - 1), Strip([Segment(self.symbols.behind, style)])])
        return strip

    def _pieces(self, line: Line[Any]) -> list[tuple[str, Tone]]:
        """Text and tone of the runs of a line."""
        pieces: list[tuple[str, Tone]] = []
        for slot in self.layout.slots:
            column, tone = self.columns[slot.index], line.tones[slot.index]
            text = fit(line.cells[slot.index], slot.width, right=column.right, in_middle=column.middle)
            if self.symbols.ascii_only:
                text = self.symbols.text(text)
            text += " " * GAP
            if pieces and pieces[-1][1] is tone:
                pieces[-1] = (pieces[-1][0] + text, tone)
            else:
                pieces.append((text, tone))
        return pieces

    def _assemble(self, signs: str, pieces: list[tuple[str, Tone]], base: Style) -> Strip:
        tones = self.palette.tones
        if self.left == 0 and pieces and pieces[0][1] is Tone.PLAIN:
            pieces[0] = (signs + pieces[0][0], Tone.PLAIN)
            signs = ""
        body = Strip([Segment(text, tones.get(tone, base)) for text, tone in pieces])
        if self.left:
            body = body.crop(self.left, max(self.left, body.cell_length))
        if signs:
            body = Strip.join([Strip([Segment(signs, base)]), body])
        return _extend(body, self.width, base)

    def _with_thumb(self, strip: Strip) -> Strip:
        thumb = Strip([Segment(self.symbols.thumb, self.palette.tones[Tone.MUTED])])
        return Strip.join([strip.crop(0, self.width - 1), thumb])


def _extend(strip: Strip, width: int, style: Style) -> Strip:
    """Exactly `width` cells; blanks join the last segment when it has the same style."""
    missing = width - strip.cell_length
    if missing <= 0:
        return strip.crop(0, width)
    segments = list(strip)
    if segments and segments[-1].style == style:
        segments[-1] = Segment(segments[-1].text + " " * missing, style)
    else:
        segments.append(Segment(" " * missing, style))
    return Strip(segments, width)
