"""The live table: any number of rows; what a change or a key costs does not depend on how many there are."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeAlias, TypeVar

from textual import events
from textual.binding import Binding

from k8stui.model.columns import Column
from k8stui.model.kinds import Ref, Row
from k8stui.widgets import live_table_messages as messages
from k8stui.widgets.cells import cell_len
from k8stui.widgets.live_table_core import Lines, TableCore
from k8stui.widgets.live_table_layout import GUTTER
from k8stui.widgets.live_table_render import next_due, read

__all__ = ["Lines", "LiveTable"]

R = TypeVar("R", bound=Row)

_WHEEL = 3
"""Lines a notch of the wheel scrolls."""
_SIDE = 8
"""Cells one press scrolls to the side."""


class LiveTable(TableCore[R], can_focus=True):
    """A table of live rows whose cursor and marks follow the objects' uids.

    A cursor that nobody has moved is on no object yet: it stays on the first line, whatever comes there.
    `now` gives the server's time in epoch seconds. The table has no timer: see `tick`.
    """

    BINDINGS: ClassVar[list[Any]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,g", "first", show=False),
        Binding("end,G", "last", show=False),
        Binding("left", "side(-1)", show=False),
        Binding("right", "side(1)", show=False),
        Binding("space", "mark", show=False),
        Binding("asterisk", "mark_all", show=False),
        Binding("enter", "open", show=False),
    ]

    Opened: TypeAlias = messages.Opened
    Moved: TypeAlias = messages.Moved
    Marked: TypeAlias = messages.Marked
    SortRequested: TypeAlias = messages.SortRequested
    Vanished: TypeAlias = messages.Vanished
    Scrolled: TypeAlias = messages.Scrolled

    def show(
        self, lines: Lines[R], columns: Sequence[Column[R]], sort: tuple[int, bool] = (0, False), *, empty: str = ""
    ) -> None:
        """Take another source or other columns. A cursor that was moved stays on its object where that is among them.

        `sort` is (index of the column, reverse), for the arrow only; `empty` is what to say when there are no rows.
        """
        self._lines, self._columns, self._sort, self._empty = lines, tuple(columns), sort, empty
        self._left = 0
        found = lines.find(self._ref.uid) if self._ref is not None and self._pinned else None
        self._pinned = found is not None
        self._forget()
        self._place(found or 0, self.top if found is not None else 0)

    def changed(self) -> None:
        """The source changed: repaint the visible lines that read differently; the cursor follows its object."""
        if self._lines is None:
            return
        gone, cursor, top = None, self._cursor, self.top
        if self._ref is not None:
            found = self._lines.find(self._ref.uid)
            if found is None:
                gone = self._ref
            elif self._pinned:
                top += found - cursor if top else 0  # rows that came or went above the window move nothing in it
                cursor = found
        self._place(cursor, top)
        if gone is not None:
            self.post_message(self.Vanished(self, gone, self._ref))

    def tick(self) -> float | None:
        """Time went by: repaint the visible lines that read differently now.

        Returns the seconds until the next one may (never less than one), or None when none will within a day. Call it
        again then, and after `show`, `changed` and Scrolled.
        """
        now, earliest = self._now(), float("inf")
        for index, line in enumerate(self._window):
            if line.due <= now:
                fresh = read(line.row, self._columns, self._symbols, now)
                if not fresh.same(line):
                    self._window[index] = line = fresh
                line.due = next_due(line, self._columns, self._symbols, now)
            earliest = min(earliest, line.due)
        self._paint()
        return None if earliest == float("inf") else max(1.0, earliest - now)

    @property
    def pinned(self) -> bool:
        """Whether the cursor is on its object by somebody's wish."""
        return self._pinned

    def pin(self) -> None:
        """Something is done with the object under the cursor: the cursor stays on it."""
        self._pinned = self._ref is not None

    @property
    def cursor_ref(self) -> Ref | None:
        """The object under the cursor."""
        return self._ref

    @property
    def cursor_row(self) -> R | None:
        """The row under the cursor."""
        index = self._cursor - self.top
        return self._window[index].row if 0 <= index < len(self._window) else None

    @property
    def cursor_cut(self) -> bool:
        """Whether a name under the cursor stands there shortened."""
        index = self._cursor - self.top
        if self._painter is None or not 0 <= index < len(self._window):
            return False
        cells, slots = self._window[index].cells, self._painter.layout.slots
        return any(self._columns[slot.index].middle and cell_len(cells[slot.index]) > slot.width for slot in slots)

    @property
    def cursor_line(self) -> int:
        """The line of the cursor, from 0."""
        return self._cursor

    @property
    def sort(self) -> tuple[int, bool]:
        """The column sorted by and whether reversed, as last told."""
        return self._sort

    @property
    def empty(self) -> str:
        """What is said where there are no rows."""
        return self._empty

    @empty.setter
    def empty(self, sentence: str) -> None:
        if sentence != self._empty:
            self._empty = sentence
            if not self._window:
                self.refresh()

    @property
    def wide(self) -> bool:
        """Whether every column is shown, reached by scrolling to the side where they do not fit."""
        return self._wide

    @wide.setter
    def wide(self, wide: bool) -> None:
        if wide != self._wide:
            self._wide, self._left = wide, 0
            self._forget()
            self._place(self._cursor, self.top)

    def sorted_by(self, index: int, reverse: bool) -> None:
        """The source is now in this order: move the arrow and show the lines anew."""
        self._sort, self._painter = (index, reverse), None
        self.changed()

    def beside(self, step: int) -> int:
        """The index of the next (1) or the previous (-1) column shown, seen from the one sorted by."""
        shown = [slot.index for slot in self._painter.layout.slots] if self._painter is not None else []
        if not shown:
            return self._sort[0]
        here = shown.index(self._sort[0]) if self._sort[0] in shown else -min(step, 0) - 1
        return shown[(here + step) % len(shown)]

    def move_to(self, uid: str) -> bool:
        """Put the cursor on an object; False when it is not among the lines."""
        found = self._lines.find(uid) if self._lines is not None else None
        if found is not None:
            self._go(found, self.top)
        return found is not None

    def mark_all_shown(self) -> None:
        """Mark every line of the source, also those out of sight."""
        if self._lines is not None:
            self.marks.update({row.ref.uid: row.ref for row in self._lines.window(0, len(self._lines))})
            self._marks_changed()

    def clear_marks(self) -> None:
        """Unmark everything."""
        self.unmark(list(self.marks))

    def unmark(self, uids: Iterable[str]) -> None:
        """Take the marks of these objects away (they are gone, or done)."""
        if [ref for uid in uids if (ref := self.marks.pop(uid, None)) is not None]:
            self._marks_changed()

    def _marks_changed(self) -> None:
        self._paint()
        self.post_message(self.Marked(self, len(self.marks)))

    def _go(self, cursor: int, top: int) -> None:
        """Somebody moves the cursor."""
        self._pinned = True
        self._place(cursor, top)

    def action_move(self, lines: int) -> None:
        """Move the cursor by lines."""
        self._go(self._cursor + lines, self.top)

    def action_page(self, pages: int) -> None:
        """Move the cursor and the window by pages."""
        step = pages * max(1, self.page - 1)
        self._go(self._cursor + step, self.top + step)

    def action_first(self) -> None:
        """To the first row."""
        self._go(0, 0)

    def action_last(self) -> None:
        """To the last row."""
        last = len(self._lines or ()) - 1
        self._go(last, last)

    def action_side(self, steps: int) -> None:
        """Scroll to the side, as far as columns are out of sight."""
        if self._painter is not None:
            last = max(0, self._painter.layout.width - (self.size.width - GUTTER - 1))
            left = max(0, min(last, self._left + steps * _SIDE))
            if left != self._left:
                self._left, self._painter = left, None
                self._paint()

    def action_mark(self) -> None:
        """Mark or unmark the row under the cursor and go to the next."""
        if self._ref is not None:
            if self.marks.pop(self._ref.uid, None) is None:
                self.marks[self._ref.uid] = self._ref
            self._go(self._cursor + 1, self.top)
            self.post_message(self.Marked(self, len(self.marks)))

    def action_mark_all(self) -> None:
        """Mark all that is shown."""
        self.mark_all_shown()

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self._ref is not None:
            self.post_message(self.Opened(self, self._ref))

    def on_click(self, event: events.Click) -> None:
        """A header sorts, a row takes the cursor, twice opens it; the right edge jumps."""
        event.stop()
        index = event.y - 1
        if index < 0:
            column = self._painter.layout.at(event.x - GUTTER + self._left) if self._painter else None
            if column is not None:
                self.post_message(self.SortRequested(self, column))
        elif event.x == self.size.width - 1 and (count := len(self._lines or ())) > self.page:
            top = round(index * (count - self.page) / max(1, self.page - 1))
            self._scroll_lines(top - self.top)
        elif index < len(self._window):
            self._go(self.top + index, self.top)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls; the cursor stays in sight, so that a key never acts on what is not seen."""
        event.stop()
        self._scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self._scroll_lines(-_WHEEL)

    def _scroll_lines(self, lines: int) -> None:
        last = max(0, len(self._lines or ()) - self.page)
        top = max(0, min(last, self.top + lines))
        self._go(max(top, min(self._cursor, top + self.page - 1)), top)
