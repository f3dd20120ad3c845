"""Lines to choose from, on the line API: any number of them, only those in sight are rendered."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from k8stui.widgets.cells import cell_len, fit, shorten
from k8stui.widgets.steady import Steady
from k8stui.widgets.symbols import UNICODE, Symbols


class Line(Protocol):
    """What can be offered."""

    @property
    def text(self) -> str:
        """What is chosen."""
        ...

    @property
    def help(self) -> str:
        """What it means, in a few words."""
        ...

    @property
    def why_not(self) -> str:
        """Why it cannot be chosen now; empty when it can."""
        ...


class PickList(Steady, Widget):
    """A list with a cursor (-1: on none). It takes no keys itself: whoever owns it moves it."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"pick-list--cursor", "pick-list--help", "pick-list--off"}
    DEFAULT_CSS = """
    PickList {
        height: 1fr;
        background: $background;
        color: $foreground;
        & > .pick-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .pick-list--help { color: $text-muted; }
        & > .pick-list--off { color: $text-disabled; text-style: dim; }
    }
    """

    class Clicked(Message):
        """A line was clicked; the cursor is on it."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, symbols: Symbols = UNICODE, empty: str = "", at_bottom: bool = False) -> None:
        super().__init__()
        self.lines: Sequence[Line] = ()
        self.cursor = -1
        self.top = 0
        self.empty = empty
        self._symbols = symbols
        self._at_bottom = at_bottom

    def show(self, lines: Sequence[Line], cursor: int = -1) -> None:
        """Offer these lines."""
        self.lines, self.top = lines, 0
        self.cursor = max(-1, min(cursor, len(lines) - 1))
        self._follow()
        self.refresh()

    def move(self, lines: int) -> None:
        """Move the cursor; from none to the first."""
        if self.lines:
            self.cursor = max(0, min(len(self.lines) - 1, self.cursor + lines))
            self._follow()
            self.refresh()

    @property
    def page(self) -> int:
        """How many lines are in sight."""
        return max(1, self.size.height)

    @property
    def chosen(self) -> Line | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if 0 <= self.cursor < len(self.lines) else None

    def render_line(self, y: int) -> Strip:
        """Paint one line: text, then help or the reason against."""
        width, base = self.size.width, self.rich_style
        index = self._line_at(y)
        if not 0 <= index < len(self.lines):
            said = f"   {self.empty}" if y == 0 and not self.lines and self.empty else ""
            return Strip([Segment(fit(said, width), self.get_component_rich_style("pick-list--help"))], width)
        line, here = self.lines[index], index == self.cursor
        style = self.get_component_rich_style("pick-list--cursor") if here else base
        sign = f" {self._symbols.cursor} " if here else "   "
        text = sign + self._symbols.text(line.text)
        note = self._symbols.text(line.why_not or line.help)
        column = min(max(24, width // 3), max(1, width - 8)) if note else width
        first = fit(text, column, in_middle=True) if note and cell_len(text) <= column else shorten(text, width - 1)
        rest = shorten(f"  {note}", max(0, width - cell_len(first))) if note else ""
        off = self.get_component_rich_style("pick-list--off")
        muted = off if line.why_not else self.get_component_rich_style("pick-list--help")
        pieces = [
            Segment(self._symbols.text(first), style if here else off if line.why_not else base),
            Segment(self._symbols.text(rest), style if here else muted),
        ]
        return Strip(pieces).crop(0, width).extend_cell_length(width, style)

    def _line_at(self, y: int) -> int:
        """The line shown at a row; few of them stand at the bottom where the owner's field is below."""
        return self.top + y - (max(0, self.size.height - len(self.lines)) if self._at_bottom else 0)

    def _follow(self) -> None:
        height = self.page
        if self.cursor >= 0:
            self.top = max(self.cursor - height + 1, min(self.top, self.cursor))
        self.top = max(0, min(self.top, len(self.lines) - height))

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self._follow()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there and say so."""
        event.stop()
        index = self._line_at(event.y)
        if 0 <= index < len(self.lines):
            self.cursor = index
            self.refresh()
            self.post_message(self.Clicked(index))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(-3)
