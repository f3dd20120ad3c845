"""One pod of a drain: sent away, tried again as long as that is refused, and waited for (semantics §2.7, §2.8)."""

from typing import Final

from k8stui.kube.errors import ApiError
from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.duration import stamp
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.evictions import delete_pod, evict
from k8stui.operations.drain.answers import Answer, Then, judged
from k8stui.operations.drain.board import Board
from k8stui.operations.drain.plan import PodPlan
from k8stui.operations.drain.rows import Phase, go_duration
from k8stui.operations.drain.watch import Watch
from k8stui.operations.mutation import Mutation

LOOK: Final = 5.0
"""Seconds between two looks at a pod that the watch does not show (pods may not be listed any more)."""
MOST_PATIENT: Final = 30.0
"""Seconds between two looks while the server does not answer, at most."""


class PodWork:
    """What is done about one pod.

    Args:
        board: of the drain.
        watch: of the drain.
        plan: the pod; it goes.
    """

    def __init__(self, board: Board, watch: Watch, plan: PodPlan) -> None:
        self._board, self._watch, self._plan = board, watch, plan
        self._ref, self._uid, self._node = plan.ref, plan.ref.uid, plan.node
        self.uid = self._uid
        self._bell = board.bell(self._uid)
        self._gone = False
        """It was found out otherwise than by the watch."""

    async def run(self) -> None:
        """Until it is gone, has failed, or the drain ends."""
        if self._plan.sends and not self._ends_already():
            if not await self._sent():
                return
        else:
            self._told()
        await self._waited()

    def hurry(self) -> None:
        """Try now instead of when its time comes."""
        if self._board.rows[self._uid].phase is Phase.REFUSED:
            self._board.become(self._uid, again=self._board.now())
            self._bell.ring()

    # Until it was told to end

    async def _sent(self) -> bool:
        """Try until it was told to end; False: there is nothing more to do about it."""
        board = self._board
        while not self._over():
            row = board.rows[self._uid]
            if board.held:
                await self._bell.rest()
                continue
            if row.tries and self._ends_already():
                self._told()
                return True
            if (wait := row.again - board.now()) > 0:
                await self._bell.rest(self._at_most(wait))
                continue
            async with board.gate:
                if self._over():
                    return False
                if board.is_held():  # meanwhile
                    continue
                answer = await self._try()
            if await self._goes_on(answer):
                return True
        return False

    async def _try(self) -> Answer:
        """One eviction, or deletion."""
        board, row = self._board, self._board.rows[self._uid]
        asked = row.asked or board.now()
        board.become(self._uid, phase=Phase.EVICTING, tries=row.tries + 1, asked=asked, tone=Tone.CHANGING)
        outcome = await board.send(self._mutation())
        pod = self._watch.pod(self._node, self._uid)
        budget = self._plan.budget.rpartition(" ")[0]
        ending = pod is not None and pod.deleted is not None
        return judged(outcome, budget=budget, ending=ending, doubtful=board.just_back)

    async def _goes_on(self, answer: Answer) -> bool:
        """Do as the answer says; whether it was told to end."""
        board = self._board
        match answer.then:
            case Then.WAIT:
                self._told()
                return True
            case Then.GONE:
                self._is_gone(answer.says)
            case Then.AGAIN:
                self._again(answer.says, answer.wait)
            case Then.READ:
                return await self._read_up(answer)
            case Then.FAILED:
                says = f"not {'deleted' if board.options.disable_eviction else 'evicted'}: {answer.says}"
                board.fail(self._ref, self._failed(answer.says), says=says, tone=Tone.BAD)
        return False

    def _again(self, says: str, wait: float) -> None:
        again = self._board.now() + wait
        self._board.become(self._uid, phase=Phase.REFUSED, says=says, again=again, tone=Tone.WARNING)

    async def _read_up(self, answer: Answer) -> bool:
        """The answer did not come: look what became of the pod, as soon as the server tells; True: it ends."""
        board, pause = self._board, 1.0
        if answer.wait:
            self._again(answer.says, answer.wait)
        else:
            board.become(self._uid, says="the answer did not come: it is read again", tone=Tone.WARNING)
        while not self._over():
            try:
                found = await board.gateway.read(self._ref)
            except ApiError as error:
                board.away()
                board.become(self._uid, says=f"not known whether it was asked to go: {error.title.lower()}")
                await self._bell.rest(self._at_most(pause))
                pause = min(pause * 2, MOST_PATIENT)
                continue
            if self._took(found):
                return not self._gone
            self._again("it was not asked to go when the connection broke", answer.wait or pause)
            return False
        return False

    def _took(self, found: ObjectRow | None) -> bool:
        """Whether the pod, as it was read, is gone or on its way."""
        if found is None or found.ref.uid != self._uid:
            self._is_gone("")
            return True
        if tree.text(found.exact(), "metadata", "deletionTimestamp"):
            self._told(stamp(tree.text(found.exact(), "metadata", "deletionTimestamp")))
            return True
        return False

    # Until it is gone

    def _told(self, until: float | None = None) -> None:
        """It ends: since now, or since when the server was told, which `until` (its deletionTimestamp) says."""
        board, pod = self._board, self._watch.pod(self._node, self._uid)
        if until is None and pod is not None and not board.rows[self._uid].tries:
            until = pod.deleted
        now = board.now()
        since = now if until is None else min(now, until - self._plan.grace)
        asked = board.rows[self._uid].asked or since
        board.become(self._uid, phase=Phase.TERMINATING, since=since, asked=asked, tone=Tone.CHANGING)
        self._watch.follow(self._node, self._uid)

    async def _waited(self) -> None:
        """Wait until it is gone: the watch says so; where there is none it is asked for."""
        while not self._over():
            if self._watch.there(self._node, self._uid) is None:
                await self._look()
                if not self._gone:
                    await self._bell.rest(self._at_most(LOOK))
                continue
            await self._bell.rest(self._at_most(None))

    async def _look(self) -> None:
        try:
            found = await self._board.gateway.read(self._ref)
        except ApiError:
            return  # asked again later: the row says since when nothing is known
        if found is None or found.ref.uid != self._uid:
            self._is_gone("")

    # What ends it

    def _over(self) -> bool:
        """Whether nothing more is to be done; the row says why."""
        board, row = self._board, self._board.rows[self._uid]
        if row.phase.settled:
            return True
        if self._watch.there(self._node, self._uid) is False:
            self._is_gone("")
        elif self._overdue():
            says = (
                f'pod "{self._ref.name}" has DeletionTimestamp older than {board.options.skip_wait} seconds, skipping'
            )
            board.become(self._uid, phase=Phase.STAYS, says=says, tone=Tone.WARNING)
        elif board.ending:
            told = row.phase is Phase.TERMINATING
            says = "told to end, not waited for: the drain was ended" if told else "left: the drain was ended"
            board.become(self._uid, phase=Phase.LEFT, says=says, tone=Tone.WARNING)
        elif board.late(self._node):
            self._timed_out(row.phase)
        return board.rows[self._uid].phase.settled

    def _is_gone(self, says: str) -> None:
        board = self._board
        row, self._gone = board.rows[self._uid], True
        took = board.now() - row.asked if row.asked else 0.0
        board.become(self._uid, phase=Phase.GONE, says=says, took=took, tone=Tone.OK)
        if row.asked:
            self._watch.follow(self._node, self._uid)

    def _overdue(self) -> bool:
        """kubectl's rule of --skip-wait-for-delete-timeout."""
        until = self._skipped_at()
        return until is not None and self._board.now() > until

    def _skipped_at(self) -> float | None:
        skip, pod = self._board.options.skip_wait, self._watch.pod(self._node, self._uid)
        return pod.deleted + skip if skip and pod is not None and pod.deleted is not None else None

    def _timed_out(self, phase: Phase) -> None:
        board, given = self._board, go_duration(self._board.options.timeout)
        if phase is not Phase.TERMINATING:
            sentence = self._failed(f"global timeout reached: {given}")
            says = f"not evicted within {given}"
        else:
            name, namespace = self._ref.name, self._ref.namespace
            waiting = f'error when waiting for pod "{name}" in namespace "{namespace}" to terminate: '
            sentence = ("" if board.options.disable_eviction else waiting) + "context deadline exceeded"
            says = f"not gone within {given}"
        tries = board.rows[self._uid].says
        board.fail(self._ref, sentence, says=f"{says}: {tries}" if tries else says, tone=Tone.BAD)

    def _at_most(self, seconds: float | None) -> float | None:
        """So long, or until the node's time is up, or until it is not waited for any more; None: for ever."""
        board = self._board
        ends = [] if seconds is None else [seconds]
        if self._node in board.deadlines and not board.held:
            ends.append(board.deadlines[self._node] - board.now())
        if (skipped := self._skipped_at()) is not None:
            ends.append(skipped - board.now() + 0.001)
        return max(0.0, min(ends)) if ends else None

    # What is sent

    def _mutation(self) -> Mutation:
        send = delete_pod if self._board.options.disable_eviction else evict
        return send(ObjectRow(self._ref, "", (), b"{}"), grace=self._board.options.grace)

    def _failed(self, why: str) -> str:
        """kubectl's sentence."""
        if self._board.options.disable_eviction:
            return why
        return f'error when evicting pods/"{self._ref.name}" -n "{self._ref.namespace}": {why}'

    def _ends_already(self) -> bool:
        """Whether it is on its way without our asking: told again only where a grace of our own is given."""
        pod = self._watch.pod(self._node, self._uid)
        return pod is not None and pod.deleted is not None and self._board.options.grace < 0
