"""A pane: what a table shows at one place. It leases feeds, owns the view and tells how true it is; no widgets."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from k8stui.actions import Place, Where
from k8stui.cluster.feeds import Lease
from k8stui.cluster.queries import Query
from k8stui.cluster.session import Session
from k8stui.cluster.states import Denied, State
from k8stui.cluster.store import Store
from k8stui.cluster.view import View
from k8stui.model.columns import Column, arranged
from k8stui.model.filter import Filter
from k8stui.model.kinds import Ref, Row
from k8stui.screens.freshness import worst

R = TypeVar("R", bound=Row)


class UnknownViewError(Exception):
    """There is no such view here: one sentence."""


class Pane(ABC, Generic[R]):
    """The rows of one place, live, whether it is visible or not: a hidden one only accumulates changes."""

    where: Where
    all_columns: Sequence[Column[Any]] = ()
    first_sort: str
    """Title of the column that the rows are sorted by at first."""
    opens: str = "describe"
    """The action of enter, by id."""
    namespaced = True
    """Whether its rows are in namespaces."""

    def __init__(self, session: Session, place: Place) -> None:
        self.session = session
        self.place = place
        self.reverse = False
        self.filter: Filter | None = None
        self.on_state: Callable[[], None] = lambda: None
        """Set by the screen: the freshness has changed."""
        self.on_rows: Callable[[], None] = lambda: None
        """Set by the screen while the pane is visible: there is something to paint."""
        self.cursor: Ref | None = None
        """Where the cursor was when the pane was last left."""
        self.titles: Sequence[str] = session.settings.columns_of(place.view)
        """Titles of the columns that were chosen; none: the view's own."""
        self._wanted = ("", False)
        """What the rows are to be sorted by as soon as there is such a column: some come with the first answer."""
        self.told: type[State] | None = None
        """The kind of state that was last told of."""
        self._leases: list[Lease[Any]] = []
        self._ends: list[Callable[[], None]] = []
        self.store: Store[R] = self.open()
        self.columns: Sequence[Column[R]] = arranged(self.chosen_columns(), self.titles)
        self.sort = self._place_of(self.first_sort)
        self.view: View[R] = View(
            self.store,
            order=self.columns[self.sort].order,
            search=self.search,
            slice=session.settings.timing.slice,
        )
        self._ends.append(self.view.subscribe(lambda: self.on_rows()))

    @abstractmethod
    def open(self) -> Store[R]:
        """Lease the feeds and join their stores."""

    def chosen_columns(self) -> Sequence[Column[R]]:
        """The columns that make sense at this place."""
        hidden = self.hidden
        return [column for column in self.all_columns if column.title not in hidden]

    @property
    def hidden(self) -> frozenset[str]:
        """Titles of columns that say nothing here, or would lie: the namespace where there is only one."""
        of = self.place.owner or self.place.about
        one = self.place.namespace or (of is not None and of.namespace)
        return frozenset({"NAMESPACE"}) if one else frozenset()

    @abstractmethod
    def search(self, row: R) -> str:
        """What a filter looks at."""

    @abstractmethod
    def explain(self, row: R) -> str:
        """One sentence on what is not well with it, or an empty text."""

    @property
    def title(self) -> str:
        """What is shown, for the status line: `pods (shop)`, `nodes`, `pods (all) on worker-1`."""
        place = self.place
        scope = f" ({place.namespace or 'all'})" if self.namespaced else ""
        of = place.owner or place.about
        where = f" on {place.node}" if place.node else f" of {of.kind.singular} {of.name}" if of is not None else ""
        return f"{place.view}{scope}{where}"

    @property
    def extent(self) -> str:
        """How much of what there is the view holds, where that is not all."""
        return ""

    def named(self, row: R) -> str:
        """What the row is called where something is said of it."""
        return str(row.ref)

    def unfold(self, row: R) -> str:
        """Show one by one what the row stands for, or fold it again; returns what to say."""
        return "Nothing is folded here"

    @property
    def remark(self) -> str:
        """What there is to say of the view as a whole, where there is nothing to say of the row under the cursor."""
        return ""

    @property
    def empty(self) -> str:
        """What to say when there is nothing to show."""
        return self.none_of(self.place.view)

    def none_of(self, what: str) -> str:
        """That there are none of these here, and where to look for some."""
        if not self.namespaced or self.place.namespace is None:
            return f"There are no {what} in this cluster"
        return f"There are no {what} in {self.place.namespace}; n chooses another namespace, 0 shows all"

    def lease(self, query: Query) -> Lease[Any]:
        """Use a feed until the pane is closed."""
        lease = self.session.feeds.open(query)
        self._leases.append(lease)
        self._ends.append(lease.on_state(lambda _state: self.on_state()))
        self._ends.append(lease.close)
        return lease

    def at_end(self, end: Callable[[], None]) -> None:
        """Call this when the pane is closed."""
        self._ends.append(end)

    @property
    def states(self) -> Sequence[State]:
        """The state of every feed, the pane's own first."""
        return [lease.state for lease in self._leases]

    @property
    def state(self) -> State:
        """How fresh the rows are: the own feed's state, unless that is live and one it joins is not."""
        own = self.states[0]
        return own if isinstance(own, Denied) else worst([own, *self.joined_states])

    @property
    def joined_states(self) -> Sequence[State]:
        """The states of the other feeds, as far as the rows lie when those are not live."""
        return ()

    @property
    def bad(self) -> int:
        """Objects that could not be read."""
        return sum(lease.bad for lease in self._leases)

    def rechoose(self) -> bool:
        """Choose the columns anew, which may depend on what may be seen; whether they are others now."""
        columns = arranged(self.chosen_columns(), self.titles)
        if [(each.title, each.wide) for each in columns] == [(each.title, each.wide) for each in self.columns]:
            return False
        title = self.columns[self.sort].title
        self.columns = columns
        self._sort_by(self._place_of(title), self.reverse)
        self._want()
        return True

    def prefer(self, title: str, reverse: bool) -> None:
        """Sort by the column of that title, at once or when it comes; "" changes nothing."""
        self._wanted = (title, reverse)
        self._want()

    def _want(self) -> None:
        title, reverse = self._wanted
        titles = [column.title for column in self.columns]
        if title in titles:
            self.set_sort(titles.index(title), reverse)

    def _place_of(self, title: str) -> int:
        """Where the column of that title is; else the one that is sorted by at first, else the first."""
        titles = [column.title for column in self.columns]
        return next((titles.index(each) for each in (title, self.first_sort) if each in titles), 0)

    @property
    def busy(self) -> bool:
        """Whether rows are being sorted, filtered or put together: there will be others in a moment."""
        return self.view.busy

    def set_sort(self, column: int, reverse: bool) -> None:
        """Sort by another column."""
        self._wanted = ("", False)
        self._sort_by(column, reverse)

    def _sort_by(self, column: int, reverse: bool) -> None:
        self.sort, self.reverse = column, reverse
        self.view.set_order(self.columns[column].order, reverse)

    def set_filter(self, wanted: Filter | None) -> None:
        """Show only what matches; None shows everything."""
        self.filter = wanted
        self.view.set_filter(wanted)

    def review(self) -> float | None:
        """Redo what depends on the passing of time; seconds until the next look, None when there is no need."""
        return None

    def close(self) -> None:
        """Give the feeds back."""
        self.on_rows = self.on_state = lambda: None
        self.view.close()
        for end in self._ends:
            end()
