"""Any kind by its name, as a live Table that the server prints."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.crds import crd, widget
from tests.support.house import idle, messages, running, settled, status, typed
from tests.support.house import text as lines
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    cluster.add_namespace("shop")
    async with running(cluster, clock, size=(140, 24)) as (made, _):
        await settled(made, cluster)
        yield made


def text(app: K8sTui) -> str:
    return "\n".join(lines(app))


async def opened(app: K8sTui, cluster: EmbeddedCluster, command: str) -> None:
    """Type a command and wait for what it shows."""
    await typed(app, ":", *command, "enter")
    await settled(app, cluster)


def role(name: str, namespace: str = "shop") -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": name, "namespace": namespace},
        "rules": [],
    }


async def test_a_kind_without_rules_of_its_own_comes_in_the_servers_columns_live(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await opened(app, cluster, "roles shop")
    assert "There are no roles in shop" in text(app)
    inside = cluster.registry
    inside.create(role("reader"))
    await settled(app, cluster)
    assert "reader" in text(app)
    assert "CREATED AT" in text(app)
    assert "roles.rbac.authorization.k8s.io (shop) 1" in status(app)
    inside.delete("roles.rbac.authorization.k8s.io", "reader", "shop")
    await settled(app, cluster)
    assert "reader" not in text(app).replace("shop/reader is gone", "")


async def test_a_kind_that_is_defined_while_the_program_runs_opens_by_its_short_name(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    inside = cluster.registry
    inside.create(crd())
    inside.create(widget("one", size=3))
    await opened(app, cluster, "wd -A")
    await eventually(lambda: "widgets.shop.example" in status(app))
    await settled(app, cluster)
    assert "SIZE" in text(app)
    assert "one" in text(app)


async def test_enter_on_a_definition_shows_its_objects_and_esc_leads_back(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    inside = cluster.registry
    inside.create(crd())
    inside.create(widget("one", size=3))
    await opened(app, cluster, "crd")
    await typed(app, "enter")
    await eventually(lambda: "widgets.shop.example (" in status(app))
    await settled(app, cluster)
    await typed(app, "escape")
    await settled(app, cluster)
    assert "customresourcedefinitions" in status(app)


async def test_enter_on_a_namespace_shows_its_pods(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await opened(app, cluster, "namespaces")
    await typed(app, "/", *"shop", "enter", "enter")
    await settled(app, cluster)
    assert "pods (shop)" in status(app)


async def test_what_nothing_has_as_a_name_keeps_the_text_and_says_so(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, ":", *"gadgets", "enter")
    await eventually(lambda: "'gadgets' is no kind of this server" in text(app))
    assert ":gadgets" in text(app).replace(" ", "")
    await typed(app, "escape")


async def test_a_kind_that_cannot_be_listed_is_said_and_the_view_stays(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, ":", *"tokenreviews", "enter")
    await idle(app)
    assert "cannot be listed" in messages(app)
    assert "pods" in status(app)


async def test_a_place_that_cannot_be_shown_is_not_remembered(app: K8sTui, cluster: EmbeddedCluster) -> None:
    before = app.home.places.place
    await typed(app, ":", *"tokenreviews", "enter")
    await idle(app)
    assert app.home.places.place == before


async def test_another_namespace_keeps_the_kind(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.registry.create(role("reader"))
    await opened(app, cluster, "roles default")
    assert "reader" not in text(app)
    await opened(app, cluster, "ns shop")
    assert "reader" in text(app)
    await typed(app, "0")
    await settled(app, cluster)
    assert "(all) 1" in status(app)
