"""The server of a real cluster dies or hangs under views of many feeds and a description: told, and nothing is lost."""

import asyncio
import json

import pytest

from k8stui.app import K8sTui
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Live, Stale, State
from k8stui.model.kinds import DEPLOYMENTS, PODS, Ref
from k8stui.screens.reading.page import InspectScreen
from k8stui.settings import Timing
from tests.e2e.conftest import Api, Kubectl
from tests.e2e.living import cells, living, visit
from tests.support.house import idle, status, typed
from tests.support.waiting import eventually

QUICK = Timing(request=5.0, silence=7.0, watch_least=3.0, watch_most=4.0, backoff_most=2.0)
"""The server ends each watch before it could be taken for dead (it sends a bookmark once a minute). One that hangs is
told before the controllers find that nodes are silent (40 s)."""
WITHIN = 40.0
VIEWS = (("pods", ""), ("workloads", ""), ("services", ""), ("persistentvolumeclaims", ""), ("events", "flat"))


async def run(kubectl: Kubectl, *words: str) -> str:
    return await asyncio.to_thread(kubectl, *words)


@pytest.mark.parametrize(("away", "back"), [("kill", "start"), ("stop", "cont")])
async def test_every_feed_is_whole_again(kubectl: Kubectl, namespace: str, api: Api, away: str, back: str) -> None:
    kubectl("-n", namespace, "create", "deployment", "own", "--image", "registry.example/e2e:1", "--replicas", "2")
    kubectl("-n", namespace, "create", "service", "clusterip", "leaves", "--tcp", "80")
    async with living(kubectl.kubeconfig, namespace=namespace, timing=QUICK) as app:
        for view, mode in VIEWS:
            await visit(app, view, namespace, mode)
        await visit(app, "workloads", namespace)
        reading = await described(app, Ref(DEPLOYMENTS, namespace, "own", ""))
        before = words(reading)
        await asyncio.to_thread(api, away)
        await eventually(lambda: isinstance(of_text(reading), Stale), within=WITHIN)
        await eventually(lambda: isinstance(of_view(app), Stale), within=WITHIN)
        await reading.flush()
        assert "stale" in reading.status.plain
        assert words(reading)[:5] == before[:5]  # what was known stays
        await typed(app, "q")
        await eventually(lambda: "stale" in status(app), within=WITHIN)
        assert list(cells(app)) == [f"{namespace}/own"]
        await asyncio.to_thread(api, back)
        await changed_meanwhile(kubectl, namespace)
        await all_as_kubectl(app, kubectl, namespace)
        await eventually(lambda: isinstance(of_view(app), Live), within=WITHIN)
        app.home.flush()
        assert {row["NAME"] for row in cells(app).values()} == {"own", "came"}
        reading = await described(app, Ref(DEPLOYMENTS, namespace, "own", ""))
        assert any("3 desired" in line for line in words(reading))


async def described(app: K8sTui, ref: Ref) -> InspectScreen:
    """A description of it, with everything around it."""
    app.home.dialogs.inspect(ref, "describe")
    reading = app.home.dialogs.reading
    assert reading is not None
    await eventually(lambda: reading.inspection is not None and reading.is_attached, within=WITHIN)
    await eventually(lambda: "Events:" in " ".join(words(reading)), within=WITHIN)
    await eventually(
        lambda: reading.inspection and reading.inspection.settled and isinstance(of_text(reading), Live), within=WITHIN
    )
    await reading.flush()
    await idle(app)
    return reading


def words(reading: InspectScreen) -> list[str]:
    return [line.text for line in reading.text.lines]


def of_text(reading: InspectScreen) -> State:
    """How fresh the description is."""
    assert reading.inspection is not None
    return reading.inspection.state


def of_view(app: K8sTui) -> State:
    """How fresh the visible table is."""
    assert app.home.pane is not None
    return app.home.pane.state


async def changed_meanwhile(kubectl: Kubectl, namespace: str) -> None:
    """Something new, something other and something less, as soon as the server is back."""
    await run(kubectl, "-n", namespace, "create", "deployment", "came", "--image", "registry.example/e2e:2")
    await run(kubectl, "-n", namespace, "scale", "deployment", "own", "--replicas", "3")
    await run(kubectl, "-n", namespace, "delete", "service", "leaves")
    await run(kubectl, "-n", namespace, "wait", f"--timeout={WITHIN:.0f}s", "--for=create", "deployment/came")


async def all_as_kubectl(app: K8sTui, kubectl: Kubectl, namespace: str) -> None:
    """Every feed of the namespace, hidden ones too, holds the objects that kubectl lists, in the same versions."""
    session = app.home.session
    assert session is not None
    feeds = session.feeds._shared
    open_ones = [query for query in feeds if query.namespace == namespace and not query.fields and not query.labels]
    kinds = {query.kind.resource for query in open_ones}
    assert {PODS.resource, DEPLOYMENTS.resource, "cronjobs.batch", "services", "events"} <= kinds
    different = {query: (0, 0) for query in open_ones if query.kind.resource != "pods.metrics.k8s.io"}
    deadline = asyncio.get_running_loop().time() + WITHIN
    while different and asyncio.get_running_loop().time() < deadline:
        for query in list(different):
            theirs, ours = await listed(kubectl, query), held(app, query)
            if ours == theirs:
                del different[query]
            else:
                different[query] = (len(ours), len(theirs))
    assert not different, {str(query): numbers for query, numbers in different.items()}


def held(app: K8sTui, query: Query) -> dict[str, str]:
    """Uid to resourceVersion of what a feed has."""
    assert app.home.session is not None
    rows = app.home.session.feeds._shared[query].store.rows
    return {uid: row.version for uid, row in rows.items()}


async def listed(kubectl: Kubectl, query: Query) -> dict[str, str]:
    """The same of what the server has."""
    text = await run(kubectl, "-n", query.namespace or "", "get", query.kind.resource, "-o", "json")
    found = [item["metadata"] for item in json.loads(text)["items"]]
    return {each["uid"]: each["resourceVersion"] for each in found}
