"""Any size at any moment, from 60x15 up and below that without harm."""

import random
from collections.abc import AsyncIterator

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.house import Running, running, settled, text, typed, under_cursor
from tests.support.scene import crowd, furnish


@pytest.fixture
async def house(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[Running]:
    """The scene and a hundred pods more, with the cursor in the middle."""
    furnish(cluster)
    crowd(cluster, 100)
    async with running(cluster, clock) as (app, pilot):
        await settled(app, cluster)
        await typed(app, "pagedown", "j", "j")
        yield app, pilot


def sizes(seed: int, count: int) -> list[tuple[int, int]]:
    dice = random.Random(seed)
    return [(dice.randint(60, 220), dice.randint(15, 60)) for _ in range(count)]


def well(app: K8sTui, size: tuple[int, int]) -> None:
    """Every line is as long as the terminal is wide, and the fixed lines are there."""
    strips = app.screen._compositor.render_strips()
    assert len(strips) == size[1]
    assert {strip.cell_length for strip in strips} == {size[0]}


async def test_forty_sizes(house: Running) -> None:
    app, pilot = house
    chosen = under_cursor(app)
    for size in sizes(1, 40):
        await pilot.resize_terminal(*size)
        await pilot.pause(0)
        well(app, size)
        lines = text(app)
        assert under_cursor(app) == chosen
        assert sum(line.startswith((" > ", "+> ")) for line in lines) == 1
        assert lines[0].startswith(" demo")
        assert "● live" in lines[0]
        assert "? Help" in lines[-1]


async def test_a_higher_terminal_at_the_end_of_the_list_keeps_the_cursor(house: Running) -> None:
    """Textual cuts the scroll position short there, which is not the user's scrolling."""
    app, pilot = house
    await typed(app, "G", "k", "k", "k")
    chosen = under_cursor(app)
    for size in ((80, 50), (80, 15), (120, 60)):
        await pilot.resize_terminal(*size)
        await pilot.pause(0)
        assert under_cursor(app) == chosen


@pytest.mark.parametrize("keys", [("?",), ("n",), (":", "po"), ("/", "load")])
async def test_sizes_under_a_dialog(house: Running, cluster: EmbeddedCluster, keys: tuple[str, ...]) -> None:
    app, pilot = house
    chosen = under_cursor(app)
    await typed(app, *keys)
    for size in sizes(2, 6):
        await pilot.resize_terminal(*size)
        await pilot.pause(0)
        well(app, size)
    await typed(app, "escape", "escape")
    await settled(app, cluster)
    assert under_cursor(app) == chosen
    assert len(app.screen_stack) == 1


async def test_a_terminal_too_small_for_anything_does_no_harm(house: Running) -> None:
    app, pilot = house
    chosen = under_cursor(app)
    for size in ((20, 5), (1, 1), (3, 2), (10, 40), (500, 3), (80, 24)):
        await pilot.resize_terminal(*size)
        await pilot.pause(0)
        await typed(app, "a", "escape")
    assert under_cursor(app) == chosen


async def test_sizes_while_everything_changes(house: Running, cluster: EmbeddedCluster) -> None:
    app, pilot = house
    chosen = under_cursor(app)
    dice = random.Random(3)
    for turn, size in enumerate(sizes(3, 12)):
        name = f"load-{dice.randint(0, 99):05}"
        if name != chosen:
            cluster.store.modify("pods", name, "default", change=_fail)
        if turn % 4 == 0:
            await typed(app, dice.choice(["w", ">", "~"]))
        await pilot.resize_terminal(*size)
        await pilot.pause(0)
        well(app, size)
    await settled(app, cluster)
    assert under_cursor(app) == chosen


def _fail(pod: dict[str, dict[str, str]]) -> None:
    pod["status"]["phase"] = "Failed"
