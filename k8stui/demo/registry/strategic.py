"""Strategic merge patch: lists of objects are merged by a key, and directives say what to drop and in which order."""

from typing import Any

from k8stui.demo.schema.schema import Field, Type
from k8stui.demo.storage import errors

_ORDER, _DELETE, _PATCH, _RETAIN = "$setElementOrder/", "$deleteFromPrimitiveList/", "$patch", "$retainKeys"


def strategic(target: dict[str, Any], patch: dict[str, Any], of: Type | None) -> dict[str, Any]:
    """The merged map; `of` is its type (None: a map of scalars). Walks no more than the patch.

    Raises Refusal (500) for a directive unknown or a list item without its merge key.
    """
    directive = patch.get(_PATCH)
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != _PATCH}
    if directive == "delete":
        return {}
    _check(directive, patch)
    result = dict(target)
    if (retained := patch.get(_RETAIN)) is not None:
        result = {key: value for key, value in result.items() if key in retained}
    for key, value in patch.items():
        if key.startswith(_DELETE):
            name = key.removeprefix(_DELETE)
            if name in result:
                result[name] = [each for each in result[name] if each not in value]
        elif not key.startswith("$"):
            _set(result, key, value, of.fields.get(key) if of is not None else None)
    for key, order in patch.items():
        if key.startswith(_ORDER) and isinstance(result.get(name := key.removeprefix(_ORDER)), list):
            field = of.fields.get(name) if of is not None else None
            result[name] = _ordered(result[name], order, field.merge_key if field is not None else "")
    return result


def _set(result: dict[str, Any], key: str, value: Any, field: Field | None) -> None:
    if value is None:
        result.pop(key, None)
    elif isinstance(value, dict) and not (field is not None and field.strategy == "replace"):
        found = result.get(key)
        merged = _map(found if isinstance(found, dict) else {}, value, field)
        if merged or value.get(_PATCH) != "delete":
            result[key] = merged
        else:
            result.pop(key, None)
    elif isinstance(value, list):
        result[key] = _list(result.get(key), value, field)
    else:
        result[key] = value


def _map(target: dict[str, Any], patch: dict[str, Any], field: Field | None) -> dict[str, Any]:
    """A struct, or a map whose values may be structs."""
    if field is None or field.of is None or not field.many:
        return strategic(target, patch, field.of if field is not None else None)
    result = strategic(target, {key: value for key, value in patch.items() if not isinstance(value, dict)}, None)
    for key, value in patch.items():
        if isinstance(value, dict):
            result[key] = strategic(result.get(key) or {}, value, field.of)
    return result


def _list(target: Any, patch: list[Any], field: Field | None) -> list[Any]:
    old: list[Any] = target if isinstance(target, list) else []
    if field is None or not field.merges:
        return _plain(patch)
    key = field.merge_key
    if not key:
        return old + [each for each in patch if each not in old]
    if any(isinstance(each, dict) and each.get(_PATCH) == "replace" for each in patch):
        return [each for each in patch if each.get(_PATCH) != "replace"]
    result = list(old)
    added = []
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise errors.internal(f"map: {_go(item)} does not contain declared merge key: {key}")
        at = next((index for index, each in enumerate(result) if each.get(key) == item[key]), None)
        if item.get(_PATCH) == "delete":
            result = [each for each in result if each.get(key) != item[key]]
        elif at is None:
            added.append(strategic({}, item, field.of))
        else:
            result[at] = strategic(result[at], item, field.of)
    return added + result


def _plain(patch: list[Any]) -> list[Any]:
    """An atomic list is replaced; a directive in it is no item."""
    return [each for each in patch if not (isinstance(each, dict) and each.get(_PATCH) == "replace")]


def _ordered(items: list[Any], order: list[Any], key: str) -> list[Any]:
    """Items named in the order stand in it; others keep their place before what follows them."""

    def mark(item: Any) -> Any:
        return item.get(key) if key and isinstance(item, dict) else item

    wanted = [mark(each) for each in order]
    known = sorted((each for each in items if mark(each) in wanted), key=lambda each: wanted.index(mark(each)))
    queue = iter(known)
    return [next(queue) if mark(each) in wanted else each for each in items]


def _check(directive: Any, patch: dict[str, Any]) -> None:
    if directive not in (None, "merge"):
        raise errors.internal(f"unknown patch type: {directive} in map: {_go(patch)}")


def _go(value: Any) -> str:
    """As Go's %v prints a map."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{_go(value[key])}' for key in sorted(value))}]"
    return str(value)
