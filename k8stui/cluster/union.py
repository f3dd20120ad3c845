"""Several stores as one."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from k8stui.cluster.store import Store
from k8stui.model.kinds import Row

R = TypeVar("R", bound=Row)


class Union(Store[R]):
    """The rows of all these stores that pass, at O(1) an event. No two of them may hold the same uid.

    Args:
        stores: whose rows.
        passes: which of them; a function of the row alone.
    """

    def __init__(self, stores: Iterable[Store[R]], passes: Callable[[R], bool] = lambda row: True) -> None:
        super().__init__()
        self._passes = passes
        self._untaps: list[Callable[[], None]] = []
        for store in stores:
            self.rows.update((uid, row) for uid, row in store.rows.items() if passes(row))
            self._untaps.append(store.tap(self._changed))

    def close(self) -> None:
        """Follow them no more."""
        for untap in self._untaps:
            untap()
        super().close()

    def _changed(self, old: R | None, new: R | None) -> None:
        if new is not None and self._passes(new):
            self.put(new)
        elif old is not None:  # also where the new row does not pass any more (a label went)
            self.remove(old.ref.uid)
