"""Objects of every other kind, in kubectl's generic layout: what is amiss first, then every field under its name."""

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.conditions import amiss, foremost
from k8stui.model.describe.layout import Cell, Text
from k8stui.model.describe.parts import controller, events, events_of, heading, identity, moment, shown
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object

_ACRONYMS = frozenset({"API", "URL", "UID", "OSB", "GUID"})
_SKIPPED = frozenset(
    {
        ("metadata", "managedFields"),
        ("metadata", "name"),
        ("metadata", "namespace"),
        ("metadata", "labels"),
        ("metadata", "annotations"),
        ("status", "conditions"),
    }
)
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[^\W\d_]|-+")
_MOST = 3000
"""Fields that are shown; an object with more is read as YAML."""
_DEEPEST = 40


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, tree.text(obj, "kind")),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    _matter(out, obj)
    identity(out, obj)
    owner, target = controller(obj)
    if owner:
        out.field("Controlled By", owner, target=target)
    rows = tree.rows(obj, "status", "conditions")
    tabled = _tabled(obj, rows)
    if tabled:
        _conditions(out, rows)
    _content(out, obj, _SKIPPED if tabled else _SKIPPED - {("status", "conditions")})
    events(out, subject)
    return out.lines()


def label(field: str) -> str:
    """`Cluster IP` for clusterIP: words in title case. What holds digits or signs stays as it is (kubectl)."""
    if not re.fullmatch(r"(?:[^\W\d_]|-)*", field):
        return field
    if not field.isascii():
        return field[:1].upper() + field[1:]
    return " ".join(
        word.upper() if word.upper() in _ACRONYMS else word[:1].upper() + word[1:] for word in _CAMEL.findall(field)
    )


def _matter(out: Text, obj: Object) -> None:
    """What is the matter with it, on top."""
    if tree.text(obj, "metadata", "deletionTimestamp"):
        keepers = ", ".join(tree.texts(obj, "metadata", "finalizers"))
        out.field("State", Cell(f"Terminating{f': waits for {keepers}' if keepers else ''}", Tone.CHANGING))
    row = foremost(obj)
    if row is None:
        return
    reason, message = tree.text(row, "reason"), tree.text(row, "message")
    said = ": ".join(filter(None, (f"{tree.text(row, 'type')} is {tree.text(row, 'status')}", reason, message)))
    out.field("Condition", Cell(said, Tone.WARNING))


def _tabled(obj: Object, rows: list[Object]) -> bool:
    """Whether its conditions are such as everybody has: they make a table then."""
    found = tree.value(obj, "status", "conditions")
    return bool(rows) and len(rows) == len(found) and all({"type", "status"} <= set(row) for row in rows)


def _conditions(out: Text, rows: list[Object]) -> None:
    """Those that are amiss come first."""
    out.head("Conditions")
    told = sorted(rows, key=lambda row: not amiss(tree.text(row, "type"), tree.text(row, "status")))
    out.table(
        ("Type", "Status", "Last Transition Time", "Reason", "Message"), (_condition(row, out.zone) for row in told)
    )


def _condition(row: Object, zone: tzinfo) -> tuple[str | Cell, ...]:
    kind, status = tree.text(row, "type"), shown(row["status"])
    tone = Tone.WARNING if amiss(kind, status) else None
    since = tree.text(row, "lastTransitionTime")
    return (
        Cell(kind, tone),
        Cell(status, tone),
        moment(since, zone) if since else "",
        tree.text(row, "reason"),
        tree.text(row, "message"),
    )


def _content(out: Text, obj: Object, skipped: frozenset[tuple[str, str]]) -> None:
    """Every field, by name, each level two spaces further in."""
    for count, (level, cells) in enumerate(_fields(obj, 0, (), skipped)):
        if count == _MOST:
            out.line("… and more: all of it is in the YAML", tone=Tone.MUTED)
            return
        if len(cells) == 1 and level == 0:
            out.head(cells[0].removesuffix(":"))
        else:
            out.row(*cells, level=level)


def _fields(
    content: Object, level: int, path: tuple[str, ...], skipped: frozenset[tuple[str, str]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Level and cells of each line."""
    for name in sorted(content):
        value, here = content[name], (*path, name)
        if here in skipped:
            continue
        title = f"{label(name)}:"
        if isinstance(value, dict) and level < _DEEPEST:
            yield level, (title,)
            yield from _fields(value, level + 1, here, skipped)
        elif isinstance(value, list) and level < _DEEPEST:
            yield level, (title,)
            for each in value:
                if isinstance(each, dict):
                    yield from _fields(each, level + 1, here, skipped)
                else:
                    yield level + 1, (_value(each),)
        else:
            yield level, (title, _value(value))


def _value(value: Any, levels: int = _DEEPEST) -> str:
    """As Go prints it: a float without a fraction has none. What lies too deep is left out."""
    if value is None:
        return "<nil>"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if not isinstance(value, dict | list):
        return shown(value)
    if not levels:
        return "…"
    if isinstance(value, list):
        return f"[{' '.join([_value(each, levels - 1) for each in value])}]"
    return f"map[{' '.join([f'{key}:{_value(value[key], levels - 1)}' for key in sorted(value)])}]"
