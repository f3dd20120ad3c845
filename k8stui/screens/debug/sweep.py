"""What was left behind: debug pods of all namespaces by age or owner, and our ephemeral containers."""

from __future__ import annotations

import contextlib
import getpass
import platform
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual import on

from k8stui.actions import Where
from k8stui.actions.desk import Change
from k8stui.cluster.states import State
from k8stui.cluster.view import View
from k8stui.model.columns import Tone
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.debug_options import COPY, HOST, WHO
from k8stui.operations.debugging.left import GRACE
from k8stui.operations.debugging.leftovers import Leftover
from k8stui.operations.debugging.sweep import Sweep
from k8stui.screens.debug import sweep_rows
from k8stui.screens.freshness import counted, emptiness, ticking, words
from k8stui.screens.table_page import FilteredPage
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
    elif isinstance(screen.dialogs.page, SweepScreen):
        screen.desk.awaiting.stands()
    else:
        await screen.house.push_screen(SweepScreen(session, screen.signs))


class SweepScreen(FilteredPage[Leftover]):
    """A list over the table, live.

    Args:
        session: the open context.
        symbols: of the terminal.
    """

    WHERE: ClassVar[Where] = Where.SWEEP

    def __init__(self, session: Session, symbols: Symbols) -> None:
        super().__init__(session, symbols)
        self.sweep: Sweep | None = None
        self.view: View[Leftover] | None = None
        self.by_owner = False

    def on_mount(self) -> None:
        """Look."""
        self.sweep = Sweep(self.session, self.house.work.keeper, self._mine)
        self.view = View(self.sweep.store, order=sweep_rows.by_age, search=lambda line: line.search)
        self.view.subscribe(self.pacer.poke)
        self.sweep.on_state(self._became)
        self.table.show(self.view, sweep_rows.COLUMNS, (sweep_rows.AGE, True), empty=self.emptiness())
        self.house.spawn(self.sweep.look(), "reading what was made to debug")
        self.paint()

    def on_unmount(self) -> None:
        """Look no more."""
        self.rest()
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
        """Read the records of other runs anew."""
        if self.sweep is not None:
            self.house.spawn(self.sweep.look(), "reading what was made to debug")

    def _became(self, _state: State) -> None:
        self.pacer.poke()

    def listed(self) -> View[Leftover] | None:
        """All there is, by age or by owner."""
        return self.view

    def due(self) -> float | None:
        """How fresh it is counts seconds, too, while it is not."""
        ticks = 1.0 if self.sweep is not None and ticking(self.sweep.state) else None
        return min((each for each in (super().due(), ticks) if each is not None), default=None)

    def aged(self) -> None:
        """How fresh it is reads differently."""
        self.refresh_lines()

    def emptiness(self) -> str:
        """What stands there without rows."""
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
            # Within its budget: whoever owns the pod makes it again without that container.
            change = self.house.home.desk.change([("removing.evict", line.pod, {})])
            self.house.spawn(change, "restarting a pod")
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
        """The ordinary question about all of them, which says who made each."""
        lines, now = {line.pod.uid: line for line in pods}, self.session.now()

        def look(found: ObjectRow) -> list[str]:
            line = lines.get(found.ref.uid)
            return [sweep_rows.said_before(line, now)] if line is not None else []

        changes: list[Change] = [("removing.delete", line.pod, _how(line)) for line in pods]
        outcomes = await self.house.home.changing.change(changes, look)
        self.table.unmark([each.mutation.target.uid for each in outcomes if each.done])

    # Order

    def _order(self) -> None:
        if self.view is None:
            return
        self.by_owner = not self.by_owner
        self.view.set_order(sweep_rows.by_owner if self.by_owner else sweep_rows.by_age)
        self.view.apply()
        self.table.sorted_by(sweep_rows.OWNER if self.by_owner else sweep_rows.AGE, not self.by_owner)
        self.paint()

    @on(LiveTable.Opened)
    def _opened(self) -> None:
        self._with("describe", self.table.cursor_row)


def _how(line: Leftover) -> dict[str, object]:
    """A debug pod ends at once; a copy that writes to claims as it says."""
    return {} if line.mode == COPY and not line.quick else {"grace": GRACE}
