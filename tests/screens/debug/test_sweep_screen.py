"""What was left behind: the list of debug pods, driven by keys."""

import getpass
import platform
from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.screens.debug.sweep import SweepScreen
from k8stui.screens.logs.page import LogsScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.reading.page import InspectScreen
from k8stui.screens.texts import TextScreen
from tests.support.clock import ManualClock
from tests.support.house import idle, messages, running, settled, text, typed
from tests.support.left_behind import furnish, leave, opened, recorded, shown
from tests.support.narrow import config, may, user
from tests.support.waiting import eventually

ME = {"k8stui/who": getpass.getuser(), "k8stui/host": platform.node()}


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    furnish(cluster, ME)
    async with running(cluster, clock, size=(120, 24)) as (house, _):
        await settled(house, cluster)
        yield house


def table(app: K8sTui) -> list[list[str]]:
    """The cells of the rows, without the symbols."""
    lines = [line for line in text(app) if any(word in line for word in ("alone", "node ", "ephemeral", "copy"))]
    return [[cell for cell in line.replace("●", " ").split() if cell.isascii() and cell != ">"] for line in lines]


def ticks(page: SweepScreen) -> bool:
    return page._timer is not None


def names(page: SweepScreen) -> list[str]:
    assert page.view is not None
    return [line.pod.name for line in page.view.window(0, 99)]


async def question(app: K8sTui) -> ChangeQuestion:
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    asked = app.screen
    assert isinstance(asked, ChangeQuestion)
    await eventually(lambda: not asked.case.looking)
    await idle(app)
    return asked


def left(cluster: EmbeddedCluster) -> list[str]:
    return sorted(
        each["metadata"]["name"]
        for each in cluster.store.list("pods")
        if "k8stui/debug" in (each["metadata"].get("labels") or {}) and not each["metadata"].get("deletionTimestamp")
    )


