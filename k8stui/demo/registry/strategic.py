"""Strategic merge patch: lists of objects are merged by a key, and directives say what to drop and in which order.

The rules, and the order of merged lists, are those of k8s.io/apimachinery/pkg/util/strategicpatch.
"""

from collections.abc import Callable
from typing import Any

from k8stui.demo.schema.gojson import text
from k8stui.demo.schema.schema import Field, Type
from k8stui.demo.storage import errors

_ORDER, _DELETE, _PATCH, _RETAIN = "$setElementOrder/", "$deleteFromPrimitiveList/", "$patch", "$retainKeys"
_GO_KINDS = {dict: "map", list: "slice", str: "string", bool: "bool", int: "int64", float: "float64"}

Object = dict[str, Any]
Mark = Callable[[Any], Any]
"""What an item of a list is known by."""


def strategic(target: Object, patch: Object, of: Type | None) -> Object:
    """The merged map; `of` is its type (None: a map of scalars). Walks no more than the patch.

    Raises Refusal: 400 for a directive of another form, 500 for one unknown or a list item without its merge key.
    """
    directive = patch.get(_PATCH)
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != _PATCH}
    if directive == "delete":
        return {}
    if directive not in (None, "merge"):
        raise errors.internal(f"unknown patch type: {text(directive)} in map: {text(patch)}")
    result = dict(target)
    if _RETAIN in patch:
        result = _retained(result, patch)
    for key, value in patch.items():
        if key.startswith(_DELETE):
            _drop(result, key.removeprefix(_DELETE), value)
    for key, value in patch.items():
        if not key.startswith("$"):
            field = of.fields.get(key) if of is not None else None
            _set(result, key, value, field, patch.get(_ORDER + key))
    for key, order in patch.items():
        name = key.removeprefix(_ORDER)
        if name != key and name not in patch and isinstance(result.get(name), list):
            field = of.fields.get(name) if of is not None else None
            result[name] = _ordered(result[name], _list_of(order), result[name], _mark(field))
    return result


def _retained(target: Object, patch: Object) -> Object:
    kept = patch[_RETAIN]
    if not isinstance(kept, list) or any(
        key not in kept for key, value in patch.items() if value is not None and not key.startswith("$")
    ):
        raise errors.bad_request("invalid patch format of retainKeys")
    return {key: value for key, value in target.items() if key in kept}


def _drop(target: Object, name: str, values: Any) -> None:
    if not isinstance(values, list):
        raise errors.bad_request("invalid patch format of primitive list")
    if isinstance(found := target.get(name), list):
        target[name] = [each for each in found if each not in values]


def _list_of(order: Any) -> list[Any]:
    if not isinstance(order, list):
        kind = "string" if isinstance(order, str) else _GO_KINDS.get(type(order), "nil")
        raise errors.internal(f"expected a []interface {{}}, but received a {kind}")
    return order


def _set(result: Object, key: str, value: Any, field: Field | None, order: Any) -> None:
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
        result[key] = _list(result.get(key), value, field, order)
    else:
        result[key] = value


def _map(target: Object, patch: Object, field: Field | None) -> Object:
    """A struct, or a map whose values may be structs."""
    if field is None or field.of is None or not field.many:
        return strategic(target, patch, field.of if field is not None else None)
    result = strategic(target, {key: value for key, value in patch.items() if not isinstance(value, dict)}, None)
    for key, value in patch.items():
        if isinstance(value, dict):
            found = result.get(key)
            result[key] = strategic(found if isinstance(found, dict) else {}, value, field.of)
    return result


def _mark(field: Field | None) -> Mark:
    key = field.merge_key if field is not None else ""
    return (lambda item: item.get(key) if isinstance(item, dict) else item) if key else (lambda item: item)


def _list(target: Any, patch: list[Any], field: Field | None, order: Any) -> list[Any]:
    old: list[Any] = target if isinstance(target, list) else []
    if field is None or not field.merges:
        return _without_replace(patch)
    mark = _mark(field)
    wanted = None if order is None else _list_of(order)
    if not field.merge_key:
        merged = old + [each for each in patch if each not in old]
        return _ordered(merged, patch if wanted is None else wanted, old, mark)
    if any(isinstance(each, dict) and each.get(_PATCH) == "replace" for each in patch):
        return _without_replace(patch)
    if target is None:  # nothing to merge with: keys may come twice, or not at all
        return [
            strategic({}, each, field.of) for each in patch if isinstance(each, dict) and each.get(_PATCH) != "delete"
        ]
    plain = [each for each in patch if not (isinstance(each, dict) and each.get(_PATCH) == "delete")]
    if wanted is not None:
        _check_order(plain, wanted, mark)
    merged = _merged(old, patch, field)
    return _ordered(merged, plain if wanted is None else wanted, old, mark)


def _merged(old: list[Any], patch: list[Any], field: Field) -> list[Any]:
    """The old items with the patch's merged into them, new ones behind."""
    key, mark = field.merge_key, _mark(field)
    result = list(old)
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise errors.internal(f"map: {text(item)} does not contain declared merge key: {key}")
        at = next((index for index, each in enumerate(result) if mark(each) == item[key]), None)
        if item.get(_PATCH) == "delete":
            result = [each for each in result if mark(each) != item[key]]
        elif at is None:
            result.append(strategic({}, item, field.of))
        else:
            result[at] = strategic(result[at] if isinstance(result[at], dict) else {}, item, field.of)
    return result


def _without_replace(patch: list[Any]) -> list[Any]:
    """A list that takes the place of the old one; the directive in it is no item."""
    return [each for each in patch if not (isinstance(each, dict) and each.get(_PATCH) == "replace")]


def _check_order(patch: list[Any], order: list[Any], mark: Mark) -> None:
    """Raises Refusal (500) for a patch whose items are not in the order it gives."""
    queue = iter(order)
    for item in patch:
        if not any(mark(each) == mark(item) for each in queue):
            what = f"The order in patch list:\n{text(patch)}\n doesn't match $setElementOrder list:\n{text(order)}\n"
            raise errors.internal(what)


def _ordered(items: list[Any], order: list[Any], server: list[Any], mark: Mark) -> list[Any]:
    """Items that the order names stand as it says; the others keep their place among those the server had before."""
    wanted, before = [mark(each) for each in order], [mark(each) for each in server]
    named = sorted((each for each in items if mark(each) in wanted), key=lambda each: wanted.index(mark(each)))
    others = [each for each in items if mark(each) not in wanted]
    result: list[Any] = []
    for other in others:
        place = before.index(mark(other)) if mark(other) in before else -1
        while named and not (place >= 0 and mark(named[0]) in before and place < before.index(mark(named[0]))):
            result.append(named.pop(0))
        result.append(other)
    return result + named
