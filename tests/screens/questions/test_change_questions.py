"""What a question says of its change's surroundings, over HTTP, and what it asks for when it is answered."""

from collections.abc import AsyncIterator

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, messages, running, settled, typed
from tests.support.questions import asked, seen, shop, told, writes
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    shop(cluster)
    async with running(cluster, clock, size=(120, 30)) as (house, _):
        await settled(house, cluster)
        yield house


async def nodes(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "1")
    await settled(app, cluster)


async def test_an_eviction_tells_its_budget_its_endpoints_and_who_makes_it_again(app: K8sTui) -> None:
    await typed(app, "E")
    await asked(app)
    for line in (
        "Deployment web makes another one",
        "2 of 2 replicas ready now",
        "Service web: 1 of 2 endpoints left",
        "budget web allows 0 (2 of 2 needed): it will be refused now",
    ):
        assert line in told(app)


async def test_what_may_not_be_read_is_a_doubt_and_stops_nothing(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="list", resource="poddisruptionbudgets", status=403, message="not for you"))
    await typed(app, "ctrl+d")
    await asked(app)
    assert "poddisruptionbudgets could not be read: " in told(app)
    await typed(app, "tab", "enter")
    await eventually(lambda: ("delete", "/api/v1/namespaces/shop/pods/web-0") in writes(cluster))


