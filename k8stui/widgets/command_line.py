"""The input behind `:` with what the typed text could become above it."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from msgspec import Struct
from textual.app import ComposeResult

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


class Commander(Protocol):
    """What knows the commands; several lines may share one, and with it the history."""

    past: list[str]
    """Lines submitted, oldest first."""

    def offers(self, text: str) -> Sequence[Offer]:
        """The candidates of a text, the best first."""
        ...

    def submit(self, text: str) -> None:
        """Enter: the line has closed."""
        ...


class CommandLine(Opening):
    """Tab and shift+tab go through the candidates, up and down through the history, enter submits what is typed.

    An exact match is put before all other candidates. Enter and esc close the line at once, and what was typed is
    submitted before the next key is looked at, so that keys typed behind are no part of it; a line that is refused is
    opened again with `open(text, error)`.

    Args:
        commander: finds what knows the commands, when it is wanted.
        symbols: of the terminal.
        id: Textual's.
    """

    DEFAULT_CSS = """
    CommandLine > PickList { height: 6; max-height: 40vh; }
    """

    def __init__(
        self,
        commander: Callable[[], Commander],
        *,
        symbols: Symbols = UNICODE,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._commander = commander
        keys = {
            "enter": self._submit,
            "escape": self.close,
            "tab": lambda: self._complete(1),
            "shift+tab": lambda: self._complete(-1),
            "up": lambda: self._recall(-1),
            "down": lambda: self._recall(1),
        }
        self.field = Field(keys, self._edited)
        self.row = WrappedRow(" :", self.field)
        self.choices = PickList(symbols=symbols, at_bottom=True)
        self._at = 0
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Candidates above the line."""
        yield self.choices
        yield self.row

    def opened(self) -> None:
        """Offer what there is."""
        self._at, self._typed = len(self.history), self.text
        self._offer(self.text)

    @property
    def candidates(self) -> list[str]:
        """What is offered now."""
        return [line.text for line in self.choices.lines]

    @property
    def history(self) -> tuple[str, ...]:
        """Lines submitted, oldest first."""
        return tuple(self._commander().past)

    def renew(self) -> None:
        """Offer anew: more is known of what there is; a candidate that was chosen already stays."""
        if self.is_open and self.choices.cursor < 0:
            self._offer(self.text)

    def _edited(self, text: str) -> None:
        self.error = ""
        self._typed, self._at = text, len(self.history)
        self._offer(text)

    def _offer(self, text: str) -> None:
        offers = self._commander().offers(text)
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
        at, past = self._at + step, self.history
        if 0 <= at <= len(past):
            self._at = at
            text = past[at] if at < len(past) else self._typed
            self.field.put(text)
            self._offer(text)

    def _submit(self) -> None:
        text, commander = self.text.strip(), self._commander()
        self.close()
        if text:
            commander.past[:] = [*[past for past in commander.past if past != text], text][-_HISTORY:]
            commander.submit(text)

    def on_pick_list_clicked(self, event: PickList.Clicked) -> None:
        """A click takes the candidate; enter sends it."""
        event.stop()
        self.field.put(self.choices.lines[event.index].text)
