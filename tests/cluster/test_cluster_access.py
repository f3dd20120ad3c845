"""Rights over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from k8stui.cluster.access import REVIEWS, Access, No, Unknown, Yes
from k8stui.demo.access.rules import Rule
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.demo.serving.records import Record
from k8stui.kube.connection import Response
from k8stui.model.kinds import NODES, PODS
from tests.support.feeding import connection_to
from tests.support.waiting import eventually


@asynccontextmanager
async def narrow(cluster: EmbeddedCluster) -> AsyncIterator[Access]:
    """The rights of a user who may read pods in `shop`."""
    grant(cluster)
    async with connection_to(cluster, token="narrow") as connection:
        yield Access(connection)


def grant(cluster: EmbeddedCluster, *more: Rule) -> None:
    cluster.access.add("narrow", "narrow", Rule(("get", "list"), ("",), ("pods",), namespace="shop"), *more)


def reviews(cluster: EmbeddedCluster) -> list[Record]:
    return [each for each in cluster.requests if each.path == REVIEWS]


async def test_yes_and_no_are_asked_once(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        for _ in range(2):
            assert await access.may("list", PODS, "shop") == Yes()
            assert isinstance(await access.may("list", PODS, None), No)
            assert isinstance(await access.may("create", PODS, "shop", "web-1", "eviction"), No)
        assert access.known("list", PODS, "shop") == Yes()
    asked = [each.json["spec"]["resourceAttributes"] for each in reviews(cluster)]
    assert len(asked) == 3
    assert asked[0] == {"verb": "list", "group": "", "resource": "pods", "namespace": "shop"}
    assert asked[2] == asked[0] | {"verb": "create", "name": "web-1", "subresource": "eviction"}


async def test_known_never_waits_and_tells_when_it_knows(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        told: list[int] = []
        end = access.subscribe(lambda: told.append(1))
        assert access.known("list", PODS, "shop") == Unknown("")
        assert access.known("list", PODS, "shop") == Unknown("")
        await eventually(lambda: told)
        assert access.known("list", PODS, "shop") == Yes()
        assert len(reviews(cluster)) == 1
        end()
        access.refresh()
        assert len(told) == 1


@pytest.mark.parametrize("fault", [Fault(path=REVIEWS, status=500), Fault(path=REVIEWS, wire=Wire.RESET)])
async def test_peers_trap_11_a_failed_question_is_unknown_and_not_remembered(
    cluster: EmbeddedCluster, fault: Fault
) -> None:
    async with narrow(cluster) as access:
        cluster.faults.add(fault)
        verdict = await access.may("list", PODS, "shop")
        assert isinstance(verdict, Unknown)
        assert verdict.error
        assert access.known("list", PODS, "shop") == verdict
        cluster.faults.clear()
        assert await access.may("list", PODS, "shop") == Yes()


async def test_a_failed_question_is_not_asked_again_at_every_paint(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        cluster.faults.add(Fault(path=REVIEWS, status=500))
        await access.may("list", PODS, "shop")
        count = len(reviews(cluster))
        for _ in range(50):
            assert isinstance(access.known("list", PODS, "shop"), Unknown)
        assert len(reviews(cluster)) == count
        assert not access._asking


async def test_peers_trap_11_a_grant_is_seen_at_the_next_refresh(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert isinstance(await access.may("list", NODES, None), No)
        grant(cluster, Rule(("list",), ("",), ("nodes",)))
        assert isinstance(await access.may("list", NODES, None), No)
        access.refresh()
        assert await access.may("list", NODES, None) == Yes()


async def test_a_refusal_corrects_at_once(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert await access.may("list", PODS, "shop") == Yes()
        told: list[int] = []
        access.subscribe(lambda: told.append(1))
        access.refused("list", PODS, "shop", "quota webhook says no\x1b[2J")
        assert access.known("list", PODS, "shop") == No("quota webhook says no[2J")
        assert told == [1]


async def test_an_answer_that_a_refusal_or_a_refresh_overtook_is_not_remembered(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        cluster.faults.add(Fault(path=REVIEWS, delay=0.05))
        access.known("list", PODS, "shop")
        access.refused("list", PODS, "shop", "no")
        access.known("get", PODS, "shop")
        access.refresh()
        access.refused("get", PODS, "shop", "no")
        await eventually(lambda: len(reviews(cluster)) == 2 and all(each.status for each in reviews(cluster)))
        await asyncio.gather(*(task for task in asyncio.all_tasks() if "_question" in repr(task)))
        assert access.known("get", PODS, "shop") == No("no")
        assert access.known("list", PODS, "shop") == Unknown("")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ({"allowed": True}, Yes),
        ({"allowed": False, "reason": "rbac"}, No),
        ({"allowed": False, "denied": True, "evaluationError": "role gone"}, No),
        ({"allowed": False, "evaluationError": "webhook away"}, Unknown),
        ({"allowed": True, "evaluationError": "some role gone"}, Yes),
        ({}, Unknown),
        (None, Unknown),
        ("garbage", Unknown),
    ],
)
async def test_only_a_clear_answer_is_no(status: Any, kind: type[Any]) -> None:
    class Answers:
        async def request(self, *args: Any, **rest: Any) -> Response:
            return Response(201, {}, json.dumps({"status": status}).encode())

    access = Access(Answers())  # type: ignore[arg-type]
    assert isinstance(await access.may("list", PODS, "shop"), kind)
