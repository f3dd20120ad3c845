"""Nothing that was typed is lost: leaving and going on, and whatever goes wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.editing.page import EditScreen
from k8stui.screens.leaving import Quitting
from k8stui.screens.questions.choice import Choice
from tests.support import manifests
from tests.support.clock import ManualClock
from tests.support.editing import SETTINGS, asked, drafts, page, replace, whole, writes
from tests.support.house import cut_off, idle, running, settled, tells, text, typed
from tests.support.waiting import eventually


async def test_leaving_a_changed_text_asks_and_keeps_it_and_e_goes_on(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    replace(edit, "greeting: hello", "greeting: welcome")
    await typed(app, "escape")
    await asked(app, Choice)
    await typed(app, "n")
    assert isinstance(app.screen, EditScreen)
    await typed(app, "escape")
    await asked(app, Choice)
    await typed(app, "k")
    await tells(app, "The text is kept in")
    assert "welcome" in drafts(app)[0].read_text()
    await typed(app, "e")
    assert "Go on with the edit of configmap shop/settings" in await asked(app, Choice)
    await typed(app, "g")
    edit = await page(app)
    assert "greeting: welcome" in edit.text
    await typed(app, "ctrl+o")
    await asked(app)
    await typed(app, "y")
    await tells(app, "configmap/settings edited")
    assert drafts(app) == []


async def test_an_unchanged_text_is_left_without_a_question(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await whole(app, cluster)
    await typed(app, "escape")
    await eventually(lambda: app.screen is app.home)
    await eventually(lambda: drafts(app) == [])


async def test_quitting_with_an_unsent_text_asks(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    replace(edit, "greeting: hello", "greeting: welcome")
    await typed(app, "ctrl+q")
    assert "is not sent" in await asked(app, Quitting)
    await typed(app, "n")
    assert isinstance(app.screen, EditScreen)


async def test_a_no_to_the_question_leads_back_to_the_text(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    replace(edit, "greeting: hello", "greeting: welcome")
    await typed(app, "ctrl+o")
    await asked(app)
    await typed(app, "n")
    await eventually(lambda: isinstance(app.screen, EditScreen) and not edit.locked)
    assert "Nothing was sent yet" in "\n".join(text(app))
    assert writes(cluster) == []


async def lost_connection(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await cut_off(cluster)


async def gone(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.store.delete(*SETTINGS)


async def page_taken_away(app: K8sTui, cluster: EmbeddedCluster) -> None:
    app.home.forget()
    await idle(app)


async def crash_while_sending(app: K8sTui, cluster: EmbeddedCluster) -> None:
    assert isinstance(app.screen, EditScreen)

    async def fails(_text: str) -> str:
        raise ConnectionError("boom")

    app.screen._send = fails


@pytest.mark.parametrize("trouble", [lost_connection, gone, page_taken_away, crash_while_sending])
async def test_what_was_typed_is_in_a_file_whatever_goes_wrong(
    cluster: EmbeddedCluster,
    clock: ManualClock,
    empty_environ: None,
    trouble: Callable[[K8sTui, EmbeddedCluster], Any],
) -> None:
    cluster.add_namespace("shop")
    made = manifests.settings("settings", greeting="hello")
    cluster.registry.create(made | {"metadata": {"name": "settings", "namespace": "shop"}})
    async with running(cluster, clock, size=(120, 30), faults=True) as (app, _):
        await settled(app, cluster)
        edit = await whole(app, cluster)
        replace(edit, "greeting: hello", "greeting: typed with care")
        await trouble(app, cluster)
        if isinstance(app.screen, EditScreen):
            await typed(app, "ctrl+o")
            await eventually(lambda: not edit.locked)
        await eventually(lambda: "typed with care" in drafts(app)[0].read_text())
        assert len(drafts(app)) == 1


async def test_a_kept_text_is_gone_on_with_by_its_name(app: K8sTui, cluster: EmbeddedCluster, tmp_path: Path) -> None:
    edit = await whole(app, cluster)
    replace(edit, "greeting: hello", "greeting: welcome")
    await typed(app, "escape")
    await asked(app, Choice)
    await typed(app, "k")
    await tells(app, "The text is kept in")
    stray = tmp_path / "stray.yaml"
    stray.write_text("a: 1")
    await typed(app, ":", f"edit {stray}", "enter")
    await eventually(lambda: "is no text that was kept" in app.home.command_line.error)
    await typed(app, "escape", ":", f"edit {drafts(app)[0]}", "enter")
    assert "greeting: welcome" in (await page(app)).text
