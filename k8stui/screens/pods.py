"""The pods of a namespace, of all, of one node, or of one workload."""

from collections.abc import Sequence

from k8stui.actions import Where
from k8stui.cluster.feeds import Lease
from k8stui.cluster.joins import PodLines
from k8stui.cluster.owned_pods import Owned, between, owned
from k8stui.cluster.pod_sums import PodSums
from k8stui.cluster.queries import Query
from k8stui.cluster.states import State
from k8stui.cluster.store import Store
from k8stui.model.kinds import LEASES, NODES, POD_METRICS, PODS
from k8stui.model.leases import NAMESPACE
from k8stui.model.pod_use import SHARES, USE
from k8stui.model.pods import COLUMNS, Pod, PodLine, explain, search_text
from k8stui.model.workload_row import Workload
from k8stui.screens.pane import Pane
from k8stui.screens.usage import nothing_uses, silence

USED = frozenset(column.title for column in (*USE, *SHARES))
"""Columns made of metrics."""


class PodsPane(Pane[PodLine]):
    """Pods, with the silence of their nodes and what they use."""

    where = Where.PODS
    first_sort = "STATUS"
    all_columns = COLUMNS

    def open(self) -> Store[PodLine]:
        """Pods joined with nodes, leases and metrics."""
        fields = f"spec.nodeName={self.place.node}" if self.place.node else ""
        owner = self.place.owner
        namespace = self.place.namespace if owner is None else owner.namespace
        pods: Lease[Pod] | Owned = self.lease(Query(PODS, namespace, fields=fields))
        self._between: Lease[Workload] | None = None
        if owner is not None:
            kind = between(owner.kind)
            self._between = self.lease(Query(kind, namespace)) if kind is not None else None
            pods = owned(owner, pods, self._between)
            self.at_end(pods.store.close)
        nodes, leases = self.lease(Query(NODES)), self.lease(Query(LEASES, NAMESPACE))
        self._usage = self.lease(Query(POD_METRICS, namespace))
        after = self.session.settings.timing.heartbeat
        self._lines = PodLines(pods, nodes, leases, now=self.session.now, after=after, usage=self._usage.store)
        self._sums = PodSums(self._lines) if self.place.node else None
        if self._sums is not None:
            self.at_end(self._sums.close)
        self.at_end(self._lines.close)
        return self._lines

    def review(self) -> float | None:
        """Mark the pods of nodes that fell silent."""
        return self._lines.review(self.session.now())

    @property
    def hidden(self) -> frozenset[str]:
        """Also the node where that is the place, and what is used where nobody tells."""
        used = USED if nothing_uses(self._usage.state) else frozenset()
        return super().hidden | used | ({"NODE"} if self.place.node else frozenset())

    @property
    def joined_states(self) -> Sequence[State]:
        """Which pods are the workload's is told by what stands between."""
        return () if self._between is None else (self._between.state,)

    def search(self, row: PodLine) -> str:
        """Name, state, node, address."""
        return search_text(row)

    def explain(self, row: PodLine) -> str:
        """Why it is not well."""
        return explain(row, self.session.now())

    @property
    def remark(self) -> str:
        """What the pods of a node ask for and use together, and why nobody tells what is used."""
        parts = [silence(self._usage.state)]
        if self._sums is not None:
            parts.insert(0, self._sums.said(self._lines.node(self.place.node)))
        return " · ".join(part for part in parts if part)

    @property
    def empty(self) -> str:
        """No pods here."""
        if self.place.owner is not None:
            return f"{self.place.owner.kind.kind} {self.place.owner.name} has no pods"
        if self.place.node:
            return f"There are no pods on {self.place.node}"
        return self.none_of("pods")
