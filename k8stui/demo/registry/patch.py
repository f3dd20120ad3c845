"""The three patches that change an object: JSON patch (RFC 6902), merge patch (RFC 7386), strategic merge patch."""

from collections.abc import Callable
from typing import Any

import msgspec

from k8stui.demo.registry.strategic import strategic
from k8stui.demo.schema import gojson
from k8stui.demo.schema.schema import Type
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


def patched(kind: Kind, of: Type, obj: dict[str, Any], body: bytes, content_type: str) -> dict[str, Any]:
    """The object (of type `of`) with the patch applied; `obj` itself may be changed.

    Raises Refusal: 400, 415, 422, 500.
    """
    media = content_type.partition(";")[0].strip()
    if media == JSON_PATCH:
        operations = _decode(body, list, "[]handlers.jsonPatchOp")
        return _json_patch(obj, operations)
    if media == MERGE_PATCH:
        return _object(merge(obj, _decode(body, dict, "map[string]interface {}")))
    if media == STRATEGIC_PATCH and not kind.custom:
        return _object(strategic(obj, _decode(body, dict, "map[string]interface {}", said=""), of))
    if kind.custom:
        accepted = f"{JSON_PATCH}, {MERGE_PATCH}, {APPLY_PATCH}"
        message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
        raise errors.Refusal(415, "UnsupportedMediaType", message)
    raise errors.Refusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def merge(target: Any, patch: Any) -> Any:
    """RFC 7386: null removes, maps are merged, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def _decode(body: bytes, wanted: type, go_type: str, said: str = "error decoding patch: ") -> Any:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise errors.bad_request(f"{said}{gojson.explain(body) or error}") from None
    if not isinstance(found, wanted):
        names = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
        what = names.get(type(found), "null")
        raise errors.bad_request(f"{said}json: cannot unmarshal {what} into Go value of type {go_type}")
    return found


def _object(obj: Any) -> dict[str, Any]:
    if not isinstance(obj, dict) or not isinstance(obj.get("metadata"), dict):
        raise _rejected()
    return obj


def _rejected() -> errors.Refusal:
    return errors.Refusal(422, "Invalid", errors.INVALID_REQUEST, {})


# ---- JSON patch


def _json_patch(obj: Any, operations: list[Any]) -> dict[str, Any]:
    document = {"": obj}
    for operation in operations:
        try:
            _OPERATIONS[operation["op"]](document, operation)
        except (KeyError, IndexError, ValueError, TypeError, AttributeError):
            raise _rejected() from None
    return _object(document.get(""))


def _walk(document: Any, pointer: str) -> tuple[Any, str]:
    """The container of a JSON pointer's target, and the last step."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(pointer)
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
    for step in steps[:-1]:
        document = _at(document, step)
    return document, steps[-1]


def _at(container: Any, step: str) -> Any:
    return container[_index(step)] if isinstance(container, list) else container[step]


def _index(step: str) -> int:
    if not step.isdecimal():
        raise ValueError(step)
    return int(step)


def _read(document: Any, pointer: str) -> Any:
    return _at(*_walk(document, pointer))


def _insert(document: Any, pointer: str, value: Any) -> None:
    container, step = _walk(document, pointer)
    if isinstance(container, list):
        index = len(container) if step == "-" else _index(step)
        if index > len(container):
            raise IndexError(step)
        container.insert(index, value)
    else:
        container[step] = value


def _take(document: Any, pointer: str) -> Any:
    container, step = _walk(document, pointer)
    return container.pop(_index(step)) if isinstance(container, list) else container.pop(step)


def _copied(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _op_replace(document: Any, operation: Any) -> None:
    container, step = _walk(document, operation["path"])
    _at(container, step)
    container[_index(step) if isinstance(container, list) else step] = operation["value"]


def _op_test(document: Any, operation: Any) -> None:
    if _read(document, operation["path"]) != operation.get("value"):
        raise ValueError(operation["path"])


def _op_move(document: Any, operation: Any) -> None:
    _insert(document, operation["path"], _take(document, operation["from"]))


_OPERATIONS: dict[str, Callable[[Any, Any], None]] = {
    "add": lambda document, operation: _insert(document, operation["path"], operation["value"]),
    "remove": lambda document, operation: _take(document, operation["path"]),
    "replace": _op_replace,
    "test": _op_test,
    "move": _op_move,
    "copy": lambda document, operation: _insert(
        document, operation["path"], _copied(_read(document, operation["from"]))
    ),
}
