"""Objects and patches that somebody typed or pasted, as YAML or JSON: read, with one sentence where they are wrong."""

import json
import re
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct

from k8stui.kube.errors import ConfigError
from k8stui.kube.yamlfile import plain, read
from k8stui.model.objects import Object
from k8stui.operations.building import UnableError

LARGEST: Final = 3_000_000
"""Characters: twice what a server keeps of one object."""
_MARK: Final = re.compile(r"^---(?=[ \t\r]|$)", re.MULTILINE)
"""Begins a document, also within a block of text (YAML 1.2, 9.1.2)."""


class Typed(Struct, frozen=True):
    """One document."""

    line: int
    """Where it begins in the text, from 1."""
    tree: Any

    def __repr__(self) -> str:
        return f"Typed(line={self.line})"  # never what a Secret holds


def one(text: str, what: str = "The text") -> Any:
    """The only document of a text. Raises UnableError: none, several, or not to be read."""
    found = several(text, what)
    if len(found) != 1:
        how = "holds several documents: leave one" if found else "is empty: type YAML or JSON"
        raise UnableError(f"{what} {how}")
    return found[0].tree


def several(text: str, what: str = "The text") -> list[Typed]:
    """All documents of a text; empty ones are passed over. Raises UnableError with one sentence, naming the line."""
    if len(text) > LARGEST:
        raise UnableError(f"{what} is larger than {LARGEST // 1_000_000} MB: no server takes that")
    if text.lstrip()[:1] in ("{", "["):
        as_json = _json(text, what)
        if as_json is not None:
            return [Typed(1, as_json)]
    starts = [0, *(match.start() for match in _MARK.finditer(text)), len(text)]
    found = []
    for start, end in pairwise(starts):
        line = text.count("\n", 0, start)
        try:
            node = read(("\n" * line + text[start:end]).encode("utf-8", "replace"), what, "a document", only=True)
            if node is not None:
                found.append(Typed(node.line, plain(node, what)))
        except ConfigError as error:
            raise UnableError(error.sentence) from None
    return found


def _json(text: str, what: str) -> Any:
    """The value; None where it is no JSON (it may still be YAML). Raises UnableError for a key that comes twice."""
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _unique(pairs, what))
    except (json.JSONDecodeError, RecursionError):
        return None


def _unique(pairs: list[tuple[str, Any]], what: str) -> Object:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnableError(f"{what}: the key {twice[:60]} comes twice in one mapping; remove one of them")
    return found
