"""The built-in editor through keys: edit, conflict, values, apply; whatever goes wrong, the text is kept."""

import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.editing.page import EditScreen
from k8stui.screens.editing.restarting import RestartScreen
from k8stui.screens.leaving import Quitting
from k8stui.screens.pick import PickScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.choice import Choice
from k8stui.widgets.text_edit import TextEdit, holds
from tests.support import manifests
from tests.support.clock import ManualClock
from tests.support.house import burst, cut_off, idle, messages, running, settled, tells, text, typed
from tests.support.waiting import eventually

SETTINGS = ("configmaps", "settings", "shop")
SECRET = "hunter2"


@pytest.fixture
def empty_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EDITOR", "KUBE_EDITOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock, empty_environ: None) -> AsyncIterator[K8sTui]:
    cluster.add_namespace("shop")
    made = manifests.deployment("web", env=[])
    container = made["spec"]["template"]["spec"]["containers"][0]
    container["envFrom"] = [{"configMapRef": {"name": "settings"}}]
    objects: list[dict[str, Any]] = [
        made,
        manifests.settings("settings", greeting="hello", other="x"),
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "keys"},
            "data": {"password": base64.b64encode(SECRET.encode()).decode(), "blob": "/w=="},
        },
    ]
    for each in objects:
        cluster.registry.create(each | {"metadata": each["metadata"] | {"namespace": "shop"}})
    async with running(cluster, clock, size=(120, 30)) as (house, _):
        await settled(house, cluster)
        yield house


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


# ---- the way there and back


