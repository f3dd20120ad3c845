"""A screen that shows one pane live: the fixed rows around a table, painted when something changed and only then."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from k8stui.actions import Action, Place, Rows, Where, applicable
from k8stui.cluster.states import Denied
from k8stui.model.notes import Note
from k8stui.model.times import clock_time, zone_of
from k8stui.screens.base import BaseScreen
from k8stui.screens.freshness import emptiness, ticking
from k8stui.screens.heading import heading
from k8stui.screens.pace import Pacer
from k8stui.screens.rights import Rights, hand_over
from k8stui.widgets.footer import Entry, Footer
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.note_line import NoteLine
from k8stui.widgets.status_line import StatusLine
from k8stui.widgets.symbols import ASCII, UNICODE

if TYPE_CHECKING:
    from k8stui.cluster.contexts import Contexts
    from k8stui.cluster.session import Session
    from k8stui.screens.pane import Pane
    from k8stui.settings import Settings


class LiveScreen(BaseScreen[None]):
    """Paints the pane that is set; which one that is, is its subclass's affair."""

    def __init__(self, settings: Settings, contexts: Contexts) -> None:
        super().__init__(id="_default")
        self.settings = settings
        self.contexts = contexts
        self.pane: Pane[Any] | None = None
        self.opening = "connecting"
        """What is being done while there is no pane."""
        self.zone = zone_of(settings.times)
        """In which times are shown."""
        self.signs = ASCII if settings.ascii else UNICODE
        self.status = StatusLine(symbols=self.signs)
        self.table: LiveTable[Any] = LiveTable(now=self._now, symbols=self.signs)
        self.note_line = NoteLine(symbols=self.signs)
        self.footer = Footer(symbols=self.signs)
        self._pacer = Pacer(self.paint, quiet=settings.timing.paint_quiet, every=settings.timing.paint_every)
        self._tick: asyncio.TimerHandle | None = None
        self._note: Note | None = None
        self.pressed: Action | None = None
        """The key pressed last whose action lacks a right: the footer says which."""

    def compose(self) -> ComposeResult:
        """Three fixed rows around the table."""
        yield self.status
        yield self.table
        yield from self.inputs()
        yield self.note_line
        yield self.footer

    def inputs(self) -> Iterable[Widget]:
        """What opens between the table and the notes."""
        return ()

    def on_mount(self) -> None:
        """Say that it is connecting: the first paint comes before the client library."""
        self.refresh_lines()

    @property
    def session(self) -> Session | None:
        """The open context."""
        return self.contexts.session

    @property
    def _ending(self) -> bool:
        """The app is closing: feeds still bring news, but widgets have lost their styles already."""
        return not self.house.is_running

    def _now(self) -> float:
        return self.session.now() if self.session is not None else self.house.clock.now()

    def rows(self) -> Rows:
        """What an action acts on: the row under the cursor at this moment."""
        self._catch_up()
        row = self.table.cursor_row
        return [row] if row is not None else []

    @property
    def rights(self) -> Rights:
        """What the user may do here."""
        return Rights(self.session, self.pane.place if self.pane is not None else Place(""))

    @property
    def rights_remembered(self) -> Rights:
        """The same from memory, for what is not on the screen: nothing is asked."""
        return Rights(self.session, self.pane.place if self.pane is not None else Place(""), ask=False)

    def rights_changed(self) -> None:
        """More is known of what the user may do."""
        self._pacer.poke()

    def _show_table(self, pane: Pane[Any]) -> None:
        self.table.show(pane.view, pane.columns, (pane.sort, pane.reverse), empty=self._emptiness())

    def paint(self) -> None:
        """Show what has changed since the last time."""
        if self._ending:
            return
        pane = self.pane
        if pane is not None:
            pane.view.apply()
            if pane.rechoose():
                self._show_table(pane)
            self.table.empty = self._emptiness()
            self.table.changed()
        self.refresh_lines()
        self._schedule_tick()

    def flush(self) -> None:
        """Paint what waits for its mark (for tests: everything that arrived is on the screen afterwards)."""
        self._pacer.flush()
        self.paint()

    def _catch_up(self) -> None:
        """Show the first rows at once: nothing may say that the view is live, and no key find it empty, before that."""
        if self.pane is not None and self.table.cursor_row is None:
            self._pacer.flush()

    def refresh_lines(self) -> None:
        """The fixed rows; each paints only if it reads differently."""
        if self._ending:
            return
        self._catch_up()
        self.status.show(structs.replace(heading(self.pane, self.session, self.opening), work=self.house.work.words))
        self._show_footer()
        self._show_line()

    def _schedule_tick(self) -> None:
        """Come back when a visible age reads differently; with nothing that ages no timer runs."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        if self.pane is None:
            return
        due = [self.table.tick(), self.pane.review(), 1.0 if ticking(self.pane.state) else None]
        seconds = min((each for each in due if each is not None), default=None)
        if seconds is not None:
            self._tick = asyncio.get_running_loop().call_later(seconds, self._age)

    def _age(self) -> None:
        self._tick = None
        if self._ending:
            return
        self.refresh_lines()
        self._schedule_tick()

    def _emptiness(self) -> str:
        pane = self.pane
        if pane is not None and pane.busy:
            return "Sorting and filtering"
        if pane is None:
            return ""
        if isinstance(pane.state, Denied):
            return hand_over(pane.state, pane.place.namespace, pane.session.access.user)
        return emptiness(pane.state, filtered=pane.filter is not None, nothing=pane.empty)

    def _show_footer(self) -> None:
        """The keys, those greyed that lack a right; behind them which right that is."""
        where = self.pane.where if self.pane is not None else Where.EVERYWHERE
        actions = [action for action in applicable(where, Where.TABLE, Where.EVERYWHERE) if action.footer]
        actions.sort(key=lambda action: action.footer)
        rights, rows = self.rights, self.rows()
        rights.enter()
        lacks = {action.id: rights.lack(action, rows) for action in actions}
        entries = [
            Entry(action.shown_key, action.label, enabled=lacks[action.id] is None, press=action.id)
            for action in actions
        ]
        pressed = (self.pressed,) if self.pressed is not None else ()
        hints = [
            f"{action.shown_key}: {lack.short}"
            for action in (*pressed, *actions)
            if (lack := lacks[action.id] if action.id in lacks else rights.lack(action, rows)) is not None
        ]
        self.footer.show(entries, hints[0] if hints else "")

    def show_note(self, note: Note) -> None:
        """Say what went on, until the cursor moves."""
        self._note = note
        self._show_line()

    def _show_line(self) -> None:
        """The newest note, or what there is to say of the row under the cursor."""
        if self._note is not None:
            times = f" ({self._note.times} times)" if self._note.times > 1 else ""
            self.note_line.show(self._note.text + times, self._note.tone, clock_time(self._note.at, self.zone))
            return
        row = self.table.cursor_row
        if self.pane is None or row is None:
            self.note_line.show("")
            return
        said = self.pane.explain(row)
        name = self.pane.named(row) if said or self.table.cursor_cut else ""
        if not said and self.pane is not None:
            said = self.pane.remark
            name = name if not said else ""
        self.note_line.show(": ".join(part for part in (name, said) if part))

    @on(LiveTable.Moved)
    def _moved(self) -> None:
        self._note = None
        self._show_line()
        self._show_footer()

    @on(LiveTable.Scrolled)
    def _scrolled(self) -> None:
        self._schedule_tick()
