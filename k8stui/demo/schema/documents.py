"""Types as OpenAPI describes them, without descriptions: version 3, and the older version 2."""

from collections.abc import Iterable
from typing import Any

import msgspec

from k8stui.demo.schema.schema import LIST, MAP, Field, Type

Document = dict[str, Any]
V2, V3 = "#/definitions/", "#/components/schemas/"
_APIS = "io.k8s.apimachinery.pkg.apis.meta.v1"
_CRDS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
_PLAIN: dict[str, Document] = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "float64": {"type": "number", "format": "double"},
    "bytes": {"type": "string", "format": "byte"},
    "strings": {"type": "array", "items": {"type": "string", "default": ""}},
}
_NAMED: dict[str, tuple[str, Document]] = {
    "Quantity": ("io.k8s.apimachinery.pkg.api.resource.Quantity", {"oneOf": [{"type": "string"}, {"type": "number"}]}),
    "IntOrString": (
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]},
    ),
    "Time": (f"{_APIS}.Time", {"type": "string", "format": "date-time"}),
    "MicroTime": (f"{_APIS}.MicroTime", {"type": "string", "format": "date-time"}),
    "Duration": (f"{_APIS}.Duration", {"type": "string"}),
    "FieldsV1": (f"{_APIS}.FieldsV1", {"type": "object"}),
    "RawExtension": ("io.k8s.apimachinery.pkg.runtime.RawExtension", {"type": "object"}),
    **{
        name: (f"{_CRDS}.{name}", {})
        for name in ("JSON", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrStringArray")
    },
}
"""Scalars that OpenAPI has a name for."""
_OLD = {"Quantity": {"type": "string"}, "IntOrString": {"type": "string", "format": "int-or-string"}}


def schemas(types: Iterable[Type], base: str = V3) -> dict[str, Document]:
    """These types and all that they hold, by name. `base` is V3 or V2."""
    found: dict[str, Document] = {}
    waiting = list(types)
    while waiting:
        of = waiting.pop()
        if of.document in found:
            continue
        found[of.document] = _struct(of, base)
        for field in of.fields.values():
            if field.of is not None:
                waiting.append(field.of)
            elif field.type in _NAMED:
                name, document = _NAMED[field.type]
                found[name] = document if base == V3 else _OLD.get(field.type, document)
    return dict(sorted(found.items()))


def list_of(name: str, base: str = V3) -> Document:
    """The schema of a list of the objects of that schema."""
    items = _reference(name, base, default=base == V3)
    properties = {
        "apiVersion": {"type": "string"},
        "items": {"type": "array", "items": items},
        "kind": {"type": "string"},
        "metadata": _reference(f"{_APIS}.ListMeta", base, default=base == V3),
    }
    return {"type": "object", "required": ["items"], "properties": properties}


LIST_META: Document = {
    "type": "object",
    "properties": {
        "continue": {"type": "string"},
        "remainingItemCount": {"type": "integer", "format": "int64"},
        "resourceVersion": {"type": "string"},
        "selfLink": {"type": "string"},
    },
}
LIST_META_NAME = f"{_APIS}.ListMeta"


def _struct(of: Type, base: str) -> Document:
    found: Document = {"type": "object"}
    if required := [name for name, field in of.fields.items() if field.required]:
        found["required"] = required
    if of.fields:
        found["properties"] = {name: _field(of.fields[name], base) for name in sorted(of.fields)}
    return found


def _field(field: Field, base: str) -> Document:
    default = field.default is not msgspec.UNSET
    if field.many == LIST:
        found = {"type": "array", "items": _item(field, base)}
    elif field.many == MAP:
        found = {"type": "object", "additionalProperties": _item(field, base)}
    else:
        found = _of(field, base, default=default and base == V3)
    if default and base == V3 and "allOf" not in found and "$ref" not in found:
        found["default"] = field.default
    if field.enum:
        found["enum"] = list(field.enum)
    extensions = {
        "list-map-keys": list(field.list_keys),
        "list-type": field.list_type,
        "map-type": field.map_type,
        "patch-merge-key": field.merge_key,
        "patch-strategy": field.strategy,
    }
    return found | {f"x-kubernetes-{name}": value for name, value in extensions.items() if value}


def _item(field: Field, base: str) -> Document:
    found = _of(field, base, default=field.of is not None and base == V3)
    if base == V3 and "type" in found:
        zeros = {"string": "", "integer": 0, "boolean": False}
        found |= {"default": zeros[found["type"]]} if found["type"] in zeros else {}
    return found


def _of(field: Field, base: str, *, default: bool) -> Document:
    if field.of is not None:
        return _reference(field.of.document, base, default=default)
    if field.type in _NAMED:
        return _reference(_NAMED[field.type][0], base, default=False)
    return dict(_PLAIN[field.type])


def _reference(name: str, base: str, *, default: bool) -> Document:
    reference = {"$ref": base + name}
    return {"default": {}, "allOf": [reference]} if default else reference
