"""What new taints of a node would do to the pods that run there, before they are set (peers' feature 3)."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from msgspec import Struct

from k8stui.model import kinds, refs, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.duration import human
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.owning import NOBODY, owner
from k8stui.model.pod_status import ENDED
from k8stui.model.sentences import counted
from k8stui.model.taint import Taint, Toleration, stay, taint_of, taints_of, tolerations_of, untolerated
from k8stui.model.text import clean

_OF_THE_CONTROLLER = "node.kubernetes.io/"
_OF_A_PERSON = "node.kubernetes.io/out-of-service"


class What(Enum):
    """What becomes of a pod."""

    EVICTED = "evicted"
    LATER = "evicted later"
    KEPT_OFF = "kept off"
    """It runs on, and would not be placed there again."""
    SPARED = "spared"
    """It would have been evicted, and is not any more."""


class Row(Struct, frozen=True):
    """One pod that the new taints touch."""

    ref: Ref
    owner: str
    """`Deployment web`, `nobody`."""
    what: What
    taint: str
    """The one that counts."""
    at: float | None
    """When it is evicted, in epoch seconds."""
    text: str
    tone: Tone


def preview(node: Object, pods: Iterable[Object], new: Iterable[Mapping[str, Any]], now: float) -> list[Row]:
    """The pods for which the new taints change something, the first to go first.

    Pods that have ended or are on their way already are not in it, nor those for which all stays as it is.

    Args:
        node: as it is now.
        pods: of any nodes; those of this one count.
        new: the whole list that the node would have (`taints.after`).
        now: epoch seconds by the server's clock; seconds that a pod tolerates count from here, but for a taint that
            says when it was set.
    """
    old, to_be, name = taints_of(node), [taint_of(dict(each)) for each in new], tree.name(node)
    found = [
        row
        for pod in pods
        if tree.text(pod, "spec", "nodeName") == name
        and tree.text(pod, "status", "phase") not in ENDED
        and not tree.text(pod, "metadata", "deletionTimestamp")
        and (row := _row(pod, old, to_be, now)) is not None
    ]
    order = list(What)
    return sorted(found, key=lambda row: (order.index(row.what), row.at or 0.0, str(row.ref)))


def evicted(rows: Iterable[Row]) -> int:
    """How many are sent away, at once or later: `evicts` of the builder."""
    return sum(row.what in (What.EVICTED, What.LATER) for row in rows)


def summary(rows: Sequence[Row], changed: Iterable[Taint] = ()) -> list[Line]:
    """What it comes to, in lines for the question.

    Args:
        rows: the preview.
        changed: what is added and removed, to say which of it the node controller will set again itself.
    """
    counts = {what: sum(row.what is what for row in rows) for what in What}
    found = []
    gone = counts[What.EVICTED] + counts[What.LATER]
    if gone:
        pods, later = _pods(gone), counts[What.LATER]
        text = f"{pods} evicted{f', {later:,} of them later' if later else ''}; disruption budgets are not asked"
        found.append(Line(text, Tone.BAD))
        lost = sum(row.owner == NOBODY for row in rows if row.what in (What.EVICTED, What.LATER))
        if lost:
            found.append(
                Line(f"{counted(lost, 'of them is', 'of them are')} owned by nobody: not made again", Tone.BAD)
            )
    if counts[What.KEPT_OFF]:
        found.append(Line(f"{_run(counts[What.KEPT_OFF])} on and would not be placed here again", Tone.WARNING))
    if counts[What.SPARED]:
        found.append(Line(f"{_pods(counts[What.SPARED])} not evicted any more", Tone.OK))
    its = sorted({clean(each.key) for each in changed if each.key.startswith(_OF_THE_CONTROLLER)} - {_OF_A_PERSON})
    if its:
        found.append(Line(f"The node controller sets and removes {', '.join(its)} itself", Tone.WARNING))
    return found or [Line("No pod that runs there is touched", Tone.MUTED)]


def _row(pod: Object, old: list[Taint], new: list[Taint], now: float) -> Row | None:
    tolerations = tolerations_of(pod)
    before, due = stay(tolerations, old), stay(tolerations, new)
    ref, by = refs.ref(kinds.PODS, pod), owner(pod)
    if due is not None and due != before:
        taint, seconds = due
        at = (taint.added if taint.added is not None else now) + seconds
        again = _again(by)
        if at <= now:
            says = f"evicted at once: it does not tolerate {taint}" if not seconds else f"evicted at once by {taint}"
            return Row(ref, by, What.EVICTED, str(taint), at, clean(says + again), Tone.BAD)
        says = f"evicted in {human(at - now)}: it tolerates {taint} for {human(seconds)}"
        return Row(ref, by, What.LATER, str(taint), at, clean(says + again), Tone.WARNING)
    if due is None and before is not None:
        says = f"not evicted by {before[0]} any more"
        return Row(ref, by, What.SPARED, str(before[0]), None, clean(says), Tone.OK)
    kept = _kept_off(tolerations, old, new)
    if not kept or due is not None:
        return None
    against = ", ".join(str(each) for each in kept)
    says = f"runs on; would not be placed here again because of {against}"
    return Row(ref, by, What.KEPT_OFF, against, None, clean(says), Tone.MUTED)


def _kept_off(tolerations: list[Toleration], old: list[Taint], new: list[Taint]) -> list[Taint]:
    """The NoSchedule taints that keep it off and did not before."""
    before = {(each.key, each.effect) for each in untolerated(tolerations, old, ("NoSchedule",))}
    now = untolerated(tolerations, new, ("NoSchedule",))
    return [each for each in now if (each.key, each.effect) not in before]


def _again(by: str) -> str:
    """What comes after it."""
    if by == NOBODY:
        return "; nothing makes it again"
    if by.startswith("DaemonSet "):
        return "; its DaemonSet puts none here while the taint is there"
    return ""


def _pods(count: int) -> str:
    return f"{counted(count, 'pod')} {'is' if count == 1 else 'are'}"


def _run(count: int) -> str:
    return f"{counted(count, 'pod')} {'runs' if count == 1 else 'run'}"
