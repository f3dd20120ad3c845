"""What a Table is made of: columns, cells, and the two printers that any kind can have."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from k8stui.demo.storage.objects import Object
from k8stui.model.duration import human, stamp

NONE, UNKNOWN, UNSET = "<none>", "<unknown>", "<unset>"


def dig(obj: Any, *path: str) -> Any:
    """What lies at a path, None when there is nothing, or something on the way is no map: any object can be printed."""
    for part in path:
        if not isinstance(obj, dict):
            return None
        obj = obj.get(part)
    return obj


def map_of(obj: Any, *path: str) -> Object:
    """The map at a path, empty when there is none."""
    found = dig(obj, *path)
    return found if isinstance(found, dict) else {}


def list_of(obj: Any, *path: str) -> list[Object]:
    """The maps of the list at a path."""
    found = dig(obj, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


class Column(Struct, frozen=True):
    """One column: `wide` ones are shown by `-o wide` only."""

    name: str
    cell: Callable[[Any, float], object]
    """Of what the printer's `view` makes of an object, and of the server's time."""
    type: str = "string"
    wide: bool = False
    format: str = ""
    description: str = ""
    """Empty: made of the name."""


class Printer(Struct, frozen=True):
    """The columns of a kind; `conditions` mark a row as done."""

    columns: tuple[Column, ...]
    view: Callable[[Object], Any] = lambda obj: obj
    """What several columns need of an object, worked out once for all of them."""
    conditions: Callable[[Any], list[dict[str, str]]] = lambda view: []

    def definitions(self) -> list[dict[str, object]]:
        """columnDefinitions."""
        return [
            {
                "name": each.name,
                "type": each.type,
                "format": each.format,
                "description": each.description or f"{each.name} of the object.",
                "priority": int(each.wide),
            }
            for each in self.columns
        ]

    def row(self, obj: Object, now: float) -> Object:
        """cells (and conditions, if there are any); the object itself is the caller's."""
        seen = self.view(obj)
        row: Object = {"cells": [column.cell(seen, now) for column in self.columns]}
        conditions = self.conditions(seen)
        return row | {"conditions": conditions} if conditions else row


def name_column(cell: Callable[[Object, float], object] | None = None) -> Column:
    """The first column of every kind."""
    return Column("Name", cell or (lambda obj, now: dig(obj, "metadata", "name") or ""), format="name")


def age_of(obj: Object, now: float) -> str:
    """The age as kubectl prints it."""
    return since(dig(obj, "metadata", "creationTimestamp"), now)


def since(text: object, now: float) -> str:
    """How long ago, `<unknown>` without a time."""
    when = stamp(text) if isinstance(text, str) else None
    return UNKNOWN if when is None else human(now - when)


AGE = Column("Age", age_of)
GENERIC = Printer((name_column(), AGE))
CREATED = Printer(
    (name_column(), Column("Created At", lambda obj, now: dig(obj, "metadata", "creationTimestamp"), "date"))
)
