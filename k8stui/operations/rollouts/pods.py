"""The pods of a workload by revision: how many are ready, failing, on their way, and which one tells why."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from k8stui.model.columns import RANK, Tone
from k8stui.model.kinds import REPLICA_SETS
from k8stui.model.pods import Pod, PodLine
from k8stui.model.pods import tone as pod_tone
from k8stui.model.refs import controller
from k8stui.operations.builders.revisions import Revision

_HASH = "controller-revision-hash"
"""The label that says which ControllerRevision a pod is of: its name (StatefulSets) or the end of it (DaemonSets)."""


PATIENCE = 30.0
"""Seconds in which nobody wonders that a pod is not ready."""


class Fare(Enum):
    """How a pod of a rollout fares."""

    FAILING = "failing"
    """It crashes, cannot start, or has no node."""
    UNREADY = "not ready"
    """It runs, and has not become ready for a while, or its node is not heard of."""
    STARTING = "starting"
    """It is being made, or runs for a moment only."""
    ENDING = "ending"
    READY = "ready"
    OVER = "over"
    """It has ended (evicted, completed) and is only a record."""


ORDER = (Fare.FAILING, Fare.UNREADY, Fare.STARTING, Fare.ENDING, Fare.READY)
"""How they are told: the worst first."""
TONES = MappingProxyType(
    {
        Fare.FAILING: Tone.BAD,
        Fare.UNREADY: Tone.WARNING,
        Fare.STARTING: Tone.CHANGING,
        Fare.ENDING: Tone.CHANGING,
        Fare.READY: Tone.OK,
        Fare.OVER: Tone.MUTED,
    }
)


class Tally(Struct, frozen=True):
    """Pods of one revision, counted."""

    counts: tuple[tuple[Fare, int], ...] = ()
    """Those that there are, the worst first."""

    def __str__(self) -> str:
        """`2 failing · 1 ready`, empty for none."""
        return " · ".join(f"{number} {fare.value}" for fare, number in self.counts)

    @property
    def tone(self) -> Tone:
        """That of the worst; muted without any."""
        return TONES[self.counts[0][0]] if self.counts else Tone.MUTED


def fare(pod: Pod, now: float) -> Fare:
    """How a pod fares, by what its row says (`now`: epoch seconds)."""
    if pod.deleted is not None:
        return Fare.ENDING
    if pod.phase in ("Succeeded", "Failed"):
        return Fare.OVER
    if pod.word == "Running" and pod.ready == pod.total:
        return Fare.UNREADY if pod.unready else Fare.READY
    relapsed = pod.restarts > 0 and pod.exit is not None and pod.exit.code != 0
    if pod_tone(PodLine(pod), now) is Tone.BAD or pod.unscheduled or relapsed:
        return Fare.FAILING
    late = pod.word == "Running" and pod.created is not None and now - pod.created > PATIENCE
    return Fare.UNREADY if late else Fare.STARTING


def tally(pods: Iterable[Pod], now: float) -> Tally:
    """The pods counted by how they fare."""
    found: dict[Fare, int] = {}
    for pod in pods:
        how = fare(pod, now)
        found[how] = found.get(how, 0) + 1
    return Tally(tuple((each, found[each]) for each in ORDER if each in found))


def told(revision: Revision) -> Tally:
    """What the ReplicaSet itself says, where its pods may not be listed."""
    other = max(0, revision.pods - revision.ready)
    counts = ((Fare.STARTING, other), (Fare.READY, revision.ready))
    return Tally(tuple(each for each in counts if each[1] > 0))


def by_revision(uid: str, revisions: Sequence[Revision], pods: Iterable[Pod]) -> Mapping[str, list[Pod]]:
    """The workload's pods by the uid of their revision; under "" those of a revision that is gone.

    Args:
        uid: the workload's; pods of others are passed over.
        revisions: all that are known.
        pods: all that may be its.
    """
    sets = {each.ref.uid for each in revisions if each.ref.kind.resource == REPLICA_SETS.resource}
    names = _names(revisions) if not sets else {}
    found: dict[str, list[Pod]] = {each.ref.uid: [] for each in revisions}
    for pod in pods:
        if pod.owner_uid in sets:
            found[pod.owner_uid].append(pod)
        elif pod.owner_uid == uid:
            label = next((value for key, value in pod.labels if key == _HASH), "")
            found.setdefault(names.get(label, ""), []).append(pod)
    return found


def _names(revisions: Sequence[Revision]) -> dict[str, str]:
    """The uid of a ControllerRevision by what its pods' label may say."""
    found: dict[str, str] = {}
    for each in revisions:
        owner = str(controller(each.tree).get("name") or "")
        found[each.ref.name.removeprefix(f"{owner}-")] = each.ref.uid
        found[each.ref.name] = each.ref.uid
    return found


def newest(revisions: Sequence[Revision]) -> Revision | None:
    """The one that is being rolled out: what the workload's template is, else that of the highest number."""
    return next((each for each in revisions if each.current), revisions[0] if revisions else None)


def ill(pods: Iterable[Pod], now: float) -> list[Pod]:
    """Those that are failing or not ready: failing ones first, and of these who has been there longest."""
    found = [(fare(pod, now), pod) for pod in pods]
    told = (Fare.FAILING, Fare.UNREADY)
    wanted = [(how, pod) for how, pod in found if how in told or (how is Fare.STARTING and pod.why)]
    wanted.sort(key=lambda each: (ORDER.index(each[0]), _rank(each[1], now), each[1].created or 0.0, each[1].ref.name))
    return [pod for _, pod in wanted]


def _rank(pod: Pod, now: float) -> int:
    """A container that fails counts more than a pod that has no node yet."""
    return RANK[pod_tone(PodLine(pod), now)]


def speaker(pods: Sequence[Pod], before: str, now: float) -> Pod | None:
    """The pod whose reason is told: the one told before as long as it is as bad as any, else the first.

    Args:
        pods: those that are not well, as `ill` orders them.
        before: uid of the pod that was told last; empty: none.
        now: epoch seconds.
    """
    if not pods:
        return None
    same = next((pod for pod in pods if pod.ref.uid == before), None)
    return same if same is not None and fare(same, now) is fare(pods[0], now) else pods[0]
