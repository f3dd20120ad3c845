"""How a live table remembers what it shows and repaints nothing else; no keys, no mouse.

Everything ends in `_paint`, which compares what each line of the screen shows with what it should show and refreshes
exactly the difference. Scroll bars, hover and layout are left out on purpose: each costs bytes.
"""

from collections.abc import Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from k8stui.model.columns import Column, Tone
from k8stui.model.kinds import Ref, Row
from k8stui.widgets.live_table_layout import GUTTER, Layout, lay_out, thumb
from k8stui.widgets.live_table_messages import Moved, Scrolled
from k8stui.widgets.live_table_render import Line, Look, Now, Painter, Palette, changed_until, measure, read
from k8stui.widgets.quiet_focus import QuietFocus
from k8stui.widgets.selecting import character, extracted, marked
from k8stui.widgets.sentences import wrapped
from k8stui.widgets.steady import Steady
from k8stui.widgets.symbols import UNICODE, Symbols

R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)


class Lines(Protocol[R_co]):
    """Where a table's rows come from; `cluster.view.View` is one."""

    def __len__(self) -> int: ...

    def window(self, top: int, height: int) -> Sequence[R_co]:
        """At most `height` rows from line `top` on."""
        ...

    def find(self, uid: str) -> int | None:
        """The line of an object, None when it is not shown."""
        ...


