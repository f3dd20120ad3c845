"""The plan of a drain: what would happen to each pod, live, the options, and the way to begin it."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.widget import Widget

from k8stui.actions import Action, Rows, Where, applicable, find
from k8stui.actions.drain import PLAN
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.operations.building import UnableError
from k8stui.operations.drain.options import Options, typed
from k8stui.screens.drain import choices as drain_choices
from k8stui.screens.drain import words as drain_words
from k8stui.screens.drain.panel import Panel
from k8stui.screens.drain.planning import REST, Planning
from k8stui.screens.drain.rows import Listed, Planned, plan_columns, planned
from k8stui.screens.freshness import words
from k8stui.screens.pace import Looker
from k8stui.screens.page import PageScreen
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.status_line import Status
from k8stui.widgets.symbols import Symbols

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.operations.jobs.records import Record

_FOOTER: Final = ("drain-start", "leave", "drain-pod", "actions", "help")
LOW: Final = 18
"""In fewer lines the command is left out here; the question shows it."""
NO_ARROW: Final = (-1, False)
"""The rows are in an order that no column has."""


class DrainScreen(PageScreen):
    """Planned anew whenever something happens to its pods or budgets. Nothing is sent before it is begun."""

    AUTO_FOCUS = "LiveTable"
    WHERE: ClassVar[Where] = Where.DRAIN

    def __init__(
        self,
        session: Session,
        nodes: Sequence[Ref],
        options: Options,
        symbols: Symbols,
        *,
        earlier: Record | None = None,
    ) -> None:
        super().__init__(session, symbols)
        self.earlier = earlier
        """The drain that was cut off, where this is what it has left to do."""
        self.nodes = nodes
        self.table: LiveTable[Planned] = LiveTable(now=session.now, symbols=symbols)
        self.above = Panel(symbols=symbols)
        self.below = Panel(wrap=False, symbols=symbols)
        self.lines: Listed[Planned] = Listed()
        self.bars: Mapping[str, FilterBar] = MappingProxyType(
            {
                field: FilterBar(partial(self._judge, field), prompt=f" {each.label}: ")
                for field, each in drain_choices.FIELDS.items()
            }
        )
        self.planning: Planning | None = None
        self._options = options
        self._field = ""
        """The option that is being typed."""
        timing = session.settings.timing
        self._looker = Looker(
            self.flush, self._failed, quiet=timing.paint_quiet, every=timing.paint_every, pause=self._pause
        )
        self._starting = False
        self._awaited = False
        """It is to be begun as soon as there is the plan for these options."""

    def body(self) -> Iterable[Widget]:
        """What stands in the way, the pods, the options."""
        return self.above, self.table, self.below, *self.bars.values()

    def on_mount(self) -> None:
        """Begin to read."""
        self.planning = Planning(self.session, self.nodes, self._options, self._poke)
        self.table.show(self.lines, plan_columns(nodes=len(self.nodes) > 1), NO_ARROW, empty=self.planning.why)
        self._show()
        self._poke()

    def on_unmount(self) -> None:
        """Give the feeds back."""
        self._looker.close()
        if self.planning is not None:
            self.planning.close()
            self.planning = None

    def on_resize(self, event: events.Resize) -> None:
        """Other widths: the options flow anew."""
        self.call_after_refresh(self._show)

    def on_screen_resume(self) -> None:
        """Seen again: what counts seconds is behind."""
        self._poke()

    # Planning

    def _poke(self) -> None:
        if self.is_attached:
            self._looker.poke()

    def _pause(self) -> float:
        """Long plans are made more seldom."""
        return min(REST, REST * self.planning.took) if self.planning is not None else 0.0

    def _failed(self, error: Exception) -> None:
        self.house.fault(error, "planning a drain")

    async def flush(self) -> None:
        """Plan with everything that has arrived, and show it."""
        planning = self.planning
        if planning is None:
            return
        await planning.renew()
        if self.gone or planning is not self.planning:
            return
        self._show()
        self._looker.rest()
        if self._awaited and self._fits(planning):
            self._awaited = False
            if self.is_current:
                self._start(planning)
        if planning.timed and self.is_current:
            self._looker.later(max(1.0, REST * planning.took))

    def _show(self) -> None:
        """The table and what stands around it."""
        planning = self.planning
        if planning is None or not self.table.is_attached or not self.house.is_running:
            return  # a page that goes has lost its styles before it is told
        plan, height = planning.plan, self.size.height
        self.lines.take(planned(plan.rows) if plan is not None else [])
        self.table.empty = planning.why or "No pods run there"
        self.table.changed()
        above = drain_words.above(plan) if plan is not None else []
        if self.earlier is not None:
            above.insert(0, Line(drain_words.left_over(self.earlier), Tone.CHANGING))
        if plan is not None and planning.why:
            above.append(Line(f" ✖ {planning.why}", Tone.BAD))
        self.above.fit([Line(self.signs.text(each.text), each.tone) for each in above], max(2, height // 4))
        below = drain_choices.lines(planning.options, self.size.width, several=len(self.nodes) > 1)
        if height >= LOW:
            command = planning.options.command([node.name for node in self.nodes])
            below.append(Line(f" {command}", Tone.MUTED))
        self.below.fit(below, max(2, height // 3))
        self.refresh_lines()

    # The fixed rows

    def heading(self) -> Status:
        """Which nodes, and how fresh the plan is."""
        title = f"drain {drain_words.title([node.name for node in self.nodes])}"
        if self.planning is None:
            return self.status_of(title, "", Tone.MUTED)
        return self.status_of(title, *words(self.planning.state, self.session.now()))

    def actions(self) -> tuple[Action, ...]:
        """The plan's own first."""
        own = (*(each for each in PLAN if each.id != "drain-at_once" or len(self.nodes) > 1), find("drain-pod"))
        taken = {action.key for action in own}
        return (*own, *(each for each in applicable(Where.EVERYWHERE) if each.key not in taken))

    def shown(self) -> Sequence[Action]:
        """What the footer shows; the options stand with their keys above it."""
        return [find(identity) for identity in _FOOTER]

    def remark(self) -> tuple[str, Tone]:
        """How an option is typed; else the whole sentence on the pod under the cursor."""
        if self._field and self.bars[self._field].is_open:
            wrong = self.bars[self._field].error  # at the field there may not be room for all of it
            return (wrong, Tone.BAD) if wrong else (drain_choices.FIELDS[self._field].hint, Tone.MUTED)
        row = self.table.cursor_row
        return ("", Tone.PLAIN) if row is None else (f"{row.ref}: {row.plan.text}", Tone.PLAIN)

    @on(LiveTable.Moved)
    def _moved(self) -> None:
        self._note = None
        self._show_line()

    def rows(self) -> Rows:
        """What an action acts on: the pod under the cursor."""
        row = self.table.cursor_row
        return [row] if row is not None else []

    def retry(self) -> None:
        """Ask the server now."""
        if self.planning is not None:
            self.planning.retry()

    # Keys

    def change(self, what: str) -> None:
        """Begin, look at a pod, or change an option."""
        planning = self.planning
        if planning is None:
            return
        self._awaited = False
        if what in drain_choices.TOGGLES:
            self._choose(drain_choices.toggled(planning.options, what))
        elif what in self.bars:
            self._field = what
            self.bars[what].open(drain_choices.text_of(planning.options, what))
            self._show_line()
        elif what == "pod":
            self._open_pod(self.table.cursor_ref)
        elif what == "start":
            self._start(planning)

    def _judge(self, field: str, text: str) -> str:
        """What is wrong with what is typed into a field; empty: nothing."""
        if self.planning is None:
            return ""
        try:
            typed(self.planning.options, {field: text})
        except UnableError as error:
            return str(error).removeprefix(f"{field}: ")
        return ""

    @on(FilterBar.Changed)
    def _typing(self) -> None:
        self._note = None
        self._show_line()

    @on(FilterBar.Submitted)
    def _typed(self, event: FilterBar.Submitted) -> None:
        if self.planning is not None:
            self._choose(typed(self.planning.options, {self._field: event.text}))

    def _choose(self, options: Options) -> None:
        if self.planning is not None:
            self.planning.options = options
            self._show()
            self._poke()

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        self._open_pod(event.ref)

    def _open_pod(self, ref: Ref | None) -> None:
        if ref is not None:
            self.house.home.dialogs.inspect(ref, "describe")

    def _start(self, planning: Planning) -> None:
        """Ask, and begin what was asked about."""
        plan = planning.plan
        if not self._fits(planning):
            self._awaited = True
            self.house.note("The plan is being made anew for these options: it is asked about as soon as it is there")
            return
        why = planning.why or ("" if plan is None else drain_words.startable(plan))
        if plan is None or why:
            self.house.note(why, Tone.WARNING)
            return
        if not self._starting:
            from k8stui.screens.drain.starting import start

            self._starting = True
            self.house.spawn(self._ask(start(self, plan)), "beginning a drain")

    @staticmethod
    def _fits(planning: Planning) -> bool:
        """Whether the plan, where there is one, is for the options that are chosen."""
        return planning.plan is None or planning.plan.options == planning.options

    async def _ask(self, work: Awaitable[None]) -> None:
        try:
            await work
        finally:
            self._starting = False
