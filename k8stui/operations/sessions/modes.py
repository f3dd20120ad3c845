"""What a program in a terminal has turned on and not off again: read off its output, and undone when it is gone."""

import re
from typing import Final

CALM: Final = (
    b"\x1b[?1l\x1b>\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?25h\x1b[?7h\x1b[4l\x1b(B\x0f\x1b[0m"
)
"""Ends what a program that was killed may have left on, and harms nothing where it has not: keypad, bracketed paste,
mouse, a hidden cursor, no line wrap, inserting, line drawing, colours."""

_SEQUENCE: Final = re.compile(rb"\x1b(?:\[([?<=>]?)([0-9;:]*)([ -/]*)([@-~])|(c))")
_UNFINISHED: Final = re.compile(rb"\x1b(?:\[[?<=>]?[0-9;:]*[ -/]*)?\Z")
_LONGEST: Final = 64
_SCREENS: Final = frozenset({b"47", b"1047", b"1049"})
_USUALLY_ON: Final = frozenset({b"7", b"25"})


class Modes:
    """Follows one program's output; a sequence may be split over any number of pieces."""

    def __init__(self) -> None:
        self._rest = b""
        self._forget()

    def _forget(self) -> None:
        self._on: dict[bytes, None] = {}
        self._kitty = 0
        self._kitty_flags = False
        self._other_keys = False
        self._region = False
        self._shape = False

    @property
    def alternate(self) -> bool:
        """The program has the alternate screen: it paints all of it, and paints it anew when asked to."""
        return any(mode in self._on for mode in _SCREENS)

    def feed(self, data: bytes) -> None:
        """The next piece of output."""
        data = self._rest + data
        for found in _SEQUENCE.finditer(data):
            if found[5]:
                self._forget()
            else:
                self._control(found[1], found[2], found[3], found[4])
        unfinished = _UNFINISHED.search(data[-_LONGEST:])
        self._rest = unfinished[0] if unfinished else b""

    def _control(self, private: bytes, numbers: bytes, between: bytes, last: bytes) -> None:
        if private == b"?" and last in b"hl":
            for mode in numbers.split(b";"):
                if last == b"h":
                    self._on[mode] = None
                else:
                    self._on.pop(mode, None)
        elif last == b"u":
            self._keyboard(private, numbers)
        elif private == b">" and last == b"m" and numbers.split(b";")[0] == b"4":
            self._other_keys = numbers not in (b"4", b"4;0")
        elif last == b"r" and not private:
            self._region = bool(numbers)
        elif last == b"q" and between == b" ":
            self._shape = numbers not in (b"", b"0")

    def _keyboard(self, private: bytes, numbers: bytes) -> None:
        """The kitty keyboard protocol: a stack of flags, and flags set on top of it."""
        if private == b">":
            self._kitty += 1
        elif private == b"<":
            first = numbers.split(b";")[0]
            self._kitty = max(0, self._kitty - (int(first) if first else 1))
        elif private == b"=":
            self._kitty_flags = not numbers.startswith(b"0")

    def undo(self) -> bytes:
        """What gives the terminal back as a program should have left it."""
        parts = []
        if self._region:
            parts.append(b"\x1b7\x1b[r\x1b8")
        if self._kitty_flags:
            parts.append(b"\x1b[=0u")
        if self._kitty:
            parts.append(b"\x1b[<%du" % min(self._kitty, 99))
        if self._other_keys:
            parts.append(b"\x1b[>4m")
        if self._shape:
            parts.append(b"\x1b[0 q")
        on = [mode for mode in self._on if mode not in _USUALLY_ON]
        parts += [b"\x1b[?%bl" % mode for mode in sorted(on, key=lambda mode: mode in _SCREENS)]
        parts.append(CALM)
        self._forget()
        return b"".join(parts)
