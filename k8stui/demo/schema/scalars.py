"""Scalars as Go reads them from JSON, and the words in which it refuses a value of another type.

The words are those of Kubernetes 1.34: of its JSON decoder, and of its converter from maps to structs (which is what a
strategic merge patch goes through).
"""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from k8stui.model.quantity import parse

INTEGERS = {"int": 64, "int32": 32, "int64": 64}
"""Bits of the whole numbers."""
_JSON_NAMES: dict[type, str] = {dict: "object", list: "array", str: "string", bool: "bool", int: "number"}
_GO_KINDS: dict[type, str] = {dict: "map", list: "slice", str: "string", bool: "bool", int: "int64", float: "float64"}
_QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)")
_WHOLE_TIME = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])-([01]\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")
_LAYOUTS = ("2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05", "Z07:00")


class WrongType(ValueError):
    """A value that its Go type does not take.

    `go` is the type that was wanted and `kind` the Go kind behind it when they differ (struct, slice, map or a scalar);
    `own` says that the type reads JSON by itself, also for the converter; `place` is set by who knows it:
    `PodSpec.spec.template.spec.containers`.
    """

    def __init__(self, value: Any, go: str, kind: str = "", *, own: bool = False) -> None:
        super().__init__(go)
        self.place = ""
        self._value = value
        self.go = go
        self._kind = kind or go
        self._own = own

    def __str__(self) -> str:
        """As the JSON decoder says it."""
        return self._decoded(f"struct field {self.place}" if self.place else "value")

    @property
    def converted(self) -> str:
        """As the converter says it."""
        if self._own:
            return self._decoded("value")
        found = _GO_KINDS.get(type(self._value), "")
        if self._kind == "struct":
            return f"cannot restore struct from: {found}"
        if self._kind in ("slice", "map"):
            return f"cannot restore {self._kind} from {found}"
        if found in ("int64", "float64") and (self._kind in INTEGERS or (self._kind == "string" and found == "int64")):
            return f"cannot convert {found} to {self.go}"
        return f"unrecognized type: {self._kind}"

    def _decoded(self, into: str) -> str:
        what = f"number {self._value!r}" if _is_number(self._value) and self._kind in INTEGERS else _name(self._value)
        return f"json: cannot unmarshal {what} into Go {into} of type {self.go}"


class Unreadable(WrongType):
    """A value of the right type that says nothing: no quantity, no time, no base64."""

    def __init__(self, text: str) -> None:
        super().__init__(None, "")
        self._text = text

    def __str__(self) -> str:
        """In both ways alike."""
        return self._text

    @property
    def converted(self) -> str:
        """In both ways alike."""
        return self._text


def _name(value: Any) -> str:
    return _JSON_NAMES.get(type(value), "number")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise WrongType(value, "string")


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise WrongType(value, "bool")


def _whole(go: str) -> Callable[[Any], int]:
    edge = 1 << (INTEGERS[go] - 1)

    def read(value: Any) -> int:
        if type(value) is int and -edge <= value < edge:
            return value
        raise WrongType(value, go)

    return read


def _float(value: Any) -> float:
    if _is_number(value):
        return value  # type: ignore[no-any-return]
    raise WrongType(value, "float64")


def _bytes(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongType(value, "[]uint8", "slice")
    plain = value.replace("\n", "").replace("\r", "")
    try:
        base64.b64decode(plain, validate=True)
    except ValueError:
        raise Unreadable(f"illegal base64 data at input byte {_first_bad(plain)}") from None
    return plain


def _first_bad(text: str) -> int:
    """Where Go stops reading base64."""
    for at, letter in enumerate(text):
        if not (letter.isascii() and (letter.isalnum() or letter in "+/")):
            padding = at % 4 >= 2 and text[at:] in ("=", "==")
            return at if not padding else len(text)
    return len(text) - len(text) % 4 if len(text) % 4 else len(text)


@lru_cache(4096)
def _canonical(text: str) -> str:
    try:
        return str(parse(text))
    except ValueError:
        raise Unreadable(_QUANTITY) from None


def _quantity(value: Any) -> str:
    if isinstance(value, str):
        return _canonical(value.strip())
    if _is_number(value):
        return _canonical(str(value))
    raise Unreadable(_QUANTITY)


def _int_or_text(value: Any) -> Any:
    if isinstance(value, str) or (type(value) is int and -(1 << 31) <= value < 1 << 31):
        return value
    raise WrongType(value, "int32", own=True)


def _time(value: Any) -> str:
    if isinstance(value, str) and _WHOLE_TIME.fullmatch(value):
        return value
    return _moment(value, "2006-01-02T15:04:05Z07:00").strftime("%Y-%m-%dT%H:%M:%SZ")


def _micro_time(value: Any) -> str:
    return _moment(value, "2006-01-02T15:04:05.000000Z07:00").strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(value: Any, layout: str) -> datetime:
    if not isinstance(value, str):
        raise WrongType(value, "string", own=True)
    match = _TIME.fullmatch(value)
    try:
        if match is not None:
            fraction = (match[7] or "")[:6].ljust(6, "0")
            text = f"{value[:19]}.{fraction}{match[8].replace('Z', '+00:00')}"
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f'parsing time "{value}": day out of range') from None
    rest, wanted = _rest(value)
    raise Unreadable(f'parsing time "{value}" as "{layout}": cannot parse "{rest}" as "{wanted}"')


def _rest(text: str) -> tuple[str, str]:
    """What is left where Go's time parser stops, and the piece of the layout that it wanted there."""
    for wanted in _LAYOUTS:
        size = len(wanted)
        if wanted == "Z07:00":
            break
        taken = text[:size]
        if not (taken == wanted if wanted in "-T:" else len(taken) == size and taken.isdecimal()):
            return text, wanted
        text = text[size:]
    return text, "Z07:00"


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise WrongType(value, "[]string", "slice")
    return ["" if each is None else _text(each) for each in value]


READERS: dict[str, Callable[[Any], Any]] = {
    "string": _text,
    "bool": _bool,
    **{name: _whole(name) for name in INTEGERS},
    "float64": _float,
    "bytes": _bytes,
    "strings": _texts,
    "Quantity": _quantity,
    "IntOrString": _int_or_text,
    "Time": _time,
    "MicroTime": _micro_time,
}
"""What reads a scalar: gives the value as Go would write it again, raises WrongType. Others hold anything."""
