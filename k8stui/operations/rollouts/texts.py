"""What the rollout page says of revisions, of what lies between two of them, and of the pod that tells why."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from k8stui.model.columns import Column, Tone
from k8stui.model.document import Line
from k8stui.model.duration import age
from k8stui.model.kinds import Ref
from k8stui.model.pods import Pod
from k8stui.model.quantity import Family, Quantity
from k8stui.model.sentences import counted
from k8stui.model.shared import Labels
from k8stui.model.workload_columns import images_short
from k8stui.operations.builders.revisions import Revision
from k8stui.operations.rollouts.pods import TONES, Tally, fare

OTHERS = 3
"""Pods that are named beside the one whose reason is told."""


class RevisionLine(Struct, frozen=True):
    """One revision as a line of the table."""

    revision: Revision
    tally: Tally
    said: str = ""
    """What stands for the pods where they may not be listed."""

    @property
    def ref(self) -> Ref:
        """The ReplicaSet or ControllerRevision."""
        return self.revision.ref

    @property
    def version(self) -> str:
        """A revision is never changed; what is counted beside it is compared as it reads."""
        return ""

    @property
    def labels(self) -> Labels:
        """None that a filter would ask for."""
        return ()


def cause(revision: Revision) -> str:
    """`release 41 (kubectl-edit)`: the change-cause, and the manager's name that the server keeps for the change."""
    who = f"by {revision.author}" if revision.author else ""
    return f"{revision.cause} ({who})" if revision.cause and who else revision.cause or who


COLUMNS: tuple[Column[RevisionLine], ...] = (
    Column(
        title="REV",
        text=lambda line, now: f"{line.revision.number}{' now' if line.revision.current else ''}",
        order=lambda line: line.revision.number,
        width=3,
        most=12,
        keep=9,
    ),
    Column(
        title="AGE",
        text=lambda line, now: age(line.revision.created, now),
        order=lambda line: line.revision.created or 0.0,
        width=3,
        most=10,
        keep=6,
    ),
    Column(
        title="PODS",
        text=lambda line, now: str(line.tally),
        order=lambda line: str(line.tally),
        tone=lambda line, now: line.tally.tone if line.tally.counts else Tone.PLAIN,
        width=4,
        most=44,
        keep=9,
    ),
    Column(
        title="IMAGE",
        text=lambda line, now: images_short(line.revision.images),
        order=lambda line: images_short(line.revision.images),
        width=5,
        most=40,
        keep=8,
    ),
    Column(
        title="CAUSE / AUTHOR",
        text=lambda line, now: cause(line.revision),
        order=lambda line: cause(line.revision),
        width=8,
        most=60,
        keep=5,
    ),
)


def comparison(
    known: Sequence[Revision], chosen: Revision | None, marked: Sequence[str]
) -> tuple[Revision, Revision, str] | None:
    """Which two revisions are compared, the one before first, and how that is called; None where there is nothing.

    Two marked ones, older against newer; else the chosen one: an older one against what is now, as an undo would change
    it; what is now against the one before it.

    Args:
        known: all, the newest first.
        chosen: the one under the cursor.
        marked: uids of marked ones.
    """
    pair = [each for each in known if each.ref.uid in marked][:2]
    if len(pair) == 2:
        newer, older = pair
        return older, newer, f"From revision {older.number} to {newer.number} (marked)"
    if chosen is None:
        return None
    now = next((each for each in known if each.current), None)
    if now is not None and chosen.ref != now.ref:
        return now, chosen, f"An undo to revision {chosen.number} would change (U)"
    index = next((at for at, each in enumerate(known) if each.ref == chosen.ref), len(known))
    if index + 1 >= len(known):
        return None
    before = known[index + 1]
    return before, chosen, f"What revision {chosen.number} changed of revision {before.number}"


def aim(known: Sequence[Revision], chosen: Revision | None) -> Revision | None:
    """Where an undo leads: to the chosen revision; from what is now to the one before, as kubectl's does."""
    if chosen is None:
        return None
    if not chosen.current:
        return chosen
    others = [each for each in known if each.ref != chosen.ref]
    return others[0] if others else None


def pods_title(revision: Revision | None, counts: Tally) -> str:
    """`Pods of revision 5: 2 failing · 1 ready`."""
    if revision is None:
        return "Pods"
    return f"Pods of revision {revision.number}: {str(counts) or 'none'}"


def pod_lines(ill: Sequence[Pod], told: Pod, signs: Mapping[Tone, str], now: float) -> list[Line]:
    """The pod that is told of, then others that are not well.

    Args:
        ill: all that are not well.
        told: the one whose reason follows.
        signs: the terminal's sign of each tone.
        now: epoch seconds.
    """
    others = [pod for pod in ill if pod is not told]
    lines = [_pod_line(pod, told, signs, now) for pod in (told, *others[:OTHERS])]
    left = len(others) - OTHERS
    return [*lines, Line(f"  and {counted(left, 'more pod')}", Tone.MUTED)] if left > 0 else lines


def _pod_line(pod: Pod, told: Pod, signs: Mapping[Tone, str], now: float) -> Line:
    how = TONES[fare(pod, now)]
    same = pod is not told and (pod.word, str(pod.exit)) == (told.word, str(told.exit))
    words = "same" if same else state(pod)
    return Line(f"{signs.get(how, '')} {pod.ref.name}  {words}", how, target=pod.ref, flows=pod is told)


def state(pod: Pod) -> str:
    """`CrashLoopBackOff, exit 137 OOMKilled (limit 64Mi), 7 restarts, on worker-2`."""
    parts = [pod.word]
    if pod.exit is not None:
        limit = _limit(pod)
        memory = f" (limit {limit})" if pod.exit.reason == "OOMKilled" and limit else ""
        reason = "" if pod.exit.reason in ("", "Error", pod.word) else f" {pod.exit.reason}"
        parts.append(f"exit {pod.exit.code}{reason}{memory}")
    if pod.restarts:
        parts.append(counted(pod.restarts, "restart"))
    if pod.node:
        parts.append(f"on {pod.node}")
    return ", ".join(parts)


def _limit(pod: Pod) -> str:
    """The memory limit of the container that was killed."""
    found = [each for each in pod.containers if each.last is not None and each.last.reason == "OOMKilled"]
    amount = found[0].memory_limit if found else 0
    return str(Quantity.of(amount, Family.BINARY)) if amount else ""
