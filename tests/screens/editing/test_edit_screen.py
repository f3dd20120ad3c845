"""The built-in editor through keys: there and back, what is wrong with a text, and who was faster."""

from textual import events

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.editing.page import EditScreen
from tests.support import manifests
from tests.support.clock import ManualClock
from tests.support.editing import SETTINGS, asked, at, data, drafts, page, replace, whole, writes
from tests.support.house import burst, idle, messages, running, settled, tells, text, typed
from tests.support.waiting import eventually


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


async def test_a_status_that_changes_is_not_asked_about_again(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "deployments", "web")
    await typed(app, "e")
    edit = await page(app)
    replace(edit, "replicas: 2", "replicas: 3")
    await typed(app, "ctrl+o")
    await asked(app)
    cluster.store.modify("deployments", "web", "shop", change=lambda each: each["status"].update(observedGeneration=9))
    await typed(app, "y")
    await tells(app, "deployment.apps/web edited")
    assert len(writes(cluster)) == 2
    assert cluster.store.get("deployments", "web", "shop")["spec"]["replicas"] == 3
    assert "changed meanwhile" not in messages(app)


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
