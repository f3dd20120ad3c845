"""The shape that every object must have, refused as a real server's typed decoder does: the fields that all share."""

from typing import Any

from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind

_TEXTS = ("name", "generateName", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp")
_MAPS = ("labels", "annotations")
_LISTS = ("finalizers", "ownerReferences")
_NAMES: dict[type, str] = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}


def check(kind: Kind, obj: dict[str, Any]) -> dict[str, Any]:
    """The object without nulls where a struct stands. Raises Refusal (400) for what no typed decoder reads."""
    obj = {key: value for key, value in obj.items() if value is not None}
    for key in ("metadata", "spec", "status"):
        _expect(kind, obj.get(key), dict, key, kind.kind)
    metadata = {key: value for key, value in obj.get("metadata", {}).items() if value is not None}
    for names, wanted in ((_TEXTS, str), (_MAPS, dict), (_LISTS, list)):
        for name in names:
            _expect(kind, metadata.get(name), wanted, f"metadata.{name}", "ObjectMeta")
    for each in metadata.get("finalizers", ()):
        _expect(kind, each, str, "metadata.finalizers", "ObjectMeta")
    return obj | {"metadata": metadata}


def _expect(kind: Kind, value: object, wanted: type, field: str, struct: str) -> None:
    if value is None or isinstance(value, wanted):
        return
    what, into = _NAMES.get(type(value), "value"), _NAMES[wanted]
    why = f"json: cannot unmarshal {what} into Go struct field {struct}.{field} of type {into}"
    message = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {why}'
    raise errors.bad_request(message)
