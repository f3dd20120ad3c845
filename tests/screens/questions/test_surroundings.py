"""What stands around a question's objects: from live feeds, else by short lists that never hold it up."""

from collections.abc import AsyncIterator

import pytest

from k8stui.cluster.queries import Query
from k8stui.cluster.session import Session
from k8stui.cluster.states import Live
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.model.document import Want
from k8stui.model.kinds import BUDGETS, PODS, SERVICES, Kind
from k8stui.operations.effects import setting
from k8stui.operations.effects.setting import Count
from k8stui.screens.questions import surroundings
from k8stui.screens.questions.surroundings import Surroundings
from tests.support.clock import ManualClock
from tests.support.house import running, settled
from tests.support.questions import shop
from tests.support.waiting import eventually


@pytest.fixture
async def session(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[Session]:
    shop(cluster)
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        assert app.home.session is not None
        yield app.home.session


def lists(cluster: EmbeddedCluster, resource: str) -> int:
    return sum(record.verb == "list" and record.path.endswith(f"/{resource}") for record in cluster.requests)


async def test_each_is_asked_once_whoever_wants_it(session: Session, cluster: EmbeddedCluster) -> None:
    around, want = Surroundings(session), Want("services", SERVICES, "shop")
    assert await around.read([want, want])
    assert not await around.read([want])
    assert [each["metadata"]["name"] for each in around.objects(want)] == ["web"]
    assert lists(cluster, "services") == 1


async def test_a_live_feed_answers_without_a_request(session: Session, cluster: EmbeddedCluster) -> None:
    kind = session.kind(SERVICES.resource)
    assert kind is not None
    lease = session.feeds.open(Query(kind, "shop", objects=True))
    await eventually(lambda: isinstance(lease.state, Live))
    before = lists(cluster, "services")
    around, want = Surroundings(session), Want("services", SERVICES, "shop")
    await around.read([want])
    assert len(around.objects(want)) == 1
    assert lists(cluster, "services") == before
    lease.close()


async def test_what_does_not_come_in_time_is_a_sentence(
    session: Session, cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "WITHIN", 0.1)
    cluster.faults.add(Fault(verb="list", resource="services", wire=Wire.HALF_OPEN))
    around, want = Surroundings(session), Want("services", SERVICES, "shop")
    await around.read([want])
    assert around.missing(want).startswith("services could not be read: ")
    assert around.objects(want) == ()


async def test_what_the_server_does_not_have_is_nothing_and_no_doubt(session: Session) -> None:
    unknown = Want("unknown", Kind("nowhere.example", "v1", "things", "Thing"), "shop")
    around = Surroundings(session)
    await around.read([unknown])
    assert (around.objects(unknown), around.missing(unknown)) == ([], "")


async def test_more_than_are_read_is_said(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "READ", 1)
    around, want = Surroundings(session), Want("pods", PODS, "shop")
    await around.read([want])
    assert len(around.objects(want)) == 1
    assert around.missing(want) == "There are more than 1 pods: only the first ones were looked at"
    assert setting.READ > 1


async def test_counting_reads_one_object(session: Session) -> None:
    around, pods, budgets = Surroundings(session), Count("Pod", PODS, "shop"), Count("Budget", BUDGETS, "shop")
    await around.read([pods, budgets])
    assert (around._counts[pods], around._counts[budgets]) == (2, 1)


async def test_a_feed_that_is_not_live_answers_nothing(session: Session) -> None:
    assert session.feeds.live(Query(SERVICES, "shop", objects=True)) is None
