"""The nodes of the cluster."""

from collections.abc import Sequence

from k8stui.actions import Where
from k8stui.cluster.joins import NodeLines
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, State
from k8stui.cluster.store import Store
from k8stui.model.kinds import LEASES, NODE_METRICS, NODES, PODS
from k8stui.model.leases import NAMESPACE
from k8stui.model.node_use import REQUESTED, USED
from k8stui.model.nodes import COLUMNS, NodeLine, search_text, why
from k8stui.screens.pane import Pane
from k8stui.screens.usage import nothing_uses, silence

SUMS = ("PODS", *REQUESTED)
"""Columns made of the pods on a node."""


class NodesPane(Pane[NodeLine]):
    """Nodes, with what runs on them and when they were last heard."""

    where = Where.NODES
    first_sort = "STATUS"
    opens = "pods-of-node"
    namespaced = False
    all_columns = COLUMNS

    def open(self) -> Store[NodeLine]:
        """Nodes joined with pods, leases and metrics."""
        nodes, self._pods = self.lease(Query(NODES)), self.lease(Query(PODS))
        leases = self.lease(Query(LEASES, NAMESPACE))
        self._usage = self.lease(Query(NODE_METRICS))
        after = self.session.settings.timing.heartbeat
        self._lines = NodeLines(nodes, self._pods, leases, now=self.session.now, after=after, usage=self._usage.store)
        self.at_end(self._lines.close)
        return self._lines

    def review(self) -> float | None:
        """Mark the nodes that fell silent."""
        return self._lines.review(self.session.now())

    @property
    def hidden(self) -> frozenset[str]:
        """The sums over pods for whoever may not see all pods: they would be wrong. What is used where nobody tells."""
        state = self._pods.state
        partial = isinstance(state, Denied) or state.scope is not None
        return frozenset(SUMS if partial else ()) | frozenset(USED if nothing_uses(self._usage.state) else ())

    @property
    def joined_states(self) -> Sequence[State]:
        """The sums lie until all pods are read."""
        state = self._pods.state
        return () if isinstance(state, Denied) or state.scope is not None else (state,)

    def search(self, row: NodeLine) -> str:
        """Name, state, roles, taints, addresses."""
        return search_text(row)

    def explain(self, row: NodeLine) -> str:
        """Why it is not well."""
        return why(row, self.session.now())

    @property
    def remark(self) -> str:
        """Why nobody tells what is used."""
        return silence(self._usage.state)

    @property
    def empty(self) -> str:
        """No nodes at all."""
        return "This cluster has no nodes"
