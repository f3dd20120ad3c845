"""What a drain sees of the cluster: the pods of its nodes, its nodes, and who comes in the place of a pod that went.

Feeds of its own session: the pods of each node that is being drained, one watch each instead of a request a pod and
second; all nodes; and the pods of a namespace once a pod of it was told to go.
"""

from collections.abc import Callable

from k8stui.cluster.feeds import Lease
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live, Polling, Stale, State, Syncing
from k8stui.model.kinds import NODES, PODS
from k8stui.model.node_row import Node
from k8stui.model.pod_row import Pod
from k8stui.model.selector import parse
from k8stui.operations.drain.board import DRAIN, Board
from k8stui.operations.drain.heirs import Heirs
from k8stui.operations.drain.late import arrived
from k8stui.operations.drain.rows import Phase


class Watch:
    """The eyes of one drain. Close it when the drain is over.

    Args:
        board: whose rows are kept up to date.
        loosened: told of a node, by its uid, that is uncordoned now.
        tightened: told of one that is cordoned now.
    """

    def __init__(self, board: Board, loosened: Callable[[str], None], tightened: Callable[[str], None]) -> None:
        self._board = board
        self._loosened, self._tightened = loosened, tightened
        self._pods: dict[str, Lease[Pod]] = {}
        self._synced: set[str] = set()
        self._settled: set[str] = set()
        self._seen: dict[str, Pod] = {}
        """Each pod of the drain as it was last seen: it may be gone before the answer to its eviction is here."""
        self._nodes: Lease[Node] | None = None
        self._namespaces: dict[str, Lease[Pod]] = {}
        self._heirs = Heirs(board)
        self._chosen = parse(board.options.pod_selector)
        self._ends: list[Callable[[], None]] = []

    # Nodes

    def open_nodes(self) -> None:
        """See from now on whether a node is cordoned."""
        self._nodes = self._board.session.feeds.open(Query(NODES))
        self._ends.append(self._nodes.store.tap(self._node_changed))
        self._nodes.on_state(lambda _state: self._board.bell(DRAIN).ring())

    def cordoned(self, uid: str) -> bool | None:
        """Whether a node is seen to be cordoned; None: it is not seen, or cannot be."""
        row = self._nodes.store.get(uid) if self._nodes is not None else None
        return row.cordoned if row is not None else None

    @property
    def sees_nodes(self) -> bool:
        """Whether nodes can be seen at all."""
        return self._nodes is not None and not isinstance(self._nodes.state, Denied)

    def _node_changed(self, old: Node | None, new: Node | None) -> None:
        if new is None:
            return
        was = old is not None and old.cordoned
        if was and not new.cordoned:
            self._loosened(new.ref.uid)
        elif new.cordoned and not was:
            self._tightened(new.ref.uid)
        self._board.bell(DRAIN).ring()

    # Pods of a node

    def open_pods(self, node: str) -> None:
        """See from now on which pods are on a node."""
        if node in self._pods:
            return
        lease: Lease[Pod] = self._board.session.feeds.open(Query(PODS, fields=f"spec.nodeName={node}"))
        self._pods[node] = lease
        self._ends.append(lease.store.tap(self._pod_changed))
        for pod in list(lease.store.rows.values()):
            self._pod_changed(None, pod)
        lease.on_state(lambda state: self._became(node, state))
        self._became(node, lease.state)

    def synced(self, node: str) -> bool:
        """Whether the list of its pods was read to its end, or will not be."""
        return node in self._synced

    def on(self, node: str) -> list[Pod]:
        """The pods on a node that the drain is about."""
        lease = self._pods.get(node)
        return [] if lease is None else [pod for pod in lease.store.rows.values() if self._about(pod)]

    def pod(self, node: str, uid: str) -> Pod | None:
        """A pod as last seen."""
        lease = self._pods.get(node)
        return lease.store.get(uid) if lease is not None else None

    def there(self, node: str, uid: str) -> bool | None:
        """Whether a pod is on its node; None: the watch cannot tell, so that it has to be asked for by itself."""
        lease = self._pods.get(node)
        if lease is None:
            return None
        if lease.store.get(uid) is not None:
            return None if isinstance(lease.state, Denied) else True
        blind = isinstance(lease.state, Denied) or lease.state.scope is not None or lease.bad
        return None if blind or node not in self._synced else False

    def retry(self) -> None:
        """Ask the server now."""
        self._board.session.feeds.retry()

    def _became(self, node: str, state: State) -> None:
        """A feed is fresh again, or is not: its rows say so, and whoever waits looks again."""
        if isinstance(state, Live | Polling | Denied):
            self._synced.add(node)
        lost = (state.since or self._board.now()) if isinstance(state, Stale) else 0.0
        if lost:
            self._board.away()
        if not isinstance(state, Syncing):
            for uid, row in list(self._board.rows.items()):
                if row.plan.node == node and row.lost != lost:
                    self._board.become(uid, lost=lost)
        self._board.ring()

    def _pod_changed(self, old: Pod | None, new: Pod | None) -> None:
        pod = new or old
        if pod is None:
            return
        uid = pod.ref.uid
        row = self._board.rows.get(uid)
        if row is not None and new is not None:
            self._seen[uid] = new
        if row is None and new is not None:
            if new.node in self._settled and self._about(new):
                self._board.rows[uid] = arrived(new, self._board.now())
                self._board.changed()
        elif row is not None and new is None and row.phase in (Phase.LEFT, Phase.STAYS):
            self._board.become(uid, phase=Phase.GONE)
        self._board.bell(uid).ring()

    def settle(self, node: str) -> None:
        """From now on a pod that appears on this node has come meanwhile."""
        self._settled.add(node)

    def _about(self, pod: Pod) -> bool:
        return self._chosen.matches(dict(pod.labels))

    # Who comes in its place

    def follow(self, node: str, uid: str) -> None:
        """Look who comes in the place of a pod that was told to go."""
        pod = self.pod(node, uid) or self._seen.get(uid)
        if pod is None or not pod.owner_uid or pod.owner_kind in ("Node", "DaemonSet"):
            return
        self._heirs.expect(pod)
        namespace = pod.ref.namespace
        if namespace not in self._namespaces:
            lease: Lease[Pod] = self._board.session.feeds.open(Query(PODS, namespace))
            self._namespaces[namespace] = lease
            self._ends.append(lease.store.tap(self._heirs.changed))
            for each in list(lease.store.rows.values()):
                self._heirs.changed(None, each)

    async def see_heirs(self, seconds: float) -> None:
        """Wait until those who came in the place of the last ones run, at most so long, or until the drain is ended.

        What is asked meanwhile is waited for, too.
        """
        board = self._board
        until = board.now() + seconds
        while not board.ending:
            left = until - board.now()
            if not board.held and (self._heirs.settled or left <= 0):
                return
            await board.bell(DRAIN).rest(None if board.held else left)

    def close(self) -> None:
        """Look no more."""
        for end in self._ends:
            end()
        for lease in (*self._pods.values(), *self._namespaces.values(), self._nodes):
            if lease is not None:
                lease.close()
