"""A job that does nothing but wait until a test ends it."""

import asyncio
from collections.abc import Sequence

from k8stui.model.document import Line
from k8stui.operations.jobs.jobs import Job, JobState
from tests.support.clock import START


class Waiting(Job):
    """Runs until it is cancelled or `finish` is called."""

    def __init__(self, title: str = "Drain worker-2", context: str = "embedded") -> None:
        super().__init__(title, context, START)
        self.gone = 0
        self._end = asyncio.Event()

    @property
    def progress(self) -> str:
        return f"{self.gone}/17 pods gone"

    def report(self) -> Sequence[Line]:
        return [Line(f"{self.title}: {self.state.value}"), *(Line(each) for each in self.errors)]

    async def run(self) -> None:
        await self._end.wait()
        if self.state is not JobState.CANCELLED:
            self.state = JobState.DONE

    def advance(self, gone: int) -> None:
        """More of it is done."""
        self.gone = gone
        self.changed()

    def ask(self, question: str) -> None:
        """Something has to be decided."""
        self.asking = question
        self.changed()

    def finish(self) -> None:
        """It is done."""
        self._end.set()

    def cancel(self) -> None:
        self.state = JobState.CANCELLED
        self._end.set()
