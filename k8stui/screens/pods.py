"""The pods of a namespace, of all, or of one node."""

from collections.abc import Sequence

from k8stui.actions import Where
from k8stui.cluster.joins import PodLines
from k8stui.cluster.queries import Query
from k8stui.cluster.store import Store
from k8stui.model.columns import Column
from k8stui.model.kinds import LEASES, NODES, PODS
from k8stui.model.leases import NAMESPACE
from k8stui.model.pods import COLUMNS, PodLine, explain, search_text
from k8stui.screens.pane import Pane


class PodsPane(Pane[PodLine]):
    """Pods, with the silence of their nodes."""

    where = Where.PODS
    first_sort = "STATUS"

    def open(self) -> Store[PodLine]:
        """Pods joined with nodes and leases."""
        fields = f"spec.nodeName={self.place.node}" if self.place.node else ""
        pods = self.lease(Query(PODS, self.place.namespace, fields=fields))
        nodes, leases = self.lease(Query(NODES)), self.lease(Query(LEASES, NAMESPACE))
        after = self.session.settings.timing.heartbeat
        self._lines = PodLines(pods, nodes, leases, now=self.session.now, after=after)
        self.at_end(self._lines.close)
        return self._lines

    def review(self) -> float | None:
        """Mark the pods of nodes that fell silent."""
        return self._lines.review(self.session.now())

    def chosen_columns(self) -> Sequence[Column[PodLine]]:
        """Without the namespace where there is only one, and without the node where that is the place."""
        hidden = {"NAMESPACE" if self.place.namespace else "", "NODE" if self.place.node else ""}
        return [column for column in COLUMNS if column.title not in hidden]

    def search(self, row: PodLine) -> str:
        """Name, state, node, address."""
        return search_text(row)

    def explain(self, row: PodLine) -> str:
        """Why it is not well."""
        return explain(row, self.session.now())

    @property
    def empty(self) -> str:
        """No pods here."""
        where = (
            f"on {self.place.node}" if self.place.node else f"in {self.place.namespace}" if self.place.namespace else ""
        )
        return f"There are no pods {where or 'in this cluster'}; n chooses another namespace, 0 shows all"
