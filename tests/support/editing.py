"""Editing through keys: on the object, into the editor, up to the question, and what became of it."""

from pathlib import Path
from typing import Any

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.editing.page import EditScreen
from k8stui.screens.pick import PickScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.widgets.text_edit import TextEdit
from tests.support.house import idle, settled, text, typed
from tests.support.waiting import eventually

SETTINGS = ("configmaps", "settings", "shop")
SECRET = "hunter2"


async def at(app: K8sTui, cluster: EmbeddedCluster, view: str, name: str) -> None:
    """The cursor on a row of a view."""
    await typed(app, ":", f"{view} shop", "enter")
    await settled(app, cluster)
    pane = app.home.pane
    assert pane is not None
    app.home.table.move_to(next(uid for uid, row in pane.store.rows.items() if row.ref.name == name))
    await idle(app)


async def page(app: K8sTui) -> TextEdit:
    """The editor that has come up."""
    await eventually(lambda: isinstance(app.screen, EditScreen) and app.screen.edit.is_mounted)
    await idle(app)
    assert isinstance(app.screen, EditScreen)
    return app.screen.edit


async def asked(app: K8sTui, kind: type[Any] = ChangeQuestion) -> str:
    """The question that has come up, as text."""
    await eventually(lambda: isinstance(app.screen, kind))
    await eventually(lambda: not any("trying it" in line or "looking at" in line for line in text(app)))
    await idle(app)
    return "\n".join(text(app))


async def whole(app: K8sTui, cluster: EmbeddedCluster, name: str = "settings", view: str = "configmaps") -> TextEdit:
    """Editing a whole ConfigMap or Secret."""
    await at(app, cluster, view, name)
    await typed(app, "e")
    await eventually(lambda: isinstance(app.screen, PickScreen))
    await typed(app, "enter")
    return await page(app)


def drafts(app: K8sTui) -> list[Path]:
    folder = app.home.house.state / "edits"
    return sorted(each for each in folder.glob("*") if not each.name.endswith(".about"))


def replace(edit: TextEdit, old: str, new: str) -> None:
    """As if somebody had typed it."""
    assert old in edit.text
    edit.replace(edit.text.replace(old, new), (0, 0), edit.document.end)


def data(cluster: EmbeddedCluster) -> dict[str, str]:
    found: dict[str, str] = cluster.store.get(*SETTINGS)["data"]
    return found


def writes(cluster: EmbeddedCluster) -> list[tuple[str, str]]:
    return [
        (each.verb, each.path)
        for each in cluster.requests
        if each.verb in ("create", "update", "patch", "delete")
        and "review" not in each.path
        and "dryRun" not in each.query
    ]
