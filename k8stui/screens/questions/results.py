"""What became of each of several changes, where not all were done; failed ones can be tried again."""

from collections.abc import Sequence
from typing import Any, ClassVar

from msgspec import Struct
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.actions.desk import Change
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.sentences import counted
from k8stui.operations.outcomes import Outcome, Result
from k8stui.screens.base import Dialog
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

_AGAIN = (Result.REFUSED, Result.CONFLICT, Result.UNKNOWN)


class Told(Struct, frozen=True):
    """One target's result."""

    text: str
    tone: Tone
    again: Change | None = None
    """Asks for it once more; None: it was done, or its object is gone."""


def told(outcome: Outcome, change: Change | None) -> Told:
    """Of an outcome, and how it was asked for."""
    tone = Tone.OK if outcome.done else Tone.WARNING if outcome.result is Result.GONE else Tone.BAD
    mutation = outcome.mutation
    named = outcome.done or mutation.target.name in outcome.says
    text = outcome.says if named else f"{mutation.says}: {outcome.says}"
    return Told(text, tone, change if outcome.result in _AGAIN else None)


class ResultScreen(Dialog[bool]):
    """Closes with True to try the failed ones again."""

    AUTO_FOCUS = "TextView"
    BINDINGS: ClassVar[list[Any]] = [("r", "again", "Try again")]

    def __init__(self, found: Sequence[Told], symbols: Symbols) -> None:
        super().__init__()
        self._again = sum(each.again is not None for each in found)
        order = (Tone.BAD, Tone.WARNING)
        first = sorted(found, key=lambda each: order.index(each.tone) if each.tone in order else len(order))
        failed = sum(each.tone in order for each in found)
        again = f"   r asks again for {self._again}" if self._again else ""
        self._title = f"{failed} of {counted(len(found), 'change')} not done{again}   esc closes"
        self.view = TextView([Line(each.text, each.tone) for each in first], symbols=symbols)

    def compose(self) -> ComposeResult:
        """A title over the results, the worst first."""
        with Vertical(classes="dialog--window"):
            yield Static(Content(self._title), classes="dialog--title")
            yield self.view

    def action_again(self) -> None:
        """The failed ones are asked for once more."""
        if self._again:
            self.dismiss(True)
