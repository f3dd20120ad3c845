"""Rollout: how a Deployment, StatefulSet or DaemonSet changes, live, with every revision one key away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.containers import Container
from textual.widget import Widget

from k8stui.actions import Action, Place, Rows, Where, find
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.model.objects import ObjectRow, TooDeepError
from k8stui.model.workloads import WorkloadLine
from k8stui.operations.revisions import Revision, diff
from k8stui.operations.rollout_texts import COLUMNS, RevisionLine, aim, comparison
from k8stui.screens.freshness import emptiness, words
from k8stui.screens.pace import Pacer
from k8stui.screens.page import PageScreen
from k8stui.screens.rollout_feed import Reading, RolloutFeed
from k8stui.screens.rollout_parts import diff_lines, head_lines, pods_lines, rows, share
from k8stui.screens.texts import TextScreen
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.status_line import Status
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

WIDE = 110
"""Columns from which the pods stand beside the revisions."""
LATEST = 30.0
"""Seconds between two looks at a page whose texts did not change."""
_UNBOUNDED = 10_000
_ALSO = ("actions", "help")
"""Keys of everywhere that the footer shows here."""


class Listed:
    """Revisions as a table's lines."""

    def __init__(self, lines: Sequence[RevisionLine] = ()) -> None:
        self.lines = lines

    def __len__(self) -> int:
        return len(self.lines)

    def window(self, top: int, height: int) -> Sequence[RevisionLine]:
        """Those in sight."""
        return self.lines[top : top + height]

    def find(self, uid: str) -> int | None:
        """The line of a revision."""
        return next((index for index, line in enumerate(self.lines) if line.ref.uid == uid), None)


