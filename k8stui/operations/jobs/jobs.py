"""Work that outlives its screen and its context, a drain: what it has done, and how it is stopped."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum

from k8stui.cluster.listeners import Listeners
from k8stui.model.document import Line


class JobState(Enum):
    """How far a job is."""

    RUNNING = "running"
    PAUSED = "paused"
    """By the user, or because something has to be decided (`Job.asking`)."""
    DONE = "done"
    FAILED = "failed"
    """It ended, and not all of it was done."""
    CANCELLED = "cancelled"
    CUT_OFF = "cut off"
    """k8stui ended before it did: known from the journal of an earlier run."""

    @property
    def over(self) -> bool:
        """Whether nothing happens any more."""
        return self not in (JobState.RUNNING, JobState.PAUSED)


class Job(ABC):
    """One piece of long work. It is bound to a connection of its own; texts are clean.

    Args:
        title: `Drain worker-2`.
        context: the name of the context it works in.
        started: epoch seconds by the server's clock.
    """

    def __init__(self, title: str, context: str, started: float) -> None:
        self.title = title
        self.context = context
        self.started = started
        self.ended = 0.0
        """Epoch seconds; 0 until it has ended."""
        self.state = JobState.RUNNING
        self.asking = ""
        """What the user has to decide before it goes on, in one sentence; empty: nothing."""
        self.errors: list[str] = []
        """What went wrong, one sentence each; they stay."""
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when something of it reads differently."""

    def changed(self) -> None:
        """Tell whoever shows it."""
        for listener in self.listeners:
            listener()

    @property
    @abstractmethod
    def progress(self) -> str:
        """`12/17 pods gone · about 1m left`."""

    @abstractmethod
    def report(self) -> Sequence[Line]:
        """What has been done, what not and why: complete when it is over."""

    @abstractmethod
    async def run(self) -> None:
        """Do it. Returns when it is over (`state` says how); what was not foreseen is raised."""

    def pause(self) -> None:
        """Begin nothing new until `resume`."""
        if self.state is JobState.RUNNING:
            self.state = JobState.PAUSED
            self.changed()

    def resume(self) -> None:
        """Go on."""
        if self.state is JobState.PAUSED:
            self.state, self.asking = JobState.RUNNING, ""
            self.changed()

    @abstractmethod
    def cancel(self) -> None:
        """Begin nothing new and end; what was sent stands, and the report says so."""


class Jobs:
    """All jobs of this run, oldest first; those that are over stay.

    Args:
        now: epoch seconds.
        fault: told of an exception that a job did not foresee, with its title.
        said: told in one sentence when a job has ended, with how it ended.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        fault: Callable[[BaseException, str], None],
        said: Callable[[str, JobState], None],
    ) -> None:
        self._now = now
        self._fault = fault
        self._said = said
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self.all: list[Job] = []
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when a job came, reads differently or ended."""

    @property
    def running(self) -> list[Job]:
        """Those that are not over."""
        return [job for job in self.all if not job.state.over]

    def start(self, job: Job, close: Callable[[], Awaitable[None]] | None = None) -> None:
        """Run it beside everything else; `close` gives back what it worked with (its session) when it is over."""
        self.all.append(job)
        job.listeners.add(self._changed)
        task = asyncio.get_running_loop().create_task(self._run(job, close), name=job.title)
        self._tasks[id(job)] = task
        task.add_done_callback(lambda _task: self._tasks.pop(id(job), None))
        self._changed()

    async def close(self) -> None:
        """The program ends: what runs is cut off where it is, and the journal says how far it came."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, job: Job, close: Callable[[], Awaitable[None]] | None) -> None:
        try:
            await job.run()
        except Exception as raised:
            error = _first(raised)
            job.state, job.asking = JobState.FAILED, ""
            job.errors.append(f"Something went wrong inside k8stui: {type(error).__name__}")
            self._fault(error, job.title)
        finally:
            if close is not None:
                await self._closed(job, close)
        job.ended = self._now()
        job.changed()
        self._said(f"{job.title}: {job.state.value}, {job.progress}", job.state)

    async def _closed(self, job: Job, close: Callable[[], Awaitable[None]]) -> None:
        """What it worked with is given back; that this fails changes nothing of how the job ended."""
        try:
            await close()
        except Exception as error:
            self._fault(error, f"closing the session of {job.title}")

    def _changed(self) -> None:
        for listener in self.listeners:
            listener()


def _first(error: BaseException) -> BaseException:
    """Of tasks that were given up together the fault that began it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
