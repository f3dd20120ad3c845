"""OpenAPI version 2 as the protobuf that kubectl asks for (the numbers are those of google/gnostic's OpenAPIv2.proto).

Only the schemas go in: kubectl judges lists of objects by them, and looks at nothing else there.
"""

import struct
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from k8stui.demo.schema.documents import Document

MEDIA = (
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
)
"""What clients ask for, and what the answer is called."""
_VARINT, _FIXED64, _BYTES = 0, 1, 2
_EXTENSION = 31


def encoded(document: Document) -> bytes:
    """The message Document: its version, its title and its definitions."""
    info = _text(1, document["info"]["title"]) + _text(2, document["info"]["version"])
    definitions = _named(document["definitions"])
    return _text(1, document["swagger"]) + _bytes(2, info) + _bytes(9, definitions)


def _named(schemas: Mapping[str, Any]) -> bytes:
    """A map of schemas: the messages Definitions and Properties."""
    return b"".join(_bytes(1, _text(1, name) + _bytes(2, _schema(each))) for name, each in schemas.items())


def _schema(schema: Document) -> bytes:
    found = []
    for key, value in schema.items():
        if key in _FIELDS:
            number, write = _FIELDS[key]
            found.append(write(number, value))
        elif key.startswith("x-"):
            found.append(_bytes(_EXTENSION, _text(1, key) + _bytes(2, _yaml(value))))
    return b"".join(found)


def _yaml(value: object) -> bytes:
    """The message Any: JSON is YAML too."""
    return _text(2, msgspec.json.encode(value).decode())


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _whole(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(int(value))


def _float(number: int, value: float) -> bytes:
    return _varint(number << 3 | _FIXED64) + struct.pack("<d", value)


def _texts(number: int, values: Iterable[str]) -> bytes:
    return b"".join(_text(number, each) for each in values)


def _any(number: int, value: object) -> bytes:
    return _bytes(number, _yaml(value))


def _anys(number: int, values: Iterable[object]) -> bytes:
    return b"".join(_any(number, each) for each in values)


def _more(number: int, value: bool | Document) -> bytes:
    """The message AdditionalPropertiesItem."""
    return _bytes(number, _bytes(1, _schema(value)) if isinstance(value, dict) else _whole(2, value))


def _type(number: int, value: str) -> bytes:
    return _bytes(number, _text(1, value))


def _items(number: int, value: Document) -> bytes:
    return _bytes(number, _bytes(1, _schema(value)))


def _all(number: int, values: Iterable[Document]) -> bytes:
    return b"".join(_bytes(number, _schema(each)) for each in values)


def _properties(number: int, value: Mapping[str, Any]) -> bytes:
    return _bytes(number, _named(value))


_FIELDS: Mapping[str, tuple[int, Callable[[int, Any], bytes]]] = MappingProxyType({
    "$ref": (1, _text),
    "format": (2, _text),
    "title": (3, _text),
    "description": (4, _text),
    "default": (5, _any),
    "multipleOf": (6, _float),
    "maximum": (7, _float),
    "exclusiveMaximum": (8, _whole),
    "minimum": (9, _float),
    "exclusiveMinimum": (10, _whole),
    "maxLength": (11, _whole),
    "minLength": (12, _whole),
    "pattern": (13, _text),
    "maxItems": (14, _whole),
    "minItems": (15, _whole),
    "uniqueItems": (16, _whole),
    "maxProperties": (17, _whole),
    "minProperties": (18, _whole),
    "required": (19, _texts),
    "enum": (20, _anys),
    "additionalProperties": (21, _more),
    "type": (22, _type),
    "items": (23, _items),
    "allOf": (24, _all),
    "properties": (25, _properties),
})  # fmt: skip
