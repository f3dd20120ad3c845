"""A text of many lines to be typed in, which handles a key at the moment it is given."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from textual import events
from textual.binding import Binding
from textual.document._document import Document
from textual.widgets import TextArea

from k8stui.widgets.steady import Steady


def _moves() -> Iterator[tuple[str, tuple[str, bool]]]:
    """Textual's own keys: the name of an action, and whether it selects."""
    for binding in TextArea.BINDINGS:
        assert isinstance(binding, Binding)
        name, _, rest = binding.action.partition("(")
        for key in binding.key.split(","):
            yield key, (name, bool(rest))


_MOVES: Mapping[str, tuple[str, bool]] = MappingProxyType(
    dict(_moves()) | {"ctrl+h": ("delete_left", False), "ctrl+underscore": ("undo", False)}
)
"""Ctrl+z may be the terminal's own: undo goes by ctrl+underscore, too."""


class TextEdit(Steady, TextArea):
    """Textual's text area, calm: no border, no blinking, and its keys go to its owner first.

    Args:
        text: what stands there at first.
        keys: the owner's own (escape, ctrl+o, …).
        edited: called whenever the user has changed the text.
    """

    DEFAULT_CSS = """
    TextEdit, TextEdit:focus {
        height: 1fr;
        border: none;
        padding: 0;
        background: $background;
        color: $foreground;
        background-tint: transparent;
        scrollbar-size: 1 1;
        & .text-area--cursor-line { background: $background; }
        & .text-area--gutter, & .text-area--cursor-gutter { color: $text-muted; background: $background; }
    }
    """

    def __init__(self, text: str, keys: Mapping[str, Callable[[], None]], edited: Callable[[], None]) -> None:
        super().__init__(text, soft_wrap=False, tab_behavior="indent", show_line_numbers=True)
        self.cursor_blink = False
        self.indent_width = 2
        self.locked = False
        """Keys are dropped, for what was typed is just being dealt with."""
        self._keys = keys
        self._edited = edited

    def press(self, key: str, character: str | None) -> bool:
        """Handle a key now; False when it means nothing here."""
        if key in self._keys:
            self._keys[key]()
        elif self.locked:
            return True
        elif key in _MOVES:
            name, selects = _MOVES[key]
            getattr(self, f"action_{name}")(*([True] if selects else []))
        elif key in ("enter", "tab"):
            self._insert("\n" if key == "enter" else " " * self._find_columns_to_next_tab_stop())
        elif character is not None and len(character) == 1 and character.isprintable():
            self._insert(character)
        else:
            return False
        return True

    def _insert(self, text: str) -> None:
        self._replace_via_keyboard(text, *self.selection)

    async def _on_key(self, event: events.Key) -> None:
        """Keys that came by Textual's own way."""
        event.prevent_default()
        if self.press(event.key, event.character):
            event.stop()

    async def _on_paste(self, event: events.Paste) -> None:
        """A paste goes in as it is, line breaks as this text has them."""
        event.prevent_default()
        event.stop()
        if not self.locked:
            self._insert(self._endings(event.text))

    def _endings(self, text: str) -> str:
        """Terminals send carriage returns for the line breaks of a paste."""
        return re.sub(r"\r\n?|\n", self.document.newline, text)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the owner of an edit."""
        event.stop()
        self._edited()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Nobody above needs Textual's own messages."""
        event.stop()

    def to_line(self, line: int) -> None:
        """Put the cursor at the beginning of a line, from 1."""
        self.move_cursor((min(max(line, 1), self.document.line_count) - 1, 0), center=True)


def holds(text: str) -> bool:
    """Whether a text area gives this very text back: it knows one sort of line break, and no exotic one."""
    return Document(text).text == text
