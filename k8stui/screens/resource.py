"""The table screen: one place at a time, live, with its keys, its filter and its command line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import structs
from textual import on
from textual.widget import Widget

from k8stui.actions import Action, Place, Rows, Where, applicable, find
from k8stui.model.columns import Tone
from k8stui.model.kinds import Row
from k8stui.screens.base import bindings
from k8stui.screens.commanding import Commanding
from k8stui.screens.commands import wrong_filter
from k8stui.screens.desk import ScreenDesk
from k8stui.screens.dialogs import Dialogs
from k8stui.screens.history import History
from k8stui.screens.live import LiveScreen
from k8stui.screens.looks import Looks
from k8stui.screens.panes import Panes
from k8stui.screens.pending import Pending, ask_again
from k8stui.screens.switch import Switch
from k8stui.screens.tidings import Tidings
from k8stui.widgets.command_line import CommandLine
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.footer import Footer
from k8stui.widgets.live_table import LiveTable

if TYPE_CHECKING:
    from k8stui.cluster.contexts import Contexts
    from k8stui.screens.pane import Pane
    from k8stui.screens.questions.changing import Changing
    from k8stui.settings import Settings


class ResourceScreen(LiveScreen):
    """Where the user is nearly all the time. It survives contexts."""

    AUTO_FOCUS = "LiveTable"
    BINDINGS: ClassVar[list[Any]] = [*bindings()]

    def __init__(self, settings: Settings, contexts: Contexts) -> None:
        super().__init__(settings, contexts)
        self.places = History(Place(settings.view or "pods"))
        self.panes = Panes()
        self.pending = Pending(lambda: self.house)
        self.desk = ScreenDesk(self)
        self.dialogs = Dialogs(self)
        self.commands = Commanding(self)
        self._changing: Changing | None = None
        self.switch = Switch(self)
        self.looks = Looks(self)
        self._tidings = Tidings(self)
        self.filter_bar = FilterBar(self.filter_to)
        self.command_line = CommandLine(lambda: self.commands, symbols=self.signs)

    def inputs(self) -> Iterable[Widget]:
        """Hidden until they are wanted."""
        return self.filter_bar, self.command_line

    @property
    def namespace(self) -> str | None:
        """The current namespace; None: all."""
        return self.places.place.namespace

    # Where the user is

    def start(self) -> None:
        """Open the first context."""
        self.switch.enter()

    def forget(self) -> None:
        """Another context: panes, marks and dialogs of the old one go.

        The command line and the filter bar stay: they were opened on the way here, and what is typed in them would
        else be taken for keys.
        """
        self._drop_pane()
        self.panes.close()
        self.dialogs.close()
        self.table.clear_marks()
        self.refresh_lines()

    def go(self, place: Place) -> None:
        """To another place; the way back is remembered."""
        self.places.go(place)
        self.visit(place)

    def visit(self, place: Place, *, asked: bool = False) -> None:
        """Show a place that the history already holds.

        A kind that the server did not have may be new: it is asked once more (`asked`: it was).
        """
        if self.session is None or self._ending:
            return
        self.dialogs.close_pages()
        from k8stui.screens.pane import UnknownViewError  # with the cluster floor, which the first frame goes without

        try:
            pane = self.panes.get(self.session, place, self.looks.restore)
        except UnknownViewError as error:
            if not asked:
                ask_again(self, place.view, partial(self._visit_again, place))
            else:
                self.house.note(str(error), Tone.WARNING)
                self.places.forget_current()
            return
        if place.namespace:
            self.dialogs.namespaces.remember(place.namespace)
        self.pressed = None
        if self.pane is not None and self.pane.place.view != place.view:
            self.table.clear_marks()
        self._drop_pane()
        self.panes.stay(pane)
        self.pane = pane
        pane.on_rows = self._pacer.poke
        pane.on_state = partial(self._state_changed, pane)
        if (pane.filter.text if pane.filter else "") != place.filter:
            self._set_filter(place.filter)
        self.table.wide = self.looks.wide(pane)
        self.house.memory.placed(place)
        pane.view.apply()
        self._show_table(pane)
        if pane.cursor is not None:
            self.table.move_to(pane.cursor.uid)
        self._pacer.stop()
        self.paint()

    def _visit_again(self, place: Place) -> None:
        if self.places.place == place:
            self.visit(place, asked=True)

    def _drop_pane(self) -> None:
        if self.pane is not None:
            self.pane.on_rows = _nothing
            self.pane.cursor = self.table.cursor_ref if self.table.pinned else None
            self.panes.leave(self.pane)
            self.pane = None
        self._pacer.stop()

    def _state_changed(self, pane: Pane[Any]) -> None:
        self._tidings.tell(pane)
        if pane is self.pane:
            self._pacer.poke()

    def rights_changed(self) -> None:
        """More is known of what the user may do: the open command line offers it."""
        super().rights_changed()
        if self._ending:
            return
        self.command_line.renew()
        if self.dialogs.page is not None:
            self.dialogs.page.rights_changed()
            self.dialogs.page.command_line.renew()

    # Keys

    @property
    def changing(self) -> Changing:
        """What does changes; with the operations, which the first frame goes without."""
        if self._changing is None:
            from k8stui.screens.questions.changing import Changing

            self._changing = Changing(self)
        return self._changing

    def targets(self, action: Action, rows: Rows) -> Rows:
        """The rows that an action is for: those marked, also where a filter hides them, or the ones given."""
        if not action.many or not self.table.marks or self.pane is None or self.dialogs.page is not None:
            return rows
        found = [self.pane.store.get(uid) for uid in self.table.marks]
        return [row for row in found if row is not None]

    def action_key(self, key: str) -> None:
        """A key of the registry: the action that it means here."""
        where = self.pane.where if self.pane is not None else Where.TABLE
        for action in applicable(where, Where.TABLE, Where.EVERYWHERE):
            if key == action.key:
                self.desk.perform(action, self.rows())
                return
        self.house.note(self.pending.nothing(key.split(",")[0]))

    def action_escape(self) -> None:
        """One thing a press: what is being asked, the filter, the marks, a step back."""
        if self.pending.give_up():
            return
        if self.pane is not None and self.pane.filter is not None:
            self.filter_to("")
        elif self.table.marks:
            self.table.clear_marks()
        elif self.places.deep:
            self.desk.step(-1)

    def change_table(self, what: str) -> None:
        """Sort by another column, the other way round, or show more columns."""
        pane = self.pane
        if pane is not None and what == "wide":
            self.table.wide = not self.table.wide
            self.looks.keep(pane)
        elif pane is not None and what == "reverse":
            self._sort(pane.sort, not pane.reverse)
        elif pane is not None:
            self._sort(self.table.beside(1 if what == "next-column" else -1), False)

    def unfold(self, row: Row) -> None:
        """Show one by one what a row of the visible pane stands for, or fold it again."""
        if self.pane is not None:
            said = self.pane.unfold(row)
            if said:
                self.house.note(said)
            self.paint()

    def _sort(self, column: int, reverse: bool) -> None:
        if self.pane is None:
            return
        self.pane.set_sort(column, reverse)
        self.table.sorted_by(column, reverse)
        self.looks.keep(self.pane)
        self.paint()

    # The filter

    def filter_to(self, text: str) -> str:
        """Filter the rows by what was typed; returns what is wrong with it, or ""."""
        if self.pending.hold("the filter", partial(self.filter_to, text)):
            return wrong_filter(text)
        problem = self._set_filter(text)
        if not problem and self.pane is not None:
            self.places.replace(structs.replace(self.places.place, filter=text))
            self.house.memory.placed(self.places.place)
            self.table.changed()
            self.paint()
        return problem

    def _set_filter(self, text: str) -> str:
        from k8stui.model.filter import parse  # brings `regex`, which the first frame does not wait for

        try:
            wanted = parse(text)
        except ValueError as error:
            return str(error)
        if self.pane is not None:
            self.pane.set_filter(None if wanted.empty else wanted)
            return self.pane.view.problem
        return ""

    # Messages of the widgets

    @on(LiveTable.Vanished)
    def _vanished(self, event: LiveTable.Vanished) -> None:
        if self.pane is None or self.pane.store.get(event.ref.uid) is not None:
            return  # a filter hides it
        at = f"; the cursor is on {event.neighbour}" if event.neighbour is not None else ""
        self.house.note(f"{event.ref} is gone{at}", table=True)

    @on(LiveTable.SortRequested)
    def _sort_requested(self, event: LiveTable.SortRequested) -> None:
        if self.pane is not None:
            self._sort(event.index, self.pane.sort == event.index and not self.pane.reverse)

    @on(LiveTable.Opened)
    def _open_row(self, event: LiveTable.Opened) -> None:
        row = self.pane.view.get(event.ref.uid) if self.pane is not None else None
        if self.pane is not None and self.pane.opens:  # not the row that a later key has moved to
            self.desk.perform(find(self.pane.opens), [row] if row is not None else [])

    @on(Footer.Pressed)
    def _footer_pressed(self, event: Footer.Pressed) -> None:
        self.desk.perform(find(event.key), self.rows())

    # Inputs

    def open_filter(self) -> None:
        """The filter bar, with the filter that is in force."""
        if self.pane is not None:
            self.pane.view.warm()
        self.filter_bar.open(self.pane.filter.text if self.pane is not None and self.pane.filter is not None else "")

    def open_command_line(self, text: str = "", error: str = "") -> None:
        """The command line, with what was typed and what is wrong with it."""
        self.command_line.open(text, error)

    @on(FilterBar.Cancelled)
    def _filter_cancelled(self) -> None:
        self.filter_bar.error = ""


def _nothing() -> None:
    """What a hidden pane calls."""
