"""Events grouped by reason and object, and storms over many objects of one owner folded into one line."""

import asyncio
from collections.abc import Callable, Iterator

from k8stui.cluster.event_tally import Tally
from k8stui.cluster.order import STEP
from k8stui.cluster.store import Store
from k8stui.cluster.view import in_slices
from k8stui.model.event_row import Event
from k8stui.model.events import EventLine

STORM = 3
"""Objects of one owner, with the same reason, that are folded into one line."""

AT_ONCE = 2_000
"""Events that are grouped at once; more of them, that are there already, come in slices."""

GroupKey = tuple[str, str, str, str, str, str]
"""Type, reason, kind, namespace, name and uid of the object."""
StormKey = tuple[str, str, str, str, str]
"""Type, reason, kind, namespace and what the names of the objects begin with."""

Owner = Callable[[Event], str]
"""What the names of an object and of its siblings begin with (the owner's name, as a rule); empty: it has none."""


class _Line:
    """What may be a line: the sums of its events, and the uid of the line that shows them."""

    __slots__ = ("shown", "tally")

    def __init__(self) -> None:
        self.tally = Tally()
        self.shown = ""


class _Group(_Line):
    """All events of one reason about one object."""

    __slots__ = ("storm",)

    def __init__(self, storm: "_Storm | None") -> None:
        super().__init__()
        self.storm = storm


class _Storm(_Line):
    """All groups of one reason about objects of one owner; its sums are kept only while it is folded."""

    __slots__ = ("folded", "groups", "key")

    def __init__(self, key: StormKey) -> None:
        super().__init__()
        self.key = key
        self.groups: dict[GroupKey, _Group] = {}
        self.folded = False


