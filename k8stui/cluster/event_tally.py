"""Sums over a group of events: what an event adds on coming is taken off when it goes or changes."""

from k8stui.cluster.least import Least
from k8stui.model.event_row import Event
from k8stui.model.events import EventLine, faded, weight

SMALL = 16
"""Events up to which the first one is looked for when a line is made; more are kept in order: the oldest go first."""


class Tally:
    """The events of a group, O(1) each (O(log n) in a big group); that the newest one goes is rare, and O(n)."""

    __slots__ = ("_at", "_count", "_firsts", "_newest", "_weight", "events")

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        """By uid, in the order they came: the first one stands for the group."""
        self._count = 0
        self._weight = 0.0
        self._at = 0.0
        self._firsts: Least[str] | None = None
        self._newest: Event | None = None
        """None where it has to be looked for."""

    def put(self, event: Event) -> None:
        """It came, or changed."""
        uid = event.ref.uid
        old = self.events.get(uid)
        if old is not None:
            self._subtract(old)
            if old is self._newest:
                self._newest = None
        self.events[uid] = event
        if self._newest is None:
            if self._at < event.at:
                self._newest = event
        elif _newer(event, self._newest):
            self._newest = event
        self._count += event.count
        worth = weight(event)
        if event.at >= self._at:
            self._weight = faded(self._weight, event.at - self._at) + worth
            self._at = event.at
        else:
            self._weight += faded(worth, self._at - event.at)
        self._order(event)

    def drop(self, event: Event) -> None:
        """It is gone."""
        old = self.events.pop(event.ref.uid, None)
        if old is not None:
            self._subtract(old)
            if old is self._newest:
                self._newest = None
            if self._firsts is not None:
                self._firsts.drop(event.ref.uid)

    def line(self, stem: str = "", objects: int = 1) -> EventLine:
        """The group as a line; there must be an event."""
        newest = self._newest
        if newest is None:
            newest = self._newest = min(self.events.values(), key=lambda each: (-each.at, each.ref.uid))
        return EventLine(
            ref=next(iter(self.events.values())).ref,
            event=newest,
            count=self._count,
            first=self._first(),
            last=newest.last,
            weight=max(0.0, self._weight),
            at=self._at,
            stem=stem,
            objects=objects,
        )

    def _subtract(self, old: Event) -> None:
        self._count -= old.count
        self._weight -= faded(weight(old), self._at - old.at)

    def _order(self, event: Event) -> None:
        """Keep it in the order of the first times, where the group is big."""
        if self._firsts is None:
            if len(self.events) <= SMALL:
                return
            self._firsts = Least()
            for each in self.events.values():
                self._order(each)
        elif event.first is None:
            self._firsts.drop(event.ref.uid)
        else:
            self._firsts.put(event.ref.uid, event.first)

    def _first(self) -> float | None:
        if self._firsts is None:
            return min([each.first for each in self.events.values() if each.first is not None], default=None)
        top = self._firsts.top()
        return top[0] if top is not None else None


def _newer(one: Event, other: Event) -> bool:
    """Of two equally new ones that with the lesser uid is taken for the newer: the order they came in is no matter."""
    return one.at > other.at or (one.at == other.at and one.ref.uid < other.ref.uid)


def single(event: Event) -> EventLine:
    """One event as a line of its own."""
    return EventLine(
        ref=event.ref,
        event=event,
        count=event.count,
        first=event.first,
        last=event.last,
        weight=weight(event),
        at=event.at,
    )
