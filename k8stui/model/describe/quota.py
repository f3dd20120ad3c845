"""ResourceQuotas as `kubectl describe` has them; what is used up is marked."""

from datetime import tzinfo

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import Cell, Text
from k8stui.model.describe.parts import heading, quantity
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.quantity import Quantity, parse

_SCOPES = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before "
    "being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually include long running "
    "pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality "
    "of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods have a burstable or "
    "guaranteed quality of service.",
}
"""kubectl's words."""
_NEARLY = 0.9
"""The part of a quota from which on it is marked."""


def wants(_: Object) -> tuple[Want, ...]:
    """Nothing: nobody reports on it."""
    return ()


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    scopes(out, obj)
    amounts(out, obj)
    return out.lines()


def scopes(out: Text, quota: Object, level: int = 0, mark: str = " * ") -> None:
    """Which pods it counts, in words."""
    found = sorted(tree.texts(quota, "spec", "scopes"))
    if not found:
        return
    out.field("Scopes", ", ".join(found), level=level)
    for each in found:
        if each in _SCOPES:
            out.line(f"{mark}{_SCOPES[each]}", level)


def amounts(out: Text, quota: Object, level: int = 0) -> None:
    """Resource, Used and Hard, by name."""
    hard, used = tree.part(quota, "status", "hard"), tree.part(quota, "status", "used")
    rows = [(name, _used(used.get(name), hard[name]), quantity(hard[name])) for name in sorted(hard)]
    out.table(("Resource", "Used", "Hard"), rows, level=level)


def _used(used: object, hard: object) -> Cell:
    """In the units of the hard limit, as kubectl has it; amiss where the quota is used up."""
    text = quantity(used)
    try:
        most, now = parse(str(hard)), parse(str(used if used is not None else "0"))
    except ValueError:
        return Cell(text)
    if most.family is not now.family:
        text = str(Quantity.of(now.value(), most.family))
    if not now < most:
        return Cell(text, Tone.BAD)
    return Cell(text, Tone.WARNING if float(most) and float(now) / float(most) >= _NEARLY else None)
