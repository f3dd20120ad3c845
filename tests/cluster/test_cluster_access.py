"""Rights over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from k8stui.cluster import access as access_module
from k8stui.cluster.access import Access, No, Unknown, Yes
from k8stui.cluster.asks import EVERYTHING
from k8stui.cluster.questions import AT_ONCE
from k8stui.cluster.reviews import ACCESS, IDENTITY, RULES
from k8stui.demo.access.rules import Rule
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.demo.serving.records import Record
from k8stui.kube.connection import Connection, Response
from k8stui.kube.errors import ApiError
from k8stui.model.codec import codec
from k8stui.model.kinds import DEPLOYMENTS, NAMESPACES, NODES, PODS, SECRETS, SERVICES
from tests.support.calm import calm
from tests.support.feeding import connection_to
from tests.support.objects import node, pod
from tests.support.waiting import eventually


@asynccontextmanager
async def narrow(cluster: EmbeddedCluster, token: str = "narrow") -> AsyncIterator[Access]:
    """The rights of a user who may read pods in `shop`, corrected by every answer as in a session."""
    grant(cluster)
    async with connection_to(cluster, token=token) as connection:
        access = Access(connection)
        connection.on_answer(access.answered)
        yield access


def grant(cluster: EmbeddedCluster, *more: Rule) -> None:
    cluster.access.add("narrow", "narrow", Rule(("get", "list"), ("",), ("pods",), namespace="shop"), *more)


def reviews(cluster: EmbeddedCluster, path: str = "") -> list[Record]:
    return [each for each in cluster.requests if each.path in ((path,) if path else (ACCESS, RULES))]


def wire(access: Access) -> Connection:
    return access._connection


# What is asked


async def test_the_rules_of_a_namespace_answer_everything_in_it(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        for _ in range(2):
            assert await access.may("list", PODS, "shop") == Yes()
            assert await access.may("get", PODS, "shop", "web-1") == Yes()
            assert isinstance(await access.may("create", PODS, "shop", "web-1", "eviction"), No)
            assert isinstance(await access.may("list", SECRETS, "shop"), No)
        assert access.known("list", PODS, "shop") == Yes()
    assert [each.json["spec"] for each in reviews(cluster)] == [{"namespace": "shop"}]


async def test_what_a_namespace_lacks_is_lacking_everywhere_but_yes_in_one_is_not_yes_in_all(
    cluster: EmbeddedCluster,
) -> None:
    async with narrow(cluster) as access:
        await access.may("list", PODS, "shop")
        assert isinstance(await access.may("list", NODES, None), No)
        assert isinstance(await access.may("list", SECRETS, None), No)
        assert len(reviews(cluster)) == 1
        assert isinstance(await access.may("list", PODS, None), No)
        asked = [each.json["spec"].get("resourceAttributes") for each in reviews(cluster)]
        assert asked == [None, {"verb": "list", "group": "", "resource": "pods"}]


async def test_a_role_binding_to_a_role_with_nodes_grants_no_nodes(cluster: EmbeddedCluster) -> None:
    """A RoleBinding to a ClusterRole shows its rules on nodes in the namespace's review, where they mean nothing."""
    async with narrow(cluster) as access:
        grant(cluster, Rule(("list",), ("",), ("nodes",), namespace="shop"))
        await access.may("list", PODS, "shop")
        assert isinstance(await access.may("list", NODES, None), No)
        assert access.remembered("list", NODES, None) == No()


async def test_whoever_may_everything_is_asked_once(cluster: EmbeddedCluster) -> None:
    async with connection_to(cluster) as connection:
        access = Access(connection)
        assert access.known("list", NODES, None) == Unknown()
        await eventually(lambda: access.known("list", NODES, None) == Yes())
        for kind in (PODS, SECRETS, DEPLOYMENTS):
            assert access.known("delete", kind, None) == Yes()
            assert access.known("create", kind, "shop", "", "anything") == Yes()
    asked = [each.json["spec"]["resourceAttributes"] for each in reviews(cluster)]
    assert asked == [{"verb": "*", "group": "*", "resource": "*"}]


