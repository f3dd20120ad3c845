"""Inspect: one object as text, live: described, as YAML, or with what it is related to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from k8stui.actions import Action, Rows, Where
from k8stui.model.columns import Tone
from k8stui.model.kinds import SECRETS, Ref
from k8stui.model.objects import ObjectRow
from k8stui.screens.freshness import words
from k8stui.screens.pace import Looker
from k8stui.screens.page import PageScreen
from k8stui.screens.reading import keys as text_keys
from k8stui.screens.reading.trail import Step, Trail, same
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.status_line import Status
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.reading.inspection import Inspection

LATEST = 30.0
"""Seconds between two looks at a text whose ages did not change."""


class InspectScreen(PageScreen):
    """A text over the table. `q` and `esc` lead back to the object before, then to the table."""

    AUTO_FOCUS = "TextView"
    WHERE: ClassVar[Where] = Where.TEXT

    def __init__(self, session: Session, ref: Ref, tab: str, symbols: Symbols) -> None:
        super().__init__(session, symbols)
        self.text = TextView(symbols=symbols, wrap=False)
        self.search = FilterBar(self._search)
        self.inspection: Inspection | None = None
        self._trail = Trail()
        self._first = Step(ref, tab)
        self._wanted: Step | None = None
        """Where in the text one was before, until it is there again."""
        self._interval = 1.0
        timing = session.settings.timing
        self._looker = Looker(self.flush, self._failed, quiet=timing.paint_quiet, every=timing.paint_every)

    def body(self) -> Iterable[Widget]:
        """The text, and the input to search in it."""
        return self.text, self.search

    def on_mount(self) -> None:
        """Begin to read."""
        self._open(self._first)

    def on_unmount(self) -> None:
        """Give the feeds back."""
        self._close()
        self._looker.close()

    # Which object, and how

    def go(self, ref: Ref, tab: str) -> None:
        """Read another object, or this one otherwise; the way back is remembered."""
        inspection = self.inspection
        if inspection is not None and same(ref, inspection.ref):
            if inspection.reader.tab != tab:
                inspection.turn(tab)
                self.text.reset()
                self._poke()
            return
        if inspection is not None:
            self._trail.leave(self._here(inspection))
        self._open(Step(ref, tab))

    def _here(self, inspection: Inspection) -> Step:
        return Step(inspection.ref, inspection.reader.tab, self.text.top, self.text.marked)

    def _open(self, step: Step) -> None:
        from k8stui.screens.reading.inspection import Inspection  # all describers: nothing that a first frame needs

        self._close()
        self.inspection = Inspection(self.session, step.ref, step.tab, zone=self.zone, changed=self._poke)
        self.text.reset()
        self._wanted = step
        self.refresh_lines()
        self._poke()

    def _close(self) -> None:
        self._looker.stop()
        if self.inspection is not None:
            self.inspection.close()
            self.inspection = None

    def step(self, by: int) -> bool:
        """To the object before (-1) or after (1) this one; before the first is the table. False: nothing is there."""
        step = self._trail.step(by, self._here(self.inspection)) if self.inspection is not None else None
        if step is not None:
            self._open(step)
        elif by < 0 and self.is_current:
            self.dismiss(None)
        return step is not None or by < 0

    # Reading

    def _poke(self) -> None:
        if self.is_attached:
            self._looker.poke()

    def _failed(self, error: Exception) -> None:
        self.house.fault(error, "reading an object")

    async def flush(self) -> None:
        """Read and show everything that has arrived."""
        inspection = self.inspection
        if inspection is None:
            return
        lines = await inspection.lines()
        if inspection is not self.inspection or self.gone:
            return
        changed = lines != self.text.lines
        self.text.menu = inspection.reader.tab == "related"
        self.text.show(lines)
        self._return()
        self.refresh_lines()
        self._interval = 1.0 if changed else min(2 * self._interval, LATEST)
        self._looker.later(self._interval)

    def _return(self) -> None:
        """To where in the text one was, once it is long enough again."""
        step, inspection = self._wanted, self.inspection
        if step is None or inspection is None:
            return
        if self.text.moved:
            self._wanted = None
        elif len(self.text.lines) > max(step.top, step.marked or 0) or inspection.settled:
            self._wanted = None
            self.text.go(step.top, step.marked)

    # The fixed rows

    def heading(self) -> Status:
        """Which object, read how, and how fresh the text is."""
        inspection = self.inspection
        if inspection is None:
            return self.status_of("", "", Tone.MUTED)
        kind, ref = inspection.kind, inspection.ref
        title = f"{inspection.reader.tab} {kind.singular or kind.plural} {ref.name}"
        return self.status_of(title, *words(inspection.state, self.session.now()), namespace=ref.namespace)

    def actions(self) -> tuple[Action, ...]:
        """The text's own, those of its object, and everywhere's."""
        return text_keys.actions()

    def shown(self) -> Sequence[Action]:
        """What means something now."""
        inspection = self.inspection
        return text_keys.footer(
            inspection.reader.tab if inspection is not None else "",
            secret=inspection is not None and inspection.kind.resource == SECRETS.resource,
            names=any(line.target is not None for line in self.text.lines),
            searched=bool(self.text.needle),
        )

    def remark(self) -> tuple[str, Tone]:
        """What became of the object, or what was found in its text."""
        if self.inspection is not None and self.inspection.notice:
            return self.inspection.notice, Tone.WARNING
        if self.text.needle and not self.search.is_open:
            return self.text.found, Tone.MUTED
        return "", Tone.PLAIN

    def retry(self) -> None:
        """Ask the server now."""
        if self.inspection is not None:
            self.inspection.retry()

    # Keys

    def rows(self) -> Rows:
        """What an action acts on: this object, known by name alone until it has come."""
        inspection = self.inspection
        return [inspection.row or ObjectRow(inspection.ref, "", (), b"{}")] if inspection is not None else []

    def action_escape(self) -> None:
        """One thing a press: the search, then a step back."""
        if self.text.needle:
            self.text.search("")
            self.refresh_lines()
        else:
            self.step(-1)

    def change(self, what: str) -> None:
        """Change the text, or go on in it: see `actions.TEXTS`."""
        moves = {
            "wrap": self.text.action_wrap,
            "next-match": lambda: self.text.action_match(1),
            "next-name": lambda: self.text.action_target(1),
            "follow": self.text.action_open,
        }
        if what in moves:
            moves[what]()
        elif self.inspection is not None:
            self._change_yaml(self.inspection, what)

    def _change_yaml(self, inspection: Inspection, what: str) -> None:
        """`managed` folds managedFields or shows them, `reveal` shows what is masked."""
        from k8stui.screens.reading.yaml import Yaml

        if what == "reveal" and inspection.kind.resource != SECRETS.resource:
            self.house.note("Only values of a Secret are masked: there is nothing to reveal here")
            return
        if not isinstance(inspection.reader, Yaml):
            self.go(inspection.ref, "yaml")
        yaml = inspection.reader
        assert isinstance(yaml, Yaml)
        if what == "managed":
            yaml.managed = not yaml.managed
        else:
            yaml.toggle()
        self._poke()

    def open_search(self) -> None:
        """The input behind `/`."""
        self.search.open("")

    def _search(self, text: str) -> str:
        return "" if self.text.search(text) or not text else "not in this text"

    @on(FilterBar.Submitted)
    def _searched(self) -> None:
        self.refresh_lines()

    @on(FilterBar.Cancelled)
    def _search_cancelled(self) -> None:
        self.text.search("")
        self.refresh_lines()

    @on(TextView.Matched)
    def _matched(self) -> None:
        self._show_line()

    @on(TextView.Opened)
    def _follow(self, event: TextView.Opened) -> None:
        self.go(event.ref, "describe")
