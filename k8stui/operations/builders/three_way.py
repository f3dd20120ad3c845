"""One person's change of an object put onto what others have made of it meanwhile."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from k8stui.model.kinds import Kind
from k8stui.model.objects import Object
from k8stui.operations.builders.merge_keys import SET, Path, merge_key
from k8stui.operations.builders.strategic import names, same

_NOTHING: Final = object()
"""There is no such field."""


class Rebased(Struct, frozen=True):
    """The result, and where both have changed the same otherwise."""

    tree: Object
    overlaps: tuple[str, ...]
    """`spec.replicas`, `spec.template.spec.containers[web].image`: there the own change counts."""


def rebase(kind: Kind, base: Object, mine: Object, theirs: Object) -> Rebased:
    """What I made of `base`, made of `theirs`. Lists of named things are joined item by item, others as one value."""
    overlaps: list[str] = []
    tree = _maps(kind, (), "", base, mine, theirs, overlaps)
    return Rebased(tree, tuple(overlaps))


def _maps(kind: Kind, path: Path, said: str, base: Object, mine: Object, theirs: Object, overlaps: list[str]) -> Object:
    result: Object = {}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        where = f"{said}.{key}" if said else key
        value = _value(
            kind,
            (*path, key),
            where,
            [each.get(key, _NOTHING) for each in (base, mine, theirs)],
            overlaps,
        )
        if value is not _NOTHING:
            result[key] = value
    return result


def _value(kind: Kind, path: Path, said: str, versions: Sequence[Any], overlaps: list[str]) -> Any:
    base, mine, theirs = versions
    if same(mine, base) or same(mine, theirs):
        return theirs
    if same(theirs, base):
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _maps(kind, path, said, base if isinstance(base, dict) else {}, mine, theirs, overlaps)
    key = merge_key(kind, path)
    if key is not None and isinstance(mine, list) and isinstance(theirs, list):
        joined = _lists(kind, path, said, key, (base if isinstance(base, list) else [], mine, theirs), overlaps)
        if joined is not None:
            return joined
    overlaps.append(said)
    return mine


def _lists(
    kind: Kind, path: Path, said: str, key: str, versions: tuple[list[Any], list[Any], list[Any]], overlaps: list[str]
) -> list[Any] | None:
    """Item by item, in my order where I changed it; None where items cannot be told apart."""
    named = [names(each, key) for each in versions]
    base, mine, theirs = (
        dict(zip(found, rows, strict=True)) if found is not None else None
        for found, rows in zip(named, versions, strict=True)
    )
    if base is None or mine is None or theirs is None:
        return None
    result: dict[Any, Any] = {}
    reordered = [name for name in mine if name in base] != [name for name in base if name in mine]
    first, second = (mine, theirs) if reordered else (theirs, mine)
    for name in [*first, *(name for name in second if name not in first)]:
        rows = [each.get(name, _NOTHING) for each in (base, mine, theirs)]
        where = said if key == SET else f"{said}[{name}]"
        value = _value(kind, path, where, rows, overlaps)
        if value is not _NOTHING:
            result[name] = value
    return list(result.values())
