"""A dialog that shows lines of text: the help and the messages."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.actions import Action, Where, applicable
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.notes import Notes
from k8stui.model.times import clock_time
from k8stui.screens.base import Dialog
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

MOVING = (
    ("j k up down", "one row"),
    ("pageup pagedown", "one page"),
    ("g G home end", "first and last row"),
    ("left right", "to the side, where the columns do not fit"),
    ("space", "mark a row; * marks every row shown"),
    ("enter", "open the row"),
    ("esc", "close the input, clear the filter, clear the marks, go back: one a press"),
)
"""Keys of the table itself, which need no action."""

READING = (
    ("j k up down", "one line; where the lines are a list of objects, to the next of them"),
    ("pageup pagedown", "one page; space, too"),
    ("g G home end", "first and last line"),
    ("left right", "to the side, where lines are cut"),
    ("esc", "close the search, then go back: one a press"),
)
"""Keys of a text itself."""


LINES = (
    ("j k up down", "one line; up from the newest pauses"),
    ("pageup pagedown", "one page"),
    ("g home", "the oldest line that is kept"),
    ("G end", "the newest line, and on with those that come"),
    ("left right", "to the side, where lines are cut"),
    ("esc", "close the input, end the search, clear the filter, the level, go back: one a press"),
)
"""Keys of logs themselves."""


FORM = (
    ("j k up down g G", "one row of the form, the first, the last"),
    ("enter", "change the row"),
    ("pageup pagedown", "read on in what it comes to"),
    ("tab", "to what it comes to, and back"),
    ("esc", "close what is open, then go back; what is being waited for asks first"),
)
"""Keys of the launcher's form itself."""


class TextScreen(Dialog[None]):
    """Text over the table; `esc` or `q` closes it."""

    AUTO_FOCUS = "TextView"

    def __init__(self, title: str, lines: Sequence[Line], symbols: Symbols, *, at_end: bool = False) -> None:
        super().__init__()
        self._title = title
        self._at_end = at_end
        self.view = TextView(lines, symbols=symbols)

    def compose(self) -> ComposeResult:
        """A title and the text."""
        with Vertical(classes="dialog--window"):
            yield Static(Content(f"{self._title}   esc closes"), classes="dialog--title")
            yield self.view

    def on_mount(self) -> None:
        """Messages are read from the newest."""
        if self._at_end:
            self.call_after_refresh(self.view.action_last)


def message_lines(notes: Notes, zone: tzinfo) -> list[Line]:
    """The message history, oldest first, with times in that zone."""
    lines = []
    for note in notes:
        times = f" ({note.times} times)" if note.times > 1 else ""
        lines.append(Line(f"{clock_time(note.at, zone)}  {note.text}{times}", note.tone))
    return lines or [Line("Nothing has gone on yet.", Tone.MUTED)]


def help_lines(
    where: Where, lacks: Callable[[Action], str] = lambda action: "", actions: Sequence[Action] = ()
) -> list[Line]:
    """The keys of this place, from the registry; those that come in a later version stand last, greyed.

    Args:
        where: whose keys.
        lacks: which right the user lacks for an action, in words; empty: none.
        actions: what means something on the page that is open; empty: it is a table, with all that there is for it.
    """
    lines: list[Line] = []
    actions = actions or applicable(where, Where.TABLE, Where.EVERYWHERE)
    object_ = "the object" if where is Where.TEXT else "tables"
    titles = {where: where.value, Where.TABLE: object_, Where.EVERYWHERE: "everywhere"}
    for place, title in titles.items():
        found = [_help_line(each, lacks(each)) for each in actions if each.where is place and not each.later]
        lines += [Line(title.capitalize(), Tone.CHANGING), *found, Line("")] if found else []
    moving = {Where.TEXT: READING, Where.LOGS: LINES, Where.DEBUG: FORM}.get(where, MOVING)
    lines += [Line("Moving", Tone.CHANGING), *(Line(f"  {keys:<18} {text}") for keys, text in moving), Line("")]
    later = [action for action in actions if action.later]
    if later:
        rest = [Line(_help_line(action, lacks(action)).text, Tone.MUTED) for action in later]
        lines += [Line("In a later version", Tone.CHANGING), *rest]
    return lines


def _help_line(action: Action, lacks: str) -> Line:
    """A key with its label; one that lacks a right is greyed and says which."""
    line = f"`:{action.word} {action.usage}`" if action.usage else ""
    about = lacks or "; ".join(each for each in (action.help, line) if each)
    text = f"{action.label}: {about}" if about else action.label
    return Line(f"  {action.shown_key:<18} {text}", Tone.MUTED if lacks else Tone.PLAIN)
