"""The log file of the recorded node: its runtime gave the same 30 lines to every container, and some more later on."""

from k8stui.demo.cluster import EmbeddedCluster
from tests.conformance.alike import seconds

LAST = seconds("2026-11-21T09:33:16Z")
"""When line 30 was written; the others 10 s before each other."""
LATER = ("fresh 0", "fresh 1", "fresh 2", "fresh 3", "part two")
"""Lines that were appended while one container's log was followed."""


class Books:
    """Every container that is asked for its log has written that file."""

    def __init__(self, cluster: EmbeddedCluster) -> None:
        self.later = False
        """What was appended while a log was followed is in it."""
        self._logs = cluster.logs
        self._given: set[tuple[str, str, int]] = set()
        cluster.logs.on_read = self._read

    def _read(self, uid: str, container: str, attempt: int) -> None:
        key = (uid, container, attempt)
        if key in self._given:
            return
        self._given.add(key)
        for number in range(1, 31):
            self._logs.write(*key, f"line {number}", LAST - 10 * (30 - number))
        for number, text in enumerate(LATER if self.later else ()):
            self._logs.write(*key, text, LAST + 1 + number)

    def forget(self) -> None:
        """Those who have read it already find it longer."""
        self.later = True
        for uid in {uid for uid, _, _ in self._given}:
            self._logs.drop(uid)
        self._given.clear()
