"""A page around one table: how it is painted and aged; and one with a filter under it, and what esc does there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from textual import on
from textual.widget import Widget

from k8stui.actions import Rows
from k8stui.model.filter import parse
from k8stui.model.kinds import Row
from k8stui.screens.pace import Pacer
from k8stui.screens.page import PageScreen
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.live_table import LiveTable

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.cluster.view import View
    from k8stui.widgets.symbols import Symbols

R = TypeVar("R", bound=Row)


class TablePage(PageScreen, Generic[R]):
    """What the journal, a drain that runs and the list of what was left behind share.

    A subclass puts what has changed into its table (`fill`); it pokes the pacer when there is something new, and calls
    `rest` when it is unmounted.

    Args:
        session: the open context.
        symbols: of the terminal.
        now: the time that ages are told by; None: the session's.
    """

    AUTO_FOCUS = "LiveTable"

    def __init__(self, session: Session, symbols: Symbols, now: Callable[[], float] | None = None) -> None:
        super().__init__(session, symbols)
        self.table: LiveTable[R] = LiveTable(now=now or session.now, symbols=symbols)
        timing = session.settings.timing
        self.pacer = Pacer(self.paint, quiet=timing.paint_quiet, every=timing.paint_every)
        self._timer: asyncio.TimerHandle | None = None

    def rest(self) -> None:
        """Paint no more."""
        self.pacer.stop()
        self._untick()

    def on_screen_suspend(self) -> None:
        """Nothing ticks out of sight."""
        self._untick()

    def on_screen_resume(self) -> None:
        """Seen again: everything that counts seconds is behind."""
        self.pacer.poke()

    # What a page says of itself

    def fill(self) -> None:
        """Put what has changed into the table, and around it."""
        raise NotImplementedError

    def due(self) -> float | None:
        """Seconds until something in sight reads differently by itself; None: nothing does."""
        return self.table.tick()

    def aged(self) -> None:
        """What was due has come: the table paints itself, a page whose fixed rows count seconds paints these."""

    # Painting

    def flush(self) -> None:
        """Paint now what waits for its mark (for tests)."""
        self.pacer.flush()
        self.paint()

    def paint(self) -> None:
        """Show what has changed since the last time."""
        if self.gone:
            return
        self.fill()
        self.refresh_lines()
        self._age()

    def _age(self) -> None:
        """Come back when something visible reads differently; with nothing that does no timer runs."""
        self._untick()
        seconds = self.due() if self.is_current else None
        if seconds is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._aged)

    def _aged(self) -> None:
        if not self.gone:
            self.aged()
            self._age()

    def _untick(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def rows(self) -> Rows:
        """The row under the cursor."""
        line = self.table.cursor_row
        return [line] if line is not None else []

    @on(LiveTable.Moved)
    def _moved(self) -> None:
        self._note = None
        self.refresh_lines()

    @on(LiveTable.Scrolled)
    def _scrolled(self) -> None:
        self._age()


class FilteredPage(TablePage[R]):
    """One that shows a view, with a filter under it.

    A subclass says which view (`listed`) and what stands there without rows (`emptiness`).
    """

    def __init__(self, session: Session, symbols: Symbols) -> None:
        super().__init__(session, symbols)
        self.search = FilterBar(self.filter_by)

    def body(self) -> Iterable[Widget]:
        """The table, and the input to filter it."""
        return self.table, self.search

    def listed(self) -> View[R] | None:
        """What the table shows; None before there is anything."""
        raise NotImplementedError

    def emptiness(self) -> str:
        """What stands in the table while it has no rows."""
        raise NotImplementedError

    def fill(self) -> None:
        """What fits the filter, in its order."""
        view = self.listed()
        if view is not None:
            view.apply()
            self.table.empty = self.emptiness()
            self.table.changed()

    def open_search(self) -> None:
        """The input behind `/`, with the filter that is in force."""
        view = self.listed()
        wanted = view.filter if view is not None else None
        self.search.open(wanted.text if wanted is not None else "")

    def filter_by(self, text: str) -> str:
        """Show only what fits; what is wrong with the text, "": nothing."""
        view = self.listed()
        if view is None:
            return ""
        try:
            wanted = parse(text)
        except ValueError as error:
            return str(error)
        view.set_filter(None if wanted.empty else wanted)
        self.paint()
        return view.problem

    def action_escape(self) -> None:
        """One thing a press: the filter, the marks, back to the table."""
        view = self.listed()
        if view is not None and view.filter is not None:
            self.filter_by("")
        elif self.table.marks:
            self.table.clear_marks()
        else:
            self.step(-1)

    @on(FilterBar.Cancelled)
    def _filter_cancelled(self) -> None:
        self.search.error = ""
