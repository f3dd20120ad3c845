"""Inspect: one object as text, live, and the ways through it."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import structs
from textual.pilot import Pilot

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.model.kinds import SECRETS, Ref
from k8stui.screens.reading.page import InspectScreen
from tests.support.clock import ManualClock
from tests.support.crds import crd, widget
from tests.support.house import SHORT, idle, messages, running, settled, typed
from tests.support.house import text as screen_text
from tests.support.narrow import config, may, user
from tests.support.scene import node, pod
from tests.support.scene import running as up
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    cluster.add_namespace("shop")
    cluster.store.create(node("worker-1"))
    cluster.store.create(pod("web-1", "shop", "worker-1", 60.0, statuses=[up()], labels={"app": "web"}))
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token", "namespace": "shop"}}
    cluster.registry.create(secret | {"data": {"password": base64.b64encode(b"hunter2").decode()}})
    async with running(cluster, clock, size=(120, 40)) as (made, _):
        await settled(made, cluster)
        yield made


def reading(app: K8sTui) -> InspectScreen:
    assert isinstance(app.screen, InspectScreen)
    return app.screen


def text(app: K8sTui) -> str:
    return "\n".join(line.text for line in reading(app).text.lines)


async def shows(app: K8sTui, words: str) -> None:
    """Wait until the text holds these words."""
    await eventually(lambda: isinstance(app.screen, InspectScreen) and words in text(app))
    await idle(app)


async def opened(app: K8sTui, cluster: EmbeddedCluster, command: str) -> None:
    await typed(app, ":", *command, "enter")
    await settled(app, cluster)


def change(cluster: EmbeddedCluster, label: str) -> None:
    def apply(obj: dict[str, Any]) -> None:
        obj["metadata"]["labels"]["colour"] = label

    cluster.store.modify("pods", "web-1", "shop", change=apply)


async def test_a_description_follows_its_object(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "d")
    await shows(app, "Name:")
    assert "worker-1" in text(app)
    assert "live" in reading(app).status.status.freshness
    change(cluster, "green")
    await shows(app, "colour=green")


async def test_yaml_folds_managed_fields_and_m_shows_them(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await opened(app, cluster, "secrets shop")
    await typed(app, "y")
    await shows(app, "kind: Secret")
    assert "hunter2" not in text(app)
    assert "aHVudGVyMg" not in text(app)
    await typed(app, "x")
    await shows(app, "hunter2")
    await typed(app, "x")
    await eventually(lambda: "hunter2" not in text(app))


async def test_enter_on_a_name_reads_that_object_and_esc_leads_back_step_by_step(app: K8sTui) -> None:
    await typed(app, "d")
    await shows(app, "worker-1")
    view = reading(app).text
    while view.target is None or view.target.kind.kind != "Node":
        await typed(app, "tab")
    await typed(app, "enter")
    await shows(app, "Allocatable")
    await typed(app, "escape")
    await shows(app, "web-1")
    await typed(app, "q")
    await eventually(lambda: app.screen is app.home)


async def test_an_object_that_is_gone_stays_readable_and_is_said_to_be_gone(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await typed(app, "d")
    await shows(app, "worker-1")
    cluster.store.delete("pods", "web-1", "shop")
    await shows(app, "shop/web-1 is gone: this is the last that was known of it")
    assert "worker-1" in text(app)


async def test_an_object_replaced_under_the_reader_is_announced(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "d")
    await shows(app, "worker-1")
    cluster.store.delete("pods", "web-1", "shop")
    cluster.store.create(pod("web-1", "shop", "worker-1", 1.0, statuses=[up()], labels={"app": "second"}))
    await shows(app, "shop/web-1 was replaced: this is another object of the same name")
    assert "app=second" in text(app)


async def test_search_marks_n_goes_on_and_esc_ends_it(app: K8sTui) -> None:
    await typed(app, "y")
    await shows(app, "kind: Pod")
    await typed(app, "/", *"name", "enter", "n", "n")
    assert app.screen is reading(app)
    await typed(app, "/", *"nothing like it")
    assert "not in this text" in reading(app).search.error
    await typed(app, "escape", "escape")
    await eventually(lambda: app.screen is app.home)


async def test_d_and_y_turn_the_same_object(app: K8sTui) -> None:
    await typed(app, "d")
    await shows(app, "Name:")
    await typed(app, "y")
    await shows(app, "apiVersion: v1")
    await typed(app, "d")
    await shows(app, "Name:")
    await typed(app, "escape")
    await eventually(lambda: app.screen is app.home)


async def test_leaving_gives_every_feed_of_the_text_back(app: K8sTui) -> None:
    session = app.home.session
    assert session is not None
    before = {query for query in session.feeds._shared if query.objects}
    assert before == set()
    await typed(app, "d")
    await shows(app, "worker-1")
    await typed(app, "escape")
    await eventually(lambda: app.screen is app.home)
    held = [query for query, shared in session.feeds._shared.items() if query.objects and shared._holders]
    assert held == []


async def test_a_key_of_another_view_leaves_the_text(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "d")
    await shows(app, "Name:")
    await typed(app, "1")
    await eventually(lambda: app.screen is app.home)
    await settled(app, cluster)
    assert app.home.places.place.view == "nodes"
    await typed(app, "3")
    await settled(app, cluster)
    await typed(app, "d")
    await shows(app, "Name:")
    await typed(app, ":", *"nodes", "enter")
    await settled(app, cluster)
    assert app.screen is app.home
    assert app.home.places.place.view == "nodes"


async def test_what_may_not_be_read_says_which_right_is_missing(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.add_namespace("shop")
    cluster.store.create(pod("web-1", "shop", "worker-1", 60.0, statuses=[up()]))
    config = cluster.kubeconfig()
    config["current-context"] = "demo-viewer"
    async with running(cluster, clock, config=config, size=(120, 40)) as (app, _):
        await settled(app, cluster)
        await typed(app, "d")
        await shows(app, "web-1")
        reading(app).go(Ref(SECRETS, "shop", "token", ""), "describe")
        await shows(app, "secrets")
        assert "denied" in reading(app).status.status.freshness


async def test_a_text_that_reads_the_same_is_not_painted_again(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "y")
    await shows(app, "kind: Pod")
    view, drawn = reading(app).text, []
    render = view.render_line

    def counting(y: int) -> Any:
        drawn.append(y)
        return render(y)

    view.render_line = counting  # type: ignore[method-assign]
    await reading(app).flush()
    await idle(app)
    assert drawn == []
    change(cluster, "red")
    await shows(app, "colour: red")
    assert drawn


def footer(app: K8sTui) -> list[str]:
    return [entry.label for entry in reading(app).footer._entries]


async def test_the_footer_shows_what_means_something(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "y")
    await shows(app, "kind: Pod")
    assert "managedFields" in footer(app)
    assert not {"Reveal", "YAML", "Next match"} & set(footer(app))
    await typed(app, "d")
    await shows(app, "Name:")
    assert {"YAML", "Related", "Search", "Open"} <= set(footer(app))
    assert not {"Reveal", "managedFields", "Describe", "Filter"} & set(footer(app))
    await typed(app, "x")
    assert "Only values of a Secret are masked" in reading(app).note_line.plain
    assert "Name:" in text(app)
    await opened(app, cluster, "secrets shop")
    await typed(app, "y")
    await shows(app, "kind: Secret")
    assert "Reveal" in footer(app)


async def test_help_and_the_menu_list_what_can_be_done_in_a_text(app: K8sTui) -> None:
    await typed(app, "d")
    await shows(app, "Name:")
    await typed(app, "?")
    lines = "\n".join(screen_text(app))
    for words in ("Next match", "N the one before", "Next name", "shift+tab", "Wrap", "Search"):
        assert words in lines, words
    for words in ("Sort by", "Wide", "mark a row", "Namespace\n"):
        assert words not in lines, words
    await typed(app, "escape", "a")
    lines = "\n".join(screen_text(app))
    assert "Describe" in lines
    assert "Sort by" not in lines
    await typed(app, *"wrap", "enter")
    await eventually(lambda: app.screen is not app.home and isinstance(app.screen, InspectScreen))
    assert reading(app).text.wrap


async def test_back_and_forward_lead_through_the_objects_to_where_one_was(app: K8sTui) -> None:
    await typed(app, "d")
    await shows(app, "worker-1")
    await typed(app, "tab", "enter")
    await shows(app, "Allocatable")
    await typed(app, "j", "j", "j", "[")
    await shows(app, "web-1")
    marked = reading(app).text.target
    assert marked is not None
    assert marked.name == "worker-1"
    await typed(app, "]")
    await shows(app, "Allocatable")
    assert reading(app).text.top == 3
    await typed(app, "[")
    await shows(app, "web-1")
    await typed(app, "[")
    await eventually(lambda: app.screen is app.home)


async def test_the_search_says_how_far_it_has_come(app: K8sTui) -> None:
    await typed(app, "y")
    await shows(app, "kind: Pod")
    await typed(app, "/", *"name", "enter")
    assert "“name”: 1 of " in reading(app).note_line.plain
    await typed(app, "n")
    assert "“name”: 2 of " in reading(app).note_line.plain
    assert "Next match" in footer(app)
    await typed(app, "escape")
    assert reading(app).note_line.plain.strip() == ""
    assert "Next match" not in footer(app)
    assert app.screen is reading(app)


async def test_a_read_only_context_is_said_to_be_one(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(pod("web-1", "default", "worker-1", 60.0, statuses=[up()]))
    async with running(cluster, clock, read_only=("demo",), size=(120, 40)) as (app, _):
        await settled(app, cluster)
        await typed(app, "d")
        await shows(app, "web-1")
        assert "READ-ONLY" in reading(app).status.plain


async def test_a_greyed_key_says_which_right_is_missing(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(pod("web-1", "default", "worker-1", 60.0, statuses=[up()]))
    user(cluster, may("list watch", "pods"))
    patient = structs.replace(SHORT, denied_retry=60.0)
    async with running(cluster, clock, config=config(cluster), timing=patient, size=(120, 40)) as (app, _):
        await settled(app, cluster)
        (row,) = app.home.rows()
        app.home.dialogs.inspect(row.ref, "describe")
        await shows(app, "web-1")
        await eventually(lambda: "y: needs get pods" in reading(app).footer.plain)
        assert {entry.key for entry in reading(app).footer._entries if not entry.enabled} == {"y", "o"}


async def test_an_object_nested_too_deeply_is_said_to_be(app: K8sTui, cluster: EmbeddedCluster) -> None:
    def deepen(obj: dict[str, Any]) -> None:
        at = obj["metadata"]
        for _ in range(120):
            at["deeper"] = at = {}

    cluster.store.modify("pods", "web-1", "shop", change=deepen)
    for key in "dyo":
        await typed(app, key)
        await shows(app, "shop/web-1 is nested more than 100 levels deep")
    await typed(app, "escape")
    await opened(app, cluster, "nodes")
    await typed(app, "o")
    await shows(app, "web-1")


async def test_related_objects_of_custom_resources_are_found_by_the_servers_own_kinds(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    cluster.registry.create(crd())
    owner = cluster.registry.create(widget() | {"metadata": {"name": "one", "namespace": "shop"}})
    meta = {key: owner["metadata"][key] for key in ("name", "uid")}
    reference = {"apiVersion": "shop.example/v1", "kind": "Widget", "controller": True, **meta}

    def own(obj: dict[str, Any]) -> None:
        obj["metadata"]["ownerReferences"] = [reference]

    cluster.store.modify("pods", "web-1", "shop", change=own)
    await opened(app, cluster, "widgets")
    await opened(app, cluster, "pods")
    await typed(app, "o")
    await shows(app, "Widget one")
    view = reading(app).text
    assert view.target is not None
    assert view.target.kind.kind == "Widget"
    await typed(app, "enter")
    await shows(app, "Size:")


async def test_what_related_may_not_read_is_said(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(pod("web-1", "default", "worker-1", 60.0, statuses=[up()]))
    user(cluster, may("get list watch", "pods"))
    async with running(cluster, clock, config=config(cluster), size=(120, 40)) as (app, _):
        await settled(app, cluster)
        await typed(app, "o")
        await shows(app, "may not list services")


async def test_keys_typed_before_the_object_has_come_turn_it_all_the_same(app: K8sTui) -> None:
    await typed(app, *"dyoy")
    await shows(app, "kind: Pod")
    assert "yaml pod web-1" in reading(app).status.plain
    assert "nothing is selected" not in messages(app)


async def test_another_context_closes_the_text(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "d")
    await shows(app, "worker-1")
    await opened(app, cluster, "ctx demo-viewer")
    await eventually(lambda: app.home.session is not None and app.home.session.context.name == "demo-viewer")
    assert app.screen is app.home


async def test_a_server_that_is_away_makes_the_text_stale_and_says_why(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "d")
    await shows(app, "worker-1")
    cluster.faults.add(Fault(status=503, message="etcd is away"))
    cluster.cut_watches(lines=0)
    await eventually(lambda: "stale" in reading(app).status.plain and "The server failed" in reading(app).status.plain)
    assert "worker-1" in text(app)
    cluster.faults.clear()
    await eventually(lambda: "● live" in reading(app).status.plain)


async def test_resizing_keeps_the_text_on_the_screen(app: K8sTui) -> None:
    await typed(app, "d")
    await shows(app, "worker-1")
    await typed(app, "j", "j", "j")
    for size in ((60, 15), (200, 60), (80, 24)):
        await Pilot(app).resize_terminal(*size)
        assert reading(app).footer.plain.strip()
        assert "Help" in reading(app).footer.plain
        assert len(screen_text(app)) == size[1]
