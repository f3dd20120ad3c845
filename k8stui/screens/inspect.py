"""Inspect: one object as text, live: described, as YAML, or with what it is related to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from k8stui.actions import REGISTRY, Action, Rows, Where, applicable, find
from k8stui.model.columns import Tone
from k8stui.model.kinds import Ref
from k8stui.model.notes import Note
from k8stui.model.times import clock_time, zone_of
from k8stui.screens.base import BaseScreen
from k8stui.screens.freshness import words
from k8stui.screens.pace import Pacer
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.footer import Entry, Footer
from k8stui.widgets.note_line import NoteLine
from k8stui.widgets.status_line import Status, StatusLine
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.inspection import Inspection

TAKEN = ("namespace",)
"""Actions whose key means something else in a text: n is the next match."""
LATEST = 30.0
"""Seconds between two looks at a text whose ages did not change."""


def _bindings() -> list[Binding]:
    """One binding for each key of the registry; the text's own keys come first, where it has the focus."""
    keys = dict.fromkeys(action.key for action in REGISTRY if action.key)
    return [
        *(Binding(key, f"key({key!r})", show=False) for key in keys),
        Binding("escape", "escape", "Back", show=False),
    ]


def _named(ref: Ref) -> tuple[str, str, str]:
    """What tells an object from others here; the kind as a table knows it may lack what discovery adds."""
    return ref.kind.resource, ref.namespace, ref.name


