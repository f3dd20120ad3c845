"""A store that follows a part of another one: what a query asks for, where a live feed has it already."""

from collections.abc import Callable
from typing import TypeVar

from k8stui.cluster.queries import Query
from k8stui.cluster.store import Store
from k8stui.model.kinds import Row
from k8stui.model.selector import parse

R = TypeVar("R", bound=Row)


class Subset(Store[R]):
    """The rows of `whole` that pass, at O(1) an event."""

    def __init__(self, whole: Store[R], passes: Callable[[R], bool]) -> None:
        super().__init__()
        self._passes = passes
        self.rows.update((uid, row) for uid, row in whole.rows.items() if passes(row))
        self._untap = whole.tap(self._changed)

    def close(self) -> None:
        """Follow the other store no more."""
        self._untap()
        super().close()

    def _changed(self, old: R | None, new: R | None) -> None:
        if new is not None and self._passes(new):
            self.put(new)
        elif old is not None:
            # Also where the new row does not pass any more (a label went).
            self.remove(old.ref.uid)


def belongs(query: Query) -> Callable[[Row], bool] | None:
    """Whether a row of the whole kind belongs to the query; None where rows do not tell (field selectors)."""
    if query.fields:
        return None
    try:
        selector = parse(query.labels)
    except ValueError:
        return None  # the server says what is wrong with it
    namespace = query.namespace
    if not selector.requirements:
        return lambda row: namespace in (None, row.ref.namespace)
    return lambda row: namespace in (None, row.ref.namespace) and selector.matches(dict(row.labels))
