"""The top row: where I am and how true it is (screens.md)."""

import re
from typing import Final

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.widgets.cells import cell_len, shorten
from k8stui.widgets.one_line import OneLine, Piece
from k8stui.widgets.symbols import UNICODE, Symbols

_GAP: Final = "  "
_PARTS: Final = {"context": "key", "guard": "guard"}
_LEAST: Final = 8
"""A shortened context or namespace keeps so many cells; below that it goes."""


class Status(Struct, frozen=True, kw_only=True):
    """What the top row says: plain texts, as they are to be read."""

    context: str = ""
    guard: str = ""
    """What keeps the context safe: `READ-ONLY`, `PROTECTED`."""
    user: str = ""
    namespace: str = ""
    version: str = ""
    title: str = ""
    """`pods (load) 10,000`, `4,500/13,000`, `12 of 10,000`."""
    freshness: str = ""
    """`live`, `syncing 4,500/13,000`, `stale 42s (why)`."""
    tone: Tone = Tone.PLAIN
    work: str = ""
    """`1 job`: long work that runs."""


class StatusLine(OneLine):
    """Context, user, namespace and version on the left, title and freshness on the right.

    In a narrow terminal the version goes first, then the user; names are cut in the middle; title and freshness stay,
    and the guard of the context goes last of all.
    """

    def __init__(self, *, symbols: Symbols = UNICODE, id: str | None = None) -> None:  # noqa: A002
        super().__init__(symbols=symbols, id=id)
        self._status = Status()

    @property
    def status(self) -> Status:
        """What is said now."""
        return self._status

    def show(self, status: Status) -> None:
        """Say something else; nothing is painted when it reads the same."""
        self._status = status
        self.renew()

    def pieces(self, width: int) -> list[Piece]:
        """The row in that many cells."""
        status = self._status
        room = max(0, width - 2)
        fresh = self.symbols.join(status.tone, status.freshness) if status.freshness else ""
        title = status.title
        places = cell_len(status.context) + len(_GAP) + cell_len(status.namespace)
        work = f"   {status.work}" if status.work else ""
        fresh = self._shorter(fresh, room - cell_len(title + work) - 6 - min(places, room // 3))
        title = shorten(title, max(0, room - cell_len(fresh + work) - 3), in_middle=True)
        gap = "   " if title and fresh else ""
        right: list[Piece] = [(title, "strong"), (work, "key"), (gap, ""), (fresh, status.tone.value)]
        used = cell_len(title + work + gap + fresh)
        left = self._left(max(0, room - used - 3))
        blank = " " * max(0, room - used - sum(cell_len(text) for text, _ in left))
        return [(" ", ""), *left, (blank, ""), *right, (" ", "")]

    def _shorter(self, fresh: str, room: int) -> str:
        """The freshness cut to `room` cells, but never its words, only the reason behind `(` or `:`."""
        words = cell_len(re.split(r" \(|: ", fresh, maxsplit=1)[0])
        return shorten(fresh, max(room, words + 3) if words < cell_len(fresh) else words)

    def _left(self, room: int) -> list[Piece]:
        status = self._status
        names = {
            "context": status.context,
            "guard": status.guard,
            "user": status.user,
            "namespace": status.namespace,
        }
        words = [(key, text) for key, text in [*names.items(), ("version", status.version)] if text]
        for victim in ("version", "user"):
            if _width(words) > room:
                words = [word for word in words if word[0] != victim]
        for key in ("namespace", "context"):
            missing = _width(words) - room
            if missing > 0:
                words = [
                    (
                        each,
                        shorten(text, max(_LEAST, cell_len(text) - missing), in_middle=True) if each == key else text,
                    )
                    for each, text in words
                ]
        while words and _width(words) > room:
            words.pop()
        parts: list[Piece] = []
        for key, text in words:
            parts += [(_GAP if parts else "", ""), (text, _PARTS.get(key, ""))]
        return parts


def _width(words: list[tuple[str, str]]) -> int:
    return sum(cell_len(text) for _, text in words) + len(_GAP) * max(0, len(words) - 1)
