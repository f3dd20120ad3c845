"""Rows and columns of the journal and of the jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from k8stui.cluster.store import Store
from k8stui.cluster.view import View
from k8stui.model.columns import Column, Comparable, Tone
from k8stui.model.duration import human
from k8stui.model.kinds import Kind, Ref, Row
from k8stui.model.text import clean
from k8stui.model.times import moment
from k8stui.operations.jobs import texts as job_texts
from k8stui.operations.jobs.jobs import Job, JobState
from k8stui.operations.jobs.records import Record, unfinished
from k8stui.operations.journal.journal import Entry, earlier
from k8stui.operations.journal.texts import ending, told

MOST = 5_000
"""Entries of earlier runs that are shown; the file holds more."""
WORK = Kind("", "", "jobs", "Job", "job", namespaced=False)
"""What a job's row says that it is: nothing of the cluster."""

TONES = {
    JobState.RUNNING: Tone.CHANGING,
    JobState.PAUSED: Tone.WARNING,
    JobState.DONE: Tone.OK,
    JobState.FAILED: Tone.BAD,
    JobState.CANCELLED: Tone.MUTED,
    JobState.CUT_OFF: Tone.BAD,
}


class Found(Row, Protocol):
    """A row that a filter looks at."""

    @property
    def search(self) -> str:
        """What it looks in, in small letters."""
        ...


R = TypeVar("R", bound=Found)


class EntryLine(Struct, frozen=True):
    """An entry of the journal. Its ref names the object, under the entry's own uid: an object may have many entries."""

    ref: Ref
    version: str
    labels: tuple[tuple[str, str], ...]
    entry: Entry
    ours: bool
    """It is of this run."""

    @property
    def search(self) -> str:
        """What a filter looks in."""
        entry = self.entry
        return clean(f"{entry.context} {entry.user} {entry.says} {entry.kind} {entry.kubectl} {entry.outcome}").lower()


def entry_line(entry: Entry, *, ours: bool) -> EntryLine:
    """The row of an entry."""
    group, _, version = entry.api_version.rpartition("/")
    kind = Kind(group, version, entry.resource.partition(".")[0], clean(entry.kind, 80))
    labels = {
        "context": entry.context,
        "kind": entry.kind,
        "name": entry.name,
        "namespace": entry.namespace,
        "result": entry.result or "none",
        "user": entry.user,
    }
    return EntryLine(
        Ref(kind, clean(entry.namespace, 260), clean(entry.name, 260), entry.key),
        f"{entry.result} {entry.undone} {entry.uid} {ours}",
        tuple((name, clean(text, 260)) for name, text in labels.items() if text),
        entry,
        ours,
    )


class JobLine(Struct, frozen=True):
    """A job of this run, or one that was cut off in an earlier one."""

    ref: Ref
    version: str
    labels: tuple[tuple[str, str], ...]
    title: str
    context: str
    state: JobState
    progress: str
    started: float
    ended: float
    says: str
    """What it asks, or what went wrong last."""
    job: Job | None = None
    record: Record | None = None

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer."""
        return self.job is not None and bool(self.job.asking)

    @property
    def search(self) -> str:
        """What a filter looks in."""
        return f"{self.title} {self.context} {self.state.value} {self.progress} {self.says}".lower()


def job_line(job: Job) -> JobLine:
    """The row of a job of this run, as it is now."""
    says = job.asking or (job.errors[-1] if job.errors else "")
    version = f"{job.state} {job.progress} {says} {job.ended}"
    labels = (("context", job.context), ("state", job.state.value))
    ref = Ref(WORK, "", job.title, f"job-{id(job)}")
    return JobLine(
        ref, version, labels, job.title, job.context, job.state, job.progress, job.started, job.ended, says, job
    )


def record_line(record: Record) -> JobLine:
    """The row of a job that was cut off."""
    state = JobState.CUT_OFF
    labels = (("context", record.context), ("state", state.value))
    says = "R goes on with it, u takes it back, x forgets it"
    ref = Ref(WORK, "", record.title, f"record-{record.id}")
    progress = job_texts.progress(record)
    return JobLine(
        *(ref, progress, labels, record.title, record.context, state, progress, record.started, 0.0, says),
        record=record,
    )


def read(directory: Path, sessions: frozenset[str]) -> tuple[list[EntryLine], list[JobLine]]:
    """What earlier runs have done (not those of these sessions), and what they left half done. Blocks."""
    lines = [entry_line(each, ours=False) for each in earlier(directory, most=MOST) if each.session not in sessions]
    return lines, [record_line(each) for each in unfinished(directory)]


class Tab(Generic[R]):
    """One of the two lists: its rows, the order and the filter of them, and where its cursor was.

    Args:
        name: as the title says it.
        columns: of the table.
        order: what is sorted.
        arrow: the column that shows it, and whether downwards.
        empty: what is said where there is nothing.
    """

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[R]],
        order: Callable[[R], Comparable],
        *,
        arrow: tuple[int, bool],
        empty: str,
    ) -> None:
        self.name = name
        self.columns = columns
        self.arrow = arrow
        self.empty = empty
        self.store: Store[R] = Store()
        self.view: View[R] = View(self.store, order=order, search=lambda line: line.search)
        self.cursor = ""
        """The uid of the row that the cursor was on."""

    def close(self) -> None:
        """It is not shown any more."""
        self.view.close()
        self.store.close()


def when(at: float, now: float, zone: tzinfo) -> str:
    """The time of day, with the date where that is another day's."""
    found, today = moment(at, zone), moment(now, zone)
    if found is None or today is None:
        return ""
    if found.date() == today.date():
        return f"{found:%H:%M:%S}"
    return f"{found:%b %d %H:%M}" if found.year == today.year else f"{found:%Y-%m-%d %H:%M}"


