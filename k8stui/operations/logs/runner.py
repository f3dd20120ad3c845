"""What becomes of a source while it is followed: its runs one after the other, and why there is nothing to read."""

import asyncio
from typing import Final

from k8stui.cluster.backoff import Backoff
from k8stui.kube.errors import ApiError, Failure
from k8stui.model import duration
from k8stui.model.logs.entry import Mark
from k8stui.operations.logs.facts import Facts, ending, leaving
from k8stui.operations.logs.once import has_last_log
from k8stui.operations.logs.shared import Shared
from k8stui.operations.logs.sources import Source, Stage
from k8stui.operations.logs.streaming import TRIES, Ending, How, Run

GRACE: Final = 2.0
"""In which a container's end is told, after its stream has ended: times `Timing.backoff_first`, as all of these."""
PATIENCE: Final = 6.0
"""In which nobody wonders that a container is not started again."""
_COMMON: Final = frozenset(
    {Failure.UNREACHABLE, Failure.TLS, Failure.UNAUTHORIZED, Failure.CREDENTIALS, Failure.NOT_KUBERNETES}
)
"""Troubles of the connection, not of one container."""


class Runner:
    """Follows one source until it has ended for good. Cancelled and run again it goes on where it was.

    Args:
        shared: the wire and where lines go.
        source: whose log.
        whole: it came while others were followed: its log is read from the first line.
    """

    def __init__(self, shared: Shared, source: Source, *, whole: bool = False) -> None:
        self.facts = Facts()
        self._shared = shared
        self._source = source
        self._bell = asyncio.Event()
        self._run = Run(shared, source, self._look, self._rest, whole=whole)
        self._backoff = Backoff(shared.session.settings.timing)
        self._unit = shared.session.settings.timing.backoff_first
        self._told: Failure | None = None
        self._waited = False
        self._over_first = False
        self._quiet = False
        """Nothing came because there was nothing to say."""
        self._clean = True
        """The last stream of the run was ended by the server, not cut."""

    def learn(self, facts: Facts) -> None:
        """What the pod's row says now."""
        if facts == self.facts:
            return
        self.facts = facts
        self._source.learn(facts)
        if facts.gone:
            self._run.limit.gone()
        elif self._run.attempt is not None and (facts.over or facts.restarts > self._run.attempt):
            self._run.limit.over()
        if self._source.stage is Stage.WAITING:
            self._shared.become(self._source, Stage.WAITING, facts.why)
        self._bell.set()

    def retry(self) -> None:
        """Wait no longer for a stream that broke or was refused."""
        if self._source.stage is Stage.BROKEN:
            self._backoff.reset()
            self._bell.set()

    async def run(self) -> None:
        """Until nothing more will come."""
        self._shared.merge.opened(self._source.number)
        if self._run.at:
            self._run.rejoin()
        try:
            self._over_first = self.facts.over and self._run.attempt is None
            while not await self._step():
                pass
            self._shared.become(self._source, Stage.ENDED, self.facts.why)
        finally:
            self._shared.cuts.over(self._source)
            self._shared.merge.settled(self._source.number)

    async def _step(self) -> bool:
        """Wait for the log, or read of it what there is; whether that was all."""
        run, facts = self._run, self.facts
        if run.attempt is not None and facts.restarts > run.attempt:
            await self._restarted()
            return False
        if run.complete:
            return await self._ended()
        if not facts.ran:
            if facts.final:
                self._say(Mark.GONE, leaving(facts))
                return True
            await self._wait(facts.why)
            return False
        if run.attempt is None:
            run.attempt = facts.restarts
        if self._source.stage is not Stage.BROKEN and not self._quiet:
            self._shared.become(self._source, Stage.OPENING)
        self._quiet = False
        self._bell.clear()
        ended = await run.read()
        return await self._after(ended, facts)

    async def _after(self, ended: Ending, before: Facts) -> bool:
        """What follows from the end of a stream; `before` is what was known when it was opened."""
        run, facts, error = self._run, self.facts, ended.error
        if ended.fresh:
            self._backoff.reset()
            self._told = None
        self._shared.merge.settled(self._source.number)
        cut = ended.how is How.END or (error is not None and error.failure is Failure.BROKEN)
        if cut:
            self._clean = ended.how is How.END
        if facts.gone and ended.how is not How.OTHER:
            why = "it wrote on, and is followed no more" if ended.stopped else ""
            self._finish(why if self._clean else "the connection was cut when it ended")
            return True
        if ended.how is How.OTHER:
            return False
        if run.at and not before.over:
            self._shared.cuts.began(self._source)
        if cut and run.timeless:
            await self._without_times(before)
        elif ended.how is How.END:
            if before.over and before.restarts == facts.restarts:
                run.complete = ended.whole or ended.lost or run.vain >= TRIES
                if ended.lost:
                    self._say_lost(run)
            else:
                grace = GRACE * self._unit
                await self._rest(max(grace, self._backoff.next()) if run.cut and not ended.fresh else grace)
            run.cut += 1
        elif error is not None:
            run.cut += 1
            await self._failed(error)
        self._shared.merge.opened(self._source.number)
        return False

    async def _without_times(self, before: Facts) -> None:
        """Where its lines were cut cannot be found again: they are not read a second time (some nodes of clouds)."""
        run = self._run
        if not before.over:
            self._say(Mark.NOTE, "has lines without times and its stream ended: opened again it is read anew")
            while not (self.facts.over or self.facts.gone or self.facts.restarts > (run.attempt or 0)):
                await self._wait("its lines have no times, so that they cannot be followed")
        run.complete = True

    async def _failed(self, error: ApiError) -> None:
        """Say why it cannot be had, once, and wait."""
        waiting = error.status == 400 and "waiting to start" in error.message
        if error.failure is Failure.TIMEOUT and not error.status:
            self._quiet = not self._run.at  # kubelets send nothing, not even the head of an answer, before a line
            return
        if waiting:
            await self._wait(self.facts.why or error.message, self._backoff.next())
            return
        pause = self._backoff.next(error.retry_after)
        if error.failure is Failure.FORBIDDEN:
            pause = self._shared.session.settings.timing.denied_retry
        self._shared.become(self._source, Stage.BROKEN, error.sentence)
        if error.failure is not Failure.BROKEN and self._told is not error.failure:
            self._complain(error)
            self._told = error.failure
        await self._rest(pause)

    def _complain(self, error: ApiError) -> None:
        """Why it cannot be read, unless that was said of another one: fifty streams have one trouble."""
        common = error.failure in _COMMON
        trouble = error.failure.value if common else error.sentence
        if trouble not in self._shared.troubles:
            self._shared.troubles.add(trouble)
            self._shared.mark(None if common else self._source, Mark.NOTE, f"cannot be read: {error.sentence}")

    async def _restarted(self) -> None:
        """The container runs again: read the rest of the run that was followed, and go on with the new one."""
        run, facts = self._run, self.facts
        self._shared.cuts.over(self._source)
        self._shared.merge.settled(self._source.number)
        runs = facts.restarts - (run.attempt or 0)
        missing, known = "", run.complete
        if runs > 1:
            missing = _missed(runs - 1)
        elif not known:
            missing, known = await self._last_words(run)
        onward = not known and await run.lives()
        if not onward:
            run.rest(torn=bool(missing))
        self._shared.merge.opened(self._source.number)
        if onward:
            # Where nothing broke off, all that was read is of the present run: that before it had ended too soon.
            missing = _missed(runs) if run.unbroken() and await has_last_log(self._shared, self._source) else ""
        if missing:
            self._say(Mark.GAP, f"was started again {runs} times: {missing}" if runs > 1 else missing, run.at)
        self._say_restarted(facts)
        if not onward:
            self._run = Run(self._shared, self._source, self._look, self._rest, whole=True)
        self._run.attempt = facts.restarts
        self._waited = self._over_first = False
        self._clean = True
        self._backoff.reset()

    async def _last_words(self, run: Run) -> tuple[str, bool]:
        """Read the rest of a run that another one has followed: what may be missing, and whether it was that run."""
        found = False
        for _ in range(TRIES):
            ended = await run.read(previous=True)
            found = found or ended.found
            if ended.whole:
                return "", True
            if ended.error is not None and ended.error.status:
                break
        return "may lack what it wrote last", found

    def _say_restarted(self, facts: Facts) -> None:
        pause = ""
        if facts.exit is not None and facts.exit.at and not facts.over:
            seconds = self._shared.session.now() - facts.exit.at
            pause = f" after {duration.human(seconds)}" if seconds >= 1 else ""
        how = ending(facts.exit)
        self._say(Mark.RESTARTED, f"{how}, restarted{pause}")

    async def _ended(self) -> bool:
        """It was read to its end: whether there will be more, which is waited for."""
        facts = self.facts
        self._shared.cuts.over(self._source)
        if facts.final:
            self._finish()
            return True
        self._shared.merge.settled(self._source.number)
        self._shared.become(self._source, Stage.WAITING, facts.why or ending(facts.exit))
        patience = 0.0 if self._over_first and facts.again else PATIENCE * self._unit
        heard = await self._rest(None if self._waited else patience)
        if not heard and not self._waited:
            self._waited = True
            self._run.rest()
            why = f": {self.facts.word}" if self.facts.word else ""
            self._say(Mark.NOTE, f"{ending(self.facts.exit)}; it has not been started again{why}")
        self._shared.merge.opened(self._source.number)
        return False

    def _say_lost(self, run: Run) -> None:
        """The node has its log no more: what that means for what was read of it."""
        why = "its node has this log no more"
        if not run.at:
            self._say(Mark.NOTE, f"cannot be read: {why}")
        elif not self._clean:
            self._say(Mark.GAP, f"may lack its last lines: {why}", run.at)

    def _finish(self, lost: str = "") -> None:
        """It has gone; `lost`: why its last lines may be missing."""
        self._run.rest(torn=bool(lost))
        if lost:
            self._say(Mark.GAP, f"may lack its last lines: {lost}", self._run.at)
        mark = Mark.NOTE if self._over_first and not self.facts.gone else Mark.GONE
        self._say(mark, leaving(self.facts))

    async def _wait(self, why: str, seconds: float | None = None) -> None:
        self._shared.merge.settled(self._source.number)
        self._shared.become(self._source, Stage.WAITING, why)
        await self._rest(seconds)
        self._shared.merge.opened(self._source.number)

    async def _rest(self, seconds: float | None) -> bool:
        """Wait until something is known that was not, at most so long; whether it is."""
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
                return True
        except TimeoutError:
            return False
        finally:
            self._bell.clear()

    def _look(self) -> Facts:
        return self.facts

    def _say(self, mark: Mark, text: str, at: int = 0) -> None:
        self._shared.mark(self._source, mark, text, at)


def _missed(runs: int) -> str:
    """Of so many runs nothing was read."""
    return f"{runs} of its runs could not be followed" if runs > 1 else "one of its runs was missed"
