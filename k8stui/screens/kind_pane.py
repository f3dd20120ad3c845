"""What panes of namespaced kinds with columns of their own share."""

from typing import ClassVar, TypeVar

from k8stui.actions import Where
from k8stui.cluster.queries import Query
from k8stui.cluster.store import Store
from k8stui.model.kinds import Kind, Row
from k8stui.screens.pane import Pane

R = TypeVar("R", bound=Row)


class KindPane(Pane[R]):
    """The objects of one namespaced kind; their rows stand alone, unless `open` joins them."""

    kind: ClassVar[Kind]
    where = Where.OTHER
    first_sort = "NAME"

    def open(self) -> Store[R]:
        """One feed."""
        store: Store[R] = self.lease(Query(self.kind, self.place.namespace)).store
        return store

    @property
    def hidden(self) -> frozenset[str]:
        """Also what is made of objects that may not be seen."""
        return super().hidden | frozenset(self.unknown)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Titles of columns that would lie, because what they are made of may not be seen."""
        return ()

    @property
    def empty(self) -> str:
        """Nothing of the kind here."""
        return self.none_of(self.kind.plural)
