"""Rows of a form: a key, a name, what it holds. It has a cursor; whoever owns it changes what the rows hold."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from msgspec import Struct
from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from k8stui.model.columns import Tone
from k8stui.widgets.cells import cell_len, fit, shorten
from k8stui.widgets.steady import Steady
from k8stui.widgets.symbols import UNICODE, Symbols

LABEL: Final = 12
"""Cells of the longest label."""


class Entry(Struct, frozen=True):
    """One row."""

    field: str
    """What enter on it changes."""
    key: str
    label: str
    value: str
    about: str = ""
    """What that means, where there is room for it."""
    tone: Tone = Tone.PLAIN
    """Of the value: CHANGING for one that somebody chose."""


class Form(Steady, Widget, can_focus=True):
    """Rows with a cursor; only what reads differently is painted."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"form--cursor", "form--label", *(f"form--{tone.value}" for tone in Tone)}
    DEFAULT_CSS = """
    Form {
        background: $background;
        color: $foreground;
        & > .form--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .form--label, & > .form--muted { color: $text-muted; }
        & > .form--ok { color: $success; }
        & > .form--changing { color: $accent; }
        & > .form--warning { color: $warning; }
        & > .form--bad { color: $error; }
    }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("home,g", "move(-1000)", show=False),
        Binding("end,G", "move(1000)", show=False),
        Binding("enter", "open", show=False),
    ]

    class Opened(Message):
        """Enter, or a second click, on a row."""

        def __init__(self, field: str) -> None:
            super().__init__()
            self.field = field

    class Moved(Message):
        """The cursor is on another row."""

    def __init__(self, *, symbols: Symbols = UNICODE) -> None:
        super().__init__()
        self.entries: Sequence[Entry] = ()
        self.cursor = 0
        self.top = 0
        self._symbols = symbols

    def show(self, entries: Sequence[Entry]) -> None:
        """Hold these rows; the cursor stays on its field, where that is still there."""
        if entries == self.entries:
            return
        field = self.current.field if self.current is not None else ""
        self.entries = entries
        fields = [each.field for each in entries]
        self._put(fields.index(field) if field in fields else self.cursor)
        self.refresh()

    @property
    def current(self) -> Entry | None:
        """The row under the cursor."""
        return self.entries[self.cursor] if self.cursor < len(self.entries) else None

    def go(self, field: str) -> None:
        """To the row of a field, where there is one."""
        fields = [each.field for each in self.entries]
        if field in fields and fields.index(field) != self.cursor:
            self._put(fields.index(field))
            self.post_message(self.Moved())

    def action_move(self, rows: int) -> None:
        """By so many rows."""
        before = self.cursor
        self._put(self.cursor + rows)
        if self.cursor != before:
            self.post_message(self.Moved())

    def action_open(self) -> None:
        """The row under the cursor is to be changed."""
        if self.current is not None:
            self.post_message(self.Opened(self.current.field))

    def _put(self, cursor: int) -> None:
        self.cursor = max(0, min(cursor, len(self.entries) - 1))
        height = max(1, self.size.height)
        top = max(self.cursor - height + 1, min(self.top, self.cursor))
        self.top = max(0, min(top, len(self.entries) - height))
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self._put(self.cursor)

    def on_focus(self) -> None:
        """The cursor is painted where the keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """Somebody else has the keys."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """To that row; twice changes it."""
        event.stop()
        index = self.top + event.y
        if 0 <= index < len(self.entries):
            self.action_move(index - self.cursor)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.action_move(-1)

    def render_line(self, y: int) -> Strip:
        """Paint one row: the key, the label, the value, what it means."""
        width, base, index = self.size.width, self.rich_style, self.top + y
        if index >= len(self.entries):
            return Strip.blank(width, base)
        each, here = self.entries[index], index == self.cursor
        text, label = self._symbols.text, self.get_component_rich_style("form--label")
        value = base if each.tone is Tone.PLAIN else self.get_component_rich_style(f"form--{each.tone.value}")
        about = label
        if here and self.has_focus:
            base = label = value = about = self.get_component_rich_style("form--cursor")
        sign = self._symbols.cursor if here else self._more(index)
        head = [Segment(f"{sign}{text(each.key)} ", base), Segment(fit(each.label, LABEL), label), Segment(" ", base)]
        left = width - sum(cell_len(piece.text) for piece in head)
        said = shorten(text(each.value), max(0, left), in_middle=True)
        left -= cell_len(said) + 2
        note = text(each.about) if cell_len(each.about) <= left else ""  # half a sentence says nothing
        pieces = [*head, Segment(said, value), *([Segment(f"  {note}", about)] if note else [])]
        return Strip(pieces).crop(0, width).extend_cell_length(width, base)

    def _more(self, index: int) -> str:
        """At the first and the last row in sight: whether there are more."""
        first, last = index == self.top, index == self.top + self.size.height - 1
        if first and self.top:
            return self._symbols.ascending
        return self._symbols.descending if last and index < len(self.entries) - 1 else " "