class RolloutScreen(PageScreen):
    """One workload's rollout; all of it in sight at 80x24."""

    AUTO_FOCUS = "LiveTable"
    WHERE: ClassVar[Where] = Where.ROLLOUT
    DEFAULT_CSS = """
    RolloutScreen {
        & #rollout-head { height: 2; }
        & #rollout-parts { height: 1fr; layout: vertical; }
        & #rollout-left { height: auto; width: 100%; layout: vertical; }
        & #rollout-pods { height: 1fr; width: 100%; }
        & #rollout-parts.-wide { layout: horizontal; }
        & .-wide #rollout-left { height: 100%; width: 54%; }
        & .-wide #rollout-pods { height: 100%; width: 46%; padding-left: 2; }
    }
    """

    def __init__(self, session: Session, ref: Ref, symbols: Symbols) -> None:
        super().__init__(session, symbols)
        self.head = _still(TextView(symbols=symbols, wrap=False, id="rollout-head"))
        self.table: LiveTable[RevisionLine] = LiveTable(now=session.now, symbols=symbols, id="rollout-table")
        self.diff = _still(TextView(symbols=symbols, wrap=False, id="rollout-diff"))
        self.pods = _still(TextView(symbols=symbols, wrap=False, id="rollout-pods"))
        self._left = Container(self.table, self.diff, id="rollout-left")
        self._parts = Container(self._left, self.pods, id="rollout-parts")
        self.feed = RolloutFeed(session, ref, self._poke)
        self.reading: Reading | None = None
        self._listed = Listed()
        self._compared: tuple[tuple[str, str], list[Line]] = (("", ""), [])
        self._told: tuple[int, bool] | None = None
        """Generation and whether it was done, as last told."""
        self._interval = 1.0
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._again = False
        timing = session.settings.timing
        self._pacer = Pacer(self._read, quiet=timing.paint_quiet, every=timing.paint_every)

    def body(self) -> Iterable[Widget]:
        """Headline, revisions with their difference, pods."""
        return self.head, self._parts

    def on_mount(self) -> None:
        """Begin to read."""
        self.table.show(self._listed, COLUMNS, (0, True))
        self.refresh_lines()
        self._poke()

    def on_unmount(self) -> None:
        """Give the feeds back."""
        self._pacer.stop()
        if self._timer is not None:
            self._timer.cancel()
        if self._looking is not None:
            self._looking.cancel()
        self.feed.close()

    # Reading

    def _poke(self) -> None:
        if self.is_attached:
            self._pacer.poke()

    def _read(self) -> None:
        """Look at everything beside the loop's other work; once more where something came meanwhile."""
        if self._looking is not None and not self._looking.done():
            self._again = True
            return
        self._looking = asyncio.get_running_loop().create_task(self._make())

    async def _make(self) -> None:
        try:
            again = True
            while again:
                self._again = False
                await self.flush()
                again = self._again
        except Exception as error:
            self.house.fault(error, "reading a rollout")

    async def flush(self) -> None:
        """Read and show everything that has arrived."""
        try:
            reading = await self.feed.read()
        except TooDeepError as error:
            self.head.show([Line(str(error), Tone.BAD, flows=True)])
            return
        if not self.is_attached:
            return
        self.reading = reading
        changed = self._show()
        if reading is not None:
            self._tell(reading)
        self._interval = 1.0 if changed else min(2 * self._interval, LATEST)
        due = self.table.tick()
        if self._timer is not None:
            self._timer.cancel()
        seconds = min(self._interval, due if due is not None else LATEST)
        self._timer = asyncio.get_running_loop().call_later(seconds, self._read)

    def _tell(self, reading: Reading) -> None:
        """Say once that a rollout came to its end, in kubectl's words; not of one that had ended before."""
        stand, generation = reading.standing, reading.workload.generation
        over = stand.done or stand.failed
        before, self._told = self._told, (generation, over)
        if before is None or not over or before == (generation, True):
            return
        text = stand.kubectl if stand.failed or not stand.kubectl else f"{reading.workload.ref.name}: {stand.kubectl}"
        self.house.note(text or stand.words, Tone.BAD if stand.failed else Tone.OK, toast=stand.failed)

    # Showing

    def _show(self) -> bool:
        """Lay out what was read; whether anything reads differently."""
        reading, size = self.reading, self.size
        if reading is None:
            state = self.feed.why_empty
            nothing = f"There is no {self.feed.ref.kind.kind} {self.feed.ref}"
            self.head.show([Line(emptiness(state, filtered=False, nothing=nothing), Tone.MUTED, flows=True)])
            self.refresh_lines()
            return True
        wide, height = size.width >= WIDE, max(4, size.height - 3)
        head = head_lines(reading, self.feed.notice, self.signs, size.width, max(2, height // 5))
        if self._listed.lines != reading.lines:
            self._listed.lines = reading.lines
            self.table.changed()
        self.table.empty = reading.missing.get("revisions", "No revision is known of it yet")
        title, lines = self._difference(reading)
        now, beside = self.session.now(), size.width * 46 // 100 - 3
        left, across = height - rows(head, size.width), beside if wide else size.width
        full = pods_lines(reading, self.signs, now, across, _UNBOUNDED, wrap=wide)
        room = share(left, len(reading.lines), 1 + len(lines), 0 if wide else rows(full, across))
        pods = pods_lines(reading, self.signs, now, across, left if wide else room.pods, wrap=wide)
        shown = [head, diff_lines(title, lines, room.diff) if title else [], pods]
        views = [self.head, self.diff, self.pods]
        changed = any(view.lines != each for view, each in zip(views, shown, strict=True))
        self._arrange(rows(head, size.width), room.table, room.diff if title else 0, wide=wide)
        for view, each in zip(views, shown, strict=True):
            if view.lines != each:
                view.show(each)
        self.refresh_lines()
        return changed

    def _arrange(self, head: int, table: int, below: int, *, wide: bool) -> None:
        """Heights, as far as they are other ones: each change lays the screen out anew."""
        self._parts.set_class(wide, "-wide")
        for widget, height in ((self.head, head), (self.table, table), (self.diff, below)):
            now = widget.styles.height
            if now is None or now.value != height or not now.is_cells:
                widget.styles.height = height

    def _difference(self, reading: Reading) -> tuple[str, list[Line]]:
        """What is compared, and its lines; made once a pair, for templates of revisions never change."""
        found = comparison(reading.known, self._chosen, list(self.table.marks))
        if found is None:
            return "", []
        before, after, title = found
        pair = (before.ref.uid, after.ref.uid)
        if self._compared[0] != pair:
            self._compared = (pair, list(diff(before, after)))
        return title, self._compared[1]

    @property
    def _chosen(self) -> Revision | None:
        """The revision under the cursor."""
        ref = self.table.cursor_ref
        known = self.reading.known if self.reading is not None else []
        return next((each for each in known if ref is not None and each.ref.uid == ref.uid), None)

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
        goal = aim(self.reading.known, self._chosen)
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
        self.table.pin()
        goal = aim(reading.known, self._chosen)
        args = {"name": goal.ref.name} if goal is not None else {}

        async def undone() -> None:
            await self.house.home.changing.change([("undo.undo", self.feed.ref, args)])

        self.house.spawn(undone(), "rollout-undo")

    def _whole_diff(self) -> None:
        """All of the difference, to be scrolled."""
        title, lines = self._difference(self.reading) if self.reading is not None else ("", [])
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


def _still(view: TextView) -> TextView:
    """A text that takes no keys: the revisions have them."""
    view.can_focus = False
    return view
