"""The question before a change: what it is, what it touches, what the server says to it, and the answer it takes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.operations.gateway import Preview
from k8stui.operations.mutation import Mutation, Risk
from k8stui.screens.questions import Answered
from k8stui.widgets.field import Field, FieldRow
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

SHOWN = 12
"""Targets that are named one by one."""


HIGHEST = 16
"""Lines of what there is to know that are in sight; the others are scrolled to."""


class ChangeQuestion(Answered):
    """Closes with True for yes.

    A change is answered by `y`; a destructive one starts on Cancel, and yes has to be gone to (tab, then enter); in a
    protected context the name is typed. `enter` never confirms a change, and what was typed before the question was
    painted is no answer.

    Args:
        mutations: what would be sent; one, or the same for several targets.
        effects: what it touches besides (replicas, budgets, who will revert it).
        doubts: what could not be found out.
        preview: tries one on the server.
        typed: what has to be typed; empty: nothing.
        symbols: of the terminal.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = [
        ("y", "yes", "Yes"),
        ("n", "close", "No"),
        ("tab,shift+tab,left,right", "other", "Other answer"),
        ("enter", "take", "Take"),
        ("d", "difference", "Difference"),
        ("up,k", "scroll(-1)", "Up"),
        ("down,j", "scroll(1)", "Down"),
    ]

    def __init__(
        self,
        mutations: Sequence[Mutation],
        *,
        effects: Sequence[Line] = (),
        doubts: Sequence[str] = (),
        preview: Callable[[Mutation], Awaitable[Preview]],
        typed: str = "",
        symbols: Symbols,
    ) -> None:
        super().__init__()
        self._mutations = mutations
        self._risk = max(each.risk for each in mutations)
        self._preview = preview
        self._typed = typed
        self._on_yes = False
        self._trying: asyncio.Task[None] | None = None
        self._fixed = [*self._targets(), *effects, *(Line(each, Tone.WARNING) for each in doubts)]
        self._previews: list[Preview] = []
        self._wide = False
        self._title = Static(Content(self._question()), classes="dialog--title")
        self._text = TextView(self._lines(), symbols=symbols)
        self._choices = Static(Content(self._answers()))
        self.field = Field({"enter": self._take_typed, "escape": self.action_close}, lambda _text: None)
        self._row = FieldRow(f"type {typed} to agree: ", self.field)

    def compose(self) -> ComposeResult:
        """The question, what there is to know, and the answers."""
        with Vertical(classes="dialog--change"):
            yield self._title
            yield self._text
            if self._typed:
                yield self._row
            yield self._choices

    def on_mount(self) -> None:
        """Try it on the server, and take the keys."""
        self.set_focus(self.field if self._typed else None)
        if not all(each.trivial for each in self._mutations):
            self._trying = asyncio.get_running_loop().create_task(self._try())
        self._show()

    def on_unmount(self) -> None:
        """The trial is of no use any more."""
        if self._trying is not None:
            self._trying.cancel()

    # What is said

    def _question(self) -> str:
        if len(self._mutations) == 1:
            return f"{self._mutations[0].says[:1].upper()}{self._mutations[0].says[1:]}?"
        word = self._mutations[0].says.split()[0]
        return f"{word[:1].upper()}{word[1:]} {len(self._mutations)} objects?"

    def _targets(self) -> list[Line]:
        if len(self._mutations) == 1:
            return [Line(self._mutations[0].kubectl, Tone.MUTED)]
        lines = [Line(each.says) for each in self._mutations[:SHOWN]]
        more = len(self._mutations) - SHOWN
        return [*lines, Line(f"and {more} more", Tone.MUTED)] if more > 0 else lines

    def _lines(self) -> list[Line]:
        if self._trying is not None and not self._previews:
            return [*self._fixed, Line("trying it on the server", Tone.MUTED)]
        found: list[Line] = []
        for preview in self._previews:
            found += [Line(text, Tone.BAD) for text in (preview.refused,) if text]
            found += [Line(text, Tone.WARNING) for text in (preview.unknown,) if text]
            if preview.lines and self._wide:
                found += preview.lines
            elif preview.lines:
                changed = [line for line in preview.lines if line.text[:1] in "+-"]
                found.append(Line(f"the server would change {len(changed)} lines; d shows them", Tone.MUTED))
        return [*self._fixed, *found]

    def _answers(self) -> str:
        word = self._mutations[0].says.split()[0]
        yes = f"{word[:1].upper()}{word[1:]}"
        if self._typed:
            return "[ enter: agree ]   [ esc Cancel ]"
        if self._risk is Risk.DESTRUCTIVE:
            marks = ("▸", " ") if self._on_yes else (" ", "▸")
            return f"{marks[0]}[ {yes} ]   {marks[1]}[ Cancel ]   tab chooses, enter takes it; n cancels"
        return f"[ y {yes} ]   [ n Cancel ]"

    def _show(self) -> None:
        """The lines as they are now, in a window that fits them."""
        lines = self._lines()
        self._text.styles.height = min(HIGHEST, max(1, len(lines)))
        self._text.show(lines)

    async def _try(self) -> None:
        self._previews = list(await asyncio.gather(*(self._preview(each) for each in self._mutations[:SHOWN])))
        self._show()

    # Answers

    def action_yes(self) -> None:
        """A change is agreed to."""
        if self.seen and not self._typed and self._risk is not Risk.DESTRUCTIVE:
            self.dismiss(True)

    def action_other(self) -> None:
        """To the other answer."""
        if self.seen and self._risk is Risk.DESTRUCTIVE and not self._typed:
            self._on_yes = not self._on_yes
            self._choices.update(Content(self._answers()))

    def action_take(self) -> None:
        """Enter: the answer that was gone to; a change needs its `y`."""
        if self.seen and self._risk is Risk.DESTRUCTIVE and not self._typed:
            self.dismiss(self._on_yes)

    def action_difference(self) -> None:
        """Show what the server would change, or fold it."""
        self._wide = not self._wide
        self._show()

    def action_scroll(self, lines: int) -> None:
        """Read on."""
        self._text.action_scroll_by(lines)

    def _take_typed(self) -> None:
        if self.field.value.strip() == self._typed:
            self.dismiss(True)
        else:
            self._row.error = f"not {self._typed}"
