"""From the bytes of a stream to lines with their stamps: whole pieces at a time, for 50,000 lines come in a second."""

import re
from datetime import UTC, datetime
from typing import Final

from k8stui.model.logs.ansi import safe
from k8stui.model.logs.entry import Entry, Mark

SECOND: Final = 10**9
"""Nanoseconds."""
LONGEST: Final = 2**24
"""Bytes of one line that are kept: a program that writes no ends of lines must not fill the memory."""
_STAMP: Final = re.compile(rb"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)(?: |$)")
_KEPT: Final = 4096
"""Seconds that are remembered; a log of some hours has so many."""
_LOST: Final = (
    b"unable to retrieve container logs for ",
    b"failed to try resolving symlinks in path ",
    b"failed to open log file ",
    b"rpc error: code = NotFound ",
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Splitter:
    """Cuts what comes into lines; what stands behind the last line's end is kept for the next piece.

    Of a line that does not end no more than `LONGEST` bytes are kept, and how many are left out is its last words.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._kept = 0
        self._left_out = 0

    @property
    def half(self) -> bytes:
        """A line whose end has not come."""
        more = f"… {self._left_out} bytes more".encode() if self._left_out else b""
        return b"".join((*self._parts, more))

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that are whole now, without their ends."""
        first, end, rest = piece.partition(b"\n")
        self._keep(first)
        if not end:
            return []
        lines = [self.take(), *rest.split(b"\n")]
        self._keep(lines.pop())
        return lines

    def take(self) -> bytes:
        """`half`, which is then forgotten."""
        rest, self._parts = self.half, []
        self._kept = self._left_out = 0
        return rest

    def _keep(self, part: bytes) -> None:
        """A line of megabytes must not be copied for every piece of it."""
        fits = part[: LONGEST - self._kept] if self._kept + len(part) > LONGEST else part
        if fits:
            self._parts.append(fits)
            self._kept += len(fits)
        self._left_out += len(part) - len(fits)


class Stamps:
    """Reads the stamps before lines: RFC 3339 with up to nine digits and any offset."""

    def __init__(self) -> None:
        self._seconds: dict[bytes, int] = {}

    def of(self, line: bytes) -> int:
        """Nanoseconds since the epoch; 0 where there is no stamp."""
        return self._read(line)[0]

    def entries(self, lines: list[bytes], source: int) -> list[Entry]:
        """The lines as entries of a source; one without a stamp (an old server) is there whole, at 0."""
        seconds = self._seconds
        plain = Mark.LINE
        found: list[Entry] = []
        add = found.append
        for line in lines:
            try:
                # 2026-11-22T10:41:58.120000000Z text: what nearly every kubelet writes
                if line[29] == 90 and line[30] == 32:
                    raw = line[31:]
                    text = raw.decode("utf-8", "replace")
                    if not (text.isascii() and text.isprintable()):  # `safe` says so, too, at twice the price
                        text = safe(raw)
                    add(Entry(seconds[line[:19]] + int(line[20:29]), source, text, plain))
                    continue
            except (IndexError, KeyError, ValueError):
                pass
            at, start = self._read(line)
            add(Entry(at, source, safe(line[start:])))
        return found

    def _read(self, line: bytes) -> tuple[int, int]:
        """The stamp, and where the text behind it begins."""
        found = _STAMP.match(line)
        if found is None:
            return 0, 0
        second, digits, zone = found.groups()
        try:
            moment = datetime.fromisoformat((second.upper() + zone.upper()).decode())
        except ValueError:
            return 0, 0
        since = moment - _EPOCH
        at = (since.days * 86400 + since.seconds) * SECOND
        if zone == b"Z":
            if len(self._seconds) >= _KEPT:
                self._seconds.clear()
            self._seconds[second] = at
        return at + int((digits or b"0").ljust(9, b"0")), found.end()


def lost(half: bytes) -> bool:
    """Whether what a stream ends with is the kubelet's word that the node has this log no more: it says so in the log
    itself, without a stamp and without a line's end."""
    return half.startswith(_LOST)


def written(at: int) -> str:
    """Nanoseconds since the epoch as RFC 3339 in whole seconds (cut off), as servers take `sinceTime`."""
    return f"{datetime.fromtimestamp(at // SECOND, UTC):%Y-%m-%dT%H:%M:%SZ}"
