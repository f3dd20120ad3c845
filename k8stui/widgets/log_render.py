"""How a log line looks: its time, its source, and its text with colours, level and matches. It knows no scrolling."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from k8stui.model.columns import Tone
from k8stui.model.logs.ansi import plain
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.jsonline import Record, read
from k8stui.model.logs.levels import Level, place_of
from k8stui.model.logs.query import Query
from k8stui.model.logs.sgr import spans
from k8stui.model.times import clock_time
from k8stui.widgets.cells import cell_len
from k8stui.widgets.log_body import Body, Part, style_of
from k8stui.widgets.log_names import PALETTE, labels
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_layout import styled

_TIME = len("10:41:58.120 ")
_NEAR = 400
"""Characters around what is in sight that are searched for what is to be marked."""
_MARKERS: Mapping[Mark, Tone] = {
    Mark.RESTARTED: Tone.WARNING,
    Mark.GAP: Tone.WARNING,
    Mark.RECONNECTED: Tone.MUTED,
    Mark.JOINED: Tone.OK,
    Mark.GONE: Tone.MUTED,
    Mark.NOTE: Tone.CHANGING,
}


class Styles(Struct, frozen=True):
    """The styles of the theme."""

    base: Style
    time: Style
    match: Style
    filtered: Style
    around: Style
    """Of lines around a match."""
    cursor: Style
    marked: Style
    tones: Mapping[Tone, Style]


class Settings(Struct, frozen=True):
    """What the reader chose."""

    zone: tzinfo
    symbols: Symbols
    times: bool = True
    wrap: bool = False
    columns: bool = False
    fields: tuple[str, ...] = ()
    names: tuple[tuple[int, str, str], ...] = ()
    """Number of the source, pod and container; the column stands there where there are several."""


class Look(Struct, frozen=True):
    """How one row of a line is shown."""

    row: int = 0
    left: int = 0
    cursor: bool = False
    marked: bool = False
    around: bool = False


class Laid(Struct):
    """A line, ready to be cut into rows."""

    body: Body
    when: str
    source: int
    label: str
    mark: Mark


class Renderer:
    """Lines for one width, one choice of what is shown, and one theme."""

    def __init__(self, settings: Settings, styles: Styles, width: int) -> None:
        self.settings = settings
        self.styles = styles
        self.width = max(2, width)
        names = {number: (pod, container) for number, pod, container in settings.names}
        self._labels = labels(names, self.width // 4) if len(names) > 1 else {}
        label = max(map(cell_len, self._labels.values()), default=0)
        self._blank_label = " " * label
        self.indent = 1 + _TIME * settings.times + (label + 1 if label else 0)
        """Cells before the text: a sign, the time, the source."""
        self.room = max(1, self.width - self.indent)
        """Cells for the text."""

    def lay(self, entry: Entry) -> Laid:
        """Read a line."""
        text = plain(entry.text)
        if not entry.mark.is_line:
            return Laid(Body(self._across(text)), "", -1, "", entry.mark)
        record = read(text) if self.settings.columns else None
        if record is not None:
            body, at = self._record(record), record.at or entry.at
        else:
            body, at = Body(text, self._parts(entry.text, text)), entry.at
        label = self._labels.get(entry.source, self._blank_label)
        return Laid(body, self._when(at), entry.source, label, entry.mark)

    def _across(self, text: str) -> str:
        """`─── text ─────`."""
        dash = "-" if self.settings.symbols.ascii_only else "─"
        head = f"{dash * 3} {text} "
        return head + dash * (self.width - Body(head).cells)

    def _parts(self, raw: str, text: str) -> Sequence[Part]:
        """The line's own colours; where it has none its level is coloured."""
        coloured = spans(raw)
        if coloured:
            return [(start, end, style_of(graphics)) for start, end, graphics in coloured]
        start, end, level = place_of(text)
        return [(start, end, self._tone(level))] if level else []

    def _tone(self, level: Level) -> Style:
        return self.styles.tones.get(level.tone, self.styles.base)

    def _record(self, record: Record) -> Body:
        """`ERROR upstream timeout  host=cart status=504`."""
        text = f"{record.level.name if record.level else '':<5} "
        parts: list[Part] = [(0, 5, self._tone(record.level))] if record.level else []
        text += record.message
        wanted = self.settings.fields
        chosen = [(name, record.field(name)) for name in wanted] if wanted else record.fields
        pieces = [text]
        size = len(text)
        for name, value in chosen:
            if value is not None:
                parts.append((size + 2, size + 3 + len(name), self.styles.time))
                pieces.append(f"  {name}={value}")
                size += len(pieces[-1])
        return Body("".join(pieces), parts)

    def _when(self, at: int) -> str:
        if not self.settings.times:
            return ""
        seconds, rest = divmod(at, 10**9)
        clock = clock_time(seconds, self.settings.zone) if at else ""
        return f"{clock}.{rest // 10**6:03d} " if clock else " " * _TIME

    def rows(self, laid: Laid) -> int:
        """How many rows a line takes."""
        if not self.settings.wrap:
            return 1
        return laid.body.rows(self.width if not laid.mark.is_line else self.room)

    def span(self, laid: Laid, row: int, left: int) -> tuple[int, int, int]:
        """What a row shows: the first character, the one behind the last, and the cells before it."""
        indent = self.indent if laid.mark.is_line else 0
        room = self.width - indent if indent < self.width else 1
        if self.settings.wrap:
            return *laid.body.row(row, room), indent
        return *laid.body.cut(left if indent else 0, room), indent

    def strip(self, laid: Laid, look: Look, queries: Sequence[Query], searched: Query | None) -> Strip:
        """Paint a row."""
        base = self.styles.base
        if look.cursor:
            base += self.styles.cursor
        elif look.around:
            base += self.styles.around
        line = laid.mark.is_line
        over = base if line or look.cursor else base + self.styles.tones[_MARKERS[laid.mark]]
        start, end, _ = self.span(laid, look.row, look.left)
        pieces = self._head(laid, look, base) if line else []
        parts = laid.body.within(start, end) if not look.cursor else []
        parts += self._found(laid.body.text, start, end, queries, self.styles.filtered)
        parts += self._found(laid.body.text, start, end, [searched] if searched else [], self.styles.match)
        text = styled(laid.body.text[start:end], start, over, parts)
        if not self.settings.wrap and end < len(laid.body.text):
            text.append(Segment("…", over))
        pieces += text
        symbols = self.settings.symbols
        if symbols.ascii_only:
            pieces = [Segment(symbols.text(piece.text), piece.style) for piece in pieces]
        return self._filled(pieces, over)

    def _filled(self, pieces: list[Segment], style: Style) -> Strip:
        """As wide as the view. Neighbours of one style are one piece: a change of style takes 40 bytes of the line."""
        blanks = self.width - sum(cell_len(piece.text) for piece in pieces)
        pieces.append(Segment(" " * blanks, style))
        joined = list(Segment.simplify(pieces))
        return Strip(joined, self.width) if blanks >= 0 else Strip(joined).crop(0, self.width)

    def _found(self, text: str, start: int, end: int, queries: Sequence[Query], style: Style) -> list[Part]:
        """What is to be marked of these characters."""
        low, high = max(0, start - _NEAR), end + _NEAR
        return [(*place, style) for query in queries for place in query.places(text, low, high)]

    def _head(self, laid: Laid, look: Look, base: Style) -> list[Segment]:
        """What stands before the text, or blanks where the line goes on."""
        styles, symbols = self.styles, self.settings.symbols
        if look.row:
            return [Segment(" " * self.indent, base)]
        sign = symbols.mark if look.marked else symbols.before if laid.mark is Mark.LATE else " "
        when = base if look.cursor else base + styles.time
        pieces = [Segment(sign, base + styles.marked if sign != " " else when if laid.when else base)]
        if laid.when:
            pieces.append(Segment(laid.when, when))
        if laid.label:
            colour = PALETTE[laid.source % len(PALETTE)]
            pieces.append(Segment(laid.label + " ", base if look.cursor else base + colour))
        return pieces
