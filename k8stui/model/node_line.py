"""A node as a line of a table: its row with its pods, its lease and what it uses; and when a node is silent."""

from msgspec import Struct

from k8stui.model.kinds import Ref
from k8stui.model.metrics import NodeUsage
from k8stui.model.node_row import Node
from k8stui.model.shared import Labels

AFTER = 40.0
"""Seconds without a heartbeat after which a node counts as silent: the node controller's own grace period."""


class NodeLine(Struct, frozen=True, gc=False):
    """A node joined with its pods, its lease and what it uses."""

    node: Node
    pods: int = 0
    """Pods on it that have not ended."""
    cpu_requested: int = 0
    """Thousandths of a core."""
    memory_requested: int = 0
    """Bytes."""
    renewed: float | None = None
    """When its lease was renewed last (epoch seconds), None where leases are not known."""
    heard: float | None = None
    """Until when leases were heard at all, where that has stopped: our own deafness is not the node's silence."""
    after: float = AFTER
    """Seconds after which it counts as silent."""
    used: NodeUsage | None = None
    """What it uses; None where no metrics tell."""
    fell_silent: bool = False
    """Whoever joined it found it silent: what sorting goes by, which has no clock."""

    @property
    def ref(self) -> Ref:
        """The node."""
        return self.node.ref

    @property
    def version(self) -> str:
        """The node's resourceVersion."""
        return self.node.version

    @property
    def labels(self) -> Labels:
        """The node's labels."""
        return self.node.labels

    def silent_since(self, now: float) -> float | None:
        """When it was heard last, if it is silent now."""
        return silent(self.node, self.renewed, now if self.heard is None else min(now, self.heard), self.after)


def silent(node: Node, renewed: float | None, now: float, after: float = AFTER) -> float | None:
    """When the node was heard last (epoch seconds), if it has stopped reporting; None while it reports.

    Silent is a node whose newest sign (its lease or its status) is older than `after` seconds, and one whose status was
    set to Unknown by the node controller. Without a lease an old status alone proves nothing, for a kubelet writes it
    every five minutes only. A node that was never heard is not silent since 1970.
    """
    signs = [each for each in (renewed, node.heartbeat) if each is not None]
    if node.ready == "Unknown":
        return max(signs) if signs else node.changed
    if renewed is None or now - max(signs) <= after:
        return None
    return max(signs)
