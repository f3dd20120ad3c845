"""Where a context was left is where it is opened again, unless a flag or the configuration says otherwise."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.settings import ContextSettings, Overrides
from k8stui.state import ViewState, change, path_of, read
from tests.support.clock import ManualClock
from tests.support.house import SHORT, messages, names, running, settled, status, tells, text, typed
from tests.support.objects import node, pod
from tests.support.waiting import eventually


@pytest.fixture
def started(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> Any:
    """Starts the program again and again over one state directory."""
    for name, namespace in [("web-1", "shop"), ("web-2", "shop"), ("api-1", "shop"), ("other", "default")]:
        cluster.store.create(pod(name, namespace))
    cluster.store.create(node("worker-1"))

    @asynccontextmanager
    async def start(**settings: Any) -> AsyncIterator[K8sTui]:
        given: dict[str, Any] = {"state": tmp_path, "size": (120, 24), "timing": replace(SHORT, remember=0.01)}
        async with running(cluster, clock, **(given | settings)) as (app, _):
            await settled(app, cluster)
            yield app

    return start


def header(app: K8sTui) -> str:
    return text(app)[1]


async def test_the_last_view_namespace_and_filter_are_opened(started: Any) -> None:
    async with started() as app:
        assert "pods (all) 4" in status(app)
        await typed(app, ":", "pods shop", "\r")
        await typed(app, "/", "web", "\r")
    async with started() as app:
        assert "pods (shop) 2 of 3" in status(app)
        assert sorted(names(app)) == ["web-1", "web-2"]
        await typed(app, "escape", "1")
    async with started() as app:
        assert "nodes 1 " in status(app)
        assert not app.home.places.deep
        await typed(app, "3")
        assert "pods (shop) 3" in status(app)


async def test_order_and_width_are_those_of_the_view(started: Any) -> None:
    async with started() as app:
        assert "STATUS↑" in header(app)
        narrow = header(app)
        await typed(app, ">", ">", "~", "w")
        restarts = header(app)
        assert "↓" in restarts
        assert len(restarts.split()) > len(narrow.split()) or "›" in restarts
        await typed(app, "1")
        assert app.home.table.wide is False
        await typed(app, "<")
        nodes = header(app)
    async with started() as app:
        assert header(app) == nodes
        await typed(app, "3")
        assert header(app) == restarts
        assert app.home.table.wide


async def test_of_a_kind_whose_columns_come_later_too(started: Any) -> None:
    async with started() as app:
        await typed(app, ":", "configmaps -A", "\r")
        await eventually(lambda: "AGE" in header(app))
        await typed(app, "<", "~")
        sorted_by = header(app)
        assert "NAMESPACE↓" in sorted_by
    async with started() as app:
        assert "configmaps (all)" in status(app)
        await eventually(lambda: header(app) == sorted_by)


async def test_each_context_has_its_own_memory(cluster: EmbeddedCluster, started: Any) -> None:
    config = cluster.kubeconfig()
    config["contexts"].append({"name": "second", "context": config["contexts"][0]["context"]})
    async with started(config=config) as app:
        await typed(app, "1")
        await typed(app, ":", "ctx second", "\r")
        await eventually(lambda: "second" in status(app) and app.home.pane is not None)
        await settled(app, cluster)
        assert "pods (all)" in status(app)
        await typed(app, ":", "ctx demo", "\r")
        await eventually(lambda: "second" not in status(app) and app.home.pane is not None)
        assert "nodes 1" in status(app)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"view": "po"}, "pods (default) 1"),
        ({"view": "deploy"}, "deployments.apps (default)"),
        ({"view": "Secret"}, "secrets (default)"),
        ({"view": "workloads"}, "workloads (default)"),
        ({"overrides": Overrides(namespace="shop"), "view": "pods"}, "pods (shop) 3"),
        ({"all_namespaces": True, "view": "pods"}, "pods (all) 4"),
        ({"namespace": "*", "view": "pods"}, "pods (all) 4"),
        ({"contexts": (ContextSettings(pattern="de*", view="pods", namespace="shop"),)}, "pods (shop) 3"),
        ({"contexts": (ContextSettings(pattern="x*", view="pods"),)}, "nodes 1"),
    ],
)
async def test_flags_and_configuration_go_before_memory(
    tmp_path: Path, started: Any, settings: dict[str, Any], said: str
) -> None:
    change(tmp_path, "demo", lambda before: replace(before, view="nodes", namespace="default", filter="w"))
    async with started(**settings) as app:
        assert said in status(app)
        assert ("of" in status(app).split(said)[0]) is False


async def test_a_kind_that_only_the_server_knows_can_be_the_first(cluster: EmbeddedCluster, started: Any) -> None:
    async with started(view="clusterroles.rbac.authorization.k8s.io") as app:
        assert "clusterroles.rbac" in status(app)


async def test_a_view_that_there_is_not_is_one_sentence_and_the_pods(started: Any) -> None:
    async with started(view="deploymnts") as app:
        assert "This server has no kind 'deploymnts'" in messages(app)
        assert "pods (all) 4" in status(app)
    async with started(view="podz") as app:
        await tells(app, "This server has no kind 'podz'")


async def test_a_remembered_kind_that_is_gone_is_told_and_not_stayed_at(tmp_path: Path, started: Any) -> None:
    change(tmp_path, "demo", lambda before: replace(before, view="widgets.example.com", namespace="shop"))
    async with started() as app:
        assert "widgets.example.com" in messages(app)
        assert "pods (shop) 3" in status(app)


async def test_the_configurations_columns_and_order(started: Any) -> None:
    columns = (("pods", ("AGE", "STATUS", "NAME")),)
    async with started(columns=columns, sort=(("pods", "NAME", True),)) as app:
        assert header(app).split() == ["NAMESPACE", "AGE", "STATUS", "NAME↓"]
        assert names(app) == ["web-2", "web-1", "other", "api-1"]


async def test_a_spoilt_memory_is_forgotten_with_a_message(tmp_path: Path, started: Any) -> None:
    path_of(tmp_path, "demo").parent.mkdir(parents=True)
    path_of(tmp_path, "demo").write_bytes(b"\x00\xff")
    async with started() as app:
        assert "pods (all) 4" in status(app)
        assert "is forgotten" in messages(app)
        await typed(app, "1")
    assert read(tmp_path, "demo").view == "nodes"


async def test_nothing_of_the_cluster_but_names_is_written(
    cluster: EmbeddedCluster, tmp_path: Path, started: Any
) -> None:
    async with started() as app:
        await typed(app, ":", "secrets shop", "\r")
        await settled(app, cluster)
        await typed(app, ">")
    found = read(tmp_path, "demo")
    assert (found.view, found.namespace, found.namespaces) == ("secrets", "shop", ("shop",))
    assert isinstance(found.views["secrets"], ViewState)
    written = path_of(tmp_path, "demo").read_text()
    assert cluster.token not in written
    assert "web-1" not in written


async def test_a_view_that_was_left_long_ago_has_the_columns_and_the_order_that_were_chosen(started: Any) -> None:
    async with started(timing=replace(SHORT, remember=0.01, linger=0.01)) as app:
        await typed(app, ":", "columns NAME, AGE", "\r", ">", "~")
        chosen = header(app)
        assert "READY" not in chosen
        left = app.home.pane
        await typed(app, "1")
        await eventually(lambda: left not in list(app.home.panes))
        await typed(app, "3")
        await eventually(lambda: "NAME" in header(app))
        assert header(app) == chosen
