"""The log view: any number of lines at any rate; what a frame costs depends only on how many are in sight."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

from textual import events
from textual.binding import Binding

from k8stui.model.logs.book import HEAD
from k8stui.model.logs.query import Query
from k8stui.widgets import log_messages as messages
from k8stui.widgets.log_looks import LogLooks

_WHEEL = 3
_SIDE = 8


class LogView(LogLooks, can_focus=True):
    """Lines of a `Shown`. The screen calls `grown` after `Shown.work`; the view never looks by itself.

    Args:
        shown: what is seen.
        zone: of the times.
        wrap: long lines go on in the next row.
        times: the column of times is shown.
        symbols: of the terminal.
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
        Binding("n", "match(1)", show=False),
        Binding("N", "match(-1)", show=False),
        Binding("enter", "open", show=False),
    ]

    Paused: TypeAlias = messages.Paused
    Resumed: TypeAlias = messages.Resumed
    Opened: TypeAlias = messages.Opened
    Moved: TypeAlias = messages.Moved
    Matched: TypeAlias = messages.Matched
    Vanished: TypeAlias = messages.Vanished

    # The cursor

    @property
    def cursor(self) -> int | None:
        """The number of the line that is opened, marked or copied: while following the newest one."""
        if not self._keys:
            return None
        return self._keys[-1][0] if self._following else self._cursor

    @property
    def top(self) -> int | None:
        """The number of the first line in sight."""
        return self._keys[0][0] if self._keys else None

    @property
    def kept(self) -> int | None:
        """The number of the first line that is to stay: while paused the first one in sight; None while following."""
        if self._following:
            return None
        return next((key[0] for key in self._keys if key[0] != HEAD), None)

    def go(self, number: int) -> None:
        """Put the cursor on a line, or on the next one that is seen, in the middle of the view; pauses."""
        self.pause()
        count = len(self._shown)
        if not count:
            return
        number = self._shown.number(min(self._shown.index(number), count - 1))
        if not any(key[0] == number for key in self._keys):
            self._top = self._up((number, 0), self._seen.height // 3)
        self._put(number)

    def _put(self, number: int) -> None:
        """The cursor onto a line; the window follows."""
        before, self._cursor = self._cursor, number
        height = max(1, self._seen.height)
        if (number, 0) < self._top:
            self._top = (number, 0)
        else:
            end = (number, self._rows_of(number) - 1)
            lowest = min(self._up(end, height - 1), (number, 0))
            self._top = max(self._top, lowest)
        self._paint()
        if number != before:
            self.post_message(self.Moved(self, number))

    def action_move(self, by: int) -> None:
        """The cursor by lines; upwards pauses, down from the last line follows the end again."""
        if self._following and by > 0:
            return
        self.pause()
        count = len(self._shown)
        if self._cursor is None or not count:
            return
        index = self._shown.index(self._cursor) + by
        if index >= count:
            self.follow()
        else:
            self._put(self._shown.number(max(0, index)))

    def action_page(self, by: int) -> None:
        """By pages."""
        self._scroll(by * max(1, self._seen.height - 1))

    def _scroll(self, rows: int) -> None:
        """The window by rows; the cursor stays where it is on the screen, as far as it can."""
        if self._following and rows > 0:
            return
        self.pause()
        if not self._keys:
            return
        if rows > 0 and self._top >= self._lowest_top():
            self.follow()
            return
        y = next((y for y, key in enumerate(self._keys) if key[0] == self._cursor), 0)
        before = self._top
        self._top = self._down(self._top, rows) if rows > 0 else self._up(self._top, -rows)
        self._top = min(self._top, self._lowest_top())
        if self._top == before and rows < 0:
            y = 0
        keys = self._window()
        self._put_in_sight(keys[min(y, len(keys) - 1)][0])

    def _put_in_sight(self, number: int) -> None:
        """The cursor onto a line that is in sight."""
        before, self._cursor = self._cursor, number
        self._paint()
        if number != before:
            self.post_message(self.Moved(self, number))

    def action_first(self) -> None:
        """To the oldest line."""
        self.pause()
        if len(self._shown):
            self._top = (self._shown.number(0), 0)
            self._put(self._top[0])

    def action_last(self) -> None:
        """To the end, and follow it."""
        self.follow()

    def action_side(self, steps: int) -> None:
        """Scroll to the side, where lines are not wrapped."""
        painter = self._painter()
        lines = [laid for key in self._keys if (laid := self._lay(key[0])) is not None and laid.mark.is_line]
        longest = 0 if self.wrap else max((laid.body.cells for laid in lines), default=0)
        left = max(0, min(longest - painter.room, self._left + steps * _SIDE))
        if left != self._left:
            self._left = left
            self._paint()

    def action_open(self) -> None:
        """Open the line under the cursor."""
        number = self.cursor
        self.pause()
        if number is not None and number != HEAD:
            self.post_message(self.Opened(self, number))

    # Marks of the reader

    @property
    def marks(self) -> Sequence[int]:
        """The numbers of the lines that were marked, in order."""
        return sorted(number for number in self._marked if number >= self._shown.book.first)

    def mark(self) -> None:
        """Mark the line under the cursor, or take its mark away."""
        number = self.cursor
        if number is not None and number != HEAD:
            self._marked ^= {number}
            self._paint()

    def mark_also(self, numbers: Sequence[int]) -> None:
        """Mark these lines, which have just come: `grown` paints them."""
        self._marked |= set(numbers)

    def to_mark(self, by: int) -> bool:
        """To the next (1) or the previous (-1) marked line, round the end; False where there is none."""
        return self._to(self.marks, by)

    def _to(self, numbers: Sequence[int], by: int) -> bool:
        """The cursor to the next or the previous of some lines."""
        if not numbers:
            return False
        here = self._cursor if self._cursor is not None and not self._following else self._shown.book.end
        index = bisect_right(numbers, here) % len(numbers) if by > 0 else bisect_left(numbers, here) - 1
        self.go(numbers[index])
        return True

    # The search

    def search(self, query: Query | None) -> None:
        """Search (`Shown.search`), and go to the nearest match as soon as `grown` is told of it; None ends it."""
        self._shown.search(query)
        self._going = self._shown.query is not None
        if not self._going:
            self.grown()

    def _go_nearest(self) -> None:
        """To the first match from the top of what is in sight on, else to the last one."""
        found, top = self._shown.found, self.top
        if found and top is not None:
            self.go(found[min(bisect_left(found, top), len(found) - 1)])
            self.post_message(self.Matched(self))

    def find(self, by: int) -> bool:
        """To the next or the previous match, round the end; False where there is none."""
        if not self._to(self._shown.found, by):
            return False
        self.post_message(self.Matched(self))
        return True

    def action_match(self, by: int) -> None:
        """See `find`."""
        self.find(by)

    @property
    def place(self) -> str:
        """`3 of 38`: how far the search has come; `38` where the cursor is on none of them, empty without a search."""
        if self._shown.query is None:
            return ""
        found, cursor = self._shown.found, self.cursor
        index = bisect_left(found, cursor) if cursor is not None else len(found)
        on = index < len(found) and found[index] == cursor
        return f"{index + 1:,} of {len(found):,}" if on else f"{len(found):,}"

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """What is selected or pointed at stays where it is."""
        self.pause()

    def on_click(self, event: events.Click) -> None:
        """The cursor onto that line; twice opens it."""
        if event.y < len(self._keys):
            self._put_in_sight(self._keys[event.y][0])
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self._scroll(-_WHEEL)