async def test_it_lists_debug_pods_of_all_namespaces_the_oldest_first(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await opened(app, cluster)
    assert names(page) == ["old", "node-debugger-worker-2-x7k2p", "mine"]
    rows = "\n".join(text(app))
    assert "left behind 3, 1 mine" in rows
    (old, node, mine) = table(app)
    assert old[:5] == ["25h", "bob@desk", "alone", "load", "old"]
    assert "DeadlineExceeded" in old
    assert node[:5] == ["150m", "ada@laptop", "node", "shop", "node-debugger-worker-2-x7k2p"]
    assert {"Running", "90m", "worker-2"} <= set(node)
    assert mine[:5] == ["2m", "me", "alone", "shop", "mine"]
    assert "3h58m" in mine


async def test_the_row_under_the_cursor_says_who_made_it_and_when_it_ends(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    page = await opened(app, cluster)
    await typed(app, "j")
    assert page.remark()[0] == ("made 150m ago by ada@laptop; ended by the cluster in 90m, deleted by nobody")
    await typed(app, "k")
    assert page.remark()[0].endswith("it has ended, and nobody deletes it")


async def test_by_owner_mine_come_first(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await opened(app, cluster)
    await typed(app, "o")
    assert names(page) == ["mine", "node-debugger-worker-2-x7k2p", "old"]
    await typed(app, "o")
    assert names(page) == ["old", "node-debugger-worker-2-x7k2p", "mine"]


async def test_it_is_live(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await opened(app, cluster)
    leave(cluster, "new", ago=1)
    await shown(page, cluster, 4)
    cluster.store.delete("pods", "old", "load")
    await shown(page, cluster, 3)
    assert names(page) == ["node-debugger-worker-2-x7k2p", "mine", "new"]


async def test_the_filter_finds_by_owner_and_name(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await opened(app, cluster)
    await typed(app, "/", "ada@", "\r")
    assert names(page) == ["node-debugger-worker-2-x7k2p"]
    await typed(app, "escape")
    assert len(names(page)) == 3


async def test_deleting_one_asks_and_says_whose_it_is(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await opened(app, cluster)
    await typed(app, "j", "ctrl+d")
    await question(app)
    asked = "\n".join(text(app))
    assert "made by ada@laptop 150m ago (node, Running); somebody may be in it" in asked
    await typed(app, "tab", "enter")
    await eventually(lambda: left(cluster) == ["mine", "old"])
    deletion = next(each for each in cluster.requests if each.verb == "delete")
    assert b'"gracePeriodSeconds":1' in deletion.body
    assert b'"uid"' in deletion.body


async def test_the_question_can_be_answered_with_no(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await opened(app, cluster)
    await typed(app, "ctrl+d")
    await question(app)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, SweepScreen))
    assert len(left(cluster)) == 3


async def test_the_marked_ones_are_deleted_together(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await opened(app, cluster)
    await typed(app, "space", "space", "ctrl+d")
    asked = await question(app)
    assert len(asked.case.mutations) == 2
    await typed(app, "tab", "enter")
    await eventually(lambda: left(cluster) == ["mine"])
    await eventually(lambda: not page.table.marks)


async def test_all_of_mine_are_deleted_and_nobody_elses(app: K8sTui, cluster: EmbeddedCluster) -> None:
    leave(cluster, "mine-too", ago=60, namespace="load", stamps=ME)
    page = await opened(app, cluster, 4)
    await typed(app, "X")
    await question(app)
    await typed(app, "tab", "enter")
    await eventually(lambda: left(cluster) == ["node-debugger-worker-2-x7k2p", "old"])
    await eventually(lambda: isinstance(app.screen, SweepScreen))
    for name, namespace in (("mine", "shop"), ("mine-too", "load")):
        cluster.store.delete("pods", name, namespace)
    await shown(page, cluster, 2)
    await typed(app, "X")
    assert "There is no debug pod of mine" in messages(app)


async def test_a_pod_that_a_record_here_names_is_mine(app: K8sTui, cluster: EmbeddedCluster) -> None:
    uid = leave(cluster, "other-name", ago=60, stamps={"k8stui/host": "elsewhere"})
    record = recorded(app, uid=uid, name="other-name", mode="alone")
    page = await opened(app, cluster, 4)
    await eventually(lambda: page.sweep is not None and page.sweep.store.rows[uid].mine)
    record.close()


async def test_an_ephemeral_container_of_mine_is_there_and_its_pod_can_be_restarted(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    def add(found: dict[str, Any]) -> None:
        found["spec"]["ephemeralContainers"] = [{"name": "debugger-1", "image": "busybox"}]
        found["status"]["ephemeralContainerStatuses"] = [{"name": "debugger-1", "state": {"running": {}}}]

    cluster.store.modify("pods", "web", "shop", change=add)
    uid = cluster.store.get("pods", "web", "shop")["metadata"]["uid"]
    record = recorded(app, uid=uid, name="web")
    page = await opened(app, cluster, 4)
    assert names(page)[2] == "web"
    assert any("web: debugger-1" in line and "ephemeral" in line and "never" in line for line in text(app))
    await typed(app, "j", "j")
    assert "only the end of pod shop/web removes debugger-1: R evicts it, NOBODY makes it again" in page.remark()[0]
    await typed(app, "ctrl+d")
    assert "A container that was added to a pod cannot be deleted: R restarts the pod" in messages(app)
    await typed(app, "R")
    await question(app)
    assert "nobody makes it again: it is gone for good" in "\n".join(text(app))
    await typed(app, "tab", "enter")
    await eventually(lambda: [each for each in cluster.requests if each.path.endswith("/web/eviction")])
    cluster.store.delete("pods", "web", "shop")
    await shown(page, cluster, 3)
    record.close()


async def test_one_that_has_ended_is_not_listed(app: K8sTui, cluster: EmbeddedCluster) -> None:
    wanted = [{"name": "debugger-1", "image": "busybox"}]
    cluster.store.modify("pods", "web", "shop", change=lambda each: each["spec"].update(ephemeralContainers=wanted))
    record = recorded(app, uid=cluster.store.get("pods", "web", "shop")["metadata"]["uid"], name="web")
    page = await opened(app, cluster, 4)
    rows = [{"name": "debugger-1", "state": {"terminated": {"exitCode": 0}}}]
    cluster.store.modify(
        "pods", "web", "shop", change=lambda each: each["status"].update(ephemeralContainerStatuses=rows)
    )
    await shown(page, cluster, 3)
    record.close()


async def test_restarting_is_for_containers_only(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await opened(app, cluster)
    await typed(app, "R")
    assert "load/old is a debug pod: ctrl+d deletes it" in messages(app)


async def test_enter_describes_the_pod(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await opened(app, cluster)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, InspectScreen))
    await typed(app, "q")
    await eventually(lambda: isinstance(app.screen, SweepScreen))
    await typed(app, "q")
    await eventually(lambda: app.screen is app.home)


async def test_l_opens_its_log_and_s_wants_a_terminal(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await opened(app, cluster)
    await typed(app, "j", "s")
    await eventually(lambda: "This needs a terminal" in messages(app))
    await typed(app, "l")
    await eventually(lambda: isinstance(app.screen, LogsScreen))


async def test_nothing_left_behind_is_said(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.add_namespace("shop")
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        page = await opened(app, cluster, 0)
        await eventually(lambda: page.table.empty == "No debug pods, and no container of mine that was added to a pod")


async def test_without_the_right_to_all_namespaces_those_that_are_known_are_looked_at(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    furnish(cluster, ME)
    user(cluster, may("get list watch delete", "pods", "shop"))
    async with running(cluster, clock, config=config(cluster, "shop"), size=(120, 24)) as (app, _):
        await settled(app, cluster)
        page = await opened(app, cluster, 2)
        assert names(page) == ["node-debugger-worker-2-x7k2p", "mine"]
        assert "1 namespace: shop" in text(app)[0]


async def test_a_server_that_fails_is_said_in_the_list(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="list", resource="pods", status=500, message="etcd is away"))
    await typed(app, ":", "sweep\r")
    await eventually(lambda: isinstance(app.screen, SweepScreen))
    await eventually(lambda: "etcd is away" in "\n".join(text(app)))


async def test_in_a_read_only_context_nothing_that_writes_is_offered(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    """Whatever is under the cursor, and whether there is anything of mine."""
    furnish(cluster, {})
    async with running(cluster, clock, size=(120, 24), read_only=("*",)) as (app, _):
        await settled(app, cluster)
        page = await opened(app, cluster)
        off = [entry.key for entry in page.footer._entries if not entry.enabled]
        assert off == ["ctrl+d", "X", "s", "R"]
        await typed(app, "X")
        assert "All of mine: the context demo is read-only" in page.note_line.plain


async def test_its_help_lists_no_keys_of_tables(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """They mean nothing here: `e` would edit the pod that lies under the list."""
    await opened(app, cluster)
    await typed(app, "?")
    await eventually(lambda: isinstance(app.screen, TextScreen))
    assert isinstance(app.screen, TextScreen)
    titles = [line.text for line in app.screen.view.lines if line.text and not line.text.startswith(" ")]
    assert titles == ["Debug pods left behind", "Everywhere", "Moving"]


async def test_nothing_ticks_while_something_lies_over_it(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await opened(app, cluster)
    assert ticks(page)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, InspectScreen))
    assert not ticks(page)
    await typed(app, "escape")
    await eventually(lambda: app.screen is page and ticks(page))
