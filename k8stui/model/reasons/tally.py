"""How many pods a workload wants and has, and which of its pods are not well."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from k8stui.model import tree
from k8stui.model.kinds import CRON_JOBS, DAEMON_SETS, JOBS, Kind
from k8stui.model.objects import Object
from k8stui.model.pod_raw import RawPod
from k8stui.model.pod_status import read
from k8stui.model.pod_why import sentence
from k8stui.model.refs import controlled
from k8stui.model.workloads import OFTEN


class Count(Struct, frozen=True):
    """Pods of a workload."""

    wanted: int
    made: int
    """That there are, whatever their state."""
    serving: int
    """That are available (of a Job: active or done)."""

    @property
    def short(self) -> bool:
        """Some are missing."""
        return self.serving < self.wanted


def count(kind: Kind, obj: Object) -> Count:
    """By what its status says."""
    if kind == CRON_JOBS:
        return Count(0, 0, 0)
    if kind == DAEMON_SETS:
        wanted = tree.number(obj, "status", "desiredNumberScheduled")
        made = tree.number(obj, "status", "currentNumberScheduled")
        return Count(wanted, made, tree.number(obj, "status", "numberAvailable"))
    if kind == JOBS:
        return _job(obj)
    wanted = tree.number(obj, "spec", "replicas", default=1)
    serving = tree.number(obj, "status", "availableReplicas")
    return Count(wanted, tree.number(obj, "status", "replicas"), serving)


def _job(obj: Object) -> Count:
    parallel = tree.number(obj, "spec", "parallelism", default=1)
    done = tree.number(obj, "status", "succeeded")
    left = tree.number(obj, "spec", "completions", default=done + parallel) - done
    wanted = 0 if finished(obj) or tree.value(obj, "spec", "suspend") is True else max(0, min(parallel, left))
    active = tree.number(obj, "status", "active")
    return Count(wanted, active, tree.number(obj, "status", "ready", default=active))


def last_job(cron_job: Object, jobs: Iterable[Object]) -> Object | None:
    """The Job of a CronJob that says how it fares: the youngest, or while that runs well the one that ended before."""
    mine = sorted(controlled([cron_job], jobs), key=lambda job: tree.text(job, "metadata", "creationTimestamp"))
    if not mine:
        return None
    youngest = mine[-1]
    amount = count(JOBS, youngest)
    if finished(youngest) or (tree.text(youngest, "status", "startTime") and amount.made < amount.wanted):
        return youngest
    return next((job for job in reversed(mine) if finished(job)), youngest)


def finished(job: Object) -> bool:
    """Whether a Job is over."""
    return any(tree.condition(job, name).get("status") == "True" for name in ("Complete", "Failed"))


def unwell(pods: Iterable[Object], *, failed: bool = False) -> list[Object]:
    """Those that are not ready and should be: the youngest first, those being deleted last.

    `failed`: pods that ended badly count like the others (a Job's); else they come last, something replaced them.
    """
    found = [
        pod
        for pod in pods
        if tree.text(pod, "status", "phase") != "Succeeded" and tree.condition(pod, "Ready").get("status") != "True"
    ]
    found.sort(key=lambda pod: tree.text(pod, "metadata", "creationTimestamp"), reverse=True)
    return sorted(found, key=lambda pod: (_deleted(pod), not failed and tree.text(pod, "status", "phase") == "Failed"))


def relapsed(pods: Iterable[Object]) -> list[Object]:
    """Those that are ready, but have failed more than once: what failed last comes first."""
    found = [(at, pod) for pod in pods if tree.condition(pod, "Ready").get("status") == "True" and (at := _failed(pod))]
    return [pod for _, pod in sorted(found, key=lambda each: each[0], reverse=True)]


def _failed(pod: Object) -> str:
    """When a container of it ended badly that did so before; "" where none did."""
    rows = tree.rows(pod, "status", "containerStatuses")
    ends = [
        tree.part(row, "lastState", "terminated")
        for row in rows
        if tree.number(row, "restartCount") >= OFTEN and tree.number(row, "lastState", "terminated", "exitCode")
    ]
    return max((tree.text(end, "finishedAt") for end in ends), default="")


def _deleted(pod: Object) -> bool:
    return bool(tree.text(pod, "metadata", "deletionTimestamp"))


def why(pod: Object) -> str:
    """The short sentence of the tables about a pod (`model.pod_why`); empty where it is well or cannot be read."""
    try:
        raw = msgspec.convert(pod, RawPod)
    except msgspec.ValidationError:
        return ""
    return sentence(raw, read(raw), "")
