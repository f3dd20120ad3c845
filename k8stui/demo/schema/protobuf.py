"""Objects in the protobuf form of Kubernetes, read into the dicts that JSON would give.

An object is four bytes of magic and a `runtime.Unknown`: apiVersion and kind (1), the message (2). Of a message only
the wire format is read here; the numbers of its fields are in the schema.
"""

import base64
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from k8stui.demo.schema.schema import LIST, MAP, Field, Type
from k8stui.demo.storage.objects import Object

MEDIA = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DEPTH = 100
"""Messages within messages; Go's decoder has its stack, ours refuses."""

_Numbers = dict[int, Any]
"""A Field, or a dict of the same for a message that JSON does not have."""
_NONE = memoryview(b"")


class NoProtobuf(ValueError):
    """Bytes that are no object; `str()` is what a real server says of them."""


class Envelope(Struct):
    """What a body says before its object is read."""

    api_version: str
    kind: str
    raw: bytes


def envelope(body: bytes) -> Envelope:
    """The outer message. Raises NoProtobuf."""
    if not body:
        raise NoProtobuf("empty data")
    if not body.startswith(MAGIC):
        shown = " ".join(str(byte) for byte in MAGIC)
        raise NoProtobuf(f"provided data does not appear to be a protobuf message, expected prefix [{shown}]")
    if len(body) == len(MAGIC):
        raise NoProtobuf("empty body")
    found = Envelope("", "", b"")
    for number, _, value in _fields(memoryview(body)[len(MAGIC) :]):
        if number == 1:
            named = _inner(value)
            found.api_version, found.kind = _text(named.get(1, _NONE)), _text(named.get(2, _NONE))
        elif number == 2:
            found.raw = bytes(_part(value))
    return found


def message(of: Type, raw: bytes) -> Object:
    """One message of a type, without kind and apiVersion. Raises NoProtobuf."""
    found: Object = {}
    _message(_numbers(of), memoryview(raw), found, 0)
    return found


@cache
def _numbers(of: Type) -> _Numbers:
    """The fields by their numbers; messages that JSON does not have are numbers within a number."""
    found: _Numbers = {}
    for field in of.fields.values():
        if field.number:
            into = found
            for step in field.inline:
                into = into.setdefault(step, {})
            into[field.number] = field
    return found


# ---- the wire


