"""The fields of an object as server-side apply names them: `f:spec`, `k:{"name":"web"}`, `v:"a"`, one step each.

Which maps and lists are taken apart and which are whole (atomic) says the table of types. Source:
sigs.k8s.io/structured-merge-diff.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from k8stui.demo.schema.schema import LIST, MAP, Field, Type

Path = tuple[str, ...]
Paths = set[Path]
ITSELF = "."
"""In fieldsV1: the map or item itself is owned, not only what is in it."""
_ATOMIC = frozenset({
    "autoscaling/v1.CrossVersionObjectReference", "core/v1.ConfigMapKeySelector", "core/v1.EndpointAddress",
    "core/v1.EndpointPort", "core/v1.LocalObjectReference", "core/v1.NodeSelector", "core/v1.NodeSelectorTerm",
    "core/v1.ObjectFieldSelector", "core/v1.ObjectReference", "core/v1.ResourceFieldSelector", "core/v1.ScopeSelector",
    "core/v1.ScopedResourceSelectorRequirement", "core/v1.SecretKeySelector", "core/v1.SecretReference",
    "core/v1.TopologySelectorTerm", "core/v1.TypedLocalObjectReference", "discovery/v1.EndpointPort",
    "meta/v1.LabelSelector", "networking/v1.ServiceBackendPort", "rbac/v1.RoleRef", "rbac/v1.Subject",
})  # fmt: skip
"""Structs that are owned as a whole."""


class Place(NamedTuple):
    """What may stand at a path."""

    of: Type | None
    """A struct of this type."""
    field: Field | None = None
    """A list or a map, when `many` says so."""
    many: str = ""
    whole: bool = False
    """A scalar, or something atomic."""


def root(of: Type) -> Place:
    """The object itself."""
    return Place(of)


_OPEN = Place(None)
_SCALAR = Place(None, whole=True)


def _place(field: Field) -> Place:
    if field.many == LIST:
        return Place(field.of, field, LIST, whole=field.list_type not in ("map", "set"))
    if field.many == MAP:
        return Place(field.of, field, MAP, whole=field.map_type == "atomic")
    return _item(field)


def _item(field: Field) -> Place:
    if field.of is None:
        return _SCALAR
    return Place(field.of, whole=field.type in _ATOMIC)


def parts(place: Place, value: Any) -> Iterator[tuple[str, Place, Any]]:
    """What is in a value, step by step; nothing for what is owned as a whole."""
    if place.whole:
        return
    if isinstance(value, dict):
        for key, each in value.items():
            yield f"f:{key}", inner(place, key), each
    elif isinstance(value, list) and place.many == LIST and place.field is not None:
        item = _item(place.field)
        for each in value:
            yield step_of(place.field, each), item, each


def inner(place: Place, key: str) -> Place:
    """What stands under a key of a map or struct."""
    if place.many == MAP and place.field is not None:
        return _item(place.field)
    if place.of is None:
        return _OPEN
    field = place.of.fields.get(key)
    return _OPEN if field is None else _place(field)


def item_place(place: Place) -> Place:
    """What the items of a list are."""
    return _item(place.field) if place.field is not None else _OPEN


def step_of(field: Field, item: Any) -> str:
    """The step to an item of a list that is taken apart: by its keys, or by its value."""
    if field.list_type == "set" or not isinstance(item, dict):
        return f"v:{msgspec.json.encode(item).decode()}"
    found = {}
    for key in sorted(field.list_keys):
        known = field.of.fields.get(key) if field.of is not None else None
        value = item.get(key)
        if value is None and known is not None and known.default is not msgspec.UNSET:
            value = known.default
        if value is not None:
            found[key] = value
    return f"k:{msgspec.json.encode(found).decode()}"


def composite(place: Place, value: Any) -> bool:
    """Whether a value is taken apart: it has parts of its own."""
    return (
        not place.whole
        and bool(value)
        and (isinstance(value, dict) or (isinstance(value, list) and place.many == LIST))
    )


# ---- sets of paths, and how they are written


def written(paths: Paths) -> dict[str, Any]:
    """As fieldsV1: a tree of steps."""
    tree: dict[str, Any] = {}
    for path in sorted(paths):
        at = tree
        for step in path:
            at = at.setdefault(step, {})
        at[ITSELF] = {}
    return _trimmed(tree)


def _trimmed(tree: dict[str, Any]) -> dict[str, Any]:
    """A leaf is written as {}; only what has parts says that it is owned itself."""
    if tree.keys() == {ITSELF}:
        return {}
    return {key: {} if key == ITSELF else _trimmed(tree[key]) for key in sorted(tree)}


def read(tree: Any) -> Paths:
    """The paths in a fieldsV1."""
    found: Paths = set()
    if isinstance(tree, dict):
        _read(tree, (), found)
    return found


def _read(tree: dict[str, Any], path: Path, found: Paths) -> None:
    for step, below in tree.items():
        if step == ITSELF:
            found.add(path)
        elif isinstance(below, dict) and below:
            _read(below, (*path, step), found)
        else:
            found.add((*path, step))


def shown(path: Path) -> str:
    """As messages name it: `.spec.containers[name="web"].image`."""
    text = ""
    for step in path:
        kind, _, rest = step.partition(":")
        if kind == "f":
            text += f".{rest}"
        elif kind == "k":
            keys = msgspec.json.decode(rest)
            text += f"[{','.join(f'{key}={msgspec.json.encode(value).decode()}' for key, value in keys.items())}]"
        else:
            text += f"[{rest}]" if kind == "i" else f"[={rest}]"
    return text
