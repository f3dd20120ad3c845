"""The containers of a log, with their state and how much they have said: which of them are followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.model.columns import RANK, Column, Tone
from k8stui.model.kinds import PODS, Ref
from k8stui.operations.logs.sources import Stage
from k8stui.screens.base import Dialog
from k8stui.screens.pace import Pacer
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.symbols import Symbols

if TYPE_CHECKING:
    from k8stui.operations.logs.sources import Source
    from k8stui.screens.logs.log import Log

HINT = "enter follows this one alone · space marks, * all: enter follows those · esc leaves it"
_TONES = {
    Stage.ASIDE: Tone.MUTED,
    Stage.WAITING: Tone.CHANGING,
    Stage.OPENING: Tone.CHANGING,
    Stage.LIVE: Tone.OK,
    Stage.BROKEN: Tone.BAD,
    Stage.ENDED: Tone.MUTED,
}


class SourceLine(Struct, frozen=True):
    """A container, as it is when the table is made."""

    ref: Ref
    """The pod, under the source's number instead of a uid: each container is a row of its own."""
    container: str
    role: str
    stage: Stage
    why: str
    said: int
    restarts: int
    version: str = ""
    labels: tuple[tuple[str, str], ...] = ()


def line(source: Source) -> SourceLine:
    """The row of a source."""
    ref = Ref(PODS, source.pod.namespace, source.pod.name, str(source.number))
    return SourceLine(
        ref, source.container, source.role, source.stage, source.why, source.lines, source.restarts, str(source.lines)
    )


COLUMNS: Sequence[Column[SourceLine]] = (
    Column(title="POD", text=lambda row, _: row.ref.name, order=lambda row: row.ref.name, keep=9, middle=True),
    Column(
        title="CONTAINER",
        text=lambda row, _: f"{row.container} ({row.role})" if row.role else row.container,
        order=lambda row: row.container,
        keep=8,
        middle=True,
    ),
    Column(
        title="STATE",
        text=lambda row, _: row.stage.value,
        order=lambda row: RANK[_TONES[row.stage]],
        tone=lambda row, _: _TONES[row.stage],
        keep=7,
    ),
    Column(title="LINES", text=lambda row, _: f"{row.said:,}", order=lambda row: row.said, right=True, keep=6),
    Column(title="RESTARTS", text=lambda row, _: str(row.restarts), order=lambda row: row.restarts, right=True, keep=5),
    Column(title="WHY", text=lambda row, _: row.why, order=lambda row: row.why, most=200, keep=4),
)


class Listed:
    """Sources as a table's lines, in the order in which they were found."""

    def __init__(self) -> None:
        self.rows: Sequence[SourceLine] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def window(self, top: int, height: int) -> Sequence[SourceLine]:
        """Those in sight."""
        return self.rows[top : top + height]

    def find(self, uid: str) -> int | None:
        """The row of a source."""
        return next((index for index, row in enumerate(self.rows) if row.ref.uid == uid), None)


class SourcesScreen(Dialog[frozenset[int]]):
    """Closes with the numbers of those to follow, or None.

    Args:
        log: whose containers.
        hidden: those whose lines are hidden.
        now: the server's time, epoch seconds.
        symbols: of the terminal.
    """

    AUTO_FOCUS = "LiveTable"

    def __init__(self, log: Log, hidden: frozenset[int], now: Callable[[], float], symbols: Symbols) -> None:
        super().__init__()
        self._log = log
        self._hidden = hidden
        self._listed = Listed()
        self._title = Static(Content(""), classes="dialog--title")
        self.table: LiveTable[SourceLine] = LiveTable(now=now, symbols=symbols)
        self._pacer = Pacer(self._show, quiet=1.0, every=1.0)
        self._end: Callable[[], None] = lambda: None
        self._touched = False
        """The marks are the user's, no longer those that say what is followed."""

    def compose(self) -> ComposeResult:
        """A title, the table, its keys."""
        with Vertical(classes="dialog--window"):
            yield self._title
            yield self.table
            yield Static(Content(HINT), classes="dialog--hint")

    def on_mount(self) -> None:
        """What is followed is marked."""
        self._listed.rows = [line(source) for source in self._log.sources]
        self.table.show(self._listed, COLUMNS, (-1, False))
        followed = (source for source in self._log.read if source.number not in self._hidden)
        self.table.marks = {row.ref.uid: row.ref for row in map(line, followed)}
        self._show()
        self._end = self._log.listeners.add(self._pacer.poke)

    def on_unmount(self) -> None:
        """Look no more."""
        self._end()
        self._pacer.stop()

    def _show(self) -> None:
        if not self.is_attached or not self.house.is_running:
            return
        self._listed.rows = [line(source) for source in self._log.sources]
        self.table.changed()
        self._tell()

    def _tell(self) -> None:
        most = self._log.follow.settings.streams
        marked = [row for row in self._listed.rows if row.ref.uid in self.table.marks]
        of = f"{len(marked):,} of {len(self._listed):,}"
        open_ = sum(row.stage is not Stage.ENDED for row in marked)
        more = f"; the first {most} of them are, for no more can be followed at once" if open_ > most else ""
        self._title.update(Content(f"Containers to follow: {of}{more}"))

    @on(LiveTable.Marked)
    def _marked(self) -> None:
        self._touched = True
        self._tell()

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        marked = (self._touched and self.table.marks) or {event.ref.uid: event.ref}
        if self.is_current:
            self.dismiss(frozenset(int(uid) for uid in marked))
