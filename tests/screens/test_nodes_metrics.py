"""Nodes and pods on the screen with what they use: from the metrics server, and calmly without one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from tests.support.clock import ManualClock
from tests.support.house import SHORT, idle, messages, names, note, running, settled, status, text, typed
from tests.support.scene import lease, node, pod
from tests.support.screen_table import cells
from tests.support.waiting import eventually

OFTEN = msgspec.structs.replace(SHORT, unwatched=0.05)
WIDE = (200, 20)
NODES = ["NAME", "STATUS", "PODS", "CPU REQ", "CPU USE", "MEM REQ", "MEM USE", "CPU LEFT", "MEM LEFT", "CPU", "MEM"]
PODS = ["NAMESPACE", "NAME", "STATUS", "CPU", "MEM", "%CPU/R", "%MEM/R"]


def furnish(cluster: EmbeddedCluster, pods: int = 4) -> None:
    for number in range(2):
        cluster.store.create(node(f"worker-{number}"))
        cluster.store.create(lease(f"worker-{number}"))
    for number in range(pods):
        cluster.store.create(pod(f"web-{number}", "default", f"worker-{number % 2}"))


def painted(app: K8sTui) -> list[str]:
    """The screen after everything that arrived is on it."""
    app.home.flush()
    return text(app)


def rows(app: K8sTui, known: list[str]) -> dict[str, dict[str, str]]:
    lines = text(app)[1:-3]
    return {row["NAME"]: row for row in cells([line for line in lines if line.strip()], known)}


@pytest.fixture
async def without(clock: ManualClock) -> AsyncIterator[EmbeddedCluster]:
    """A cluster that has no metrics server."""
    cluster = EmbeddedCluster(clock, hidden=frozenset({"metrics.k8s.io"}))
    await cluster.start()
    furnish(cluster)
    yield cluster
    await cluster.stop()


async def test_nodes_show_bars_use_and_what_is_left(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, view="nodes", size=WIDE) as (app, _):
        await settled(app, cluster)
        found = rows(app, NODES)["worker-0"]
        assert found["PODS"] == "2/110"
        assert (found["CPU"], found["CPU REQ"]) == ("█░░░░░", "12%")
        assert (found["MEM"], found["MEM REQ"]) == ("█░░░░░", "6%")
        assert found["CPU USE"].endswith("%")
        assert found["MEM USE"].endswith("%")
        await typed(app, "w")
        found = rows(app, NODES)["worker-0"]
        assert (found["CPU LEFT"], found["MEM LEFT"]) == ("3.5", "7.5Gi")
        assert note(app).strip() == ""


async def test_ascii_bars(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, view="nodes", size=WIDE, ascii=True) as (app, _):
        await settled(app, cluster)
        assert rows(app, NODES)["worker-0"]["CPU"] == "#....."


async def test_pods_show_what_they_use_and_it_moves(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, size=WIDE, timing=OFTEN) as (app, _):
        await settled(app, cluster)
        before = rows(app, PODS)["web-0"]
        assert before["CPU"].endswith("m")
        assert before["MEM"].endswith("Mi")
        clock.advance(120)
        await eventually(lambda: rows(app, PODS)["web-0"]["CPU"] != before["CPU"])
        assert "live" in status(app)
        assert not [each for each in cluster.requests if each.verb == "watch" and "metrics" in each.path]


def painting(app: K8sTui, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines of the table that are painted from now on."""
    lines: list[int] = []
    render = app.home.table.render_line

    def noted(y: int) -> Any:
        lines.append(y)
        return render(y)

    monkeypatch.setattr(app.home.table, "render_line", noted)
    return lines


