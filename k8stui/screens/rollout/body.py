"""What stands on the rollout page: headline, revisions, their difference, pods; shared out so that all are in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Container

from k8stui.model.document import Line
from k8stui.operations.builders.revisions import Revision, diff
from k8stui.operations.rollouts.texts import COLUMNS, RevisionLine, comparison
from k8stui.screens.rollout.feed import Reading
from k8stui.screens.rollout.parts import diff_lines, head_lines, pods_lines, rows, share
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

WIDE = 110
"""Columns from which the pods stand beside the revisions."""
_BESIDE = 46
"""Per cent of the width that the pods have then."""
_UNBOUNDED = 10_000


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


class RolloutBody(Container):
    """The table of revisions has the keys; the texts around it have none.

    Args:
        now: the server's time, epoch seconds.
        symbols: of the terminal.
    """

    DEFAULT_CSS = """
    RolloutBody {
        height: 1fr;
        layout: vertical;
        & #rollout-head { height: 2; }
        & #rollout-parts { height: 1fr; layout: vertical; }
        & #rollout-left { height: auto; width: 100%; layout: vertical; }
        & #rollout-pods { height: 1fr; width: 100%; }
        & #rollout-parts.-wide { layout: horizontal; }
        & .-wide #rollout-left { height: 100%; width: 54%; }
        & .-wide #rollout-pods { height: 100%; width: 46%; padding-left: 2; }
    }
    """

    def __init__(self, now: Callable[[], float], symbols: Symbols) -> None:
        super().__init__()
        self._now = now
        self._signs = symbols
        self.head = _still(TextView(symbols=symbols, wrap=False, id="rollout-head"))
        self.table: LiveTable[RevisionLine] = LiveTable(now=now, symbols=symbols, id="rollout-table")
        self.diff = _still(TextView(symbols=symbols, wrap=False, id="rollout-diff"))
        self.pods = _still(TextView(symbols=symbols, wrap=False, id="rollout-pods"))
        self._parts = Container(Container(self.table, self.diff, id="rollout-left"), self.pods, id="rollout-parts")
        self._listed = Listed()
        self._newest = ""
        self._compared: tuple[tuple[str, str], list[Line]] = (("", ""), [])

    def compose(self) -> ComposeResult:
        """The headline over the parts."""
        yield self.head
        yield self._parts

    def on_mount(self) -> None:
        """Columns, and no revisions yet."""
        self.table.show(self._listed, COLUMNS, (0, True))

    def say(self, line: Line) -> None:
        """Why there is nothing to show."""
        self.head.show([line])

    def show(self, reading: Reading, notice: str, width: int, height: int) -> bool:
        """Show what was read in so many columns and lines; whether anything reads differently.

        `notice`: what happened to the workload.
        """
        wide = width >= WIDE
        head = head_lines(reading, notice, self._signs, width, max(2, height // 5))
        if self._listed.lines != reading.lines:
            self._listed.lines = reading.lines
            self.table.changed()
            self._follow(reading.newest)
        self.table.empty = reading.missing.get("revisions", "No revision is known of it yet")
        title, lines = self.difference(reading)
        left, across = height - rows(head, width), width * _BESIDE // 100 - 3 if wide else width
        full = pods_lines(reading, self._signs, self._now(), across, _UNBOUNDED, wrap=wide)
        room = share(left, len(reading.lines), 1 + len(lines), 0 if wide else rows(full, across))
        space = left if wide else room.pods
        pods = pods_lines(reading, self._signs, self._now(), across, space, wrap=wide)
        shown = [head, diff_lines(title, lines, room.diff) if title else [], pods]
        views = [self.head, self.diff, self.pods]
        changed = any(view.lines != each for view, each in zip(views, shown, strict=True))
        self._arrange(rows(head, width), room.table, room.diff if title else 0, wide=wide)
        for view, each in zip(views, shown, strict=True):
            if view.lines != each:
                view.show(each)
        return changed

    def _follow(self, newest: Revision | None) -> None:
        """A cursor that is on what is now goes along when that is another one: a second undo is not the first's end."""
        uid = newest.ref.uid if newest is not None else ""
        before, self._newest = self._newest, uid
        ref = self.table.cursor_ref
        if uid and before and uid != before and ref is not None and ref.uid == before:
            self.table.move_to(uid)

    def _arrange(self, head: int, table: int, below: int, *, wide: bool) -> None:
        """Heights, as far as they are other ones: each change lays the screen out anew."""
        self._parts.set_class(wide, "-wide")
        for widget, height in ((self.head, head), (self.table, table), (self.diff, below)):
            now = widget.styles.height
            if now is None or now.value != height or not now.is_cells:
                widget.styles.height = height

    def difference(self, reading: Reading) -> tuple[str, list[Line]]:
        """What is compared, and its lines; made once a pair, for templates of revisions never change."""
        found = comparison(reading.known, self.chosen(reading), list(self.table.marks))
        if found is None:
            return "", []
        before, after, title = found
        pair = (before.ref.uid, after.ref.uid)
        if self._compared[0] != pair:
            self._compared = (pair, list(diff(before, after)))
        return title, self._compared[1]

    def chosen(self, reading: Reading | None) -> Revision | None:
        """The revision under the cursor."""
        ref = self.table.cursor_ref
        known = reading.known if reading is not None else []
        return next((each for each in known if ref is not None and each.ref.uid == ref.uid), None)


def _still(view: TextView) -> TextView:
    """A text that takes no keys: the revisions have them."""
    view.can_focus = False
    return view
