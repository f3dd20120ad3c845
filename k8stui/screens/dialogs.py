"""What opens over the table: help, messages, the actions, texts, pickers, and what the command line does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions import Action, Where, applicable, find
from k8stui.model.kinds import Ref
from k8stui.model.times import offset
from k8stui.screens.commands import Choice, World, choices, understand
from k8stui.screens.copying import Copying
from k8stui.screens.leaving import leave
from k8stui.screens.page import PageScreen
from k8stui.screens.pending import ask_again
from k8stui.screens.pick import PickScreen
from k8stui.screens.pickers import ContextPicker, Namespaces
from k8stui.screens.reading.page import InspectScreen
from k8stui.screens.texts import TextScreen, help_lines, message_lines
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

IN_SIGHT = 12
"""Candidates of the command line that a terminal shows at most."""


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
            "command": self._command_line,
            "filter": self._filter,
            "quit": lambda: leave(self._screen.house, ask=True),
        }
        opened[what]()

    def close(self) -> None:
        """Close whatever is open: it belongs to a context that was left."""
        self.namespaces.close()
        stack = self._screen.app.screen_stack
        while len(stack) > 1:
            self._screen.app.pop_screen()
            stack = self._screen.app.screen_stack

    # Texts

    def _help(self) -> None:
        rows, rights = (self.page or self._screen).rows(), self._screen.rights
        lines = help_lines(self._where, lambda action: str(rights.lack(action, rows) or ""))
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

    def step_page(self, by: int) -> bool:
        """One step back (-1) or forward (1) in the page that is open; False where none is."""
        return self.page is not None and self.page.step(by)

    def close_pages(self) -> None:
        """Back to the table."""
        while self.page is not None:
            self._screen.app.pop_screen()

    def copy_of(self, ref: Ref) -> None:
        """Ask what to copy of an object."""
        if self._screen.session is not None:
            Copying(self._screen, self._screen.session, ref).ask()

    def _filter(self) -> None:
        if self.page is not None:
            self.page.open_search()
        else:
            self._screen.open_filter()

    # Actions

    def _actions(self) -> None:
        rows = self.page.rows() if self.page is not None else self._screen.rows()
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

    # The command line

    def _command_line(self) -> None:
        self.close_pages()
        self._contexts.reread()
        self._screen.open_command_line()

    def world(self) -> World:
        """What a command can name at this moment."""
        session = self._screen.session
        contexts = tuple(each.name for each in self._screen.contexts.all)
        rows, rights = self._screen.rows(), self._screen.rights_remembered
        world = World(
            self._screen.places.place,
            self.namespaces.names,
            self.namespaces.complete,
            contexts,
            lacks_view=lambda view, namespace: str(rights.view(view, namespace) or ""),
            lacks_action=lambda action: str(rights.lack(action, rows) or ""),
        )
        return world if session is None or session.kinds is None else structs.replace(world, kinds=session.kinds)

    def command(self, text: str, *, asked: bool = False) -> str:
        """Do what was typed; returns what is wrong with it, or "".

        A name that nothing has may be of a kind that is new: the server is asked once more (`asked`: it was).
        """
        meaning, pending = understand(text, self.world()), self._screen.pending
        where = meaning.unknown or meaning.place is not None or meaning.columns is not None
        if where and not asked and pending.hold(f":{text}", partial(self._command_again, text)):
            return ""
        if meaning.unknown and not asked and self._screen.session is not None:
            ask_again(self._screen, text.split()[0], partial(self._command_again, text, asked=True))
            return ""
        if meaning.error:
            return meaning.error
        if meaning.place is not None:
            self._screen.go(meaning.place)
        elif meaning.context is not None:
            self._screen.switch.enter(meaning.context, typed=True)
        elif meaning.action is not None:
            return self._screen.desk.perform(meaning.action, self._screen.rows(), meaning.typed)
        elif meaning.theme:
            self._screen.house.choose_theme(meaning.theme)
        elif meaning.columns is not None:
            return self._screen.looks.choose(meaning.columns)
        else:
            self.show(meaning.show)
        return ""

    def _command_again(self, text: str, *, asked: bool = False) -> None:
        """Do what was typed now that it can be understood, or say what is wrong with it."""
        error = self.command(text, asked=asked)
        if error:
            self._screen.reopen_command_line(text, error)

    def offers(self, text: str) -> Sequence[Choice]:
        """What the line could become; rights are asked for what is in sight of it, no more."""
        found = choices(text, self.world())
        rows, rights = self._screen.rows(), self._screen.rights
        for choice in found[:IN_SIGHT]:
            if choice.view:
                rights.view(choice.view, self._screen.namespace)
            elif choice.action:
                rights.lack(find(choice.action), rows)
        return found
