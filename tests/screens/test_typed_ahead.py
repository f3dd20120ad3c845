"""Keys typed behind a command or a key go to what it opens, however long that takes; where nothing opens, nowhere."""

from collections.abc import AsyncIterator

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.screens import keyboard
from k8stui.screens.debug.page import DebugScreen
from k8stui.screens.editing.page import EditScreen
from k8stui.screens.logs.page import LogsScreen
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, messages, running, settled, tells, typed, under_cursor
from tests.support.logs import Writer
from tests.support.manifests import deployment
from tests.support.waiting import eventually

STUCK = 600.0
"""Seconds: the server does not answer unless it is hurried."""


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[K8sTui]:
    """Three pods that write, and a Deployment. Keys hold up everything else for less time than usual."""
    monkeypatch.setattr(keyboard, "BURST", 0.1)
    writer = Writer(cluster, clock)
    for name in ("web-1", "web-2", "web-3"):
        writer.pod(name, labels={"app": "web"})
        writer.say(name, f"{name} says hello")
    cluster.store.create(deployment("web"))
    async with running(cluster, clock, size=(100, 24)) as (found, _):
        await settled(found, cluster)
        yield found


async def held(app: K8sTui, *keys: str) -> None:
    """Type, and wait until keys are known to wait."""
    burst(app, *keys)
    await tells(app, "keys wait for it; esc gives it up")
    await idle(app)


async def test_keys_behind_a_command_wait_for_its_page(app: K8sTui, cluster: EmbeddedCluster) -> None:
    slow = cluster.faults.add(Fault(resource="deployments", delay=STUCK, times=1))
    await held(app, ":", *"logs deploy/web", "enter", "j", "w")
    await typed(app, "j", "space")
    assert under_cursor(app) == "web-1"
    assert len(app.screen_stack) == 1
    cluster.faults.hurry(slow)
    await eventually(lambda: isinstance(app.screen, LogsScreen))
    page = app.screen
    assert isinstance(page, LogsScreen)
    await eventually(lambda: page.view.wrap)
    await idle(app)
    assert (under_cursor(app), list(app.home.table.marks)) == ("web-1", [])


async def test_where_nothing_opens_they_are_dropped_and_the_error_is_told(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    slow = cluster.faults.add(Fault(resource="deployments", delay=STUCK, status=500, times=1))
    await held(app, ":", *"logs deploy/web", "enter", "j", "x")
    cluster.faults.hurry(slow)
    line = app.home.command_line
    await eventually(lambda: line.is_open)
    await idle(app)
    assert (line.text, bool(line.error)) == ("logs deploy/web", True)
    await typed(app, "escape", "j")
    assert under_cursor(app) == "web-2", "what is typed from then on is the table's"


async def test_esc_gives_up_what_does_not_come(app: K8sTui, cluster: EmbeddedCluster) -> None:
    slow = cluster.faults.add(Fault(resource="deployments", delay=STUCK))
    await held(app, ":", *"logs deploy/web", "enter", "j")
    await typed(app, "k", "escape")
    await tells(app, "Logs: given up")
    await idle(app)
    assert app.screen is app.home
    assert under_cursor(app) == "web-1"
    cluster.faults.remove(slow)
    await typed(app, "j")
    assert under_cursor(app) == "web-2"
    await typed(app, "l")
    await eventually(lambda: isinstance(app.screen, LogsScreen))


async def test_the_program_can_be_left_meanwhile(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(resource="deployments", delay=STUCK))
    await held(app, ":", *"logs deploy/web", "enter", "j")
    burst(app, "ctrl+q")
    await eventually(lambda: not app.is_running)


async def test_keys_behind_a_key_wait_for_the_text_that_it_reads(app: K8sTui, cluster: EmbeddedCluster) -> None:
    slow = cluster.faults.add(Fault(verb="get", resource="pods", delay=STUCK, times=1))
    await held(app, "e", *"#x")
    cluster.faults.hurry(slow)
    await eventually(lambda: isinstance(app.screen, EditScreen))
    page = app.screen
    assert isinstance(page, EditScreen)
    await eventually(lambda: page.edit.text.startswith("#x"))


async def test_keys_behind_a_command_in_one_burst_never_reach_the_table(app: K8sTui) -> None:
    burst(app, ":", *"debug web-2", "enter", *"jjN", *"mine", "enter")
    await eventually(lambda: isinstance(app.screen, DebugScreen))
    page = app.screen
    assert isinstance(page, DebugScreen)
    await eventually(lambda: page.considering is not None and page.plan.choice.options.container == "mine")
    assert under_cursor(app) == "web-1"


async def test_a_command_that_is_wrong_takes_no_more_keys(app: K8sTui) -> None:
    burst(app, ":", *"nonsens", "enter", *"jjl")
    await idle(app)
    line = app.home.command_line
    assert (line.is_open, line.text) == (True, "nonsens")
    await typed(app, "e")
    assert line.text == "nonsense"
    assert under_cursor(app) == "web-1"
    assert "Logs" not in messages(app)


async def test_a_second_command_behind_the_first_is_about_what_the_first_opens(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    slow = cluster.faults.add(Fault(resource="deployments", delay=STUCK, times=1))
    await held(app, ":", *"logs deploy/web", "enter", ":", *"log-wrap", "enter", "j")
    cluster.faults.hurry(slow)
    await eventually(lambda: isinstance(app.screen, LogsScreen))
    page = app.screen
    assert isinstance(page, LogsScreen)
    await eventually(lambda: page.view.wrap)
