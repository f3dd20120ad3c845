"""Choose one of many by typing a part of it: namespaces, contexts, actions."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from k8stui.widgets.field import Field, FieldRow
from k8stui.widgets.matching import NOT_AT_ALL, rank
from k8stui.widgets.pick_list import PickList
from k8stui.widgets.steady import Steady
from k8stui.widgets.symbols import UNICODE, Symbols


class Entry(Struct, frozen=True):
    """One thing to choose. `id` is what is posted; what cannot be chosen now says why."""

    id: str
    text: str
    help: str = ""
    why_not: str = ""


class Picker(Steady, Vertical):
    """A title, a field and a list: type to filter, arrows to move, enter to pick, esc to leave.

    `typed` may make one more entry of what is typed, the last, where none has it as its id.
    """

    DEFAULT_CSS = """
    Picker {
        background: $background;
        border: round $accent;
        padding: 0 1;
        width: 70%;
        max-width: 100;
        min-width: 40;
        height: 60%;
        min-height: 8;
        max-height: 90%;
        &.-ascii { border: ascii $accent; }
        & > .picker--title { height: 1; text-style: bold; }
    }
    """

    class Picked(Message):
        """This entry was chosen."""

        def __init__(self, id: str) -> None:  # noqa: A002
            super().__init__()
            self.id = id

    class Refused(Message):
        """Enter on an entry that cannot be chosen; it stays open."""

        def __init__(self, id: str, why: str) -> None:  # noqa: A002
            super().__init__()
            self.id = id
            self.why = why

    class Cancelled(Message):
        """Esc."""

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry] = (),
        *,
        current: str = "",
        empty: str = "nothing holds that",
        typed: Callable[[str], Entry | None] = lambda text: None,
        symbols: Symbols = UNICODE,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id, classes="-ascii" if symbols.ascii_only else None)
        self._title = title
        self._entries: Sequence[Entry] = entries
        self._current = current
        self._typed = typed
        self.choices = PickList(symbols=symbols, empty=empty)
        keys = {
            "enter": self._pick,
            "escape": self._cancel,
            "up": lambda: self.choices.move(-1),
            "down": lambda: self.choices.move(1),
            "ctrl+p": lambda: self.choices.move(-1),
            "ctrl+n": lambda: self.choices.move(1),
            "pageup": lambda: self.choices.move(-self.choices.page),
            "pagedown": lambda: self.choices.move(self.choices.page),
        }
        self.field = Field(keys, self._filter)
        self.row = FieldRow("> ", self.field)

    def compose(self) -> ComposeResult:
        """Title, field, list."""
        yield Static(Content(self._title), classes="picker--title")
        yield self.row
        yield self.choices

    def on_mount(self) -> None:
        """Take the keys at once."""
        self.show(self._entries)
        self.screen.set_focus(self.field, scroll_visible=False)

    def show(self, entries: Sequence[Entry]) -> None:
        """Offer other entries (more have become known); what is typed and the entry under the cursor stay."""
        chosen = self.chosen
        self._entries = entries
        keep = chosen.id if chosen is not None else self._current
        lines = self._matching(self.field.value)
        at = next((index for index, entry in enumerate(lines) if entry.id == keep), 0)
        self.choices.show(lines, at)

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        line = self.choices.chosen
        return line if isinstance(line, Entry) else None

    @property
    def shown(self) -> list[str]:
        """The texts that match, in their order."""
        return [line.text for line in self.choices.lines]

    def _matching(self, typed: str) -> list[Entry]:
        typed = typed.strip()
        if not typed:
            return list(self._entries)
        ranked = [(rank(typed, entry.text), index) for index, entry in enumerate(self._entries)]
        found = [self._entries[index] for place, index in sorted(ranked) if place < NOT_AT_ALL]
        own = self._typed(typed) if all(entry.id != typed for entry in found) else None
        return found if own is None else [*found, own]

    def _filter(self, typed: str) -> None:
        self.row.error = ""
        self.choices.show(self._matching(typed), 0)

    def _pick(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        if chosen.why_not:
            self.row.error = chosen.why_not
            self.post_message(self.Refused(chosen.id, chosen.why_not))
        else:
            self.post_message(self.Picked(chosen.id))

    def _cancel(self) -> None:
        self.post_message(self.Cancelled())

    def on_pick_list_clicked(self, event: PickList.Clicked) -> None:
        """A click picks."""
        event.stop()
        self._pick()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Nobody above needs Textual's own messages."""
        event.stop()

    on_input_submitted = on_input_changed
    on_input_blurred = on_input_changed
