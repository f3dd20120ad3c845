"""How a plan of a drain says what will happen to a pod."""

from collections.abc import Sequence

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.duration import human, stamp
from k8stui.model.objects import Object
from k8stui.model.sentences import listed
from k8stui.model.text import clean
from k8stui.operations.budgets import Ruling
from k8stui.operations.drain.filters import DATA_ERROR, LONELY_ERROR, Fate, Filtered, empty_dirs
from k8stui.operations.drain.options import Options

_GRACE = 30
"""Seconds of a pod that does not say."""
PASSING = frozenset(("", "Job", "DaemonSet"))
"""Owners that do not keep a number of pods running."""


class Case(Struct, frozen=True):
    """One pod, with everything that is known about its going."""

    pod: Object
    found: Filtered
    fate: Fate
    """The filters' one, or what its budgets make of it."""
    ruling: Ruling
    turn: int
    workload: tuple[str, str]
    """Kind and name of who makes it again (`owning.workload`)."""
    stands: bool
    """It is ready, and is not going already."""
    ready: tuple[int, int] = (0, 0)
    """Ready pods of its workload: those left when it and those that go with it are gone, and those there are now."""


def grace(pod: Object, options: Options) -> int:
    """Seconds that a pod gets to end."""
    return (
        options.grace
        if options.grace >= 0
        else tree.number(pod, "spec", "terminationGracePeriodSeconds", default=_GRACE)
    )


def cell(case: Case) -> str:
    """The budget: `web 1`, `-`."""
    budget = case.ruling.budget
    return f"{budget.name} {budget.allowed}" if budget is not None else "-"


def said(case: Case, options: Options, now: float) -> tuple[str, Tone]:
    """What will happen, and how that feels."""
    if case.found.error:
        return _refusing(case), Tone.BAD
    match case.fate:
        case Fate.STAYS:
            return "stays", Tone.MUTED
        case Fate.STATIC:
            return "stays: a static pod, kept by a file on the node", Tone.MUTED
        case Fate.OVERDUE:
            return f"{_ending(case.pod, now)}: not waited for", Tone.WARNING
        case Fate.TERMINATING:
            return f"{_ending(case.pod, now)}: waited for", Tone.CHANGING
        case Fate.FINISHED:
            return f"{_verb(options)}: it has ended ({clean(tree.text(case.pod, 'status', 'phase'))})", Tone.MUTED
        case Fate.BROKEN:
            return f"not evictable: {case.ruling.says}", Tone.BAD
        case Fate.BLOCKED:
            return _blocked(case), Tone.BAD
    return _going(case, options)


def _refusing(case: Case) -> str:
    """Why nothing can be done on its node."""
    name = case.workload[1]
    match case.fate:
        case Fate.DATA:
            return f"needs 'delete emptyDir data': {_data(empty_dirs(case.pod))} would be lost{_besides(case)}"
        case Fate.NEEDS_FORCE if case.found.error == LONELY_ERROR:
            return "needs force: nothing will recreate it"
        case Fate.NEEDS_FORCE:
            return f"needs force: its DaemonSet {name} is gone"
    if case.found.error.startswith("DaemonSet-managed"):
        return f"needs 'ignore DaemonSets': DaemonSet {name} would put it back at once"
    return f"not known whether its DaemonSet {name} is there: {case.found.error}"


def _besides(case: Case) -> str:
    lonely = case.found.error == DATA_ERROR and not case.workload[0]
    return ", and force: nothing will recreate it" if lonely else ""


def _blocked(case: Case) -> str:
    """Its budget allows none."""
    never = case.ruling.budget is not None and case.ruling.budget.never
    help_ = f"; waiting will not help: scale {case.workload[1] or 'its workload'} up" if never else ""
    volumes = empty_dirs(case.pod)
    lost = f"; then {_lost(volumes)}" if volumes else ""
    return f"blocked: {case.ruling.says}{help_}{lost}"


def _going(case: Case, options: Options) -> tuple[str, Tone]:
    """It goes: when, and what that costs."""
    parts, tone = [f"{_verb(options)} ({grace(case.pod, options)}s grace)"], Tone.PLAIN
    budget = case.ruling.budget
    if case.turn > 1 and budget is not None:
        parts = [f"{parts[0]} in turn {case.turn}: budget {budget.name} allows {budget.allowed} at a time"]
    if options.disable_eviction and budget is not None:
        parts.append(f"budget {budget.name} is not asked")
        tone = Tone.WARNING
    if volumes := empty_dirs(case.pod):
        parts.append(_lost(volumes))
        tone = Tone.WARNING
    kind, name = case.workload
    if not kind:
        parts.append("nothing will recreate it")
        tone = Tone.WARNING
    elif kind not in PASSING and case.ready[1]:
        left, all_ = case.ready
        parts.append(f"{name} keeps {left} of {all_}" if left else f"no ready pod of {name} is left meanwhile")
        tone = tone if left else Tone.WARNING
    parts += [text for text in case.found.warnings if text.endswith("not found")]
    return "; ".join(parts), tone


def _verb(options: Options) -> str:
    return "delete" if options.disable_eviction else "evict"


def _data(names: Sequence[str]) -> str:
    return listed([f"`{name}`" for name in names])


def _lost(names: Sequence[str]) -> str:
    return f"emptyDir {_data(names)} {'is' if len(names) == 1 else 'are'} lost"


def _ending(pod: Object, now: float) -> str:
    """How far it is with ending: its deletionTimestamp is when its grace is over."""
    until = stamp(tree.text(pod, "metadata", "deletionTimestamp"))
    if until is None:
        return "terminating"
    return f"terminating, {human(until - now)} left" if until > now else f"terminating, overdue by {human(now - until)}"
