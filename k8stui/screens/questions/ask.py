"""A question that is answered by one line of text; what is wrong with it is said at the field, and the text stays."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from textual.widgets.input import Selection

from k8stui.actions.desk import TAB, Asking
from k8stui.model.present import Had, Present
from k8stui.screens.base import Dialog
from k8stui.widgets.field import Field, WrappedRow
from k8stui.widgets.pick_list import PickList
from k8stui.widgets.symbols import UNICODE, Symbols

HIGHEST = 10
"""Lines of what there is that are in sight; the others are scrolled to."""


class _Line(Had, frozen=True):
    """One thing that there is, as the list offers it."""

    why_not: str = ""

    @property
    def help(self) -> str:
        """Who has it."""
        return self.about


class AskScreen(Dialog[str], inherit_bindings=False):
    """Closes with the text, TAB, or None.

    What there is already stands in a list below the field: up and down go through it, enter puts one into the field to
    be changed, x puts its removal there; so the field always holds all that is going to be done.

    Args:
        asking: what is asked.
        symbols: of the terminal.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = [("escape", "close", "Close")]

    def __init__(self, asking: Asking, symbols: Symbols = UNICODE) -> None:
        super().__init__()
        self.asking = asking
        self._edited_once = False
        self._present: Present | None = None
        self._had: Sequence[Had] = ()
        self._title = Static(Content(asking.title), classes="dialog--title")
        self._lines = Static(Content(""), classes="dialog--lines")
        self._hint = Static(Content(self._hints()), classes="dialog--hint")
        self.choices = PickList(symbols=symbols)
        keys: dict[str, Callable[[], None]] = {
            "enter": self._enter,
            "escape": self.action_close,
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "tab": self._tab,
        }
        self.field = AskField(keys, self._edited, self._list_key)
        self.row = WrappedRow("> ", self.field)

    def compose(self) -> ComposeResult:
        """Title, field with what is wrong, what there is, how it is written."""
        with Vertical(classes="dialog--ask"):
            yield self._title
            yield self.row
            yield self._lines
            yield self.choices
            yield self._hint

    def on_mount(self) -> None:
        """Take the keys."""
        self._lines.display = False
        self.choices.display = bool(self.asking.listing)
        self.choices.styles.height = 1
        if self.asking.listing:
            self.choices.empty = f"reading the {self.asking.listing}"
        self._put(self.asking.initial)
        self.row.error = self.asking.error
        self.set_focus(self.field, scroll_visible=False)
        if self._present is not None:
            self._show(self._present)

    @property
    def typed(self) -> str:
        """What was typed, if anything was: what stood there at first is not."""
        return self.field.value.strip() if self._edited_once else ""

    @property
    def touched(self) -> bool:
        """Whether the user changed what stood there, if only by taking it away."""
        return self._edited_once

    def learnt(self, present: Present) -> None:
        """What the objects have: shown below the field, and offered in it where nothing was typed meanwhile."""
        self._present = present
        if self.focused is self.field:
            self._show(present)

    def _show(self, present: Present) -> None:
        first = self.asking.replaced or not self.asking.initial
        if present.initial and first and not self._edited_once:
            self._put(present.initial)
        self._lines.update(Content("\n".join(present.lines)))
        self._lines.display = bool(present.lines)
        self._had = present.had
        lines = [_Line(each.text, each.about, each.change, each.remove) for each in present.had]
        self.choices.empty = f"there are no {self.asking.listing}"
        self.choices.styles.height = max(1, min(HIGHEST, len(lines)))
        self.choices.show(lines)
        self._hint.update(Content(self._hints()))

    # Keys

    def _put(self, text: str) -> None:
        self.field.put(text)
        if self.asking.replaced and text:
            self.field.selection = Selection(0, len(text))

    def _hints(self) -> str:
        asking = self.asking
        ways = ["up and down to what there is: enter changes it, x removes it"] * bool(asking.listing)
        ways += [f"tab: {asking.other}"] * bool(asking.other)
        return "\n".join([*(text for text in (asking.hint,) if text), *["; ".join(ways)] * bool(ways)])

    def _edited(self, _text: str) -> None:
        self._edited_once = True
        self.row.error = ""
        self._leave_list()

    def _leave_list(self) -> None:
        if self.choices.cursor >= 0:
            self.choices.show(self.choices.lines)

    def _move(self, step: int) -> None:
        if self.choices.cursor + step < 0:
            self._leave_list()
        else:
            self.choices.move(step)

    @property
    def _chosen(self) -> Had | None:
        at = self.choices.cursor
        return self._had[at] if 0 <= at < len(self._had) else None

    def _list_key(self, key: str) -> bool:
        """A key that means something to the line under the cursor of the list."""
        chosen = self._chosen
        if chosen is None or key not in ("x", "delete"):
            return False
        self._add(chosen.remove, chosen, "cannot be removed here", removal=True)
        return True

    def _add(self, words: str, chosen: Had, unable: str, *, removal: bool = False) -> None:
        """More words behind those that are in the field."""
        at = self.choices.cursor
        if not words:
            self.row.error = f"{chosen.text.split('=')[0].split(':')[0]} {unable}"
            return
        typed = self.field.value.strip()
        if words not in typed.split():
            self.field.put(f"{typed} {words} ".lstrip() if removal else f"{typed} {words}".strip())
        self._edited_once = True
        self.row.error = ""
        self.choices.show(self.choices.lines, at)

    def _enter(self) -> None:
        chosen = self._chosen
        going = chosen is not None and bool(chosen.remove) and chosen.remove in self.field.value
        if chosen is not None and not going:
            self._add(chosen.change, chosen, "cannot be typed in one line: e edits it")
            if chosen.change:
                self._leave_list()
            return
        text = self.field.value.strip()
        problem = self.asking.judge(text)
        if problem:
            self.row.error = problem
        elif self.is_current:
            self.dismiss(text)

    def _tab(self) -> None:
        if self.asking.other and self.is_current:
            self.dismiss(TAB)

    def action_close(self) -> None:
        """From the list back to the field, then away."""
        if self.choices.cursor >= 0:
            self._leave_list()
        elif self.is_current:
            self.dismiss(None)


class AskField(Field):
    """The field of a question: the line under the cursor of the list has a say first."""

    def __init__(
        self, keys: dict[str, Callable[[], None]], edited: Callable[[str], None], first: Callable[[str], bool]
    ) -> None:
        super().__init__(keys, edited)
        self._first = first

    def press(self, key: str, character: str | None) -> bool:
        """Handle a key now; False when it means nothing here."""
        return self._first(key) or super().press(key, character)
