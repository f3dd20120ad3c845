"""Why an object is not as it is wanted, whatever its kind: what Inspect shows above everything else.

The screen calls `wants` with what it has read so far until nothing new is wanted (at most `ROUNDS` times), fetches the
last lines of the logs that `logs` names, and shows `reasons`. Everything may be asked again whenever something changes.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import NAMESPACES, NODES, PODS, STORAGE_CLASSES, VOLUME_CLAIMS, Kind, Ref, usual
from k8stui.model.objects import Object
from k8stui.model.reasons import claims, leaving, node_reasons, pod_reasons, shortage
from k8stui.model.reasons.saying import head
from k8stui.model.refs import ref

ROUNDS = 3
"""How often wants may lead to more wants."""


class Log(Struct, frozen=True):
    """A log whose last `pod_reasons.TAIL` lines say why."""

    pod: Ref
    container: str
    previous: bool
    """Of the run before the present one."""


def wants(kind: Kind, obj: Object, around: Mapping[str, list[Object]]) -> tuple[Want, ...]:
    """The neighbours to read next."""
    kind = usual(kind)
    if kind == PODS:
        return pod_reasons.wants(obj)
    if kind == NODES:
        return node_reasons.wants(obj)
    if kind == VOLUME_CLAIMS and _unbound(obj):
        return (
            Want.events("pod/claim events", tree.namespace(obj), tree.uid(obj)),
            Want("pod/storage classes", STORAGE_CLASSES),
        )
    return shortage.wants(kind, obj, around)


def logs(subject: Subject, now: float) -> tuple[Log, ...]:
    """The logs whose last lines `reasons` would show."""
    subject = _usual(subject)
    pod = subject.object if subject.kind == PODS else None
    if subject.kind in shortage.KINDS:
        pod = shortage.worst_pod(subject)
    if pod is None:
        return ()
    return tuple(Log(ref(PODS, pod), tail.container, tail.previous) for tail in pod_reasons.previous_logs(pod, now))


def reasons(subject: Subject, last_lines: Mapping[str, Sequence[str]], now: float) -> list[Line]:
    """What is wrong with it, worst first, with the objects to mend as targets; nothing for what is well.

    `last_lines`: those of `logs`, by container. `now`: the server's time, in epoch seconds.
    """
    subject = _usual(subject)
    if subject.kind == PODS:
        return pod_reasons.reasons(subject, last_lines, now)
    if subject.kind in shortage.KINDS:
        return shortage.reasons(subject, last_lines, now)
    lines = list(leaving.explain(subject, now)) if leaving.deleting(subject.object) else []
    if subject.kind == NODES:
        lines += node_reasons.reasons(subject, now)
    if subject.kind == NAMESPACES and lines:
        lines += leaving.contents(subject)
    if subject.kind == VOLUME_CLAIMS and not lines and _unbound(subject.object):
        tone = Tone.CHANGING if _young(subject.object, now) else Tone.WARNING
        lines.append(head("No volume is bound to it.", tone=tone))
        lines += claims.pending(subject, subject.object)
    return lines


def _usual(subject: Subject) -> Subject:
    """The same with the constant for its kind: rules ask for these."""
    return Subject(usual(subject.kind), subject.object, subject.around, subject.missing)


def _unbound(claim: Object) -> bool:
    return tree.text(claim, "status", "phase") in ("", "Pending")


def _young(claim: Object, now: float) -> bool:
    at = claims.made(claim)
    return at is not None and now - at < claims.PATIENCE
