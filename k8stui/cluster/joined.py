"""A store whose rows are made of another store's row and of what is known beside it."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from k8stui.cluster.store import Store
from k8stui.model.kinds import Row

L = TypeVar("L", bound=Row)
J = TypeVar("J", bound=Row)


class Joined(Store[J], Generic[L, J]):
    """`join(left row)` for every row of a store, made when somebody reads: ten events between two paints cost one.

    `rows` is as of the last `settle` (each `Changes.take` and each `get` of a row settles).

    Args:
        left: whose rows and uids.
        join: a left row to the joined one, which must show the left row's ref. It may look at any index or sum;
            whoever owns those calls `again` when their answer changed.
    """

    def __init__(self, left: Store[L], join: Callable[[L], J]) -> None:
        super().__init__()
        self._left = left
        self._join = join
        self._pending: set[str] = set()
        for uid, row in left.rows.items():
            self.rows[uid] = join(row)
        self._untap = left.tap(self._changed)

    def again(self, uids: Iterable[str]) -> None:
        """What these rows are joined with changed; uids that the left store does not have do not matter."""
        for uid in uids:
            if uid in self._left.rows and not self._closed:
                self._pending.add(uid)
                self._mark(uid)

    def get(self, uid: str) -> J | None:
        """The row of this uid, as of now."""
        if uid in self._pending:
            self._pending.discard(uid)
            self._make(uid)
        return self.rows.get(uid)

    def settle(self) -> None:
        """Make the rows that were put off."""
        if self._pending:
            pending, self._pending = self._pending, set()
            for uid in pending:
                self._make(uid)

    def close(self) -> None:
        """Follow the left store no more."""
        self._untap()
        self._pending.clear()
        super().close()

    def _changed(self, old: L | None, new: L | None) -> None:
        row = new if new is not None else old
        if row is not None and not self._closed:
            self._pending.add(row.ref.uid)
            self._mark(row.ref.uid)

    def _make(self, uid: str) -> None:
        """The row anew; an equal one is kept, so that nothing is drawn again for it."""
        left, old = self._left.get(uid), self.rows.get(uid)
        if left is None:
            if old is not None:
                del self.rows[uid]
                self._tap(old, None)
            return
        new = self._join(left)
        if new != old:
            self.rows[uid] = new
            self._tap(old, new)

    def _tap(self, old: J | None, new: J | None) -> None:
        """Tell the taps; the readers were told when it was put off."""
        for tap in self._taps:
            tap(old, new)
