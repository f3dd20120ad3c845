"""The log view: any number of lines at any rate; what a frame costs depends only on how many are in sight."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, ClassVar, TypeAlias

from textual.binding import Binding
from textual.scroll_view import ScrollView

from k8stui.model.logs.query import Query
from k8stui.model.logs.shown import Shown
from k8stui.widgets import log_messages as messages
from k8stui.widgets.quiet_focus import QuietFocus
from k8stui.widgets.steady import Steady
from k8stui.widgets.symbols import UNICODE, Symbols


class LogView(Steady, QuietFocus, ScrollView, can_focus=True):
    """Lines of a `Shown`. The screen calls `grown` after `Shown.work`; the view never looks by itself.

    Args:
        shown: what is seen.
        zone: of the times.
        wrap: long lines go on in the next row.
        times: the column of times is shown.
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

    def __init__(
        self,
        shown: Shown,
        *,
        zone: tzinfo,
        wrap: bool = False,
        times: bool = True,
        symbols: Symbols = UNICODE,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)

    # Data from the screen

    def show(self, shown: Shown) -> None:
        """Another book: begin at its end."""
        raise NotImplementedError

    def grown(self) -> None:
        """The book grew or dropped lines, another lens has looked, or the search found more: paint what differs."""
        raise NotImplementedError

    def name_sources(self, names: Mapping[int, tuple[str, str]]) -> None:
        """Pod and container by the number of the source; the column stands there where there are several."""
        raise NotImplementedError

    # How it looks: each paints what differs when it is set

    @property
    def wrap(self) -> bool:
        """Long lines go on in the next row."""
        raise NotImplementedError

    @property
    def times(self) -> bool:
        """The column of times is shown."""
        raise NotImplementedError

    @property
    def columns(self) -> bool:
        """Structured lines as level, message and fields."""
        raise NotImplementedError

    @property
    def fields(self) -> Sequence[str]:
        """With `columns`: the fields shown behind the message; empty: all of them."""
        raise NotImplementedError

    # Following the end

    @property
    def following(self) -> bool:
        """Whether the newest line is kept in sight."""
        raise NotImplementedError

    @property
    def behind(self) -> int:
        """Lines that came (of those that are seen) since it was paused."""
        raise NotImplementedError

    def follow(self) -> None:
        """To the end, and stay there."""
        raise NotImplementedError

    def pause(self) -> None:
        """Stay here, whatever comes."""
        raise NotImplementedError

    # The cursor

    @property
    def cursor(self) -> int | None:
        """The number of the line that is opened, marked or copied: while following the newest one."""
        raise NotImplementedError

    def go(self, number: int) -> None:
        """Put the cursor on a line, or on the next one that is seen, in the middle of the view; pauses."""
        raise NotImplementedError

    # Marks of the reader

    @property
    def marks(self) -> Sequence[int]:
        """The numbers of the lines that were marked, in order."""
        raise NotImplementedError

    def mark(self) -> None:
        """Mark the line under the cursor, or take its mark away."""
        raise NotImplementedError

    def to_mark(self, by: int) -> bool:
        """To the next (1) or the previous (-1) marked line, round the end; False where there is none."""
        raise NotImplementedError

    # The search

    def search(self, query: Query | None) -> None:
        """Search (`Shown.search`), and go to the nearest match as soon as `grown` is told of it; None ends it."""
        raise NotImplementedError

    def find(self, by: int) -> bool:
        """To the next or the previous match, round the end; False where there is none."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """`3 of 38`: how far the search has come; `38` where the cursor is on none of them, empty without a search."""
        raise NotImplementedError