def entries(zone: tzinfo) -> Tab[EntryLine]:
    """What was done, the newest first."""
    columns: list[Column[EntryLine]] = [
        Column(
            title="WHEN",
            text=lambda line, now: when(line.entry.at, now, zone),
            order=newest,
            width=8,
            keep=9,
        ),
        _entry("CONTEXT", lambda line: line.entry.context, middle=True, most=24, keep=7),
        _entry("USER", lambda line: line.entry.user, middle=True, most=20, keep=2, wide=True),
        _entry("WHAT", lambda line: line.entry.says, width=20, most=60, keep=9),
        Column(
            title="RESULT",
            text=lambda line, now: ending(line.entry, now, ours=line.ours)[0],
            order=lambda line: line.entry.result,
            tone=lambda line, now: ending(line.entry, now, ours=line.ours)[1],
            keep=9,
        ),
        Column(
            title="OUTCOME",
            text=lambda line, now: told(line.entry, now, ours=line.ours),
            order=lambda line: line.entry.outcome,
            most=120,
            keep=1,
            wide=True,
        ),
    ]
    return Tab("journal", columns, newest, arrow=(0, True), empty="Nothing has been changed with k8stui yet")


def _entry(title: str, text: Callable[[EntryLine], str], **more: Any) -> Column[EntryLine]:
    return Column(title=title, text=lambda line, _now: clean(text(line), 240), order=text, **more)


def newest(line: EntryLine) -> tuple[float, str, int]:
    """The newest first."""
    entry = line.entry
    return -entry.at, entry.session, -entry.number


def jobs(zone: tzinfo) -> Tab[JobLine]:
    """Long work: what waits for an answer first, then what was cut off and what runs, then what is over."""
    columns: list[Column[JobLine]] = [
        Column(
            title="STATE",
            text=lambda line, _now: "asks" if line.asks else line.state.value,
            order=lambda line: line.state.value,
            tone=lambda line, _now: Tone.WARNING if line.asks else TONES[line.state],
            keep=9,
        ),
        _job("JOB", lambda line: line.title, middle=True, width=16, most=48, keep=9),
        _job("CONTEXT", lambda line: line.context, middle=True, most=24, keep=4),
        _job("PROGRESS", lambda line: line.progress, width=12, most=60, keep=8),
        Column(
            title="STARTED",
            text=lambda line, now: when(line.started, now, zone),
            order=lambda line: line.started,
            width=8,
            keep=5,
        ),
        Column(
            title="TOOK",
            text=lambda line, now: human((line.ended or now) - line.started) if line.record is None else "",
            order=lambda line: line.started,
            keep=2,
        ),
    ]
    return Tab(
        "jobs", columns, _pressing, arrow=(0, False), empty="No long work in this run, and none that was cut off before"
    )


def _job(title: str, text: Callable[[JobLine], str], **more: Any) -> Column[JobLine]:
    return Column(title=title, text=lambda line, _now: text(line), order=text, **more)


def _pressing(line: JobLine) -> tuple[int, float]:
    order = (JobState.CUT_OFF, JobState.RUNNING, JobState.PAUSED, JobState.FAILED)
    rank = order.index(line.state) if line.state in order else len(order)
    return (-1 if line.asks else rank), -line.started
