"""LimitRanges as `kubectl describe` has them."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from k8stui.model import tree
from k8stui.model.describe.layout import Text
from k8stui.model.describe.parts import heading, quantity
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object

_TITLES = ("Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio")
_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


def wants(_: Object) -> tuple[Want, ...]:
    """Nothing: nobody reports on it."""
    return ()


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    limits(out, (obj,))
    return out.lines()


def limits(out: Text, ranges: Iterable[Object], indent: str = "") -> None:
    """A line for each resource of each type; `-` where nothing is said."""
    titles = (indent + _TITLES[0], *_TITLES[1:])
    rules = (indent + "-" * len(_TITLES[0]), *("-" * len(each) for each in _TITLES[1:]))
    out.table(titles, (rules,), level=0, rule=False)
    for each in ranges:
        for row in _rows(each):
            out.row(indent + row[0], *row[1:])


def _rows(limit_range: Object) -> Iterator[list[str]]:
    for item in tree.rows(limit_range, "spec", "limits"):
        given = [tree.part(item, field) for field in _FIELDS]
        for name in sorted({name for each in given for name in each}):
            values = [quantity(each[name]) if name in each else "-" for each in given]
            yield [tree.text(item, "type"), name, *values]
