"""One node of a drain: cordoned with all others first, then its pods are sent away (kubectl-semantics §2.2)."""

import asyncio
from collections.abc import Awaitable, Callable

from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.operations.builders.nodes import cordon
from k8stui.operations.building import AlreadySoError
from k8stui.operations.drain import late as drain_late
from k8stui.operations.drain.board import DRAIN, Board
from k8stui.operations.drain.plan import NodePlan
from k8stui.operations.drain.pods import PodWork
from k8stui.operations.drain.rows import Phase
from k8stui.operations.drain.watch import Watch
from k8stui.operations.gateway import Gateway
from k8stui.operations.jobs.records import NodeOf
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Outcome

Send = Callable[[Mutation], Awaitable[Outcome]]


async def cordoned(gateway: Gateway, send: Send, node: NodeOf, *, on: bool) -> tuple[str, bool]:
    """Cordon a node, or let pods come again; returns kubectl's words, and whether something had to be done.

    Raises CordonError: it could not be done, in a sentence.
    """
    word = "cordon" if on else "uncordon"
    try:
        found = await gateway.read(node.ref)
        if found is None:
            raise CordonError(f'unable to {word} node "{node.name}": it is gone')
        if found.ref.uid != node.uid:
            raise CordonError(f'unable to {word} node "{node.name}": it was replaced by another one')
        outcome = await send(cordon(found, on=on))
    except AlreadySoError:
        return f"node/{node.name} already {word}ed", False
    except ApiError as error:
        raise CordonError(f'unable to {word} node "{node.name}": {error.sentence}', lost=not error.status) from None
    if not outcome.done:
        lost = outcome.error is not None and not outcome.error.status
        raise CordonError(f'unable to {word} node "{node.name}": {outcome.says}', lost=lost, sent=True)
    return f"node/{node.name} {word}ed", True


class CordonError(Exception):
    """A node could not be cordoned or uncordoned: one sentence.

    Attributes:
        lost: the server did not answer.
        sent: it was sent all the same, so that it may have been done.
    """

    def __init__(self, sentence: str, *, lost: bool = False, sent: bool = False) -> None:
        super().__init__(sentence)
        self.lost, self.sent = lost, sent


class NodeWork:
    """What is done about one node once all are cordoned.

    Args:
        board: of the drain.
        watch: of the drain.
        node: its plan; nothing on it refuses.
        started: told of the work on each pod.
    """

    def __init__(self, board: Board, watch: Watch, node: NodePlan, started: Callable[[PodWork], None]) -> None:
        self._board, self._watch, self._node, self._started = board, watch, node, started

    async def run(self) -> None:
        """Until there is nothing more to do about its pods."""
        name, board = self._node.ref.name, self._board
        self._watch.open_pods(name)
        while not self._watch.synced(name) or board.held:
            if board.ending:
                break
            await board.bell(name).rest()
        if not board.ending:
            await self._take_late()
        self._watch.settle(name)
        if board.options.timeout > 0:
            board.deadlines[name] = board.now() + board.options.timeout
        rows = [row for row in board.rows.values() if row.plan.node == name and row.phase is Phase.WAITING]
        rows.sort(key=lambda row: (row.plan.turn, str(row.plan.ref)))
        works = [PodWork(board, self._watch, row.plan) for row in rows]
        for work in works:
            self._started(work)
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work.run())

    async def _take_late(self) -> None:
        """The pods that came between the plan and the cordon."""
        board, node = self._board, self._node.ref
        new = [pod for pod in self._watch.on(node.name) if pod.ref.uid not in board.rows]
        if not new:
            return
        try:
            found = await drain_late.judged(board.gateway, node, new, board.options, board.now())
        except ApiError as error:
            board.errors.append(f"{len(new)} pods came to {node.name} after the plan and are left: {error.sentence}")
            return
        for plan in found:
            agreed = not plan.error and plan.fate in drain_late.HARMLESS
            board.add(plan, agreed=agreed)
            if (plan.goes or plan.error) and not agreed:
                says = f"came after the plan, and is left: {plan.text}"
                board.become(plan.ref.uid, says=says, tone=Tone.WARNING)
        board.bell(DRAIN).ring()
