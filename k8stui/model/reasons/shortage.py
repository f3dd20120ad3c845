"""Why a workload has fewer pods than it wants, and which object has to be mended.

The protocol: the screen asks `wants(kind, object, around)` with what it has read so far, reads what is new, and asks
again, at most three rounds: first ReplicaSets, pods and events, then the events of what makes its pods and the
neighbours of the worst pod, then whatever refused a pod. `reasons` can be asked at any time, also in between.
"""

from collections.abc import Iterator, Mapping, Sequence

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
    Kind,
)
from k8stui.model.objects import Object
from k8stui.model.reasons import leaving, pod_reasons, refusals, rollouts
from k8stui.model.reasons.podparts import seen
from k8stui.model.reasons.saying import head, more
from k8stui.model.reasons.tally import count, last_job, relapsed, unwell, why
from k8stui.model.refs import controlled, ref
from k8stui.model.sentences import counted, ended, listed

KINDS = (DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS, STATEFUL_SETS, DAEMON_SETS, JOBS, CRON_JOBS)
"""What makes pods."""
_MAKERS = 2
"""ReplicaSets or Jobs below whose events are read."""
_OTHERS = 4
"""Pods that are told of in one sentence each, beside the worst."""
_POD = "shortage/pod "
"""What the names of the wants of the worst pod begin with."""


def wants(kind: Kind, obj: Object, around: Mapping[str, list[Object]]) -> tuple[Want, ...]:
    """What to read next, as far as that is known from what has been read; their names begin with `shortage/`."""
    if kind not in KINDS:
        return ()
    namespace = tree.namespace(obj)
    found = [_events(namespace, obj, "shortage/events"), *_below(kind, obj)]
    for maker in _makers(kind, obj, around):
        found.append(_events(namespace, maker, f"shortage/events of {tree.name(maker)}"))
        if kind == CRON_JOBS:
            labels = f"batch.kubernetes.io/job-name={tree.name(maker)}"
            found.append(Want("shortage/pods", PODS, namespace, labels=labels))
    for said in _refusals(kind, obj, around)[:1]:
        found += refusals.wants(said, namespace)
    worst = _worst(kind, obj, around)
    if worst is not None:
        found += [_renamed(want, f"{_POD}{want.name}") for want in pod_reasons.wants(worst)]
    return tuple(found)


def worst_pod(subject: Subject) -> Object | None:
    """The pod whose reason is told in full; its logs are worth showing (`pod_reasons.previous_logs`)."""
    return _worst(subject.kind, subject.object, subject.around)


def reasons(subject: Subject, previous_log: Mapping[str, Sequence[str]], now: float) -> list[Line]:
    """Why pods are missing, worst first; nothing for a workload that has what it wants.

    `previous_log` holds the last lines of the logs of `worst_pod`, by container.
    """
    kind, obj, around = subject.kind, subject.object, subject.around
    lines: list[Line] = []
    if leaving.deleting(obj):
        lines += leaving.explain(subject, now)
    if kind not in (JOBS, CRON_JOBS) and tree.number(obj, "status", "observedGeneration") < tree.number(
        obj, "metadata", "generation"
    ):
        lines.append(head("Its controller has not looked at the last change yet.", tone=Tone.CHANGING))
    said = _refusals(kind, obj, around)
    stuck = list(rollouts.explain(subject, now))
    pods = _pods(kind, obj, around)
    worst = _worst(kind, obj, around)
    amount = count(kind, obj)
    if amount.short or said or stuck or worst is not None:
        lines += _head(kind, obj)
    for each in said[:1]:
        lines += refusals.explain(subject, each, ref(kind, obj))
    lines += stuck
    of_pods = list(_of_pods(subject, worst, pods, previous_log, now)) if worst is not None else []
    lines += of_pods
    if not of_pods and amount.short and not said and not stuck:
        lines += _waiting(subject)
    return lines + _unread(subject, lines)


# ---- what is read


def _events(namespace: str, obj: Object, name: str) -> Want:
    return Want.events(name, namespace, tree.uid(obj))


def _below(kind: Kind, obj: Object) -> Iterator[Want]:
    """What it makes."""
    namespace, chosen = tree.namespace(obj), label_selector.pods_of(obj)
    if kind == CRON_JOBS:
        yield Want("shortage/jobs", JOBS, namespace)
    elif chosen is not None:
        if kind == DEPLOYMENTS:
            yield Want("shortage/replica sets", REPLICA_SETS, namespace, labels=str(chosen))
        yield Want("shortage/pods", PODS, namespace, labels=str(chosen))


def _renamed(want: Want, name: str) -> Want:
    return Want(name, want.kind, want.namespace, want.labels, want.fields)


def _makers(kind: Kind, obj: Object, around: Mapping[str, list[Object]]) -> list[Object]:
    """The ReplicaSets of a Deployment that have fewer pods than they want, the last Job of a CronJob."""
    if kind == DEPLOYMENTS:
        sets = controlled([obj], around.get("shortage/replica sets", ()))
        short = [each for each in sets if count(REPLICA_SETS, each).short]
        return sorted(short, key=_made, reverse=True)[:_MAKERS]
    if kind == CRON_JOBS:
        last = last_job(obj, around.get("shortage/jobs", ()))
        return [last] if last is not None else []
    return []


def _made(obj: Object) -> str:
    return tree.text(obj, "metadata", "creationTimestamp")


