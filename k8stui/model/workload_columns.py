"""The columns of workloads: kubectl's for each kind (pkg/printers) with ours among them, and those of all."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from k8stui.model.columns import Column, Comparable
from k8stui.model.duration import human
from k8stui.model.object_columns import NAME, NAMESPACE, NONE, age_of
from k8stui.model.order import by_age, by_text
from k8stui.model.workload_row import Workload
from k8stui.model.workloads import WorkloadLine, health_order, health_text, health_tone, managed_by

Columns = tuple[Column[WorkloadLine], ...]


def images_short(images: Iterable[str]) -> str:
    """Images without registry and path: `web:1.9, proxy@sha256:0a1b2c3`."""
    return ", ".join(_short(each) for each in images)


def ready(found: Workload) -> str:
    """How far it is: pods that are ready of those wanted, a Job's completions, a CronJob's running Jobs."""
    if found.kind == "Job":
        return completions(found)
    if found.kind == "CronJob":
        return f"{found.active} active" if found.active else ""
    return f"{found.ready}/{found.wanted}"


def completions(found: Workload) -> str:
    """kubectl's COMPLETIONS of a Job."""
    if found.completions is not None:
        return f"{found.succeeded}/{found.completions}"
    several = found.parallelism is not None and found.parallelism > 1
    return f"{found.succeeded}/1 of {found.parallelism}" if several else f"{found.succeeded}/1"


def job_status(found: Workload) -> str:
    """kubectl's STATUS of a Job."""
    for condition in ("Complete", "Failed"):
        if found.holds(condition):
            return condition
    if found.deleted is not None:
        return "Terminating"
    return next((each for each in ("Suspended", "FailureTarget", "SuccessCriteriaMet") if found.holds(each)), "Running")


def duration(found: Workload, now: float) -> str:
    """kubectl's DURATION of a Job: from its start to its completion, or until now."""
    if found.started is None:
        return ""
    return human((now if found.finished is None else found.finished) - found.started)


def _short(image: str) -> str:
    name, at, digest = image.partition("@")
    algorithm, _, value = digest.partition(":")
    last = name.rpartition("/")[2]
    return f"{last}@{algorithm}:{value[:7]}" if at else last


def _ready_order(found: Workload) -> Comparable:
    """The most that is missing first."""
    return found.ready - found.wanted, found.wanted


def _count(title: str, get: Callable[[Workload], int], keep: int = 6) -> Column[WorkloadLine]:
    """A number of pods."""
    return Column(
        title=title,
        text=lambda line, now: str(get(line.workload)),
        order=lambda line: get(line.workload),
        right=True,
        width=len(title),
        most=max(len(title), 10),
        keep=keep,
    )


def _words(
    title: str, get: Callable[[Workload], str], *, width: int = 8, most: int = 40, keep: int = 5, wide: bool = False
) -> Column[WorkloadLine]:
    """A text."""
    return Column(
        title=title,
        text=lambda line, now: get(line.workload),
        order=lambda line: by_text(get(line.workload)),
        width=max(width, len(title)),
        most=most,
        keep=keep,
        wide=wide,
    )


def _suspended(found: Workload) -> str:
    return "<unset>" if found.suspend is None else str(found.suspend)


def _last_schedule(line: WorkloadLine, now: float) -> str:
    at = line.workload.scheduled
    return NONE if at is None else human(now - at)


_HEALTH: Column[WorkloadLine] = Column(
    title="HEALTH", text=health_text, order=health_order, tone=health_tone, width=24, most=48, keep=9
)
_RESTARTS: Column[WorkloadLine] = Column(
    title="RESTARTS",
    text=lambda line, now: str(line.restarts),
    order=lambda line: line.restarts,
    right=True,
    width=8,
    most=9,
    keep=6,
)
_MANAGED: Column[WorkloadLine] = Column(
    title="MANAGED BY",
    text=lambda line, now: managed_by(line),
    order=lambda line: by_text(managed_by(line)),
    width=10,
    most=36,
    keep=5,
)
_AGE = age_of(lambda line: line.workload.created)
_READY: Column[WorkloadLine] = Column(
    title="READY",
    text=lambda line, now: ready(line.workload),
    order=lambda line: _ready_order(line.workload),
    right=True,
    width=5,
    most=11,
    keep=8,
)
_TEMPLATE: Columns = (
    _words("CONTAINERS", lambda found: ",".join(found.containers), most=48, keep=2, wide=True),
    _words("IMAGES", lambda found: ",".join(found.images), most=96, keep=2, wide=True),
)
_SELECTOR = _words("SELECTOR", lambda found: found.selector, most=64, keep=1, wide=True)
_UPDATED = _count("UP-TO-DATE", lambda found: found.updated)
_AVAILABLE = _count("AVAILABLE", lambda found: found.available or 0)
_OURS: Columns = (_RESTARTS, _MANAGED, _AGE)
_HEAD: Columns = (NAMESPACE, NAME, _HEALTH)

ALL: Columns = (
    NAMESPACE,
    _words("KIND", lambda found: found.kind, width=5, most=24, keep=7),
    NAME,
    _HEALTH,
    _READY,
    _RESTARTS,
    _words("IMAGES", lambda found: images_short(found.images), width=12, most=44, keep=4),
    _MANAGED,
    _AGE,
)
"""Of the table of all kinds."""

BY_KIND: Mapping[str, Columns] = MappingProxyType(
    {
        "deployments.apps": (*_HEAD, _READY, _UPDATED, _AVAILABLE, *_OURS, *_TEMPLATE, _SELECTOR),
        "statefulsets.apps": (*_HEAD, _READY, *_OURS, *_TEMPLATE),
        "daemonsets.apps": (
            *_HEAD,
            _count("DESIRED", lambda found: found.wanted),
            _count("CURRENT", lambda found: found.replicas),
            _count("READY", lambda found: found.ready, keep=8),
            _UPDATED,
            _AVAILABLE,
            _words("NODE SELECTOR", lambda found: found.node_selector, keep=3),
            *_OURS,
            *_TEMPLATE,
            _SELECTOR,
        ),
        "replicasets.apps": (
            *_HEAD,
            _count("DESIRED", lambda found: found.wanted),
            _count("CURRENT", lambda found: found.replicas),
            _count("READY", lambda found: found.ready, keep=8),
            _count("REVISION", lambda found: found.revision),
            *_OURS,
            *_TEMPLATE,
            _SELECTOR,
        ),
        "jobs.batch": (
            *_HEAD,
            _words("STATUS", job_status, keep=6),
            _words("COMPLETIONS", completions, most=16, keep=7),
            Column(
                title="DURATION",
                text=lambda line, now: duration(line.workload, now),
                order=lambda line: by_age(line.workload.started),
                right=True,
                width=8,
                most=9,
                keep=6,
            ),
            *_OURS,
            *_TEMPLATE,
            _SELECTOR,
        ),
        "cronjobs.batch": (
            *_HEAD,
            _words("SCHEDULE", lambda found: found.schedule, most=32, keep=7),
            _words("TIMEZONE", lambda found: NONE if found.zone is None else found.zone, most=32, keep=4),
            _words("SUSPEND", _suspended, most=8, keep=5),
            _count("ACTIVE", lambda found: found.active),
            Column(
                title="LAST SCHEDULE",
                text=_last_schedule,
                order=lambda line: by_age(line.workload.scheduled),
                right=True,
                width=13,
                most=13,
                keep=6,
            ),
            *_OURS,
            *_TEMPLATE,
            _SELECTOR,
        ),
    }
)
"""Of the table of one kind: every column of `kubectl get -o wide` by its title."""
