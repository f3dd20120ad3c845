"""Other options read a log anew: marks stay on the lines that are read again, and the others are counted."""

from collections.abc import AsyncIterator

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.house import messages
from tests.support.log_page import LogPage, log_page
from tests.support.logs import Writer
from tests.support.waiting import eventually


def two(writer: Writer) -> None:
    """Two containers that say the same at other times; one line comes twice."""
    writer.pod("web-1", "app", "proxy")
    for number in range(6):
        writer.say("web-1", f"line {number}", "again")
        writer.say("web-1", f"line {number}", container="proxy")


@pytest.fixture
async def page(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[LogPage]:
    async with log_page(cluster, clock, two) as found:
        await found.open()
        await found.until(lambda: len(found.lines) == 18)
        yield found


def marked(page: LogPage) -> list[tuple[str, str, int]]:
    """Container, text and stamp of the marked lines."""
    logs = page.screen.logs
    found = []
    for number in page.screen.view.marks:
        entry, source = logs.book.entry(number), logs.source_of(number)
        assert source is not None
        found.append((source.container, entry.text, entry.at))
    return found


async def mark(page: LogPage, *numbers: int) -> None:
    """These lines, from the first one that is kept."""
    await page.press("g")
    at = 0
    for number in sorted(numbers):
        await page.press(*["j"] * (number - at), "M")
        at = number


async def test_marks_stay_on_lines_that_are_read_again(page: LogPage) -> None:
    await mark(page, 1, 4, 17)
    before = marked(page)
    assert len(before) == 3
    old = page.screen.logs
    await page.press("O", *" --timestamps", "enter")
    await page.until(lambda: len(page.lines) == 18)
    assert page.screen.logs is not old
    await eventually(lambda: marked(page) == before)
    await page.press("'")
    assert page.screen.view.cursor in page.screen.view.marks
    page.writer.say("web-1", "later")
    page.writer.say("web-1", "later", container="proxy")
    await page.shows("later")
    assert "lost" not in messages(page.app)


async def test_what_is_not_read_again_is_counted(page: LogPage) -> None:
    await mark(page, 0, 1, 17)
    last = marked(page)[-1]
    await page.press("O", *" --tail 2", "enter")
    await page.until(lambda: len(page.lines) == 4)
    await eventually(lambda: "2 of 3 marks lost: what is read now does not hold their lines" in messages(page.app))
    assert marked(page) == [last]
    await page.press("O", *["backspace"] * 8, "enter")
    await page.until(lambda: len(page.lines) == 18)
    await eventually(lambda: marked(page) == [last])
    assert messages(page.app).count("marks lost") == 1


async def test_marks_of_a_container_that_is_left_out_and_of_a_log_without_lines_are_lost(
    page: LogPage, clock: ManualClock
) -> None:
    await mark(page, 0, 2)
    assert [container for container, _, _ in marked(page)] == ["app", "proxy"]
    await page.press("O", *["backspace"] * 40, *"-c app", "enter")
    await page.until(lambda: len(page.lines) == 12)
    await eventually(lambda: "1 of 2 marks lost" in messages(page.app))
    assert [container for container, _, _ in marked(page)] == ["app"]
    clock.advance(600)
    await page.press("O", *" --since 1s", "enter")
    await eventually(lambda: page.screen.logs.follow.looked and not page.lines)
    await eventually(lambda: "live" in page.top)
    clock.advance(5)
    await eventually(lambda: "1 of 1 mark lost" in messages(page.app))


async def test_a_line_that_comes_twice_is_marked_once(page: LogPage) -> None:
    uid = page.cluster.store.get("pods", "web-1", "default")["metadata"]["uid"]
    for _ in range(2):
        page.cluster.logs.write(uid, "app", 0, "twin", page.writer.clock.now())
    await page.until(lambda: page.lines.count("twin") == 2)
    await page.press("G", "space", "M")
    assert [text for _, text, _ in marked(page)] == ["twin"]
    await page.press("O", *" --timestamps", "enter")
    await page.until(lambda: page.lines.count("twin") == 2)
    await eventually(lambda: [text for _, text, _ in marked(page)] == ["twin"])
