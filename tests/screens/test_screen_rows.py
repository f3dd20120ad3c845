"""Filter, order and cursor: they follow values and uids, not texts and line numbers."""

import random
from collections.abc import AsyncIterator

import pytest
from textual import events

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.decoded import ended
from tests.support.house import idle, messages, names, note, running, settled, status, text, typed, under_cursor
from tests.support.scene import DAY, crowd, node, pod
from tests.support.scene import running as up


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    """Five pods whose values sort otherwise as numbers than as texts."""
    cluster.add_namespace("shop")
    for name, restarts, age in (
        ("alpha-1", 2, 10 * DAY),
        ("bravo-2", 10, 9 * DAY),
        ("charlie-3", 9, 100 * DAY),
        ("delta-4", 0, 90.0),
        ("echo-5", 100, 3600.0),
    ):
        state = up(restartCount=restarts, lastState=ended("Error", 1))
        cluster.store.create(pod(name, "shop", "worker-1", age, statuses=[state], labels={"tier": name[0]}))
    async with running(cluster, clock, size=(140, 24)) as (made, _):
        await settled(made, cluster)
        yield made


def turn(cluster: EmbeddedCluster, name: str, to: str) -> None:
    """A change that no column shows."""
    cluster.store.modify("pods", name, "shop", change=lambda each: each["metadata"]["labels"].update(turn=to))


def fall(cluster: EmbeddedCluster, name: str, phase: str) -> None:
    """A change that moves the row."""
    cluster.store.modify("pods", name, "shop", change=lambda each: each["status"].update(phase=phase))


# The filter


FILTERS = {
    "alpha": ["alpha-1"],
    "ALPHA": ["alpha-1"],
    "(alpha|echo)-[0-9]": ["alpha-1", "echo-5"],
    "Running .*worker": ["alpha-1", "bravo-2", "charlie-3", "delta-4", "echo-5"],
    "!alpha": ["bravo-2", "charlie-3", "delta-4", "echo-5"],
    "tier=b": ["bravo-2"],
    "app=delta,tier=d": ["delta-4"],
    "nothing like it": [],
}


async def test_filters(app: K8sTui) -> None:
    """Trap 5 among them: a regular expression that holds a blank filters."""
    for typing, found in FILTERS.items():
        await typed(app, f"/{typing}\r")
        assert names(app) == found, typing
        assert f"{len(found)} of 5" in status(app)
        await typed(app, "escape")
        assert len(names(app)) == 5
        assert "of 5" not in status(app)


async def test_a_filter_that_hides_everything_says_so(app: K8sTui) -> None:
    await typed(app, "/", "zzz")
    assert any("Nothing matches the filter; esc clears it" in line for line in text(app))


async def test_a_wrong_filter_says_why_and_keeps_text_and_rows(app: K8sTui) -> None:
    await typed(app, "/", "alpha(")
    bar = app.home.filter_bar
    assert bar.text == "alpha("
    assert bar.error
    assert names(app) == ["alpha-1"]  # the last one that was right
    await typed(app, "enter")
    assert bar.is_open
    await typed(app, "backspace", "enter")
    assert not bar.display
    assert names(app) == ["alpha-1"]


async def test_a_wrong_filter_typed_in_one_burst_stays_open_and_a_mended_one_closes(app: K8sTui) -> None:
    bar = app.home.filter_bar
    await typed(app, "/alpha(\r")
    assert bar.is_open
    assert bar.error
    await typed(app, "backspace", "enter")
    assert not bar.display
    assert names(app) == ["alpha-1"]


async def test_the_filter_takes_in_what_comes_later(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "/", "alpha", "\r")
    cluster.store.create(pod("alpha-9", "shop", "worker-1"))
    cluster.store.create(pod("zulu-9", "shop", "worker-1"))
    await settled(app, cluster)
    assert names(app) == ["alpha-1", "alpha-9"]
    assert "2 of 7" in status(app)


async def test_the_filter_stays_with_its_view(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("worker-1"))
    await typed(app, "/", "alpha", "\r", "1")
    await settled(app, cluster)
    assert names(app) == ["worker-1"]
    await typed(app, "[")
    assert names(app) == ["alpha-1"]


# The order


def sorted_by(app: K8sTui) -> str:
    """The title that carries the arrow."""
    found = [word for word in text(app)[1].split() if word[-1] in "↑↓"]
    return found[0] if found else ""


async def by(app: K8sTui, column: str) -> None:
    """Sort by this column with the keys."""
    for _ in range(20):
        if sorted_by(app)[:-1] == column:
            return
        await typed(app, ">")
    raise AssertionError(f"no way to {column}: {text(app)[1]}")


async def test_numbers_are_sorted_as_numbers(app: K8sTui) -> None:
    await by(app, "RESTARTS")
    up_order = ["delta-4", "alpha-1", "charlie-3", "bravo-2", "echo-5"]
    assert names(app) in (up_order, up_order[::-1])
    before = names(app)
    await typed(app, "~")
    assert names(app) == before[::-1]


async def test_ages_are_sorted_as_times(app: K8sTui) -> None:
    await by(app, "AGE")
    young_first = ["delta-4", "echo-5", "bravo-2", "alpha-1", "charlie-3"]
    assert names(app) in (young_first, young_first[::-1])


@pytest.mark.parametrize("size", [(80, 24), (140, 24)])
async def test_the_arrow_is_always_in_sight(
    app: K8sTui, cluster: EmbeddedCluster, clock: ManualClock, size: tuple[int, int]
) -> None:
    """The order never goes by a column that nobody sees."""
    async with running(cluster, clock, size=size) as (small, _):
        await settled(small, cluster)
        seen = []
        for key in [">"] * 8 + ["<"] * 3:
            await typed(small, key)
            seen.append(sorted_by(small))
        assert "" not in seen
        assert len(set(seen)) >= 4


