"""What panes of kinds with columns of their own share: columns by place, and what to say of an empty table."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from k8stui.actions import Where
from k8stui.model.columns import Column
from k8stui.model.kinds import Kind, Row
from k8stui.screens.pane import Pane

R = TypeVar("R", bound=Row)


class KindPane(Pane[R]):
    """The objects of one namespaced kind."""

    kind: ClassVar[Kind]
    all_columns: ClassVar[tuple[Column[Any], ...]]
    where = Where.OTHER
    first_sort = "NAME"

    def chosen_columns(self) -> Sequence[Column[R]]:
        """Without the namespace where there is only one, and without what cannot be known."""
        hidden = {"NAMESPACE" if self.place.namespace else "", *self.unknown}
        return [column for column in self.all_columns if column.title not in hidden]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Titles of columns that would lie, because what they are made of may not be seen."""
        return ()

    @abstractmethod
    def search(self, row: R) -> str:
        """What a filter looks at."""

    @property
    def empty(self) -> str:
        """Nothing of the kind here."""
        where = f"in {self.place.namespace}" if self.place.namespace else "in this cluster"
        return f"There are no {self.kind.plural} {where}; n chooses another namespace, 0 shows all"
