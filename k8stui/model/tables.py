"""Rows and columns of kinds without rules of their own: what the server prints, as a Table."""

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, ValidationError, json

from k8stui.model.columns import Column, Comparable
from k8stui.model.duration import stamp
from k8stui.model.kinds import Kind, Ref
from k8stui.model.object_columns import AGE, NAMESPACE
from k8stui.model.raw import Meta, RawObject, Whole, named
from k8stui.model.shared import Labels, labels_of, ref_of
from k8stui.model.text import clean

_NUMBER = re.compile(r"(-?[0-9]{1,18}(?:\.[0-9]{1,18})?)(?:[/% ].*)?", re.ASCII | re.DOTALL)


class TableColumn(Struct, frozen=True, gc=False):
    """One column as the server defines it."""

    name: str
    type: str = "string"
    format: str = ""
    wide: bool = False
    """Its priority is over 0: kubectl shows it with -o wide."""


class TableRow(Struct, frozen=True, gc=False):
    """One row of a Table. Its cells are what the server printed when the object last changed."""

    ref: Ref
    version: str
    labels: Labels
    cells: tuple[str, ...]
    created: float | None


class RawColumn(Struct, gc=False):
    """columnDefinitions[]."""

    name: str | None = None
    type: str | None = None
    format: str | None = None
    priority: Whole | None = None


class RawRow(Struct, gc=False):
    """rows[]."""

    cells: list[Any] | None = None
    object: RawObject | None = None


NAME_ONLY = (TableColumn("Name", "string", "name"),)
"""What a server that makes no Table of a kind comes down to."""


def definitions(raw: Sequence[RawColumn]) -> tuple[TableColumn, ...]:
    """The decoded columns."""
    return tuple(
        TableColumn(
            clean(each.name or ""), clean(each.type or "string"), clean(each.format or ""), (each.priority or 0) > 0
        )
        for each in raw
    )


def row(kind: Kind, raw: RawRow) -> TableRow:
    """The row of a decoded Table row. Raises msgspec.ValidationError where its object has no name."""
    if raw.object is None:
        raise ValidationError("The row of the Table has no object.")
    return _row(kind, named(raw.object.metadata), tuple([_cell(each) for each in raw.cells or ()]))


def bare_row(kind: Kind, raw: RawObject) -> TableRow:
    """The row of an object that came alone, from a server that makes no Table of its kind."""
    meta = named(raw.metadata)
    return _row(kind, meta, (clean(meta.name or ""),))


def columns(found: Sequence[TableColumn], *, namespaced: bool) -> tuple[Column[TableRow], ...]:
    """The columns of a view over such rows: NAMESPACE first where the kind has any, AGE always by creation time.

    The server's own Age cells are left out: they stand still between two changes of an object.
    """
    made: list[Column[TableRow]] = []
    if namespaced:
        made.append(NAMESPACE)
    rest = [(index, each) for index, each in enumerate(found) if each.name.lower() != "age"]
    made += [_column(index, each, place) for place, (index, each) in enumerate(rest)]
    narrow = [column for column in made if not column.wide]
    return (*narrow, AGE, *[column for column in made if column.wide])


def search_text(line: TableRow) -> str:
    """What a filter looks at."""
    return " ".join((line.ref.namespace, line.ref.name, *line.cells))


def _row(kind: Kind, meta: Meta, cells: tuple[str, ...]) -> TableRow:
    created = stamp(meta.creation_timestamp)
    # What is made for each answer (metrics) has no version: another text is another one.
    version = meta.resource_version or "│".join(cells)
    return TableRow(ref_of(kind, meta), version, labels_of(meta), cells, created)


def _cell(value: object) -> str:
    """A cell as text: its JSON type need not be the declared one."""
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(json.encode(value).decode())


def _column(index: int, found: TableColumn, place: int) -> Column[TableRow]:
    """One of the server's columns: the name stays longest, then from left to right."""
    name = found.format == "name" or found.name.lower() == "name"

    def text(line: TableRow, now: float) -> str:
        return line.cells[index] if index < len(line.cells) else ""

    def order(line: TableRow) -> Comparable:
        return natural(text(line, 0.0))

    return Column(
        title=found.name.upper(),
        text=text,
        order=order,
        right=found.type in ("integer", "number"),
        width=max(4, min(len(found.name), 16)) if not name else 16,
        most=63 if name else 48,
        keep=9 if name else max(1, 7 - place),
        middle=name,
        wide=found.wide,
    )


def natural(text: str) -> tuple[int, float, str]:
    """Numbers by value (also `3/4`, `10%`, `7 (3m ago)`), then texts, then what is empty or not known."""
    match = _NUMBER.fullmatch(text)
    if match is not None:
        return 0, float(match[1]), text
    return (2 if text in ("", "<none>", "<unknown>", "<unset>") else 1), 0.0, text
