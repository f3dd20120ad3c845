"""Whether everybody in a test is at rest: on a busy machine, one who says nothing may just not have had a turn.

Linux tells it in /proc; where there is none, or a kernel without these files, time alone counts.
"""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

_PROC = Path("/proc")
_WORKING = ("R", "D")
"""Runs, waits for a processor, or for a disk."""


class _Thread(Struct, frozen=True):
    spent: float
    """Seconds in which it ran or waited for a processor, since it began; what it waits now counts once it has run."""
    working: bool


class Rest:
    """Of this process, but for the thread that asks, and of all that was started from it; `pid` is one of those.

    `alone`: of that one only, and of all that was started from it.
    """

    def __init__(self, pid: int, *, alone: bool = False) -> None:
        self._pid, self._alone = pid, alone
        self._at = time.monotonic()
        self._known = self._threads()

    def seconds(self) -> float:
        """How many of the seconds since the last call (or the making) were of rest for everybody.

        None of them were where somebody is at work now; else those that nobody used or waited for.
        """
        before, self._at = self._at, time.monotonic()
        known, self._known = self._known, self._threads()
        if any(each.working for each in self._known.values()):
            return 0.0
        spent = sum(each.spent - known[tid].spent if tid in known else each.spent for tid, each in self._known.items())
        return max(0.0, self._at - before - spent)

    def _threads(self) -> dict[int, _Thread]:
        """By thread id."""
        found: dict[int, _Thread] = {}
        mine = threading.get_native_id()
        processes = [self._pid] if self._alone else [os.getpid(), self._pid]
        while processes:
            for task in _tasks(processes.pop()):
                tid = int(task.name)
                if tid not in found and tid != mine:
                    with suppress(OSError):  # it has ended
                        found[tid] = _read(task)
                with suppress(OSError):
                    processes += [int(pid) for pid in (task / "children").read_text().split()]
        return found


def at_work(pid: int) -> bool:
    """Whether a thread of that process runs now, or waits for a processor or for a disk."""
    for task in _tasks(pid):
        with suppress(OSError):  # it has ended
            if _read(task).working:
                return True
    return False


def _tasks(pid: int) -> list[Path]:
    try:
        return list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def _read(task: Path) -> _Thread:
    state = (task / "stat").read_text().rpartition(")")[2].split()[0]
    run, waited, _ = (task / "schedstat").read_text().split()
    return _Thread((int(run) + int(waited)) / 1e9, state in _WORKING)
