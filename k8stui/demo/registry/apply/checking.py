"""What is wrong with an applied configuration, in the words of the typed parser of server-side apply."""

from collections.abc import Iterator
from typing import Any

from k8stui.demo.registry.apply.places import Path, Place, inner, item_place, root, shown, step_of
from k8stui.demo.schema.gojson import text
from k8stui.demo.schema.schema import LIST, MAP, Field, Type
from k8stui.demo.storage.store import Object

_NUMBERS = frozenset({"int32", "int64", "float64"})
_TEXTS = frozenset({"string", "bytes", "Time", "MicroTime", "Duration"})
_SCALARS = frozenset({"Quantity", "IntOrString"})
_GO = {str: "string", bool: "bool", int: "int64", float: "float64", list: "[]interface {}"}


def problems(of: Type, config: Object) -> list[str]:
    """Fields that the schema does not have, and values of another type, with their paths."""
    return [f"{shown(path)}: {why}" for path, why in _judge(root(of), config, ())]


def _judge(place: Place, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if value is None:
        return
    if place.many == LIST:
        yield from _list(place, value, path)
    elif place.of is not None or place.many == MAP:
        if not isinstance(value, dict):
            yield path, f"expected map, got {_held(value)}"
            return
        yield from _fields(place, value, path)


def _list(place: Place, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, list) or place.field is None:
        yield path, f"expected list, got {_held(value)}"
        return
    keyed = not place.whole and place.field.of is not None
    if keyed and (why := _no_keys(place.field, value)):
        yield path, why
        return
    for index, each in enumerate(value):
        step = f"i:{index}" if place.whole else step_of(place.field, each)
        if place.field.of is None:
            yield from _scalar(place.field.type, each, (*path, step))
        else:
            yield from _judge(item_place(place), each, (*path, step))


def _no_keys(field: Field, items: list[Any]) -> str:
    """Why the items cannot be told apart by their keys; empty when they can."""
    seen = set()
    for index, each in enumerate(items):
        if not isinstance(each, dict):
            return f"element {index}: associative list with keys may not have non-map elements"
        step = step_of(field, each)
        if step in seen:
            return f"duplicate entries for key {shown((step,))}"
        seen.add(step)
    return ""


def _fields(place: Place, value: Object, path: Path) -> Iterator[tuple[Path, str]]:
    unknown = []
    for key, each in value.items():
        here = (*path, f"f:{key}")
        field = place.field if place.many == MAP else _field(place, key)
        if field is None:
            unknown.append(here)
        elif field.of is None and (place.many == MAP or not field.many):
            yield from _scalar(field.type, each, here)
        else:
            yield from _judge(inner(place, key), each, here)
    if place.of is None or not place.of.open:
        yield from ((here, "field not declared in schema") for here in unknown)


def _field(place: Place, key: str) -> Field | None:
    return place.of.fields.get(key) if place.of is not None else None


def _scalar(of: str, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if value is None:
        return
    if of in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        yield path, f"expected numeric (int or float), got {_go(value)}"
    elif of in _TEXTS and not isinstance(value, str):
        yield path, f"expected string, got {_printed(value)}"
    elif of == "bool" and not isinstance(value, bool):
        yield path, f"expected boolean, got {_held(value)}"
    elif of in _SCALARS and isinstance(value, dict | list):
        yield path, f"expected any scalar, got {_held(value)}"


def _go(value: Any) -> str:
    return _GO.get(type(value), "map[string]interface {}")


def _held(value: Any) -> str:
    return f"&{{{text(value)}}}"


def _printed(value: Any) -> str:
    shown_value = (
        f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    )
    return f"&value.valueUnstructured{{Value:{shown_value}}}"