async def test_an_object_is_edited_tried_asked_about_and_sent(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    assert "resourceVersion" not in edit.text
    assert "managedFields" not in edit.text
    replace(edit, "greeting: hello", "greeting: welcome")
    await typed(app, "ctrl+o")
    question = await asked(app)
    assert "Edit configmap shop/settings?" in question
    assert "-   greeting: hello" in question
    assert "+   greeting: welcome" in question
    assert writes(cluster) == []
    await typed(app, "y")
    await tells(app, "configmap/settings edited")
    assert data(cluster) == {"greeting": "welcome", "other": "x"}
    assert writes(cluster) == [("patch", "/api/v1/namespaces/shop/configmaps/settings")]
    await eventually(lambda: drafts(app) == [])


async def test_keys_typed_in_one_burst_stand_in_their_order(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    before = edit.text
    burst(app, "#ad", "left", "bc", "enter", "tab", "x", "backspace", "q")
    await idle(app)
    assert edit.text == "#abc\n  qd" + before
    burst(app, *["ctrl+z"] * 9)
    await idle(app)
    assert edit.text == before


async def test_an_unchanged_text_is_not_sent(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await whole(app, cluster)
    await typed(app, "ctrl+o")
    await tells(app, "was not changed: nothing was sent")
    await eventually(lambda: app.screen is app.home)
    assert writes(cluster) == []
    assert drafts(app) == []


async def test_a_text_of_comments_only_cancels(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    replace(edit, edit.text, "# thought better of it\n")
    await typed(app, "ctrl+o")
    await tells(app, "The text is empty: nothing was sent")
    assert writes(cluster) == []


async def test_a_mistake_is_said_with_its_line_and_the_text_stays(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    replace(edit, "kind: ConfigMap", "kind: ConfigMap\n  bad: 1")
    await typed(app, "ctrl+o")
    await eventually(lambda: "not valid YAML" in "\n".join(text(app)))
    line = edit.text.split("\n").index("  bad: 1")
    assert edit.cursor_location[0] == line
    assert "bad: 1" in edit.text
    assert writes(cluster) == []


async def test_what_the_server_refuses_is_said_and_the_text_stays(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "deployments", "web")
    await typed(app, "e")
    edit = await page(app)
    replace(edit, "app: web", "app: other")
    await typed(app, "ctrl+o")
    await eventually(lambda: "refuses" in "\n".join(text(app)))
    assert isinstance(app.screen, EditScreen)
    await idle(app)
    assert "field is immutable" in " ".join("\n".join(text(app)).split())  # to its end, in as many lines as it takes
    assert "app: other" in edit.text
    assert "app: other" in drafts(app)[0].read_text()
    await typed(app, "x")
    assert "immutable" not in "\n".join(text(app))


async def test_another_name_is_refused(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    replace(edit, "name: settings", "name: others")
    await typed(app, "ctrl+o")
    await eventually(lambda: "metadata.name was settings and cannot be changed" in "\n".join(text(app)))
    assert writes(cluster) == []


# ---- somebody else is faster


async def test_a_change_is_put_onto_what_others_have_made_of_it(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    replace(edit, "greeting: hello", "greeting: welcome")
    cluster.store.modify(*SETTINGS, change=lambda each: each["data"].update(other="theirs"))
    await typed(app, "ctrl+o")
    question = await asked(app)
    assert "It was changed by somebody since you began" in question
    assert "+   greeting: welcome" in question
    assert "- " not in "".join(line for line in question.splitlines() if "other" in line)
    cluster.store.modify(*SETTINGS, change=lambda each: each["data"].update(greeting="moin"))
    await typed(app, "y")
    await tells(app, "was changed meanwhile")
    await eventually(lambda: "Both changed data.greeting: yours counts" in "\n".join(text(app)))
    assert "-   greeting: moin" in await asked(app)
    await typed(app, "y")
    await tells(app, "configmap/settings edited")
    assert data(cluster) == {"greeting": "welcome", "other": "theirs"}


async def test_an_object_that_was_replaced_is_not_touched(app: K8sTui, cluster: EmbeddedCluster) -> None:
    edit = await whole(app, cluster)
    replace(edit, "greeting: hello", "greeting: welcome")
    cluster.store.delete(*SETTINGS)
    cluster.registry.create(
        manifests.settings("settings", greeting="new") | {"metadata": {"name": "settings", "namespace": "shop"}}
    )
    await typed(app, "ctrl+o")
    await eventually(lambda: "was replaced by another one of that name" in "\n".join(text(app)))
    assert data(cluster) == {"greeting": "new"}
    assert "welcome" in drafts(app)[0].read_text()


# ---- values


async def test_one_value_is_edited_as_plain_text_and_its_readers_restarted(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await at(app, cluster, "configmaps", "settings")
    await typed(app, "e")
    await eventually(lambda: isinstance(app.screen, PickScreen))
    await typed(app, "greeting", "enter")
    edit = await page(app)
    assert edit.text == "hello"
    await typed(app, "end", "!", "ctrl+o")
    assert "+   greeting: hello!" in await asked(app)
    await typed(app, "y")
    offered = await asked(app, RestartScreen)
    assert data(cluster)["greeting"] == "hello!"
    assert "[x] deployment.apps/web  needs a restart  envFrom of container web" in offered
    await typed(app, "r")
    await asked(app)
    await typed(app, "y")
    await tells(app, "deployment.apps/web restarted")


async def test_a_secret_is_masked_until_it_is_asked_for(
    app: K8sTui, cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    await at(app, cluster, "secrets", "keys")
    await typed(app, "e")
    await eventually(lambda: isinstance(app.screen, PickScreen))
    assert "it is no text" in "\n".join(text(app))
    await typed(app, "password", "enter")
    edit = await page(app)
    assert edit.text == SECRET
    assert {each.stat().st_mode & 0o777 for each in (app.home.house.state / "edits").iterdir()} == {0o600}
    assert (app.home.house.state / "edits").stat().st_mode & 0o777 == 0o700
    await typed(app, "end", "3", "ctrl+o")
    question = await asked(app)
    encoded = base64.b64encode(f"{SECRET}3".encode()).decode()
    assert "another value" in question
    assert encoded not in question
    await typed(app, "x")
    assert f"{SECRET}3" in "\n".join(text(app))
    await typed(app, "y")
    await tells(app, "secret/keys edited")
    assert cluster.store.get("secrets", "keys", "shop")["data"]["password"] == encoded
    await eventually(lambda: drafts(app) == [])
    kept = "".join(each.read_text() for each in app.home.house.state.rglob("*") if each.is_file())
    for value in (SECRET, encoded, base64.b64encode(SECRET.encode()).decode()):
        assert value not in kept
        assert value not in messages(app)


# ---- leaving, and going on


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


# ---- nothing typed is lost


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


async def test_a_paste_goes_in_as_it_is(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """Terminals send carriage returns for line breaks, and nothing may indent what is pasted."""
    edit = await whole(app, cluster)
    before = edit.text
    app.post_message(events.Paste("# a\r  # b\r\n"))
    await eventually(lambda: edit.text != before)
    assert edit.text == "# a\n  # b\n" + before


async def test_in_a_protected_context_the_name_is_typed(
    cluster: EmbeddedCluster, clock: ManualClock, empty_environ: None
) -> None:
    cluster.add_namespace("shop")
    made = manifests.settings("settings", greeting="hello")
    cluster.registry.create(made | {"metadata": {"name": "settings", "namespace": "shop"}})
    async with running(cluster, clock, size=(120, 30), protected=("*",)) as (app, _):
        await settled(app, cluster)
        edit = await whole(app, cluster)
        replace(edit, "greeting: hello", "greeting: welcome")
        await typed(app, "ctrl+o")
        assert "type settings to agree" in await asked(app)
        await typed(app, "y", "enter")
        assert data(cluster) == {"greeting": "hello"}
        await typed(app, "backspace", "settings", "enter")
        await tells(app, "configmap/settings edited")
        assert data(cluster) == {"greeting": "welcome"}


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


# ---- apply and patch

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


# ---- the widget


def test_texts_that_a_text_area_would_not_give_back() -> None:
    assert holds("a\nb\n")
    assert holds("a\r\nb\r\n")
    assert holds("")
    assert not holds("a\r\nb\n")
    assert not holds("a\x0bb")
