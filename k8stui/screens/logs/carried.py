"""Marks of a log that is read anew with other options: they stay on the lines that are read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from k8stui.model.sentences import counted
from k8stui.operations.logs.sources import Stage

if TYPE_CHECKING:
    from k8stui.model.logs.entry import Entry
    from k8stui.operations.logs.sources import Source
    from k8stui.screens.logs.log import Log
    from k8stui.widgets.log_view import LogView

QUIET: Final = 1.0
"""Seconds after which a stream that has brought nothing is taken to have nothing of what was written before."""

Container = tuple[str, str]
"""The uid of its pod, and its name: the same in the old reading and in the new one."""


class Carried:
    """Of one page, over all its readings. A line is the same where container, stamp and text are."""

    def __init__(self) -> None:
        self._wanted: dict[Container, Counter[tuple[int, str]]] = {}
        self._lost = self._all = 0
        self._log: Log | None = None
        self._view: LogView | None = None

    @property
    def pending(self) -> bool:
        """It is not known yet of every mark whether its line is read again."""
        return bool(self._wanted)

    def leave(self, log: Log, marks: Sequence[int]) -> None:
        """This reading ends with these marks; what it has not brought yet is looked for in the next one, too."""
        self._lost = 0
        for number in marks:
            source, mark = log.source_of(number), log.mark_of(number)
            if source is None or mark is None or not mark.is_line:
                self._lost += 1
                continue
            entry = log.book.entry(number)
            self._wanted.setdefault(_container(source), Counter())[(entry.at, entry.text)] += 1
        self._all = self._lost + sum(each.total() for each in self._wanted.values())

    def join(self, log: Log, view: LogView) -> None:
        """Look for them in this reading."""
        self._log, self._view = log, view
        log.taken = self._take

    def _take(self, start: int, entries: Sequence[Entry]) -> None:
        """Lines came, numbered from `start` on; one that is later than a mark tells that its line does not come."""
        if not self._wanted or self._log is None or self._view is None:
            return
        sources, found = self._log.follow.sources, []
        for number, entry in enumerate(entries, start):
            source = sources.get(entry.source)
            wanted = self._wanted.get(_container(source)) if source is not None and entry.mark.is_line else None
            if source is None or wanted is None:
                continue
            line = (entry.at, entry.text)
            if line in wanted:
                found.append(number)
                wanted[line] -= 1
            gone = [each for each, count in wanted.items() if not count or 0 < each[0] < entry.at]
            for each in gone:
                self._lost += wanted.pop(each)
            if not wanted:
                del self._wanted[_container(source)]
        self._view.mark_also(found)

    def review(self, now: float) -> list[str]:
        """A sentence on how many marks are lost, once that is known of all."""
        log = self._log
        if log is None:
            return []
        there = {_container(source): source for source in log.sources}
        for container in list(self._wanted):
            if log.follow.looked and not _may_come(there.get(container), self._wanted[container], now):
                self._lost += self._wanted.pop(container).total()
        if self._wanted or not self._lost:
            return []
        lost, self._lost = self._lost, 0
        return [f"{lost:,} of {counted(self._all, 'mark')} lost: what is read now does not hold their lines"]


def _container(source: Source) -> Container:
    return source.pod.uid, source.container


def _may_come(source: Source | None, wanted: Counter[tuple[int, str]], now: float) -> bool:
    """Whether lines written before may still be read of a container."""
    if source is None or source.stage in (Stage.ASIDE, Stage.ENDED):
        return False
    if source.stage is Stage.OPENING or now - source.at < QUIET:
        return True
    return bool(source.lines) and all(at for at, _ in wanted)
