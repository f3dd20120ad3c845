"""Trap 17 for logs, sessions and debug pods: why something was refused can be read by `!` when its toast has gone."""

from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from tests.support.clock import ManualClock
from tests.support.debug_page import debug_page, launcher, opened
from tests.support.handed import Hands, several
from tests.support.house import idle, messages, running, settled, text, typed
from tests.support.log_page import log_page
from tests.support.narrow import config, may, user
from tests.support.waiting import eventually


async def read(app: K8sTui, *words: str) -> None:
    """Other things happen on other screens; then these words stand in the history."""
    for _ in range(3):
        await typed(app, "escape")
    assert app.screen is app.home
    await typed(app, "ctrl+l", "j", "k")
    await typed(app, "!")
    await eventually(lambda: app.screen is not app.home)
    await idle(app)
    shown = " ".join(" ".join(text(app)).split())
    assert all(each in shown for each in words), shown


@pytest.mark.parametrize(("keys", "resource"), [(["s"], "exec"), ([":", *"attach", "enter"], "attach")])
async def test_trap_17_a_session_that_the_server_refused(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, keys: list[str], resource: str
) -> None:
    Hands(monkeypatch)
    cluster.store.create(several("web", ["main"]))
    cluster.faults.add(Fault(resource=f"pods/{resource}", status=403, message="no sessions today"))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, *keys)
        await eventually(lambda: "no sessions today" in messages(app))
        await read(app, "default/web (main)", "no sessions today")


async def test_trap_17_logs_that_may_not_be_read(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    user(cluster, may("get list watch", "pods events", "default"))

    def prepare(writer: Any) -> None:
        writer.pod("web-1")

    async with log_page(cluster, clock, prepare, size=(120, 24), config=config(cluster, "default")) as page:
        await page.press("l")
        await eventually(lambda: "you may not get pods/log in default" in messages(page.app))
        await read(page.app, "you may not get pods/log in default")


async def test_trap_17_logs_that_the_server_refuses_when_they_are_asked_for(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    """Nothing was known of the right beforehand; the sentence stands on the page, and in the history afterwards."""
    cluster.faults.add(Fault(resource="pods/log", status=403, message="no logs today"))

    def prepare(writer: Any) -> None:
        writer.pod("web-1")

    async with log_page(cluster, clock, prepare, size=(140, 24)) as page:
        await page.open()
        await page.shows("no logs today")
        await read(page.app, "no logs today")


async def test_trap_17_a_launch_that_the_server_refused(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch) as (app, _, _):
        page = await opened(app, "b")
        cluster.faults.add(Fault(resource="pods/ephemeralcontainers", status=403, message="no debugging today"))
        await typed(app, "y")
        await eventually(lambda: "no debugging today" in messages(app))
        await eventually(lambda: debug_page(app) is page and page.made is None)
        await read(app, "no debugging today")
