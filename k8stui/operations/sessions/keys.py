"""Finds ctrl+] in what is typed, however the terminal writes it; everything else stays as it is, byte by byte."""

import re
from enum import Enum
from typing import Final

PASTED: Final = b"\x1b[200~"
PASTE_ENDS: Final = b"\x1b[201~"
LITERAL: Final = b"\x1d"
_OTHER_KEYS: Final = b"\x1b[27;5;93~"
"""As xterm writes it after `modifyOtherKeys`."""
_KITTY: Final = re.compile(rb"\x1b\[93(?::[0-9]*)*;([0-9]+)(?::([0-9]+))?(?:;[0-9:]*)?u")
"""As the kitty keyboard protocol writes it: modifiers, and whether it was pressed (1), repeated (2) or let go (3)."""
_LOCKS: Final = 64 | 128
_CONTROL: Final = 4
_LET_GO: Final = b"3"
_WANTED: Final = re.compile(rb"\x1d|\x1b\[200~|\x1b\[27;5;93~|\x1b\[93[0-9:;]*u")
_UNFINISHED: Final = re.compile(rb"\x1b\[(?:2(?:0?|00|7[0-9;]*)|9(?:3[0-9:;]*)?)\Z")
"""No key writes just this, so waiting for the rest delays nothing. `esc` and `alt+[` are passed on at once."""
_LONGEST: Final = 32


class Special(Enum):
    """What is not passed on."""

    ESCAPE = "ctrl+]"


class Keys:
    """Splits what is typed; a sequence may be split over several reads."""

    def __init__(self) -> None:
        self._rest = b""
        self._pasting = False

    def feed(self, data: bytes) -> list[bytes | Special]:
        """The next bytes: what is passed on, and where ctrl+] was pressed. Inside a bracketed paste it is text."""
        data, self._rest = self._rest + data, b""
        found: list[bytes | Special] = []
        start = at = 0
        while at < len(data):
            if self._pasting:
                end = data.find(PASTE_ENDS, at)
                if end < 0:
                    break
                self._pasting, at = False, end + len(PASTE_ENDS)
                continue
            match = _WANTED.search(data, at)
            if match is None:
                break
            at = match.end()
            if match[0] == PASTED:
                self._pasting = True
            elif match[0] in (LITERAL, _OTHER_KEYS) or _is_control(match[0]):
                found += [data[start : match.start()], Special.ESCAPE]
                start = at
            elif _is_control(match[0], let_go=True):
                found.append(data[start : match.start()])
                start = at
        self._keep(data, start, found)
        return [each for each in found if each != b""]

    def _keep(self, data: bytes, start: int, found: list[bytes | Special]) -> None:
        """Hold back what may become a sequence."""
        tail = data[max(start, len(data) - _LONGEST) :]
        held = 0
        if self._pasting:
            # The end of a paste may be split, too: what is held back of it belongs to the paste.
            held = next((size for size in range(5, 1, -1) if tail.endswith(PASTE_ENDS[:size])), 0)
        elif match := _UNFINISHED.search(tail):
            held = len(match[0])
        end = len(data) - held
        found.append(data[start:end])
        self._rest = data[end:]


def _is_control(sequence: bytes, *, let_go: bool = False) -> bool:
    match = _KITTY.fullmatch(sequence)
    if match is None:
        return False
    return (int(match[1]) - 1) & ~_LOCKS == _CONTROL and (match[2] == _LET_GO) is let_go


_KEY: Final = re.compile(rb"\x1b\[([0-9]+)(?::[0-9]*)*(?:;([0-9]*)(?::([0-9]+))?)?(?:;[0-9:]*)?u")
_PRIVATE: Final = 0xE000
"""From here on these are keys without a character: shift by itself, volume."""
_SEQUENCE: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)", re.DOTALL)
_AFTER: Final = re.compile(rb"\A[\x80-\xbf]+")
"""The other bytes of a character of UTF-8."""


def first_key(data: bytes) -> tuple[str, bytes]:
    """The first key of these bytes and what follows it; "" where they hold none (reports of mouse and focus)."""
    while data:
        if match := _KEY.match(data):
            data = data[match.end() :]
            if match[3] != _LET_GO and int(match[1]) < _PRIVATE:
                return chr(int(match[1])), data
        elif data[:3] == b"\x1b[M":
            data = data[6:]  # the mouse, as it was reported first: three bytes of any value
        elif match := _SEQUENCE.match(data):
            data = data[match.end() :]
        else:
            return chr(data[0]), _AFTER.sub(b"", data[1:], count=1) if data[0] >= 0x80 else data[1:]
    return "", b""
