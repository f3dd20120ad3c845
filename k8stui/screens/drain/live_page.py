"""A drain that runs, pod by pod, and its report when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.widget import Widget

from k8stui.actions import Action, Where, applicable, find
from k8stui.actions.drain import PLAN, RUNNING
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.rows import Phase
from k8stui.operations.jobs.jobs import JobState
from k8stui.screens.drain.keys import TRIED, shown
from k8stui.screens.drain.panel import Panel, Report
from k8stui.screens.drain.plan_page import NO_ARROW
from k8stui.screens.drain.rows import Listed, Live, live_columns
from k8stui.screens.drain.words import indented
from k8stui.screens.table_page import TablePage
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.status_line import Status
from k8stui.widgets.symbols import Symbols

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

_TONES: Final = MappingProxyType(
    {
        JobState.RUNNING: Tone.CHANGING,
        JobState.PAUSED: Tone.WARNING,
        JobState.DONE: Tone.OK,
        JobState.FAILED: Tone.BAD,
        JobState.CANCELLED: Tone.WARNING,
        JobState.CUT_OFF: Tone.BAD,
    }
)


class DrainJobScreen(TablePage[Live]):
    """Shows a drain; leaving it ends nothing.

    Args:
        session: the context that is open: objects are read there. The job has one of its own.
        job: the drain.
        symbols: of the terminal.
    """

    WHERE: ClassVar[Where] = Where.DRAIN

    def __init__(self, session: Session, job: Drain, symbols: Symbols) -> None:
        super().__init__(session, symbols, now=job.now)
        self.job = job
        self.head = Panel(symbols=symbols)
        self.asked = Panel(symbols=symbols)
        self.report = Report(symbols=symbols)
        self.lines: Listed[Live] = Listed()
        self._question = ""
        self._seen_at = float("inf")
        """When the question could be read: keys typed before are no answer. Monotonic seconds."""
        self._ends: list[Callable[[], None]] = []

    def body(self) -> Iterable[Widget]:
        """How far it is, what it asks, the pods, what went wrong or what came of it."""
        return self.head, self.asked, self.table, self.report

    def on_mount(self) -> None:
        """Follow the job."""
        self._ends.append(self.job.listeners.add(self.pacer.poke))
        columns = live_columns(nodes=len(self.job.plan.nodes) > 1)
        self.table.show(self.lines, columns, NO_ARROW, empty="No pods have to go")
        self.paint()

    def on_unmount(self) -> None:
        """The job goes on without us."""
        for end in self._ends:
            end()
        self.rest()

    def on_resize(self, event: events.Resize) -> None:
        """Other widths: texts break elsewhere."""
        self.call_after_refresh(self.paint)

    # Painting

    def fill(self) -> None:
        """The pods, what it asks, what went wrong or came of it, how far it is."""
        job = self.job
        known, held = {row.ref.uid: row for row in self.lines.window(0, len(self.lines))}, job.state is JobState.PAUSED
        self.lines.take([_same(known.get(row.plan.ref.uid), Live(row.plan.ref, row, held)) for row in job.ordered()])
        self.table.changed()
        if job.asking != self._question:
            self._question, self._seen_at = job.asking, float("inf")
        asked = f" {self.signs.join(Tone.WARNING, job.asking)}   [ y Yes ]  [ n No ]"
        self.asked.fit([Line(self.signs.text(asked), Tone.WARNING)] if job.asking else [], 3)
        self.report.fit(self._said(), max(2, self.size.height // 3))
        self.aged()

    def painted(self, at: float) -> None:
        """Answers count from the first frame on that holds the question."""
        if self._question and self.asked.region:
            self._seen_at = min(self._seen_at, at)

    def _said(self) -> list[Line]:
        """What went wrong so far; at the end what came of all of it."""
        job = self.job
        if job.state.over:
            return [indented(line) for line in job.report()]
        return [Line(f" {self.signs.join(Tone.BAD, error)}", Tone.BAD) for error in job.errors]

    def aged(self) -> None:
        """How long it has been at it."""
        job = self.job
        end = job.ended or job.now()
        passed = max(0, int(end - job.started))
        state = f"   {job.state.value}" if job.state.over else ""  # a pause is said with the progress
        text = f" {job.title}{state}   {job.progress}   {passed // 60}:{passed % 60:02}"
        self.head.fit(
            [Line(self.signs.text(text), Tone.PLAIN if job.state is JobState.RUNNING else _TONES[job.state])], 2
        )

    def due(self) -> float | None:
        """Every second until it has ended; then what the table counts."""
        ticks = None if self.job.state.over and self.job.ended else 1.0
        return min((each for each in (super().due(), ticks) if each is not None), default=None)

    # The fixed rows

    def heading(self) -> Status:
        """The job, and how it is."""
        job = self.job
        away = "" if job.context == self.session.context.name else f" in {job.context}"
        return self.status_of(f"{job.title.lower()}{away}", job.state.value, _TONES[job.state])

    def actions(self) -> tuple[Action, ...]:
        """The drain's own first; those of the plan mean nothing any more."""
        answers = ("drain-yes", "drain-no") if not self.job.asking else ()
        own = (*(action for action in RUNNING if action.id not in answers), find("drain-pod"))
        taken = {action.key for action in own}
        return (*own, *(each for each in applicable(Where.EVERYWHERE) if each.key not in taken))

    def shown(self) -> Sequence[Action]:
        """What means something now."""
        return shown(self.job, self.table.cursor_row)

    def remark(self) -> tuple[str, Tone]:
        """The whole sentence on the pod under the cursor; at the end where the rest of the report is."""
        if self.job.state.over and self.report.display and self.report.cut:
            return f"tab leads to the report: {len(self.report.lines)} lines", Tone.MUTED
        row = self.table.cursor_row
        return (
            ("", Tone.PLAIN)
            if row is None
            else (f"{row.ref}: {row.row.text(self.job.now(), held=row.held)}", Tone.PLAIN)
        )

    def retry(self) -> None:
        """Ask the server now."""
        self.job.look()

    # Keys

    def step(self, by: int) -> bool:
        """Back to the table; the drain goes on or waits, which is said."""
        if by < 0 and self.is_current and not self.job.state.over:
            waits = "waits for an answer" if self.job.asking else "stays paused"
            how = "goes on" if self.job.state is JobState.RUNNING else waits
            self.house.note(f"{self.job.title} {how}: J shows it")
        return super().step(by)

    def change(self, what: str) -> None:
        """Steer the drain."""
        if what in ("yes", "no"):
            self._answer(what == "yes")
        elif what == "pod":
            self._open_pod(self.table.cursor_ref)
        elif f"drain-{what}" in {action.id for action in PLAN}:
            self.house.note("The drain has begun: its options stand", Tone.WARNING)
        elif self.job.state.over:
            self.house.note(f"{self.job.title} is over ({self.job.state.value})")
        else:
            self._steer(what)
        self.pacer.poke()

    def _steer(self, what: str) -> None:
        job, row = self.job, self.table.cursor_row
        if what == "pause":
            if job.state is JobState.PAUSED:
                job.resume()
            else:
                job.pause()
        elif what == "cancel":
            job.cancel()
        elif what == "retry":
            if any(each.phase is Phase.FAILED for each in job.rows.values()):
                job.retry(None)
            else:
                self.house.note("Nothing has failed")
        elif job.state is JobState.PAUSED:
            self.house.note(f"{job.title} is paused and sends nothing: p goes on", Tone.WARNING)
        elif row is not None and row.row.phase in TRIED:
            job.evict_now(row.ref.uid)
        else:
            self.house.note("Only a pod that waits or was refused can be evicted now", Tone.WARNING)

    def _answer(self, yes: bool) -> None:
        """What was typed before the question was painted is no answer."""
        if self.job.asking == self._question and self.house.typed_at >= self._seen_at:
            self.job.answer(yes)

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        self._open_pod(event.ref)

    def _open_pod(self, ref: Ref | None) -> None:
        if ref is not None and self.job.context != self.session.context.name:
            self.house.note(f"That pod is in the context {self.job.context}: go there to look at it", Tone.WARNING)
        elif ref is not None:
            self.house.home.dialogs.inspect(ref, "describe")


def _same(known: Live | None, fresh: Live) -> Live:
    """The row as it is known, where nothing in it has changed."""
    return known if known is not None and known.row is fresh.row and known.held is fresh.held else fresh
