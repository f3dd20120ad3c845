"""What a page of logs paints, counted: nothing while nothing comes, and one row while it is paused and lines come."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.house import idle
from tests.support.log_page import LogPage, log_page
from tests.support.logs import Writer
from tests.support.waiting import eventually

QUIET = 0.3
"""Seconds of real time in which nothing may happen: some of the program's own periods in tests."""


def web(writer: Writer) -> None:
    writer.pod("web-1")
    writer.say("web-1", *(f"GET /cart {number}" for number in range(40)))


class Meter:
    """Counts the frames of the program, the rows of the log that are painted, and the lines that ask to be."""

    def __init__(self, page: LogPage, patch: pytest.MonkeyPatch) -> None:
        self.frames = 0
        self.rows: list[int] = []
        display, view = page.app._display, page.screen.view
        render = view.render_line

        def displayed(screen: Any, renderable: Any) -> None:
            self.frames += renderable is not None
            display(screen, renderable)

        def rendered(y: int) -> Any:
            self.rows.append(y)
            return render(y)

        patch.setattr(page.app, "_display", displayed)
        patch.setattr(view, "render_line", rendered)


@pytest.fixture
async def page(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[LogPage]:
    async with log_page(cluster, clock, web) as found:
        await found.open()
        await found.shows("GET /cart 39", "● live")
        await idle(found.app)
        yield found


async def test_nothing_is_painted_and_no_timer_runs_while_nothing_comes(
    page: LogPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await eventually(lambda: not page.screen._pacer.waiting)
    meter = Meter(page, monkeypatch)
    await asyncio.sleep(QUIET)
    assert (meter.frames, meter.rows) == (0, [])
    assert not page.screen._pacer.waiting
    page.writer.say("web-1", "GET /next")
    await page.shows("GET /next")
    assert meter.frames > 0  # what was counted is what paints
    assert meter.rows


async def test_a_paused_page_paints_its_counter_and_no_line(page: LogPage, monkeypatch: pytest.MonkeyPatch) -> None:
    await page.press("space")
    await page.shows("paused +0")
    await idle(page.app)
    meter = Meter(page, monkeypatch)
    for number in range(5):
        page.writer.say("web-1", *(f"line {number} {each}" for each in range(100)))
        await page.shows(f"paused +{100 * (number + 1)}")
    assert meter.rows == []
    assert 5 <= meter.frames <= 20
