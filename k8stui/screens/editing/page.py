"""The built-in editor: one text that fills the terminal. What is typed is kept in a file all the while."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from k8stui.actions import Action, Where, applicable
from k8stui.actions.editing import ENDS
from k8stui.model.columns import Tone
from k8stui.screens.page import PageScreen
from k8stui.screens.questions.choice import choose
from k8stui.widgets.cells import cell_len
from k8stui.widgets.status_line import Status
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.operations.drafts import Draft

QUIET = 0.5
"""Seconds after a key until the text is written to its file."""

Send = Callable[[str], Awaitable[str]]
"""Does with the text what it was typed for; returns what is in the way of that in one sentence, "" when it is done."""


class EditScreen(PageScreen):
    """A text to be typed. It closes when `send` is done with it, or when the user leaves.

    Args:
        session: whose objects are edited.
        draft: what the text is, and where it is kept.
        text: what stands there at first.
        send: what `ctrl+o` does with it.
        symbols: of the terminal.
    """

    AUTO_FOCUS = "TextEdit"
    DEFAULT_CSS = """
    EditScreen > #wrong {
        display: none;
        height: auto;
        max-height: 6;
        padding: 0 1;
        color: $error;
        background: $background;
    }
    """
    WHERE: ClassVar[Where] = Where.EDIT

    def __init__(
        self,
        session: Session,
        draft: Draft,
        text: str,
        *,
        send: Send,
        symbols: Symbols,
    ) -> None:
        super().__init__(session, symbols)
        self._draft = draft
        self._heading = draft.about.title
        self._deed = draft.about.deed
        self._original = draft.about.original
        self._send = send
        self._where = draft.path
        keys = {"escape": self.action_escape, "ctrl+c": self._copy} | dict.fromkeys(
            ("ctrl+o", "f2", "ctrl+s"), self._submit
        )
        self.edit = TextEdit(text, keys, self._typed)
        self.wrong = Static(id="wrong")
        """What is in the way, where one line does not hold it: a server's refusal names what it is about at its end."""
        self.left = ""
        """How the user left: `keep` or `drop`; empty: it was sent, or the page was taken away."""
        self._kept = text
        self._lost = ""
        """Why the text could not be kept."""
        self._timer: asyncio.TimerHandle | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._problem = ""
        self._changed = text != self._original
        self.closed = asyncio.Event()

    def body(self) -> Iterable[Widget]:
        """The text, and what is in the way of it."""
        return (self.edit, self.wrong)

    def on_mount(self) -> None:
        """Leaving the program with an unsaved text asks."""
        self.house.work.holds.append(self._held)
        self.refresh_lines()
        self.set_focus(self.edit, scroll_visible=False)

    def on_unmount(self) -> None:
        """However the page went: the file holds what was typed."""
        self.house.work.holds.remove(self._held)
        if self._timer is not None:
            self._timer.cancel()
        if self._keeping is not None:
            self._keeping.cancel()
        if self.left != "drop" and not self.sent and self.edit.text != self._kept:
            self._write(self.edit.text)
        self.closed.set()

    def on_resize(self) -> None:
        """What is in the way may fit into one line now, or no longer."""
        self.call_after_refresh(self._show_line)

    sent = False
    """`send` is done with it."""

    # Keeping

    def _held(self) -> str:
        """What leaving the program would leave undone."""
        if not self.changed:
            return ""
        return f"The edit of {self._heading} is not {self._deed.done}: its text is kept in {self._where}"

    @property
    def changed(self) -> bool:
        """Whether something was typed."""
        return self.edit.text != self._original

    def _typed(self) -> None:
        """Keep it soon, in a thread: a slow disk must not hold the keyboard."""
        if self._problem or self.changed != self._changed:
            self._changed, self._problem = self.changed, ""
            self.refresh_lines()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(QUIET, self._begin_keeping)

    def _begin_keeping(self) -> None:
        self._timer = None
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.get_running_loop().create_task(self._keep_now())
        else:
            self._typed()

    async def _keep_now(self) -> None:
        text = self.edit.text
        await asyncio.to_thread(self._write, text)
        self._show_line()

    def _write(self, text: str) -> None:
        try:
            self._draft.write(text)
        except OSError as error:
            self._lost = f"The text cannot be kept in {self._where} ({error.strerror}): {self._deed.do} it or copy it"
        else:
            self._kept, self._lost = text, ""

    # What is done with it

    def change(self, what: str) -> None:
        """`send`, `undo`, `redo`: see `actions.EDITS`."""
        {
            "send": self._submit,
            "undo": self.edit.action_undo,
            "redo": self.edit.action_redo,
            "leave": self.action_escape,
        }[what]()

    def _submit(self) -> None:
        if not self.edit.locked:
            self.edit.locked = True
            self._problem = ""
            self.refresh_lines()
            self.house.spawn(self._sent(), "sending an edited text")

    async def _sent(self) -> None:
        text = self.edit.text
        try:
            await asyncio.to_thread(self._write, text)
            problem = await self._send(text)
        finally:
            self.edit.locked = False
        if not self.is_attached:
            return
        if not problem:
            self.sent = True
            self.dismiss(None)
            return
        self._problem = problem
        line = re.search(r"\bline (\d+)", problem, re.IGNORECASE)
        if line is not None:
            self.edit.to_line(int(line[1]))
        self.refresh_lines()

    def action_escape(self) -> None:
        """Leave; a text that was changed asks first."""
        if self.edit.locked or not self.is_current:
            return
        if self.changed:
            self.house.spawn(self._leave(), "leaving an edited text")
        else:
            self.left = "drop"
            self.dismiss(None)

    async def _leave(self) -> None:
        answer = await choose(
            self.house,
            f"Leave the edit of {self._heading}?",
            [f"Nothing is {self._deed.done}. The text can be kept, to go on with it later."],
            {"k": "Keep the text", "d": "Drop it", "n": "Stay"},
        )
        if answer in ("k", "d") and self.is_current:
            self.left = "keep" if answer == "k" else "drop"
            self.dismiss(None)

    def step(self, by: int) -> bool:
        """Nothing goes back or forward from a text that is being typed."""
        if by < 0:
            self.action_escape()
        return True

    def _copy(self) -> None:
        if self.edit.selected_text:
            self.house.copy(self.edit.selected_text)
        else:
            self.house.note("Nothing is selected: shift and the arrows select; esc leaves")

    # The fixed rows

    def actions(self) -> tuple[Action, ...]:
        """Its own only: letters are text here. Of the two that end it the one that says what happens then."""
        others = {action.id for action in ENDS} - {f"{self._deed.do}-edit"}
        return tuple(action for action in applicable(Where.EDIT) if action.id not in others)

    def heading(self) -> Status:
        """What is edited, and whether it was changed."""
        words, tone = (f"changed, not {self._deed.done}", Tone.WARNING) if self._changed else ("unchanged", Tone.MUTED)
        if self.edit.locked:
            words, tone = f"being {self._deed.done}", Tone.CHANGING
        return self.status_of(f"edit {self._heading}", words, tone, self._draft.about.namespace)

    def _show_line(self) -> None:
        """What is in the way counts more than what goes on elsewhere."""
        said = self._lost or self._problem
        fits = cell_len(said) < self.size.width - 3  # with its sign
        self.wrong.display = not fits
        if not fits:
            self.wrong.update(Content(self.signs.join(Tone.BAD, said)))
            self.note_line.show(self._kept_in(), Tone.MUTED)
        elif said:
            self.note_line.show(said, Tone.BAD)
        else:
            super()._show_line()

    def remark(self) -> tuple[str, Tone]:
        """Where the text is kept."""
        return self._kept_in(), Tone.MUTED

    def _kept_in(self) -> str:
        home, where = os.environ.get("HOME", ""), str(self._where)
        return f"kept in {'~' + where.removeprefix(home) if home and where.startswith(home) else where}"