async def test_polls_that_change_nothing_paint_nothing(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(cluster)
    async with running(cluster, clock, timing=OFTEN) as (app, _):
        await settled(app, cluster)
        await idle(app)
        lines = painting(app, monkeypatch)
        polls = sum("metrics" in each.path for each in cluster.requests)
        await eventually(lambda: sum("metrics" in each.path for each in cluster.requests) > polls + 3)
        assert lines == []


async def test_a_poll_repaints_only_the_line_that_reads_differently(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(cluster)
    async with running(cluster, clock, timing=OFTEN, size=WIDE) as (app, _):
        await settled(app, cluster)
        await idle(app)
        source = cluster.metrics.source
        usage = source.pods

        def busier(namespace: str, now: float) -> Any:
            found = usage(namespace, now)
            one = found["default/web-1"]["main"]
            return found | {"default/web-1": {"main": msgspec.structs.replace(one, cpu=one.cpu + 1)}}

        lines = painting(app, monkeypatch)
        monkeypatch.setattr(source, "pods", busier)
        await eventually(lambda: lines)
        await asyncio.sleep(0.2)
        assert set(lines) == {names(app).index("web-1") + 1}


async def test_pods_of_a_node_show_their_sums(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, view="nodes", size=WIDE) as (app, _):
        await settled(app, cluster)
        await typed(app, "\r")
        await settled(app, cluster)
        await eventually(lambda: "used of 4" in painted(app)[-2])
        assert note(app).startswith(" CPU 500m asked, ")
        assert "; memory 512Mi asked, " in note(app)
        assert note(app).endswith(" used of 8Gi")
        cluster.store.delete("pods", "web-0", "default")
        await settled(app, cluster)
        assert note(app).startswith(" CPU 250m asked, ") or "is gone" in note(app)


async def test_without_a_metrics_server_it_is_said_once_and_the_view_is_well_without_its_columns(
    without: EmbeddedCluster, clock: ManualClock
) -> None:
    async with running(without, clock, view="nodes", size=WIDE) as (app, _):
        await settled(app, without)
        assert "live" in status(app)
        found = rows(app, NODES)["worker-0"]
        assert not {"CPU USE", "MEM USE", "CPU USED"} & {column.title for column in app.home.pane.columns}  # type: ignore[union-attr]
        assert (found["CPU"], found["CPU REQ"]) == ("█░░░░░", "12%")
        await typed(app, "j")
        assert note(app).strip() == "no metrics: this cluster has no metrics server"
        await typed(app, "3")
        await settled(app, without)
        assert not {"CPU", "MEM", "%CPU/R"} & {column.title for column in app.home.pane.columns}  # type: ignore[union-attr]
        assert "live" in status(app)
        assert messages(app).count("no metrics server") == 1


async def test_a_metrics_server_that_is_down_leaves_the_view_live(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    cluster.faults.add(Fault(path="/apis/metrics.k8s.io/v1beta1/", status=503, message="it is down"))
    async with running(cluster, clock, view="nodes", size=WIDE) as (app, _):
        await settled(app, cluster)
        assert "live" in status(app)
        assert rows(app, NODES)["worker-0"]["CPU USE"] == "—"
        await typed(app, "j")
        assert note(app).strip().startswith("no metrics: ")


async def test_a_silent_node_stands_first(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    """Ready says its status, but its lease is old: STATUS sorts it with the worst, not with the well."""
    furnish(cluster)
    cluster.store.create(node("worker-9"))
    async with running(cluster, clock, view="nodes", size=WIDE) as (app, _):
        await settled(app, cluster)
        assert names(app) == ["worker-0", "worker-1", "worker-9"]
        cluster.store.create(lease("worker-9", 300))
        cluster.store.modify("nodes", "worker-9", change=_old)
        await eventually(lambda: names(app)[0] == "worker-9")
        app.home.flush()
        assert "silent" in rows(app, NODES)["worker-9"]["STATUS"]


def _old(found: dict[str, Any]) -> None:
    for each in found["status"]["conditions"]:
        each["lastHeartbeatTime"] = "2026-09-21T14:00:00Z"


async def test_metrics_themselves_are_a_view_that_is_read_again_and_again(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    furnish(cluster)
    async with running(cluster, clock, size=WIDE, timing=OFTEN) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", "nodes.metrics.k8s.io", "\r")
        await settled(app, cluster)
        await eventually(lambda: "read every" in status(app))
        before = text(app)[2]
        assert "worker-0" in before
        clock.advance(300)
        await eventually(lambda: painted(app)[2] != before)


async def test_reading_a_node_tells_what_its_taints_mean_for_pods(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    taint = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
    cluster.store.create(node("worker-0", taints=[taint]))
    cluster.store.create(pod("web-0", "default", "worker-0"))
    cluster.store.create(pod("train-0", "default", phase="Pending", statuses=[{"name": "main"}]))
    async with running(cluster, clock, view="nodes", size=WIDE) as (app, _):
        await settled(app, cluster)
        await typed(app, "d")
        await eventually(lambda: "Pods and Taints:" in "\n".join(text(app)))
        await eventually(
            lambda: "default/train-0 is Pending; kept off this node by dedicated=gpu" in "\n".join(text(app))
        )
        assert "1 pod does not tolerate dedicated=gpu:NoSchedule: running on" in "\n".join(text(app))