async def test_a_namespace_is_asked_about_inside_itself(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        grant(cluster, Rule(("get",), ("",), ("namespaces",), namespace="shop"))
        assert await access.may("get", NAMESPACES, None, "shop") == Yes()
        cluster.add_namespace("shop")
        assert (await wire(access).request("GET", "/api/v1/namespaces/shop")).status == 200
        assert isinstance(await access.may("get", NAMESPACES, None, "default"), No)


async def test_known_never_waits_and_tells_when_it_knows(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        told: list[int] = []
        end = access.subscribe(lambda: told.append(1))
        assert access.known("list", PODS, "shop") == Unknown()
        assert access.known("list", PODS, "shop") == Unknown()
        await eventually(lambda: told)
        assert access.known("list", PODS, "shop") == Unknown()  # it was only whether they may everything
        await eventually(lambda: len(told) == 3)
        assert access.known("list", PODS, "shop") == Yes()
        assert [each.path for each in reviews(cluster)] == [ACCESS, RULES]
        assert len(reviews(cluster, IDENTITY)) == 1
        end()
        access.refresh()
        assert len(told) == 3


async def test_what_is_remembered_is_asked_of_nobody(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert access.remembered("list", PODS, "shop") == Unknown()
        assert not access.namespaces
        await access.may("list", PODS, "shop")
        assert access.remembered("list", PODS, "shop") == Yes()
        assert list(access.namespaces) == ["shop"]
    assert len(reviews(cluster)) == 1


async def test_few_questions_are_under_way_however_many_namespaces_are_on_the_screen(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        names = [f"team-{number}" for number in range(30)]
        most = 0

        def paint() -> None:
            nonlocal most
            for name in names:
                access.known("list", PODS, name)
            most = max(most, len(access._questions.asking))

        access.subscribe(paint)
        paint()
        await eventually(lambda: len(access.namespaces) == len(names))
        assert most == AT_ONCE
        assert len(reviews(cluster)) == 1 + len(names)


async def test_memory_is_bounded(cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_module, "MOST_NAMESPACES", 3)
    monkeypatch.setattr(access_module, "MOST_ANSWERS", 4)
    async with narrow(cluster) as access:
        for number in range(6):
            await access.may("list", PODS, f"team-{number}")
            access.refused("list", PODS, "shop", name=f"pod-{number}")
        assert access.namespaces == ("team-3", "team-4", "team-5")
        assert len(access._answers) == 4


async def test_the_users_name_is_the_servers(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert access.user == "tester"
        await eventually(lambda: access.user == "narrow")
        assert len(reviews(cluster, IDENTITY)) == 1


async def test_an_old_server_leaves_the_kubeconfigs_name(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        cluster.faults.add(Fault(path=IDENTITY, status=404))
        assert access.user == "tester"
        await eventually(lambda: not access._questions.asking)
        assert access.user == "tester"
        assert len(reviews(cluster, IDENTITY)) == 1


# What is not known


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 403}, {"status": 404}, {"wire": Wire.RESET}], ids=lambda fault: str(fault)
)
async def test_trap_11_a_transient_failure_is_not_remembered_as_denied(
    cluster: EmbeddedCluster, fault: dict[str, Any]
) -> None:
    async with narrow(cluster) as access:
        for path in (RULES, ACCESS):
            cluster.faults.add(Fault(path=path, **fault))
        for namespace in ("shop", None):
            verdict = await access.may("list", PODS, namespace)
            assert isinstance(verdict, Unknown)
            assert verdict.error
            assert access.known("list", PODS, namespace) == verdict
        cluster.faults.clear()
        assert await access.may("list", PODS, "shop") == Yes()


async def test_trap_11_a_grant_is_seen_at_the_next_refresh(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert isinstance(await access.may("list", NODES, None), No)
        assert isinstance(await access.may("delete", PODS, "shop"), No)
        grant(cluster, Rule(("list",), ("",), ("nodes",)), Rule(("delete",), ("",), ("pods",), namespace="shop"))
        assert isinstance(await access.may("list", NODES, None), No)
        access.refresh()
        assert await access.may("list", NODES, None) == Yes()
        assert await access.may("delete", PODS, "shop") == Yes()


async def test_a_failed_question_is_asked_again_later_and_later(
    cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with narrow(cluster) as access:
        for path in (RULES, ACCESS):
            cluster.faults.add(Fault(path=path, status=500))
        await access.may("list", PODS, "shop")
        count = len(reviews(cluster))
        access.known("list", PODS, "shop")
        await eventually(
            lambda: len(reviews(cluster)) == count + 1 and not access._questions.asking
        )  # whether they may all
        for _ in range(50):
            assert isinstance(access.known("list", PODS, "shop"), Unknown)
        assert len(reviews(cluster)) == count + 1
        assert not access._questions.asking
        pauses = []
        questions, loop = access._questions, asyncio.get_running_loop()

        def failed(times: int) -> Callable[[], bool]:
            return lambda: questions.failed[EVERYTHING].times >= times and not questions.asking

        monkeypatch.setattr(questions, "paused", lambda key: False)
        for times in range(2, 10):
            pauses.append(round(questions.failed[EVERYTHING].until - loop.time()))
            access.known("list", PODS, "shop")
            await eventually(failed(times))
        assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]


async def test_what_the_rules_leave_open_is_asked_by_itself(
    cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a webhook authorizer (GKE, EKS): it cannot list its rules."""
    async with narrow(cluster) as access:
        request = wire(access).request

        async def webhook(method: str, path: str, **rest: Any) -> Response:
            answer = await request(method, path, **rest)
            open_end = {"status": {"resourceRules": [], "nonResourceRules": [], "incomplete": True}}
            return Response(201, {}, json.dumps(open_end).encode()) if path == RULES else answer

        monkeypatch.setattr(wire(access), "request", webhook)
        assert access.known("list", PODS, "shop") == Unknown()
        await eventually(lambda: access.known("list", PODS, "shop") == Yes())
        assert isinstance(await access.may("delete", PODS, "shop"), No)
        assert isinstance(await access.may("list", NODES, None), No)
        paths = [each.path for each in reviews(cluster)]
        assert paths == [ACCESS, RULES, ACCESS, ACCESS, ACCESS]


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
    assert isinstance(await access.may("list", PODS, None), kind)


# What answers teach


async def test_a_refused_request_corrects_the_rules_at_once(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert await access.may("list", PODS, "shop") == Yes()
        told: list[int] = []
        access.subscribe(lambda: told.append(1))
        cluster.access.deny("list", "pods")
        with pytest.raises(ApiError):
            await wire(access).request("GET", PODS.path("shop"))
        assert isinstance(access.remembered("list", PODS, "shop"), No)
        assert told == [1]
        assert access.remembered("get", PODS, "shop") == Yes()


async def test_a_refused_watch_is_no_refused_list(cluster: EmbeddedCluster) -> None:
    async with connection_to(cluster) as connection:
        access = Access(connection)
        connection.on_answer(access.answered)
        assert await access.may("watch", PODS, None) == Yes()
        cluster.access.deny("watch", "pods")
        with pytest.raises(ApiError):
            async for _ in connection.watch(PODS.path(), since="0", event=codec(PODS).event):
                pass
        assert isinstance(access.remembered("watch", PODS, None), No)
        assert access.remembered("list", PODS, None) == Unknown()


async def test_one_object_refused_is_remembered_and_the_others_are_asked_about_anew(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        grant(cluster, Rule(("patch",), ("",), ("nodes",)))
        cluster.store.create(node("worker-1"))
        assert await access.may("patch", NODES, None) == Yes()
        grant(cluster)
        with pytest.raises(ApiError):
            await wire(access).request("PATCH", NODES.path(None, "worker-1"), body=b"{}", query=(("dryRun", "All"),))
        assert isinstance(access.remembered("patch", NODES, None, "worker-1"), No)
        assert access.remembered("patch", NODES, None) == Unknown()
        assert isinstance(await access.may("patch", NODES, None), No)


async def test_a_write_that_a_quota_refuses_takes_no_right_away(cluster: EmbeddedCluster) -> None:
    async with connection_to(cluster) as connection:
        access = Access(connection)
        connection.on_answer(access.answered)
        assert await access.may("create", PODS, "default") == Yes()
        quota = {"metadata": {"name": "none", "namespace": "default"}, "spec": {"hard": {"pods": "0"}}}
        cluster.store.create({"apiVersion": "v1", "kind": "ResourceQuota", "status": {"hard": {"pods": "0"}}} | quota)
        body = json.dumps(pod("web-1", "default")).encode()
        with pytest.raises(ApiError) as caught:
            await connection.request("POST", PODS.path("default"), body=body, query=(("dryRun", "All"),))
        assert caught.value.status == 403
        assert not caught.value.lacks_right
        assert access.remembered("create", PODS, "default") == Yes()


async def test_a_success_corrects_a_no(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert isinstance(await access.may("list", SERVICES, "shop"), No)
        assert isinstance(await access.may("watch", SERVICES, "shop"), No)
        grant(cluster, Rule(("list", "watch"), ("",), ("services",), namespace="shop"))
        await wire(access).request("GET", SERVICES.path("shop"))
        assert access.remembered("list", SERVICES, "shop") == Yes()
        assert await access.may("watch", SERVICES, "shop") == Yes()  # the rules are asked anew


async def test_a_refusal_corrects_at_once_in_clean_words(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert await access.may("list", PODS, "shop") == Yes()
        told: list[int] = []
        access.subscribe(lambda: told.append(1))
        access.refused("list", PODS, "shop", "somebody says no\x1b[2J")
        assert access.known("list", PODS, "shop") == No("somebody says no[2J")
        assert told == [1]


async def test_an_answer_that_a_refusal_or_a_refresh_overtook_is_not_remembered(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        slow = cluster.faults.add(Fault(path=RULES, delay=600.0))
        waiting = asyncio.ensure_future(access.may("list", PODS, "shop"))
        await eventually(lambda: access._questions.asking)
        access.refused("list", PODS, "shop", "no")
        tasks = [*access._questions.asking.values()]
        access.refresh()
        access.refused("get", PODS, "shop", "no")
        await calm()
        cluster.faults.hurry(slow)
        await asyncio.gather(waiting, *tasks)
        assert access.remembered("get", PODS, "shop") == No("no")
        assert access.remembered("list", PODS, "shop") == Unknown()
        waiting = asyncio.ensure_future(access.may("list", PODS, "shop"))
        await eventually(lambda: access._questions.asking)
        access.refused("list", PODS, "shop", "no")
        await calm()
        cluster.faults.hurry(slow)
        assert await waiting == No("no")
        assert access.namespaces
        assert access.remembered("list", PODS, "shop") == No("no")


async def test_an_old_no_is_asked_about_anew_and_a_yes_frees_the_rules(cluster: EmbeddedCluster) -> None:
    async with narrow(cluster) as access:
        assert await access.still("list", SECRETS, "shop", 0.0) == Unknown()
        assert not reviews(cluster)
        assert isinstance(await access.may("list", SECRETS, "shop"), No)
        grant(cluster, Rule(("*",), ("",), ("secrets",), namespace="shop"))
        assert isinstance(await access.still("list", SECRETS, "shop", 60.0), No)
        assert len(reviews(cluster)) == 1
        assert await access.still("list", SECRETS, "shop", 0.0) == Yes()
        assert access.remembered("list", SECRETS, "shop") == Yes()
        assert await access.may("delete", SECRETS, "shop") == Yes()
