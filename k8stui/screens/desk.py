"""The desk: what an action may ask for, done by the app and its one table screen."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions import Action, Place, Rows
from k8stui.actions.desk import Asking, Change
from k8stui.model.columns import Tone
from k8stui.model.kinds import BUILT_IN, Ref, Row
from k8stui.model.present import Present
from k8stui.screens.awaiting import Awaited, Awaiting
from k8stui.screens.leaving import leave
from k8stui.screens.openings import OPENINGS
from k8stui.screens.pending import early
from k8stui.screens.questions.asking import Questions

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


class ScreenDesk:
    """A Desk (see `k8stui.actions`) over the table screen."""

    def __init__(self, screen: "ResourceScreen") -> None:
        self._screen = screen
        self._questions = Questions(screen)
        self.awaiting = Awaiting(lambda: screen.house)

    def perform(self, action: Action, rows: Rows, typed: str = "") -> str:
        """Do it, or say why not; what takes time runs beside the screen.

        `typed` stands behind its name in the command line. Returns what is wrong with that, or "".
        """
        unready = self._screen.pending.meets(action, lambda: self._again(action))
        if unready is not None:
            if unready:
                self._screen.house.note(unready, Tone.WARNING, toast=True)
            return unready
        rows = self._screen.targets(action, rows)
        if self._screen.dialogs.page is None and (unready := early(action, rows, self._screen.pane)):
            self._screen.house.note(unready, Tone.WARNING, toast=True)
            return ""
        rights = self._screen.rights
        reason = rights.why_not(action, rows)
        if reason is not None:
            self._screen.pressed = action if rights.lack(action, rows) is not None else None
            self._screen.house.note(reason, Tone.WARNING)
            self._screen.refresh_lines()
            if (action.target or action.line is not None) and not action.later:
                self.awaiting.refuse()  # what opens would have had the keys behind it
            return ""
        if action.target:
            self._screen.table.pin()
        try:
            work = action.line(self, rows, typed) if typed and action.line is not None else action.run(self, rows)
        except ValueError as error:
            return str(error)
        if work is not None:
            self._begin(self._told(work, action, typed), action.label, action.id)
        return ""

    def _again(self, action: Action) -> None:
        self.perform(action, self._screen.rows())

    def _begin(self, work: Awaitable[None], label: str, name: str) -> None:
        """Beside the screen; keys wait until something of it takes them, or it is over."""
        awaited: Awaited

        async def begun() -> None:
            try:
                await work
            finally:
                self.awaiting.end(awaited)

        worker = self._screen.house.spawn(begun(), name)
        awaited = self.awaiting.expect(label, worker.cancel)

    async def _told(self, work: Awaitable[None], action: Action, typed: str) -> None:
        """Wait for it; what is wrong with a typed text is said where it was typed."""
        try:
            await work
        except ValueError as error:
            if not typed:
                raise
            self.awaiting.refuse()
            self._screen.commands.open(f"{action.word} {typed}", str(error))

    def expect(self) -> Awaited:
        """Keys wait a moment until this is set."""
        return self.awaiting.expect()

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
        self._screen.dialogs.close_pages()
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
        """Change the table, which is seen then."""
        self._screen.dialogs.close_pages()
        self._screen.change_table(what)

    def page(self, what: str) -> None:
        """Do something to the page that is open."""
        if self._screen.dialogs.page is not None:
            self._screen.dialogs.page.change(what)

    async def enter(self, page: str, rows: Rows, typed: str = "") -> None:
        """Open a page about these rows, or about what was typed."""
        task, awaited = asyncio.current_task(), None
        if task is not None and not self.awaiting.busy:  # behind a question, or for a key of a page
            awaited = self.awaiting.expect(page.capitalize(), task.cancel)
        try:
            await OPENINGS[page](self._screen, rows, typed)
        finally:
            if awaited is not None:
                self.awaiting.end(awaited)

    async def change(self, changes: Sequence[Change], *, typed: bool = False) -> None:
        """Ask as their risk demands, then do them."""
        self.awaiting.stands()  # the server is asked first: keys do not wait for it
        outcomes = await self._screen.changing.change(changes, typed=typed)
        if any(outcome.done for outcome in outcomes):
            self._questions.done()

    async def ask(self, title: str, hint: str, judge: Callable[[str], str], initial: str = "") -> str | None:
        """One line of text."""
        return await self.put(Asking(title=title, hint=hint, judge=judge, initial=initial))

    async def put(self, asking: Asking) -> str | None:
        """The same, about objects."""
        return await self._questions.put(asking, self.awaiting.stands)

    async def present(self, builder: str, rows: Rows) -> Present:
        """What the objects have now of what a builder changes."""
        return await self._questions.present(builder, rows)

    async def before_zero(self, ref: Ref) -> int | None:
        """How many replicas it had before we scaled it to 0."""
        return await self._questions.before_zero(ref)

    def version(self, resource: str) -> str:
        """The version of the API that the server has of a kind."""
        session = self._screen.session
        kind = session.kind(resource) if session is not None else None
        return kind.version if kind is not None else BUILT_IN[resource].version

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
        """End the program; what runs or is not saved is asked about."""
        leave(self._screen.house)

    def reconnect(self) -> None:
        """Ask the server again at once, rights included."""
        self._screen.switch.reconnect()

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
