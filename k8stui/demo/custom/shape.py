"""What a structural schema makes of a custom object before it is judged: unknown fields go, defaults come.

Source: `apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}`.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from k8stui.demo.storage.objects import Object

_ALWAYS = ("apiVersion", "kind", "metadata")
_OPEN = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"


def unknown_fields(schema: Object, obj: Object) -> list[str]:
    """The paths of the fields that the schema does not know, sorted: `spec.a`, `spec.list[0].b`."""
    return sorted(path for path, _, _ in _unknown(schema, obj, "", root=True))


def prune(schema: Object, obj: Object) -> None:
    """Remove the fields that the schema does not know."""
    for _, place, key in list(_unknown(schema, obj, "", root=True)):
        del place[key]


def default(schema: Object, value: Any) -> None:
    """Fill in the defaults, and drop nulls where nothing says that null may stand."""
    if isinstance(value, list):
        items = _of(schema, "items")
        for each in value:
            default(items, each)
    if not isinstance(value, dict):
        return
    for key, of in _properties(schema).items():
        if key not in value or (value[key] is None and not of.get("nullable")):
            value.pop(key, None)
            if "default" in of:
                value[key] = deepcopy(of["default"])
    for key, each in list(value.items()):
        known = child(schema, key)
        if known is not None:
            default(known, each)


def child(schema: Object, key: str) -> Object | None:
    """The schema of a property; None when it has none of its own."""
    known = _properties(schema).get(key)
    if known is None and isinstance(schema.get("additionalProperties"), dict):
        return _of(schema, "additionalProperties")
    return known


def _unknown(schema: Object, value: Any, path: str, *, root: bool = False) -> Iterator[tuple[str, Object, str]]:
    """Path, map and key of everything that is not declared."""
    if isinstance(value, list):
        items = _of(schema, "items")
        for index, each in enumerate(value):
            yield from _unknown(items, each, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    kept = _ALWAYS if root or schema.get(EMBEDDED) else ()
    is_open = bool(schema.get(_OPEN)) or schema.get("additionalProperties") is True
    for key, each in value.items():
        if key in kept:
            continue
        place = f"{path}.{key}" if path else key
        known = child(schema, key)
        if known is not None:
            yield from _unknown(known, each, place)
        elif not is_open:
            yield place, value, key


def _properties(schema: Object) -> dict[str, Object]:
    return _of(schema, "properties")


def _of(schema: Object, name: str) -> Object:
    """A part of a schema, empty when there is none (or it is `true`)."""
    found = schema.get(name)
    return found if isinstance(found, dict) else {}
