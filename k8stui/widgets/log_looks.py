"""What a log view is given by its screen: lines, names, what the reader chose, and whether the end is followed."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from msgspec import structs

from k8stui.model.logs.query import Query
from k8stui.model.logs.shown import Lens, Shown
from k8stui.widgets import log_messages as messages
from k8stui.widgets.log_render import Settings
from k8stui.widgets.log_view_core import LogCore
from k8stui.widgets.symbols import UNICODE, Symbols


class LogLooks(LogCore):
    """Data downward. `LogView` adds cursor, keys and mouse."""

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
        super().__init__(shown, Settings(zone, symbols, times=times, wrap=wrap), id=id)
        self._paused_at = 0
        """The number of the first line that had not come when it was paused."""
        self._going = False
        """A search has begun whose nearest match is to be gone to."""
        self._turns = shown.turns
        self._looked: tuple[Lens, Query | None] = shown.lens, shown.query

    # Data from the screen

    def show(self, shown: Shown) -> None:
        """Another book: begin at its end."""
        self._shown, self._marked, self._left, self._going = shown, set(), 0, False
        self._turns = shown.turns
        self._forget()
        self._following, self._keys = True, []
        self._paint()
        self.refresh()

    def grown(self) -> None:
        """The book grew or dropped lines, another lens has looked, or the search found more: paint what differs."""
        if self._turns != self._shown.turns:
            self._turns = self._shown.turns
            self._keep_row()  # the line under the cursor, or the next one
        looked = self._shown.lens, self._shown.query
        if looked != self._looked:  # other parts of lines are marked
            self._looked = looked
            self.repaint()
        else:
            self._paint()
        if self._going and self._shown.done:
            self._going = False
            self._go_nearest()

    def _go_nearest(self) -> None:
        """A search that was begun is done."""
        raise NotImplementedError

    def name_sources(self, names: Mapping[int, tuple[str, str]]) -> None:
        """Pod and container by the number of the source; the column stands there where there are several."""
        self._set(names=tuple((number, *both) for number, both in sorted(names.items())))

    # How it looks: each paints what differs when it is set

    def _set(self, **changes: object) -> None:
        settings = structs.replace(self._settings, **changes)
        if settings != self._settings:
            self._settings = settings
            self.repaint()

    def repaint(self) -> None:
        """Lay out and paint everything anew: what is wanted of each line is another thing."""
        self._forget()
        self._keep_row()
        self._paint()
        self.refresh()

    @property
    def wrap(self) -> bool:
        """Long lines go on in the next row."""
        return self._settings.wrap

    @wrap.setter
    def wrap(self, on: bool) -> None:
        self._left = 0
        self._set(wrap=on)

    @property
    def times(self) -> bool:
        """The column of times is shown."""
        return self._settings.times

    @times.setter
    def times(self, on: bool) -> None:
        self._set(times=on)

    @property
    def columns(self) -> bool:
        """Structured lines as level, message and fields."""
        return self._settings.columns

    @columns.setter
    def columns(self, on: bool) -> None:
        self._set(columns=on)

    @property
    def fields(self) -> Sequence[str]:
        """With `columns`: the fields shown behind the message; empty: all of them."""
        return self._settings.fields

    @fields.setter
    def fields(self, names: Sequence[str]) -> None:
        self._set(fields=tuple(names))

    # Following the end

    @property
    def following(self) -> bool:
        """Whether the newest line is kept in sight."""
        return self._following

    @property
    def behind(self) -> int:
        """Lines that came (of those that are seen) since it was paused."""
        return 0 if self._following else len(self._shown) - self._shown.index(self._paused_at)

    def follow(self) -> None:
        """To the end, and stay there."""
        if not self._following:
            self._following = True
            self._paint()
            self.post_message(messages.Resumed(self))

    def pause(self) -> None:
        """Stay here, whatever comes; the cursor is on the last line in sight."""
        if self._following:
            self._following = False
            self._paused_at = self._shown.book.end
            self._cursor = self._keys[-1][0] if self._keys else None
            self._paint()
            self.post_message(messages.Paused(self))
