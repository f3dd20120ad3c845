"""The nodes of the cluster."""

from collections.abc import Sequence

from k8stui.actions import Where
from k8stui.cluster.joined import Joined
from k8stui.cluster.queries import Query
from k8stui.cluster.store import Store
from k8stui.model.columns import Column
from k8stui.model.kinds import NODES
from k8stui.model.nodes import COLUMNS, NodeLine, search_text, why
from k8stui.screens.pane import Pane


class NodesPane(Pane[NodeLine]):
    """Nodes, with what runs on them and when they were last heard."""

    where = Where.NODES
    first_sort = "STATUS"
    opens = "pods-of-node"

    def open(self) -> Store[NodeLine]:
        """Nodes joined with pods and leases."""
        nodes = self.lease(Query(NODES))
        return Joined(nodes.store, NodeLine)

    def chosen_columns(self) -> Sequence[Column[NodeLine]]:
        """All of them."""
        return COLUMNS

    def search(self, row: NodeLine) -> str:
        """Name, state, roles, taints, addresses."""
        return search_text(row)

    def explain(self, row: NodeLine) -> str:
        """The name, and why it is not well."""
        reason = why(row, self.session.now())
        return f"{row.ref}: {reason}" if reason else str(row.ref)

    @property
    def empty(self) -> str:
        """No nodes at all."""
        return "This cluster has no nodes"
