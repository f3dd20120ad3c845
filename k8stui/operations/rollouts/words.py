"""How a rollout stands, in words that are never rosier than `kubectl rollout status`; and until when it has time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.duration import human, stamp
from k8stui.model.kinds import PODS, STATEFUL_SETS
from k8stui.model.objects import Object
from k8stui.model.pods import Pod
from k8stui.model.refs import named
from k8stui.model.rollout import rollout_status
from k8stui.model.sentences import counted
from k8stui.model.workload_health import health
from k8stui.model.workload_row import Workload
from k8stui.operations.builders.revisions import Revision
from k8stui.operations.builders.rollout import RESTARTED, held_back
from k8stui.operations.rollouts.pods import Fare, fare, ill, newest

NO_DEADLINE: Final = 2**31 - 1
"""progressDeadlineSeconds that means none (apps/v1)."""
LATELY: Final = 3600.0
"""Seconds for which a restart is worth a word."""
SHAKY: Final = 120.0
"""Seconds after a failure in which a pod that runs again is not trusted."""
_RUNNING: Final = ("NewReplicaSetCreated", "FoundNewReplicaSet", "ReplicaSetUpdated", "DeploymentResumed")
"""Reasons of the condition Progressing between the begin of a rollout and its end (the Deployment controller's)."""


class Standing(Struct, frozen=True):
    """How a rollout stands at a moment."""

    words: str
    """`Rolling out 2/6 · 5 available · deadline in 8m12s`."""
    tone: Tone
    kubectl: str
    """What `kubectl rollout status` says now; empty where it has nothing to say (OnDelete)."""
    done: bool
    """All of it is rolled out and serves, also by our own stricter reading."""
    failed: bool
    """It will not get there by itself, as its controller says."""
    notes: tuple[Line, ...] = ()
    """What keeps a change from the pods, and what came of a restart."""


def standing(
    workload: Workload,
    obj: Object,
    revisions: Sequence[Revision],
    pods: Mapping[str, list[Pod]],
    now: float,
) -> Standing:
    """How it stands.

    Args:
        workload: the row of the object.
        obj: the object, cleaned.
        revisions: all that are known, the newest first.
        pods: its pods by the uid of their revision (`rollout_pods.by_revision`).
        now: the server's time, epoch seconds.
    """
    status, own = rollout_status(workload), health(workload)
    words, tone = own.words, own.tone
    failed = bool(status.error) and not status.done
    if failed:
        words = f"{words} · {workload.updated} of {workload.wanted} updated"
    shaky = _shaky(revisions, pods, now) if tone is Tone.OK else ""
    if shaky:
        words, tone = f"Rolled out, but {shaky}", Tone.WARNING
    notes = tuple(_notes(workload, obj, revisions, pods, now))
    return Standing(
        words=" · ".join(part for part in (words, deadline(workload, obj, now)) if part),
        tone=tone,
        kubectl="" if status.done and status.error else (status.message or status.error).strip(),
        done=(status.well or workload.strategy == "OnDelete") and tone in (Tone.OK, Tone.MUTED),
        failed=failed,
        notes=notes,
    )


def _shaky(revisions: Sequence[Revision], pods: Mapping[str, list[Pod]], now: float) -> str:
    """How many pods of the newest revision fail, or failed a moment ago: a Deployment counts them as available between.

    kubectl calls that rolled out.
    """
    target = newest(revisions)
    mine = pods.get(target.ref.uid, []) if target is not None else []
    fails = sum(fare(pod, now) is Fare.FAILING for pod in mine)
    if fails:
        return f"{counted(fails, 'pod')} {'fails' if fails == 1 else 'fail'}"
    lately = sum(_relapsed(pod, now) for pod in mine)
    return f"{counted(lately, 'pod')} failed a moment ago" if lately else ""


def _relapsed(pod: Pod, now: float) -> bool:
    end = pod.exit
    return bool(pod.restarts and end is not None and end.code and end.at is not None and now - end.at <= SHAKY)


def deadline(workload: Workload, obj: Object, now: float) -> str:
    """`deadline in 8m12s` while a Deployment rolls, `deadline passed 1m10s ago` after it, else empty.

    The controller counts from the Progressing condition's lastUpdateTime, which every step forward renews; it counts
    nothing while the Deployment is paused or before it has seen the last change. When the deadline passes it stamps the
    condition once more.
    """
    if workload.kind != "Deployment" or workload.paused or workload.generation > workload.observed:
        return ""
    progress = tree.condition(obj, "Progressing")
    at = stamp(tree.text(progress, "lastUpdateTime"))
    reason = tree.text(progress, "reason")
    if at is None:
        return ""
    if reason == "ProgressDeadlineExceeded":
        return f"deadline passed {human(max(0.0, now - at))} ago"
    seconds = tree.number(obj, "spec", "progressDeadlineSeconds", default=600)
    if reason not in _RUNNING or seconds >= NO_DEADLINE or rollout_status(workload).done:
        return ""
    left = at + seconds - now
    return f"deadline in {human(left)}" if left > 0 else "deadline passed just now"


def _notes(
    workload: Workload, obj: Object, revisions: Sequence[Revision], pods: Mapping[str, list[Pod]], now: float
) -> Iterator[Line]:
    unseen = bool(revisions) and not any(each.current for each in revisions)
    held = held_back(obj)
    if workload.paused and unseen:
        yield Line("Paused: its template was changed; no revision has that before it is resumed", Tone.WARNING)
    elif held:
        yield Line(f"{held[:1].upper()}{held[1:]}", Tone.WARNING)
    yield from _restart(workload, obj, now)
    yield from _in_the_way(workload, obj, revisions, pods, now)


def _restart(workload: Workload, obj: Object, now: float) -> Iterator[Line]:
    """Whether the last restart took."""
    at = stamp(tree.text(obj, "spec", "template", "metadata", "annotations", RESTARTED))
    if at is None or now - at > LATELY:
        return
    if workload.generation > workload.observed:
        reached = "its controller has not seen it yet"
    elif workload.updated >= workload.wanted and workload.replicas <= workload.updated:
        reached = f"it reached all {counted(workload.wanted, 'pod')}"
    else:
        reached = f"it has reached {workload.updated} of {counted(workload.wanted, 'pod')}"
    whole = reached.startswith("it reached")
    yield Line(f"Restarted {human(max(0.0, now - at))} ago: {reached}", Tone.MUTED if whole else Tone.PLAIN)


def _in_the_way(
    workload: Workload, obj: Object, revisions: Sequence[Revision], pods: Mapping[str, list[Pod]], now: float
) -> Iterator[Line]:
    """A StatefulSet that waits for a broken pod before it goes on, even when its template has been mended.

    kubernetes.io/docs, StatefulSets, "Forced rollback": with OrderedReady the broken pod has to be deleted by hand.
    """
    policy = tree.text(obj, "spec", "podManagementPolicy") or "OrderedReady"
    target = newest(revisions)
    if workload.kind != STATEFUL_SETS.kind or policy != "OrderedReady" or target is None:
        return
    others = [pod for uid, found in pods.items() if uid != target.ref.uid for pod in found]
    broken = ill(others, now)
    if broken and workload.update_revision == target.ref.name and workload.strategy != "OnDelete":
        name = broken[0].ref.name
        words = f"It waits for {name}, a broken pod of another revision: delete that pod (ctrl+d on it), and it goes on"
        yield Line(words, Tone.WARNING, target=named(PODS, workload.ref.namespace, name))
