"""Where a log was cut, and going on there: what comes a second time is passed over, what is missing is noticed.

A server takes the time to go on from in whole seconds, so that the lines of the last second come again. They come in
the order of the node's file: all that was seen stands before all that was not. Equal lines are counted, for a container
may write the same twice within a nanosecond of the node's clock.
"""

from collections import Counter, deque
from enum import Enum

from k8stui.operations.logs.lines import SECOND, Stamps


class Verdict(Enum):
    """What the lines that came again tell."""

    OPEN = "open"
    """Nothing yet: what was seen last has not come, and nothing that is later."""
    WHOLE = "whole"
    """What was seen last is there: nothing is missing."""
    TORN = "torn"
    """What comes is later, and what was seen last is not there: lines may be missing."""


class Seen:
    """The last lines that were read of one run of a container, as they came over the wire."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._recent: deque[tuple[int, list[bytes]]] = deque()
        self.last = b""
        """The last line, with its stamp; empty: none was seen."""
        self.at = 0
        """Its stamp; 0: none was seen that had one."""

    def add(self, lines: list[bytes]) -> None:
        """These were read; O(1) whatever their number."""
        if not lines:
            return
        at = self._stamps.of(lines[-1])
        self.last = lines[-1]
        if not at:
            return
        self.at = at
        second = at // SECOND
        self._recent.append((second, lines))
        while self._recent[0][0] < second - 1:
            self._recent.popleft()

    def again(self) -> "Overlap":
        """What is to be passed over when the log is read on from the second of the last line."""
        start = self.at // SECOND * SECOND
        recent = [line for _, lines in self._recent for line in lines if self._stamps.of(line) >= start]
        return Overlap(self._stamps, self.last, recent)


class Overlap:
    """Passes over what was seen before, up to the last line of it."""

    def __init__(self, stamps: Stamps, last: bytes, recent: list[bytes]) -> None:
        self._stamps = stamps
        self._last = last
        self._counts = Counter(recent)
        self._wanted = max(1, self._counts[last])
        self._top = max(map(stamps.of, recent), default=stamps.of(last))
        self._held: list[bytes] = []
        self.verdict = Verdict.OPEN

    def new(self, lines: list[bytes]) -> list[bytes]:
        """Those of the lines that were not seen before, as far as that is known by now."""
        if self.verdict is not Verdict.OPEN:
            return lines
        for index, line in enumerate(lines):
            if line == self._last:
                self._wanted -= 1
                if not self._wanted:
                    self.verdict = Verdict.WHOLE
                    self._held = []
                    return lines[index + 1 :]
            elif self._stamps.of(line) > self._top:
                self.verdict = Verdict.TORN
                unseen = [each for each in self._held if not self._known(each)]
                self._held = []
                return unseen + lines[index:]
            self._held.append(line)
        return []

    def _known(self, line: bytes) -> bool:
        if self._counts[line] <= 0:
            return False
        self._counts[line] -= 1
        return True
