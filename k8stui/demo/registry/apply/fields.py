"""Which fields an object has, and in which two objects differ."""

from typing import Any

from msgspec import Struct

from k8stui.demo.registry.apply.places import Path, Paths, Place, composite, parts, root
from k8stui.demo.schema.schema import Type
from k8stui.demo.storage.store import Object

_NOBODYS = frozenset({"kind", "apiVersion"})
_SYSTEM = frozenset({
    "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink",
    "deletionTimestamp", "deletionGracePeriodSeconds",
})  # fmt: skip
"""Metadata that nobody owns."""


class Difference(Struct):
    """What a change touched."""

    changed: Paths
    """Added, or with another value."""
    removed: Paths


def tracked(obj: Object, *, without: tuple[str, ...] = ()) -> Object:
    """The part of an object that can be owned."""
    found = {key: value for key, value in obj.items() if key not in _NOBODYS and key not in without}
    if isinstance(metadata := obj.get("metadata"), dict):
        found["metadata"] = {key: value for key, value in metadata.items() if key not in _SYSTEM}
    return found


def owned_by_apply(of: Type, obj: Object) -> Paths:
    """The fields that an applied configuration sets: its leaves, and the items of its lists."""
    found: Paths = set()
    _leaves(root(of), obj, (), found)
    found.discard(("f:metadata",))
    return found


def _leaves(place: Place, value: Any, path: Path, found: Paths) -> None:
    if not composite(place, value):
        found.add(path)
        return
    if path and path[-1].startswith(("k:", "v:")):
        found.add(path)
    for step, inside, each in parts(place, value):
        _leaves(inside, each, (*path, step), found)


def difference(of: Type, old: Object, new: Object) -> Difference:
    """What differs; equal parts are passed over at once."""
    found = Difference(set(), set())
    _compare(root(of), old, new, (), found)
    return found


def _compare(place: Place, old: Any, new: Any, path: Path, found: Difference) -> None:
    if old == new and not (isinstance(new, bool) ^ isinstance(old, bool)):
        return
    if not composite(place, old) and not composite(place, new):
        if path:
            found.changed.add(path)
        return
    before = {step: (inside, each) for step, inside, each in parts(place, old)}
    seen = set()
    for step, inside, each in parts(place, new):
        seen.add(step)
        if step in before:
            _compare(inside, before[step][1], each, (*path, step), found)
        else:
            _every(inside, each, (*path, step), found.changed)
    for step, (inside, each) in before.items():
        if step not in seen:
            _every(inside, each, (*path, step), found.removed)


def _every(place: Place, value: Any, path: Path, found: Paths) -> None:
    """A value that one side does not have: it and all that is in it."""
    found.add(path)
    for step, inside, each in parts(place, value):
        _every(inside, each, (*path, step), found)
