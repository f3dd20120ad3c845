"""The three patches that change an object: JSON patch (RFC 6902), merge patch (RFC 7386), strategic merge patch."""

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
    check_media(kind, content_type)
    media = content_type.partition(";")[0].strip()
    if media == JSON_PATCH:
        operations = _decode(body, list, "[]handlers.jsonPatchOp")
        return _json_patch(obj, operations)
    if media == MERGE_PATCH:
        if body.strip() == b"null":
            raise errors.bad_request("Invalid JSON Patch")
        return _object(merge(obj, _decode(body, dict, "map[string]interface {}")))
    return _object(strategic(obj, _decode(body, dict, "map[string]interface {}", said=""), of))


def check_media(kind: Kind, content_type: str) -> None:
    """A patch of this type can be applied to the kind. Raises Refusal (415)."""
    media = content_type.partition(";")[0].strip()
    if media in (JSON_PATCH, MERGE_PATCH) or (media == STRATEGIC_PATCH and not kind.custom):
        return
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
    if found is None:
        return wanted()
    if not isinstance(found, wanted):
        names = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
        what = names.get(type(found), "null")
        raise errors.bad_request(f"{said}json: cannot unmarshal {what} into Go value of type {go_type}")
    return found


def _object(obj: Any) -> dict[str, Any]:
    """What is left without metadata has no name: that is for those to refuse who know which."""
    if not isinstance(obj, dict):
        raise _rejected()
    if obj.get("metadata") is None:
        obj["metadata"] = {}
    return obj


def _rejected() -> errors.Refusal:
    return errors.Refusal(422, "Invalid", errors.INVALID_REQUEST, {})


def _json_patch(obj: Any, operations: list[Any]) -> dict[str, Any]:
    from k8stui.demo.registry import jsonpatches  # few clients send one: not loaded before the first

    try:
        return _object(jsonpatches.apply(obj, operations))
    except jsonpatches.NotApplied:
        raise _rejected() from None
