"""Conditions of a status: one of each type, and the moment when it last turned."""

from typing import Any

from k8stui.demo.clock import stamp
from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.storage.store import Object


def set_condition(status: Object, name: str, value: str, now: float, **more: Any) -> None:
    """Put a condition into a status in the place of the one of its type; its time changes only with its value."""
    rows = status["conditions"] = items(status, "conditions")
    index = next((index for index, each in enumerate(rows) if each.get("type") == name), None)
    old = rows[index] if index is not None else {}
    turned = old.get("lastTransitionTime") if old.get("status") == value else None
    row = {"type": name, "status": value, "lastTransitionTime": turned or stamp(now), **more}
    if index is None:
        rows.append(row)
    else:
        rows[index] = row