class InspectScreen(BaseScreen[None]):
    """A text over the table. `q` and `esc` lead back to the object before, then to the table."""

    AUTO_FOCUS = "TextView"
    BINDINGS: ClassVar[list[Any]] = list(_bindings())

    def __init__(self, session: Session, ref: Ref, tab: str, symbols: Symbols) -> None:
        super().__init__()
        self.session = session
        self.signs = symbols
        self.status = StatusLine(symbols=symbols)
        self.text = TextView(symbols=symbols, wrap=False)
        self.note_line = NoteLine(symbols=symbols)
        self.footer = Footer(symbols=symbols)
        self.search = FilterBar(self._search)
        self.inspection: Inspection | None = None
        self._trail: list[tuple[Ref, str]] = []
        self._first = (ref, tab)
        self._found = 0
        self._note: Note | None = None
        self._interval = 1.0
        self._timer: asyncio.TimerHandle | None = None
        self._reading: asyncio.Task[None] | None = None
        self._again = False
        timing = session.settings.timing
        self._pacer = Pacer(self._read, quiet=timing.paint_quiet, every=timing.paint_every)

    def compose(self) -> ComposeResult:
        """Three fixed rows around the text."""
        yield self.status
        yield self.text
        yield self.search
        yield self.note_line
        yield self.footer

    def on_mount(self) -> None:
        """Begin to read."""
        self._open(*self._first)

    def on_unmount(self) -> None:
        """Give the feeds back."""
        self._close()
        if self._reading is not None:
            self._reading.cancel()

    # Which object, and how

    def go(self, ref: Ref, tab: str) -> None:
        """Read another object, or this one otherwise; the way back is remembered."""
        inspection = self.inspection
        if inspection is not None and _named(ref) == _named(inspection.ref):
            if inspection.reader.tab != tab:
                inspection.turn(tab)
                self.text.reset()
                self._poke()
            return
        if inspection is not None:
            self._trail.append((inspection.ref, inspection.reader.tab))
        self._open(ref, tab)

    def _open(self, ref: Ref, tab: str) -> None:
        from k8stui.screens.inspection import Inspection  # all describers: nothing that a first frame needs

        self._close()
        zone = zone_of(self.session.settings.times)
        self.inspection = Inspection(self.session, ref, tab, zone=zone, changed=self._poke)
        self.text.reset()
        self._show_status()
        self._poke()

    def _close(self) -> None:
        self._pacer.stop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.inspection is not None:
            self.inspection.close()
            self.inspection = None

    def leave(self) -> None:
        """Back to the object before, or to the table."""
        if self._trail:
            self._open(*self._trail.pop())
        elif self.is_current:
            self.dismiss(None)

    # Reading

    def _poke(self) -> None:
        if self.is_attached:
            self._pacer.poke()

    def _read(self) -> None:
        """Make the text anew, beside the loop's other work; once more where something came meanwhile."""
        if self._reading is not None and not self._reading.done():
            self._again = True
            return
        self._reading = asyncio.get_running_loop().create_task(self._make())

    async def _make(self) -> None:
        try:
            again = True
            while again:
                self._again = False
                await self._show()
                again = self._again
        except Exception as error:
            self.house.fault(error, "reading an object")

    async def _show(self) -> None:
        inspection = self.inspection
        if inspection is None:
            return
        lines = await inspection.lines()
        if inspection is not self.inspection or not self.is_attached:
            return
        changed = lines != self.text.lines
        self.text.menu = inspection.reader.tab == "related"
        self.text.show(lines)
        self._show_status()
        self._interval = 1.0 if changed else min(2 * self._interval, LATEST)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._read)

    async def flush(self) -> None:
        """Read and show everything that has arrived (for tests)."""
        await self._show()

    def _show_status(self) -> None:
        inspection = self.inspection
        if inspection is None or not self.house.is_running:
            return
        freshness, tone = words(inspection.state, self.session.now())
        context = self.session.context
        kind = inspection.kind
        self.status.show(
            Status(
                context=context.name,
                user=context.user,
                namespace=inspection.ref.namespace,
                title=f"{inspection.reader.tab} {kind.singular or kind.plural} {inspection.ref.name}",
                freshness=freshness,
                tone=tone,
            )
        )
        self.footer.show(self._entries())
        self._show_line()

    def _entries(self) -> list[Entry]:
        actions = [action for action in self._applicable() if action.footer]
        actions.sort(key=lambda action: (action.where is not Where.TEXT, action.footer))
        rights, rows = self.house.home.rights, self.rows()
        return [
            Entry(action.shown_key, action.label, enabled=rights.lack(action, rows) is None, press=action.id)
            for action in actions
        ]

    def show_note(self, note: Note) -> None:
        """Say what went on, until another key."""
        self._note = note
        self._show_line()

    def _show_line(self) -> None:
        if self._note is not None:
            at = clock_time(self._note.at, zone_of(self.session.settings.times))
            self.note_line.show(self._note.text, self._note.tone, at)
        elif self.inspection is not None and self.inspection.notice:
            self.note_line.show(self.inspection.notice, Tone.WARNING)
        else:
            self.note_line.show("")

    # Keys

    def rows(self) -> Rows:
        """What an action acts on: this object."""
        row = self.inspection.row if self.inspection is not None else None
        return [row] if row is not None else []

    def _applicable(self) -> list[Action]:
        """What can be done here: with the text, with the object, and everywhere."""
        own = [action for action in applicable(Where.TABLE) if action.target]
        house = [action for action in applicable(Where.EVERYWHERE) if action.id not in TAKEN]
        return [*applicable(Where.TEXT), *own, *house]

    def action_key(self, key: str) -> None:
        """A key of the registry: the action that it means here."""
        self._note = None
        for action in self._applicable():
            if key == action.key:
                self.house.home.desk.perform(action, self.rows())
                self._show_line()
                return
        self.house.note(f"{key.split(',')[0]} does nothing here; ? lists the keys")

    def action_escape(self) -> None:
        """One thing a press: the search, then a step back."""
        if self._found:
            self._found = 0
            self.text.search("")
        else:
            self.leave()

    def change(self, what: str) -> None:
        """Change the text: `managed` folds managedFields or shows them, `reveal` shows what is masked."""
        from k8stui.screens.reading_yaml import Yaml

        if self.inspection is None:
            return
        if not isinstance(self.inspection.reader, Yaml):
            self.go(self.inspection.ref, "yaml")
        yaml = self.inspection.reader
        assert isinstance(yaml, Yaml)
        if what == "managed":
            yaml.managed = not yaml.managed
        else:
            yaml.toggle()
        self._poke()

    def open_search(self) -> None:
        """The input behind `/`."""
        self.search.open("")

    def _search(self, text: str) -> str:
        self._found = self.text.search(text)
        return "" if self._found or not text else "not in this text"

    @on(FilterBar.Cancelled)
    def _search_cancelled(self) -> None:
        self._found = self.text.search("")

    @on(TextView.Opened)
    def _follow(self, event: TextView.Opened) -> None:
        self.go(event.ref, "describe")

    @on(Footer.Pressed)
    def _footer_pressed(self, event: Footer.Pressed) -> None:
        self.house.home.desk.perform(find(event.key), self.rows())