class TableCore(Steady, QuietFocus, ScrollView, Generic[R]):
    """Window, cursor, widths and painting. `now` gives the server's time in epoch seconds."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "live-table--header",
        "live-table--cursor",
        "live-table--marked",
        *(f"live-table--{tone.value}" for tone in Tone),
    }
    DEFAULT_CSS = """
    TableCore {
        height: 1fr;
        overflow: hidden hidden;
        background: $background;
        color: $foreground;
        & > .live-table--header { color: $text-muted; text-style: bold; }
        & > .live-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .live-table--marked { color: $accent; text-style: bold; }
        & > .live-table--ok { color: $success; }
        & > .live-table--changing { color: $accent; }
        & > .live-table--warning { color: $warning; }
        & > .live-table--bad { color: $error; }
        & > .live-table--muted { color: $text-muted; }
    }
    """

    def __init__(self, *, now: Now, symbols: Symbols = UNICODE, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.marks: dict[str, Ref] = {}
        self._now = now
        self._symbols = symbols
        self._lines: Lines[R] | None = None
        self._columns: tuple[Column[R], ...] = ()
        self._sort = (0, False)
        self._empty = ""
        self._wide = False
        self._cursor = 0
        self._ref: Ref | None = None
        self._pinned = False
        self._left = 0
        self._seen = Size(0, 0)
        self._rendering = False
        self._thumb = range(0)
        self._measured: list[int] = []
        self._window: list[Line[R]] = []
        self._painted: list[tuple[Line[R], Look]] = []
        self._painter: Painter | None = None

    @property
    def top(self) -> int:
        """The first line in sight, from 0."""
        return self.scroll_offset.y

    @property
    def page(self) -> int:
        """How many rows are in sight at once."""
        return max(1, self._seen.height - 1)

    def _forget(self) -> None:
        """Measure and read everything anew."""
        self._measured = [0] * len(self._columns)
        self._window, self._painter = [], None

    def _place(self, cursor: int, top: int) -> None:
        """The one way to move: put cursor and window there, as far as there are lines, and paint the difference."""
        if self._lines is None:
            return
        count, height, before = len(self._lines), self.page, self.top
        cursor = max(0, min(cursor, count - 1))
        top = max(0, min(max(cursor - height + 1, min(top, cursor)), count - height))
        # Assigning virtual_size or scroll_y would lay out the screen or repaint everything; neither is wanted here.
        self.set_reactive(Widget.virtual_size, Size(self._seen.width, count + 1))
        self.set_reactive(Widget.scroll_y, float(top))
        self.set_reactive(Widget.scroll_target_y, float(top))
        self._cursor = cursor
        self._thumb = thumb(top, height, count)
        self._look(top, height)
        self._paint()
        ref = self._window[cursor - top].row.ref if cursor - top < len(self._window) else None
        moved = (ref.uid if ref else None) != (self._ref.uid if self._ref else None)
        self._ref = ref
        if moved:
            self.post_message(Moved(self, ref))
        if top != before:
            self.post_message(Scrolled(self))

    def _look(self, top: int, height: int) -> None:
        """Fetch the lines in sight; those seen before keep what was read and painted of them."""
        assert self._lines is not None
        now, known = self._now(), {line.row.ref.uid: line for line in self._window}
        self._window = [self._line(row, known.get(row.ref.uid), now) for row in self._lines.window(top, height)]

    def _line(self, row: R, known: Line[R] | None, now: float) -> Line[R]:
        if known is not None and known.row is row:
            return known
        fresh = read(row, self._columns, self._symbols, now)
        if known is not None and known.same(fresh):
            fresh.look, fresh.strip = known.look, known.strip
        return fresh

    def _arrange(self) -> Layout:
        """The columns for what was measured; widths only grow, so that nothing jumps back and forth."""
        for line in self._window:
            if line.strip is None:
                measure(line, self._measured)
        sizes = [
            max(size, len(column.title) + (index == self._sort[0]))
            for index, (size, column) in enumerate(zip(self._measured, self._columns, strict=True))
        ]
        return lay_out(self._columns, sizes, max(1, self._seen.width - GUTTER - 1), wide=self._wide)

    def _renew(self) -> bool:
        """Make the painter again if columns, widths, size or styles are other ones; True then: every line is."""
        if not self._seen.width or not self._columns or not self.is_attached:  # what was taken away has no styles
            return False
        layout = self._arrange()
        if self._painter is not None and self._painter.layout == layout:
            return False
        width, style = self._seen.width, self.get_component_rich_style
        tones: dict[Tone, Style] = {tone: style(f"live-table--{tone.value}") for tone in Tone if tone is not Tone.PLAIN}
        palette = Palette(self.rich_style, style("live-table--cursor"), style("live-table--marked"), tones)
        self._left = min(self._left, max(0, layout.width - (width - GUTTER - 1)))
        self._painter = Painter(layout, self._columns, self._symbols, palette, width, self._left)
        for line in self._window:
            line.strip = None
        return True

    def _paint(self) -> None:
        """Refresh exactly the cells that are to show something else than they do."""
        renewed, top = self._renew(), self.top
        old, new = self._painted, [(line, self._see(index, top)) for index, line in enumerate(self._window)]
        self._painted = new
        if self._rendering:  # the frame being made shows it already
            return
        if renewed or self._painter is None or bool(old) != bool(new):
            self.refresh()
            return
        painter, full, count = self._painter, self._seen.width, max(len(old), len(new))
        widths = [
            self._difference(painter, old[index], new[index]) if index < len(old) and index < len(new) else full
            for index in range(count)
        ]
        if sum(width > 0 for width in widths) > max(2, count // 2):
            self.refresh(Region(0, 1, full, count))
            return
        for index, width in enumerate(widths):
            if width > 0:
                self.refresh(Region(0, index + 1, min(width, full), 1))

    def _difference(self, painter: Painter, old: tuple[Line[R], Look], new: tuple[Line[R], Look]) -> int:
        """How many cells of a line are to be painted again, counted from the left."""
        width = 0
        if old[0] is not new[0] and (end := changed_until(old[0], new[0], painter.layout)):
            width = max(0, end - self._left)
        if old[1] != new[1]:
            if old[1].thumb is not new[1].thumb:
                return painter.width
            width = max(width, painter.layout.bar)
        return width

    def _see(self, index: int, top: int) -> Look:
        return Look(top + index == self._cursor, self._window[index].row.ref.uid in self.marks, index in self._thumb)

    def render_line(self, y: int) -> Strip:
        """Textual asks for line `y` of the widget; line 0 is the header."""
        if self.size != self._seen or self._painter is None:
            self._catch_up()
        painter, index = self._painter, y - 1
        if painter is None:
            return Strip.blank(self.size.width, self.rich_style)
        if y == 0:
            return painter.header(self._sort, self.get_component_rich_style("live-table--header"))
        if index >= len(self._window):
            return self._blank(y)
        line, look = self._window[index], self._see(index, self.top)
        if line.strip is None or line.look != look:
            line.look, line.strip = look, painter.strip(line, look)
        if self.text_selection is None:
            return line.strip
        style = self.screen.get_component_rich_style("screen--selection")
        return marked(line.strip, self.text_selection, y, style)

    def place_at(self, x: int, y: int) -> Offset:
        """See `Selectable`: a row is a line of the widget, a character one of what is painted there."""
        return Offset(character(self._text_of(y) if y <= len(self._window) else "", x), y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, as it stands on the screen."""
        rows = 1 + len(self._window)
        return extracted(selection, rows, self._text_of, lambda _row: False), "\n"

    def _text_of(self, row: int) -> str:
        """What a line of the widget reads."""
        strip = self._window[row - 1].strip if row else None
        return strip.text if strip is not None else ""

    def selection_updated(self, selection: Selection | None) -> None:
        """Another part is selected."""
        self.refresh()

    def _blank(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        if self._window or not self._empty:
            return Strip.blank(width, style)
        text = wrapped(self._symbols.text(self._empty), width - GUTTER - 1)
        index = y - 2 if self.size.height > len(text) + 1 else y - 1
        if not 0 <= index < len(text):
            return Strip.blank(width, style)
        muted = self.get_component_rich_style("live-table--muted")
        return Strip([Segment(" " * GUTTER + text[index], muted)]).crop(0, width).extend_cell_length(width, style)

    def notify_style_update(self) -> None:
        """Theme or focus changed: no strip is right any more."""
        super().notify_style_update()
        self._painter = None  # made again when a line is asked for: the components' styles come after ours

    def _catch_up(self) -> None:
        """Within a frame: fit to a new size or new styles before the first line of it is painted."""
        self._rendering = True
        try:
            if self.size != self._seen:
                self._resized()
            else:
                self._paint()
        finally:
            self._rendering = False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Something else scrolled us: the cursor stays in sight."""
        top = round(new_value)
        if self.size != self._seen:
            return  # a resize has cut it short: `_resized` comes next and keeps the cursor
        if self._lines is not None and round(old_value) != top:
            self._place(max(top, min(self._cursor, top + self.page - 1)), top)
            self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Measure and fit the columns anew, unless a frame of this size has done it."""
        if self.size != self._seen:
            self._resized()
            self.refresh()

    def _resized(self) -> None:
        """Fit to the new size; the widths start afresh only when the width is another one."""
        other = self.size.width != self._seen.width
        self._seen = self.size
        if other:
            self._forget()
        self._place(self._cursor, self.top)
