"""What the journal looks like: its lists, an entry, a question about taking back, and quitting."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import DEPLOYMENTS, Ref
from k8stui.operations.mutation import Inverse
from k8stui.screens.leaving import Quitting
from k8stui.screens.questions.change import ChangeQuestion
from tests.support import manifests
from tests.support.clock import START, ManualClock
from tests.support.house import idle, running, settled, typed
from tests.support.journals import entry, opened, write
from tests.support.scene import furnish
from tests.support.waiting import eventually
from tests.support.working import Waiting

Snap = Callable[..., Awaitable[None]]
DAY = 86_400


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def app(cluster: EmbeddedCluster, clock: ManualClock, request: pytest.FixtureRequest) -> AsyncIterator[K8sTui]:
    furnish(cluster)
    made = manifests.deployment("web", replicas=9)
    made["metadata"]["namespace"] = "shop"
    cluster.registry.create(made)
    async with running(cluster, clock, size=request.param) as (house, _):
        await settled(house, cluster)
        yield house


def history(app: K8sTui, uid: str) -> None:
    """An afternoon of changes, as an earlier run left it."""
    session = app.home.session
    assert session is not None
    here = session.context.name
    scaled = {
        "says": "scale web from 2 to 5",
        "kubectl": "kubectl -n shop scale deployment.apps/web --replicas=5",
        "builder": "scaling.scale",
        "resource": "deployments.apps",
        "api_version": "apps/v1",
        "kind": "Deployment",
        "namespace": "shop",
        "name": "web",
        "uid": uid,
        "outcome": "deployment.apps/web scaled",
        "before": {"replicas": 2},
        "inverse": Inverse("scaling.scale", {"replicas": 2}, {"/spec/replicas": 5}),
        "context": here,
    }
    write(
        app.state,
        entry(1, at=START - DAY, context="staging", says="delete pod web-1", builder="removing.delete"),
        entry(2, at=START - 900, context=here),
        entry(3, at=START - 800, context=here, says="restart web", builder="rollout.restart", result="refused"),
        entry(4, at=START - 700, context=here, says="label worker-1 tier=front", result="conflict"),
        entry(5, at=START - 600, context=here, says="uncordon worker-1", undone=True),
        entry(6, at=START - 500, context=here, says="scale web from 1 to 2", result="", outcome=""),
        entry(7, at=START - 400, **scaled),
    )


async def test_the_journal(app: K8sTui, cluster: EmbeddedCluster, snap: Snap) -> None:
    uid = cluster.store.get("deployments.apps", "web", "shop")["metadata"]["uid"]
    history(app, Ref(DEPLOYMENTS, "shop", "web", uid).uid)
    await opened(app)
    await snap(app, "entries")
    await typed(app, "u")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    question = app.screen
    assert isinstance(question, ChangeQuestion)
    await eventually(lambda: not question.case.looking)
    await idle(app)
    await snap(app, "taking-back")


async def test_an_entry(app: K8sTui, snap: Snap) -> None:
    history(app, "uid-web")
    await opened(app)
    await typed(app, "enter")
    await snap(app, "entry")


async def test_jobs_and_quitting(app: K8sTui, snap: Snap) -> None:
    running_one, asking, over = Waiting("Drain worker-1"), Waiting("Drain worker-2"), Waiting("Drain worker-3")
    for job in (running_one, asking, over):
        app.jobs.start(job)
    running_one.advance(12)
    asking.ask("worker-2 was uncordoned by another hand: cordon it again and go on?")
    over.gone = 17
    over.finish()
    await eventually(lambda: len(app.work.running) == 2)
    await opened(app)
    await snap(app, "jobs")
    await typed(app, "ctrl+q")
    await eventually(lambda: isinstance(app.screen, Quitting))
    await snap(app, "quitting")
