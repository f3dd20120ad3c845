"""Lines of text to read: descriptions, YAML, help, messages. Only the lines in sight are rendered."""

from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message

from k8stui.model.kinds import Ref
from k8stui.widgets.cells import cell_len
from k8stui.widgets.text_core import TextCore

_SIDE = 8
_WHEEL = 3


class TextView(TextCore, can_focus=True):
    """Text to read, by keys and by mouse.

    Lines with a target are places to go: tab and shift+tab move between them, enter opens the one that is marked.
    """

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
        Binding("n", "match(1)", show=False),
        Binding("N", "match(-1)", show=False),
        Binding("tab", "target(1)", show=False),
        Binding("shift+tab", "target(-1)", show=False),
        Binding("enter", "open", show=False),
    ]

    class Opened(Message):
        """Enter on a line with a target."""

        def __init__(self, ref: Ref) -> None:
            super().__init__()
            self.ref = ref

    class Matched(Message):
        """The next or the previous match was gone to."""

    # Searching

    def action_match(self, by: int) -> None:
        """To the next or the previous line that holds what was searched, round the end."""
        found = list(self._matches)
        if found:
            later = [index for index in found if index > self._match] or found
            earlier = [index for index in found if index < self._match] or found
            self._match = later[0] if by > 0 else earlier[-1]
            self._see(self._match)
            self.moved = True
            self.post_message(self.Matched())

    # Targets

    def action_target(self, by: int) -> None:
        """To the next or the previous line that leads somewhere."""
        found = self._targets()
        if not found:
            return
        at = self._target if self._target is not None else self._fit().index(self.top) - (by > 0)
        later = [index for index in found if index > at] or ([] if self.menu else found)
        earlier = [index for index in found if index < at] or ([] if self.menu else found)
        if later if by > 0 else earlier:
            self._target = later[0] if by > 0 else earlier[-1]
        if self._target is not None:
            self._see(self._target)
            self.moved = True

    def action_open(self) -> None:
        """Go to the target."""
        if self.target is not None:
            self.post_message(self.Opened(self.target))

    # Moving

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by lines; in a menu to the next entry."""
        if self.menu and self._targets():
            self.action_target(lines)
        else:
            self._move(self.top + lines)

    def action_pages(self, pages: int) -> None:
        """Scroll by pages."""
        self._move(self.top + pages * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """To the beginning."""
        self._move(0)

    def action_last(self) -> None:
        """To the end."""
        self._move(self.rows)

    def _move(self, top: int) -> None:
        self._go(top)
        self.moved = True

    def action_side(self, steps: int) -> None:
        """Scroll to the side, where lines are not wrapped."""
        cut = () if self._wrap else (line for line in self._lines if not line.flows)
        longest = max((cell_len(line.text) for line in cut), default=0)
        left = max(0, min(longest - self.size.width, self._left + steps * _SIDE))
        if left != self._left:
            self._left = left
            self.refresh()

    def action_wrap(self) -> None:
        """Wrap long lines, or do not."""
        self._wrap, self._left, self._layout = not self._wrap, 0, None
        self._go(self.top)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Something else scrolled us."""
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew."""
        self._go(self.top)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Twice on a line with a target opens it."""
        index = self._fit().index(self.top + event.y)
        if index < len(self._lines) and self._lines[index].target is not None:
            self._target = index
            self.refresh()
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self._move(self.top + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self._move(self.top - _WHEEL)
