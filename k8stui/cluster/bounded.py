"""A store that keeps the newest rows of a query and counts the rest."""

from collections.abc import Callable
from typing import Any, TypeVar

from k8stui.cluster.least import Least
from k8stui.cluster.listeners import Listeners
from k8stui.cluster.queries import Query
from k8stui.cluster.store import Generation, Store
from k8stui.model.kinds import EVENTS, Row

R = TypeVar("R", bound=Row)

EVENTS_KEPT = 20_000
"""Events that are kept of one query."""


class Bounded(Store[R]):
    """At most `most` rows, also while a list is being read: a newer one takes the place of the oldest.

    Args:
        most: rows.
        age: what is compared, the newest is the greatest.
    """

    def __init__(self, most: int, age: Callable[[R], float]) -> None:
        super().__init__()
        self._most = most
        self._age = age
        self._ages: Least[str] = Least()
        self._left: dict[int, str] = {}
        """The namespaces of the objects left out, by the hash of their uid: two that clash are counted as one."""
        self._listeners: Listeners[Callable[[], None]] = Listeners()

    @property
    def left_out(self) -> int:
        """How many objects there are besides."""
        return len(self._left)

    def on_left_out(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call this when another number is left out; the result ends it."""
        return self._listeners.add(listener)

    def remove(self, uid: str) -> bool:
        """Drop the row of this uid, or count one less of those left out."""
        if uid in self.rows:
            self._ages.drop(uid)
        elif self._left.pop(hash(uid), None) is not None:
            self._tell_left_out()
        return super().remove(uid)

    def sweep(self, generation: Generation) -> int:
        """That list is complete: of those left out, too, what it did not hold is gone."""
        gone = super().sweep(generation)
        if self._left:
            seen = {hash(uid) for uid in generation.seen}
            namespace = generation.namespace
            before = len(self._left)
            self._left = {each: of for each, of in self._left.items() if each in seen or namespace not in (None, of)}
            if len(self._left) != before:
                self._tell_left_out()
        return gone

    def close(self) -> None:
        """Let go of everything."""
        super().close()
        self._ages, self._left = Least(), {}
        self._listeners.clear()

    def _set(self, uid: str, old: R | None, row: R) -> None:
        age = self._age(row)
        if old is None:
            if self._left:
                self._left.pop(hash(uid), None)
            oldest = self._ages.top() if len(self.rows) >= self._most else None
            if oldest is not None and oldest[0] >= age:
                self._leave_out(uid, row)
                return
            if oldest is not None:
                row_out = self.rows[oldest[1]]
                self.remove(oldest[1])
                self._leave_out(oldest[1], row_out)
        self._ages.put(uid, age)
        super()._set(uid, old, row)

    def _leave_out(self, uid: str, row: R) -> None:
        self._left[hash(uid)] = row.ref.namespace
        self._tell_left_out()

    def _tell_left_out(self) -> None:
        for listener in self._listeners:
            listener()


def store_for(query: Query) -> Store[Any]:
    """The store that a feed of this query fills: events are bounded, whatever a cluster has of them."""
    if query.kind.plural == EVENTS.plural and query.kind.group in ("", "events.k8s.io") and not query.objects:
        return Bounded(EVENTS_KEPT, lambda event: event.at)
    return Store()
