"""Places in a log: a line's number and a row of it, never a count of rows.

So what comes, goes or is filtered elsewhere moves nothing, and no line out of sight is ever laid out.
"""

from typing import ClassVar

from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from k8stui.model.columns import Tone
from k8stui.model.logs.book import HEAD
from k8stui.model.logs.shown import Shown
from k8stui.widgets.log_render import Laid, Look, Renderer, Settings, Styles
from k8stui.widgets.quiet_focus import QuietFocus
from k8stui.widgets.steady import Steady

Place = tuple[int, int]
"""A line's number, and a row of it."""
Key = tuple[int, Look, str]
"""What a row of the screen shows: two equal ones look the same."""

KEPT = 400
"""Lines that stay laid out, and rows that stay painted."""


class LogPlaces(Steady, QuietFocus, ScrollView):
    """Lines of a `Shown` laid out, and the way from one place to another."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log-view--time",
        "log-view--match",
        "log-view--filtered",
        "log-view--around",
        "log-view--cursor",
        "log-view--marked",
        *(f"log-view--{tone.value}" for tone in Tone),
    }
    DEFAULT_CSS = """
    LogPlaces {
        height: 1fr;
        overflow: hidden hidden;
        background: $background;
        color: $foreground;
        & > .log-view--time { color: $text-muted; }
        & > .log-view--match { text-style: reverse; }
        & > .log-view--filtered { text-style: bold underline; }
        & > .log-view--around { color: $text-muted; }
        & > .log-view--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .log-view--marked { color: $accent; text-style: bold; }
        & > .log-view--ok { color: $success; }
        & > .log-view--changing { color: $accent; }
        & > .log-view--warning { color: $warning; }
        & > .log-view--bad { color: $error; }
        & > .log-view--muted { color: $text-muted; }
    }
    """

    def __init__(self, shown: Shown, settings: Settings, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._shown = shown
        self._settings = settings
        self._following = True
        self._top: Place = (HEAD, 0)
        self._cursor: int | None = None
        self._marked: set[int] = set()
        self._left = 0
        self._seen = Size(0, 0)
        self._renderer: Renderer | None = None
        self._laid: dict[int, Laid] = {}
        self._strips: dict[Key, Strip] = {}
        self._keys: list[Key] = []
        """The rows in sight, from the top."""

    def _painter(self) -> Renderer:
        if self._renderer is None:
            style = self.get_component_rich_style

            def over(name: str) -> Style:
                own = style(f"log-view--{name}", partial=True)
                # A colour such as $text-muted is mixed with the background, which a partial style does not know.
                return own + Style(color=style(f"log-view--{name}").color) if own.color is not None else own

            tones = {tone: over(tone.value) for tone in Tone}
            styles = Styles(
                self.rich_style, over("time"), over("match"), over("filtered"), over("around"),
                over("cursor"), over("marked"), tones,
            )  # fmt: skip
            self._renderer = Renderer(self._settings, styles, self._seen.width or self.size.width or 80)
        return self._renderer

    def _forget(self) -> None:
        """Lay out and paint everything anew."""
        self._renderer = None
        self._laid.clear()
        self._strips.clear()

    def _lay(self, number: int) -> Laid | None:
        """A line, laid out; None where it was dropped meanwhile."""
        laid = self._laid.get(number)
        if laid is not None:
            return laid
        try:
            laid = self._painter().lay(self._shown.entry(number))
        except IndexError:
            return None
        if number == HEAD:
            return laid  # its text is another one whenever something is dropped
        if len(self._laid) >= KEPT:
            self._laid.clear()
        self._laid[number] = laid
        return laid

    def _rows_of(self, number: int) -> int:
        if not self._settings.wrap:
            return 1
        laid = self._lay(number)
        return self._painter().rows(laid) if laid is not None else 1

    def _up(self, place: Place, rows: int) -> Place:
        """So many rows further up, at most the first one."""
        number, row = place
        index = self._shown.index(number)
        while rows > row:
            if index == 0:
                return number, 0
            rows -= row + 1
            index -= 1
            number = self._shown.number(index)
            row = self._rows_of(number) - 1
        return number, row - rows

    def _down(self, place: Place, rows: int) -> Place:
        """So many rows further down, at most the last one."""
        number, row = place
        index, count = self._shown.index(number), len(self._shown)
        while (left := self._rows_of(number) - 1 - row) < rows:
            if index + 1 >= count:
                return number, row + left
            rows -= left + 1
            index += 1
            number, row = self._shown.number(index), 0
        return number, row + rows

    def _lowest_top(self) -> Place:
        """The first row in sight where the last one is at the bottom."""
        count = len(self._shown)
        if not count:
            return HEAD, 0
        last = self._shown.number(count - 1)
        return self._up((last, self._rows_of(last) - 1), max(1, self._seen.height) - 1)

    def _seen_place(self, place: Place) -> Place:
        """The place, or that of the next line that is seen where its line is not seen any more."""
        index, count = self._shown.index(place[0]), len(self._shown)
        if not count:
            return HEAD, 0
        number = self._shown.number(min(index, count - 1))
        return (number, min(place[1], self._rows_of(number) - 1)) if number == place[0] else (number, 0)
