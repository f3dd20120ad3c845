"""A screen over the table that fills the terminal: three fixed rows around what it shows, and the registry's keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from k8stui.actions import Action, Rows, Where, applicable, find
from k8stui.model.columns import Tone
from k8stui.model.notes import Note
from k8stui.model.times import clock_time, zone_of
from k8stui.screens.base import BaseScreen, bindings
from k8stui.screens.heading import GUARDS
from k8stui.widgets.command_line import CommandLine
from k8stui.widgets.footer import Entry, Footer
from k8stui.widgets.note_line import NoteLine
from k8stui.widgets.status_line import Status, StatusLine
from k8stui.widgets.symbols import Symbols

if TYPE_CHECKING:
    from k8stui.cluster.session import Session


class PageScreen(BaseScreen[None]):
    """What everything that is opened over the table shares. `q` and `esc` lead back; jobs do not end with their page.

    A subclass says where it is (`WHERE`), what stands between the rows (`body`), what the status line says (`heading`),
    what actions act on (`rows`), and does what the actions of its place ask for (`change`).
    """

    AUTO_FOCUS = ""
    """A page says what of its body takes the keys; never the command line, which is closed."""
    BINDINGS: ClassVar[list[Any]] = [*bindings()]
    WHERE: ClassVar[Where]
    """Whose keys apply, besides those of everywhere."""

    def __init__(self, session: Session, symbols: Symbols) -> None:
        super().__init__()
        self.session = session
        self.signs = symbols
        self.status = StatusLine(symbols=symbols)
        self.command_line = CommandLine(lambda: self.house.home.commands, symbols=symbols)
        self.note_line = NoteLine(symbols=symbols)
        self.footer = Footer(symbols=symbols)
        self._note: Note | None = None

    def compose(self) -> ComposeResult:
        """Three fixed rows around the body, and the command line that opens under it."""
        yield self.status
        yield from self.body()
        yield self.command_line
        yield self.note_line
        yield self.footer

    def body(self) -> Iterable[Widget]:
        """What stands between the rows."""
        raise NotImplementedError

    def heading(self) -> Status:
        """What the status line says."""
        raise NotImplementedError

    def status_of(self, title: str, freshness: str, tone: Tone, namespace: str = "") -> Status:
        """A status line with the session's part of it."""
        context, session = self.session.context, self.session
        return Status(
            context=context.name,
            guard=GUARDS[session.read_only, session.protected],
            user=session.access.user_remembered,
            namespace=namespace,
            title=title,
            freshness=freshness,
            tone=tone,
        )

    @property
    def zone(self) -> tzinfo:
        """In which times are shown."""
        return zone_of(self.session.settings.times)

    @property
    def gone(self) -> bool:
        """The page was left, or the program ends: what comes late is not painted, widgets have lost their styles."""
        return not self.is_attached or not self.house.is_running

    # What is done

    def rows(self) -> Rows:
        """What an action acts on."""
        return []

    def change(self, what: str) -> None:
        """Do what an action of this place asks for (`actions.paging`)."""
        raise NotImplementedError

    def step(self, by: int) -> bool:
        """Back (-1): to the table. False where there is nothing that way."""
        if by < 0 and self.is_current:
            self.dismiss(None)
        return by < 0

    def retry(self) -> None:
        """Ask the server now (ctrl+r)."""

    def open_search(self) -> None:
        """The input behind `/`, where there is one."""
        self.house.note("There is nothing to filter here")

    def open_command_line(self, text: str = "", error: str = "") -> None:
        """The command line over this page, with what was typed and what is wrong with it."""
        self.command_line.open(text, error)

    # The fixed rows

    def actions(self) -> tuple[Action, ...]:
        """What means something here, its own keys first."""
        return applicable(self.WHERE, Where.EVERYWHERE)

    def shown(self) -> Sequence[Action]:
        """What the footer shows, from the left."""
        return sorted((action for action in self.actions() if action.footer), key=lambda action: action.footer)

    def remark(self) -> tuple[str, Tone]:
        """What the note line says while nothing else is to be said."""
        return "", Tone.PLAIN

    def refresh_lines(self) -> None:
        """The fixed rows; each paints only if it reads differently."""
        if self.gone:
            return
        self.status.show(structs.replace(self.heading(), work=self.house.work.words))
        rights, rows = self.house.home.rights, self.rows()
        lacks = [(action, rights.lack(action, rows)) for action in self.shown()]
        entries = [
            Entry(action.shown_key, action.label, enabled=lack is None, press=action.id) for action, lack in lacks
        ]
        hints = [f"{action.shown_key}: {lack.short}" for action, lack in lacks if lack is not None]
        self.footer.show(entries, next(iter(hints), ""))
        self._show_line()

    def rights_changed(self) -> None:
        """More is known of what the user may do."""
        self.refresh_lines()

    def show_note(self, note: Note) -> None:
        """Say what went on, until another key."""
        self._note = note
        self._show_line()

    def _show_line(self) -> None:
        if self._note is not None:
            self.note_line.show(self._note.text, self._note.tone, clock_time(self._note.at, self.zone))
        else:
            self.note_line.show(*self.remark())

    # Keys

    def action_key(self, key: str) -> None:
        """A key of the registry: the action that it means here."""
        self._note = None
        for action in self.actions():
            if key == action.key:
                self.house.home.desk.perform(action, self.rows())
                self._show_line()
                return
        self.house.note(f"{key.split(',')[0]} does nothing here; ? lists the keys")

    def action_escape(self) -> None:
        """A step back."""
        self.step(-1)

    @on(Footer.Pressed)
    def _footer_pressed(self, event: Footer.Pressed) -> None:
        self.house.home.desk.perform(find(event.key), self.rows())
