"""Workloads as lines of tables: how they are in one cell, joined with their pods, autoscalers and last runs."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from k8stui.model.columns import RANK, Comparable, Tone
from k8stui.model.cron import ScheduleError, assumed, following
from k8stui.model.duration import human
from k8stui.model.kinds import Ref
from k8stui.model.managers import Manager, written
from k8stui.model.pods import Pod, PodLine
from k8stui.model.pods import tone as pod_tone
from k8stui.model.shared import Labels
from k8stui.model.workload_health import Health, health
from k8stui.model.workload_row import Workload

LATE = 120.0
"""Seconds after its time from which a run that did not start is called overdue."""


LATELY = 600.0
"""Seconds for which a pod that failed and runs again is worth a word: a kubelet forgets its back-off after so long."""
OFTEN = 2
"""Restarts from which a failure is no single accident."""


class WorkloadLine(Struct, frozen=True, gc=False):
    """A workload and what is known beside it."""

    workload: Workload
    restarts: int = 0
    """Of the containers of its pods, all together."""
    scalers: tuple[Manager, ...] = ()
    """The autoscalers that set its replicas."""
    last_run: str = ""
    """How the newest Job of a CronJob failed (`BackoffLimitExceeded`); empty where it did not."""
    failing: str = ""
    """How a pod of it that runs again ended last, not long ago (`OOMKilled 137`)."""

    @property
    def ref(self) -> Ref:
        """The workload."""
        return self.workload.ref

    @property
    def version(self) -> str:
        """The workload's resourceVersion."""
        return self.workload.version

    @property
    def labels(self) -> Labels:
        """The workload's labels."""
        return self.workload.labels

    @property
    def managers(self) -> tuple[Manager, ...]:
        """Who keeps it as it is, autoscalers included."""
        return (*self.workload.managers, *self.scalers)


def state(line: WorkloadLine, now: float) -> Health:
    """How it is, now (seconds since the epoch)."""
    own = health(line.workload)
    if line.failing and own.tone is Tone.OK:
        why = f"Its pods run, but fail again and again: the last that did ended with {line.failing}."
        return Health(f"Restarting · {line.failing}", Tone.WARNING, why)
    if line.workload.kind != "CronJob" or own.tone is Tone.WARNING or line.workload.deleted is not None:
        return own
    return _scheduled(line, own, now)


def health_text(line: WorkloadLine, now: float) -> str:
    """The HEALTH cell."""
    return state(line, now).words


def health_tone(line: WorkloadLine, now: float) -> Tone:
    """Its tone."""
    return state(line, now).tone


def health_order(line: WorkloadLine) -> Comparable:
    """The worst first; what only the hour tells (overdue runs) does not move lines."""
    found = state(line, line.workload.scheduled or line.workload.created or 0.0)
    words = "" if line.workload.kind == "CronJob" and found.tone is Tone.OK else found.words
    return RANK[found.tone], words


def explain(line: WorkloadLine, now: float, pods: Iterable[Pod] = ()) -> str:
    """Why it is not well, in one sentence and in that of its worst pod; or when it runs next; empty where all is well.

    Args:
        line: the workload.
        now: seconds since the epoch.
        pods: its pods.
    """
    found = state(line, now)
    if RANK[found.tone] > RANK[Tone.CHANGING]:
        return found.why
    ill = [pod for pod in pods if pod.why and pod.deleted is None]
    if not ill:
        return found.why
    worst = min(ill, key=lambda pod: (RANK[pod_tone(PodLine(pod), now)], -pod.restarts, pod.ref.name))
    return f"{found.why} {worst.ref.name}: {worst.why}".lstrip()


def managed_by(line: WorkloadLine) -> str:
    """The MANAGED BY cell: `Argo CD shop, HPA cart`, empty for nobody."""
    return written(line.managers)


def search_text(line: WorkloadLine) -> str:
    """What a filter looks at."""
    found = line.workload
    said = (health(found).words, line.last_run, line.failing)
    return " ".join((found.ref.namespace, found.kind, found.ref.name, *said, *found.images, managed_by(line)))


def _scheduled(line: WorkloadLine, own: Health, now: float) -> Health:
    """A CronJob that is not suspended: when it runs next, and what became of its last run."""
    found = line.workload
    try:
        at = following(found.schedule, found.zone, now, found.scheduled or found.created)
        due = _overdue(found, now)
    except ScheduleError as error:
        return Health("Unreadable schedule", Tone.BAD, str(error))
    except (OverflowError, ValueError, OSError):
        return Health("Unreadable schedule", Tone.BAD, "When it runs next cannot be told.")
    if at is None:
        return Health("Never runs", Tone.WARNING, f"The schedule {found.schedule} names a day that never comes.")
    coming = f"next run in {human(at - now)}"
    why = f"It runs next at {_clock(at, found)}."
    if line.last_run:
        words = f"Last run failed · {coming}"
        return Health(words, Tone.BAD, f"Its last run failed: {line.last_run}. {why}")
    if due is not None:
        late = human(now - due)
        said = f"A run was due {late} ago and has not started: its controller does not act, or was refused."
        return Health(f"Overdue {late} · {coming}", Tone.WARNING, f"{said} {why}")
    if found.active:
        return Health(f"{own.words} · {coming}", own.tone, why)
    return Health(coming, Tone.OK, why)


def _overdue(found: Workload, now: float) -> float | None:
    """When the run was due that did not start; None where none is, or where the time zone is a guess."""
    begin = found.scheduled or found.created
    waits = found.active and found.forbids
    if begin is None or waits or found.deadline is not None or assumed(found.schedule, found.zone):
        return None
    due = following(found.schedule, found.zone, begin, begin)
    return due if due is not None and due < now - LATE else None


def _clock(at: float, found: Workload) -> str:
    """A moment in the schedule's own time zone."""
    zone = UTC if not found.zone or found.zone == "UTC" else ZoneInfo(found.zone)
    moment = datetime.fromtimestamp(at, zone)
    name = found.zone or "UTC"
    doubt = ", if its controller's time zone is UTC" if assumed(found.schedule, found.zone) else ""
    return f"{moment:%Y-%m-%d %H:%M} {name}{doubt}"