async def test_the_question_opens_at_once_and_can_be_answered_while_it_still_looks(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    for resource in ("services", "poddisruptionbudgets", "nodes", "replicasets"):
        cluster.faults.add(Fault(verb="list", resource=resource, wire=Wire.HALF_OPEN))
    await typed(app, "ctrl+d")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    assert "looking at what it touches" in told(app)
    assert "Deployment web makes another one" in told(app)
    await typed(app, "tab", "enter")
    await eventually(lambda: ("delete", "/api/v1/namespaces/shop/pods/web-0") in writes(cluster))


@pytest.mark.parametrize(
    ("keys", "body", "command"),
    [
        ([], {}, "kubectl -n shop delete pod/web-0"),
        (["w"], {"gracePeriodSeconds": 1}, "kubectl -n shop delete pod/web-0 --now"),
        (["g", "9", "enter"], {"gracePeriodSeconds": 9}, "kubectl -n shop delete pod/web-0 --grace-period=9"),
    ],
)
async def test_how_it_is_deleted_is_chosen_by_keys_and_the_consent_is_for_that(
    app: K8sTui, cluster: EmbeddedCluster, keys: list[str], body: dict[str, int], command: str
) -> None:
    await typed(app, "ctrl+d")
    question = await asked(app)
    for key in keys:
        await typed(app, key)
    assert command in told(app).splitlines()
    (mutation,) = question.case.mutations
    sent = mutation.request.decoded()
    assert {key: value for key, value in sent.items() if key == "gracePeriodSeconds"} == body
    assert sent["preconditions"]["uid"] == cluster.store.get("pods", "web-0", "shop")["metadata"]["uid"]
    await typed(app, "tab", "enter")
    await eventually(lambda: ("delete", "/api/v1/namespaces/shop/pods/web-0") in writes(cluster))


async def test_by_force_it_wants_the_name_and_says_kubectls_warning(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "ctrl+d")
    await asked(app)
    await typed(app, "f")
    assert "Immediate deletion does not wait for confirmation" in told(app)
    assert "type web-0 to agree:" in seen(app)
    await typed(app, "tab", "y", "enter")  # the keys mean nothing here
    assert writes(cluster) == []
    await typed(app, "tab", *"web-0", "enter")
    await eventually(lambda: ("delete", "/api/v1/namespaces/shop/pods/web-0") in writes(cluster))


async def test_what_was_chosen_can_be_taken_back(app: K8sTui) -> None:
    await typed(app, "ctrl+d")
    await asked(app)
    await typed(app, "f")
    await typed(app, "tab")
    await typed(app, "f")
    assert "type web-0" not in seen(app)
    assert "force: no" in seen(app)


async def test_an_answer_typed_before_the_other_request_was_painted_is_none(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await typed(app, "ctrl+d")
    await asked(app)
    burst(app, "w", "tab", "enter")
    await idle(app)
    assert isinstance(app.screen, ChangeQuestion)
    assert writes(cluster) == []
    await typed(app, "enter")  # still on Cancel
    await eventually(lambda: app.screen is app.home)
    assert writes(cluster) == []


async def test_a_wrong_grace_is_said_at_the_field_and_kept(app: K8sTui) -> None:
    await typed(app, "ctrl+d")
    question = await asked(app)
    await typed(app, "g", *"9x", "enter")
    assert question.grace.value == "9x"
    assert "not a whole number" in seen(app)
    await typed(app, "escape")
    assert isinstance(app.screen, ChangeQuestion)
    await typed(app, "g")
    assert question.grace.value == "9x"


async def test_no_execute_that_evicts_nobody_is_a_plain_change(app: K8sTui, cluster: EmbeddedCluster) -> None:
    tolerations = [{"operator": "Exists"}]
    cluster.store.modify("pods", "web-0", "shop", change=lambda each: each["spec"].update(tolerations=tolerations))
    await nodes(app, cluster)
    burst(app, ":")
    await typed(app, *"taints maint=x:NoExecute", "enter")
    await asked(app)
    assert "No pod that runs there is touched" in told(app)
    await eventually(lambda: "[ y Taint ]" in seen(app))
    await typed(app, "y")
    await eventually(lambda: "node/worker-1 tainted" in messages(app))


async def test_no_execute_that_evicts_names_whom_and_starts_on_cancel(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await nodes(app, cluster)
    burst(app, ":")
    await typed(app, *"taints maint=x:NoExecute", "enter")
    await asked(app)
    assert "1 pod is evicted; disruption budgets are not asked" in told(app)
    assert "shop/web-0  evicted at once" in told(app)
    assert "▸[ Cancel ]" in seen(app)
    await typed(app, "y", "enter")
    await eventually(lambda: app.screen is app.home)
    assert writes(cluster) == []


async def test_where_it_cannot_be_tried_that_is_said_and_the_write_stays_possible(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await nodes(app, cluster)
    cluster.faults.add(Fault(verb="patch", resource="nodes", status=500, message="webhook is down", times=1))
    burst(app, ":")
    await typed(app, *"label a=b", "enter")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion) and "It could not be tried" in told(app))
    await typed(app, "y")
    await eventually(lambda: "node/worker-1 labeled" in messages(app))


async def test_a_connection_lost_on_the_way_is_read_up_and_told(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await nodes(app, cluster)
    await typed(app, "c")
    await asked(app)
    await eventually(lambda: "trying it" not in told(app))
    cluster.faults.add(Fault(verb="patch", resource="nodes", wire=Wire.EOF, times=1))
    await typed(app, "y")
    await eventually(lambda: "node worker-1: it was done all the same" in messages(app))
    assert cluster.store.get("nodes", "worker-1")["spec"]["unschedulable"] is True


async def test_a_name_that_was_begun_is_not_thrown_away_by_one_esc(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    shop(cluster)
    async with running(cluster, clock, size=(120, 30), protected=("*",), view="nodes") as (app, _):
        await settled(app, cluster)
        await typed(app, "c")
        question = await asked(app)
        await typed(app, *"work", "escape")
        assert question.field.value == "work"
        assert "esc once more cancels" in seen(app)
        await typed(app, *"er-1")
        assert "esc once more" not in seen(app)
        await typed(app, "escape", "escape")
        await eventually(lambda: app.screen is app.home)
        assert writes(cluster) == []


async def test_what_was_typed_before_a_protected_question_was_painted_is_not_in_its_field(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    shop(cluster)
    async with running(cluster, clock, size=(120, 30), protected=("*",), view="nodes") as (app, _):
        await settled(app, cluster)
        burst(app, "c", *"worker-1", "enter")
        question = await asked(app)
        assert question.field.value == ""
        assert writes(cluster) == []
