"""Trap 16 for ways into containers, debug pods and what removes them: a read-only context refuses each twice."""

import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from k8stui.cluster.access import Access
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.connection import Connection
from k8stui.model.kinds import NAMESPACES, NODES, PODS, Kind, Ref
from k8stui.operations.builders import debugging, sessions
from k8stui.operations.building import build
from k8stui.operations.gateway import Gateway, Verdict
from k8stui.operations.journal.journal import FileJournal, earlier
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Result
from tests.support.clock import ManualClock
from tests.support.feeding import QUICK
from tests.support.objects import node, pod
from tests.support.wire import connected, target

MADE = {"image": "busybox:1.37", "suffix": "x7k2p", "who": "jane", "host": "desk", "at": "2026-11-21T09:00:00Z"}


class Way(Struct, frozen=True):
    """A builder, and what it is tried on."""

    builder: str
    kind: Kind
    name: str
    args: dict[str, Any] = {}

    @property
    def opens(self) -> bool:
        """Whether it is a session rather than a write."""
        return self.builder.startswith("sessions.")


WAYS = (
    Way("sessions.exec", PODS, "web", {"command": ["sh"]}),
    Way("sessions.attach", PODS, "web"),
    Way("debugging.ephemeral", PODS, "web", MADE),
    Way("debugging.copy", PODS, "web", MADE),
    Way("debugging.node", NODES, "worker-1", {**MADE, "namespace": "default"}),
    Way("debugging.alone", NAMESPACES, "default", MADE),
    Way("removing.delete", PODS, "web", {"grace": 1}),
    Way("removing.evict", PODS, "web"),
)
"""The last two are how debug pods are removed and how pods are rid of debug containers."""


def builders(room: ModuleType) -> set[str]:
    """The functions of a room that make a mutation."""
    return {
        f"{room.__name__.rpartition('.')[2]}.{name}"
        for name, found in inspect.getmembers(room, inspect.isfunction)
        if found.__module__ == room.__name__ and not name.startswith("_")
        if inspect.signature(found).return_annotation in (Mutation, "Mutation")
    }


def test_every_builder_of_sessions_and_debug_pods_is_tried() -> None:
    assert builders(sessions) | builders(debugging) == {way.builder for way in WAYS[:6]}


@pytest.fixture
async def read_only(cluster: EmbeddedCluster) -> AsyncIterator[Connection]:
    cluster.store.create(node("worker-1"))
    cluster.store.create(pod("web"))
    made = target(cluster.url, cluster.token)
    async with connected(
        replace(made, context=replace(made.context, read_only=True)), QUICK, clock=cluster.clock
    ) as connection:
        yield connection


def a_gateway(connection: Connection, folder: Path, clock: ManualClock) -> Gateway:
    journal = FileJournal(folder, "one", ("demo", "admin"), now=clock.now, complain=lambda said: None)
    return Gateway(connection, Access(connection), journal)


async def tried(gateway: Gateway, way: Way) -> tuple[Result, str]:
    """What becomes of it, agreed to as it is."""
    found = await gateway.read(Ref(way.kind, "default" if way.kind.namespaced else "", way.name, ""))
    assert found is not None
    mutation = build(way.builder, found, way.args)
    consent = Verdict(mutation).consent()
    if not way.opens:
        outcome = await gateway.apply(mutation, consent)
        return outcome.result, outcome.says
    session = await gateway.connect(mutation, consent)
    assert session.channels is None
    return session.outcome.result, session.outcome.says


def changes(cluster: EmbeddedCluster) -> list[str]:
    """Requests that are more than reads and reviews."""
    return [
        f"{each.method} {each.path}"
        for each in cluster.requests
        if (each.method != "GET" and "review" not in each.path) or each.path.endswith(("/exec", "/attach"))
    ]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.builder)
async def test_trap_16_the_gateway_refuses_it_before_anything_is_sent(
    read_only: Connection, cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path, way: Way
) -> None:
    result, says = await tried(a_gateway(read_only, tmp_path, clock), way)
    assert (result, "read-only" in says) == (Result.REFUSED, True)
    assert changes(cluster) == []
    assert earlier(tmp_path) == []


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.builder)
async def test_trap_16_the_wire_refuses_it_though_the_gateway_had_forgotten_to_look(
    read_only: Connection,
    cluster: EmbeddedCluster,
    clock: ManualClock,
    tmp_path: Path,
    way: Way,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def unlooked(_gateway: Gateway, mutation: Mutation) -> Verdict:
        return Verdict(mutation)

    monkeypatch.setattr(Gateway, "check", unlooked)
    result, says = await tried(a_gateway(read_only, tmp_path, clock), way)
    assert (result, "read-only" in says) == (Result.REFUSED, True)
    assert changes(cluster) == []
    (entry,) = earlier(tmp_path)
    assert entry.result == "refused"
