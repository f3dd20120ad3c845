"""The question before a change: what it is, what it touches, what the server says to it, and the answer it takes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.sentences import counted
from k8stui.operations.builders.scaling import whole
from k8stui.operations.building import UnableError
from k8stui.operations.effects.choices import Choices
from k8stui.operations.mutation import Mutation, Risk
from k8stui.operations.previews import Preview
from k8stui.screens.questions.answered import Answered, Guarded
from k8stui.screens.questions.proposal import Proposal
from k8stui.screens.questions.words import answers, tried
from k8stui.widgets.field import FieldRow
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

HIGHEST: Final = 16
"""Lines of what there is to know that are in sight; the others are scrolled to."""
_AROUND: Final = 8
"""Lines of the terminal that the question needs besides."""
Trial = Callable[[Mutation], Awaitable[Preview]]


class ChangeQuestion(Answered):
    """Closes with True for yes; from then on nothing of what was agreed to changes.

    A change is answered by `y`; a destructive one starts on Cancel, and yes has to be gone to (tab, then enter); in a
    protected context, and for what nobody can mend, the name is typed. `enter` never confirms a change, and what was
    typed before the question was painted, or before another request was painted in it, is no answer.

    Args:
        case: what it is about.
        preview: tries one on the server.
        symbols: of the terminal.
        wide: the difference is unfolded from the start.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = [
        ("y", "yes", "Yes"),
        ("n", "close", "No"),
        ("tab,shift+tab,left,right", "other", "Other answer"),
        ("enter", "take", "Take"),
        ("d", "difference", "Difference"),
        ("x", "reveal", "Reveal"),
        ("up,k", "scroll(-1)", "Up"),
        ("down,j", "scroll(1)", "Down"),
        ("pageup", "pages(-1)", "Page up"),
        ("pagedown,space", "pages(1)", "Page down"),
        *((key, f"choose('{key}')", "Choose") for key in "wfcv"),
        ("g", "grace", "Grace"),
    ]

    def __init__(self, case: Proposal, *, preview: Trial, symbols: Symbols, wide: bool = False) -> None:
        super().__init__()
        self.case = case
        self._preview = preview
        self._on_yes = False
        self._shown = case.mutations
        self._previews: list[tuple[Mutation, Preview]] | None = None
        self._wide = wide
        self._revealed = False
        self._cancelling = False
        self._title = Static(Content(case.question), classes="dialog--title dialog--wrapped")
        self._text = TextView(case.lines(), symbols=symbols)
        self._more = Static(Content(""), classes="dialog--more")
        self._ways = Static(Content(""))
        self._choices = Static(Content(self._answers()))
        keys = {"enter": self._take_typed, "escape": self._leave_typed, **self._keys()}
        self.field = Guarded(self, keys, self._typing)
        self._row = FieldRow(f"type {case.typed} to agree: ", self.field)
        self.grace = Guarded(self, {"enter": self._take_grace, "escape": self._leave_grace}, self._typing)
        self._grace_row = FieldRow("grace in seconds: ", self.grace)

    def compose(self) -> ComposeResult:
        """The question, what there is to know, and the answers."""
        with Vertical(classes="dialog--change"):
            yield self._title
            yield self._text
            yield self._more
            yield self._ways
            yield self._grace_row
            yield self._row
            yield self._choices

    def on_mount(self) -> None:
        """Look around, try it on the server, and take the keys."""
        self._grace_row.display = False
        self.begin(self.case.look(self._changed))
        self._attempt()
        self._renew()
        self.set_focus(self.field if self.case.typed else None)

    def on_resize(self, event: events.Resize) -> None:
        """Other lines fit."""
        self.call_after_refresh(self._fit)

    # What is said

    def _lines(self) -> list[Line]:
        found = self.case.lines()
        if self._previews is None:
            return [*found, Line("trying it on the server", Tone.MUTED)]
        told = tried(self._previews, wide=self._wide, revealed=self._revealed, untried=self.case.untried)
        return [*found, *told]

    def _answers(self) -> str:
        return answers(self.case, on_yes=self._on_yes)

    def _renew(self) -> None:
        """Everything as it is now. Where another request would be sent, answers count from the next frame on."""
        if self.case.mutations != self._shown:
            self._shown, self._on_yes = self.case.mutations, False
            self.unseen()
        self._title.update(Content(self.case.question))
        self._choices.update(Content(self._answers()))
        self._ways.update(Content(self.case.choices.text() if self.case.choices is not None else ""))
        self._ways.display = self.case.choices is not None
        self._row.prompt = f"type {self.case.typed} to agree: "
        self._row.display = bool(self.case.typed)
        self._text.show(self._lines())
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, as far as the terminal has room."""
        room = max(2, min(HIGHEST, self.app.size.height - _AROUND))
        rows = self._text.rows if self._text.size.width else len(self._text.lines)
        self._text.styles.height = min(room, max(1, rows))
        self._more.display = rows > room
        self._more.update(Content(f"{counted(rows - room, 'more line')}: j k, space"))

    def _changed(self) -> None:
        """More is known; another request (a taint that evicts nobody) is tried anew."""
        if not self.is_attached:
            return
        if self.case.mutations != self._shown:
            self._attempt()
        typed = bool(self._row.display)
        self._renew()
        if bool(self.case.typed) != typed:
            self.set_focus(self.field if self.case.typed else None)

    def _attempt(self) -> None:
        tried = self.case.tried
        self._previews = None if tried else []
        if tried:
            self.begin(self._try(tried))

    async def _try(self, mutations: Sequence[Mutation]) -> None:
        found = await asyncio.gather(*(self._preview(each) for each in mutations))
        if mutations == self.case.tried:  # not of what was chosen before
            self._previews = list(zip(mutations, found, strict=True))
            self._changed()

    # Answers

    def _agree(self) -> None:
        """Yes, to what is shown and to nothing that comes later."""
        self.case.agree()
        self.dismiss(True)

    def action_yes(self) -> None:
        """A change is agreed to."""
        if self.seen and not self.case.typed and self.case.risk is not Risk.DESTRUCTIVE:
            self._agree()

    def action_other(self) -> None:
        """To the other answer; where a name is typed, to its field and back to the keys."""
        if self.case.typed:
            self.set_focus(self.field if self.focused is None else None)
        elif self.seen and self.case.risk is Risk.DESTRUCTIVE:
            self._on_yes = not self._on_yes
            self._choices.update(Content(self._answers()))

    def action_take(self) -> None:
        """Enter: the answer that was gone to; a change needs its `y`."""
        if self.seen and self.case.risk is Risk.DESTRUCTIVE and not self.case.typed:
            if self._on_yes:
                self._agree()
            else:
                self.dismiss(False)

    def action_close(self) -> None:
        """Leave without an answer; a name that was begun is not thrown away by one key."""
        if self.field.value and self.case.typed and not self._cancelling:
            self._leave_typed()
        else:
            self.dismiss(None)

    def _take_typed(self) -> None:
        if self.field.value.strip() == self.case.typed:
            self._agree()
        else:
            self._row.error = f"not {self.case.typed}"

    def _leave_typed(self) -> None:
        if self.field.value and not self._cancelling:
            self._cancelling = True
            self._row.error = "esc once more cancels"
        else:
            self.dismiss(None)

    def _typing(self, _text: str) -> None:
        """Something else was typed: what was said of the text before is over."""
        self._cancelling, self._row.error, self._grace_row.error = False, "", ""

    # Reading

    def _keys(self) -> dict[str, Callable[[], None]]:
        """What a field leaves to the question."""
        return {
            "tab": self.action_other,
            "shift+tab": self.action_other,
            "up": lambda: self.action_scroll(-1),
            "down": lambda: self.action_scroll(1),
            "pageup": lambda: self.action_pages(-1),
            "pagedown": lambda: self.action_pages(1),
        }

    def action_difference(self) -> None:
        """Show what the server would change, or fold it."""
        self._wide = not self._wide
        self._renew()

    def action_reveal(self) -> None:
        """Show the values of a Secret in the difference, or mask them again."""
        self._revealed = not self._revealed
        self._renew()

    def action_scroll(self, lines: int) -> None:
        """Read on."""
        self._text.action_scroll_by(lines)

    def action_pages(self, pages: int) -> None:
        """Read on by pages."""
        self._text.action_pages(pages)

    # Choosing how

    def action_choose(self, key: str) -> None:
        """One of the ways to do it."""
        ways = self.case.choices
        if self.seen and ways is not None and key in ways.keys:
            self._choose(ways.pressed(key))

    def action_grace(self) -> None:
        """A grace period, typed."""
        if self.seen and self.case.choices is not None and "g" in self.case.choices.keys:
            self._grace_row.display = True
            self.set_focus(self.grace)

    def _take_grace(self) -> None:
        text, ways = self.grace.value.strip(), self.case.choices
        if ways is None:
            return
        try:
            seconds = whole(text, "The grace period") if text else None
        except UnableError:
            self._grace_row.error = "not a whole number; empty: its own"
            return
        try:
            self._choose(ways.graced(seconds))
        except UnableError as error:
            self._grace_row.error = str(error)
            return
        self._leave_grace()

    def _leave_grace(self) -> None:
        """Back to the question; what was typed is kept for the next time."""
        self._grace_row.display, self._grace_row.error = False, ""
        self.set_focus(self.field if self.case.typed else None)

    def _choose(self, wanted: Choices) -> None:
        claims = self.case.choices is not None and wanted.with_claims != self.case.choices.with_claims
        self.case.choose(wanted)
        self._changed()
        if claims:
            self.begin(self._follow())

    async def _follow(self) -> None:
        await self.case.follow()
        self._changed()
