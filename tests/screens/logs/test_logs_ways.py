"""The ways to logs: keys of tables and pages, the command line, and what may not or cannot be read."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.logs.page import LogsScreen
from tests.support.clock import ManualClock
from tests.support.house import idle, messages, settled, text, typed
from tests.support.log_page import LogPage, log_page
from tests.support.logs import Writer, waiting
from tests.support.narrow import config, may, user
from tests.support.objects import node
from tests.support.waiting import eventually

Object = dict[str, Any]


def owned(name: str, uid: str = "rs-1") -> Object:
    return {
        "labels": {"app": "web"},
        "ownerReferences": [
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": uid, "controller": True}
        ],
    }


def shop(writer: Writer) -> None:
    """A Deployment of two pods, and one that stands alone."""
    store = writer.cluster.store
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}}}
    made = store.create(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}}
        | {"spec": spec | {"replicas": 2}}
    )
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": made["metadata"]["uid"]}
    replica_set = store.create(
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {"name": "web-7f", "namespace": "default", "ownerReferences": [owner | {"controller": True}]},
            "spec": spec | {"replicas": 2},
        }
    )
    uid = replica_set["metadata"]["uid"]
    writer.pod("web-7f-a", "app", "proxy", **owned("web-7f", uid))
    writer.pod("web-7f-b", "app", "proxy", **owned("web-7f", uid))
    writer.pod("alone")
    store.create(node("worker-1"))
    writer.say("web-7f-a", "a says hello")
    writer.say("web-7f-a", "a passes it on", container="proxy")
    writer.say("web-7f-b", "b says hello")
    writer.say("alone", "nobody is here")


def on_row(page: LogPage, name: str) -> None:
    pane = page.app.home.pane
    assert pane is not None
    page.app.home.table.move_to(next(uid for uid, row in pane.store.rows.items() if row.ref.name == name))


async def test_l_on_a_workload_shows_all_containers_of_its_pods(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, shop, view="deployments.apps") as page:
        await page.open()
        await page.shows("a says hello", "a passes it on", "b says hello")
        assert "logs deployment web" in page.top
        assert "2 pods · 4 containers" in page.top
        assert "nobody is here" not in page.text


async def test_l_on_marked_pods_shows_them_together(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, shop) as page:
        for name in ("alone", "web-7f-b"):
            on_row(page, name)
            await page.press("space")
        await page.open()
        await page.shows("nobody is here", "b says hello")
        assert "logs 2 pods" in page.top
        assert "a says hello" not in page.text


async def test_l_on_a_node_shows_its_pods(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, shop, view="nodes") as page:
        await page.open()
        await page.shows("nobody is here", "a says hello", "b says hello")
        assert "logs node worker-1" in page.top


async def test_l_in_a_rollout_and_in_a_description(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, shop, view="deployments.apps") as page:
        await page.press("R")
        await eventually(lambda: len(page.app.screen_stack) == 2)
        await page.open("l")
        await page.shows("b says hello")
        await page.press("q", "q", "d")
        await eventually(lambda: len(page.app.screen_stack) == 2)
        await idle(page.app)
        await page.open("l")
        await page.shows("b says hello")
        assert [type(each).__name__ for each in page.app.screen_stack[1:]] == ["InspectScreen", "LogsScreen"]


async def test_4_is_of_what_is_under_the_cursor_else_the_last_else_it_asks(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with log_page(cluster, clock, shop, view="nodes") as page:
        await page.press("4")
        line = page.app.home.command_line
        await eventually(lambda: line.is_open)
        assert "Whose log: web-1" in messages(page.app)
        await page.press(*"nobody", "enter")
        await eventually(lambda: "There is no Pod nobody in default" in page.text)
        await page.press(*["backspace"] * 6, *"deploy/web", "enter")
        await eventually(lambda: isinstance(page.app.screen, LogsScreen))
        await page.shows("a says hello")
        await page.press("q")
        await page.open("4")
        await page.shows("a says hello")
        await page.press("q", "3")
        await settled(page.app, cluster)
        on_row(page, "alone")
        await page.open("4")
        await page.shows("nobody is here")
        assert len(page.app.screen_stack) == 2


@pytest.mark.parametrize(
    ("typed_", "there", "absent", "title"),
    [
        ("alone", "nobody is here", "says hello", "logs pod alone"),
        ("deploy/web -c app", "b says hello", "passes it on", "logs deployment web app"),
        ("-l app=web --all-containers", "a passes it on", "nobody", "logs app=web"),
        ("web-7f-a proxy", "a passes it on", "says hello", "logs pod web-7f-a proxy"),
    ],
)
async def test_typed_in_the_words_of_kubectl(
    cluster: EmbeddedCluster, clock: ManualClock, typed_: str, there: str, absent: str, title: str
) -> None:
    async with log_page(cluster, clock, shop, view="configmaps") as page:
        await page.open(":", *f"logs {typed_}", "enter")
        await page.shows(there)
        assert absent not in page.text
        assert title in page.top


@pytest.mark.parametrize(
    ("typed_", "wrong"),
    [
        ("nobody", "There is no Pod nobody in default; for a workload write deploy/web"),
        ("deploy/nobody", "There is no Deployment nobody in default"),
        ("cm/settings", "'cm' has no logs"),
        ("/alone", "'/alone' names nothing: write POD or KIND/NAME"),
        ("alone/", "'alone/' names nothing"),
        ("pod/alone/app", "'pod/alone/app' names nothing"),
        ("alone --colour", "--colour is no option of logs"),
        ("--tail 5", "Name a pod or workload before the options"),
    ],
)
async def test_what_is_wrong_with_it_is_said_where_it_was_typed(
    cluster: EmbeddedCluster, clock: ManualClock, typed_: str, wrong: str
) -> None:
    async with log_page(cluster, clock, shop, view="configmaps", size=(140, 24)) as page:
        await page.press(":", *f"logs {typed_}", "enter")
        await eventually(lambda: wrong in page.text)
        assert page.app.home.command_line.is_open
        assert len(page.app.screen_stack) == 1


async def test_a_container_of_another_name_is_no_pod_that_is_gone(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, shop, view="configmaps", size=(140, 24)) as page:
        await page.open(":", *"logs alone -c none", "enter")
        await page.shows("No container of pod alone is called none: it has app")
        await eventually(lambda: "no such container" in page.top)
        assert "any more" not in page.text


async def test_what_has_no_logs_says_so(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    def made(writer: Writer) -> None:
        writer.cluster.store.create(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "default"}}
        )

    async with log_page(cluster, clock, made, view="configmaps") as page:
        await page.press("d")
        await eventually(lambda: len(page.app.screen_stack) == 2)
        await idle(page.app)
        await page.press("l")
        await eventually(lambda: "A configmap has no logs of its own" in messages(page.app))


async def test_a_container_that_waits_says_why_with_its_pods_events(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    def made(writer: Writer) -> None:
        writer.pod("slow")
        writer.become("slow", waiting("ContainerCreating"), phase="Pending")
        about = {"kind": "Pod", "apiVersion": "v1", "name": "slow", "namespace": "default"}
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "slow.1", "namespace": "default"},
            "involvedObject": about,
            "type": "Warning",
            "reason": "FailedMount",
            "message": 'secret "keys" not found',
            "lastTimestamp": "2026-09-21T14:13:00Z",
        }
        writer.cluster.store.create(event)

    async with log_page(cluster, clock, made) as page:
        await page.open()
        await page.shows("slow/app: Container app is being created", 'FailedMount: secret "keys" not found')
        assert "waiting" in page.top
        page.writer.become("slow", {"running": {}}, phase="Running")
        page.writer.say("slow", "here I am")
        await page.shows("here I am", "● live")
        assert "FailedMount" not in page.text


async def test_without_the_right_the_key_is_grey_and_says_which(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    user(cluster, may("get list watch", "pods events", "default"))
    async with log_page(cluster, clock, shop, config=config(cluster, "default")) as page:
        await page.press("l")
        await eventually(lambda: "you may not get pods/log in default" in messages(page.app))
        await typed(page.app, "l")
        assert len(page.app.screen_stack) == 1
        assert "pods/log" in "\n".join(text(page.app))


async def test_trap_18_new_pods_join_an_open_view(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, shop, view="deployments.apps") as page:
        await page.open()
        await page.shows("b says hello")
        uid = cluster.store.get("replicasets.apps", "web-7f", "default")["metadata"]["uid"]
        page.writer.pod("web-7f-c", **owned("web-7f", uid))
        page.writer.say("web-7f-c", "c is new here")
        await page.shows("c is new here", "joined")
        assert "3 pods · 5 containers" in page.top
        page.writer.delete("web-7f-a")
        await page.shows("is gone")


async def test_a_row_of_the_table_below_that_goes_is_not_told_on_the_page(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    def two(writer: Writer) -> None:
        for name in ("web-1", "web-2"):
            writer.pod(name)
            writer.say(name, f"{name} one")

    async with log_page(cluster, clock, two) as page:
        await page.open(":", *"logs web-2", "enter")
        await page.shows("web-2 one")
        page.writer.delete("web-1")
        await eventually(lambda: "default/web-1 is gone" in messages(page.app))
        await idle(page.app)
        assert "is gone" not in page.note
