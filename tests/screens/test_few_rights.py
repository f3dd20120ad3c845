"""Refused views, and the whole program of a user with rights in one namespace."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.settings import Overrides
from tests.support.clock import ManualClock
from tests.support.house import (
    SHORT,
    idle,
    messages,
    names,
    running,
    settled,
    status,
    text,
    typed,
    until_denied,
)
from tests.support.narrow import bind, config, may, refused, user
from tests.support.objects import pod
from tests.support.scene import furnish
from tests.support.waiting import WITHIN, eventually

VIEWER = Overrides(context="demo-viewer")
READ = "get list watch"
PATIENT = replace(SHORT, denied_retry=60.0)
"""As in life: what is refused is not asked about again while a test runs."""


@pytest.fixture
def shop(cluster: EmbeddedCluster) -> EmbeddedCluster:
    furnish(cluster)
    return cluster


async def when(app: K8sTui, condition: Callable[[], object]) -> None:
    """Wait until it is so, and painted."""
    await eventually(condition, within=WITHIN)
    await idle(app)


# Views that are refused


async def test_a_refused_view_says_what_to_ask_for(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(shop, clock, timing=PATIENT, overrides=VIEWER, view="nodes", size=(110, 24)) as (app, _):
        await until_denied(app)
        assert "denied: list nodes" in status(app)
        await when(app, lambda: "--as viewer" in " ".join(text(app)))
        said = " ".join(" ".join(text(app)).split())
        assert "You (viewer) may not list nodes in the whole cluster." in said
        assert "Ask whoever runs the cluster for: list and watch nodes in the whole cluster." in said
        assert "kubectl auth can-i list nodes --as viewer" in said
        assert app.is_running


async def test_in_a_namespace_the_line_to_hand_over_names_it(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    user(cluster)
    async with running(cluster, clock, timing=PATIENT, config=config(cluster, "shop"), size=(110, 24)) as (app, _):
        await until_denied(app)
        await when(app, lambda: "--as bob" in " ".join(text(app)))
        said = " ".join(" ".join(text(app)).split())
        assert "Ask whoever runs the cluster for: list and watch pods in shop." in said
        assert "kubectl auth can-i list pods -n shop --as bob" in said


# The whole program of a user with rights in one namespace


async def test_a_user_of_one_namespace_has_a_whole_program(shop: EmbeddedCluster, clock: ManualClock) -> None:
    account = bind(shop, "shop", "reader")
    flags = Overrides(impersonate_user=account, namespace="shop")
    async with running(shop, clock, timing=PATIENT, overrides=flags, size=(120, 30)) as (app, _):
        await settled(app, shop)
        assert len(names(app)) == 6
        assert "live" in status(app)
        await when(app, lambda: app.home.session and app.home.session.access.namespaces)
        assert not [note for note in app.notes if "may not" in note.text or "denied" in note.text]
        await typed(app, "1", ":services\r")
        await settled(app, shop)
        assert app.home.places.place.view == "services"
        await typed(app, ":deployments.apps\r")
        await settled(app, shop)
        assert "deployments" in status(app)
        await typed(app, ":po\r", "0")
        await when(app, lambda: "1 namespace: shop" in status(app))
        await settled(app, shop)
        assert len(names(app)) == 6
        await typed(app, "n")
        assert any("shop" in line for line in text(app))
        await typed(app, "escape", ":ns payments\r")
        await until_denied(app)
        await when(app, lambda: "can-i list pods -n payments" in " ".join(text(app)))
        await typed(app, "[")
        await settled(app, shop)
        assert len(names(app)) == 6
        found = refused(shop)
        for resource in ("pods", "pods.metrics.k8s.io"):
            assert found.pop(f"list {resource}") <= 2  # before its rights were known, and in payments
        assert set(found.values()) <= {1}, found
        assert messages(app).count("denied") <= 1


async def test_they_start_where_they_may(shop: EmbeddedCluster, clock: ManualClock) -> None:
    """Without a namespace in the context and without the right to see all, but with one in `default`."""
    user(shop, may(READ, "pods", "default"))
    shop.store.create(pod("web-1", "default"))
    async with running(shop, clock, timing=PATIENT, config=config(shop)) as (app, _):
        await settled(app, shop)
        assert app.home.places.place.namespace == "default"
        assert names(app) == ["web-1"]
        assert refused(shop)["list pods"] == 0


async def test_a_namespace_that_nobody_may_list_is_typed_into_the_picker(
    shop: EmbeddedCluster, clock: ManualClock
) -> None:
    user(shop, may(READ, "pods", "shop"), may(READ, "pods", "payments"))
    async with running(shop, clock, timing=PATIENT, config=config(shop, "shop")) as (app, _):
        await settled(app, shop)
        await typed(app, "n")
        await typed(app, "Pay_")
        assert not any("as typed" in line for line in text(app))  # no name of a namespace
        await typed(app, *["backspace"] * 4, "payments")
        assert any("as typed" in line for line in text(app))
        await typed(app, "\r")
        await settled(app, shop)
        assert app.home.places.place.namespace == "payments"
        assert "ledger-0" in names(app)
        await typed(app, "n")
        assert any("payments" in line for line in text(app))  # it is remembered
