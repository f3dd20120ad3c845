"""What was left behind: debug pods of all namespaces by age or owner, and our ephemeral containers."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import platform
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual import on
from textual.widget import Widget

from k8stui.actions import Rows, Where
from k8stui.cluster.states import State
from k8stui.cluster.view import View
from k8stui.model.columns import Tone
from k8stui.model.filter import parse
from k8stui.operations.builders.debug_options import HOST, WHO
from k8stui.operations.debugging.leftovers import Leftover
from k8stui.operations.debugging.sweep import Sweep, sweep
from k8stui.screens.debug import sweep_rows
from k8stui.screens.debug.sweep_deeds import delete, restart
from k8stui.screens.freshness import counted, emptiness, ticking, words
from k8stui.screens.pace import Pacer
from k8stui.screens.page import PageScreen
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.status_line import Status

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.resource import ResourceScreen
    from k8stui.widgets.symbols import Symbols

NOTHING = "No debug pods, and no container of mine that was added to a pod"


async def open_sweep(screen: ResourceScreen) -> None:
    """Over whatever is open."""
    session = screen.session
    if session is None:
        screen.house.note("No context is open yet: what was left behind is in one")
    elif not isinstance(screen.dialogs.page, SweepScreen):
        await screen.house.push_screen(SweepScreen(session, screen.signs))


class SweepScreen(PageScreen):
    """A list over the table, live.

    Args:
        session: the open context.
        symbols: of the terminal.
    """

    AUTO_FOCUS = "LiveTable"
    WHERE: ClassVar[Where] = Where.SWEEP

    def __init__(self, session: Session, symbols: Symbols) -> None:
        super().__init__(session, symbols)
        self.sweep: Sweep | None = None
        self.view: View[Leftover] | None = None
        self.table: LiveTable[Leftover] = LiveTable(now=session.now, symbols=symbols)
        self.search = FilterBar(self._filter)
        self.by_owner = False
        timing = session.settings.timing
        self._pacer = Pacer(self.paint, quiet=timing.paint_quiet, every=timing.paint_every)
        self._tick: asyncio.TimerHandle | None = None

    def body(self) -> Iterable[Widget]:
        """The table, and the input to filter it."""
        return self.table, self.search

    def on_mount(self) -> None:
        """Look."""
        self.sweep = sweep(self.session, self.house.work.keeper, self._mine)
        self.view = View(self.sweep.store, order=sweep_rows.by_age, search=lambda line: line.search)
        self.view.subscribe(self._pacer.poke)
        self.sweep.on_state(self._became)
        self.table.show(self.view, sweep_rows.COLUMNS, (sweep_rows.AGE, True), empty=self._emptiness())
        self.house.spawn(self.sweep.look(), "reading what was made to debug")
        self.paint()

    def on_unmount(self) -> None:
        """Look no more."""
        self._pacer.stop()
        if self._tick is not None:
            self._tick.cancel()
        if self.view is not None:
            self.view.close()
        if self.sweep is not None:
            self.sweep.close()

    def _mine(self, stamps: Mapping[str, str]) -> bool:
        """Whether I have made it: as this user, on this machine."""
        return stamps.get(HOST) == platform.node() and stamps.get(WHO) in self._names()

    def _names(self) -> set[str]:
        found = {self.session.access.user_remembered, self.session.context.user}
        with contextlib.suppress(OSError, KeyError):  # a user without a name on this machine
            found.add(getpass.getuser())
        return found - {""}

    # What is shown

    def retry(self) -> None:
        """Ask the server, and read the records of other runs."""
        if self.sweep is not None:
            self.sweep.retry()
            self.house.spawn(self.sweep.look(), "reading what was made to debug")

    def _became(self, _state: State) -> None:
        self._pacer.poke()

    def flush(self) -> None:
        """Paint now what waits for its mark (for tests)."""
        self._pacer.flush()
        self.paint()

    def paint(self) -> None:
        """Show what has changed since the last time."""
        if self.gone or self.view is None:
            return
        self.view.apply()
        self.table.empty = self._emptiness()
        self.table.changed()
        self.refresh_lines()
        self._age()

    def _age(self) -> None:
        """Come back when a visible time reads differently."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        due = [self.table.tick() if self.is_attached else None]
        if self.sweep is not None and ticking(self.sweep.state):
            due.append(1.0)
        seconds = min((each for each in due if each is not None), default=None)
        if seconds is not None:
            self._tick = asyncio.get_running_loop().call_later(seconds, self._aged)

    def _aged(self) -> None:
        if not self.gone:
            self.refresh_lines()
            self._age()

    def _emptiness(self) -> str:
        if self.sweep is None or self.view is None:
            return ""
        return emptiness(self.sweep.state, filtered=self.view.filter is not None, nothing=NOTHING)

    def heading(self) -> Status:
        """How many there are, whose, and how fresh that is."""
        if self.sweep is None or self.view is None:
            return self.status_of("left behind", "", Tone.PLAIN)
        lines = list(self.sweep.store.rows.values())
        mine = sum(line.mine for line in lines)
        title = counted("left behind", len(self.view), self.view.total, filtered=self.view.filter is not None)
        said, tone = words(self.sweep.state, self.session.now())
        return self.status_of(f"{title}{f', {mine} mine' if mine else ''}", said, tone)

    def remark(self) -> tuple[str, Tone]:
        """What there is to know of the one under the cursor."""
        line = self.table.cursor_row
        return (sweep_rows.remark(line, self.session.now()) if line is not None else ""), Tone.PLAIN

    # What is done

    def rows(self) -> Rows:
        """The row under the cursor."""
        line = self.table.cursor_row
        return [line] if line is not None else []

    def change(self, what: str) -> None:
        """Do what an action of the list asks for: see `actions.SWEEP_PAGE`."""
        if what == "order":
            self._order()
        elif what == "mine":
            self._delete(self._all_of_mine())
        elif what == "delete":
            self._delete(self._chosen())
        else:
            self._with(what, self.table.cursor_row)

    def _with(self, what: str, line: Leftover | None) -> None:
        """What is done with one."""
        if line is None:
            return
        self.table.pin()
        home = self.house.home
        if what == "describe":
            home.desk.inspect(line.pod)
        elif what == "logs":
            self.house.spawn(home.desk.enter("logs", [structs.replace(line, ref=line.pod)]), "logs of a debug pod")
        elif what == "attach":
            self.house.spawn(self._go_in(line), "attaching to a debug pod")
        elif what == "restart":
            self._restart(line)

    async def _go_in(self, line: Leftover) -> None:
        from k8stui.screens.terminals.opening import open_session

        await open_session(self.house.home, line.pod, line.container, attach=True)

    def _restart(self, line: Leftover) -> None:
        if line.ephemeral:
            self.house.spawn(restart(self.house.home, line), "restarting a pod")
        else:
            self.house.note(f"{line.pod} is a debug pod: ctrl+d deletes it", Tone.WARNING)

    def _chosen(self) -> list[Leftover]:
        """The marked ones, else the one under the cursor."""
        assert self.sweep is not None
        marked = [line for uid in self.table.marks if (line := self.sweep.store.get(uid)) is not None]
        under = self.table.cursor_row
        return marked or ([under] if under is not None else [])

    def _all_of_mine(self) -> list[Leftover]:
        assert self.sweep is not None
        found = [line for line in self.sweep.store.rows.values() if line.mine and not line.ephemeral]
        if not found:
            self.house.note("There is no debug pod of mine", Tone.WARNING)
        return sorted(found, key=lambda line: str(line.pod))

    def _delete(self, lines: Sequence[Leftover]) -> None:
        pods = [line for line in lines if not line.ephemeral]
        if len(pods) < len(lines):
            self.house.note("A container that was added to a pod cannot be deleted: R restarts the pod", Tone.WARNING)
        if pods:
            self.table.pin()
            self.house.spawn(self._deleted(pods), "deleting debug pods")

    async def _deleted(self, pods: Sequence[Leftover]) -> None:
        self.table.unmark(await delete(self.house.home, pods, self.session.now()))

    # Order and filter

    def _order(self) -> None:
        if self.view is None:
            return
        self.by_owner = not self.by_owner
        self.view.set_order(sweep_rows.by_owner if self.by_owner else sweep_rows.by_age)
        self.view.apply()
        self.table.sorted_by(sweep_rows.OWNER if self.by_owner else sweep_rows.AGE, not self.by_owner)
        self.paint()

    def open_search(self) -> None:
        """The input behind `/`, with the filter that is in force."""
        wanted = self.view.filter if self.view is not None else None
        self.search.open(wanted.text if wanted is not None else "")

    def _filter(self, text: str) -> str:
        if self.view is None:
            return ""
        try:
            wanted = parse(text)
        except ValueError as error:
            return str(error)
        self.view.set_filter(None if wanted.empty else wanted)
        self.paint()
        return self.view.problem

    def action_escape(self) -> None:
        """One thing a press: the filter, the marks, back to the table."""
        if self.view is not None and self.view.filter is not None:
            self._filter("")
        elif self.table.marks:
            self.table.clear_marks()
        else:
            self.step(-1)

    @on(FilterBar.Cancelled)
    def _filter_cancelled(self) -> None:
        self.search.error = ""

    @on(LiveTable.Opened)
    def _opened(self) -> None:
        self._with("describe", self.table.cursor_row)

    @on(LiveTable.Moved)
    def _moved(self) -> None:
        self._note = None
        self.refresh_lines()

    @on(LiveTable.Scrolled)
    def _scrolled(self) -> None:
        self._age()
