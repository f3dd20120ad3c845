"""Which pods a node's taints send away, when, and which they keep off: a section of the node's description."""

from collections.abc import Iterable

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.duration import human
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.pod_status import ENDED
from k8stui.model.taint import Taint, stay, taints_of, tolerations_of, untolerated

HERE, UNPLACED = "pods", "unplaced"
"""The wants' names: the node's pods, which its description reads anyway, and those that wait for a node."""
MOST = 20
"""Pods that are named one by one, of each sort."""


def wants(node: Object) -> tuple[Want, ...]:
    """The pods that wait for a node, where the node has taints."""
    return (Want(UNPLACED, kinds.PODS, fields="spec.nodeName=,status.phase=Pending"),) if taints_of(node) else ()


def lines(subject: Subject, now: float) -> list[Line]:
    """What its taints mean for pods, with a heading; nothing where it has none or they touch no pod.

    Args:
        subject: a node with its pods (`HERE`) and those that wait (`UNPLACED`); what is missing is said.
        now: epoch seconds by the server's clock.
    """
    taints = taints_of(subject.object)
    if not taints:
        return []
    here = [pod for pod in subject.around.get(HERE, []) if tree.text(pod, "status", "phase") not in ENDED]
    found = [
        *_cut(leaving(taints, here, now)),
        *_staying(taints, here),
        *_cut(kept_off(taints, subject.around.get(UNPLACED, []))),
    ]
    why = subject.missing.get(UNPLACED)
    if why:
        found.append(Line(f"  Pods that wait for a node are not known: {why}", Tone.MUTED, flows=True))
    return [Line("Pods and Taints:"), *found] if found else []


def leaving(taints: Iterable[Taint], here: Iterable[Object], now: float) -> list[Line]:
    """The pods that run there and that a NoExecute taint sends away, the first to go first.

    Pods that are on their way already are not in it.
    """
    found = []
    for pod in here:
        due = stay(tolerations_of(pod), taints)
        if due is None or tree.text(pod, "metadata", "deletionTimestamp"):
            continue
        taint, seconds = due
        until = (taint.added if taint.added is not None else now) + seconds
        left = until - now
        if not seconds:
            text, tone = f"does not tolerate {taint}: it is evicted", Tone.BAD
        elif left > 0:
            text, tone = f"tolerates {taint} for {human(seconds)}: evicted in {human(left)}", Tone.WARNING
        else:
            text, tone = f"tolerated {taint} for {human(seconds)}: its eviction is due", Tone.BAD
        found.append((until, _name(pod), Line(f"  {_name(pod)} {text}", tone, target=_ref(pod), flows=True)))
    return [line for _, _, line in sorted(found, key=lambda each: each[:2])]


def kept_off(taints: Iterable[Taint], unplaced: Iterable[Object]) -> list[Line]:
    """The pods that wait for a node and cannot have this one, because of its taints."""
    known = list(taints)
    found = []
    for pod in unplaced:
        against = untolerated(tolerations_of(pod), known)
        if against and not tree.text(pod, "spec", "nodeName"):
            text = f"  {_name(pod)} is Pending; kept off this node by {', '.join(str(each) for each in against)}"
            found.append((_name(pod), Line(text, Tone.WARNING, target=_ref(pod), flows=True)))
    return [line for _, line in sorted(found, key=lambda each: each[0])]


def _staying(taints: Iterable[Taint], here: Iterable[Object]) -> list[Line]:
    """How many run there that would not be placed there now: one line a NoSchedule taint."""
    found = []
    tolerations = [tolerations_of(pod) for pod in here]
    for taint in taints:
        count = sum(bool(untolerated(each, (taint,), ("NoSchedule",))) for each in tolerations)
        if count:
            pods = "1 pod does" if count == 1 else f"{count:,} pods do"
            text = f"  {pods} not tolerate {taint}: running on, but would not be placed here again"
            found.append(Line(text, Tone.MUTED, flows=True))
    return found


def _cut(found: list[Line]) -> list[Line]:
    more = len(found) - MOST
    return found if more <= 0 else [*found[:MOST], Line(f"  and {more:,} more", Tone.MUTED)]


def _name(pod: Object) -> str:
    return f"{tree.namespace(pod)}/{tree.name(pod)}"


def _ref(pod: Object) -> Ref:
    return Ref(kinds.PODS, tree.namespace(pod), tree.name(pod), tree.uid(pod))
