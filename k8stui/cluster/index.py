"""Rows of a store in groups, and sums over groups, both kept up to date at O(1) an event."""

from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from k8stui.cluster.store import Store
from k8stui.model.kinds import Row

R = TypeVar("R", bound=Row)
K = TypeVar("K", bound=Hashable)
S = TypeVar("S")

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class Index(Generic[R, K]):
    """Groups of rows: pods by node, pods by owner, events by object.

    Args:
        store: whose rows.
        key: a row's group; None: in no group. A function of the row alone.
    """

    def __init__(self, store: Store[R], key: Callable[[R], K | None]) -> None:
        self._key = key
        self._groups: dict[K, dict[str, R]] = {}
        for row in store.rows.values():
            self._changed(None, row)
        self._untap = store.tap(self._changed)

    def group(self, key: K) -> Mapping[str, R]:
        """The rows of a group by uid; empty when there are none. Not to be kept across an await."""
        return self._groups.get(key, _NONE)

    def keys(self) -> "Mapping[K, Mapping[str, R]]":
        """Every group that has rows."""
        return MappingProxyType(self._groups)

    def close(self) -> None:
        """Follow the store no more."""
        self._untap()

    def _changed(self, old: R | None, new: R | None) -> None:
        before = self._key(old) if old is not None else None
        after = self._key(new) if new is not None else None
        if old is not None and before is not None and before != after:
            group = self._groups[before]
            del group[old.ref.uid]
            if not group:
                del self._groups[before]
        if new is not None and after is not None:
            self._groups.setdefault(after, {})[new.ref.uid] = new


class Sums(Generic[R, K, S]):
    """A running sum over each group: what a row adds on entering is taken off when it leaves or changes.

    Args:
        store: whose rows.
        key: a row's group; None: it counts nowhere.
        zero: the sum of an empty group.
        add: a sum and a row to a new sum.
        subtract: the exact opposite (use whole numbers).
        changed: called with the group whose sum is another one now (not for the rows that are there at the start).
    """

    def __init__(
        self,
        store: Store[R],
        *,
        key: Callable[[R], K | None],
        zero: S,
        add: Callable[[S, R], S],
        subtract: Callable[[S, R], S],
        changed: Callable[[K], None],
    ) -> None:
        self._key, self._zero, self._add, self._subtract = key, zero, add, subtract
        self._tell: Callable[[K], None] = lambda key: None
        self._sums: dict[K, S] = {}
        for row in store.rows.values():
            self._changed(None, row)
        self._tell = changed
        self._untap = store.tap(self._changed)

    def sum(self, key: K) -> S:
        """The sum of a group."""
        return self._sums.get(key, self._zero)

    def close(self) -> None:
        """Follow the store no more."""
        self._untap()

    def _changed(self, old: R | None, new: R | None) -> None:
        before = self._key(old) if old is not None else None
        after = self._key(new) if new is not None else None
        if before is not None and before == after and old is not None and new is not None:
            self._become(before, self._add(self._subtract(self.sum(before), old), new))
            return
        if before is not None and old is not None:
            self._become(before, self._subtract(self.sum(before), old))
        if after is not None and new is not None:
            self._become(after, self._add(self.sum(after), new))

    def _become(self, key: K, value: S) -> None:
        if value == self.sum(key):
            return
        if value == self._zero:
            del self._sums[key]
        else:
            self._sums[key] = value
        self._tell(key)
