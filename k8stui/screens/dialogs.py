"""What opens over the table: help, messages, the actions, texts, pickers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from k8stui.actions import Action, Rows, Where, applicable, find
from k8stui.model.kinds import Ref
from k8stui.model.times import offset
from k8stui.screens.copying import Copying
from k8stui.screens.leaving import leave
from k8stui.screens.page import PageScreen
from k8stui.screens.pick import PickScreen
from k8stui.screens.pickers import ContextPicker, Namespaces
from k8stui.screens.reading.page import InspectScreen
from k8stui.screens.texts import TextScreen, help_lines, message_lines
from k8stui.widgets.command_line import CommandLine
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


class Dialogs:
    """Opens them one at a time over the table screen, and does what is chosen in them."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen
        self.namespaces = Namespaces(screen)
        self._contexts = ContextPicker(screen)

    def show(self, what: str) -> None:
        """Open one by name. Raises KeyError for one that there is not."""
        opened: dict[str, Callable[[], None]] = {
            "help": self._help,
            "messages": self._messages,
            "actions": self._actions,
            "namespaces": self.namespaces.pick,
            "contexts": self._contexts.pick,
            "themes": self._screen.looks.pick_theme,
            "columns": self._screen.looks.tell_columns,
            "command": self._command,
            "filter": self._filter,
            "quit": lambda: leave(self._screen.house, ask=True),
        }
        opened[what]()

    def close(self) -> None:
        """Close whatever is open: it belongs to a context that was left."""
        self.namespaces.close()
        self._pop(lambda: len(self._screen.app.screen_stack) > 1)

    # Texts

    def _help(self) -> None:
        rows, rights, page = self.rows(), self._screen.rights, self.page
        actions = page.actions() if page is not None else ()
        lines = help_lines(self._where, lambda action: str(rights.lack(action, rows) or ""), actions)
        self._screen.app.push_screen(TextScreen("Help", lines, self._screen.signs))

    def _messages(self) -> None:
        zone, now = self._screen.zone, self._screen.house.clock.now()
        lines = message_lines(self._screen.house.notes, zone)
        title = f"Messages (times {offset(now, zone)})"
        self._screen.app.push_screen(TextScreen(title, lines, self._screen.signs, at_end=True))

    @property
    def _where(self) -> Where:
        if self.page is not None:
            return self.page.WHERE
        pane = self._screen.pane
        return pane.where if pane is not None else Where.PODS

    # Inspect

    @property
    def reading(self) -> InspectScreen | None:
        """The text that is being read, if one is on top."""
        top = self._screen.app.screen
        return top if isinstance(top, InspectScreen) else None

    def inspect(self, ref: Ref, tab: str) -> None:
        """Read one object."""
        session = self._screen.session
        if session is None:
            return
        if self.reading is not None:
            self.reading.go(ref, tab)
        else:
            self._screen.app.push_screen(InspectScreen(session, ref, tab, self._screen.signs))

    @property
    def page(self) -> PageScreen | None:
        """The page that is on top, if one is."""
        top = self._screen.app.screen
        return top if isinstance(top, PageScreen) else None

    def rows(self) -> Rows:
        """What is under the cursor: of the page that is on top, else of the table."""
        return (self.page or self._screen).rows()

    def step_page(self, by: int) -> bool:
        """One step back (-1) or forward (1) in the page that is open; False where none is."""
        return self.page is not None and self.page.step(by)

    def close_pages(self) -> None:
        """Back to the table."""
        self._pop(lambda: self.page is not None)

    def _pop(self, more: Callable[[], bool]) -> None:
        """Close what is on top while there is more of it. What is being typed into a page's command line is gone on
        with over the table: it would else be taken for keys."""
        typed: CommandLine | None = None
        while more():
            top = self._screen.app.screen
            if isinstance(top, PageScreen) and top.command_line.is_open:
                typed = top.command_line
            self._screen.app.pop_screen()
        if typed is not None:
            self._screen.open_command_line(typed.text, typed.error)

    def copy_of(self, ref: Ref) -> None:
        """Ask what to copy of an object."""
        if self._screen.session is not None:
            Copying(self._screen, self._screen.session, ref).ask()

    # Inputs

    def _command(self) -> None:
        self._contexts.reread()
        self._screen.commands.open()

    def _filter(self) -> None:
        if self.page is not None:
            self.page.open_search()
        else:
            self._screen.open_filter()

    # Actions

    def _actions(self) -> None:
        rows = self.rows()
        subject = str(rows[0].ref) if rows else "everything"
        where = self._where

        def entry(action: Action) -> Entry:
            key = f"{action.shown_key:<7}" if action.key else " " * 7
            needs = ", ".join(str(need) for need in action.needs)
            about = action.help or (f"needs {needs}" if needs else "")
            why = (self._screen.rights.why_not(action, rows) or "").removeprefix(f"{action.label}: ")
            return Entry(action.id, f"{key} {action.label}", about, why)

        page = self.page
        found = page.actions() if page is not None else applicable(where, Where.TABLE, Where.EVERYWHERE)
        actions = [action for action in found if action.id != "actions"]
        # What concerns the object comes before the ways to elsewhere.
        ordered = sorted(actions, key=lambda each: (each.later, each.where is not where, not each.target))

        def perform(identity: str | None) -> None:
            if identity is not None:
                self._screen.desk.perform(find(identity), rows)

        def follow(changed: Callable[[], None]) -> Callable[[], None]:
            session = self._screen.session
            return session.access.subscribe(changed) if session is not None else lambda: None

        screen = PickScreen(
            f"Actions on {subject}", lambda: [entry(action) for action in ordered], self._screen.signs, follow=follow
        )
        self._screen.app.push_screen(screen, perform)
