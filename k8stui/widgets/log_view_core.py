"""Painting what is in sight of a log, and of that exactly the rows that read differently; no keys.

The rows of a frame are fixed when something happens (`_paint`), so that a book that grows meanwhile cannot tear it.
"""

from msgspec import structs
from textual import events
from textual.geometry import Offset, Region
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from k8stui.model.logs.book import HEAD
from k8stui.widgets import log_messages as messages
from k8stui.widgets.cells import cell_len
from k8stui.widgets.log_places import KEPT, Key, LogPlaces
from k8stui.widgets.log_render import Look
from k8stui.widgets.selecting import character, marked


class LogCore(LogPlaces):
    """Window and painting."""

    _rendering = False
    """A frame is being made: what is found out shows in it."""

    def _paint(self) -> None:
        """Settle what is in sight and refresh the rows that read differently."""
        if not self._seen.height:
            return
        self._follow_what_is_kept()
        lowest = self._lowest_top()
        self._top = lowest if self._following else min(self._seen_place(self._top), lowest)
        old, self._keys = self._keys, self._window()
        if self._rendering:
            return
        width, height = self._seen.width, self._seen.height
        rows = max(len(old), len(self._keys))
        other = [y for y in range(rows) if old[y : y + 1] != self._keys[y : y + 1]]
        if len(other) > height // 2:
            self.refresh()
            return
        for y in other:
            self.refresh(Region(0, y, width, 1))

    def _keep_row(self) -> None:
        """Lines are seen or laid out in another way: the one under the cursor stays in its row of the screen."""
        if self._following or self._cursor is None or not len(self._shown):
            return
        y, row = next(((y, key[1].row) for y, key in enumerate(self._keys) if key[0] == self._cursor), (0, 0))
        self._top = self._up(self._seen_place((self._cursor, row)), min(y, self._seen.height - 1))

    def _follow_what_is_kept(self) -> None:
        """Lines may have been dropped: the cursor, the marks and the place in sight stay on what is kept."""
        first = self._shown.book.first
        if self._marked and min(self._marked) < first:
            self._marked = {number for number in self._marked if number >= first}
        if self._following:
            self._cursor = None
            return
        if HEAD < self._top[0] < first:
            gone = first - self._top[0]
            self._top = (HEAD, 0)
            self.post_message(messages.Vanished(self, gone))
        count, before = len(self._shown), self._cursor
        if count:
            wanted = self._top[0] if before is None else before
            self._cursor = self._shown.number(min(self._shown.index(wanted), count - 1))
            if self._cursor != before:
                self.post_message(messages.Moved(self, self._cursor))

    def _window(self) -> list[Key]:
        """The rows in sight."""
        shown, height = self._shown, self._seen.height
        keys: list[Key] = []
        start = shown.index(self._top[0])
        row = self._top[1]
        for number in shown.numbers(start, start + height):
            look = Look(
                left=self._left,
                cursor=number == self._cursor,
                marked=number in self._marked,
                around=not shown.matches(number) if number != HEAD else False,
            )
            head = shown.book.head if number == HEAD else ""
            for each in range(row, min(self._rows_of(number), row + height - len(keys))):
                keys.append((number, structs.replace(look, row=each), head))
            row = 0
            if len(keys) >= height:
                break
        return keys

    def render_line(self, y: int) -> Strip:
        """Textual asks for line `y` of the widget."""
        if self.size != self._seen or self._renderer is None:
            self._catch_up()
        if y >= len(self._keys):
            return Strip.blank(self.size.width, self.rich_style)
        key = self._keys[y]
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strip(key)
        selected = self.text_selection
        if selected is None:
            return strip
        return self._selected(strip, key, selected)

    def _strip(self, key: Key) -> Strip:
        laid = self._lay(key[0])
        if laid is None:
            return Strip.blank(self.size.width, self.rich_style)
        queries = [query for query in self._shown.lens.queries if not query.inverse]
        strip = self._painter().strip(laid, key[1], queries, self._shown.query)
        if len(self._strips) >= KEPT:
            self._strips.clear()
        self._strips[key] = strip
        return strip

    def _catch_up(self) -> None:
        """Within a frame: fit to a new size or new styles before the first line of it is painted."""
        self._rendering = True
        try:
            if self.size != self._seen:
                self._resized()
            else:
                self._painter()
                self._paint()
        finally:
            self._rendering = False

    def on_resize(self, event: events.Resize) -> None:
        """Fit to the new size, unless a frame of this size has done it."""
        if self.size != self._seen:
            self._resized()
            self.refresh()

    def _resized(self) -> None:
        if self.size.width != self._seen.width:
            self._forget()
        self._seen = self.size
        self.set_reactive(Widget.virtual_size, self.size)
        self._keep_row()
        self._paint()

    def notify_style_update(self) -> None:
        """Theme or focus changed: no strip is right any more."""
        super().notify_style_update()
        self._forget()

    # Selecting: a row of a selection is a line's number, a character one of its text

    def place_at(self, x: int, y: int) -> Offset:
        """See `Selectable`: a row is the number of a line, a character one of its text."""
        if y >= len(self._keys):
            return Offset(0, self._keys[-1][0] + 1 if self._keys else 0)
        number, look, _ = self._keys[y]
        laid = self._lay(number)
        if laid is None:
            return Offset(0, number)
        start, end, indent = self._painter().span(laid, look.row, look.left)
        return Offset(start + character(laid.body.text[start:end], max(0, x - indent)), max(0, number))

    def _selected(self, strip: Strip, key: Key, selection: Selection) -> Strip:
        """The row with what is selected of it marked."""
        number, look, _ = key
        span, laid = selection.get_span(number) if number != HEAD else None, self._lay(number)
        if span is None or laid is None:
            return strip
        start, end, indent = self._painter().span(laid, look.row, look.left)
        low, high = max(span[0], start), end if span[1] == -1 else min(span[1], end)
        if low >= high:
            return strip
        text = laid.body.text
        from_cell = indent + cell_len(text[start:low])
        cells = Selection(Offset(from_cell, 0), Offset(from_cell + cell_len(text[low:high]), 0))
        return marked(strip, cells, 0, self.screen.get_component_rich_style("screen--selection"))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, without times and sources; lines that were broken to fit are whole again.

        A selection that begins or ends outside of the view (a double click, too) has what is in sight, not all lines.
        """
        shown, keys = self._shown, self._keys
        if not keys:
            return None
        first = selection.start.y if selection.start is not None else keys[0][0]
        last = selection.end.y if selection.end is not None else keys[-1][0]
        out: list[str] = []
        for number in shown.numbers(shown.index(first), shown.index(last + 1)):
            span, laid = selection.get_span(number) if number != HEAD else None, self._lay(number)
            if span is not None and laid is not None:
                text = laid.body.text
                out.append(text[span[0] : len(text) if span[1] == -1 else span[1]].rstrip())
        return "\n".join(out), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Another part is selected."""
        self.refresh()
