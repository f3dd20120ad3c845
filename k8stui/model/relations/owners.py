"""Who owns an object, up the whole chain, and what it owns, down to the pods."""

from collections.abc import Iterator, Sequence

import msgspec

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Want
from k8stui.model.kinds import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NODES,
    POD_MAKERS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
    Kind,
    usual,
)
from k8stui.model.objects import Object
from k8stui.model.pod_raw import RawPod
from k8stui.model.pod_status import read
from k8stui.model.refs import group_of, named, owners
from k8stui.model.relations.base import Around, Known, Relation, by_name, found, joined, one, owned_by, readiness, title

_UNDER_WAY = frozenset({"Running", "Pending", "Terminating", "ContainerCreating", "PodInitializing"})
"""STATUS of pods that may become well by themselves."""
_DEEPEST = 6
"""Owners above one another that are followed."""
_JOB = "batch.kubernetes.io/job-name"
_REVISION = "deployment.kubernetes.io/revision"


# ---- up


def wants(obj: Object, around: Around, known: Known) -> Iterator[Want]:
    """The owners by name, and theirs as soon as these are read."""
    yield from _wants(obj, tree.namespace(obj), around, known, 0)


def _wants(obj: Object, namespace: str, around: Around, known: Known, depth: int) -> Iterator[Want]:
    for row in owners(obj) if depth < _DEEPEST else ():
        kind, name = known.named(group_of(row), tree.text(row, "kind")), tree.text(row, "name")
        if kind is not None:
            want = by_name(_name(kind, name), kind, namespace, name)
            yield want
            if (above := found(around, want.name, name)) is not None:
                yield from _wants(above, namespace, around, known, depth + 1)


def relations(obj: Object, around: Around, known: Known) -> Iterator[Relation]:
    """The owners, each followed by its own."""
    yield from _up(obj, tree.namespace(obj), around, known, 0)


def _up(obj: Object, namespace: str, around: Around, known: Known, depth: int) -> Iterator[Relation]:
    for row in owners(obj) if depth < _DEEPEST else ():
        kind, name = known.named(group_of(row), tree.text(row, "kind")), tree.text(row, "name")
        note = "" if row.get("controller") is True else "not its controller"
        if kind is None:
            yield Relation(
                "owner", f"{tree.text(row, 'kind')} {name}", None, joined(note, "kind not known"), depth=depth
            )
            continue
        want = _name(kind, name)
        above = found(around, want, name)
        if above is None:
            gone = want in around
            why, tone = ("missing: what it owned will be deleted", Tone.BAD) if gone else ("", Tone.PLAIN)
            target = named(kind, namespace, name)
            yield Relation("owner", title(kind, name), target, joined(why, note), tone, depth)
            continue
        if tree.uid(above) != tree.text(row, "uid"):
            why = "another object of that name: what the old one owned will be deleted"
            yield one("owner", kind, above, joined(why, note), Tone.BAD, depth)
            continue
        yield one("owner", kind, above, joined(state(kind, above)[0], note), depth=depth)
        yield from _up(above, namespace, around, known, depth + 1)


def _name(kind: Kind, name: str) -> str:
    return f"related/owner {kind.resource} {name}"


# ---- down


def owned_wants(kind: Kind, obj: Object) -> Iterator[Want]:
    """What a workload or a node has below it."""
    namespace, chosen = tree.namespace(obj), label_selector.pods_of(obj)
    if kind == NODES:
        yield Want("related/pods", PODS, fields=f"spec.nodeName={tree.name(obj)}")
    elif kind == CRON_JOBS:
        yield Want("related/jobs", JOBS, namespace)
        yield Want("related/pods", PODS, namespace, labels=_JOB)
    elif kind in POD_MAKERS and chosen is not None:
        yield Want("related/pods", PODS, namespace, labels=str(chosen))
        if kind == DEPLOYMENTS:
            yield Want("related/replica sets", REPLICA_SETS, namespace, labels=str(chosen))
        if kind == STATEFUL_SETS and tree.rows(obj, "spec", "volumeClaimTemplates"):
            yield Want("related/claims", VOLUME_CLAIMS, namespace)


