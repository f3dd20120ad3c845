"""A pause when memory is full: what is read stays in view, the server keeps what comes, and `G` brings all of it."""

import re
import time
from collections.abc import AsyncIterator

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.settings import LogSettings
from tests.support.clock import ManualClock
from tests.support.log_page import LogPage, log_page
from tests.support.logs import Writer
from tests.support.waiting import eventually

HELD = "memory full: held at the server, G goes on"
MEMORY = 8_000
"""Bytes: some seventy lines."""


def say(writer: Writer, start: int, end: int) -> None:
    writer.say("web-1", *(f"GET /cart {number:05}" for number in range(start, end)))


def web(writer: Writer) -> None:
    writer.pod("web-1")
    say(writer, 0, 200)


@pytest.fixture(params=[(100, 24), (80, 24)], ids=["100", "80"])
async def page(request: pytest.FixtureRequest, cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[LogPage]:
    async with log_page(cluster, clock, web, size=request.param, logs=LogSettings(window=0.01, memory=MEMORY)) as found:
        await found.open()
        await found.shows("GET /cart 00199", "● live")
        yield found


async def fill(page: LogPage, start: int = 200, end: int = 2_000) -> list[str]:
    """Pause, and let more come than memory takes: the lines in view."""
    await page.press("space")
    await page.shows("paused +0")
    before = seen(page)
    say(page.writer, start, start + 20)
    await page.shows("paused +20")
    start += 20
    for each in range(start, end, 100):
        say(page.writer, each, min(end, each + 100))
    await page.shows(HELD)
    return before


def seen(page: LogPage) -> list[str]:
    return re.findall(r"GET /cart \d+", page.text)


def accounted(page: LogPage) -> int:
    book = page.screen.logs.book
    return book.lines + book.dropped


async def test_lines_in_view_stay_and_all_others_come_afterwards(page: LogPage) -> None:
    before = await fill(page)
    assert len(before) > 10
    assert seen(page) == before
    assert page.screen.logs.book.bytes <= MEMORY
    held = accounted(page)
    assert 220 <= held < 2_000
    assert f"paused +{held - 200:,}" in page.top
    assert "live" in page.top
    await page.press("k", "k")
    assert HELD in page.note
    await page.press("G")
    await page.shows("GET /cart 01999")
    assert HELD not in page.text
    assert accounted(page) == 2_000
    numbers = [int(line.split()[-1]) for line in page.lines]
    assert numbers == list(range(2_000 - len(numbers), 2_000))
    say(page.writer, 2_000, 2_001)
    await page.shows("GET /cart 02000")


async def test_at_the_oldest_line_nothing_goes_and_at_the_newest_all_does(page: LogPage) -> None:
    await page.press("g")
    oldest = seen(page)[0]
    say(page.writer, 200, 1_000)
    await page.shows(HELD)
    held = accounted(page)
    await page.press("pagedown")
    assert accounted(page) == held
    await page.press("g")
    assert seen(page)[0] == oldest
    for _ in range(10):
        await page.press("pagedown")
    await page.until(lambda: accounted(page) == 1_000)
    assert page.screen.view.following
    assert HELD not in page.text


async def test_a_filter_while_held(page: LogPage) -> None:
    """What it shows stays; where it shows nothing there is nothing to keep, and lines come again."""
    await fill(page)
    held = accounted(page)
    await page.press("/", *"GET", "enter")
    await page.shows("/GET/", HELD)
    assert accounted(page) == held
    await page.press("/", "ctrl+u", *"01999", "enter")
    await page.until(lambda: accounted(page) == 2_000)
    await page.shows("GET /cart 01999")
    assert HELD not in page.text


async def test_other_options_while_held(page: LogPage) -> None:
    await fill(page)
    await page.press("O", "ctrl+u", *"--tail=20", "enter")
    await page.shows("GET /cart 01999", "last 20 lines")
    assert HELD not in page.text
    await eventually(lambda: page.streams() == 1)


async def test_leaving_while_held(page: LogPage) -> None:
    await fill(page)
    screen = page.screen
    began = time.monotonic()
    await page.press("escape")
    await page.until(lambda: page.on_top is not screen)
    await eventually(lambda: page.streams() == 0)
    assert time.monotonic() - began < 5
