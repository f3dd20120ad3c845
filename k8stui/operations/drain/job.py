"""A drain as a job: the nodes are cordoned, then their pods are sent away and waited for, in the background.

As `kubectl drain` (semantics §2), and safer: all nodes are cordoned before anything is evicted, and one that cannot be
stops the whole drain; evictions are pinned by uid, at most ten under way; deletion is waited for by a watch; what is
not known after a lost connection is read again, never assumed; one pod that fails holds up no other; who uncordons a
node meanwhile is noticed and asked about; what was sent stands, and the report says all of it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from k8stui.clock import Clock
from k8stui.model.document import Line
from k8stui.model.sentences import listed
from k8stui.operations.drain import report as drain_report
from k8stui.operations.drain.board import Board
from k8stui.operations.drain.cordons import Cordons
from k8stui.operations.drain.node import NodeWork
from k8stui.operations.drain.plan import NodePlan, Plan
from k8stui.operations.drain.pods import PodWork
from k8stui.operations.drain.rows import Phase, PodRow, ordered
from k8stui.operations.drain.watch import Watch
from k8stui.operations.gateway import Gateway
from k8stui.operations.jobs.jobs import Job, JobState
from k8stui.operations.jobs.records import NodeOf, RecordFile

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

HEIRS: Final = 10.0
"""Seconds at the end in which those that came in the place of the last pods may begin to run, for the report."""


class Drain(Job):
    """One drain of one or several nodes. Made by `resume.begun`, which also keeps a record of it.

    Args:
        plan: what was agreed on: nothing else is sent.
        session: of its own; closed by whoever opened it.
        gateway: of that session; its journal is the job's record.
        clock: for waiting.
        record: what outlives the program; None: nothing does.
        cordoned: nodes that an earlier drain, with which this one goes on, has cordoned.
        before: pods that it had got rid of.
        ended: told once how it ended: a `JobState` and a sentence.
    """

    def __init__(
        self,
        plan: Plan,
        session: "Session",
        gateway: Gateway,
        *,
        clock: Clock,
        record: RecordFile | None = None,
        cordoned: Sequence[NodeOf] = (),
        before: int = 0,
        ended: Callable[[JobState, str], None] = lambda state, sentence: None,
    ) -> None:
        super().__init__(drain_report.title(plan), session.context.name, session.now())
        self.plan = plan
        self._session, self._clock, self._record = session, clock, record
        self._before, self._ended = before, ended
        self._board = Board(plan, session, gateway, clock, record, self.changed)
        self.errors = self._board.errors
        self._cordons = Cordons(self._board, cordoned, self._is_loose, self._is_tight)
        self._watch = Watch(self._board, self._cordons.loosened, self._cordons.tightened)
        self._works: dict[str, PodWork] = {}
        self._evicting: asyncio.TaskGroup | None = None
        self._beside: asyncio.TaskGroup | None = None
        """What an answer leads to, whatever the drain is at."""
        self._answer: Callable[[bool], None] | None = None
        self._paused = False
        """By the user."""
        self._stopped = False
        """Somebody ended it, or a node could not be cordoned."""

    # What it shows

    @property
    def rows(self) -> Mapping[str, PodRow]:
        """Every pod by its uid: those of the plan, and those that came meanwhile."""
        return self._board.rows

    def ordered(self) -> list[PodRow]:
        """The worst first."""
        return ordered(self.rows.values())

    def now(self) -> float:
        """The time of the server that it works on, seconds since the epoch: rows are read by it."""
        return self._session.now()

    def left_seconds(self, now: float) -> float | None:
        """How long it may still take, told from what has gone; None where nothing tells."""
        if self.state.over:
            return 0.0
        begun = min((row.asked for row in self.rows.values() if row.asked), default=0.0)
        return drain_report.left_seconds(self.rows.values(), begun, self._board.idle(now), now)

    @property
    def lost(self) -> float:
        """When the cluster was last heard of, where the connection is lost; 0: it is not."""
        return max((row.lost for row in self.rows.values() if not row.phase.settled), default=0.0)

    @property
    def progress(self) -> str:
        """`12/17 pods gone · about 1m left`."""
        left = self.left_seconds(self._session.now())
        return drain_report.progress(self.rows.values(), self.state, self.asking, left, away=bool(self.lost))

    def report(self) -> Sequence[Line]:
        """What became of each node and pod, and what is left to do."""
        told = drain_report.Told(
            title=self.title,
            plan=self.plan,
            rows=self.rows,
            state=self.state,
            errors=self.errors,
            cordons=self._cordons.said,
            started=self.started,
            ended=self.ended,
            before=self._before,
            stay_cordoned=[node.name for node in self._cordons.own],
        )
        return drain_report.report(told, self._session.now())

    # What is done to it

    def pause(self) -> None:
        """Send nothing new until `resume`; what was told to end is waited for."""
        if not self.state.over and not self._stopped:
            self._paused = True
            self._hold()

    def resume(self) -> None:
        """Go on, unless something has to be decided first."""
        self._paused = False
        if not self.asking:
            self._release()

    def cancel(self) -> None:
        """Begin nothing new and end: what was sent stands. Then asks whether what it cordoned is to be uncordoned."""
        if not self._stopped:
            self._stop()
        elif self.asking:
            self.answer(False)

    def retry(self, uid: str | None = None) -> int:
        """Try a pod that failed again, or all of them; how many. None once the drain is over: plan a new one."""
        group = self._evicting
        if group is None or self._stopped or self.state.over:
            return 0
        wanted = [row for key, row in self.rows.items() if row.phase is Phase.FAILED and uid in (None, key)]
        for row in wanted:
            self._board.revive(row)
            work = self._works[row.plan.ref.uid] = PodWork(self._board, self._watch, row.plan)
            group.create_task(work.run())
        return len(wanted)

    def evict_now(self, uid: str) -> None:
        """Try a pod whose eviction was refused at once, instead of when its time comes."""
        work = self._works.get(uid)
        if work is not None:
            work.hurry()

    def look(self) -> None:
        """Ask the server now, whatever is being waited for."""
        self._watch.retry()
        self._board.ring()

    def answer(self, yes: bool) -> None:
        """The answer to what it is asking; without a question nothing."""
        answered, self._answer = self._answer, None
        if answered is not None:
            self.asking = ""
            answered(yes)
            self.changed()

    # What it does

    async def run(self) -> None:
        """Cordon all, then drain node by node, `options.at_once` at a time."""
        try:
            await self._run()
        except Exception:  # the record gets no end: it can be gone on with, or taken back
            self._ended(JobState.FAILED, "It broke off: something went wrong inside k8stui")
            raise
        finally:
            self._watch.close()
            if self._record is not None:
                self._record.close()

    async def _run(self) -> None:
        nodes = [node for node in self.plan.nodes if not node.errors]
        self.errors += self.plan.refusals
        self._watch.open_nodes()
        async with asyncio.TaskGroup() as self._beside:
            if not self._stopped and await self._cordons.all(nodes, self._watch):
                await self._drain(nodes)
                await self._watch.see_heirs(HEIRS)
            else:
                self._stopped = self._board.ending = True
        self._beside = None
        self._board.leave()
        if self._stopped and self._cordons.own:
            await self._uncordon()
        self._end()

    async def _drain(self, nodes: Sequence[NodePlan]) -> None:
        slots = asyncio.Semaphore(self.plan.options.at_once)

        async def one(node: NodePlan) -> None:
            async with slots:
                if not self._board.ending:
                    await NodeWork(self._board, self._watch, node, self._began).run()

        async with asyncio.TaskGroup() as self._evicting:
            for node in nodes:
                self._evicting.create_task(one(node))
        self._evicting = None

    def _began(self, work: PodWork) -> None:
        self._works[work.uid] = work

    def _end(self) -> None:
        drained = [node.ref.name for node in self.plan.nodes if self._drained(node)]
        done = JobState.DONE if len(drained) == len(self.plan.nodes) else JobState.FAILED
        self.state = JobState.CANCELLED if self._stopped and not self._cordons.failed else done
        self.asking, self.ended = "", self._session.now()
        if self._record is not None:
            self._record.finish(self.state.value, self.progress)
        self._ended(self.state, self.progress)
        self.changed()

    def _drained(self, node: NodePlan) -> bool:
        return not node.errors and drain_report.is_drained(self.rows.values(), node.ref.name)

    # Holding up, asking

    def _hold(self) -> None:
        self._board.hold()
        self.state = JobState.PAUSED
        self.changed()

    def _release(self) -> None:
        if self.state.over or not self._board.held:
            return
        self.state = JobState.RUNNING
        self._board.release()
        self.changed()

    def _stop(self) -> None:
        self._stopped = self._board.ending = True
        self.asking, self._answer = "", None
        self._board.ring()
        self.changed()

    def _ask(self, question: str, answered: Callable[[bool], None]) -> None:
        self.asking, self._answer = question, answered
        self._hold()

    def _is_loose(self, names: Sequence[str]) -> None:
        """Nodes were uncordoned by another hand: nothing new begins before that is decided."""
        if self._stopped or self.state.over:
            return
        were, what = ("was", "it") if len(names) == 1 else ("were", "them")
        again = f"cordon {what} again and go on?"
        self._ask(f"{listed(names)} {were} uncordoned by another hand: {again}", self._cordon_again)

    def _is_tight(self) -> None:
        """They are cordoned again: there is nothing to decide any more."""
        if self._answer is not None and not self._stopped:
            self.asking, self._answer = "", None
        if not self._paused and not self._stopped:
            self._release()

    def _cordon_again(self, yes: bool) -> None:
        if yes and self._beside is not None:
            self._beside.create_task(self._tighten())
        else:
            self._stop()

    async def _tighten(self) -> None:
        if await self._cordons.again():
            self._is_tight()
        elif not self._stopped:
            self._is_loose(self._cordons.loose)

    async def _uncordon(self) -> None:
        """Ask, and do it."""
        names = [node.name for node in self._cordons.own]
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._ask(f"Uncordon {listed(names)}, which this drain cordoned?", answer.set_result)
        if await answer:
            await self._cordons.undo()
