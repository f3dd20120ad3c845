"""What a drain says of itself: how far it is, how long it will take, and at its end what became of each pod."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.duration import human
from k8stui.model.kinds import Ref
from k8stui.model.sentences import counted
from k8stui.operations.drain.filters import Fate
from k8stui.operations.drain.plan import Plan
from k8stui.operations.drain.rows import Phase, PodRow, ordered
from k8stui.operations.jobs.jobs import JobState

STALLED: Final = 60.0
"""Seconds without a pod gone, besides four times what one took so far, after which no time left is told."""

_HELD: Final = frozenset({Fate.BLOCKED, Fate.BROKEN})
"""Pods whose budget did not allow it when the drain was planned, whoever else goes."""


class Told(Struct, frozen=True, kw_only=True):
    """What a report is made from."""

    title: str
    plan: Plan
    rows: Mapping[str, PodRow]
    state: JobState
    errors: Sequence[str]
    cordons: Mapping[str, str]
    """By the node's name what became of its cordon: `node/worker-2 cordoned`."""
    started: float
    ended: float
    before: int
    """Pods that were gone before it was gone on with."""
    stay_cordoned: Sequence[str]
    """Names of nodes that this drain cordoned and that still are."""


def title(plan: Plan) -> str:
    """`Drain worker-2`."""
    names = [node.ref.name for node in plan.nodes]
    return f"Drain {names[0] if len(names) == 1 else counted(len(names), 'node')}"


def counts(rows: Iterable[PodRow]) -> Counter[Phase]:
    """How many pods are in each phase."""
    return Counter(row.phase for row in rows)


def going(rows: Iterable[PodRow]) -> list[PodRow]:
    """The pods that the drain is about: not those that stay anyway."""
    return [row for row in rows if row.plan.goes and row.phase is not Phase.STAYS]


def left_seconds(rows: Iterable[PodRow], begun: float, idle: float, now: float) -> float | None:
    """How long it may still take, told from what has gone; None where nothing tells.

    Args:
        rows: all pods.
        begun: when the first eviction was sent; 0: none was.
        idle: seconds since then in which the drain was held up.
        now: epoch seconds.
    """
    found = going(rows)
    gone = [row for row in found if row.phase is Phase.GONE and row.asked]
    rest = [row for row in found if not row.phase.settled]
    if not rest:
        return 0.0
    if not gone or not begun:
        return None
    last = max(row.since for row in gone)
    each = max(0.0, last - begun - idle) / len(gone)
    if all(_refused(row) for row in rest) or any(_refused(row) and row.plan.fate in _HELD for row in rest):
        return None  # it ends when a budget allows it, and nobody knows when that is
    if now - last > STALLED + 4 * each:
        return None
    return max(each, each * len(rest) - (now - last))


def _refused(row: PodRow) -> bool:
    """Refused, also while it is tried once more."""
    return row.phase is Phase.REFUSED or (row.phase is Phase.EVICTING and row.tries > 1)


def progress(rows: Iterable[PodRow], state: JobState, asking: str, left: float | None, *, away: bool) -> str:
    """`12/17 pods gone · about 1m left`."""
    found = going(rows)
    by_phase = counts(found)
    parts = [f"{by_phase[Phase.GONE]}/{counted(len(found), 'pod')} gone"]
    parts += [
        f"{by_phase[phase]} {phase.value}" for phase in (Phase.REFUSED, Phase.FAILED, Phase.LEFT) if by_phase[phase]
    ]
    if asking:
        parts.append("asks")
    elif state is JobState.PAUSED:
        parts.append("paused")
    if not state.over and away:
        parts.append("the connection is lost")
    elif not state.over and left is not None and left >= 1:
        parts.append(f"about {human(left)} left")
    return " · ".join(parts)


def is_drained(rows: Iterable[PodRow], node: str) -> bool:
    """Whether nothing is left on a node that was to go."""
    return all(row.phase in (Phase.GONE, Phase.STAYS) for row in rows if row.plan.node == node)


def report(told: Told, now: float) -> list[Line]:
    """All of it, with kubectl's words where it has them."""
    until = told.ended or now
    lines = [Line(f"{told.title}: {told.state.value} after {human(max(0.0, until - told.started))}", _tone(told.state))]
    if told.stay_cordoned:  # what is left to do comes before what was done
        lines.append(Line(f"Still cordoned by this drain: {', '.join(told.stay_cordoned)}", Tone.WARNING))
    if told.before:
        lines.append(Line(f"It went on with an earlier one, by which {counted(told.before, 'pod')} had gone"))
    for node in told.plan.nodes:
        lines += [Line(""), *_node(told, node.ref, node.refusal, until)]
    pending = [node.ref.name for node in told.plan.nodes if not _done(told, node.ref, node.refusal)]
    if pending and told.state.over:
        lines += [Line(""), Line("There are pending nodes to be drained:", Tone.BAD)]
        lines += [Line(f" {name}") for name in pending]
    if told.errors:
        lines += [Line(""), *(Line(error, Tone.BAD, flows=True) for error in told.errors)]
    return lines


def _node(told: Told, node: Ref, refusal: str, until: float) -> list[Line]:
    lines = [Line(said)] if (said := told.cordons.get(node.name, "")) else []
    if refusal:
        return [*lines, Line(refusal, Tone.BAD, flows=True)]
    mine = ordered(row for row in told.rows.values() if row.plan.node == node.name)
    lines += [_pod(row, told.plan, until) for row in mine]
    if _done(told, node, refusal):
        return [*lines, Line(f"node/{node.name} drained", Tone.OK)]
    if told.state.over:
        lines.append(Line(f"node/{node.name} is not drained", Tone.BAD))
    return lines


def _pod(row: PodRow, plan: Plan, until: float) -> Line:
    """`pod/web-1 evicted: gone after 31 s, replaced by …`."""
    name, text = row.plan.ref, row.text(until)
    if row.phase is Phase.GONE and row.tries:
        word = "deleted" if plan.options.disable_eviction else "evicted"
        return Line(f"pod/{name.name} {word}  {name.namespace}: {text}", row.tone, target=name)
    return Line(f"pod/{name.name}  {name.namespace}: {text}", row.tone, target=name)


def _done(told: Told, node: Ref, refusal: str) -> bool:
    return not refusal and node.name in told.cordons and is_drained(told.rows.values(), node.name)


def _tone(state: JobState) -> Tone:
    if state is JobState.DONE:
        return Tone.OK
    return Tone.WARNING if state is JobState.CANCELLED else Tone.BAD if state.over else Tone.CHANGING
