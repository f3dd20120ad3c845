"""The event log of one kind: what changed, in order, within a window; watchers hold a revision, never a queue."""

import asyncio
from bisect import bisect_right
from operator import attrgetter

from msgspec import UNSET, Struct, UnsetType


class Entry(Struct, frozen=True):
    """One object as stored: its bytes (without kind and apiVersion) and what lists and selectors need of it."""

    namespace: str
    name: str
    uid: str
    version: int
    labels: dict[str, str]
    fields: dict[str, str]
    """Values of the kind's own field selectors."""
    raw: bytes

    @property
    def key(self) -> str:
        """`namespace/name`: sorts as the keys of etcd do."""
        return f"{self.namespace}/{self.name}"

    def body(self, head: bytes) -> bytes:
        """The whole object as JSON, `head` being the kind's."""
        return head + self.raw[1:]


class Change(Struct):
    """One event: `before` is missing for an addition, `gone` marks a deletion (then `after` is its last state)."""

    version: int
    before: Entry | None
    after: Entry
    gone: bool = False
    _line: bytes | UnsetType = UNSET
    _head: bytes = b""

    @property
    def type(self) -> str:
        """ADDED, MODIFIED or DELETED, as one without a selector sees it."""
        if self.gone:
            return "DELETED"
        return "MODIFIED" if self.before else "ADDED"

    def line(self, head: bytes) -> bytes:
        """The watch line, made once for all watchers of a version."""
        if self._line is UNSET or self._head != head:
            self._head = head
            self._line = watch_line(self.type, self.after.body(head))
        return self._line


def watch_line(event_type: str, body: bytes) -> bytes:
    """One line of a watch stream."""
    return b'{"type":"%s","object":%s}\n' % (event_type.encode(), body)


class Log:
    """The last `window` changes of one kind. Whoever is further behind than that must list again (410).

    A waiting watcher leaves an `asyncio.Event`; a change sets it once and forgets it, so that a burst costs each
    watcher one wake-up and an idle kind costs nothing.
    """

    def __init__(self, window: int) -> None:
        self.window = window
        self._floor = 0
        self._changes: list[Change] = []
        self._waiting: set[asyncio.Event] = set()

    @property
    def floor(self) -> int:
        """Watches from a revision below this are refused."""
        outside = len(self._changes) - self.window
        return max(self._floor, self._changes[outside - 1].version) if outside > 0 else self._floor

    def add(self, change: Change) -> None:
        """Keep the change, wake who waits; what fell out of the window is dropped a whole window at a time."""
        self._changes.append(change)
        if len(self._changes) > 2 * self.window:
            self._floor = self.floor
            del self._changes[: -self.window]
        self.wake()

    def wake(self) -> None:
        """Let every waiting watcher look again."""
        for event in self._waiting:
            event.set()
        self._waiting.clear()

    def compact(self, version: int) -> None:
        """Forget everything up to this revision."""
        del self._changes[: self._index(version)]
        self._floor = max(self._floor, version)

    def after(self, version: int, limit: int | None = None) -> list[Change]:
        """The changes after this revision, oldest first, at most `limit`."""
        start = self._index(version)
        return self._changes[start : None if limit is None else start + limit]

    def _index(self, version: int) -> int:
        return bisect_right(self._changes, version, key=attrgetter("version"))

    def wait(self, event: asyncio.Event) -> None:
        """The next change sets this event."""
        self._waiting.add(event)

    def leave(self, event: asyncio.Event) -> None:
        """Whoever waited with this event waits no longer."""
        self._waiting.discard(event)
