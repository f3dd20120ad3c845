"""Rollout: how a Deployment, StatefulSet or DaemonSet changes, live, with every revision one key away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.widget import Widget

from k8stui.actions import Action, Place, Rows, Where, find
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.model.objects import ObjectRow, TooDeepError
from k8stui.model.workloads import WorkloadLine
from k8stui.operations.rollouts.texts import RevisionLine, aim
from k8stui.screens.freshness import emptiness, words
from k8stui.screens.pace import Looker
from k8stui.screens.page import PageScreen
from k8stui.screens.rollout.body import RolloutBody
from k8stui.screens.rollout.end import Endings, followed
from k8stui.screens.rollout.feed import Reading, RolloutFeed
from k8stui.screens.texts import TextScreen
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.status_line import Status
from k8stui.widgets.symbols import Symbols

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

LATEST = 30.0
"""Seconds between two looks at a page whose texts did not change."""
_FIXED = 3
"""Rows around the body."""
_ALSO = ("actions", "help")
"""Keys of everywhere that the footer shows here."""


class RolloutScreen(PageScreen):
    """One workload's rollout; all of it in sight at 80x24."""

    AUTO_FOCUS = "LiveTable"
    WHERE: ClassVar[Where] = Where.ROLLOUT

    def __init__(self, session: Session, ref: Ref, symbols: Symbols) -> None:
        super().__init__(session, symbols)
        self.body_view = RolloutBody(session.now, symbols)
        self.feed = RolloutFeed(session, ref, self._poke)
        self.reading: Reading | None = None
        self._endings = Endings()
        self._interval = 1.0
        timing = session.settings.timing
        self._looker = Looker(self.flush, self._failed, quiet=timing.paint_quiet, every=timing.paint_every)

    def body(self) -> Iterable[Widget]:
        """Headline, revisions with their difference, pods."""
        return (self.body_view,)

    @property
    def table(self) -> LiveTable[RevisionLine]:
        """The revisions."""
        return self.body_view.table

    def on_mount(self) -> None:
        """Begin to read."""
        self.refresh_lines()
        self._poke()

    def on_unmount(self) -> None:
        """Give the feeds back."""
        self._looker.close()
        if self._endings.open and self.house.is_running and not (self.session.closed or self.feed.notice):
            self._follow()
        self.feed.close()

    # Reading

    def _poke(self) -> None:
        if self.is_attached:
            self._looker.poke()

    def _failed(self, error: Exception) -> None:
        self.house.fault(error, "reading a rollout")

    async def flush(self) -> None:
        """Read and show everything that has arrived."""
        try:
            reading = await self.feed.read()
        except TooDeepError as error:
            self.body_view.say(Line(str(error), Tone.BAD, flows=True))
            return
        if self.gone:
            return
        self.reading = reading
        changed = self._show()
        if reading is not None:
            self._tell(reading)
        self._interval = 1.0 if changed else min(2 * self._interval, LATEST)
        due = self.table.tick()
        self._looker.later(min(self._interval, due if due is not None else LATEST))

    def _tell(self, reading: Reading) -> None:
        """Say how a rollout came to its end, once a change."""
        said = self._endings.hear(reading)
        if said is not None:
            self.house.note(*said, toast=said[1] is Tone.BAD)

    def _follow(self) -> None:
        """A rollout that is on its way when its page is left is told of when it ends."""
        house, session, ref, endings = self.house, self.session, self.feed.ref, self._endings

        async def told() -> None:
            said = await followed(session, ref, endings)
            if said is not None:
                house.note(*said, toast=True)

        house.spawn(told(), "following a rollout")

    # Showing

    def _show(self) -> bool:
        """Lay out what was read; whether anything reads differently."""
        reading, size = self.reading, self.size
        if reading is None:
            nothing = f"There is no {self.feed.ref.kind.kind} {self.feed.ref}"
            why = emptiness(self.feed.why_empty, filtered=False, nothing=nothing)
            self.body_view.say(Line(why, Tone.MUTED, flows=True))
            changed = True
        else:
            changed = self.body_view.show(reading, self.feed.notice, size.width, max(4, size.height - _FIXED))
        self.refresh_lines()
        return changed

    def on_resize(self, event: events.Resize) -> None:
        """Share the lines out anew."""
        if self.reading is not None:
            self._show()

    # The fixed rows

    def heading(self) -> Status:
        """Which workload, and how fresh all of it is."""
        ref = self.feed.ref
        title = f"rollout {ref.kind.singular or ref.kind.plural} {ref.name}"
        return self.status_of(title, *words(self.feed.state, self.session.now()), namespace=ref.namespace)

    def shown(self) -> Sequence[Action]:
        """Its own keys: filters and namespaces are of tables."""
        return [each for each in super().shown() if each.where is self.WHERE or each.id in _ALSO]

    def remark(self) -> tuple[str, Tone]:
        """Where an undo would lead."""
        if self.reading is None:
            return "", Tone.PLAIN
        goal = aim(self.reading.known, self.body_view.chosen(self.reading))
        undo = f"U undoes to revision {goal.number}; " if goal is not None else "There is no other revision; "
        return f"{undo}space marks two to compare" if goal is not None else undo.rstrip("; "), Tone.PLAIN

    def rows(self) -> Rows:
        """What an action acts on: the workload, known by name alone until it has come."""
        row = self.feed.row
        return [WorkloadLine(row)] if row is not None else [ObjectRow(self.feed.ref, "", (), b"{}")]

    def retry(self) -> None:
        """Ask the server now."""
        self.feed.retry()

    # Keys

    def action_escape(self) -> None:
        """One thing a press: the marks, then back to the table."""
        if self.table.marks:
            self.table.clear_marks()
        else:
            self.step(-1)

    def change(self, what: str) -> None:
        """Do what an action of this place asks for: see `actions.rollout`."""
        does: dict[str, Any] = {"undo": self._undo, "diff": self._whole_diff, "pod": self._pod, "pods": self._its_pods}
        does[what]()

    def _undo(self) -> None:
        """Back to the chosen revision, by its name: numbers move when a rollout goes back."""
        reading = self.reading
        if reading is None:
            self.house.note("Nothing has been read yet: there is nothing to undo", Tone.WARNING)
            return
        goal = aim(reading.known, self.body_view.chosen(reading))
        args = {"name": goal.ref.name} if goal is not None else {}

        async def undone() -> None:
            await self.house.home.changing.change([("undo.undo", self.feed.ref, args)])

        self.house.spawn(undone(), "rollout-undo")

    def _whole_diff(self) -> None:
        """All of the difference, to be scrolled."""
        title, lines = self.body_view.difference(self.reading) if self.reading is not None else ("", [])
        if not title:
            self.house.note("There is nothing to compare: space marks two revisions")
            return
        nothing = [Line("Their templates are the same", Tone.MUTED)]
        self.house.push_screen(TextScreen(title.removesuffix(" (U)"), lines or nothing, self.signs))

    def _pod(self) -> None:
        """Read the pod that tells why."""
        spoken = self.reading.spoken if self.reading is not None else None
        if spoken is None:
            self.house.note("No pod of it is failing")
        else:
            self.house.home.desk.inspect(spoken.ref)

    def _its_pods(self) -> None:
        """The table of its pods."""
        ref = self.feed.ref
        self.house.home.desk.open(Place("pods", ref.namespace, owner=ref))

    # Messages of the table

    @on(LiveTable.Moved)
    def _moved(self) -> None:
        if self.table.pinned:
            self._note = None
        if self.reading is not None:
            self._show()

    @on(LiveTable.Marked)
    def _marked(self) -> None:
        if len(self.table.marks) > 2:
            self.table.unmark(list(self.table.marks)[:-2])
        if self.reading is not None:
            self._show()

    @on(LiveTable.Opened)
    def _opened(self) -> None:
        self.house.home.desk.perform(find("rollout-pods"), self.rows())
