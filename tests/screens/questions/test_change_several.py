"""Several targets in one question, what became of each, conflicts, claims that go too, and dead nodes."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.reschedule import RescheduleScreen
from k8stui.screens.questions.results import ResultScreen
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, messages, running, settled, typed
from tests.support.questions import asked, seen, shop, stateful, told, writes
from tests.support.waiting import eventually

WEB_0, WEB_1 = (("delete", f"/api/v1/namespaces/shop/pods/web-{number}") for number in (0, 1))
DB = ("delete", "/apis/apps/v1/namespaces/shop/statefulsets/db")
CLAIM = ("delete", "/api/v1/namespaces/shop/persistentvolumeclaims/data-db-0")


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    shop(cluster)
    stateful(cluster)
    async with running(cluster, clock, size=(120, 30)) as (house, _):
        await settled(house, cluster)
        yield house


async def goes(app: K8sTui, cluster: EmbeddedCluster, line: str) -> None:
    """To another view, or to a command."""
    burst(app, ":")
    await typed(app, *line, "enter")
    await idle(app)
    if not isinstance(app.screen, ChangeQuestion):
        await settled(app, cluster)


def refuses(cluster: EmbeddedCluster, *numbers: int, times: int | None = None) -> None:
    """Deletions of these pods are refused."""
    for number in numbers:
        path = f"/api/v1/namespaces/shop/pods/web-{number}"
        cluster.faults.add(
            Fault(verb="delete", resource="pods", path=path, status=403, message="not yours", times=times)
        )


async def marked(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """Both pods of web, and no other."""
    burst(app, "/")
    await typed(app, *"web", "enter")
    await settled(app, cluster)
    await typed(app, "*")


async def test_both_pods_of_a_service_are_reckoned_together_and_what_holds_for_each_is_said_once(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await marked(app, cluster)
    await typed(app, "ctrl+d")
    await asked(app)
    assert "Delete 2 objects?" in told(app)
    assert "Service web: 0 of 2 endpoints left: it is down then" in told(app)
    assert told(app).count("Deployment web makes another one") == 1


async def test_targets_that_the_filter_hides_are_listed_and_counted(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await marked(app, cluster)
    burst(app, "/")
    await typed(app, *["backspace"] * 3, *"web-1", "enter")
    await settled(app, cluster)
    await typed(app, "ctrl+d")
    await asked(app)
    assert "1 of these 2 is hidden by the filter" in told(app)
    assert "delete pod shop/web-0 (hidden by the filter)" in told(app)
    assert "delete pod shop/web-1\n" in told(app)


async def test_one_that_fails_hides_no_other_and_can_be_tried_again(app: K8sTui, cluster: EmbeddedCluster) -> None:
    refuses(cluster, 0, times=1)
    await marked(app, cluster)
    await typed(app, "ctrl+d")
    await asked(app)
    await typed(app, "w")
    await typed(app, "tab", "enter")
    await eventually(lambda: isinstance(app.screen, ResultScreen))
    await idle(app)
    assert "1 of 2 changes not done" in seen(app)
    assert 'pod "web-1" deleted' in seen(app)
    assert "not yours" in seen(app)
    await typed(app, "r")
    question = await asked(app)
    assert question.case.question == "Delete pod shop/web-0?"
    assert "--now" in told(app)  # as it was chosen before
    await typed(app, "tab", "enter")
    await eventually(lambda: writes(cluster).count(WEB_0) == 2)
    assert writes(cluster).count(WEB_1) == 1


async def test_one_that_is_gone_by_then_is_told_and_the_others_are_done(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await marked(app, cluster)
    await typed(app, "ctrl+d")
    await asked(app)
    cluster.store.delete("pods", "web-0", "shop")
    await typed(app, "tab", "enter")
    await eventually(lambda: isinstance(app.screen, ResultScreen))
    await idle(app)
    assert "pod shop/web-0 is gone: nothing was changed" in seen(app)
    assert "r asks again" not in seen(app)
    await typed(app, "escape")
    await eventually(lambda: app.screen is app.home)


async def test_what_was_cancelled_leaves_no_list(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await marked(app, cluster)
    await typed(app, "ctrl+d")
    await asked(app)
    await typed(app, "n")
    await eventually(lambda: app.screen is app.home)


def retainted(key: str, found: dict[str, Any]) -> None:
    """What somebody else does to a node."""
    found["spec"]["taints"] = [{"key": key, "effect": "NoSchedule"}]


def left(app: K8sTui, question: ChangeQuestion) -> bool:
    """Whether something else is on top."""
    return app.screen is not question


async def test_a_conflict_is_built_anew_and_asked_about_once_more(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "1")
    await settled(app, cluster)
    await goes(app, cluster, "taints a=b:NoSchedule")
    await asked(app)
    taints = [{"key": "other", "effect": "NoSchedule"}]
    cluster.store.modify("nodes", "worker-3", change=lambda each: each["spec"].update(taints=taints))
    await typed(app, "y")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion) and "changed by somebody else" in told(app))
    await asked(app)
    assert "key: other" in told(app)
    await typed(app, "y")
    await eventually(lambda: "node/worker-3 tainted" in messages(app))
    found: list[Any] = cluster.store.get("nodes", "worker-3")["spec"]["taints"]
    assert [each["key"] for each in found] == ["a", "other"]  # nothing is lost


async def test_a_conflict_with_a_status_is_not_asked_about_again(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "1")
    await settled(app, cluster)
    await goes(app, cluster, "taints a=b:NoSchedule")
    await asked(app)
    cluster.store.modify("nodes", "worker-3", change=lambda each: each["status"].update(volumesInUse=["v"]))
    await typed(app, "y")
    await eventually(lambda: "node/worker-3 tainted" in messages(app))
    assert "changed meanwhile" not in messages(app)
    assert writes(cluster) == [("patch", "/api/v1/nodes/worker-3")] * 2


async def test_a_second_conflict_is_told_and_no_more(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "1")
    await settled(app, cluster)
    await goes(app, cluster, "taints a=b:NoSchedule")
    for key in ("one", "two"):
        question = await asked(app)
        cluster.store.modify("nodes", "worker-3", change=partial(retainted, key))
        await typed(app, "y")
        await eventually(partial(left, app, question))
    await eventually(lambda: "was changed meanwhile: nothing was changed" in messages(app))
    assert app.screen is app.home
    assert [each["key"] for each in cluster.store.get("nodes", "worker-3")["spec"]["taints"]] == ["two"]


async def test_claims_go_after_their_stateful_set_each_by_itself(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await goes(app, cluster, "statefulsets")
    await typed(app, "ctrl+d")
    question = await asked(app)
    assert "stays (persistentVolumeClaimRetentionPolicy Retain): 1 claim: data-db-0" in told(app)
    await typed(app, "v")
    await eventually(lambda: len(question.case.mutations) == 2)
    await idle(app)
    assert "reclaim policy Delete (data-db-0): the data is deleted with the claim" in told(app)
    await typed(app, "tab", "enter")
    await eventually(lambda: writes(cluster) == [DB, CLAIM])
    uid = question.case.mutations[1].request.decoded()["preconditions"]["uid"]
    assert uid == question.case.mutations[1].target.uid


async def test_claims_stay_where_their_stateful_set_was_not_deleted(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="delete", resource="statefulsets", status=403, message="not yours"))
    await goes(app, cluster, "statefulsets")
    await typed(app, "ctrl+d")
    question = await asked(app)
    await typed(app, "v")
    await eventually(lambda: len(question.case.mutations) == 2)
    await idle(app)
    await typed(app, "tab", "enter")
    await eventually(lambda: "not done, because shop/db was not deleted" in messages(app))
    assert CLAIM not in writes(cluster)


async def test_a_pod_on_a_dead_node_says_what_happens_when_and_what_is_safe(app: K8sTui) -> None:
    await typed(app, "/", *"db", "enter")
    await idle(app)
    await typed(app, "ctrl+d")
    await asked(app)
    assert "left alone it will be evicted in 3m20s: it tolerates unreachable:NoExecute for 5m" in told(app)
    assert told(app).index("1. wait") < told(app).index("2. its machine") < told(app).index("3. f: delete by force")


async def test_reschedule_tells_of_every_pod_and_taints_or_forces_by_a_question(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await typed(app, "1")
    await settled(app, cluster)
    await typed(app, "/", *"worker-3", "enter")
    await settled(app, cluster)
    burst(app, ":")
    await typed(app, *"reschedule", "enter")
    await eventually(lambda: isinstance(app.screen, RescheduleScreen))
    await idle(app)
    assert "will be evicted in 3m20s" in seen(app)
    assert "StatefulSet db makes another only when this one is gone" in seen(app)
    await typed(app, "t")
    await asked(app)
    assert "be sure that worker-3 is off" in told(app)
    await typed(app, "n")
    await eventually(lambda: app.screen is app.home)
    burst(app, ":")
    await typed(app, *"reschedule", "enter")
    await eventually(lambda: isinstance(app.screen, RescheduleScreen))
    await idle(app)
    await typed(app, "f")
    await asked(app)
    assert "two db-0 may run" in told(app)
    await typed(app, *"db-0", "enter")
    await eventually(lambda: ("delete", "/api/v1/namespaces/shop/pods/db-0") in writes(cluster))


async def test_a_pod_of_a_ready_node_is_not_rescheduled_by_force(app: K8sTui) -> None:
    await typed(app, "/", *"web-0", "enter")
    await idle(app)
    burst(app, ":")
    await typed(app, *"reschedule", "enter")
    await eventually(lambda: "worker-1 is ready" in messages(app))
    assert app.screen is app.home
