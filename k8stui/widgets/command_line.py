"""The input behind `:` with what the typed text could become above it."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from msgspec import Struct
from textual.app import ComposeResult
from textual.message import Message

from k8stui.widgets.field import Field, Opening, WrappedRow
from k8stui.widgets.matching import EXACT, rank
from k8stui.widgets.pick_list import PickList
from k8stui.widgets.symbols import UNICODE, Symbols

_HISTORY: Final = 100


class Offer(Protocol):
    """What a provider gives: any object with these three; `Candidate` is one."""

    @property
    def text(self) -> str:
        """The whole line after completion."""
        ...

    @property
    def help(self) -> str:
        """What it does."""
        ...

    @property
    def why_not(self) -> str:
        """Why it cannot be done now; empty when it can."""
        ...


class Candidate(Struct, frozen=True):
    """One thing the line could become."""

    text: str
    help: str = ""
    why_not: str = ""


class CommandLine(Opening):
    """Tab and shift+tab go through the candidates, up and down through the history, enter submits what is typed.

    `provider` gives the candidates of a text, the best first; an exact match is put before all others. Enter and esc
    close the line at once, so that keys typed behind them are no part of it; a line that is refused is opened again
    with `open(text, error)`.
    """

    DEFAULT_CSS = """
    CommandLine > PickList { height: 6; max-height: 40vh; }
    """

    class Submitted(Message):
        """Enter: the line has closed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Cancelled(Message):
        """Esc: the line has closed."""

    def __init__(
        self,
        provider: Callable[[str], Sequence[Offer]],
        *,
        symbols: Symbols = UNICODE,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._provider = provider
        keys = {
            "enter": self._submit,
            "escape": self._cancel,
            "tab": lambda: self._complete(1),
            "shift+tab": lambda: self._complete(-1),
            "up": lambda: self._recall(-1),
            "down": lambda: self._recall(1),
        }
        self.field = Field(keys, self._edited)
        self.row = WrappedRow(" :", self.field)
        self.choices = PickList(symbols=symbols, at_bottom=True)
        self._past: list[str] = []
        self._at = 0
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Candidates above the line."""
        yield self.choices
        yield self.row

    def opened(self) -> None:
        """Offer what there is."""
        self._at, self._typed = len(self._past), self.text
        self._offer(self.text)

    @property
    def candidates(self) -> list[str]:
        """What is offered now."""
        return [line.text for line in self.choices.lines]

    @property
    def history(self) -> tuple[str, ...]:
        """Lines submitted, oldest first."""
        return tuple(self._past)

    def renew(self) -> None:
        """Offer anew: more is known of what there is; a candidate that was chosen already stays."""
        if self.is_open and self.choices.cursor < 0:
            self._offer(self.text)

    def _edited(self, text: str) -> None:
        self.error = ""
        self._typed, self._at = text, len(self._past)
        self._offer(text)

    def _offer(self, text: str) -> None:
        offers = self._provider(text)
        wanted = text.strip()
        first = sorted(offers, key=lambda offer: rank(wanted, offer.text) != EXACT) if wanted else offers
        self.choices.show([Candidate(offer.text, offer.help, offer.why_not) for offer in first])

    def _complete(self, step: int) -> None:
        count = len(self.choices.lines)
        if count:
            here = self.choices.cursor
            target = (here + step) % count if here >= 0 else 0 if step > 0 else count - 1
            self.choices.move(target - here)
            chosen = self.choices.chosen
            if chosen is not None:
                self.field.put(chosen.text)

    def _recall(self, step: int) -> None:
        at = self._at + step
        if 0 <= at <= len(self._past):
            self._at = at
            text = self._past[at] if at < len(self._past) else self._typed
            self.field.put(text)
            self._offer(text)

    def _submit(self) -> None:
        text = self.text.strip()
        if text:
            self._past = [*[past for past in self._past if past != text], text][-_HISTORY:]
        self.close()
        self.post_message(self.Submitted(text) if text else self.Cancelled())

    def _cancel(self) -> None:
        self.close()
        self.post_message(self.Cancelled())

    def on_pick_list_clicked(self, event: PickList.Clicked) -> None:
        """A click takes the candidate; enter sends it."""
        event.stop()
        self.field.put(self.choices.lines[event.index].text)
