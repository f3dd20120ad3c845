"""A one-line input that handles a key at the moment it is given, so that a burst of keys stays in order."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from k8stui.widgets.steady import Steady

_EDITS: Final[Mapping[str, str]] = {
    "left": "cursor_left",
    "right": "cursor_right",
    "ctrl+left": "cursor_left_word",
    "ctrl+right": "cursor_right_word",
    "home": "home",
    "ctrl+a": "home",
    "end": "end",
    "ctrl+e": "end",
    "backspace": "delete_left",
    "ctrl+h": "delete_left",
    "delete": "delete_right",
    "ctrl+d": "delete_right",
    "ctrl+w": "delete_left_word",
    "ctrl+u": "delete_left_all",
    "ctrl+k": "delete_right_all",
}


class Field(Steady, Input):
    """Textual's input, calm: no border, no blinking, no selection on focus, and its keys go to its owner first.

    `keys` are the owner's own (enter, escape, tab, …); `edited` is called whenever the user changed the text.
    """

    DEFAULT_CSS = """
    Field, Field:focus {
        width: 1fr;
        height: 1;
        border: none;
        padding: 0;
        background: $background;
        color: $foreground;
        background-tint: transparent;
    }
    Field:ansi, Field:ansi:focus {
        background: $background;
        color: $foreground;
        & > .input--cursor {
            background: $input-cursor-background;
            color: $input-cursor-foreground;
            text-style: $input-cursor-text-style;
        }
        & > .input--placeholder, & > .input--suggestion { color: $text-muted; }
    }
    """

    def __init__(self, keys: Mapping[str, Callable[[], None]], edited: Callable[[str], None]) -> None:
        super().__init__(select_on_focus=False, compact=True)
        self.cursor_blink = False
        self._keys = keys
        self._edited = edited
        self._setting = False

    def put(self, text: str) -> None:
        """Replace the text, which is not an edit, and put the cursor behind it."""
        self._setting = True
        try:
            self.value = text
        finally:
            self._setting = False
        self.cursor_position = len(text)

    def allow_focus(self) -> bool:
        """What is not open takes no keys: Textual looks for something to focus before it knows what is hidden."""
        closed = (isinstance(each, Opening) and not each.has_class("-open") for each in self.ancestors)
        return super().allow_focus() and not any(closed)

    def press(self, key: str, character: str | None) -> bool:
        """Handle a key now; False when it means nothing here."""
        if key in self._keys:
            self._keys[key]()
        elif key in _EDITS:
            getattr(self, f"action_{_EDITS[key]}")()
        elif character is not None and len(character) == 1 and character.isprintable():
            start, end = sorted(self.selection)
            self.replace(character, start, end)
        else:
            return False
        return True

    def on_key(self, event: events.Key) -> None:
        """Keys that came by Textual's own way."""
        if not self.has_focus_now:
            # Typed in one burst behind the key that closed us: it belongs to whatever has the focus by now.
            event.stop()
            event.prevent_default()
            self.app.post_message(events.Key(event.key, event.character))
        elif self.press(event.key, event.character):
            event.stop()
            event.prevent_default()

    @property
    def has_focus_now(self) -> bool:
        """Whether the screen gives us the keys (`has_focus` lags behind by a message)."""
        return self.screen.focused is self

    def watch_value(self, value: str) -> None:
        """Tell the owner of an edit, by key, paste or mouse."""
        if not self._setting and self.is_mounted:
            self._edited(value)


class FieldRow(Horizontal):
    """A prompt, a field and, where needed, what is wrong with what it holds: over several lines where it is long."""

    DEFAULT_CSS = """
    FieldRow {
        height: auto;
        background: $background;
        color: $foreground;
        & > .field-row--prompt { width: auto; color: $accent; }
        & > .field-row--error {
            width: auto;
            max-width: 75%;
            height: auto;
            max-height: 4;
            color: $error;
        }
    }
    """

    def __init__(self, prompt: str, field: Field) -> None:
        super().__init__()
        self._said = prompt
        self._prompt = Static(Content(prompt), classes="field-row--prompt")
        self.field = field
        self._error = Static(Content(""), classes="field-row--error")
        self._sentence = ""

    def compose(self) -> ComposeResult:
        """Prompt, field, error."""
        yield self._prompt
        yield self.field
        yield self._error

    @property
    def prompt(self) -> str:
        """What stands before the field."""
        return self._said

    @prompt.setter
    def prompt(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self._prompt.update(Content(text))

    @property
    def error(self) -> str:
        """What is wrong, empty when nothing is."""
        return self._sentence

    @error.setter
    def error(self, sentence: str) -> None:
        if sentence != self._sentence:
            self._sentence = sentence
            self._error.update(Content(f" {sentence} " if sentence else ""))


class WrappedRow(Vertical):
    """As `FieldRow`, with the error on lines of its own below: however long it is, the field stays where it was."""

    DEFAULT_CSS = """
    WrappedRow {
        height: auto;
        background: $background;
        color: $foreground;
        & > .wrapped-row--error { display: none; width: 1fr; height: auto; color: $error; padding: 0 0 0 2; }
        & > .-said { display: block; }
    }
    """

    def __init__(self, prompt: str, field: Field) -> None:
        super().__init__()
        self.field = field
        self._row = FieldRow(prompt, field)
        self._error = Static(Content(""), classes="wrapped-row--error")
        self._sentence = ""

    def compose(self) -> ComposeResult:
        """Prompt and field, then what is wrong."""
        yield self._row
        yield self._error

    @property
    def error(self) -> str:
        """What is wrong, empty when nothing is."""
        return self._sentence

    @error.setter
    def error(self, sentence: str) -> None:
        if sentence != self._sentence:
            self._sentence = sentence
            self._error.update(Content(sentence))
            self._error.set_class(bool(sentence), "-said")


class Opening(Steady, Widget):
    """A widget that is not there until it is opened and then takes the keys; closing gives them back."""

    DEFAULT_CSS = """
    Opening { display: none; height: auto; background: $background; color: $foreground; }
    """

    field: Field
    row: FieldRow | WrappedRow
    _before: Any = None

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return bool(self.display)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.field.value

    @property
    def error(self) -> str:
        """The sentence shown at the field."""
        return self.row.error

    @error.setter
    def error(self, sentence: str) -> None:
        self.row.error = sentence

    def open(self, text: str = "", error: str = "") -> None:
        """Show it with this text and take the keys at once: those already on their way come here too."""
        if self.screen.focused is not self.field:
            self._before = self.screen.focused
        self.display = True
        self.add_class("-open")
        self.field.put(text)
        self.row.error = error
        self.opened()
        self.screen.set_focus(self.field, scroll_visible=False)

    def close(self) -> None:
        """Hide it and give the keys back to whoever had them."""
        if not self.is_open:
            return
        self.display = False
        self.remove_class("-open")
        self.row.error = ""
        if self.screen.focused is self.field:
            before, self._before = self._before, None
            self.screen.set_focus(before if before is not None and before.is_attached else None, scroll_visible=False)

    def opened(self) -> None:
        """What a subclass does on opening."""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Nobody above needs Textual's own messages."""
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Nobody above needs Textual's own messages."""
        event.stop()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Nobody above needs Textual's own messages."""
        event.stop()
