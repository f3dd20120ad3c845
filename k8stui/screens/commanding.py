"""The command line, over the table and over the pages: what it offers, and what is done with what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions import Action, find
from k8stui.actions.places import PAGES
from k8stui.screens.commands import Choice, Meaning, World, choices, understand
from k8stui.screens.page import PageScreen
from k8stui.screens.pending import ask_again

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

IN_SIGHT = 12
"""Candidates of the command line that a terminal shows at most."""


class Commanding:
    """One for all lines (`widgets.command_line.Commander`): each screen has a line of its own, all have one history.

    A command is about what is under the cursor of the screen that it was typed over. One that shows the table another
    way, or another table, leaves the pages over it; all others leave them as they are, and what they open lies on top.
    """

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen
        self.past: list[str] = []

    def open(self, text: str = "", error: str = "") -> None:
        """Over the uppermost page, else over the table, with what was typed and what is wrong with it."""
        pages = (each for each in reversed(self._screen.app.screen_stack) if isinstance(each, PageScreen))
        next(pages, self._screen).open_command_line(text, error)

    def submit(self, text: str, *, asked: bool = False) -> None:
        """Do it, at once or when it can be understood, or open the line again with what is wrong with it.

        `asked`: see `command`.
        """
        if error := self.command(text, asked=asked):
            self._screen.desk.awaiting.refuse()
            self.open(text, error)

    def world(self) -> World:
        """What a command can name at this moment."""
        screen, dialogs = self._screen, self._screen.dialogs
        session = screen.session
        contexts = tuple(each.name for each in screen.contexts.all)
        rows, rights = dialogs.rows(), screen.rights_remembered
        world = World(
            screen.places.place,
            dialogs.namespaces.names,
            dialogs.namespaces.complete,
            contexts,
            lacks_view=lambda view, namespace: str(rights.view(view, namespace) or ""),
            lacks_action=lambda action: str(rights.lack(action, rows) or ""),
            own=tuple(each for each in dialogs.page.actions() if each.where in PAGES) if dialogs.page else (),
        )
        return world if session is None or session.kinds is None else structs.replace(world, kinds=session.kinds)

    def offers(self, text: str) -> Sequence[Choice]:
        """What the line could become; rights are asked for what is in sight of it, no more."""
        found = choices(text, self.world())
        rows, rights = self._screen.dialogs.rows(), self._screen.rights
        for choice in found[:IN_SIGHT]:
            if choice.view:
                rights.view(choice.view, self._screen.namespace)
            elif choice.action:
                rights.lack(find(choice.action), rows)
        return found

    def command(self, text: str, *, asked: bool = False) -> str:
        """Do what was typed; returns what is wrong with it, or "".

        A name that nothing has may be of a kind that is new: the server is asked once more (`asked`: it was).
        """
        world, pending = self.world(), self._screen.pending
        meaning = understand(text, world)
        where = meaning.unknown or meaning.place is not None or meaning.columns is not None
        if where and not asked and pending.hold(f":{text}", partial(self.submit, text)):
            return ""
        if meaning.unknown and not asked and self._screen.session is not None:
            ask_again(self._screen, text.split()[0], partial(self.submit, text, asked=True))
            return ""
        if meaning.error:
            return meaning.error
        return self._act(meaning.action, meaning.typed, world) if meaning.action is not None else self._do(meaning)

    def _do(self, meaning: Meaning) -> str:
        screen = self._screen
        if meaning.place is not None:
            screen.go(meaning.place)
        elif meaning.context is not None:
            screen.dialogs.close_pages()
            screen.switch.enter(meaning.context, typed=True)
        elif meaning.theme:
            screen.house.choose_theme(meaning.theme)
        elif meaning.columns is not None:
            wrong = screen.looks.choose(meaning.columns)
            if not wrong:
                screen.dialogs.close_pages()
            return wrong
        else:
            screen.dialogs.show(meaning.show)
        return ""

    def _act(self, action: Action, typed: str, world: World) -> str:
        if action.where in PAGES and action not in world.own:
            return f"{action.label} means nothing here: it is for {action.where.value}"
        return self._screen.desk.perform(action, self._screen.dialogs.rows(), typed)
