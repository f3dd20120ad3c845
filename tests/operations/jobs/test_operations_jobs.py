"""The board of jobs: how one ends, whatever goes wrong in it or behind it."""

import asyncio
from collections.abc import Sequence

from k8stui.model.document import Line
from k8stui.operations.jobs.jobs import Job, Jobs, JobState


class Digging(Job):
    """Does nothing, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__("Digging", "test", 1.0)
        self._error = error
        self.asking = "Which way?"

    @property
    def progress(self) -> str:
        return "3/3"

    def report(self) -> Sequence[Line]:
        return []

    async def run(self) -> None:
        if self._error is not None:
            raise self._error
        self.state, self.asking = JobState.DONE, ""

    def cancel(self) -> None:
        self.state = JobState.CANCELLED


class Board:
    """Jobs, and what was told of them."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.said: list[tuple[str, JobState]] = []
        self.jobs = Jobs(
            now=lambda: 9.0,
            fault=lambda error, where: self.faults.append(f"{type(error).__name__} in {where}"),
            said=lambda sentence, state: self.said.append((sentence, state)),
        )

    async def over(self) -> None:
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "Digging"))


async def test_a_job_whose_session_cannot_be_closed_has_ended_all_the_same() -> None:
    board, job = Board(), Digging()

    async def close() -> None:
        raise OSError("the other side is gone")

    board.jobs.start(job, close)
    await board.over()
    assert (job.state, job.ended) == (JobState.DONE, 9.0)
    assert board.said == [("Digging: done, 3/3", JobState.DONE)]
    assert board.faults == ["OSError in closing the session of Digging"]


async def test_a_job_that_breaks_asks_nothing_any_more() -> None:
    board, job = Board(), Digging(ExceptionGroup("tasks", [ExceptionGroup("inner", [ValueError("a bug")])]))
    board.jobs.start(job)
    await board.over()
    assert (job.state, job.asking, board.jobs.running) == (JobState.FAILED, "", [])
    assert job.errors == ["Something went wrong inside k8stui: ValueError"]
    assert board.faults == ["ValueError in Digging"]
