"""Inspect, events and the other views as they look on the shop's bad day, in each state that says something else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from k8stui.app import K8sTui
from k8stui.demo.serving.faults import Fault
from k8stui.screens.reading.page import InspectScreen
from k8stui.settings import Overrides
from tests.support.around import Living, living
from tests.support.house import SHORT, idle, learnt, running, settled, tells, typed, until_denied
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]
Object = dict[str, Any]

PATIENT = msgspec.structs.replace(SHORT, backoff_first=30.0, backoff_most=60.0, denied_retry=60.0)
"""What is seen stays so until the picture is taken."""
VIEWER = Overrides(context="demo-viewer")
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
PLACES = {
    "crashing-pod": ("kube-system", "pods", "coredns"),
    "node": ("", "nodes", "worker-c1"),
    "workload": ("shop", "deploy", "checkout"),
    "missing-reference": ("shop", "pods", "search"),
}
"""Namespace, kind and filter under which an object of the shop is found."""


@asynccontextmanager
async def shop(*keys: str, **rest: Any) -> AsyncIterator[tuple[K8sTui, Living]]:
    """The program over the shop, with everything on the screen that the keys lead to."""
    async with living() as world, running(world.cluster, world.clock, timing=PATIENT, **rest) as (app, _):
        world.step(5)
        await settled(app, world.cluster)
        await pressed(app, world, *keys)
        yield app, world


async def pressed(app: K8sTui, world: Living, *keys: str) -> None:
    """One after the other, each with all it leads to; a text of several letters is typed as a command."""
    for key in keys:
        await typed(app, *((":", *key, "enter") if " " in key else (key,)))
        if isinstance(app.screen, InspectScreen):
            await read(app)
        else:
            await settled(app, world.cluster)


async def read(app: K8sTui) -> InspectScreen:
    """Everything that the text needs has come and is shown."""
    screen = app.screen
    assert isinstance(screen, InspectScreen)
    await eventually(lambda: screen.inspection is not None and screen.inspection.settled and screen.text.lines)
    await screen.flush()
    await eventually(lambda: screen.inspection is not None and screen.inspection.settled)
    await screen.flush()
    await idle(app)
    return screen


async def inspect(app: K8sTui, world: Living, what: str, *keys: str) -> None:
    """Go to one of PLACES and read it."""
    namespace, kind, name = PLACES[what]
    await pressed(app, world, f"{kind} {namespace}")
    await typed(app, "/", *name, "enter")
    await settled(app, world.cluster)
    await pressed(app, world, *keys)


@SIZES
async def test_the_description_of_a_pod_that_crashes(snap: Snap, size: tuple[int, int]) -> None:
    async with shop(size=size) as (app, world):
        await inspect(app, world, "crashing-pod", "d")
        await snap(app, "describe")


@pytest.mark.parametrize("what", ["node", "workload"])
async def test_the_description_of(snap: Snap, what: str) -> None:
    async with shop() as (app, world):
        await inspect(app, world, what, "d")
        await snap(app, "describe")


async def test_yaml_with_managed_fields_folded(snap: Snap) -> None:
    async with shop() as (app, world):
        await inspect(app, world, "workload", "y")
        await typed(app, "/", *"name", "enter", "n")
        await snap(app, "yaml")


async def test_a_secret_masked_and_revealed(snap: Snap) -> None:
    async with shop() as (app, world):
        data = {"username": "ZHVtbXk=", "password": "bm90IGEgc2VjcmV0"}  # dummy, not a secret
        made = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "dummy"}, "data": data}
        await world.make(made, namespace="shop")
        await pressed(app, world, "secrets shop", "y")
        await snap(app, "masked")
        await pressed(app, world, "x")
        await snap(app, "revealed")


async def test_related_objects_with_a_reference_that_leads_nowhere(snap: Snap) -> None:
    async with shop() as (app, world):
        await inspect(app, world, "missing-reference", "o")
        await snap(app, "related")


async def test_an_object_gone_replaced_and_stale_while_it_is_read(snap: Snap) -> None:
    async with shop() as (app, world):
        await inspect(app, world, "workload", "d")
        before = world.cluster.store.get("deployments.apps", "checkout", "shop")
        world.cluster.store.delete("deployments.apps", "checkout", "shop")
        await eventually(lambda: "is gone" in _text(app))
        await read(app)
        await snap(app, "gone")
        for field in ("uid", "resourceVersion", "generation"):
            before["metadata"].pop(field, None)
        world.cluster.store.create(before)
        await eventually(lambda: "was replaced" in _text(app))
        await read(app)
        await snap(app, "replaced")
        world.cluster.faults.add(Fault(status=503, message="the server is currently unable to handle the request"))
        assert app.home.session is not None
        app.home.session.feeds.retry()
        await eventually(lambda: "stale" in app.screen.status.plain)  # type: ignore[attr-defined]
        world.clock.advance(42)
        screen = await read(app)
        await snap(app, "stale")
        assert "stale 42s" in screen.status.plain


@SIZES
async def test_events_grouped(snap: Snap, size: tuple[int, int]) -> None:
    async with shop("5", "0", size=size) as (app, _):
        await snap(app, "grouped")


async def test_events_one_by_one_warnings_only(snap: Snap) -> None:
    async with shop("5", "0", "f", "W") as (app, _):
        await snap(app, "flat")


@SIZES
async def test_a_kind_that_was_defined_in_the_cluster(snap: Snap, size: tuple[int, int]) -> None:
    async with shop(size=size) as (app, world):
        await pressed(app, world, "topics shop", "0")
        await snap(app, "topics")


@SIZES
async def test_services(snap: Snap, size: tuple[int, int]) -> None:
    async with shop(size=size) as (app, world):
        await pressed(app, world, "services shop", "0")
        await snap(app, "services")


async def test_what_a_viewer_may_do(snap: Snap) -> None:
    async with shop(overrides=VIEWER) as (app, world):
        await typed(app, "2")
        await settled(app, world.cluster)
        await typed(app, "1")
        await tells(app, "you may not list nodes")
        await idle(app)
        await snap(app, "footer", only="Footer")
        await typed(app, "a")
        await eventually(lambda: not asking(app))
        await snap(app, "actions")


async def test_a_view_that_a_viewer_may_not_see(snap: Snap) -> None:
    async with living() as world:
        run = running(world.cluster, world.clock, timing=PATIENT, overrides=VIEWER, view="nodes")
        async with run as (app, _):
            await learnt(app)
            await until_denied(app)
            await snap(app, "denied")


async def test_a_context_that_is_read_only(snap: Snap) -> None:
    async with shop(read_only=("demo",)) as (app, _):
        await snap(app, "band", only="StatusLine")


@pytest.mark.parametrize("theme", ["light", "ansi"])
async def test_other_themes(snap: Snap, theme: str) -> None:
    async with shop(theme=theme) as (app, world):
        await inspect(app, world, "crashing-pod", "d")
        await snap(app, theme)


def asking(app: K8sTui) -> bool:
    """Whether a right is being asked about."""
    session = app.home.session
    return session is None or bool(session.access._questions.asking)


def _text(app: K8sTui) -> str:
    screen = app.screen
    assert isinstance(screen, InspectScreen)
    return "\n".join(line.text for line in screen.text.lines)
