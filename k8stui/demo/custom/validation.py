"""Custom objects judged by their CRD's schema, in a real server's words.

Source: `k8s.io/kube-openapi/pkg/validation/validate`, recorded answers. Rules in CEL (x-kubernetes-validations) are not
evaluated.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import msgspec

from k8stui.demo.custom.formats import fits
from k8stui.demo.custom.shape import EMBEDDED, child
from k8stui.demo.storage.errors import cause
from k8stui.demo.storage.objects import Object

Cause = dict[str, str]
_INT_OR_STRING = "x-kubernetes-int-or-string"
_NOWHERE = "<nil>"
_UNCHECKED = "Invalid value: null: some validation rules were not checked because the object was invalid; correct the "
_UNCHECKED += "existing errors to complete validation"
_BLOCKING = frozenset(f"FieldValue{each}" for each in ("Required", "TypeInvalid", "NotSupported", "TooLong", "TooMany"))


def causes(schema: Object, obj: Object) -> list[Cause]:
    """Everything that is wrong with an object, in the order of its fields."""
    found = list(chain.from_iterable(_judge(_of(schema, "properties").get(key, {}), obj[key], key) for key in obj
                                     if key not in ("apiVersion", "kind", "metadata")))  # fmt: skip
    missing = [_required(name) for name in schema.get("required") or () if name not in obj]
    found = [*missing, *found, *(_combined(schema, obj, ""))]
    if any(each["reason"] in _BLOCKING for each in found) and _has_rules(schema):
        found.append(cause("Invalid", _UNCHECKED, _NOWHERE))
    return found or list(_doubles(schema, obj, ""))


def _judge(schema: Object, value: Any, path: str) -> Iterator[Cause]:
    if value is None and schema.get("nullable"):
        return
    yield from _typed(schema, value, path)
    yield from _combined(schema, value, path)
    if isinstance(value, str):
        yield from _string(schema, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(schema, value, path)
    elif isinstance(value, list):
        yield from _list(schema, value, path)
    supported = schema.get("enum")
    if isinstance(supported, list) and value not in supported:
        known = ", ".join(f'"{each}"' for each in supported)
        yield cause("NotSupported", f"Unsupported value: {_shown(value)}: supported values: {known}", path)
    if isinstance(value, dict):
        yield from _map(schema, value, path)


def _typed(schema: Object, value: Any, path: str) -> Iterator[Cause]:
    wanted = "integer,string" if schema.get(_INT_OR_STRING) else schema.get("type") or ""
    kind = _type_of(value)
    if not wanted or kind in wanted.split(",") or (wanted == "number" and kind == "integer"):
        return
    yield cause("TypeInvalid", f'Invalid value: "{kind}": {path} in body must be of type {wanted}: "{kind}"', path)


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    names: dict[type, str] = {dict: "object", list: "array", str: "string", int: "integer"}
    return names.get(type(value), "null")


def _string(schema: Object, value: str, path: str) -> Iterator[Cause]:
    most, least, pattern = (schema.get(name) for name in ("maxLength", "minLength", "pattern"))
    if isinstance(most, int) and len(value) > most:
        yield cause("TooLong", f"Too long: may not be more than {most} bytes", path)
    if isinstance(least, int) and len(value) < least:
        yield _invalid(value, path, f"should be at least {least} chars long")
    if isinstance(pattern, str) and not _matches(pattern, value):
        yield _invalid(value, path, f"should match '{pattern}'")
    wanted = schema.get("format")
    if isinstance(wanted, str) and not fits(wanted, value):
        shown = _shown(value)
        yield cause("TypeInvalid", f"Invalid value: {shown}: {path} in body must be of type {wanted}: {shown}", path)


def _matches(pattern: str, value: str) -> bool:
    """A pattern that Python cannot read (Go's can) lets everything through."""
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True


def _number(schema: Object, value: float, path: str) -> Iterator[Cause]:
    least, most, step = (schema.get(name) for name in ("minimum", "maximum", "multipleOf"))
    if isinstance(least, int | float):
        if schema.get("exclusiveMinimum") and value <= least:
            yield _invalid(value, path, f"should be greater than {_plain(least)}")
        elif value < least:
            yield _invalid(value, path, f"should be greater than or equal to {_plain(least)}")
    if isinstance(most, int | float):
        if schema.get("exclusiveMaximum") and value >= most:
            yield _invalid(value, path, f"should be less than {_plain(most)}")
        elif value > most:
            yield _invalid(value, path, f"should be less than or equal to {_plain(most)}")
    if isinstance(step, int | float) and step and (value / step) % 1:
        yield _invalid(value, path, f"should be a multiple of {_plain(step)}")


def _list(schema: Object, value: list[Any], path: str) -> Iterator[Cause]:
    items = _of(schema, "items")
    for index, each in enumerate(value):
        yield from _judge(items, each, f"{path}[{index}]")
    least, most = schema.get("minItems"), schema.get("maxItems")
    if isinstance(least, int) and len(value) < least:
        yield _invalid(len(value), path, f"should have at least {least} items")
    if isinstance(most, int) and len(value) > most:
        yield _too_many(len(value), most, path)
    if schema.get("uniqueItems") and len({_shown(each) for each in value}) < len(value):
        yield cause("Duplicate", f"{path} in body shouldn't contain duplicates", path)


def _map(schema: Object, value: Object, path: str) -> Iterator[Cause]:
    least, most = schema.get("minProperties"), schema.get("maxProperties")
    if isinstance(least, int) and len(value) < least:
        yield _invalid(len(value), path, f"should have at least {least} properties")
    if isinstance(most, int) and len(value) > most:
        yield _too_many(len(value), most, path)
    required = [*(("apiVersion", "kind") if schema.get(EMBEDDED) else ()), *(schema.get("required") or ())]
    yield from (_required(f"{path}.{name}") for name in dict.fromkeys(required) if name not in value)
    for key, each in value.items():
        known = child(schema, key)
        if known is not None:
            yield from _judge(known, each, f"{path}.{key}")


def _combined(schema: Object, value: Any, path: str) -> Iterator[Cause]:
    """allOf, anyOf, oneOf and not: the causes of the alternative that came nearest follow."""
    tried = {name: [list(_judge(each, value, path)) for each in schema.get(name) or () if isinstance(each, dict)]
             for name in ("anyOf", "oneOf", "allOf")}  # fmt: skip
    if tried["anyOf"] and all(tried["anyOf"]):
        yield _about(path, "must validate at least one schema (anyOf)")
        yield from min(tried["anyOf"], key=len)
    if valid := [each for each in tried["oneOf"] if not each]:
        if len(valid) > 1:
            yield _about(path, f"must validate one and only one schema (oneOf). Found {len(valid)} valid alternatives")
    elif tried["oneOf"]:
        yield _about(path, "must validate one and only one schema (oneOf). Found none valid")
        yield from min(tried["oneOf"], key=len)
    if any(tried["allOf"]):
        yield _about(path, "must validate all the schemas (allOf)")
        yield from chain.from_iterable(tried["allOf"])
    unwanted = schema.get("not")
    if isinstance(unwanted, dict) and not any(_judge(unwanted, value, path)):
        yield _about(path, "must not validate the schema (not)")


def _doubles(schema: Object, value: Any, path: str) -> Iterator[Cause]:
    """The same key twice in a list that is a set or a map; looked for when everything else is right."""
    if isinstance(value, list):
        key = _identity(schema)
        seen = set()
        for index, each in enumerate(value):
            mark = _shown(key(each)) if key else str(index)
            if mark in seen:
                yield cause("Duplicate", f"Duplicate value: {mark}", f"{path}[{index}]")
            seen.add(mark)
            yield from _doubles(_of(schema, "items"), each, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, each in value.items():
            known = child(schema, name)
            if known is not None:
                yield from _doubles(known, each, f"{path}.{name}" if path else name)


def _identity(schema: Object) -> Callable[[Any], Any] | None:
    """What makes an item of a set or map one of its own."""
    keys = [str(each) for each in schema.get("x-kubernetes-list-map-keys") or ()]

    def named(item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        return {name: value for name, value in item.items() if name in keys}

    def itself(item: Any) -> Any:
        return item

    return {"map": named, "set": itself}.get(str(schema.get("x-kubernetes-list-type")))


def _has_rules(schema: Any) -> bool:
    if isinstance(schema, list):
        return any(map(_has_rules, schema))
    if not isinstance(schema, dict):
        return False
    return "x-kubernetes-validations" in schema or any(map(_has_rules, schema.values()))


def _of(schema: Object, name: str) -> Object:
    found = schema.get(name)
    return found if isinstance(found, dict) else {}


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _plain(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"


def _invalid(value: Any, path: str, why: str) -> Cause:
    return cause("Invalid", f"Invalid value: {_shown(value)}: {path} in body {why}", path)


def _required(path: str) -> Cause:
    return cause("Required", "Required value", path)


def _too_many(count: int, most: int, path: str) -> Cause:
    return cause("TooMany", f"Too many: {count}: must have at most {most} item{'' if most == 1 else 's'}", path)


def _about(path: str, why: str) -> Cause:
    return cause("Invalid", f'Invalid value: "": "{path}" {why}', _NOWHERE)
