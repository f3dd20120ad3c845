"""JSON as Go's decoder reads it: keys that come twice, and what it says of a text that is no JSON.

The words are those of `encoding/json/scanner.go`.
"""

import json
import re
from typing import Any

import msgspec

from k8stui.demo.schema.typed import Doubled

_BLANKS = re.compile(rb"[ \t\r\n]*")
_TEXT = re.compile(rb'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
_HEX = re.compile(rb"[0-9a-fA-F]*")
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)?")
_FRACTION = re.compile(rb"\.[0-9]*")
_EXPONENT = re.compile(rb"[eE][+-]?[0-9]*")
_LITERALS = {ord(word[:1]): word for word in (b"true", b"false", b"null")}
_SPECIAL = {39: r"\'", 92: r"\\", 7: r"\a", 8: r"\b", 9: r"\t", 10: r"\n", 11: r"\v", 12: r"\f", 13: r"\r"}
_DIGITS = b"0123456789"
_ESCAPES = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)")
"""What may be, and in a group: half of a surrogate pair."""
END = "unexpected end of JSON input"


class NoJson(ValueError):
    """A text that is no JSON; `str()` is what Go says of it."""


def decode(body: bytes, *, strict: bool = False) -> Any:
    """The value; with `strict`, maps that hold a key twice are `Doubled`. Raises NoJson."""
    try:
        found = msgspec.json.decode(body)
        return json.loads(body, object_pairs_hook=_object) if strict else found
    except (msgspec.DecodeError, ValueError, RecursionError):
        # Go takes half surrogates and bytes that are no UTF-8: each becomes U+FFFD
        why = explain(body)
    if why:
        raise NoJson(why)
    whole = _ESCAPES.sub(lambda found: "\\ufffd" if found[1] else found[0], body.decode("utf-8", "replace"))
    try:
        return json.loads(whole, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise NoJson("exceeded max depth") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    doubled = Doubled()
    for name, value in pairs:
        doubled.pop(name, None)
        doubled[name] = value
    doubled.twice = tuple(name for name in doubled if names.count(name) > 1)
    return doubled


def text(value: object) -> str:
    """As Go's %v prints what it decoded: `map[spec:map[replicas:3]]`."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{text(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(text(each) for each in value)}]"
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def explain(body: bytes) -> str:
    """What Go says of a text that is no JSON; empty when it has nothing to say."""
    try:
        _Scanner(body).run()
    except NoJson as error:
        return str(error)
    return ""


class _Scanner:
    """Goes through a text until it stops being JSON."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0
        self._open: list[int] = []

    def run(self) -> None:
        """Raises NoJson."""
        self._value()
        while self._open:
            self._next()
        self._blanks()
        if self._at < len(self._body):
            raise self._bad("after top-level value")

    def _next(self) -> None:
        """What follows a value within a list or a map."""
        within = self._open[-1]
        byte = self._peek()
        if byte == within + 2:  # the bracket that closes stands two behind the one that opens
            self._open.pop()
            self._at += 1
        elif byte != ord(","):
            raise self._bad("after object key:value pair" if within == ord("{") else "after array element")
        else:
            self._at += 1
            if within == ord("{"):
                self._key()
            self._value()

    def _value(self) -> None:
        """A scalar; of lists and maps what stands before the end of their first scalar."""
        while (byte := self._peek()) in b"{[":
            self._at += 1
            if self._peek() == byte + 2:
                self._at += 1
                return
            self._open.append(byte)
            if byte == ord("{"):
                self._key()
        if byte == ord('"'):
            self._text()
        elif byte in _LITERALS:
            self._literal(_LITERALS[byte])
        elif byte in b"-0123456789":
            self._number()
        else:
            raise self._bad("looking for beginning of value")

    def _key(self) -> None:
        if self._peek() != ord('"'):
            raise self._bad("looking for beginning of object key string")
        self._text()
        if self._peek() != ord(":"):
            raise self._bad("after object key")
        self._at += 1

    def _text(self) -> None:
        self._take(_TEXT)
        byte = self._body[self._at : self._at + 1]
        if byte == b"":
            raise NoJson(END)
        if byte != b'"' and byte != b"\\":
            raise self._bad("in string literal")
        self._at += 1
        if byte == b"\\":
            if self._body[self._at : self._at + 1] != b"u":
                raise self._bad("in string escape code")
            self._at += 1
            self._take(_HEX)
            raise self._bad("in \\u hexadecimal character escape")

    def _literal(self, word: bytes) -> None:
        for index in range(1, len(word)):
            self._at += 1
            if self._body[self._at : self._at + 1] != word[index : index + 1]:
                raise self._bad(f"in literal {word.decode()} (expecting '{chr(word[index])}')")
        self._at += 1

    def _number(self) -> None:
        if self._take(_NUMBER) in (b"-", b""):
            raise self._bad("in numeric literal")
        if self._take(_FRACTION) == b".":
            raise self._bad("after decimal point in numeric literal")
        exponent = self._take(_EXPONENT)
        if exponent and exponent[-1] not in _DIGITS:
            raise self._bad("in exponent of numeric literal")

    def _take(self, pattern: re.Pattern[bytes]) -> bytes:
        match = pattern.match(self._body, self._at)
        if match is None:
            return b""
        self._at = match.end()
        return match[0]

    def _blanks(self) -> None:
        self._take(_BLANKS)

    def _peek(self) -> int:
        """The next byte that is no blank. Raises NoJson at the end."""
        self._blanks()
        if self._at >= len(self._body):
            raise NoJson(END)
        return self._body[self._at]

    def _bad(self, where: str) -> NoJson:
        byte = self._body[self._at] if self._at < len(self._body) else ord(" ")
        return NoJson(f"invalid character {quoted(byte)} {where}")


def quoted(byte: int) -> str:
    """A byte as Go shows it: `'x'`."""
    if byte in _SPECIAL:
        return f"'{_SPECIAL[byte]}'"
    if byte < 0x20 or byte == 0x7F:
        return f"'\\x{byte:02x}'"
    return f"'{chr(byte)}'" if chr(byte).isprintable() else f"'\\u{byte:04x}'"
