"""What outlives a screen: the jobs and the journal of this run, and what has to be said before it ends."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from k8stui.model.columns import Tone
from k8stui.model.sentences import counted

if TYPE_CHECKING:
    from k8stui.app import K8sTui
    from k8stui.operations.debugging.keeper import Keeper
    from k8stui.operations.jobs.jobs import Job, Jobs, JobState
    from k8stui.operations.journal.journal import Journals


class Work:
    """Of one run. Jobs, journal and debug pods are loaded with the first of them: the first frame goes without."""

    def __init__(self, house: K8sTui) -> None:
        self._house = house
        self._jobs: Jobs | None = None
        self._journals: Journals | None = None
        self._keeper: Keeper | None = None
        self.holds: list[Callable[[], str]] = []
        """Asked before a user leaves: one sentence about what would be lost (a text that is not saved), or ""."""
        self.cut_off = 0
        """How many jobs of earlier runs were cut off, and nobody has decided about them."""
        self.told_elsewhere = False
        """It was said which contexts that are not open hold debug pods of a run that was cut off."""
        self.words = ""
        """What the status line says of jobs: `1 job`, `1 job asks`."""

    @property
    def jobs(self) -> Jobs:
        """The long work of this run."""
        if self._jobs is None:
            from k8stui.operations.jobs.jobs import Jobs

            house = self._house
            self._jobs = Jobs(now=house.clock.now, fault=house.fault, said=self._ended)
            self._jobs.listeners.add(self._changed)
        return self._jobs

    @property
    def journals(self) -> Journals:
        """What is done in this run, connection by connection."""
        if self._journals is None:
            from k8stui.operations.journal.journal import Journals

            house = self._house
            self._journals = Journals(house.state, self._run, now=house.clock.now, complain=house.warn)
        return self._journals

    @property
    def keeper(self) -> Keeper:
        """What is made to debug in this run, and is taken away at its end."""
        if self._keeper is None:
            from k8stui.operations.debugging.keeper import Keeper

            house = self._house
            self._keeper = Keeper(
                house.state,
                self._run,
                companion=house.contexts.companion,
                journal=self.journals.of,
                now=house.clock.now,
                complain=house.warn,
            )
            self.holds.append(self._keeper.against)
        return self._keeper

    @property
    def _run(self) -> str:
        return f"{os.getpid()}-{self._house.clock.now():.3f}"

    @property
    def running(self) -> list[Job]:
        """Jobs that are not over."""
        return self._jobs.running if self._jobs is not None else []

    def against(self) -> list[str]:
        """What would be cut off or lost at an end now, one sentence each."""
        running = self.running
        found = [f"{job.title} is not over: {job.progress}" for job in running]
        if running:
            it, is_, tells = ("It", "it is", "it") if len(running) == 1 else ("They", "they are", "them")
            found.append(f"{it} would be cut off where {is_}; the next start tells of {tells}, and J goes on.")
        return [*found, *(said for hold in self.holds if (said := hold()))]

    @property
    def leaving(self) -> str:
        """What has to be taken away before the program may end, as it is said meanwhile; "": nothing."""
        return self._keeper.words() if self._keeper is not None else ""

    async def leave_nothing(self) -> str:
        """Take away what was made to debug, within seconds; how that went, for the terminal."""
        return await self._keeper.close() if self._keeper is not None else ""

    async def close(self) -> None:
        """What runs is cut off where it is; what was made to debug is taken away."""
        jobs = self._jobs.close() if self._jobs is not None else asyncio.sleep(0)
        await asyncio.gather(self.leave_nothing(), jobs)

    def _ended(self, sentence: str, state: JobState) -> None:
        """What the user ended is no failure, but not all of it is done either."""
        tones = {"done": Tone.OK, "cancelled": Tone.WARNING}
        self._house.note(sentence, tones.get(state.value, Tone.BAD), toast=True)

    def _changed(self) -> None:
        """The status line says how many there are; nothing is painted while that stays."""
        running = self.running
        asking = sum(bool(job.asking) for job in running)
        said = " asks" if asking and len(running) == 1 else f", {asking} ask" if asking else ""
        words = f"{counted(len(running), 'job')}{said}" if running else ""
        if words == self.words or not self._house.is_running:
            return
        self.words = words
        self._house.home.refresh_lines()
        if self._house.home.dialogs.page is not None:
            self._house.home.dialogs.page.refresh_lines()
