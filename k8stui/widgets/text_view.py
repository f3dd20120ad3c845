"""Lines of text to read: help, messages, lists, later YAML. Only the lines in sight are rendered."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from k8stui.model.columns import Tone
from k8stui.widgets.cells import cell_len, fit
from k8stui.widgets.sentences import broken
from k8stui.widgets.steady import Steady
from k8stui.widgets.symbols import UNICODE, Symbols

_SIDE = 8
_WHEEL = 3


class TextView(Steady, ScrollView, can_focus=True):
    """Text with a tone for each line, never read as markup; wrapped (the default) or scrolled to the side."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"text-view--{tone.value}" for tone in Tone}
    DEFAULT_CSS = """
    TextView {
        height: 1fr;
        overflow: hidden hidden;
        background: $background;
        color: $foreground;
        & > .text-view--ok { color: $success; }
        & > .text-view--changing { color: $accent; }
        & > .text-view--warning { color: $warning; }
        & > .text-view--bad { color: $error; }
        & > .text-view--muted { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("up,k", "scroll_by(-1)", show=False),
        Binding("down,j", "scroll_by(1)", show=False),
        Binding("pageup", "pages(-1)", show=False),
        Binding("pagedown,space", "pages(1)", show=False),
        Binding("home,g", "first", show=False),
        Binding("end,G", "last", show=False),
        Binding("left", "side(-1)", show=False),
        Binding("right", "side(1)", show=False),
        Binding("w", "wrap", show=False),
    ]

    def __init__(
        self,
        lines: Sequence[tuple[str, Tone]] = (),
        *,
        wrap: bool = True,
        symbols: Symbols = UNICODE,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._lines = [(symbols.text(text), tone) for text, tone in lines]
        self._wrap = wrap
        self._symbols = symbols
        self._left = 0
        self._ends: list[int] = []
        """Screen lines up to and with each line of text: bisect finds the text of a screen line."""
        self._fitted = -1

    def show(self, lines: Sequence[tuple[str, Tone]], *, at_end: bool = False) -> None:
        """Show other lines, from where one was or from their end."""
        self._lines = [(self._symbols.text(text), tone) for text, tone in lines]
        self._fitted = -1
        self._go(self.rows if at_end else self.top)
        self.refresh()

    @property
    def rows(self) -> int:
        """Screen lines, wrapped ones counted as they are shown."""
        self._fit()
        return self._ends[-1] if self._ends else 0

    @property
    def top(self) -> int:
        """The first screen line in sight."""
        return self.scroll_offset.y

    @property
    def wrap(self) -> bool:
        """Whether long lines go on in the next one."""
        return self._wrap

    def _fit(self) -> None:
        width = max(1, self.size.width)
        if self._fitted != width:
            self._fitted = width
            heights = [len(broken(text, width)) if self._wrap else 1 for text, _ in self._lines]
            self._ends = list(accumulate(heights))

    def _go(self, top: int) -> None:
        before, count = self.top, self.rows
        top = max(0, min(top, count - self.size.height))
        self.set_reactive(Widget.virtual_size, Size(self.size.width, count))
        self.set_reactive(Widget.scroll_y, float(top))
        self.set_reactive(Widget.scroll_target_y, float(top))
        if top != before:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Paint one screen line."""
        self._fit()
        width, row = self.size.width, self.top + y
        index = bisect_right(self._ends, row)
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        text, tone = self._lines[index]
        part = row - (self._ends[index - 1] if index else 0)
        style = self.rich_style if tone is Tone.PLAIN else self.get_component_rich_style(f"text-view--{tone.value}")
        if self._wrap:
            text = broken(text, width)[part]
        elif self._left:
            text = Strip([Segment(text)]).crop(self._left, self._left + width).text
        return Strip([Segment(self._symbols.text(fit(text, width)), style)], width)

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by lines."""
        self._go(self.top + lines)

    def action_pages(self, pages: int) -> None:
        """Scroll by pages."""
        self._go(self.top + pages * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """To the beginning."""
        self._go(0)

    def action_last(self) -> None:
        """To the end."""
        self._go(self.rows)

    def action_side(self, steps: int) -> None:
        """Scroll to the side, where lines are not wrapped."""
        longest = 0 if self._wrap else max((cell_len(text) for text, _ in self._lines), default=0)
        left = max(0, min(longest - self.size.width, self._left + steps * _SIDE))
        if left != self._left:
            self._left = left
            self.refresh()

    def action_wrap(self) -> None:
        """Wrap long lines, or do not."""
        self._wrap, self._left, self._fitted = not self._wrap, 0, -1
        self._go(self.top)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Something else scrolled us."""
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew."""
        self._go(self.top)
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self._go(self.top + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self._go(self.top - _WHEEL)
