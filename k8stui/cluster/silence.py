"""Which nodes have stopped reporting: found by the passing of time, without a look at all of them."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import Protocol, TypeVar

from k8stui.cluster.states import Live, State
from k8stui.cluster.store import Store
from k8stui.model.kinds import Row
from k8stui.model.leases import NAMESPACE
from k8stui.model.leases import Lease as Heartbeat
from k8stui.model.nodes import Node, silent

R = TypeVar("R", bound=Row)

LOOK = 10.0
"""Seconds between two looks at most: a node may be new since the last one."""


class Fed(Protocol[R]):
    """Rows and how fresh they are: a `Lease` of `Feeds`."""

    @property
    def store(self) -> "Store[R]":
        """The rows."""
        ...

    @property
    def state(self) -> State:
        """How fresh."""
        ...

    @property
    def heard(self) -> float | None:
        """When something last arrived."""
        ...


class Silence:
    """Follows nodes and their leases. A renewal costs O(1) and tells nobody, unless the node was silent until then.

    A node is judged at the moment up to which leases were heard, not now: our own deafness is not its silence.

    Args:
        nodes: all nodes.
        leases: those of `kube-node-lease`; others do no harm.
        now: the server's time, seconds since the epoch.
        after: seconds without a sign after which a node is silent (`Timing.heartbeat`).
        changed: called with the names of nodes that have fallen silent or report again.
    """

    def __init__(
        self,
        nodes: Fed[Node],
        leases: Fed[Heartbeat],
        *,
        now: Callable[[], float],
        after: float,
        changed: Callable[[Iterable[str]], None],
    ) -> None:
        self._leases = leases
        self._now = now
        self._after = after
        self._tell: Callable[[Iterable[str]], None] = lambda names: None
        self._nodes: dict[str, Node] = {}
        self._signs: dict[str, float] = {}
        self._silent: dict[str, float] = {}
        self._due: list[tuple[float, str]] = []
        self._queued: set[str] = set()
        for node in nodes.store.rows.values():
            self._nodes[node.ref.name] = node
        for lease in leases.store.rows.values():
            self._lease_changed(None, lease)
        for name in self._nodes:
            self._judge(name, now())
        self._tell = changed
        self._untap = (nodes.store.tap(self._node_changed), leases.store.tap(self._lease_changed))

    def since(self, name: str) -> float | None:
        """When this node was heard last, if it is silent."""
        return self._silent.get(name)

    def node(self, name: str) -> Node | None:
        """The node of that name."""
        return self._nodes.get(name)

    def sign(self, name: str) -> float | None:
        """When its lease was renewed last; None where that is not known."""
        return self._signs.get(name)

    def review(self, now: float) -> float:
        """Time has passed: judge the nodes whose next sign is overdue; seconds until the next look."""
        known = self._known(now)
        while self._due and self._due[0][0] < known:
            _, name = heappop(self._due)
            self._queued.discard(name)
            self._judge(name, now)
            if name not in self._silent:
                self._queue(name)
        # A deadline that has passed waits for the leases to be heard of again.
        wait = self._due[0][0] - now + 0.05 if self._due else LOOK
        return min(max(wait, 1.0), LOOK)

    def close(self) -> None:
        """Follow nobody any more."""
        for untap in self._untap:
            untap()

    def _known(self, now: float) -> float:
        """Up to when a missing renewal means something."""
        heard = self._leases.heard
        return float("-inf") if heard is None else min(now, heard)

    def _node_changed(self, old: Node | None, new: Node | None) -> None:
        node = new or old
        assert node is not None
        name = node.ref.name
        if new is not None:
            self._nodes[name] = new
        elif self._nodes.get(name) is old:
            del self._nodes[name]
        self._judge(name, self._now())
        self._queue(name)

    def _lease_changed(self, old: Heartbeat | None, new: Heartbeat | None) -> None:
        lease = new or old
        assert lease is not None
        if lease.ref.namespace != NAMESPACE:
            return
        name = lease.node
        if new is None or new.renewed is None:
            self._signs.pop(name, None)
        elif old is not None and old.renewed != new.renewed and isinstance(self._leases.state, Live):
            # Seen as it happened: the node's clock does not matter, which may be minutes off.
            self._signs[name] = self._now()
        else:
            self._signs[name] = min(new.renewed, self._now())
        if old is None or new is None or name in self._silent:
            self._judge(name, self._now())
        self._queue(name)

    def _judge(self, name: str, now: float) -> None:
        """Silent or not, as of now; who wants to know is told of a change."""
        node = self._nodes.get(name)
        since = None if node is None else silent(node, self._signs.get(name), self._known(now), self._after)
        if since == self._silent.get(name):
            return
        if since is None:
            del self._silent[name]
        else:
            self._silent[name] = since
        self._tell((name,))

    def _queue(self, name: str) -> None:
        """Look at it again when its next sign is overdue; one entry a node, which may come too early."""
        sign = self._signs.get(name)
        if sign is None or name in self._queued or name in self._silent or name not in self._nodes:
            return
        heartbeat = self._nodes[name].heartbeat
        newest = sign if heartbeat is None else max(sign, heartbeat)
        self._queued.add(name)
        heappush(self._due, (newest + self._after, name))
