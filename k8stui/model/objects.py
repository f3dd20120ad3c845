"""Whole objects: what Inspect reads, edits and copies, where a row knows too little."""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from k8stui.model.kinds import Kind, Ref
from k8stui.model.raw import RawObject, named
from k8stui.model.shared import Labels, labels_of, ref_of
from k8stui.model.text import clean_block

Object = dict[str, Any]
"""A decoded object."""
DEEPEST = 100
"""Levels of an object that are read: what walks through one may call itself so often. Kubernetes' own have some 20."""

_ODD: Final = re.compile(rb'[^\t\n\r -~]|\\[^"\\/]')
"""May be something that has to be cleaned. Raw control bytes are outside of texts only, as spaces between them."""


class TooDeepError(ValueError):
    """An object nested so deeply that it cannot be read: one sentence."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"{ref} is nested more than {DEEPEST} levels deep: it cannot be shown here")


class ObjectRow(Struct, frozen=True, gc=False):
    """One object as it came."""

    ref: Ref
    version: str
    labels: Labels
    body: bytes
    """JSON. A list's items have no `kind` and `apiVersion` of their own."""

    def __repr__(self) -> str:
        return f"ObjectRow({self.ref.kind.resource} {self.ref}, {len(self.body)} bytes)"  # never a Secret's values

    def tree(self) -> Object:
        """The object decoded, with every text in it cleaned (line breaks and tabs stay): for reading.

        Raises TooDeepError.
        """
        return self._clean(self.exact())

    def slim(self, shape: type[Struct]) -> Object:
        """As much of `tree` as a shape names, with no more memory than that; all of it where it is of another shape.

        Raises TooDeepError.
        """
        try:
            found: Object = msgspec.to_builtins(msgspec.json.decode(self.body, type=shape))
        except (msgspec.ValidationError, RecursionError):
            return self.tree()
        kind = self.ref.kind
        return self._clean({"apiVersion": kind.api_version, "kind": kind.kind} | found)

    def _clean(self, found: Object) -> Object:
        if _is_clean(self.body) and _is_clean(f"{self.ref.kind.api_version} {self.ref.kind.kind}".encode()):
            return found  # nearly every object, and looking at each of its texts takes ten times as long
        tree: Object = _cleaned(found)
        return tree

    def exact(self) -> Object:
        """The object decoded exactly, hostile text and all: for writing back, never for the screen.

        Raises TooDeepError.
        """
        kind = self.ref.kind
        try:
            found: Object = msgspec.json.decode(self.body)
        except RecursionError:
            raise TooDeepError(self.ref) from None
        if _deep(found):
            raise TooDeepError(self.ref)
        return {"apiVersion": kind.api_version, "kind": kind.kind} | found


def row(kind: Kind, body: Raw | bytes) -> ObjectRow:
    """The row of an undecoded object. Raises msgspec.DecodeError, and ValidationError where it has no name."""
    meta = named(msgspec.json.decode(body, type=RawObject).metadata)
    return ObjectRow(ref_of(kind, meta), meta.resource_version or "", labels_of(meta), bytes(body))


def _is_clean(body: bytes) -> bool:
    """Whether no text in this JSON needs cleaning: printable ASCII, and no escapes but of quotes and slashes."""
    return _ODD.search(body) is None


def _deep(found: object) -> bool:
    """Whether something stands below the deepest level that is read."""
    level = [found]
    for _ in range(DEEPEST):
        if not level:
            return False
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    """The maps and lists in a map or a list."""
    rows = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for each in rows if isinstance(each, dict | list)]


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean_block(value)
    if isinstance(value, dict):
        return {clean_block(key): _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_cleaned(inner) for inner in value]
    return value
