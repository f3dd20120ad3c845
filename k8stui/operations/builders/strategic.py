"""The patch that makes one object of another: strategic as kubectl makes it, or a merge patch (RFC 7396)."""

from collections.abc import Sequence
from typing import Any

from k8stui.model.kinds import Kind
from k8stui.model.objects import Object
from k8stui.operations.builders.merge_keys import SET, Path, is_whole, merge_key, retains


def merge(before: Object, after: Object) -> Object:
    """The merge patch; empty where they are equal. A null in `after` says the same as nothing."""
    patch: Object = {key: None for key in before if after.get(key) is None and before[key] is not None}
    for key, value in after.items():
        old = before.get(key)
        if value is None or same(old, value):
            continue
        patch[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else bare(value)
    return patch


def strategic(kind: Kind, before: Object, after: Object, path: Path = ()) -> Object:
    """The strategic merge patch; empty where they are equal.

    Lists of named things are patched item by item, with their order, as kubectl does. Safer than kubectl where two
    items have one name (a port for TCP and for UDP): such a list is replaced as a whole, of which the server would
    otherwise mend the wrong item.
    """
    patch: Object = {key: None for key in before if after.get(key) is None and before[key] is not None}
    for key, value in after.items():
        old, here = before.get(key), (*path, key)
        if value is None or same(old, value):
            continue
        if isinstance(old, dict) and isinstance(value, dict) and not is_whole(kind, here):
            patch[key] = strategic(kind, old, value, here)
        elif isinstance(old, list) and isinstance(value, list) and merge_key(kind, here) is not None:
            patch |= _list(kind, key, here, old, value)
        else:
            patch[key] = bare(value)
    return patch | {"$retainKeys": sorted(after)} if patch and retains(kind, path) else patch


def names(items: Sequence[Any], key: str) -> list[Any] | None:
    """By what the items of a list are known; None where one has no name, or two have the same."""
    found = [each if key == SET else each.get(key) if isinstance(each, dict) else None for each in items]
    simple = all(isinstance(name, str | int) for name in found)
    return found if simple and len(set(found)) == len(found) else None


def bare(value: Any) -> Any:
    """A value without the nulls in it, which a patch would take for orders to remove."""
    if isinstance(value, dict):
        return {key: bare(each) for key, each in value.items() if each is not None}
    return [bare(each) for each in value] if isinstance(value, list) else value


def _list(kind: Kind, key: str, path: Path, before: list[Any], after: list[Any]) -> Object:
    """The members of a patch that are about one list of named things."""
    field = merge_key(kind, path)
    assert field is not None
    old, new = names(before, field), names(after, field)
    if not after:
        return {key: None}
    if old is None or new is None:
        return {key: [{"$patch": "replace"}, *bare(after)]} if field != SET else {key: bare(after)}
    if field == SET:
        gone = [each for each in before if each not in after]
        added = [each for each in after if each not in before]
        patch: Object = {f"$deleteFromPrimitiveList/{key}": gone} if gone else {}
        return patch | ({key: added} if added else {}) | {f"$setElementOrder/{key}": after}
    at = dict(zip(old, before, strict=True))
    changed = []
    for name, item in zip(new, after, strict=True):
        if name not in at:
            changed.append(bare(item))
        elif inner := strategic(kind, at[name], item, path):
            changed.append({field: name} | inner)
    changed += [{"$patch": "delete", field: name} for name in old if name not in new]
    order = {f"$setElementOrder/{key}": [{field: name} for name in new]}
    return order | ({key: changed} if changed else {})


def same(left: Any, right: Any) -> bool:
    """Equal also in type: 1, 1.0 and true are three values."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right
