"""Themes and columns chosen while the program runs, and what the status line says of a context that is kept safe."""

import os
import time
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.permits import ReadOnlyError
from k8stui.model.kinds import PODS
from k8stui.model.times import clock_time
from k8stui.settings import ContextSettings
from k8stui.state import read
from tests.support.clock import ManualClock
from tests.support.exchanges import PERMIT
from tests.support.house import messages, note, running, settled, status, text, typed
from tests.support.objects import pod
from tests.support.waiting import eventually


async def test_another_theme_by_name_and_from_the_list(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(pod("web-1"))
    async with running(cluster, clock, theme="light") as (app, _):
        await settled(app, cluster)
        assert app.theme == "k8stui-light"
        dark_text = app.home.table.rich_style
        await typed(app, ":", "theme ansi", "\r")
        assert app.theme == "k8stui-ansi"
        assert app.home.table.rich_style != dark_text
        assert app.home.table.rich_style.bgcolor is not None
        assert app.home.table.rich_style.bgcolor.is_system_defined
        await typed(app, ":", "theme", "\r")
        assert any("> ansi" in line for line in text(app))
        await typed(app, "dark", "\r")
        assert app.theme == "k8stui-dark"
        await typed(app, ":", "theme pink", "\r")
        assert app.home.command_line.error == "There is no theme 'pink'; known: dark, light, ansi"


async def test_columns_are_chosen_remembered_and_given_back(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    cluster.store.create(pod("web-1"))
    async with running(cluster, clock, size=(160, 24), state=tmp_path) as (app, _):
        await settled(app, cluster)
        own = text(app)[1]
        await typed(app, ":", "columns", "\r")
        assert "Columns: NAMESPACE, NAME, " in messages(app)
        await typed(app, ":", "columns age nonsense", "\r")
        assert "There is no column NONSENSE; there are NAMESPACE, NAME" in app.home.command_line.error
        await typed(app, "escape", ":", "columns node, status", "\r")
        assert text(app)[1].split() == ["NAMESPACE", "NAME", "NODE", "STATUS↑"]
    assert read(tmp_path, "demo").views["pods"].columns == ("NODE", "STATUS")
    async with running(cluster, clock, size=(160, 24), state=tmp_path) as (app, _):
        await settled(app, cluster)
        assert text(app)[1].split() == ["NAMESPACE", "NAME", "NODE", "STATUS↑"]
        await typed(app, "w")
        assert "RESTARTS" in text(app)[1]
        await typed(app, "w", ":", "columns -", "\r")
        assert text(app)[1] == own


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"locked": ("*",)}, "READ-ONLY"),
        ({"read_only": ("de*",)}, "READ-ONLY"),
        ({"protected": ("demo",)}, "PROTECTED"),
        ({"contexts": (ContextSettings(pattern="demo", read_only=True, protected=True),)}, "READ-ONLY"),
        ({"read_only": ("prod",)}, ""),
    ],
)
async def test_what_keeps_the_context_safe_is_said(
    cluster: EmbeddedCluster, clock: ManualClock, settings: dict[str, Any], said: str
) -> None:
    cluster.store.create(pod("web-1"))
    async with running(cluster, clock, **settings) as (app, _):
        await settled(app, cluster)
        assert ("READ-ONLY" in status(app), "PROTECTED" in status(app)) == (said == "READ-ONLY", said == "PROTECTED")
        session = app.home.session
        assert session is not None
        assert session.read_only is (said == "READ-ONLY")
        assert session.protected is ("protected" in settings or "contexts" in settings)
        if session.read_only:
            with pytest.raises(ReadOnlyError):
                await session.connection.request("DELETE", PODS.path("default", "web-1"), permit=PERMIT)
    assert cluster.store.get("pods", "web-1", "default")


async def test_what_is_wrong_with_the_configuration_is_told(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    notice = "/x/config.yaml, line 3: theme must be dark, light or ansi, not 'pink'; it is ignored"
    async with running(cluster, clock, notices=(notice,), locked=("*",)) as (app, _):
        await eventually(lambda: "READ-ONLY" in status(app))
        assert notice in messages(app)


async def test_times_are_in_the_zone_that_is_asked_for(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    before = os.environ["TZ"]
    os.environ["TZ"] = "XYZ-5:30"
    time.tzset()
    try:
        shown = {}
        for times in ("local", "utc"):
            async with running(cluster, clock, times=times) as (app, _):
                await settled(app, cluster)
                await typed(app, "ctrl+r")
                shown[times] = note(app).split()[0]
                await typed(app, "!")
                said = next(line for line in text(app) if "Messages" in line)
                assert ("+05:30" if times == "local" else "+00:00") in said
    finally:
        os.environ["TZ"] = before
        time.tzset()
    assert shown["utc"] == clock_time(clock.now(), UTC)
    assert shown["local"] == clock_time(clock.now() + 5.5 * 3600, UTC)