def _pods(kind: Kind, obj: Object, around: Mapping[str, list[Object]]) -> list[Object]:
    """The pods that it, or what it makes, controls."""
    parents = [obj]
    if kind == DEPLOYMENTS:
        parents = controlled([obj], around.get("shortage/replica sets", ()))
    elif kind == CRON_JOBS:
        parents = _makers(kind, obj, around)
    return controlled(parents, around.get("shortage/pods", ()))


def _worst(kind: Kind, obj: Object, around: Mapping[str, list[Object]]) -> Object | None:
    found = unwell(_pods(kind, obj, around), failed=kind in (JOBS, CRON_JOBS))
    serving = not count(kind, obj).short and kind not in (JOBS, CRON_JOBS)
    if kind in (JOBS, CRON_JOBS) and _over(kind, obj, around):
        return None
    if serving:
        found = [pod for pod in found if not leaving.deleting(pod) and tree.text(pod, "status", "phase") != "Failed"]
    if not found and kind not in (JOBS, CRON_JOBS):
        found = relapsed(_pods(kind, obj, around))
    return next(iter(found), None)


def _over(kind: Kind, obj: Object, around: Mapping[str, list[Object]]) -> bool:
    """Whether the Job has come to a good end."""
    jobs = [obj] if kind == JOBS else _makers(kind, obj, around)
    return all(tree.condition(job, "Complete").get("status") == "True" for job in jobs)


# ---- what is said


def _refusals(kind: Kind, obj: Object, around: Mapping[str, list[Object]]) -> list[str]:
    """The server's words about pods that it did not let in, the latest first; none where the last try succeeded."""
    makers = _makers(kind, obj, around)
    for each in [obj, *makers] if kind != CRON_JOBS else [obj]:
        found = tree.condition(each, "ReplicaFailure")
        if found.get("status") == "True" and tree.text(found, "message"):
            return [tree.text(found, "message")]
    if not count(kind, obj).short and not any(count(JOBS, job).short for job in makers if kind == CRON_JOBS):
        return []
    names = ["shortage/events", *(f"shortage/events of {tree.name(each)}" for each in makers)]
    rows = [row for name in names for row in around.get(name, ())]
    tried = [row for row in rows if row.get("reason") in ("FailedCreate", "SuccessfulCreate", "ReplicaSetCreateError")]
    last = max(tried, key=seen, default={})
    return [tree.text(last, "message")] if last and last.get("reason") != "SuccessfulCreate" else []


def _head(kind: Kind, obj: Object) -> Iterator[Line]:
    """How many it wants and has."""
    amount = count(kind, obj)
    if not amount.short or kind in (JOBS, CRON_JOBS):
        return
    made = "" if amount.made == amount.wanted else f"{amount.made} made, "
    words = f"It wants {counted(amount.wanted, 'pod')}: {made}{amount.serving} available."
    yield head(words, tone=Tone.WARNING if amount.serving else Tone.BAD)


def _of_pods(
    subject: Subject, worst: Object, pods: list[Object], log: Mapping[str, Sequence[str]], now: float
) -> Iterator[Line]:
    """The worst pod's reason in full, the others' in a sentence each."""
    mend = ref(subject.kind, subject.object)
    found = pod_reasons.reasons(_pod_subject(subject, worst), log, now, mend)
    if not found and worst not in unwell([worst]):
        return  # it failed too long ago
    yield head(f"Its pod {tree.name(worst)}:", ref(PODS, worst), found[0].tone if found else Tone.CHANGING)
    yield from found or [more(ended(why(worst) or "is not ready yet"), mend)]
    others = [pod for pod in unwell(pods, failed=subject.kind == JOBS) if pod is not worst]
    same = [pod for pod in others if _likeness(pod) == _likeness(worst)]
    if same:
        names = listed([tree.name(pod) for pod in same])
        yield more(
            f"The same holds for {counted(len(same), 'other pod')} of it: {names}.", ref(PODS, same[0]), Tone.WARNING
        )
    others = [pod for pod in others if pod not in same]
    for pod in others[:_OTHERS]:
        yield more(f"Also {tree.name(pod)}: {why(pod) or 'it is not ready.'}", ref(PODS, pod), Tone.WARNING)
    if len(others) > _OTHERS:
        yield more(f"Not ready besides: {counted(len(others) - _OTHERS, 'pod')}.")


def _likeness(pod: Object) -> str:
    """Why it is not well, without its own name: equal for pods that fail in the same way."""
    return why(pod).replace(tree.name(pod), "").replace(tree.uid(pod), "")


def _pod_subject(subject: Subject, pod: Object) -> Subject:
    """The worst pod with those neighbours that were read for it."""
    around = {name.removeprefix(_POD): rows for name, rows in subject.around.items() if name.startswith(_POD)}
    missing = {name.removeprefix(_POD): text for name, text in subject.missing.items() if name.startswith(_POD)}
    return Subject(PODS, pod, around, missing)


def _waiting(subject: Subject) -> Iterator[Line]:
    """Pods are missing, and nothing says why."""
    if "shortage/pods" not in subject.around:
        return
    amount = count(subject.kind, subject.object)
    if amount.made < amount.wanted:
        yield more("No event says why; events are kept for an hour. Its controller may be away.", tone=Tone.MUTED)
    else:
        yield more("Its pods are ready, but not long enough yet (minReadySeconds).", tone=Tone.CHANGING)


def _unread(subject: Subject, lines: list[Line]) -> list[Line]:
    """What could not be read, where there is something to explain."""
    notes = dict.fromkeys(text for name, text in subject.missing.items() if not name.endswith("/metrics"))
    return [more(text, tone=Tone.MUTED) for text in notes] if lines else []