def _fields(view: memoryview) -> Iterator[tuple[int, int, int | memoryview]]:
    """Number, wire type and value of what stands in a message. Raises NoProtobuf."""
    at, end = 0, len(view)
    while at < end:
        tag, at = _varint(view, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise NoProtobuf(f"proto: illegal tag {number} (wire type {wire})")
        if wire == _VARINT:
            value, at = _varint(view, at)
            yield number, wire, value
            continue
        if wire == _BYTES:
            size, at = _varint(view, at)
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise NoProtobuf(f"proto: illegal wireType {wire}")
        if size > end - at:
            raise NoProtobuf("unexpected EOF")
        yield number, wire, view[at : at + size]
        at += size


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    found = shift = 0
    while at < len(view):
        byte = view[at]
        at += 1
        found |= (byte & 127) << shift
        if byte < 128:
            return found & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
        if shift > 63:
            raise NoProtobuf("proto: integer overflow")
    raise NoProtobuf("unexpected EOF")


def _part(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise NoProtobuf("proto: wrong wireType = 0 for field")
    return value


def _number(value: int | memoryview) -> int:
    if not isinstance(value, int):
        raise NoProtobuf("proto: wrong wireType = 2 for field")
    return value


def _text(value: int | memoryview) -> str:
    return bytes(_part(value)).decode("utf-8", "replace")


def _signed(value: int | memoryview) -> int:
    found = _number(value)
    return found - (1 << 64) if found >> 63 else found


# ---- messages


def _message(known: _Numbers, view: memoryview, found: Object, depth: int) -> None:
    if depth > _DEPTH:
        raise NoProtobuf("proto: too deep")
    for number, wire, value in _fields(view):
        field = known.get(number)
        if isinstance(field, dict):
            _message(field, _part(value), found, depth + 1)
        elif field is None:
            continue
        elif field.many == MAP:
            key, each = _entry(field, _part(value), depth)
            found.setdefault(field.name, {})[key] = each
        elif field.many == LIST:
            found.setdefault(field.name, []).extend(_items(field, wire, value, depth))
        else:
            found[field.name] = _one(field, value, depth)


def _items(field: Field, wire: int, value: int | memoryview, depth: int) -> Iterator[Any]:
    """An item; several when numbers are packed."""
    if wire == _BYTES and field.type in ("int32", "int64", "int", "bool"):
        view, at = _part(value), 0
        while at < len(view):
            each, at = _varint(view, at)
            yield _one(field, each, depth)
    else:
        yield _one(field, value, depth)


def _entry(field: Field, view: memoryview, depth: int) -> tuple[str, Any]:
    key, found = "", None
    for number, _, value in _fields(view):
        if number == 1:
            key = _text(value)
        elif number == 2:
            found = _one(field, value, depth)
    return key, found


def _one(field: Field, value: int | memoryview, depth: int) -> Any:
    if field.of is not None:
        found: Object = {}
        _message(_numbers(field.of), _part(value), found, depth + 1)
        return found
    reader = _SCALARS.get(field.type)
    if reader is None:
        raise NoProtobuf(f"proto: {field.name} is read from JSON only")
    return reader(value)


def _inner(value: int | memoryview) -> dict[int, Any]:
    """The last value of each number of a small message."""
    return {number: each for number, _, each in _fields(_part(value))}


def _double(value: int | memoryview) -> float:
    view = _part(value)
    if len(view) != 8:
        raise NoProtobuf("unexpected EOF")
    found: float = struct.unpack("<d", view)[0]
    return found


def _int_or_text(value: int | memoryview) -> Any:
    parts = _inner(value)
    return _text(parts[3]) if parts.get(1) and 3 in parts else _signed(parts.get(2, 0))


def _moment(value: int | memoryview) -> datetime | None:
    parts = _inner(value)
    if not parts:
        return None
    try:
        after = timedelta(seconds=_signed(parts.get(1, 0)), microseconds=_signed(parts.get(2, 0)) // 1000)
        return datetime(1970, 1, 1, tzinfo=UTC) + after
    except OverflowError:
        raise NoProtobuf("proto: a time out of range") from None


def _time(value: int | memoryview) -> str | None:
    found = _moment(value)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ") if found else None


def _micro_time(value: int | memoryview) -> str | None:
    found = _moment(value)
    return found.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if found else None


def _raw(value: int | memoryview) -> Any:
    """JSON within protobuf: what RawExtension, FieldsV1 and JSON hold."""
    raw = bytes(_inner(value).get(1, b""))
    try:
        return msgspec.json.decode(raw) if raw else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NoProtobuf("proto: no JSON where an object of any kind is held") from None


def _texts(value: int | memoryview) -> list[str]:
    return [_text(each) for number, _, each in _fields(_part(value)) if number == 1]


_SCALARS: dict[str, Callable[[int | memoryview], Any]] = {
    "string": _text,
    "bool": lambda value: _number(value) != 0,
    "int": _signed,
    "int32": _signed,
    "int64": _signed,
    "float64": _double,
    "bytes": lambda value: base64.b64encode(_part(value)).decode(),
    "strings": _texts,
    "Quantity": lambda value: _text(_inner(value).get(1, memoryview(b"0"))),
    "IntOrString": _int_or_text,
    "Time": _time,
    "MicroTime": _micro_time,
    "RawExtension": _raw,
    "FieldsV1": _raw,
    "JSON": _raw,
}
"""How each scalar is read; what only schemas of CRDs hold (JSONSchemaPropsOrBool and its kin) is not."""
