"""The cordons of a drain: set on all nodes first, watched meanwhile, and taken back only where it set them itself."""

from collections.abc import Callable, Sequence

from k8stui.model.kinds import Ref
from k8stui.operations.drain.board import DRAIN, Board
from k8stui.operations.drain.node import CordonError, cordoned
from k8stui.operations.drain.plan import NodePlan
from k8stui.operations.drain.pods import MOST_PATIENT
from k8stui.operations.drain.watch import Watch
from k8stui.operations.jobs.records import NodeOf


class Cordons:
    """Which nodes this drain has cordoned, and which of them somebody else uncordoned.

    Args:
        board: of the drain.
        own: cordoned by an earlier drain with which this one goes on.
        on_loose: told of all nodes that are uncordoned by another hand, when there is one more.
        on_tight: told when none is any more.
    """

    def __init__(
        self,
        board: Board,
        own: Sequence[NodeOf],
        on_loose: Callable[[Sequence[str]], None],
        on_tight: Callable[[], None],
    ) -> None:
        self._board = board
        self._on_loose, self._on_tight = on_loose, on_tight
        self._own: dict[str, NodeOf] = {node.uid: node for node in own}
        self._held: dict[str, NodeOf] = {}
        """All nodes that have to stay cordoned."""
        self._loose: dict[str, NodeOf] = {}
        self.said: dict[str, str] = {}
        """By the node's name: `node/worker-2 cordoned`."""
        self.failed = False
        """One could not be cordoned."""

    @property
    def own(self) -> list[NodeOf]:
        """Cordoned by this drain, and still so."""
        return [node for uid, node in self._own.items() if uid not in self._loose]

    @property
    def loose(self) -> list[str]:
        """Names of those that another hand uncordoned."""
        return [node.name for node in self._loose.values()]

    async def all(self, nodes: Sequence[NodePlan], watch: Watch) -> bool:
        """Cordon them one after the other; False: one could not be, or the drain was ended: nothing is to be evicted.

        kubectl goes on with the others where one cannot be cordoned.
        """
        for node in nodes:
            await self._while_held()
            if self._board.ending:
                return False
            if not await self._set(_of(node.ref)):
                self.failed = not self._board.ending
                return False
        while not self._board.ending and watch.sees_nodes and not self._seen(watch):
            await self._board.bell(DRAIN).rest()
        return not self._board.ending

    def _seen(self, watch: Watch) -> bool:
        """Whether the watch has come to what was done: from then on an uncordoned node is another hand's work."""
        return all(watch.cordoned(uid) is not False for uid in self._held)

    async def _while_held(self) -> None:
        while self._board.held and not self._board.ending:
            await self._board.bell(DRAIN).rest()

    async def _set(self, node: NodeOf) -> bool:
        """Cordon one, as soon as the server answers; False: it cannot be, or the drain was ended."""
        board, sent, pause = self._board, False, 1.0
        while True:
            try:
                said, done = await cordoned(board.gateway, board.send, node, on=True)
            except CordonError as error:
                sent = sent or (error.lost and error.sent)
                if not error.lost or board.ending:
                    board.errors.append(f"error: {error}")
                    board.changed()
                    return False
                board.wait_for(node.name, "waiting: the server does not answer")
                await board.bell(DRAIN).rest(pause)
                pause = min(pause * 2, MOST_PATIENT)
                continue
            board.wait_for(node.name, "")
            self.said[node.name] = f"node/{node.name} cordoned" if sent else said
            self._held[node.uid] = node
            if done or sent:
                self._own[node.uid] = node
            return True

    async def again(self) -> bool:
        """Cordon those again that another hand uncordoned; False: that failed."""
        results = [await self._set(node) for node in list(self._loose.values())]
        if all(results):
            self._loose.clear()
        return all(results)

    async def undo(self) -> None:
        """Uncordon what this drain cordoned, and nothing that was cordoned before."""
        for node in self.own:
            self._held.pop(node.uid, None)
            try:
                self.said[node.name], _ = await cordoned(self._board.gateway, self._board.send, node, on=False)
            except CordonError as error:
                self._board.errors.append(f"error: {error}")
                continue
            del self._own[node.uid]
        self._board.changed()

    # What the watch sees

    def loosened(self, uid: str) -> None:
        """A node is uncordoned now, by whomever."""
        if uid in self._held and uid not in self._loose:
            self._loose[uid] = self._held[uid]
            self._on_loose(self.loose)

    def tightened(self, uid: str) -> None:
        """A node is cordoned now, by whomever."""
        if self._loose.pop(uid, None) is not None and not self._loose:
            self._on_tight()


def _of(ref: Ref) -> NodeOf:
    return NodeOf(ref.name, ref.uid)
