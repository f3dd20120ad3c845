"""The page of logs by its keys: what comes, what is seen of it, where one is in it, and how it is left."""

from collections.abc import AsyncIterator

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.logs.page import LogsScreen
from k8stui.screens.reading.page import InspectScreen
from k8stui.screens.texts import TextScreen
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, messages
from tests.support.log_page import LogPage, log_page
from tests.support.logs import Writer
from tests.support.waiting import eventually

PAY = '{"ts":"2026-09-21T14:13:20Z","level":"error","msg":"payment refused","order":17}'


def web(writer: Writer) -> None:
    writer.pod("web-1")
    writer.say("web-1", "starting", "listening on :8080", "GET /cart 200", "ERROR upstream timeout", "GET /shop 200")


@pytest.fixture
async def page(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[LogPage]:
    async with log_page(cluster, clock, web) as found:
        await found.open()
        await found.shows("GET /shop 200")
        yield found


# What comes


async def test_what_was_written_and_what_is_written_is_shown(page: LogPage) -> None:
    assert page.lines == [
        "starting",
        "listening on :8080",
        "GET /cart 200",
        "ERROR upstream timeout",
        "GET /shop 200",
    ]
    assert "logs pod web-1" in page.top
    assert "1 pod · 1 container" in page.top
    assert "● live" in page.top
    page.writer.say("web-1", "GET /next 200")
    await page.shows("GET /next 200")


async def test_leaving_closes_the_streams_and_4_comes_back(page: LogPage) -> None:
    assert page.streams() == 1
    await page.press("q")
    assert page.on_top is page.app.home
    await eventually(lambda: page.streams() == 0)
    page.app.home.table.move_to("")
    await page.open("4")
    await page.shows("GET /shop 200", "logs pod web-1")


async def test_the_first_lines_are_seen_at_once_later_ones_at_the_next_mark(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with log_page(cluster, clock, lambda writer: writer.pod("web-1")) as page:
        await page.open()
        await eventually(lambda: "● live" in page.top)
        page.screen._pacer._every = page.screen._pacer._quiet = 600.0
        page.screen._pacer.flush()
        page.writer.say("web-1", "starting")
        await page.shows("starting")
        page.writer.say("web-1", "listening")
        await eventually(lambda: page.screen.logs.book.lines == 2)
        assert page.lines == ["starting"]
        page.screen._pacer.flush()
        await page.shows("listening")


# Pausing


async def test_a_pause_keeps_what_comes_and_loses_nothing(page: LogPage) -> None:
    await page.press("space")
    await page.shows("paused +0")
    page.writer.say("web-1", *(f"line {number}" for number in range(300)))
    await page.shows("paused +300")
    assert "line 299" not in page.text
    await page.press("G")
    await page.shows("line 299")
    assert "paused" not in page.top
    assert page.lines[-300:] == [f"line {number}" for number in range(300)]


async def test_going_up_pauses_and_f_goes_on(page: LogPage) -> None:
    await page.press("up")
    await page.shows("paused")
    await page.press("f")
    assert "paused" not in page.top
    await page.press("space")
    await page.shows("paused")
    await page.press("space")
    assert "paused" not in page.top


# The filter


async def test_a_filter_hides_lines_and_counts_them_and_esc_clears_it(page: LogPage) -> None:
    await page.press(*"/GET", "enter")
    await page.shows("/GET/ 2 of 5")
    assert page.lines == ["GET /cart 200", "GET /shop 200"]
    page.writer.say("web-1", "GET /new 200", "other")
    await page.shows("/GET/ 3 of 7")
    await page.press("escape")
    await page.until(lambda: len(page.lines) == 7)
    assert page.on_top is page.screen


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("!GET", ["starting", "listening on :8080", "ERROR upstream timeout"]),
        ("GET.*(cart|no)", ["GET /cart 200"]),
        ("GET && shop", ["GET /shop 200"]),
        ("GET && !shop", ["GET /cart 200"]),
    ],
)
async def test_filters_of_all_sorts(page: LogPage, typed: str, found: list[str]) -> None:
    await page.press("/", *typed, "enter")
    await page.until(lambda: page.lines == found, typed)


