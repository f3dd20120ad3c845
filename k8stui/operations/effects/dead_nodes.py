"""Pods on a node that is not heard of: what will happen to them when, and what can be done, the safe things first.

The node lifecycle controller taints such a node NoExecute; a pod stays for as long as it tolerates that (300 s where
nobody said otherwise, from the taint's timeAdded), is then deleted, and stays Terminating, because only its kubelet
could say that it has ended. Deployments make another meanwhile; a StatefulSet does not: two of one name must not run.
What ends the wait: the node comes back, its object is deleted, it is tainted out-of-service (the garbage collector then
deletes by force and volumes are detached), or the pod is deleted by force.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.duration import human, stamp
from k8stui.model.objects import Object
from k8stui.model.owning import NOBODY, owner, workload
from k8stui.model.pod_status import ENDED
from k8stui.model.taint import stay, taint_of, taints_of, tolerations_of
from k8stui.model.text import clean

OUT_OF_SERVICE: Final = "node.kubernetes.io/out-of-service"
OUT_OF_SERVICE_TAINT: Final = f"{OUT_OF_SERVICE}=nodeshutdown:NoExecute"
"""What says that the machine is off (KEP-2268)."""


class Dead(Struct, frozen=True):
    """A node that is not ready."""

    name: str
    silent: bool
    """Its kubelet is not heard of; else it says itself that it is not ready."""
    since: float | None
    """Epoch seconds."""
    out_of_service: bool
    """Somebody said that the machine is off."""


def dead(node: Object) -> Dead | None:
    """How a decoded node is dead; None: it is ready."""
    row = tree.condition(node, "Ready")
    if row.get("status") == "True":
        return None
    since = stamp(tree.text(row, "lastTransitionTime"))
    marked = any(each.key == OUT_OF_SERVICE for each in taints_of(node))
    return Dead(clean(tree.name(node)), row.get("status") != "False", since, marked)


def headline(found: Dead, now: float) -> Line:
    """`worker-3 has counted as unreachable for 9m`: when it was heard of last is known from its lease only."""
    since = "" if found.since is None else f" for {human(now - found.since)}"
    what = "has counted as unreachable" if found.silent else "has not been ready"
    return Line(f"{found.name} {what}{since}", Tone.BAD)


def fate(pod: Object, node: Object, now: float) -> Line:
    """What happens to the pod by itself, and when."""
    deleted = tree.text(pod, "metadata", "deletionTimestamp")
    if deleted:
        at = stamp(deleted)
        grace = tree.number(pod, "metadata", "deletionGracePeriodSeconds")
        ago = "" if at is None else f" {human(now - at + grace)} ago"
        return Line(f"was deleted{ago}, and ends when its node answers, or by force", Tone.WARNING)
    due = stay(tolerations_of(pod), taints_of(node))
    if due is None:
        if not any(each.effect == "NoExecute" for each in taints_of(node)):
            return Line("is not evicted as yet: the node has no NoExecute taint", Tone.WARNING)
        return Line("stays until somebody decides: it tolerates the node's taints for ever", Tone.WARNING)
    found, seconds = due
    started = found.added if found.added is not None else now
    why = f"it tolerates {found.brief} for {human(seconds)}" if seconds else f"it does not tolerate {found.brief}"
    if started + seconds > now:
        return Line(clean(f"will be evicted in {human(started + seconds - now)}: {why}"))
    return Line(clean(f"is being evicted: {why}"), Tone.WARNING)


def replaced(pod: Object) -> Line:
    """Who makes another one, and what that waits for."""
    by, kind = owner(pod), workload(pod)[0]
    if by == NOBODY:
        return Line("nobody makes it again", Tone.BAD)
    if kind == "StatefulSet":
        return Line(f"{by} makes another only when this one is gone", Tone.WARNING)
    if kind == "DaemonSet":
        return Line(f"{by} runs one a node: it waits for the node", Tone.MUTED)
    if tree.text(pod, "metadata", "deletionTimestamp"):
        return Line(f"{by} does not wait for it", Tone.OK)
    return Line(f"{by} makes another elsewhere as soon as this one is deleted", Tone.OK)


def about(pod: Object, node: Object, now: float, *, force: bool, evicts: bool = False) -> Iterator[Line]:
    """For the question about one pod: nothing where its node is well."""
    found = dead(node)
    if found is None:
        return
    yield headline(found, now)
    name = tree.name(pod)
    if force:
        yield Line(f"by force its name is free at once, whether {found.name} still runs it or not", Tone.BAD)
        if workload(pod)[0] == "StatefulSet":
            yield Line(f"two {name} may run and write to the same data: be sure that {found.name} is off", Tone.BAD)
        return
    alone = fate(pod, node, now)
    yield Line(f"left alone it {alone.text}", alone.tone)
    word = "evicted" if evicts else "deleted"
    yield Line(f"once {word} it stays Terminating until the node answers; safe choices first:", Tone.WARNING)
    yield from choices(found, FORCE_ELSEWHERE if evicts else FORCE)


FORCE: Final = "f: delete by force, the name typed: only if it does not run any more"
FORCE_ELSEWHERE: Final = "delete it by force (ctrl+d, then f): only if it does not run any more"


def choices(found: Dead, force: str = FORCE) -> list[Line]:
    """What can be done, the safe things first."""
    rows = [Line("  1. wait: the node may come back")]
    if not found.out_of_service:
        rows.append(Line(f"  2. its machine is off for sure: taint {found.name} out-of-service (:reschedule)"))
    return [*rows, Line(f"  {len(rows) + 1}. {force}")]


def stranded(node: Object, pods: Iterable[Object], now: float) -> list[tuple[Object, Line]]:
    """The pods of a node that have not ended, with what becomes of each: those that wait for somebody first."""
    mine = [
        pod
        for pod in pods
        if tree.text(pod, "spec", "nodeName") == tree.name(node) and tree.text(pod, "status", "phase") not in ENDED
    ]
    rows = [(pod, fate(pod, node, now)) for pod in mine]
    return sorted(rows, key=lambda row: (_rank(row[0]), tree.namespace(row[0]), tree.name(row[0])))


def forced_out(node: Object, pod: Object) -> bool:
    """Whether an out-of-service taint would send it away: it does not tolerate that."""
    taint = taint_of({"key": OUT_OF_SERVICE, "value": "nodeshutdown", "effect": "NoExecute"})
    return stay(tolerations_of(pod), [taint]) is not None


def _rank(pod: Object) -> int:
    kind = workload(pod)[0]
    return {"StatefulSet": 0, "": 1, "DaemonSet": 3}.get(kind, 2)
