"""Workloads that stand still by themselves: paused, suspended, over a deadline, waiting for their own order."""

from collections.abc import Iterator

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.duration import human, stamp
from k8stui.model.kinds import CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, STATEFUL_SETS
from k8stui.model.objects import Object
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.reasons.tally import count, last_job
from k8stui.model.refs import ref
from k8stui.model.sentences import counted, ended

_FAILURES = {
    "BackoffLimitExceeded": "its pods failed more often than its backoffLimit allows",
    "DeadlineExceeded": "it ran longer than its activeDeadlineSeconds allow",
    "PodFailurePolicy": "its podFailurePolicy ends it for that failure",
    "FailedIndexes": "some of its indexes failed",
    "MaxFailedIndexesExceeded": "more of its indexes failed than maxFailedIndexes allows",
}
"""Reasons of a Job's condition Failed (batch/v1)."""


def explain(subject: Subject, now: float) -> Iterator[Line]:
    """What the workload's own spec and conditions say; nothing where they say nothing of the kind."""
    match subject.kind:
        case kind if kind == DEPLOYMENTS:
            yield from _deployment(subject, now)
        case kind if kind == STATEFUL_SETS:
            yield from _stateful_set(subject)
        case kind if kind == DAEMON_SETS:
            yield from _daemon_set(subject)
        case kind if kind == JOBS:
            yield from _job(subject, now)
        case kind if kind == CRON_JOBS:
            yield from _cron_job(subject, now)


def _since(row: Object, now: float) -> str:
    at = stamp(tree.text(row, "lastTransitionTime")) or stamp(tree.text(row, "lastUpdateTime"))
    return f" for {human(now - at)}" if at is not None else ""


def _deployment(subject: Subject, now: float) -> Iterator[Line]:
    obj, target = subject.object, ref(DEPLOYMENTS, subject.object)
    updated, amount = tree.number(obj, "status", "updatedReplicas"), count(DEPLOYMENTS, obj)
    progress = tree.condition(obj, "Progressing")
    if progress.get("reason") == "ProgressDeadlineExceeded":
        deadline = tree.number(obj, "spec", "progressDeadlineSeconds", default=600)
        at = stamp(tree.text(progress, "lastUpdateTime")) or stamp(tree.text(progress, "lastTransitionTime"))
        ago = f", {human(now - at)} ago" if at is not None else ""
        yield head(f"Its rollout has made no progress within its deadline of {deadline} s{ago}.", target)
        old = "; the old ones go on serving" if amount.serving and amount.made > updated else ""
        yield more(f"{updated} of {counted(amount.wanted, 'pod')} updated{old}.", target)
        if deadline:
            yield more("Undo the rollout, or mend what keeps the new pods from being ready.", target)
    elif progress.get("reason") == "ReplicaSetCreateError":
        yield head(ended(f"Its ReplicaSet cannot be made: {brief(tree.text(progress, 'message'))}"), target)
    if tree.value(obj, "spec", "paused") is True and (updated < amount.wanted or amount.short):
        yield head(f"Its rollout is paused at {updated} of {counted(amount.wanted, 'pod')}.", target, Tone.WARNING)
        yield more("Changes of its template wait until it is resumed; its number of pods does not.", target)


def _stateful_set(subject: Subject) -> Iterator[Line]:
    obj = subject.object
    amount = count(STATEFUL_SETS, obj)
    policy = tree.text(obj, "spec", "podManagementPolicy") or "OrderedReady"
    if policy == "OrderedReady" and amount.made < amount.wanted and amount.serving < amount.made:
        words = "It makes its pods one by one (OrderedReady): the next comes when the one before is ready."
        yield more(words, ref(STATEFUL_SETS, obj))


def _daemon_set(subject: Subject) -> Iterator[Line]:
    obj = subject.object
    astray = tree.number(obj, "status", "numberMisscheduled")
    if astray:
        words = f"{counted(astray, 'pod')} of it run on nodes that it does not (any longer) choose."
        yield head(words, ref(DAEMON_SETS, obj), Tone.WARNING)


def _job(subject: Subject, now: float) -> Iterator[Line]:
    obj, target = subject.object, ref(JOBS, subject.object)
    failed = tree.number(obj, "status", "failed")
    over = tree.condition(obj, "Failed")
    limit = tree.number(obj, "spec", "backoffLimit", default=6)
    if over.get("status") == "True":
        reason = tree.text(over, "reason")
        why = _FAILURES.get(reason) or brief(tree.text(over, "message")) or reason
        yield head(f"It has failed{_since(over, now)}: {ended(why)}", target)
        if reason == "BackoffLimitExceeded":
            yield more(f"{counted(failed, 'pod')} failed, {limit} may be tried again.", target)
    elif tree.value(obj, "spec", "suspend") is True:
        yield head(f"It is suspended{_since(tree.condition(obj, 'Suspended'), now)}: it makes no pods.", target)
    elif failed and tree.condition(obj, "Complete").get("status") != "True":
        words = f"{counted(failed, 'pod')} of it failed; after {counted(limit, 'retry', 'retries')} it gives up."
        yield head(words, target, Tone.WARNING)


def _cron_job(subject: Subject, now: float) -> Iterator[Line]:
    obj, target = subject.object, ref(CRON_JOBS, subject.object)
    if tree.value(obj, "spec", "suspend") is True:
        at = stamp(tree.text(obj, "status", "lastScheduleTime"))
        last = f" Its last run was {human(now - at)} ago." if at is not None else " It has never run."
        yield head(f"It is suspended: no Job comes of its schedule.{last}", target)
    for reason in ("UnparseableSchedule", "UnknownTimeZone", "TooManyMissedTimes"):
        rows = [row for row in subject.around.get("shortage/events", ()) if row.get("reason") == reason]
        for row in rows[:1]:
            yield head(ended(brief(tree.text(row, "message"))), target)
    job = last_job(obj, subject.around.get("shortage/jobs", ()))
    if job is not None and tree.condition(job, "Failed").get("status") == "True":
        yield head(f"Its last Job {tree.name(job)} failed.", ref(JOBS, job))
        yield from list(_job(Subject(JOBS, job), now))[:2]
