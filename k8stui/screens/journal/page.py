"""The journal: what was done, to read, take back, copy and save; and long work, to follow, pause and end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import structs
from textual import on

from k8stui.actions import Action, Where, find
from k8stui.model.columns import Tone
from k8stui.model.text import clean
from k8stui.operations.journal.journal import Entry
from k8stui.operations.journal.taking_back import refusal
from k8stui.operations.journal.texts import commands, lines_of, told
from k8stui.screens.freshness import counted
from k8stui.screens.journal import export as journal_export
from k8stui.screens.journal import jobs as journal_jobs
from k8stui.screens.journal import undo as journal_undo
from k8stui.screens.journal.rows import EntryLine, JobLine, Tab, entries, entry_line, job_line, jobs, read
from k8stui.screens.table_page import FilteredPage
from k8stui.screens.texts import TextScreen
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.status_line import Status

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.cluster.view import View
    from k8stui.widgets.symbols import Symbols

PORTION = 250
"""Entries of earlier runs that are taken in at once."""
_ENTRIES = ("open-entry", "take-back", "copy-commands", "save-journal", "journal-tab", "filter", "leave", "help")
_JOB = ("open-entry", "pause-job", "cancel-job", "journal-tab", "leave", "help")
_CUT_OFF = ("open-entry", "resume-job", "take-back", "cancel-job", "journal-tab", "leave", "help")
"""What the footer shows, from the left."""


class JournalScreen(FilteredPage[Any]):
    """Two lists over the table; tab leads from one to the other.

    Args:
        session: the open context: changes of others can be read, but not taken back.
        symbols: of the terminal.
        tab: `journal` or `jobs`.
    """

    WHERE: ClassVar[Where] = Where.JOURNAL

    def __init__(self, session: Session, symbols: Symbols, tab: str = "journal") -> None:
        super().__init__(session, symbols)
        self.entries: Tab[EntryLine] = entries(self.zone)
        self.jobs: Tab[JobLine] = jobs(self.zone)
        self.tab: Tab[Any] = self.jobs if tab == "jobs" else self.entries
        self.reading = True
        """The files of earlier runs are being read."""
        self._ends: list[Callable[[], None]] = []

    def on_mount(self) -> None:
        """Show what this run has done, and read what earlier ones did."""
        self._ends = [
            self.house.journals.listeners.add(self._own),
            self.house.jobs.listeners.add(self._own),
            self.entries.view.subscribe(self.pacer.poke),
            self.jobs.view.subscribe(self.pacer.poke),
        ]
        self._own()
        self._show_tab()
        self.retry()

    def on_unmount(self) -> None:
        """Follow nothing any more."""
        for end in self._ends:
            end()
        self.rest()
        self.entries.close()
        self.jobs.close()

    # What is shown

    def retry(self) -> None:
        """Read the files anew: other runs may have written to them."""
        self.reading = True
        self.house.spawn(self._read(), "reading the journal")

    async def _read(self) -> None:
        sessions = self.house.journals.sessions
        found, records = await asyncio.to_thread(read, self.house.state, sessions)
        for start in range(0, len(found), PORTION):
            for each in found[start : start + PORTION]:
                self.entries.store.put(each)
            self.entries.view.apply()
            await asyncio.sleep(0)
        if self.gone:
            return
        self.reading = False
        known = {line.ref.uid for line in records}
        for uid in [uid for uid, line in self.jobs.store.rows.items() if line.record is not None and uid not in known]:
            self.jobs.store.remove(uid)
        for line in records:
            self.jobs.store.put(line)
        self.house.work.cut_off = len(records)
        self._own()
        self.pacer.poke()

    def _own(self) -> None:
        """Take in what this run has done: it is newer than what the file said."""
        rows = self.entries.store.rows
        for entry in self.house.journals.entries:
            known = rows.get(entry.key)
            if known is None or known.entry is not entry:
                self.entries.store.put(entry_line(entry, ours=True))
        for job in self.house.jobs.all:
            self.jobs.store.put(job_line(job))

    def _show_tab(self) -> None:
        tab = self.tab
        tab.view.apply()
        self.table.show(tab.view, tab.columns, tab.arrow, empty=self.emptiness())
        if tab.cursor:
            self.table.move_to(tab.cursor)
        self.paint()

    def listed(self) -> View[Any]:
        """Of the list that is open."""
        return self.tab.view

    def emptiness(self) -> str:
        """What stands there without entries, or without jobs."""
        if self.tab.view.filter is not None:
            return "Nothing matches the filter; esc clears it"
        return "Reading" if self.reading else self.tab.empty

    def heading(self) -> Status:
        """Which list, and how many there are."""
        tab = self.tab
        title = counted(tab.name, len(tab.view), tab.view.total, filtered=tab.view.filter is not None)
        return self.status_of(title, "reading" if self.reading else "", Tone.CHANGING)

    def shown(self) -> Sequence[Action]:
        """What means something in this list, and for the job under the cursor."""
        under = self.table.cursor_row
        cut_off = isinstance(under, JobLine) and under.record is not None
        shown = _ENTRIES if self.tab is self.entries else _CUT_OFF if cut_off else _JOB
        return [find(identity) for identity in shown]

    def remark(self) -> tuple[str, Tone]:
        """What became of the entry under the cursor; what a job asks."""
        line = self.table.cursor_row
        if isinstance(line, EntryLine):
            said = told(line.entry, self.session.now(), ours=line.ours)
            back = "" if refusal(line.entry, self.session.context.name) else " · u takes it back"
            return said + back, Tone.PLAIN
        if isinstance(line, JobLine) and line.says:
            return line.says, Tone.WARNING if line.asks else Tone.PLAIN
        return "", Tone.PLAIN

    # What is done

    def chosen(self) -> list[Entry]:
        """The marked entries, else the one under the cursor."""
        marked = [line for uid in self.table.marks if (line := self.entries.store.get(uid)) is not None]
        under = self.table.cursor_row
        return [line.entry for line in marked] or ([under.entry] if isinstance(under, EntryLine) else [])

    def change(self, what: str) -> None:
        """Do what an action of the journal asks for: see `actions.JOURNAL`."""
        if what == "tab":
            self._turn()
        elif self.table.cursor_row is None and not self.table.marks:
            self.house.note("There is nothing here to do that with")
        elif self.tab is self.jobs:
            journal_jobs.change(self, what, self.table.cursor_row)
        else:
            self._change_entries(what)

    def _change_entries(self, what: str) -> None:
        chosen = self.chosen()
        if what == "open":
            self._open(self.table.cursor_row)
        elif what == "take-back":
            self.table.pin()
            self.house.spawn(journal_undo.take_back(self, chosen), "taking a change back")
        elif what == "copy":
            self.house.copy(commands(chosen), f"{len(chosen)} commands" if len(chosen) > 1 else commands(chosen))
        elif what == "save":
            shown = self.entries.view.window(0, len(self.entries.view))
            wanted = chosen if self.table.marks else [line.entry for line in shown]
            self.house.spawn(journal_export.save(self, wanted), "saving the journal")
        else:
            self.house.note("That is for jobs: tab leads to them")

    def _open(self, line: EntryLine | None) -> None:
        if line is not None:
            lines = lines_of(line.entry, self.session.now(), self.zone, ours=line.ours)
            says = clean(line.entry.says, 100)
            self.app.push_screen(TextScreen(says[:1].upper() + says[1:], lines, self.signs))

    def undone(self, entry: Entry) -> None:
        """An entry was taken back."""
        self.house.journals.undone(entry)
        self.table.unmark([entry.key])
        line = self.entries.store.get(entry.key)
        if line is not None and not line.ours:
            self.entries.store.put(entry_line(structs.replace(entry, undone=True), ours=False))

    def _turn(self) -> None:
        ref = self.table.cursor_ref
        self.tab.cursor = ref.uid if ref is not None and self.table.pinned else ""
        self.table.clear_marks()
        if self.search.is_open:
            self.search.close()
        self.tab = self.jobs if self.tab is self.entries else self.entries
        self._show_tab()

    # Messages of the table

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        if self.tab is self.jobs:
            journal_jobs.change(self, "open", self.jobs.store.get(event.ref.uid))
        else:
            self._open(self.entries.store.get(event.ref.uid))
