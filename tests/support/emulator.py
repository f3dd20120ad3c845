"""The terminal emulator (pyte) without what made it the dearest part of a test: the same screen for a fifth of it."""

import re
from typing import Any, cast

import pyte
import pyte.modes
from wcwidth import wcwidth

_PLAIN: re.Pattern[str] = pyte.Stream._text_pattern
_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z@`])")
"""What programs send most: a whole control sequence that is not private."""


class _NotPlain(Exception):
    """A character that takes no cell, or two."""


class _Cells(dict[str, Any]):
    """One style's cell for each character of one column, made once."""

    def __init__(self, style: Any) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, character: str) -> Any:
        if wcwidth(character) != 1:
            raise _NotPlain
        cell = self[character] = self._style._replace(data=character)
        return cell


class Screen(pyte.Screen):
    """Text without surprises is drawn in one go; a line that has not changed is not read again."""

    def __init__(self, columns: int, lines: int) -> None:
        self._cells: dict[Any, _Cells] = {}
        self._rows: dict[int, str] = {}
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        """Characters at the cursor."""
        if not self._drawn(data):
            self.dirty.add(self.cursor.y - 1)  # a combining character goes to the end of the line before
            super().draw(data)

    def _drawn(self, data: str) -> bool:
        cursor = self.cursor
        if cursor.x + len(data) > self.columns or pyte.modes.IRM in self.mode:
            return False
        cells = self._cells.get(cursor.attrs)
        if cells is None:
            cells = self._cells[cursor.attrs] = _Cells(cursor.attrs)
        text = data.translate(self.g1_charset if self.charset else self.g0_charset)
        try:
            made = [cells[character] for character in text]
        except _NotPlain:
            return False
        self.buffer[cursor.y].update(enumerate(made, cursor.x))
        cursor.x += len(made)
        self.dirty.add(cursor.y)
        return True

    @property
    def display(self) -> list[str]:
        """The lines as texts."""
        for y in self.dirty:
            self._rows.pop(y, None)
        self.dirty.clear()
        for y in range(self.lines):
            if y not in self._rows:
                self._rows[y] = self._row(y)
        return [self._rows[y] for y in range(self.lines)]

    def _row(self, y: int) -> str:
        line, columns, x = self.buffer[y], self.columns, 0
        text = "".join([line[x].data for x in range(columns)])
        if text.isascii() and len(text) == columns:
            return text
        found = []
        while x < columns:
            found.append(line[x].data)
            x += 2 if wcwidth(found[-1][:1]) == 2 else 1  # the second cell of a wide character
        return "".join(found)


class Stream(pyte.ByteStream):
    """Whole control sequences are read by an expression; what is none goes through pyte letter by letter."""

    def feed(self, data: bytes) -> None:  # type: ignore[override]  # as in pyte
        """Take what a program has written."""
        text, at, screen = self.utf8_decoder.decode(data), 0, cast(Any, self.listener)
        while at < len(text):
            if self._taking_plain_text:
                plain = _PLAIN.match(text, at)
                if plain is not None:
                    screen.draw(plain[0])
                    at = plain.end()
                    continue
                sequence = _SEQUENCE.match(text, at)
                if sequence is not None and sequence[2] in self.csi:
                    numbers = [min(int(each or 0), 9999) for each in sequence[1].split(";")]
                    getattr(screen, self.csi[sequence[2]])(*numbers)
                    at = sequence.end()
                    continue
            self._taking_plain_text = self._send_to_parser(text[at])
            at += 1