async def test_terms_are_added_and_taken_away_in_the_input(page: LogPage) -> None:
    await page.press(*"/GET", "enter")
    await page.press("/", *" && shop", "enter")
    await page.until(lambda: page.lines == ["GET /shop 200"])
    await page.press("/", *["backspace"] * len(" && shop"), "enter")
    await page.until(lambda: len(page.lines) == 2)


async def test_what_is_wrong_with_a_filter_is_said_at_it(page: LogPage) -> None:
    await page.press(*"/(", "enter")
    assert page.asks()
    assert page.screen.bar.error
    assert len(page.lines) == 5
    await page.press("escape")
    assert not page.asks()
    assert page.on_top is page.screen


async def test_a_filter_while_paused_stays_where_it_was(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    def many(writer: Writer) -> None:
        writer.pod("web-1")
        writer.say("web-1", *(f"{'even' if number % 2 == 0 else 'odd'} {number}" for number in range(500)))

    async with log_page(cluster, clock, many) as page:
        await page.open()
        await page.shows("odd 499")
        await page.press("g", *["pagedown"] * 4)
        before = page.screen.view.cursor
        assert before is not None
        await page.press(*"/odd", "enter")
        await page.until(lambda: len(page.lines) == 250)
        after = page.screen.view.cursor
        assert after is not None
        assert abs(after - before) <= 1
        await page.press("escape")
        await page.until(lambda: len(page.lines) == 500)
        assert page.screen.view.cursor == after
        assert "paused" in page.top


async def test_lines_around_a_match(page: LogPage) -> None:
    await page.press(*"/upstream", "enter")
    await page.until(lambda: page.lines == ["ERROR upstream timeout"])
    await page.press("C")
    await page.until(lambda: page.lines == ["GET /cart 200", "ERROR upstream timeout", "GET /shop 200"])
    assert "/upstream/ 1 of 5" in page.top
    assert "Lines around each match, of the same container: 1" in page.note
    await page.press("C", "C", "C")
    await page.until(lambda: page.lines == ["ERROR upstream timeout"])


async def test_the_least_level(page: LogPage) -> None:
    page.writer.say("web-1", '{"level":"info","msg":"fine"}', '{"level":"error","msg":"not fine"}')
    await page.until(lambda: len(page.lines) == 7)
    await page.press("m", "m", "m")
    await page.until(lambda: page.screen.logs.shown.count < 7)
    assert '{"level":"info","msg":"fine"}' not in page.lines
    assert '{"level":"error","msg":"not fine"}' in page.lines
    await page.shows("errors and worse")
    await page.press("escape")
    await page.until(lambda: len(page.lines) == 7)


# The search


async def test_a_search_marks_counts_and_goes_from_match_to_match(page: LogPage) -> None:
    await page.press(*"sget", "enter")
    await page.shows("“get”", "of 2 lines")
    assert len(page.lines) == 5
    first = page.screen.view.cursor
    await page.press("n")
    second = page.screen.view.cursor
    assert first != second
    await page.press("N")
    assert page.screen.view.cursor == first
    await page.press("escape")
    assert page.screen.logs.shown.query is None
    assert "“get”" not in page.note


async def test_a_search_that_finds_nothing_says_so(page: LogPage) -> None:
    await page.press(*"snowhere", "enter")
    await page.shows("“nowhere” is in no line that is shown")


async def test_esc_does_one_thing_a_press(page: LogPage) -> None:
    await page.press(*"/GET", "enter", *"scart", "enter")
    await page.press("/")
    assert page.asks()
    await page.press("escape")
    assert not page.asks()
    await page.press("escape")
    assert page.screen.logs.shown.query is None
    assert page.screen.looking.text == "GET"
    await page.press("escape")
    assert page.screen.looking.text == ""
    assert page.on_top is page.screen
    await page.press("escape")
    assert len(page.app.screen_stack) == 1


# One line


async def test_enter_opens_the_whole_line_with_its_json_spread(page: LogPage) -> None:
    page.writer.say("web-1", PAY)
    await page.shows("payment refused")
    await page.press("enter")
    await eventually(lambda: isinstance(page.app.screen, TextScreen))
    await page.shows("web-1/app", "order: 17")
    await page.press("escape")
    assert page.on_top is page.screen


async def test_marked_lines_are_copied_else_the_one_under_the_cursor(page: LogPage) -> None:
    await page.press("t")  # without times
    await page.press("Y")
    assert page.app.clipboard == "GET /shop 200"
    assert "Copied 1 line" in messages(page.app)
    await page.press("M", "up", "up", "M", "Y")
    assert page.app.clipboard == "GET /cart 200\nGET /shop 200"
    assert "Copied 2 lines" in messages(page.app)
    assert "GET /cart" not in messages(page.app)  # what a container wrote may be secret


async def test_from_mark_to_mark(page: LogPage) -> None:
    await page.press("'")
    assert "No line is marked" in page.note
    await page.press("g", "M", "G", "M")
    last = page.screen.view.cursor
    await page.press("'")
    assert page.screen.view.cursor == 0
    await page.press("'")
    assert page.screen.view.cursor == last


async def test_the_pod_of_a_line_is_read_and_the_log_is_below(page: LogPage) -> None:
    await page.press("d")
    await eventually(lambda: isinstance(page.app.screen, InspectScreen))
    await page.shows("describe pod web-1")
    await page.press("q")
    assert page.on_top is page.screen


# Looks


async def test_json_lines_as_columns_and_their_fields(page: LogPage) -> None:
    page.writer.say("web-1", PAY)
    await page.shows('"order":17')
    await page.press("c")
    await page.hides('"order":17')
    await page.shows("payment refused")
    await page.press("F", *"order", "enter")
    await page.shows("order")
    await page.press("c")
    await page.shows('"order":17')


async def test_looks_are_remembered(page: LogPage) -> None:
    wrap, times = page.screen.view.wrap, page.screen.view.times
    await page.press("w", "t")
    assert (page.screen.view.wrap, page.screen.view.times) == (not wrap, not times)
    await page.press("q")
    await page.open("l")
    assert (page.screen.view.wrap, page.screen.view.times) == (not wrap, not times)
    state = page.app.memory.state.logs
    assert (state.wrap, state.times) == (not wrap, not times)


# Time


async def test_going_to_a_time(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    def slow(writer: Writer) -> None:
        writer.pod("web-1")
        for number in range(120):
            writer.say("web-1", f"minute {number}", ago=(120 - number) * 60.0)

    async with log_page(cluster, clock, slow) as page:
        await page.open()
        await page.shows("minute 119")
        await page.press("T", *"-90m", "enter")
        await page.shows("minute 30", "paused")
        await page.press("T", *"24:77", "enter")
        assert "is no time" in page.screen.bar.error
        await page.press("escape")
        await page.press("T", *"14:13", "enter")
        await page.shows("minute 119")
        await page.press("T", *"-9h", "enter")
        await page.shows("minute 0", "This is the first line")
        assert "that was read" not in page.note
        await page.press("O", *" --tail=100", "enter")
        await page.hides("minute 0")
        await page.press("T", *"-9h", "enter")
        await page.shows("This is the first line that was read (last 100 lines): O reads more")


# Options


async def test_options_read_it_anew(page: LogPage) -> None:
    await page.press("O", *" --tail 2", "enter")
    await page.until(lambda: page.lines == ["ERROR upstream timeout", "GET /shop 200"])
    assert "last 2 lines" in page.text
    await eventually(lambda: page.streams() == 1)
    await page.press("O", *" --tail x", "enter")
    assert "--tail is a whole number" in page.screen.bar.error
    await page.press("escape", "O", *["backspace"] * 40, *"web-2", "enter")
    assert "Only options mean something here" in page.screen.bar.error


# A burst


async def test_keys_in_one_burst_are_done_one_after_the_other(page: LogPage) -> None:
    burst(page.app, *"/GET", "enter", "g", "M", *"scart", "enter", "q")
    await idle(page.app)
    await eventually(lambda: page.app.screen is page.app.home)
    assert not any(isinstance(each, LogsScreen) for each in page.app.screen_stack)


async def test_help_and_actions_name_its_keys(page: LogPage) -> None:
    await page.press("?")
    await eventually(lambda: isinstance(page.app.screen, TextScreen))
    said = [line.text for line in page.app.screen.view.lines]  # type: ignore[attr-defined]
    assert any("Go to a time" in line for line in said)
    assert any(line.strip().startswith("G end") for line in said)
    await page.press("escape", "a")
    await page.shows("Actions on")
