"""How custom resources are printed: by their CRD's additionalPrinterColumns.

Source of the cells: `apiextensions-apiserver/pkg/registry/customresource/tableconvertor`.
"""

from typing import Any

import msgspec

from k8stui.demo.custom.jsonpath import compiled
from k8stui.demo.storage.kinds import Definition, PrinterColumn
from k8stui.demo.tables.tables import Column, Printer, name_column, since
from k8stui.model.duration import stamp

_AGE = PrinterColumn("Age", "date", ".metadata.creationTimestamp", description="CreationTimestamp of the object.")


def custom(definition: Definition) -> Printer:
    """The printer of one version of a CRD; without columns of its own it shows the age."""
    return Printer((name_column(), *(_column(each) for each in definition.columns or (_AGE,))))


def _column(spec: PrinterColumn) -> Column:
    try:
        find = compiled(spec.json_path)
    except ValueError:
        find = _nothing

    def cell(obj: Any, now: float) -> object:
        found = find(obj)
        return _shown(spec.type, found[0], now) if found else None

    about = spec.description or f"Custom resource definition column (in JSONPath format): {spec.json_path}"
    return Column(spec.name, cell, spec.type, wide=spec.priority > 0, format=spec.format, description=about)


def _nothing(obj: Any) -> list[Any]:
    return []


def _shown(kind: str, value: Any, now: float) -> object:
    """A value as a cell of its column's type; what does not fit is an empty cell."""
    if kind == "string":
        return _text(value)
    if kind == "date" and isinstance(value, str):
        return "<invalid>" if stamp(value) is None else since(value, now)
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind in ("integer", "number") and isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if kind == "integer" else float(value)
    return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "<no value>" if value is None else msgspec.json.encode(value).decode()
