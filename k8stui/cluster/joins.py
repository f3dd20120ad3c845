"""The joins that screens show: pods with their nodes' silence and their use, nodes with what runs on them."""

from collections.abc import Callable, Iterable

from k8stui.cluster.index import Index, Sums
from k8stui.cluster.joined import Joined
from k8stui.cluster.silence import Fed, Silence
from k8stui.cluster.store import Store
from k8stui.model.leases import Lease as Heartbeat
from k8stui.model.metrics import NodeUsage, PodUsage, key
from k8stui.model.nodes import Node, NodeLine
from k8stui.model.pod_status import ENDED
from k8stui.model.pods import Pod, PodLine

Total = tuple[int, int, int]
"""Pods, requested thousandths of a core, requested bytes."""


class PodLines(Joined[Pod, PodLine]):
    """Pods joined with their node's silence and with what they use.

    A node that falls silent marks its own pods and no others; metrics mark the pods whose numbers are others.

    Args:
        pods: those that are shown.
        nodes: all nodes; where they may not be seen no node is ever called silent.
        leases: of `kube-node-lease`; where they may not be seen only a node that is Unknown is silent.
        now: the server's time, seconds since the epoch.
        after: seconds without a heartbeat (`Timing.heartbeat`).
        usage: what pods use; None where nobody asks.
    """

    def __init__(
        self,
        pods: Fed[Pod],
        nodes: Fed[Node],
        leases: Fed[Heartbeat],
        *,
        now: Callable[[], float],
        after: float,
        usage: Store[PodUsage] | None = None,
    ) -> None:
        self._usage: Store[PodUsage] = Store() if usage is None else usage
        self._by_key: Index[Pod, str] = Index(pods.store, lambda pod: key(pod.ref.namespace, pod.ref.name))
        self._by_node: Index[Pod, str] = Index(pods.store, lambda pod: pod.node or None)
        self._silence = Silence(nodes, leases, now=now, after=after, changed=self._changed_nodes)
        self._untap_usage = self._usage.tap(self._used)
        super().__init__(pods.store, self._line)

    def node(self, name: str) -> Node | None:
        """The node of that name, where nodes may be seen."""
        return self._silence.node(name)

    def review(self, now: float) -> float:
        """Time has passed: mark the pods of nodes that fell silent; seconds until the next look."""
        return self._silence.review(now)

    def close(self) -> None:
        """Follow nobody any more."""
        self._untap_usage()
        self._silence.close()
        self._by_node.close()
        self._by_key.close()
        super().close()

    def _line(self, pod: Pod) -> PodLine:
        # What has ended uses nothing, though a metrics server may still tell of its last moments.
        ended = pod.phase in ENDED
        used = None if ended else self._usage.rows.get(key(pod.ref.namespace, pod.ref.name))
        return PodLine(pod, self._silence.since(pod.node), used)

    def _used(self, old: PodUsage | None, new: PodUsage | None) -> None:
        row = new or old
        if row is not None:
            self.again(self._by_key.group(row.ref.uid))

    def _changed_nodes(self, names: Iterable[str]) -> None:
        for name in names:
            self.again(self._by_node.group(name))


class NodeLines(Joined[Node, NodeLine]):
    """Nodes joined with the sums of their pods and with their silence.

    Pods that have ended count nowhere, as in `kubectl describe node`. The arguments are those of `PodLines`, but that
    `pods` should be all pods of the cluster, and `usage` is what nodes use.
    """

    def __init__(
        self,
        nodes: Fed[Node],
        pods: Fed[Pod],
        leases: Fed[Heartbeat],
        *,
        now: Callable[[], float],
        after: float,
        usage: Store[NodeUsage] | None = None,
    ) -> None:
        self._usage: Store[NodeUsage] = Store() if usage is None else usage
        self._after = after
        self._by_name: Index[Node, str] = Index(nodes.store, lambda node: node.ref.name)
        self._sums: Sums[Pod, str, Total] = Sums(
            pods.store,
            key=_placed,
            zero=(0, 0, 0),
            add=lambda total, pod: (total[0] + 1, total[1] + pod.cpu, total[2] + pod.memory),
            subtract=lambda total, pod: (total[0] - 1, total[1] - pod.cpu, total[2] - pod.memory),
            changed=lambda name: self._changed_nodes((name,)),
        )
        self._silence = Silence(nodes, leases, now=now, after=after, changed=self._changed_nodes)
        self._untap_usage = self._usage.tap(self._used)
        super().__init__(nodes.store, self._line)

    def review(self, now: float) -> float:
        """Time has passed: mark the nodes that fell silent; seconds until the next look."""
        return self._silence.review(now)

    def close(self) -> None:
        """Follow nobody any more."""
        self._untap_usage()
        self._silence.close()
        self._sums.close()
        self._by_name.close()
        super().close()

    def _line(self, node: Node) -> NodeLine:
        name = node.ref.name
        pods, cpu, memory = self._sums.sum(name)
        sign = self._silence.sign(name)
        # While it reports the line knows no later moment than that of its sign, so that it never falls silent by
        # itself between two reviews: renewals do not make new lines.
        fell_silent = self._silence.since(name) is not None
        heard = None if fell_silent else sign
        used = self._usage.rows.get(name)
        return NodeLine(node, pods, cpu, memory, sign, heard, self._after, used, fell_silent)

    def _used(self, old: NodeUsage | None, new: NodeUsage | None) -> None:
        row = new or old
        if row is not None:
            self._changed_nodes((row.ref.name,))

    def _changed_nodes(self, names: Iterable[str]) -> None:
        for name in names:
            self.again(self._by_name.group(name))


def _placed(pod: Pod) -> str | None:
    """The node that the pod takes room on."""
    return pod.node if pod.node and pod.phase not in ENDED else None
