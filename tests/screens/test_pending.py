"""What is typed before it is known which place is meant waits for that, or is not done and said; nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import structs

from k8stui.cluster.contexts import Contexts
from k8stui.cluster.session import Session
from k8stui.cluster.states import Live
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.screens.journal.page import JournalScreen
from k8stui.screens.logs.page import LogsScreen
from k8stui.screens.memory import Memory
from k8stui.screens.pace import Pacer
from k8stui.state import ContextState
from tests.support.clock import ManualClock
from tests.support.crds import crd, widget
from tests.support.house import SHORT, burst, idle, messages, names, running, settled, status, tells, typed
from tests.support.objects import pod
from tests.support.waiting import eventually

LONG = 60.0
"""Seconds between two paints here, where the paint must not be what brings the rows."""
SLOW = 1.0
"""Seconds that discovery takes here: longer than keys wait for what the key before them led to."""


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Contexts are opened while it is set: what is typed meanwhile is typed too early."""
    event = asyncio.Event()
    enter = Contexts.enter

    async def later(contexts: Contexts, name: str | None = None) -> Session | None:
        await event.wait()
        return await enter(contexts, name)

    monkeypatch.setattr(Contexts, "enter", later)
    return event


@pytest.fixture
def half_open(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """The same for the place to begin with, once the context itself is open."""
    event = asyncio.Event()
    enter = Memory.enter

    async def later(memory: Memory, context: str) -> ContextState:
        await event.wait()
        return await enter(memory, context)

    monkeypatch.setattr(Memory, "enter", later)
    return event


@pytest.fixture
async def other(clock: ManualClock) -> AsyncIterator[EmbeddedCluster]:
    """A second cluster with a pod in `shop`."""
    second = EmbeddedCluster(clock, seed=7)
    await second.start()
    second.add_namespace("shop")
    second.store.create(pod("elsewhere-1", "shop"))
    yield second
    await second.stop()


@pytest.fixture
def here(cluster: EmbeddedCluster) -> EmbeddedCluster:
    """A cluster with a pod in `shop` and one in `default`."""
    cluster.add_namespace("shop")
    cluster.store.create(pod("web-1", "shop"))
    cluster.store.create(pod("away-1"))
    return cluster


def both(one: EmbeddedCluster, two: EmbeddedCluster) -> dict[str, Any]:
    """A kubeconfig with the contexts `east` and `west`, and `broken`, which has no cluster."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "one", "cluster": {"server": one.url}}, {"name": "two", "cluster": {"server": two.url}}],
        "users": [{"name": "admin", "user": {"token": one.token}}],
        "contexts": [
            {"name": "east", "context": {"cluster": "one", "user": "admin"}},
            {"name": "west", "context": {"cluster": "two", "user": "admin"}},
            {"name": "broken", "context": {"cluster": "nowhere", "user": "admin"}},
        ],
        "current-context": "east",
    }


async def test_a_namespace_typed_before_the_context_is_open_is_gone_to(
    here: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    async with running(here, clock) as (app, _):
        await typed(app, ":", "ns shop", "\r")
        assert app.home.session is None
        door.set()
        await eventually(lambda: "pods (shop)" in status(app))
        await settled(app, here)
        assert names(app) == ["web-1"]


async def test_a_namespace_typed_before_the_first_place_is_known_is_gone_to(
    here: EmbeddedCluster, clock: ManualClock, half_open: asyncio.Event
) -> None:
    async with running(here, clock) as (app, _):
        await eventually(lambda: app.home.session is not None)
        await typed(app, ":", "ns shop", "\r")
        half_open.set()
        await eventually(lambda: "pods (shop)" in status(app))
        await settled(app, here)
        assert names(app) == ["web-1"]


async def test_what_is_typed_while_the_context_opens_stays_in_its_field(
    here: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    async with running(here, clock) as (app, _):
        await typed(app, ":", "ns s")
        door.set()
        await settled(app, here)
        await typed(app, "hop", "\r")
        await eventually(lambda: "pods (shop)" in status(app))


async def test_a_filter_typed_before_the_context_is_open_is_in_force_in_it(
    here: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    async with running(here, clock) as (app, _):
        await typed(app, "/", "(", "\r")
        assert app.home.filter_bar.error
        await typed(app, "backspace", "away", "\r")
        door.set()
        await settled(app, here)
        await eventually(lambda: names(app) == ["away-1"])
        assert app.home.places.place.filter == "away"


async def test_a_key_for_another_view_waits_until_the_context_is_open(
    here: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    async with running(here, clock) as (app, _):
        await typed(app, "5")
        door.set()
        await eventually(lambda: app.home.pane is not None and app.home.pane.place.view == "events")


async def test_the_journal_opens_as_soon_as_the_context_is_open(
    here: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    async with running(here, clock) as (app, _):
        await typed(app, "E")
        assert "E: not done, still connecting" in messages(app)
        await typed(app, "J")
        assert len(app.screen_stack) == 1
        door.set()
        await eventually(lambda: isinstance(app.screen, JournalScreen))


async def test_a_key_about_an_object_behind_a_switch_does_nothing_to_the_context_that_is_left(
    here: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    door.set()
    async with running(here, clock, config=both(here, other)) as (app, _):
        await settled(app, here)
        door.clear()
        burst(app, ":", "ctx west", "\r", ":", "ns shop", "\r", "E")
        await tells(app, "Evict: not done, still connecting to west")
        door.set()
        await settled(app, other)
        await eventually(lambda: "pods (shop)" in status(app))
        assert "west" in status(app)
        assert len(app.screen_stack) == 1  # nothing asks
        assert not [each for each in here.requests if each.verb == "create" and "eviction" in each.path]


async def test_what_waits_for_a_context_that_cannot_be_opened_is_said_not_to_be_done(
    here: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock
) -> None:
    async with running(here, clock, config=both(here, other)) as (app, _):
        await settled(app, here)
        before = app.home.places.place
        app.home.switch.enter("broken")
        assert app.home.commands.command("ns shop") == ""
        await tells(app, "Not done: :ns shop")
        assert app.home.places.place == before
        await typed(app, ":", "ns shop", "\r")
        await eventually(lambda: "pods (shop)" in status(app))


async def test_keys_behind_a_kind_that_is_asked_about_wait_or_are_not_done(
    here: EmbeddedCluster, clock: ManualClock
) -> None:
    async with running(here, clock) as (app, _):
        await settled(app, here)
        here.registry.create(crd())
        here.registry.create(widget("one", size=3))
        slow = here.faults.add(Fault(resource="", delay=SLOW))
        burst(app, ":", "wd -A", "\r", "E", ":", "pods shop", "\r")
        await tells(app, "Evict: not done, still asking the server about wd")
        here.faults.remove(slow)
        await eventually(lambda: "pods (shop)" in status(app))
        await typed(app, "[")
        await eventually(lambda: "widgets.shop.example" in status(app))
        assert len(app.screen_stack) == 1


async def test_a_key_on_a_row_typed_as_soon_as_the_view_is_live_finds_its_first_row(
    here: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    async with running(here, clock) as (app, _):
        home = app.home
        home._pacer = Pacer(home.paint, quiet=LONG, every=LONG)  # a machine that is busy paints late
        home._pacer.poke()
        home._pacer.flush()
        door.set()
        await eventually(lambda: home.pane is not None and isinstance(home.pane.state, Live))
        assert home._pacer.waiting
        await typed(app, "l")
        await eventually(lambda: isinstance(app.screen, LogsScreen))
        assert "nothing is selected" not in messages(app)


async def test_the_status_line_never_says_live_before_the_rows_are_there(
    here: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    async with running(here, clock) as (app, _):
        home = app.home
        home._pacer = Pacer(home.paint, quiet=LONG, every=LONG)
        home._pacer.poke()
        home._pacer.flush()
        door.set()
        await eventually(lambda: home.pane is not None and isinstance(home.pane.state, Live))
        home.refresh_lines()  # what is learnt of the server or of rights may do so at any moment
        assert "live" in status(app)
        assert home.table.cursor_row is not None


async def test_a_key_on_a_row_typed_while_the_list_is_read_is_said_not_to_be_done(
    here: EmbeddedCluster, clock: ManualClock, door: asyncio.Event
) -> None:
    slow = here.faults.add(Fault(verb="list", resource="pods", delay=SLOW))
    timing = structs.replace(SHORT, toast=60.0)  # still there when it is looked at
    async with running(here, clock, toasts=True, timing=timing) as (app, _):
        door.set()
        await eventually(lambda: app.home.pane is not None)
        await typed(app, "l")
        here.faults.remove(slow)
        await tells(app, "Logs: not done, the list is still being read; once more when it is here")
        assert len(app._notifications) == 1  # stays when the first row takes the note away
        await settled(app, here)
        await typed(app, "l")
        await eventually(lambda: isinstance(app.screen, LogsScreen))


async def test_esc_gives_up_a_kind_that_is_asked_about(here: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(here, clock) as (app, _):
        await settled(app, here)
        here.faults.add(Fault(resource="", delay=SLOW))
        burst(app, ":", "gadgets", "\r", ":", "ns shop", "\r", "\x1b")
        await tells(app, "No longer asking the server about gadgets")
        assert "Not done: :ns shop" in messages(app)
        await typed(app, ":", "ns default", "\r")
        await idle(app)
        assert "pods (default)" in status(app)
        assert not app.home.command_line.is_open
