"""Structured lines as their fields: JSON objects, logfmt, klog. What is no such line has none; nothing here raises."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from k8stui.model.logs.ansi import plain, safe_text

TIME: Final = ("time", "ts", "timestamp", "@timestamp", "t", "datetime", "eventTime")
LEVEL: Final = ("level", "lvl", "severity", "log.level", "loglevel", "levelname", "Level", "LEVEL")
MESSAGE: Final = ("msg", "message", "@message", "log", "event", "error", "err", "MESSAGE")
"""The names under which a line's own time, level and message stand, those that count first."""
_ALIASES: Final = (TIME, LEVEL, MESSAGE)

LONGEST: Final = 2**21
"""Characters of a line that is taken apart: one of a megabyte takes a tenth of a second, and nothing else runs then."""
_DEPTH = 6
"""Objects within objects that are taken apart; what lies deeper is shown as JSON."""

_JSON: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=str)
"""Numbers with a point stay as they were written: `1e400` is none of Python's."""

_KEY = r"[A-Za-z_@][\w.@/-]*"
_VALUE = r'"(?:[^"\\]|\\.)*"|[^\s"]*'
_PAIRS = re.compile(rf"(?<!\S)({_KEY})=({_VALUE})(?!\S)")
_LOGFMT = re.compile(rf"\s*{_KEY}=(?:{_VALUE})(?:\s+{_KEY}=|\s+{_KEY}(?=\s)|\s*$)")
"""How a line of logfmt begins."""
_KLOG = re.compile(r'([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([^ \]]+)\] (?:("(?:[^"\\]|\\.)*")(?=\s|$))?(.*)')
"""`E0102 15:04:05.678901       1 file.go:12] "Message" key="value"` (k8s.io/klog)."""


def fields_of(text: str) -> Mapping[str, Any] | None:
    """The fields of a line's plain text by name, as they were decoded; None where it is not structured, or too long."""
    if len(text) > LONGEST:
        return None
    head = text[:1]
    if head == "{" or (head == " " and text.lstrip()[:1] == "{"):
        return _json(text)
    if head in "IWEF" and (klog := _KLOG.match(text)):
        return _of_klog(klog)
    if "=" in text[:100] and _LOGFMT.match(text):
        pairs = {key: _unquoted(value) for key, value in _PAIRS.findall(text)}
        return pairs if not pairs.keys().isdisjoint((*LEVEL, *MESSAGE)) else None
    return None


def _json(text: str) -> dict[str, Any] | None:
    try:
        found = _JSON.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError, MemoryError):
        return None
    return found if isinstance(found, dict) else None


def _of_klog(found: re.Match[str]) -> dict[str, Any]:
    letter, place, quoted, rest = found.groups()
    fields = {"level": letter, "msg": _unquoted(quoted) if quoted else rest}
    if quoted:
        fields |= {key: _unquoted(value) for key, value in _PAIRS.findall(rest)}
    return fields | {"caller": place}


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return msgspec.json.decode(value, type=str)
    except (msgspec.MsgspecError, ValueError):
        return value[1:-1].replace('\\"', '"')


def field(fields: Mapping[str, Any], name: str) -> Any:
    """A field by its name, `outer.inner` within objects, or by another name for time, level or message; else None."""
    found = _at(fields, name)
    if found is not None:
        return found
    for names in _ALIASES:
        if name in names:
            return first(fields, names)
    return None


def first(fields: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The first of some fields that is there and no object or list; None where none is."""
    for name in names:
        found = fields.get(name)
        if found is not None and not isinstance(found, dict | list) and found != "":
            return found
    return None


def _at(fields: Mapping[str, Any], name: str) -> Any:
    if name in fields:
        return fields[name]
    here: Any = fields
    parts = name.split(".")
    while parts:
        # A name may hold points itself: the longest one that fits goes first.
        for count in range(len(parts), 0, -1):
            head = ".".join(parts[:count])
            if isinstance(here, dict) and head in here:
                here, parts = here[head], parts[count:]
                break
        else:
            return None
    return here


def shown(value: object) -> str:
    """A value as safe text of one line."""
    if isinstance(value, str):
        return plain(safe_text(value))
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else f"{value:.6e}"
    try:
        return plain(safe_text(msgspec.json.encode(value).decode()))
    except (msgspec.MsgspecError, ValueError, RecursionError, TypeError):
        return "…"


def flat(fields: Mapping[str, Any], depth: int = _DEPTH) -> Iterator[tuple[str, Any]]:
    """All fields with their full names, objects taken apart."""
    for name, value in fields.items():
        if isinstance(value, dict) and value and depth:
            for inner, each in flat(value, depth - 1):
                yield f"{name}.{inner}", each
        else:
            yield name, value