def owned(kind: Kind, obj: Object, around: Around) -> Iterator[Relation]:
    """What it owns, each followed by what that owns; the newest first."""
    pods = around.get("related/pods", [])
    if kind == NODES:
        yield from _pods(pods, 0, "pod")
        return
    below, middle = (REPLICA_SETS, "related/replica sets") if kind == DEPLOYMENTS else (JOBS, "related/jobs")
    if kind in (DEPLOYMENTS, CRON_JOBS):
        rows = owned_by([obj], around.get(middle, ()))
        for each in sorted(rows, key=lambda row: tree.text(row, "metadata", "creationTimestamp"), reverse=True):
            mine = owned_by([each], pods)
            note, tone = state(below, each)
            yield one("owned", below, each, note, tone)
            yield from _pods(mine, 1, "owned")
    elif kind in POD_MAKERS:
        yield from _pods(owned_by([obj], pods), 0, "owned")
        yield from _claims(obj, around.get("related/claims", ()))


def _pods(pods: Sequence[Object], depth: int, how: str) -> Iterator[Relation]:
    for pod in sorted(pods, key=lambda each: (tree.namespace(each), tree.name(each))):
        note, tone = state(PODS, pod)
        yield one(how, PODS, pod, note, tone, depth)


def _claims(obj: Object, claims: Sequence[Object]) -> Iterator[Relation]:
    """Those that a StatefulSet's templates made: `data-web-0`."""
    starts = [f"{tree.name(row)}-{tree.name(obj)}-" for row in tree.rows(obj, "spec", "volumeClaimTemplates")]
    for claim in claims:
        name = tree.name(claim)
        if any(name.startswith(start) and name.removeprefix(start).isdigit() for start in starts):
            phase = tree.text(claim, "status", "phase")
            tone = Tone.PLAIN if phase == "Bound" else Tone.WARNING
            yield one("volume claim", VOLUME_CLAIMS, claim, phase.lower(), tone)


def state(kind: Kind, obj: Object) -> tuple[str, Tone]:
    """How an object is, in a word or two: a pod's STATUS, `2 of 3 ready`, or what its conditions say."""
    kind = usual(kind)
    if kind == PODS:
        return _pod(obj)
    if kind in (JOBS, CRON_JOBS):
        return _job(kind, obj)
    if kind in POD_MAKERS:
        return _workload(kind, obj)
    return readiness(obj)


def _pod(pod: Object) -> tuple[str, Tone]:
    try:
        reading = read(msgspec.convert(pod, RawPod))
    except msgspec.ValidationError:
        return tree.text(pod, "status", "phase"), Tone.PLAIN
    ready = f"{reading.ready}/{reading.total}"
    if reading.word == "Completed":
        return reading.word, Tone.MUTED
    if reading.word == "Running" and reading.ready == reading.total:
        tone = Tone.OK
    else:
        tone = Tone.WARNING if reading.word in _UNDER_WAY else Tone.BAD
    return f"{reading.word}, {ready} ready", tone


def _job(kind: Kind, obj: Object) -> tuple[str, Tone]:
    if tree.value(obj, "spec", "suspend") is True:
        return "suspended", Tone.WARNING
    if kind == CRON_JOBS:
        return tree.text(obj, "spec", "schedule"), Tone.PLAIN
    if tree.condition(obj, "Failed").get("status") == "True":
        return "failed", Tone.BAD
    return (
        ("complete", Tone.MUTED) if tree.condition(obj, "Complete").get("status") == "True" else ("running", Tone.PLAIN)
    )


def _workload(kind: Kind, obj: Object) -> tuple[str, Tone]:
    if kind == DAEMON_SETS:
        ready, wanted = tree.number(obj, "status", "numberReady"), tree.number(obj, "status", "desiredNumberScheduled")
    else:
        ready, wanted = tree.number(obj, "status", "readyReplicas"), tree.number(obj, "spec", "replicas", default=1)
    revision = tree.text(obj, "metadata", "annotations", _REVISION) if kind == REPLICA_SETS else ""
    words = joined(f"revision {revision}" if revision else "", f"{ready} of {wanted} ready")
    if not wanted:
        return words, Tone.MUTED
    return words, Tone.OK if ready >= wanted else Tone.WARNING if ready else Tone.BAD
