"""The command line over a page: the page stays as it is until a command leads to another table."""

from collections.abc import AsyncIterator

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.debug.page import DebugScreen
from k8stui.screens.debug.sweep import SweepScreen
from k8stui.screens.drain.plan_page import DrainScreen
from k8stui.screens.journal.page import JournalScreen
from k8stui.screens.page import PageScreen
from k8stui.screens.pick import PickScreen
from k8stui.screens.reading.page import InspectScreen
from k8stui.screens.rollout.page import RolloutScreen
from tests.support.clock import ManualClock
from tests.support.house import idle, settled, status, text
from tests.support.log_page import LogPage, log_page
from tests.support.logs import Writer
from tests.support.manifests import deployment
from tests.support.objects import node
from tests.support.waiting import eventually


def shop(writer: Writer) -> None:
    """Two pods that write, a Deployment and a node."""
    for name in ("web-1", "web-2"):
        writer.pod(name, labels={"app": "web"})
        writer.say(name, *(f"{name} says {number}" for number in range(30)))
    writer.cluster.store.create(deployment("web"))
    writer.cluster.store.create(node("worker-1"))
    writer.cluster.add_namespace("elsewhere")


@pytest.fixture
async def page(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[LogPage]:
    """The log of web-1, paused and marked some lines above its end."""
    async with log_page(cluster, clock, shop) as found:
        await found.open()
        await found.shows("web-1 says 29")
        await found.press("k", "k", "k", "M", "/", *"says", "enter")
        yield found


async def _opens(page: LogPage, kind: type[PageScreen]) -> PageScreen:
    await eventually(lambda: isinstance(page.on_top, kind))
    await idle(page.app)
    screen = page.on_top
    assert isinstance(screen, PageScreen)
    return screen


async def stays(page: LogPage, doing: str) -> None:
    """Type it, look, and go back: nothing has become of the log."""
    screen, before = page.screen, page.text
    marks, streams = screen.view.marks, page.streams()
    assert len(marks) == 1
    assert streams == 1
    await page.press(":", *doing)
    assert screen.command_line.is_open
    assert screen.command_line.text == doing
    assert not page.app.home.command_line.is_open
    await page.press("escape")
    assert page.on_top is screen
    assert page.text == before
    assert (screen.view.marks, page.streams()) == (marks, streams)


async def test_who_only_looks_and_goes_back_has_lost_nothing(page: LogPage) -> None:
    await stays(page, "")
    await stays(page, "eve")
    await page.press("j")
    assert not page.screen.view.following, "the keys are the log's again"


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_it_has_room_in_small_terminals(
    cluster: EmbeddedCluster, clock: ManualClock, size: tuple[int, int]
) -> None:
    async with log_page(cluster, clock, shop, size=size) as page:
        await page.open()
        await page.shows("web-1 says 29")
        await page.press("k", "M")
        await stays(page, "pods -n elsew")
        await page.press(":", "n")
        lines = text(page.app)
        assert any(line.startswith(" :n") for line in lines)
        assert any("nodes" in line for line in lines)
        assert any("web-1 says" in line for line in lines), "what is read is still to be seen"
        assert "logs" in lines[0]


async def test_what_is_wrong_is_said_there_in_the_words_of_the_table(page: LogPage) -> None:
    screen = page.screen
    for line, wrong in (
        ("ctx moon", "There is no context 'moon'"),
        ("logs nobody", "There is no Pod nobody in default"),
        ("columns nonsense", "There is no column NONSENSE"),
        ("drain-pause", "Pause means nothing here: it is for drain"),
        ("nonsens", "'nonsens' is no kind of this server, command or action"),
    ):
        await page.press(":", *line, "enter")
        await eventually(lambda: bool(screen.command_line.error))
        assert wrong in screen.command_line.error
        assert screen.command_line.text == line
        await page.press("escape")
    assert page.on_top is screen
    assert len(screen.view.marks) == 1


async def test_a_page_opens_on_top_and_esc_leads_back(page: LogPage) -> None:
    screen = page.screen
    page.app.home.table.move_to(next(row.ref.uid for row in page.app.home.rows()))
    for line, kind in (("describe", InspectScreen), ("debug", DebugScreen), ("journal", JournalScreen)):
        await page.press(":", *line, "enter")
        await _opens(page, kind)
        assert "web-1" in page.text or line == "journal"
        await page.press("escape")
        await eventually(lambda: page.on_top is screen)
        await idle(page.app)
    assert len(screen.view.marks) == 1
    await page.press(":", "ns", "enter")
    await eventually(lambda: isinstance(page.on_top, PickScreen))
    await page.press("escape")
    assert page.on_top is screen


async def test_what_acts_on_an_object_acts_on_the_line_under_the_cursor(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with log_page(cluster, clock, shop) as page:
        await page.open(":", *"logs -l app=web", "enter")
        await page.shows("web-2 says 29")
        assert page.app.home.rows()[0].ref.name == "web-1"
        await page.press("k", "j")
        assert page.screen.rows()[0].ref.name == "web-2"
        await page.press(":", *"yaml", "enter")
        await eventually(lambda: isinstance(page.on_top, InspectScreen))
        await eventually(lambda: "name: web-2" in page.text)


@pytest.mark.parametrize(
    ("line", "there"), [("nodes", "nodes"), ("ns elsewhere", "pods (elsewhere)"), ("sort-reverse", "pods (default)")]
)
async def test_what_changes_the_table_leaves_the_page(page: LogPage, line: str, there: str) -> None:
    await page.press(":", *line, "enter")
    await eventually(lambda: page.on_top is page.app.home)
    await settled(page.app, page.cluster)
    assert there in status(page.app)
    await eventually(lambda: page.streams() == 0)


async def test_the_options_of_a_log_are_those_of_the_one_that_is_read(page: LogPage) -> None:
    await page.press(":", *"logs --tail 3", "enter")
    await page.until(lambda: page.lines == [f"web-1 says {number}" for number in (27, 28, 29)])
    assert len(page.app.screen_stack) == 2


async def test_the_actions_of_a_page_have_names_there(page: LogPage) -> None:
    await page.press(":", *"wra")
    assert page.screen.command_line.candidates[0] == "wrap"
    before = page.screen.view.wrap
    await page.press("tab", "enter")
    assert page.screen.view.wrap is not before
    await page.press("escape", "escape", ":", *"wrap", "enter")
    assert "means nothing here: it is for" in page.app.home.command_line.error


async def test_all_lines_have_one_history(page: LogPage) -> None:
    await page.press(":", *"describe", "enter")
    await eventually(lambda: isinstance(page.on_top, InspectScreen))
    await page.press(":", "up")
    top = page.on_top
    assert isinstance(top, InspectScreen)
    assert top.command_line.text == "describe"
    await page.press("escape", "escape", "escape", "escape", "escape", ":", "up")
    assert page.app.home.command_line.text == "describe"


async def test_what_is_typed_when_the_page_goes_is_gone_on_with_over_the_table(page: LogPage) -> None:
    await page.press(":", *"ns else")
    page.app.home.dialogs.close_pages()
    await page.press(*"where", "enter")
    await eventually(lambda: "pods (elsewhere)" in status(page.app))


async def test_over_every_page(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    ways: list[tuple[str, str, type[PageScreen]]] = [
        ("pods", "d", InspectScreen),
        ("pods", "b", DebugScreen),
        ("pods", "J", JournalScreen),
        ("nodes", "D", DrainScreen),
        ("deployments.apps", "R", RolloutScreen),
        ("pods", ":sweep\r", SweepScreen),
    ]
    async with log_page(cluster, clock, shop, size=(60, 15)) as page:
        for view, keys, kind in ways:
            await page.press(":", *view, "enter")
            home = page.app.home
            await eventually(lambda: home.places.place.view == view and home.table.cursor_row is not None)  # noqa: B023
            await page.press(keys)
            screen = await _opens(page, kind)
            focused = screen.focused
            await page.press(":", *"nodq")
            assert any(line.startswith(" :nodq") for line in text(page.app)), (kind, page.text)
            await page.press("escape")
            assert page.app.screen is screen
            assert screen.focused is focused
            assert not screen.command_line.is_open
            await page.press(":", *"pods", "enter")
            await eventually(lambda: page.on_top is page.app.home)
