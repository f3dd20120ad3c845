"""The page of logs: lines of any number of containers as they come, to be read, filtered, searched and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.widget import Widget

from k8stui.actions import Action, Rows, Where, applicable
from k8stui.cluster.view import in_slices
from k8stui.model.columns import Tone
from k8stui.model.logs.query import parse
from k8stui.model.notes import Note
from k8stui.model.objects import ObjectRow
from k8stui.model.sentences import counted
from k8stui.operations.logs.sources import Stage
from k8stui.screens.logs import deeds, keys
from k8stui.screens.logs.bars import LogBar
from k8stui.screens.logs.carried import Carried
from k8stui.screens.logs.log import Log
from k8stui.screens.logs.looking import Looking
from k8stui.screens.logs.viewed import Viewed
from k8stui.screens.logs.waiting import Why
from k8stui.screens.logs.words import findings, fitted, freshness, parts, place, room, ticking, troubles
from k8stui.screens.pace import Pacer
from k8stui.screens.page import PageScreen
from k8stui.state import LogState
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.log_view import LogView
from k8stui.widgets.status_line import Status

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.model.logs.shown import Lens
    from k8stui.operations.logs.sources import Source
    from k8stui.widgets.symbols import Symbols


class LogsScreen(PageScreen):
    """Follows from the moment it opens until it is left; what comes while it is paused is kept, too."""

    AUTO_FOCUS = "LogView"
    WHERE: ClassVar[Where] = Where.LOGS

    def __init__(self, session: Session, viewed: Viewed, symbols: Symbols, looks: LogState) -> None:
        super().__init__(session, symbols)
        timing = session.settings.timing
        self._pacer = Pacer(self.paint, quiet=timing.paint_quiet, every=timing.paint_every)
        self._working: asyncio.Task[None] | None = None
        self.logs = Log(session, viewed)
        settings = session.settings.logs
        self.view = LogView(
            self.logs.shown,
            zone=self.zone,
            wrap=looks.wrap or settings.wrap,
            times=looks.times or viewed.options.timestamps,
            symbols=symbols,
        )
        self._columns = looks.columns
        self.why = Why(session, symbols, self._pacer.poke)
        self.bar = LogBar(self._judge)
        self.looking = Looking(self._look)
        self._carried = Carried()
        self.progress = ""
        """How far the saving of lines has come."""
        self._aside: Sequence[str] = ()
        self._troubles: Sequence[str] = ()
        self._told_at: int | None = None
        """The line under the cursor when something was said."""

    def body(self) -> Iterable[Widget]:
        """Why there is no log yet, the lines, the input."""
        return self.why, self.view, self.bar

    def on_mount(self) -> None:
        """Begin to follow."""
        self.view.fields = self.session.settings.logs.fields
        self.view.columns = self._columns
        self._begin()
        self.refresh_lines()

    def _begin(self) -> None:
        self._named = 0
        self.logs.listeners.add(self._pacer.poke)
        self.logs.first, self.logs.kept = self._pacer.flush, lambda: self.view.kept
        self.logs.start(lambda error: self.house.fault(error, "following logs"))

    async def on_unmount(self) -> None:
        """End every stream."""
        self._pacer.stop()
        self.why.close()
        if self._working is not None:
            self._working.cancel()
        if self.house.is_running:
            self.house.spawn(self.logs.close(), "ending logs")
        else:
            await self.logs.close()

    def restart(self, viewed: Viewed) -> None:
        """Read it anew, with other options."""
        self.house.spawn(self.logs.close(), "ending logs")
        self._carried.leave(self.logs, self.view.marks)
        self.logs = Log(self.session, viewed)
        self.house.memory.log = viewed
        self.view.show(self.logs.shown)
        self._carried.join(self.logs, self.view)
        self.looking.renew()
        if viewed.options.timestamps:
            self.view.times = True
        self._begin()
        self.paint()

    def choose(self, numbers: frozenset[int]) -> None:
        """Follow these containers and no others; what the others have said is hidden."""
        self.looking.put_aside(frozenset(source.number for source in self.logs.read) - numbers)
        alive = (source for source in self.logs.sources if source.stage is not Stage.ENDED)
        self.logs.follow.choose(source.number for source in alive if source.number in numbers)
        self.paint()

    # What is shown

    def paint(self) -> None:
        """Show what came; what is not looked through yet is looked through beside the loop."""
        if self.gone:
            return
        if not self.logs.shown.work(self.session.settings.timing.slice) and not self._busy:
            self._working = asyncio.get_running_loop().create_task(self._work())
        if len(self.logs.follow.sources) != self._named:
            self._named = len(self.logs.follow.sources)
            self.view.name_sources(self.logs.names)
        self.why.tell(self.logs, max(2, self.size.height // 2))
        self.view.grown()
        self.logs.hold.review()
        self._complain()
        self.refresh_lines()
        if ticking(self.logs, self.session) or self._carried.pending:
            self._pacer.later(1.0)

    @property
    def _busy(self) -> bool:
        return self._working is not None and not self._working.done()

    async def _work(self) -> None:
        await in_slices(self.logs.shown.steps(), self.session.settings.timing.slice)
        self._pacer.poke()

    def _look(self, lens: Lens) -> None:
        self.logs.shown.look(lens)
        self._pacer.poke()

    def _complain(self) -> None:
        """Say once that a pattern takes too long, why a log cannot be read, what was lost: it stays in the messages."""
        found = [*troubles(self.logs), *self._carried.review(self.session.now())]
        for trouble in found:
            if trouble not in self._troubles:
                self.house.note(trouble, Tone.WARNING)
        self._troubles = found

    def on_resize(self, event: events.Resize) -> None:
        """Other parts fit into the top row."""
        self.call_after_refresh(self._pacer.poke)

    # The fixed rows

    def heading(self) -> Status:
        """What is followed, how many, what of it is seen, and how true that is."""
        fresh, tone = freshness(self.logs, self.session)
        title, self._aside = fitted(
            parts(self.logs, self.looking, self.view, self.session), room(self.size.width, fresh)
        )
        return self.status_of(title, fresh, tone, namespace=place(self.logs.viewed.target))

    def actions(self) -> tuple[Action, ...]:
        """The page's own, and those of everywhere whose keys it leaves alone."""
        own = applicable(Where.LOGS)
        taken = {action.key for action in own}
        return (*own, *(action for action in applicable(Where.EVERYWHERE) if action.key not in taken))

    def shown(self) -> Sequence[Action]:
        """What means something now."""
        return keys.footer(
            following=self.view.following,
            searched=self.logs.shown.query is not None,
            before=any(source.earlier for source in self.logs.sources),
            many=len(self.logs.sources) > 1,
        )

    def remark(self) -> tuple[str, Tone]:
        """What the search found, and what the top row has no room for."""
        said = [self.progress, *findings(self.logs, self.view), *self._aside]
        return " · ".join(text for text in said if text), Tone.PLAIN

    def show_note(self, note: Note) -> None:
        """Say what went on, until another key or another line."""
        self._told_at = self.view.cursor
        super().show_note(note)

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """What a key has done, until another one; nothing that is to be kept in the messages."""
        self.show_note(Note(self.house.clock.now(), text, tone))

    def retry(self) -> None:
        """Read it anew: every stream is opened again."""
        self.logs.follow.retry()

    # Keys

    @property
    def source(self) -> Source | None:
        """The container of the line under the cursor."""
        return self.logs.source_of(self.view.cursor)

    def rows(self) -> Rows:
        """What an action acts on: the pod of the line under the cursor, else the only one."""
        source = self.source
        pods = {each.pod.uid: each.pod for each in self.logs.sources} if source is None else {}
        if source is None and len(pods) != 1:
            return []
        pod = source.pod if source is not None else next(iter(pods.values()))
        return [ObjectRow(pod, "", (), b"{}")]

    def change(self, what: str) -> None:
        """Do what an action of the page asks for: see `actions.log_page`."""
        deeds.DEEDS[what](self)
        self.refresh_lines()

    def action_escape(self) -> None:
        """One thing a press: the search, the filter, the level, back."""
        if self.logs.shown.query is not None:
            self.view.search(None)
            self.paint()
        elif self.looking.clear():
            self.paint()
        else:
            self.step(-1)

    # The input

    def open_search(self) -> None:
        """The input behind `/`: the filter, with what is in force."""
        self.bar.ask("filter", self.looking.text)

    def _judge(self, asks: str, text: str) -> str:
        """Filter and search are in force as they are typed."""
        if asks == "filter":
            return self.looking.filter(text)
        if asks == "search":
            return self.search(text)
        return ""

    def search(self, text: str) -> str:
        """Mark what was typed; returns what is wrong with it, or ""."""
        try:
            query = parse(text)
        except ValueError as error:
            return str(error)
        self.view.search(None if query.empty else query)
        self._pacer.poke()
        return ""

    @on(FilterBar.Submitted)
    def _submitted(self, event: FilterBar.Submitted) -> None:
        asks = self.bar.asks
        if asks in deeds.ANSWERS:
            try:
                deeds.ANSWERS[asks](self, event.text)
            except ValueError as error:
                self.bar.ask(asks, event.text, str(error))
        self.refresh_lines()

    @on(FilterBar.Cancelled)
    def _cancelled(self) -> None:
        if self.bar.asks == "search":
            self.view.search(None)
        self.paint()

    # Messages of the view

    @on(LogView.Paused)
    @on(LogView.Resumed)
    @on(LogView.Moved)
    @on(LogView.Matched)
    def _moved(self) -> None:
        if not self.view.following and self.view.cursor != self._told_at:
            self._note = None
        self.logs.hold.review()
        self.refresh_lines()

    @on(LogView.Opened)
    def _opened(self, event: LogView.Opened) -> None:
        deeds.open_line(self, event.number)

    @on(LogView.Vanished)
    def _vanished(self, event: LogView.Vanished) -> None:
        lines = counted(event.count, "line")
        self.house.note(f"{lines} before this were dropped: only so many are kept in memory", Tone.WARNING)
