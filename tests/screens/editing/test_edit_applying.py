"""Files and texts that are applied, and patches that are typed."""

from pathlib import Path

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.questions.choice import Choice
from tests.support import manifests
from tests.support.clock import ManualClock
from tests.support.editing import asked, at, data, drafts, page, replace, writes
from tests.support.house import running, settled, tells, typed
from tests.support.waiting import eventually

TEXT = """apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {greeting: applied}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: fresh}
data: {a: b}
"""


async def test_a_file_is_applied_each_object_with_a_line(app: K8sTui, cluster: EmbeddedCluster, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(TEXT)
    await at(app, cluster, "configmaps", "settings")
    await typed(app, ":", f"apply {file}", "enter")
    conflict = await asked(app, Choice)
    assert "Others own fields" in conflict
    assert ".data.greeting" in conflict
    await typed(app, "f")
    question = await asked(app)
    assert "Apply 2 objects?" in question
    assert "+   a: b" in question
    await typed(app, "y")
    await tells(app, "configmap/fresh serverside-applied")
    await tells(app, "configmap/settings serverside-applied")
    assert data(cluster)["greeting"] == "applied"
    assert cluster.store.get("configmaps", "fresh", "shop")["data"] == {"a": "b"}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("", None, "is a directory"),
        ("none.yaml", None, "There is no file"),
        ("bad.yaml", "a: 1\n b: 2\n", "line 2: this is not valid YAML"),
        (
            "odd.yaml",
            "apiVersion: a.b/v1\nkind: Thing\nmetadata: {name: x}\n",
            "this server has no kind Thing in a.b/v1",
        ),
    ],
)
async def test_a_file_that_cannot_be_applied_is_said_at_the_command_line(
    app: K8sTui, cluster: EmbeddedCluster, tmp_path: Path, name: str, content: str | None, says: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content)
    await typed(app, ":", f"apply {file}", "enter")
    await eventually(lambda: app.home.command_line.is_open and bool(app.home.command_line.error))
    assert says in app.home.command_line.error
    assert app.home.command_line.text == f"apply {file}"
    assert writes(cluster) == []


async def test_a_text_is_pasted_and_applied(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "configmaps", "settings")
    await typed(app, ":", "apply", "enter")
    edit = await page(app)
    replace(edit, "", TEXT.partition("---\n")[2]) if edit.text else edit.insert(TEXT.partition("---\n")[2])
    await typed(app, "ctrl+o")
    assert "Apply configmap shop/fresh (new)?" in await asked(app)
    await typed(app, "y")
    await tells(app, "configmap/fresh serverside-applied")
    await eventually(lambda: drafts(app) == [])


async def test_a_patch_is_typed_behind_its_name(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "configmaps", "settings")
    await typed(app, ":", "patch --type merge data: {greeting: patched}", "enter")
    assert "Patch configmap shop/settings (merge)?" in await asked(app)
    await typed(app, "y")
    await tells(app, "configmap/settings patched")
    assert data(cluster)["greeting"] == "patched"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("patch", "Type the patch"),
        ("patch {a: [1", "not valid YAML"),
        ("patch --type odd {a: 1}", "'odd' is no type of patch"),
        ("patch [1]", "A strategic patch is a mapping"),
    ],
)
async def test_a_wrong_patch_is_said_at_the_command_line(
    app: K8sTui, cluster: EmbeddedCluster, line: str, says: str
) -> None:
    await at(app, cluster, "configmaps", "settings")
    await typed(app, ":", line, "enter")
    await eventually(lambda: app.home.command_line.is_open and bool(app.home.command_line.error))
    assert says in app.home.command_line.error
    assert app.home.command_line.text == line
    assert writes(cluster) == []


async def test_a_read_only_context_edits_and_applies_nothing(
    cluster: EmbeddedCluster, clock: ManualClock, empty_environ: None, tmp_path: Path
) -> None:
    cluster.add_namespace("shop")
    made = manifests.settings("settings", greeting="hello")
    cluster.registry.create(made | {"metadata": {"name": "settings", "namespace": "shop"}})
    file = tmp_path / "all.yaml"
    file.write_text(TEXT)
    async with running(cluster, clock, size=(120, 30), read_only=("*",)) as (app, _):
        await settled(app, cluster)
        await at(app, cluster, "configmaps", "settings")
        for keys in (["e"], [":", f"apply {file}", "enter"], [":", "patch data: {a: b}", "enter"]):
            await typed(app, *keys)
            await eventually(lambda: "read-only" in app.home.note_line.plain)
            await typed(app, "down")
        assert writes(cluster) == []
        assert drafts(app) == []
