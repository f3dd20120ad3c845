"""The partial container, typed in the built-in editor: in each mode, taken, refused, and kept."""

import os

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.debug.page import DebugScreen
from k8stui.screens.editing.page import EditScreen
from tests.support.clock import ManualClock
from tests.support.debug_page import launcher, opened, picked, shown, tried
from tests.support.house import idle, messages, typed
from tests.support.waiting import eventually


@pytest.mark.parametrize(("view", "mode"), [("pods", "copy"), ("nodes", "on the node"), ("nodes", "by itself")])
async def test_it_is_taken_in_every_mode(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, view: str, mode: str
) -> None:
    for name in ("KUBE_EDITOR", "EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    async with launcher(cluster, clock, monkeypatch, view=view) as (app, _, _):
        page = await opened(app, "b")
        if mode != "on the node":
            await picked(app, "m", mode, "enter")
        await typed(app, "e")
        await eventually(lambda: isinstance(app.screen, EditScreen))
        said = await shown(app)
        assert "edit a partial container" in said
        assert "ctrl+o Use" in said
        assert "Send" not in said
        await typed(app, *"{nonsense: 1}", "enter", "ctrl+o")
        await eventually(lambda: isinstance(app.screen, EditScreen) and app.screen._problem)
        said = await shown(app)
        assert "The custom container says nonsense: a container has no such field" in said
        assert "changed, not used" in said
        await typed(app, "ctrl+z", *["ctrl+z"] * 3)
        edit = app.screen
        assert isinstance(edit, EditScreen)
        edit.edit.text = "workingDir: /tmp\n"
        await typed(app, "ctrl+o")
        await eventually(lambda: app.screen is page)
        await tried(app, page)
        assert page.plan.choice.options.custom == "workingDir: /tmp\n"
        assert "workingDir: /tmp" in str([line.text for line in page.text.lines])


async def test_a_text_that_is_kept_is_no_text_to_apply(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {key: text for key, text in os.environ.items() if "EDITOR" not in key})
    async with launcher(cluster, clock, monkeypatch) as (app, _, _):
        page = await opened(app, "b")
        await typed(app, "e")
        await eventually(lambda: isinstance(app.screen, EditScreen))
        await idle(app)
        await typed(app, "x", "escape")
        await eventually(lambda: not isinstance(app.screen, EditScreen | DebugScreen))
        assert "Nothing is used. The text can be kept" in await shown(app)
        await typed(app, "k")
        await eventually(lambda: app.screen is page)
        await idle(app)
        assert "Nothing was used. The text is kept in" in messages(app)
        assert "behind :debug takes it" in messages(app)
        assert ":apply" not in messages(app)
