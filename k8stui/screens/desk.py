"""The desk: what an action may ask for, done by the app and its one table screen."""

import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions import Action, Place, Rows
from k8stui.actions.desk import Change
from k8stui.model.columns import Tone
from k8stui.model.kinds import Ref, Row
from k8stui.screens.ask import AskScreen
from k8stui.screens.openings import OPENINGS

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


class ScreenDesk:
    """A Desk (see `k8stui.actions`) over the table screen."""

    def __init__(self, screen: "ResourceScreen") -> None:
        self._screen = screen

    def perform(self, action: Action, rows: Rows, typed: str = "") -> str:
        """Do it, or say why not; what takes time runs beside the screen.

        `typed` stands behind its name in the command line. Returns what is wrong with that, or "".
        """
        rows = self._screen.targets(action, rows)
        rights = self._screen.rights
        reason = rights.why_not(action, rows)
        if reason is not None:
            self._screen.pressed = action if rights.lack(action, rows) is not None else None
            self._screen.house.note(reason, Tone.WARNING)
            self._screen.refresh_lines()
            return ""
        if action.target:
            self._screen.table.pin()
        try:
            work = action.line(self, rows, typed) if typed and action.line is not None else action.run(self, rows)
        except ValueError as error:
            return str(error)
        if work is not None:
            self._screen.house.spawn(self._done(work, action, typed), action.id)
        return ""

    async def _done(self, work: Awaitable[None], action: Action, typed: str) -> None:
        """Wait for it; what is wrong with a typed text is said where it was typed."""
        try:
            await work
        except ValueError as error:
            if not typed:
                raise
            self._screen.reopen_command_line(f"{action.id} {typed}", str(error))

    @property
    def place(self) -> Place:
        """Where the user is."""
        return self._screen.places.place

    def inspect(self, ref: Ref, tab: str = "describe") -> None:
        """Read one object."""
        session = self._screen.session
        if session is not None and session.kinds is not None:
            ref = structs.replace(ref, kind=session.kinds.like(ref.kind))
        self._screen.dialogs.inspect(ref, tab)

    def home(self, view: str) -> Place:
        """A view in the namespace that is current."""
        return Place(view, self._screen.namespace)

    def open(self, place: Place) -> None:
        """Go there; the way back is remembered."""
        self._screen.go(place)

    def alter(self, place: Place) -> None:
        """The same place shown another way."""
        self._screen.places.replace(place)
        self._screen.visit(place)

    def unfold(self, row: Row) -> None:
        """Show one by one what a row stands for, or fold it again."""
        self._screen.unfold(row)

    def step(self, by: int) -> None:
        """Back (-1) or forward (1)."""
        if self._screen.dialogs.step_page(by):
            return
        place = self._screen.places.step(by)
        if place is None:
            self.say("There is nothing further back" if by < 0 else "There is nothing further forward")
        else:
            self._screen.visit(place)

    def show(self, what: str) -> None:
        """Open a dialog or an input."""
        self._screen.dialogs.show(what)

    def table(self, what: str) -> None:
        """Change the table."""
        self._screen.change_table(what)

    def page(self, what: str) -> None:
        """Do something to the page that is open."""
        if self._screen.dialogs.page is not None:
            self._screen.dialogs.page.change(what)

    async def enter(self, page: str, rows: Rows) -> None:
        """Open a page about these rows."""
        await OPENINGS[page](self._screen, rows)

    async def change(self, changes: Sequence[Change]) -> None:
        """Ask as their risk demands, then do them."""
        await self._screen.changing.change(changes)

    async def ask(self, title: str, hint: str, judge: Callable[[str], str], initial: str = "") -> str | None:
        """One line of text."""
        return await self._screen.house.push_screen_wait(AskScreen(title, hint, judge, initial))

    def stamp(self) -> str:
        """This moment in the user's zone, as kubectl writes it."""
        at = datetime.fromtimestamp(self._screen.house.clock.now() // 1, self._screen.zone)
        return at.isoformat().replace("+00:00", "Z")

    def suffix(self) -> str:
        """Five letters, as names of pods end."""
        return "".join(random.choices("bcdfghjklmnpqrstvwxz2456789", k=5))

    def say(self, text: str) -> None:
        """One line about what went on."""
        self._screen.house.note(text)

    def leave(self) -> None:
        """Leave a deeper view, quit from a top one."""
        if self._screen.dialogs.step_page(-1):
            return
        if self._screen.places.place.deep:
            self.step(-1)
        else:
            self.quit()

    def quit(self) -> None:
        """End the program."""
        self._screen.house.end()

    def reconnect(self) -> None:
        """Ask the server again at once, rights included."""
        self._screen.reconnect()

    def redraw(self) -> None:
        """Paint the whole screen anew."""
        self._screen.house.redraw()

    def copy_of(self, ref: Ref) -> None:
        """Ask what to copy of an object, and copy it."""
        self._screen.dialogs.copy_of(ref)

    def copy_selection(self) -> bool:
        """Copy the selected text; False when nothing is selected."""
        text = self._screen.app.screen.get_selected_text()
        if text:
            self._screen.house.copy(text)
        return bool(text)
