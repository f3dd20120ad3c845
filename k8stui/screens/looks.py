"""How a view is shown (sorted, wide, which columns): by the configuration, else as it was shown last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k8stui.screens.pick import PickScreen
from k8stui.state import ViewState
from k8stui.themes import BY_NAME
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from k8stui.screens.pane import Pane
    from k8stui.screens.resource import ResourceScreen


class Looks:
    """Restores the looks of views, and has those that the user changes remembered."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen

    def restore(self, pane: Pane[Any]) -> None:
        """A pane that is new in this session: what the configuration says, else what is remembered."""
        view = self._screen.house.memory.view(pane.place.view)
        settings = self._screen.settings
        if not settings.columns_of(pane.place.view) and view.columns:
            pane.titles = view.columns
            pane.rechoose()
        title, reverse = settings.sort_of(pane.place.view) or (view.sort, view.reverse)
        pane.prefer(title, reverse)

    def wide(self, pane: Pane[Any]) -> bool:
        """Whether its view was wide when it was last seen."""
        return self._screen.house.memory.view(pane.place.view).wide

    def keep(self, pane: Pane[Any]) -> None:
        """The user has changed how it is shown."""
        view, title = pane.place.view, pane.columns[pane.sort].title
        configured = self._screen.settings.columns_of(view)
        titles = () if tuple(pane.titles) == configured else tuple(pane.titles)
        self._screen.house.memory.shown(view, ViewState(title, pane.reverse, self._screen.table.wide, titles))

    def pick_theme(self) -> None:
        """A list of the themes."""
        house = self._screen.house
        current = next((name for name, theme in BY_NAME.items() if theme.name == house.theme), "")

        def chosen(name: str | None) -> None:
            if name is not None:
                house.choose_theme(name)

        entries = [Entry(name, name) for name in BY_NAME]
        house.push_screen(PickScreen("Theme", lambda: entries, self._screen.signs, current=current), chosen)

    def tell_columns(self) -> None:
        """Which columns there are, and how to choose."""
        if self._screen.pane is not None:
            titles = ", ".join(column.title for column in self._screen.pane.columns)
            self._screen.house.note(f"Columns: {titles}; ':columns NAME, AGE' shows these, ':columns -' the view's own")

    def choose(self, titles: Sequence[str]) -> str:
        """Show these columns, in this order; none: the view's own. Returns what is wrong with them, or ""."""
        pane = self._screen.pane
        if pane is None:
            return "There is no table yet"
        there = {column.title: column.title for column in pane.columns}
        wanted = [title.upper() for title in titles]
        unknown = [title for title in wanted if title not in there]
        if unknown:
            return f"There is no column {unknown[0]}; there are {', '.join(there)}"
        pane.titles = wanted
        self.keep(pane)
        self._screen.paint()
        return ""