class EventGroups(Store[EventLine]):
    """A line for each group of events, made when somebody reads: ten events between two paints cost one line.

    A line's uid is that of the oldest member that still exists: it stays when others come and go, when groups are
    folded into a storm, and when the storm is unfolded.

    Args:
        events: whose rows.
        owner: whom an object belongs to; asked once, when its group begins.
        slice: seconds of work before the loop gets its turn (`Timing.slice`), while many events that are there
            already are taken in.
    """

    def __init__(self, events: Store[Event], owner: Owner, *, slice: float = 0.008) -> None:  # noqa: A002 - the setting
        super().__init__()
        self._events = events
        self._owner = owner
        self._groups: dict[GroupKey, _Group] = {}
        self._storms: dict[StormKey, _Storm] = {}
        self._unfolded: set[StormKey] = set()
        self._dirty: set[_Line] = set()
        self._waiting = dict(events.rows)
        """Events that were there and are not taken in yet."""
        self._task: asyncio.Task[None] | None = None
        self._untap = events.tap(self._changed)
        self._begin(slice)

    @property
    def busy(self) -> bool:
        """Whether what was there at first is still being taken in."""
        return self._task is not None and not self._task.done()

    def toggle(self, uid: str) -> bool | None:
        """Unfold the storm that this line shows, or fold again the one that it is a part of.

        Returns whether it is unfolded now; None where the line belongs to no storm.
        """
        group = self._group_of(uid)
        storm = group.storm if group is not None else None
        if storm is None or len(storm.groups) < STORM:
            return None
        unfolded = storm.key not in self._unfolded
        if unfolded:
            self._unfolded.add(storm.key)
        else:
            self._unfolded.discard(storm.key)
        self._dirty.add(storm)
        self._mark(uid)
        return unfolded

    def get(self, uid: str) -> EventLine | None:
        """The line of this uid, or else the one that this event is a part of."""
        self.settle()
        found = self.rows.get(uid)
        group = self._group_of(uid) if found is None else None
        if group is None:
            return found
        shown = group.storm.shown if group.storm is not None and group.storm.folded else group.shown
        return self.rows.get(shown)

    def settle(self) -> None:
        """Make the lines that were put off: first what goes, then what comes, as a uid may do both."""
        if not self._dirty:
            return
        dirty, self._dirty = self._dirty, set()
        for line in list(dirty):
            if isinstance(line, _Storm):
                self._fold(line, dirty)
        made = [(line, self._made(line)) for line in dirty]
        for line, row in made:
            if line.shown and (row is None or row.ref.uid != line.shown):
                self._place(line.shown, None)
                line.shown = ""
        for line, row in made:
            if row is not None:
                line.shown = row.ref.uid
                self._place(line.shown, row)

    def close(self) -> None:
        """Follow the events no more."""
        self._untap()
        super().close()
        if self._task is not None:
            self._task.cancel()
        self._waiting.clear()
        self._dirty.clear()
        self._groups.clear()
        self._storms.clear()

    # What comes and goes

    def _begin(self, slice: float) -> None:  # noqa: A002 - the setting
        """Take in what is there: at once, or in slices where it is much and a loop waits for its turn."""
        steps = self._take_in()
        if len(self._waiting) > AT_ONCE:
            try:
                self._task = asyncio.get_running_loop().create_task(in_slices(steps, slice))
                return
            except RuntimeError:
                pass  # without a loop there is nobody to keep waiting
        for _ in steps:
            pass

    def _take_in(self) -> Iterator[None]:
        uids = list(self._waiting)
        for start in range(0, len(uids), STEP // 4):
            for uid in uids[start : start + STEP // 4]:
                event = self._waiting.pop(uid, None)
                if event is not None:
                    self._join(_key(event), event)
            self.settle()
            yield

    def _changed(self, old: Event | None, new: Event | None) -> None:
        if self._closed:
            return
        if old is not None and self._waiting.pop(old.ref.uid, None) is not None:
            old = None
        before = _key(old) if old is not None else None
        after = _key(new) if new is not None else None
        if old is not None and before is not None and before != after:
            self._leave(before, old)
        if new is not None and after is not None:
            self._join(after, new)

    def _join(self, key: GroupKey, event: Event) -> None:
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(self._storm_of(key, event))
            if group.storm is not None:
                group.storm.groups[key] = group
        group.tally.put(event)
        storm = group.storm
        if storm is not None and storm.folded:
            storm.tally.put(event)
        self._touch(group, event.ref.uid)

    def _leave(self, key: GroupKey, event: Event) -> None:
        group = self._groups[key]
        storm = group.storm
        group.tally.drop(event)
        if storm is not None and storm.folded:
            storm.tally.drop(event)
        if not group.tally.events:
            del self._groups[key]
            if storm is not None:
                del storm.groups[key]
                if not storm.groups:
                    del self._storms[storm.key]
                    self._unfolded.discard(storm.key)
        self._touch(group, event.ref.uid)

    def _touch(self, group: _Group, uid: str) -> None:
        storm = group.storm
        if storm is not None and (storm.folded or self._to_fold(storm)):
            self._dirty.add(storm)
        if storm is None or not storm.folded or group.shown:
            self._dirty.add(group)
        self._mark(uid)

    def _storm_of(self, key: GroupKey, event: Event) -> _Storm | None:
        stem = self._owner(event)
        if not stem:
            return None
        whose = (*key[:4], stem)
        storm = self._storms.get(whose)
        if storm is None:
            storm = self._storms[whose] = _Storm(whose)
        return storm

    def _group_of(self, uid: str) -> _Group | None:
        event = self._events.rows.get(uid)
        return self._groups.get(_key(event)) if event is not None else None

    # Lines

    def _to_fold(self, storm: _Storm) -> bool:
        return len(storm.groups) >= STORM and storm.key not in self._unfolded

    def _fold(self, storm: _Storm, dirty: set[_Line]) -> None:
        """Fold or unfold it, if that is due; its groups then come or go as lines."""
        fold = self._to_fold(storm)
        if fold is storm.folded:
            return
        storm.folded = fold
        storm.tally = Tally()
        dirty.update(storm.groups.values())
        if fold:
            for group in storm.groups.values():
                for event in group.tally.events.values():
                    storm.tally.put(event)

    def _made(self, line: _Line) -> EventLine | None:
        """What it shows now; None: nothing."""
        if isinstance(line, _Storm):
            return line.tally.line(line.key[4], len(line.groups)) if line.folded else None
        folded = isinstance(line, _Group) and line.storm is not None and line.storm.folded
        return None if folded or not line.tally.events else line.tally.line()

    def _place(self, uid: str, row: EventLine | None) -> None:
        old = self.rows.get(uid)
        if row is None:
            self.rows.pop(uid, None)
        elif row == old:
            return
        else:
            self.rows[uid] = row
        self._tell(uid, old, row)


def _key(event: Event) -> GroupKey:
    about = event.about
    return (event.type, event.reason, about.kind.kind, about.namespace, about.name, about.uid)
