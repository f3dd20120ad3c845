"""Cuts JSON into its parts without decoding them, however deep or broken those are: for pages with poison in them."""

import re
from collections.abc import Iterator

from msgspec import DecodeError

_MARK = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{},]', re.DOTALL)


def members(body: bytes) -> dict[str, bytes]:
    """The raw values of an object by their names. Raises DecodeError where it is no whole object."""
    found: dict[str, bytes] = {}
    for part in _parts(body, b"{", b"}"):
        name = _MARK.match(part)
        if name is None or not part[name.end() :].lstrip().startswith(b":"):
            raise DecodeError("The JSON is malformed or cut off.")
        found[name[0][1:-1].decode("utf-8", "replace")] = part[name.end() :].lstrip()[1:].strip()
    return found


def elements(body: bytes) -> list[bytes]:
    """The raw elements of an array; none of null. Raises DecodeError where it is no whole array."""
    return [] if body.strip() == b"null" else list(_parts(body, b"[", b"]"))


def _parts(body: bytes, opening: bytes, closing: bytes) -> Iterator[bytes]:
    """What stands between the commas of the outermost pair of brackets."""
    body = body.strip()
    if not (body.startswith(opening) and body.endswith(closing)):
        raise DecodeError("The JSON is malformed or cut off.")
    depth = 0
    start = 1
    for match in _MARK.finditer(body):
        mark = match[0]
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                if body[start : match.start()].strip():
                    yield body[start : match.start()].strip()
                if match.end() != len(body):
                    break
                return
        elif mark == b"," and depth == 1:
            yield body[start : match.start()].strip()
            start = match.end()
    raise DecodeError("The JSON is malformed or cut off.")
