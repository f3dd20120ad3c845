"""Inspect: one object as text, live: described, as YAML, or with what it is related to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult

from k8stui.actions import Rows, find
from k8stui.model.columns import Tone
from k8stui.model.kinds import SECRETS, Ref
from k8stui.model.notes import Note
from k8stui.model.objects import ObjectRow
from k8stui.model.times import clock_time, zone_of
from k8stui.screens import reading_lines, text_keys
from k8stui.screens.base import BaseScreen, bindings
from k8stui.screens.pace import Pacer
from k8stui.screens.trail import Step, Trail, same
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.footer import Footer
from k8stui.widgets.note_line import NoteLine
from k8stui.widgets.status_line import StatusLine
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.inspection import Inspection

LATEST = 30.0
"""Seconds between two looks at a text whose ages did not change."""


class InspectScreen(BaseScreen[None]):
    """A text over the table. `q` and `esc` lead back to the object before, then to the table."""

    AUTO_FOCUS = "TextView"
    BINDINGS: ClassVar[list[Any]] = [*bindings()]

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
        self._trail = Trail()
        self._first = Step(ref, tab)
        self._wanted: Step | None = None
        """Where in the text one was before, until it is there again."""
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
        self._open(self._first)

    def on_unmount(self) -> None:
        """Give the feeds back."""
        self._close()
        if self._reading is not None:
            self._reading.cancel()

    # Which object, and how

    def go(self, ref: Ref, tab: str) -> None:
        """Read another object, or this one otherwise; the way back is remembered."""
        inspection = self.inspection
        if inspection is not None and same(ref, inspection.ref):
            if inspection.reader.tab != tab:
                inspection.turn(tab)
                self.text.reset()
                self._poke()
            return
        if inspection is not None:
            self._trail.leave(self._here(inspection))
        self._open(Step(ref, tab))

    def _here(self, inspection: Inspection) -> Step:
        return Step(inspection.ref, inspection.reader.tab, self.text.top, self.text.marked)

    def _open(self, step: Step) -> None:
        from k8stui.screens.inspection import Inspection  # all describers: nothing that a first frame needs

        self._close()
        zone = zone_of(self.session.settings.times)
        self.inspection = Inspection(self.session, step.ref, step.tab, zone=zone, changed=self._poke)
        self.text.reset()
        self._wanted = step
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

    def step(self, by: int) -> bool:
        """To the object before (-1) or after (1) this one; before the first is the table. False: nothing is there."""
        step = self._trail.step(by, self._here(self.inspection)) if self.inspection is not None else None
        if step is not None:
            self._open(step)
        elif by < 0 and self.is_current:
            self.dismiss(None)
        return step is not None or by < 0

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
                await self.flush()
                again = self._again
        except Exception as error:
            self.house.fault(error, "reading an object")

    async def flush(self) -> None:
        """Read and show everything that has arrived."""
        inspection = self.inspection
        if inspection is None:
            return
        lines = await inspection.lines()
        if inspection is not self.inspection or not self.is_attached:
            return
        changed = lines != self.text.lines
        self.text.menu = inspection.reader.tab == "related"
        self.text.show(lines)
        self._return()
        self._show_status()
        self._interval = 1.0 if changed else min(2 * self._interval, LATEST)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._interval, self._read)

    def _return(self) -> None:
        """To where in the text one was, once it is long enough again."""
        step, inspection = self._wanted, self.inspection
        if step is None or inspection is None:
            return
        if self.text.moved:
            self._wanted = None
        elif len(self.text.lines) > max(step.top, step.marked or 0) or inspection.settled:
            self._wanted = None
            self.text.go(step.top, step.marked)

    def _show_status(self) -> None:
        inspection = self.inspection
        if inspection is None or not self.house.is_running:
            return
        self.status.show(reading_lines.status(inspection, self.session))
        self.footer.show(*reading_lines.keys(inspection, self.text, self.house.home.rights, self.rows()))
        self._show_line()

    def rights_changed(self) -> None:
        """More is known of what the user may do."""
        self._show_status()

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
        elif self.text.needle and not self.search.is_open:
            self.note_line.show(self.text.found, Tone.MUTED)
        else:
            self.note_line.show("")

    # Keys

    def rows(self) -> Rows:
        """What an action acts on: this object, known by name alone until it has come."""
        inspection = self.inspection
        return [inspection.row or ObjectRow(inspection.ref, "", (), b"{}")] if inspection is not None else []

    def action_key(self, key: str) -> None:
        """A key of the registry: the action that it means here."""
        self._note = None
        for action in text_keys.actions():
            if key == action.key:
                self.house.home.desk.perform(action, self.rows())
                self._show_line()
                return
        self.house.note(f"{key.split(',')[0]} does nothing here; ? lists the keys")

    def action_escape(self) -> None:
        """One thing a press: the search, then a step back."""
        if self.text.needle:
            self.text.search("")
            self._show_status()
        else:
            self.step(-1)

    def change(self, what: str) -> None:
        """Change the text, or go on in it: see `actions.TEXTS`."""
        moves = {
            "wrap": self.text.action_wrap,
            "next-match": lambda: self.text.action_match(1),
            "next-name": lambda: self.text.action_target(1),
            "follow": self.text.action_open,
        }
        if what in moves:
            moves[what]()
        elif self.inspection is not None:
            self._change_yaml(self.inspection, what)

    def _change_yaml(self, inspection: Inspection, what: str) -> None:
        """`managed` folds managedFields or shows them, `reveal` shows what is masked."""
        from k8stui.screens.reading_yaml import Yaml

        if what == "reveal" and inspection.kind.resource != SECRETS.resource:
            self.house.note("Only values of a Secret are masked: there is nothing to reveal here")
            return
        if not isinstance(inspection.reader, Yaml):
            self.go(inspection.ref, "yaml")
        yaml = inspection.reader
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
        return "" if self.text.search(text) or not text else "not in this text"

    @on(FilterBar.Submitted)
    def _searched(self) -> None:
        self._show_status()

    @on(FilterBar.Cancelled)
    def _search_cancelled(self) -> None:
        self.text.search("")
        self._show_status()

    @on(TextView.Matched)
    def _matched(self) -> None:
        self._show_line()

    @on(TextView.Opened)
    def _follow(self, event: TextView.Opened) -> None:
        self.go(event.ref, "describe")

    @on(Footer.Pressed)
    def _footer_pressed(self, event: Footer.Pressed) -> None:
        self.house.home.desk.perform(find(event.key), self.rows())
