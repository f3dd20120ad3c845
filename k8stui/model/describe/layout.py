"""How a description is laid out: cells that line up as kubectl's tab writer lines them up (Go text/tabwriter)."""

from collections.abc import Iterable
from datetime import tzinfo

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.model.document import Line, Span
from k8stui.model.kinds import Ref
from k8stui.model.text import cells as width_of

HEAD = Tone.CHANGING
"""How titles of sections feel."""
NONE = "<none>"
UNSET = "<unset>"
_GAP = 2
_FAINT = frozenset((NONE, UNSET, "<unknown>", "<nil>"))


class Cell(Struct, frozen=True):
    """A text with a feeling of its own. Plain cells are given as `str`."""

    text: str
    tone: Tone | None = None


class _Row(Struct, frozen=True):
    """Cells of one line; all but the last line up with those of the rows around it."""

    cells: list[Cell]
    tone: Tone = Tone.PLAIN
    target: Ref | None = None


class Text:
    """A description in the making: rows go in, aligned lines come out.

    Every value may hold line breaks: what follows the first one stands on lines of its own under the value. Tabs become
    spaces. `level` is kubectl's indentation, two spaces each. Neighbouring rows share a column for as long as each of
    them has a cell after it, exactly as in kubectl: a row of one cell ends the block.
    """

    def __init__(self, now: float, zone: tzinfo, level: int = 0) -> None:
        """`now` in seconds since the epoch by the server's clock; times are printed in `zone`."""
        self.now = now
        self.zone = zone
        self._level = level
        self._rows: list[_Row] = []

    def nested(self, levels: int) -> "Text":
        """The same text for somebody who writes that much further in."""
        inner = Text(self.now, self.zone, self._level + levels)
        inner._rows = self._rows
        return inner

    def line(self, text: str = "", level: int = 0, tone: Tone = Tone.PLAIN, target: Ref | None = None) -> None:
        """A text without columns."""
        self.row(text, level=level, tone=tone, target=target)

    def head(self, title: str, level: int = 0) -> None:
        """`Conditions:`, on a line of its own (the colon is added)."""
        self.row(f"{title}:", level=level, tone=HEAD)

    def field(
        self, label: str, value: str | Cell, *more: str | Cell, level: int = 0, target: Ref | None = None
    ) -> None:
        """`Name:  web` (the colon is added); more cells follow the value. `<none>` and the like are faint."""
        self.row(self._label(f"{label}:", level), value, *more, level=level, target=target)

    def many(self, label: str, values: Iterable[str | Cell], level: int = 0) -> None:
        """The first value beside the label, the others below it; `<none>` where there are none."""
        title: str | Cell = self._label(f"{label}:", level)
        for each in values:
            self.row(title, each, level=level)
            title = ""
        if title:
            self.row(title, NONE, level=level)

    def row(self, *cells: str | Cell, level: int = 0, tone: Tone = Tone.PLAIN, target: Ref | None = None) -> None:
        """Cells that line up with those of the rows before and after."""
        found = [_cell(each) for each in cells]
        deepest = max([each.text.count("\n") for each in found])
        for depth in range(deepest + 1):
            layer = _layer(found, depth) if deepest else found
            if self._level + level:
                layer[0] = Cell("  " * (self._level + level) + layer[0].text, layer[0].tone)
            self._rows.append(_Row(layer, tone, target))

    def table(
        self, titles: Iterable[str], rows: Iterable[Iterable[str | Cell]], *, level: int = 1, rule: bool = True
    ) -> None:
        """Titles, a rule below each (unless told otherwise) and the rows."""
        names = list(titles)
        self.row(*names, level=level, tone=Tone.MUTED)
        if rule:
            self.row(*("-" * len(each) for each in names), level=level, tone=Tone.MUTED)
        for row in rows:
            self.row(*row, level=level)

    def lines(self) -> list[Line]:
        """Everything so far, aligned. Spaces at the ends of lines are left out."""
        own = [[width_of(cell.text) for cell in row.cells] for row in self._rows]
        return [_line(row, gaps) for row, gaps in zip(self._rows, _gaps(own), strict=True)]

    def _label(self, text: str, level: int) -> str | Cell:
        return text if level or self._level else Cell(text, HEAD)


def _cell(given: str | Cell) -> Cell:
    """A cell without tabs; known words for nothing are faint."""
    if isinstance(given, str):
        given = Cell(given, Tone.MUTED if given[:1] == "<" and given.rstrip() in _FAINT else None)
    return Cell(given.text.replace("\t", " "), given.tone) if "\t" in given.text else given


def _layer(cells: list[Cell], depth: int) -> list[Cell]:
    """The line of that number of each cell; below the first, without the cells after the last that has so many."""
    parts = [each.text.split("\n") for each in cells]
    count = max((index for index, lines in enumerate(parts) if depth < len(lines)), default=0) + 1 if depth else None
    return [
        Cell(lines[depth] if depth < len(lines) else "", each.tone)
        for each, lines in zip(cells[:count], parts, strict=False)
    ]


def _gaps(rows: list[list[int]]) -> list[list[int]]:
    """How many spaces follow each cell: a column is as wide as its block; nothing follows a row's last cell.

    A block of a column is a run of rows which all have a cell after it (text/tabwriter).
    """
    gaps = [[0] * len(row) for row in rows]
    for column in range(max(map(len, rows), default=0) - 1):
        start = 0
        for end in range(len(rows) + 1):
            if end == len(rows) or len(rows[end]) <= column + 1:
                if end > start:
                    width = max([row[column] for row in rows[start:end]]) + _GAP
                    for gap, row in zip(gaps[start:end], rows[start:end], strict=True):
                        gap[column] = width - row[column]
                start = end + 1
    return gaps


def _line(row: _Row, gaps: list[int]) -> Line:
    """One row as a line; cells with feelings of their own become spans."""
    text = ""
    spans: list[Span] = []
    for cell, gap in zip(row.cells, gaps, strict=True):
        if cell.tone is not None and cell.tone is not row.tone and cell.text.strip():
            begin = len(text) + len(cell.text) - len(cell.text.lstrip())
            spans.append((begin, len(text) + len(cell.text.rstrip()), cell.tone))
        text += cell.text + " " * gap
    return Line(text.rstrip(), row.tone, tuple(spans), row.target)