async def test_a_click_on_a_header_sorts_and_reverses(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    for name in ("b", "a", "c"):
        cluster.store.create(pod(name, "default", "worker-1"))
    async with running(cluster, clock, size=(120, 24)) as (app, pilot):
        await settled(app, cluster)
        at = text(app)[1].index(" NAME ") + 1
        await pilot.click("LiveTable", offset=(at, 0))
        await idle(app)
        assert names(app) == ["a", "b", "c"]
        await pilot.click("LiveTable", offset=(at, 0))
        await idle(app)
        assert names(app) == ["c", "b", "a"]
        assert sorted_by(app) == "NAME↓"


async def test_the_order_is_stable_under_churn(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """Rows whose value stays keep their places, whatever else changes in them."""
    before = names(app)
    for number in range(30):
        name = before[number % 5]
        turn(cluster, name, str(number))
        if number % 7 == 0:
            await settled(app, cluster)
            assert names(app) == before
    await settled(app, cluster)
    assert names(app) == before


# The cursor


async def test_cursor_and_marks_follow_the_object(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """Trap 7: the order changes under the cursor, and the next key still acts on the same object."""
    await typed(app, "j", "j", "space", "k")
    chosen = under_cursor(app)
    marked = [ref.name for ref in app.home.table.marks.values()]
    dice = random.Random(1)
    for number in range(20):
        name = dice.choice(["alpha-1", "bravo-2", "charlie-3", "delta-4", "echo-5"])
        fall(cluster, name, dice.choice(["Running", "Pending", "Failed"]))
        cluster.store.create(pod(f"new-{number}", "shop", "worker-1"))
        if number % 5 == 4:
            await settled(app, cluster)
            assert under_cursor(app) == chosen
            assert any(line.startswith((" > ", "+> ", "+>")) and chosen in line for line in text(app))
            assert [ref.name for ref in app.home.table.marks.values()] == marked
    await typed(app, "a")
    assert any(f"Actions on shop/{chosen}" in line for line in text(app))


async def test_a_row_that_vanished_leaves_the_cursor_on_its_neighbour_and_says_so(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    order = names(app)
    await typed(app, "j", "j")
    cluster.store.delete("pods", order[2], "shop")
    await settled(app, cluster)
    assert under_cursor(app) == order[3]
    assert f"shop/{order[2]} is gone; the cursor is on shop/{order[3]}" in note(app)
    await typed(app, "G")
    cluster.store.delete("pods", order[4], "shop")
    await settled(app, cluster)
    assert under_cursor(app) == order[3]
    for name in (order[0], order[1], order[3]):
        cluster.store.delete("pods", name, "shop")
    await settled(app, cluster)
    assert under_cursor(app) == ""
    assert any("There are no pods" in line for line in text(app))
    await typed(app, "a", "escape", "space", "*", "enter", "j", "k")
    assert app.is_running


async def test_a_row_that_a_filter_hides_is_not_called_gone(app: K8sTui) -> None:
    await typed(app, "j", "/", "echo", "\r")
    assert under_cursor(app) == "echo-5"
    assert "is gone" not in messages(app)


async def test_an_object_made_anew_under_the_same_name_is_another_one(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """A mark is of a uid: what takes the name over is not marked."""
    await typed(app, "space")
    marked = next(iter(app.home.table.marks.values()))
    cluster.store.delete("pods", marked.name, "shop")
    await settled(app, cluster)
    cluster.store.create(pod(marked.name, "shop", "worker-1"))
    await settled(app, cluster)
    line = next(line for line in text(app) if marked.name in line)
    assert not line.startswith("+")


async def test_paging_and_ends(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    crowd(cluster, 100)
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        order = names(app)
        await typed(app, "G")
        assert under_cursor(app) == order[-1]
        await typed(app, "g")
        assert under_cursor(app) == order[0]
        await typed(app, "pagedown", "pagedown")
        assert app.home.table.cursor_line > 30
        await typed(app, "pageup", "pageup")
        assert under_cursor(app) == order[0]
        await typed(app, "up", "down", "down", "k")
        assert under_cursor(app) == order[1]


# The mouse


async def test_click_double_click_and_wheel(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    for number in range(30):
        cluster.store.create(node(f"worker-{number:02}"))
    async with running(cluster, clock, view="nodes") as (app, pilot):
        await settled(app, cluster)
        order = names(app)
        await pilot.click("LiveTable", offset=(10, 4))
        assert under_cursor(app) == order[3]
        await pilot._post_mouse_events([events.MouseScrollDown], "LiveTable", (10, 4), button=0)
        await idle(app)
        assert app.home.table.top == 3
        assert under_cursor(app) == order[3]
        await pilot.click("LiveTable", offset=(10, 2), times=2)
        await settled(app, cluster)
        assert app.home.places.place.node == order[4]


async def test_a_click_on_the_footer_is_its_key(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, pilot):
        await settled(app, cluster)
        at = app.home.footer.plain.index("? Help")
        await pilot.click("Footer", offset=(at + 2, 0))
        await idle(app)
        assert any("Help" in line for line in text(app)[:6])


async def test_marks_belong_to_a_view_and_stay_behind_with_it(app: K8sTui) -> None:
    await typed(app, "*")
    assert app.home.table.marks
    await typed(app, "1")
    assert not app.home.table.marks
