"""The rows of one query by uid, and who wants to know what changed."""

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from k8stui.model.kinds import Row

R = TypeVar("R", bound=Row)

Tap = Callable[[R | None, R | None], None]
"""Called with the row before and the row after; None: there was or is none."""

ALL_FROM = 1_000
"""A reader with more dirt than this, and than a quarter of the rows, is told `all` instead."""


class Delta(Struct, frozen=True):
    """What changed since a reader last asked."""

    all: bool
    """Anything may have changed: `uids` is empty then."""
    uids: frozenset[str] | set[str]


class Changes:
    """One reader's own record of what changed; made by `Store.subscribe`."""

    def __init__(self, store: "Store[R]", wake: Callable[[], None]) -> None:
        self._store = store
        self._wake = wake
        self._uids: set[str] = set()
        self._all = False

    @property
    def dirty(self) -> bool:
        """Whether there is anything to take."""
        return self._all or bool(self._uids)

    def take(self) -> Delta:
        """What changed since the last time; from now on the record is clean."""
        self._store.settle()
        delta = Delta(self._all, self._uids)
        self._uids = set()
        self._all = False
        return delta

    def close(self) -> None:
        """Record nothing more."""
        self._store.forget(self)
        self._wake = _nothing
        self._uids = set()
        self._all = False

    def mark(self, uid: str) -> None:
        """Called by the store: the row of this uid came, changed or went."""
        if self._all:
            return
        uids = self._uids
        if not uids:
            uids.add(uid)
            self._wake()
            return
        uids.add(uid)
        if len(uids) > ALL_FROM and len(uids) > len(self._store.rows) // 4:
            self._all = True
            self._uids = set()


class Generation:
    """One list being read: what it did not hold is gone when it is swept."""

    __slots__ = ("fresh", "namespace", "seen")

    def __init__(self, namespace: str | None, fresh: bool) -> None:
        self.namespace = namespace
        self.fresh = fresh
        self.seen: set[str] = set()


class Store(Generic[R]):
    """Rows by uid.

    Several feeds may fill one store, each with the objects of its own namespace. Rows are immutable: a changed object
    is a new row, so `is` tells a reader what to draw again.
    """

    def __init__(self) -> None:
        self.rows: dict[str, R] = {}
        """To be read only."""
        self._readers: list[Changes] = []
        self._taps: list[Tap[R]] = []
        self._closed = False

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, uid: str) -> R | None:
        """The row of this uid."""
        return self.rows.get(uid)

    def put(self, row: R, generation: Generation | None = None) -> bool:
        """Keep this row; whether that changed anything. At an equal resourceVersion the row that is there stays."""
        if self._closed:
            return False
        uid = row.ref.uid
        if generation is not None:
            generation.seen.add(uid)
        old = self.rows.get(uid)
        if old is not None and old.version == row.version:
            return False
        self._set(uid, old, row)
        return True

    def remove(self, uid: str) -> bool:
        """Drop the row of this uid; whether there was one."""
        old = self.rows.get(uid)
        if old is None or self._closed:
            return False
        del self.rows[uid]
        self._tell(uid, old, None)
        return True

    def begin(self, namespace: str | None = None) -> Generation:
        """A list begins: of one namespace, or of everything in this store. Nothing is blanked meanwhile."""
        return Generation(namespace, not self.rows)

    def sweep(self, generation: Generation) -> int:
        """That list is complete: drop what it did not hold (of its namespace); how many went."""
        if generation.fresh:
            return 0
        seen, namespace = generation.seen, generation.namespace
        gone = [uid for uid in self.rows if uid not in seen]
        return sum(self.remove(uid) for uid in gone if namespace in (None, self.rows[uid].ref.namespace))

    def subscribe(self, wake: Callable[[], None]) -> Changes:
        """A record of changes for one reader; `wake` is called once each time it goes from clean to dirty.

        It begins clean: the reader looks at `rows` itself first.
        """
        changes = Changes(self, wake)
        self._readers.append(changes)
        return changes

    def forget(self, changes: Changes) -> None:
        """The reader is gone; unknown ones do not matter."""
        if changes in self._readers:
            self._readers.remove(changes)

    def tap(self, tap: Tap[R]) -> Callable[[], None]:
        """Call this on every change, at once, with the row before and the row after; the result ends it.

        It must be O(1) and must not raise.
        """
        self._taps.append(tap)

        def untap() -> None:
            if tap in self._taps:
                self._taps.remove(tap)

        return untap

    def settle(self) -> None:
        """Make what was put off until somebody reads; nothing here, but see `Joined`."""

    def close(self) -> None:
        """Nothing reaches it any more: a late answer of a context that was left is dropped.

        It lets go of its rows: stores and feeds hold each other, and a collection of such cycles may be far off.
        """
        self._closed = True
        self.rows = {}
        self._readers.clear()
        self._taps.clear()

    def _set(self, uid: str, old: R | None, row: R) -> None:
        self.rows[uid] = row
        self._tell(uid, old, row)

    def _tell(self, uid: str, old: R | None, new: R | None) -> None:
        for tap in self._taps:
            tap(old, new)
        self._mark(uid)

    def _mark(self, uid: str) -> None:
        for changes in self._readers:
            changes.mark(uid)


def _nothing() -> None:
    """Nobody is woken."""
