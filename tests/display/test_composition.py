"""A layout is painted whole, whoever asked for the place of a widget before it."""

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from k8stui.display.composition import Composition


class Hiding(Screen[None]):
    """A line that is hidden, over one that is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = Composition()
        self.above, self.below = Static("above"), Static("below")

    def compose(self) -> ComposeResult:
        self.above.display = False
        yield self.above
        yield self.below


@pytest.fixture
def screen() -> Hiding:
    return Hiding()


async def test_a_line_that_is_shown_and_asked_for_its_place_is_painted(screen: Hiding) -> None:
    app: App[Any] = App()
    async with app.run_test(size=(20, 5)) as pilot:
        await app.push_screen(screen)
        await pilot.pause()
        composition = screen._compositor
        screen.above.display = True
        composition.update_widgets({screen.above})
        assert screen.above.region.height == 1
        assert screen.below.region.y == 1
        composition._dirty_regions.clear()
        _hidden, shown, _resized = composition.reflow(screen, app.size)
        assert shown == {screen.above}
        assert {(region.y, region.height) for region in composition._dirty_regions} >= {(0, 1), (1, 1)}


async def test_a_screen_that_was_emptied_begins_anew(screen: Hiding) -> None:
    app: App[Any] = App()
    async with app.run_test(size=(20, 5)) as pilot:
        await app.push_screen(screen)
        await pilot.pause()
        screen._compositor.clear()
        _hidden, shown, _resized = screen._compositor.reflow(screen, app.size)
        assert screen.below in shown
