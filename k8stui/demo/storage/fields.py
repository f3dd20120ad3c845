"""What selectors look at: labels and the few fields of a kind that a server can select by."""

from functools import lru_cache
from typing import Any

from k8stui.demo.storage.kinds import Kind

_DEFAULTS = {
    "spec.unschedulable": "false",
    "spec.hostNetwork": "false",
    "status.successful": "0",
    "status.replicas": "0",
}
_PLACES = {
    "status.successful": "status.succeeded",
}


def index_labels(metadata: dict[str, Any]) -> dict[str, str]:
    """The labels; none of an object whose labels are no labels."""
    labels = metadata.get("labels")
    return labels if isinstance(labels, dict) else {}


def index_fields(kind: Kind, obj: dict[str, Any]) -> dict[str, str]:
    """The values of the kind's own selectable fields, as text; an absent one has its default."""
    if not kind.fields:
        return {}
    found = {field: _text(obj, path) or default for field, path, default in _paths(kind.fields)}
    if "source" in found:  # of an event: who sent it, by the old name or by the new one
        found["source"] = _text(obj, ("source", "component")) or _text(obj, ("reportingComponent",))
    return found


@lru_cache(maxsize=500)
def _paths(fields: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    return tuple((field, tuple(_PLACES.get(field, field).split(".")), _DEFAULTS.get(field, "")) for field in fields)


def _text(obj: Any, path: tuple[str, ...]) -> str:
    for part in path:
        if not isinstance(obj, dict):
            return ""
        obj = obj.get(part)
    if isinstance(obj, str):
        return obj
    if isinstance(obj, bool):
        return "true" if obj else "false"
    return str(obj) if isinstance(obj, int) else ""
