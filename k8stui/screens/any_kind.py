"""Any kind, as the server prints it: a live Table."""

from collections.abc import Sequence

from k8stui.actions import Place, Where
from k8stui.cluster.queries import Query
from k8stui.cluster.session import Session
from k8stui.cluster.store import Store
from k8stui.model import tables
from k8stui.model.columns import Column
from k8stui.model.tables import TableRow
from k8stui.model.text import clean
from k8stui.screens.pane import Pane, UnknownViewError

PLACES = {
    "namespaces": (Where.NAMESPACES, "pods-of-namespace"),
    "customresourcedefinitions.apiextensions.k8s.io": (Where.DEFINITIONS, "instances"),
}
"""Kinds whose rows open something else than their description."""


class TablePane(Pane[TableRow]):
    """The objects of one kind in the columns that the server defines for it."""

    where = Where.OTHER
    first_sort = "NAME"

    def __init__(self, session: Session, place: Place) -> None:
        kind = session.kind(place.view)
        if kind is None and session.kinds is None:
            raise UnknownViewError(f"The server has not said yet whether it has {clean(place.view, 80)}: try again")
        if kind is None:
            raise UnknownViewError(f"This server has no {clean(place.view, 80)}")
        if "list" not in kind.verbs:
            raise UnknownViewError(f"{kind.resource} cannot be listed: the server offers no list of them")
        self.kind = kind
        self.namespaced = kind.namespaced
        self.where, self.opens = PLACES.get(kind.resource, (Where.OTHER, "describe"))
        super().__init__(session, place)

    def open(self) -> Store[TableRow]:
        """One feed of Tables."""
        self._lease = self.lease(Query(self.kind, self.place.namespace if self.namespaced else None, table=True))
        store: Store[TableRow] = self._lease.store
        return store

    def chosen_columns(self) -> Sequence[Column[TableRow]]:
        """As the server defines them, as soon as it has."""
        found = self._lease.columns or tables.NAME_ONLY
        return tables.columns(found, namespaced=self.namespaced and self.place.namespace is None)

    def search(self, row: TableRow) -> str:
        """Every cell."""
        return tables.search_text(row)

    def explain(self, row: TableRow) -> str:
        """The server's cells say all there is."""
        return ""

    @property
    def empty(self) -> str:
        """Nothing of the kind here."""
        return self.none_of(self.kind.plural)
