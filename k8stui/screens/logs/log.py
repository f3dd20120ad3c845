"""One reading of a target's logs: what brings the lines, what keeps them, and what is seen of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from k8stui.cluster.listeners import Listeners
from k8stui.model.logs.book import Book
from k8stui.model.logs.shown import Shown
from k8stui.operations.logs.follow import Follow
from k8stui.operations.logs.hold import Hold
from k8stui.operations.logs.sources import Stage

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.model.logs.entry import Entry, Mark
    from k8stui.operations.logs.sources import Source
    from k8stui.screens.logs.viewed import Viewed


class Log:
    """Open until `close`.

    Args:
        session: of the context.
        viewed: whose log, and what of it.
    """

    def __init__(self, session: Session, viewed: Viewed) -> None:
        settings = session.settings.logs
        self.viewed = viewed
        self.book = Book(settings.memory)
        self.shown = Shown(self.book)
        self.hold = Hold(self._fits, self._tell)
        """While the lines in view would be dropped by those that come, none are taken."""
        self.follow = Follow(session, viewed.target, viewed.options, settings, self._take, self.hold)
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when lines came, or something about their sources changed."""
        self.first: Callable[[], None] = lambda: None
        """Called behind the listeners when there are lines and were none: they are to be seen at once."""
        self.taken: Callable[[int, Sequence[Entry]], None] = lambda _start, _entries: None
        """Called with what came and the number of its first line, before anybody else."""
        self.kept: Callable[[], int | None] = lambda: None
        """The number of the first line that must not be dropped; None: any may be."""
        self._task: asyncio.Task[None] | None = None
        self._end = self.follow.listeners.add(self._tell)

    def _fits(self, entries: Sequence[Entry]) -> bool:
        kept = self.kept()
        return kept is None or self.book.spares(kept, entries)

    def _take(self, entries: list[Entry]) -> None:
        none, start = not self.book.lines, self.book.end
        self.book.extend(entries)
        self.taken(start, entries)
        self._tell()
        if none and self.book.lines:
            self.first()

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()

    @property
    def sources(self) -> Sequence[Source]:
        """All containers that were found."""
        return list(self.follow.sources.values())

    @property
    def read(self) -> Sequence[Source]:
        """Those that are or were followed."""
        return [source for source in self.follow.sources.values() if source.stage is not Stage.ASIDE]

    @property
    def chosen(self) -> Sequence[Source]:
        """Those that are followed now; where all have ended these."""
        return [source for source in self.read if source.stage is not Stage.ENDED] or self.read

    @property
    def names(self) -> dict[int, tuple[str, str]]:
        """Pod and container by the source's number."""
        return {number: (source.pod.name, source.container) for number, source in self.follow.sources.items()}

    def source_of(self, number: int | None) -> Source | None:
        """Who wrote a line, or whom a marker is about; None where nobody did, or the line is not kept any more."""
        entry = self._entry(number)
        return self.follow.sources.get(entry.source) if entry is not None else None

    def mark_of(self, number: int | None) -> Mark | None:
        """What a line is."""
        entry = self._entry(number)
        return entry.mark if entry is not None else None

    def _entry(self, number: int | None) -> Entry | None:
        try:
            return self.shown.entry(number) if number is not None else None
        except IndexError:
            return None

    def start(self, fault: Callable[[Exception], None]) -> None:
        """Follow until closed; `fault` is told of what was not foreseen."""

        async def run() -> None:
            try:
                await self.follow.run()
            except Exception as error:
                fault(error)

        self._task = asyncio.get_running_loop().create_task(run())

    async def close(self) -> None:
        """End every stream; nothing is told any more."""
        self._end()
        self.listeners.clear()
        await self.follow.close()
        if self._task is not None:
            self._task.cancel()
