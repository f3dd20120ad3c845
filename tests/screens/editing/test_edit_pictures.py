"""Editing as it looks: the built-in editor, what is in its way, its questions, and who has to be restarted."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.editing.page import EditScreen
from k8stui.screens.editing.restarting import RestartScreen
from k8stui.screens.pick import PickScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.choice import Choice
from tests.support import manifests
from tests.support.clock import ManualClock
from tests.support.house import idle, running, settled, text, typed
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
CONF = "# how the shop greets\ngreeting: hello\nlanguages:\n  - en\n  - de\n"


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """No editor of whoever runs the tests, and names of files that are the same in every run."""
    for name in ("EDITOR", "KUBE_EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("k8stui.operations.drafts.secrets.token_hex", lambda _count: "c0ffee")


@asynccontextmanager
async def editing(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> AsyncIterator[K8sTui]:
    """The cursor on a ConfigMap that a Deployment, a StatefulSet and a CronJob read."""
    monkeypatch.setenv("HOME", str(tmp_path))
    cluster.add_namespace("shop")
    settings = manifests.settings("settings", **{"app.yaml": CONF, "mode": "calm"})
    web, db = manifests.deployment("web"), manifests.statefulset("db")
    source: Any = {"configMapRef": {"name": "settings"}}
    web["spec"]["template"]["spec"]["containers"][0]["envFrom"] = [source]
    db["spec"]["template"]["spec"]["volumes"] = [{"name": "conf", "configMap": {"name": "settings"}}]
    nightly = manifests.cronjob("nightly", "registry.example/nightly:1")
    nightly["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["envFrom"] = [source]
    for each in (settings, web, db, nightly):
        cluster.registry.create(each | {"metadata": each["metadata"] | {"namespace": "shop"}})
    async with running(cluster, clock, size=size, state=tmp_path / "state") as (app, _):
        await settled(app, cluster)
        await typed(app, ":", "configmaps shop", "enter")
        await settled(app, cluster)
        pane = app.home.pane
        assert pane is not None
        app.home.table.move_to(next(uid for uid, row in pane.store.rows.items() if row.ref.name == "settings"))
        await idle(app)
        await typed(app, "e")
        await eventually(lambda: isinstance(app.screen, PickScreen))
        await idle(app)
        yield app


async def opened(app: K8sTui, *keys: str) -> EditScreen:
    await typed(app, *keys, "enter")
    await eventually(lambda: isinstance(app.screen, EditScreen) and app.screen.edit.is_mounted)
    await idle(app)
    assert isinstance(app.screen, EditScreen)
    return app.screen


async def asked(app: K8sTui, kind: type[Any]) -> None:
    await eventually(lambda: isinstance(app.screen, kind))
    await eventually(lambda: not any("trying it" in line or "looking at" in line for line in text(app)))
    await idle(app)


@SIZES
async def test_the_way_of_an_edit(
    cluster: EmbeddedCluster,
    clock: ManualClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    snap: Snap,
    size: tuple[int, int],
) -> None:
    async with editing(cluster, clock, tmp_path, monkeypatch, size) as app:
        if size == (80, 24):
            await snap(app, "which-part")
        page = await opened(app)
        await snap(app, "whole")
        page.edit.replace(page.edit.text.replace("hello", "welcome"), (0, 0), page.edit.document.end)
        await typed(app, "ctrl+o")
        await asked(app, ChangeQuestion)
        await snap(app, "question")
        await typed(app, "y")
        await asked(app, RestartScreen)
        if size == (80, 24):
            await snap(app, "readers")


async def test_what_is_in_the_way_of_a_value_and_leaving_it(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snap: Snap
) -> None:
    async with editing(cluster, clock, tmp_path, monkeypatch, (80, 24)) as app:
        page = await opened(app, "app.yaml")
        await snap(app, "value")
        await typed(app, "#", "escape")
        await asked(app, Choice)
        await snap(app, "leave")
        await typed(app, "n")
        cluster.store.delete("configmaps", "settings", "shop")
        await typed(app, "ctrl+o")
        await eventually(lambda: not page.edit.locked and "is gone" in "\n".join(text(app)))
        await snap(app, "gone")
