"""Following the logs of a target: its containers, their streams, and their lines in one order."""

import asyncio
from collections.abc import Callable, Iterable

from k8stui.cluster.listeners import Listeners
from k8stui.cluster.session import Session
from k8stui.cluster.states import State, Syncing
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.options import ALL, LogOptions
from k8stui.model.logs.target import Target
from k8stui.model.pod_row import Pod
from k8stui.operations.logs.choosing import Rank, ambiguous, known, rank, wanted
from k8stui.operations.logs.cuts import Cuts
from k8stui.operations.logs.defaults import Defaults
from k8stui.operations.logs.facts import facts, leaving
from k8stui.operations.logs.hold import Hold
from k8stui.operations.logs.last_log import last_log
from k8stui.operations.logs.merging import Merge, Sink
from k8stui.operations.logs.once import Once
from k8stui.operations.logs.roster import Roster
from k8stui.operations.logs.runner import Runner
from k8stui.operations.logs.shared import Shared
from k8stui.operations.logs.sources import Source, Stage
from k8stui.settings import LogSettings

_YOUNG = 60.0
"""Seconds before the view was opened in which a pod that joins may have been made, for its log to be read whole."""


class Follow:
    """The logs of a target, live. Make it in the loop, run it as a task; `close` ends it.

    Args:
        session: of the context.
        target: whose logs.
        options: what of them.
        settings: how many at once, how many lines at first, how long lines wait for each other.
        sink: takes the lines.
        hold: whether it takes them now.
    """

    def __init__(
        self,
        session: Session,
        target: Target,
        options: LogOptions,
        settings: LogSettings,
        sink: Sink,
        hold: Hold | None = None,
    ) -> None:
        self.session = session
        self.target = target
        self.options = options
        self.settings = settings
        self.sources: dict[int, Source] = {}
        """By number, in the order in which they were found; those that have ended stay."""
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when `sources`, something in one of them (but its count of lines) or `state` changed."""
        self.state: State = Syncing()
        """How fresh the list of pods is."""
        self._merge = Merge(sink, settings.window, hold)
        self._cuts = Cuts(session.now, self._merge)
        self._shared = Shared(session, options, settings.tail, self._merge, self._tell, cuts=self._cuts)
        self._defaults = Defaults(session)
        self._wake = asyncio.Event()
        self._roster: Roster | None = None
        self._rows: dict[str, Pod] = {}
        self._of: dict[tuple[str, str], Source] = {}
        """By uid of the pod and name of the container."""
        self._ranks: dict[int, Rank] = {}
        self._runners: dict[int, Runner | Once] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ending: dict[int, asyncio.Task[None]] = {}
        """Of sources that were put aside a moment ago."""
        self._others: set[asyncio.Task[None]] = set()
        self._began = session.now()
        self._first = True
        self.looked = False
        """Whether it is known by now which containers there are."""
        self._chosen_by_hand = False
        self._trouble = ""
        self._telling = False
        self._closed = False

    @property
    def misnamed(self) -> str:
        """That no pod has a container of the name that was given, and which there are; else ""."""
        if self.options.container in ("", ALL) or not self._rows or self.sources:
            return ""
        title, name = self.target.title, self.options.container
        return f"No container of {title} is called {name}: it has {known(self._rows.values())}"

    async def run(self) -> None:
        """Follow until closed; where nothing is followed (previous, limit of bytes) until all is read."""
        self._roster = Roster(self.session, self.target, self._wake.set, self._merge.hold)
        self._shared.heard = self._roster.hush.heard
        try:
            while not self._closed:
                self._wake.clear()
                await self._review(self._roster)
                if not self.options.followed and not self._first and not self._tasks:
                    return
                await self._wake.wait()
        finally:
            self._roster.close()
            self._merge.flush()

    def choose(self, numbers: Iterable[int]) -> None:
        """Follow these and no others, as many as `settings.streams` allows; pods that join later take free places.

        One that is chosen again goes on where it was: of what it wrote meanwhile the newest lines are read.
        """
        self._chosen_by_hand = True
        chosen = [number for number in dict.fromkeys(numbers) if number in self.sources][: self.settings.streams]
        for number, source in self.sources.items():
            if source.chosen and number not in chosen:
                self._put_aside(source)
        for number in chosen:
            self._start(self.sources[number])
        self._tell()

    def previous(self, number: int) -> None:
        """Read the log of the run before the present one and put it in here, between two notes."""
        source = self.sources.get(number)
        if source is not None and not self._closed:
            task = asyncio.get_running_loop().create_task(last_log(self._shared, source))
            self._others.add(task)
            task.add_done_callback(self._others.discard)

    def retry(self) -> None:
        """Ask the server now: streams that wait to be opened again are."""
        for runner in self._runners.values():
            if isinstance(runner, Runner):
                runner.retry()

    async def close(self) -> None:
        """End every stream; nothing reaches the sink after the call."""
        self._closed = True
        self._merge.close()
        self._cuts.close()
        self.listeners.clear()
        self._wake.set()
        tasks = [*self._tasks.values(), *self._ending.values(), *self._others]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=self.session.settings.timing.close)
        if self._roster is not None:
            self._roster.close()

    # Pods that come and go

    async def _review(self, roster: Roster) -> None:
        """What changed among the pods."""
        if roster.state != self.state:
            self.state = roster.state
            self._tell()
        self._complain(roster.trouble)
        if self._first and not roster.listed:
            return
        rows = dict(roster.take())
        joined: list[Source] = []
        for uid, pod in rows.items():
            if self._rows.get(uid) is not pod:
                joined += await self._changed(pod)
        if roster.sure:
            for uid in self._rows.keys() - rows.keys():
                self._gone(self._rows[uid])
            self._rows = rows
        else:
            self._rows |= rows
        if self._closed:
            return
        if self._first and self.misnamed:
            self._note(self.misnamed)
        self._fill(joined)
        self._first = False
        if not self.looked:
            self.looked = True
            self._tell()

    async def _changed(self, pod: Pod) -> list[Source]:
        """A pod came or changed; the sources that are new."""
        default, before = "", pod.ref.uid in self._rows
        if not self.options.container and ambiguous(pod) and not before:
            default = await self._defaults.of(pod)
        new: list[Source] = []
        found = pod.containers if before and not self.options.container else ()
        for container in found or wanted(pod, self.options.container, default):
            source = self._of.get((pod.ref.uid, container.name))
            if source is None:
                if found:
                    continue
                source = Source(len(self.sources) + 1, pod.ref, container.name, container.role, self.session.now())
                self.sources[source.number] = source
                self._of[pod.ref.uid, container.name] = source
                self._runners[source.number] = self._runner(source, pod)
                new.append(source)
            self._ranks[source.number] = rank(pod, container, pod.containers.index(container))
            self._runners[source.number].learn(facts(pod, container))
        if new and not self._first:
            names = f"{pod.ref.name}" if len(new) > 1 else new[0].name
            self._merge.mark(Entry(self._shared.now(), new[0].number, f"{names} joined", Mark.JOINED))
        return new

    def _gone(self, pod: Pod) -> None:
        """A pod is not there any more."""
        for container in pod.containers:
            source = self._of.get((pod.ref.uid, container.name))
            if source is None:
                continue
            seen = facts(pod, container, gone=True)
            self._runners[source.number].learn(seen)
            if source.number not in self._tasks and source.stage is not Stage.ENDED:
                source.chosen = False
                self._shared.mark(source, Mark.GONE, leaving(seen))
                self._shared.become(source, Stage.ENDED, leaving(seen))

    def _runner(self, source: Source, pod: Pod) -> Runner | Once:
        if not self.options.followed:
            return Once(self._shared, source)
        young = pod.created is None or pod.created >= self._began - _YOUNG
        return Runner(self._shared, source, whole=not self._first and young)

    # Who is followed

    def _fill(self, joined: list[Source]) -> None:
        """Give free places to those who want them most."""
        free = self.settings.streams - sum(source.chosen for source in self.sources.values())
        candidates = joined if self._chosen_by_hand else list(self.sources.values())
        waiting = [each for each in candidates if not each.chosen and each.stage is Stage.ASIDE]
        waiting.sort(key=lambda source: self._ranks[source.number])
        chosen = waiting[: max(0, free)]
        if self._first:
            running = {each.number for each in chosen if self._runners[each.number].facts.ran}
            self._merge.expect(running, self._shared.now())
        for source in chosen:
            self._start(source)
        if joined:
            self._tell()

    def _start(self, source: Source) -> None:
        if source.number in self._tasks or source.stage is Stage.ENDED or self._closed:
            return
        source.chosen = True
        source.stage = Stage.OPENING
        before = self._ending.get(source.number)
        task = asyncio.get_running_loop().create_task(self._follow(source, before))
        self._tasks[source.number] = task

    async def _follow(self, source: Source, before: asyncio.Task[None] | None) -> None:
        """Run its runner; not before the task that ran it last has ended."""
        mine = asyncio.current_task()
        try:
            if before is not None:
                await asyncio.wait({before})
            await self._runners[source.number].run()
        except Exception as error:  # a fault of ours in one stream must not end the others
            self.session.on_fault(error)
            self._shared.become(source, Stage.BROKEN, "Something went wrong here; the log file knows more")
        finally:
            for tasks in (self._tasks, self._ending):
                if tasks.get(source.number) is mine:
                    del tasks[source.number]
            if source.stage is Stage.ENDED:
                source.chosen = False  # its place is free
            self._wake.set()
            self._tell()

    def _put_aside(self, source: Source) -> None:
        source.chosen = False
        task = self._tasks.pop(source.number, None)
        if task is not None:
            self._ending[source.number] = task
            task.cancel()
        if source.stage is not Stage.ENDED:
            self._shared.become(source, Stage.ASIDE)

    # What else is said

    def _complain(self, trouble: str) -> None:
        """The pods cannot be listed."""
        if trouble and trouble != self._trouble:
            self._note(f"The pods of {self.target.title} cannot be seen: {trouble}")
        self._trouble = trouble

    def _note(self, text: str) -> None:
        self._merge.mark(Entry(self._shared.now(), -1, text, Mark.NOTE))

    def _tell(self) -> None:
        """Tell the listeners, once for all that happens now."""
        if not self._telling and not self._closed:
            self._telling = True
            asyncio.get_running_loop().call_soon(self._told)

    def _told(self) -> None:
        self._telling = False
        for listener in self.listeners:
            listener()
