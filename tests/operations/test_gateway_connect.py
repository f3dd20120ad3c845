"""Sessions through the one door: rights, the very pod, consent, the journal before and after."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from msgspec.structs import replace

from k8stui.cluster.access import Access
from k8stui.demo.access.rules import Rule
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.kube.sockets import ERROR, STDOUT, exit_status
from k8stui.model.kinds import PODS, Ref
from k8stui.operations.building import build
from k8stui.operations.gateway import Connected, Consent, ConsentError, Gateway
from k8stui.operations.journal.journal import Entry, FileJournal, earlier
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Result
from tests.support.clock import ManualClock
from tests.support.feeding import QUICK, connection_to
from tests.support.objects import pod
from tests.support.waiting import eventually
from tests.support.wire import connected, serving, target


class Scene:
    """A cluster with a pod, and gateways to it."""

    def __init__(self, cluster: EmbeddedCluster, clock: ManualClock, folder: Path) -> None:
        self.cluster = cluster
        self._clock = clock
        self._folder = folder
        cluster.store.create(busybox())

    def gateway(self, connection: Any) -> Gateway:
        journal = FileJournal(self._folder, "one", ("demo", "admin"), now=self._clock.now, complain=lambda said: None)
        return Gateway(connection, Access(connection), journal)

    def entry(self) -> Entry:
        (found,) = earlier(self._folder)
        return found

    @property
    def silent(self) -> bool:
        """Nothing is in the journal."""
        return not earlier(self._folder)

    @property
    def asked(self) -> int:
        """Sessions that were asked for."""
        return len([each for each in self.cluster.requests if each.path.endswith(("/exec", "/attach"))])


def busybox() -> dict[str, Any]:
    made = pod("web")
    made["spec"]["containers"][0]["image"] = "busybox:1"
    return made


@pytest.fixture
def scene(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> Scene:
    return Scene(cluster, clock, tmp_path)


@pytest.fixture
async def gateway(scene: Scene) -> AsyncIterator[Gateway]:
    async with connection_to(scene.cluster) as connection:
        yield scene.gateway(connection)


async def wanted(gateway: Gateway, *command: str) -> Mutation:
    found = await gateway.read(Ref(PODS, "default", "web", ""))
    assert found is not None
    return build("sessions.exec", found, {"command": list(command), "tty": False, "stdin": False})


async def opened(gateway: Gateway, mutation: Mutation) -> Connected:
    return await gateway.connect(mutation, Consent(mutation.target.uid, mutation.request.digest))


async def heard(connected: Connected) -> list[tuple[int, bytes]]:
    assert connected.channels is not None
    found = [frame async for frame in connected.channels]
    await connected.channels.close()
    return found


async def test_it_stands_in_the_journal_before_and_after(gateway: Gateway, scene: Scene) -> None:
    mutation = await wanted(gateway, "sh", "-c", "echo hi; exit 7")
    session = await opened(gateway, mutation)
    assert session.outcome.done
    before = scene.entry()
    assert (before.says, before.result) == ("run sh -c echo hi; exit 7 in pod default/web, container main", "")
    assert before.kubectl == "kubectl -n default exec web -c main -- sh -c 'echo hi; exit 7'"
    frames = dict(await heard(session))
    assert frames[STDOUT] == b"hi\n"
    assert exit_status(frames[ERROR]).code == 7
    session.ended(Result.DONE, "exit code 7 after 3s")
    session.ended(Result.UNKNOWN, "something else")
    after = scene.entry()
    assert (after.result, after.outcome, after.undoable) == ("done", "exit code 7 after 3s", False)


async def test_a_consent_fits_one_session_on_one_pod(gateway: Gateway, scene: Scene) -> None:
    mutation = await wanted(gateway, "true")
    other = await wanted(gateway, "rm", "x")
    for wrong in (Consent("another", mutation.request.digest), Consent(mutation.target.uid, other.request.digest)):
        with pytest.raises(ConsentError):
            await gateway.connect(mutation, wrong)
    assert scene.silent
    assert scene.asked == 0


async def test_another_pod_of_the_same_name_is_not_entered(gateway: Gateway, scene: Scene) -> None:
    mutation = await wanted(gateway, "true")
    scene.cluster.store.delete("pods", "web", "default")
    session = await opened(gateway, mutation)
    assert (session.outcome.result, session.channels) == (Result.GONE, None)
    assert session.outcome.says == "pod default/web is gone: nothing was opened"
    scene.cluster.store.create(busybox())
    session = await opened(gateway, mutation)
    assert session.outcome.result is Result.GONE
    assert "was replaced by another one" in session.outcome.says
    assert scene.asked == 0


async def test_a_pod_that_may_not_be_read_may_be_entered(gateway: Gateway, scene: Scene) -> None:
    mutation = await wanted(gateway, "true")
    scene.cluster.faults.add(Fault(verb="get", resource="pods", status=403))
    session = await opened(gateway, mutation)
    assert session.outcome.done
    await heard(session)


@pytest.mark.parametrize("container", ["none"])
async def test_a_refusal_is_its_outcome(gateway: Gateway, scene: Scene, container: str) -> None:
    mutation = await wanted(gateway, "true")
    query = tuple((key, container if key == "container" else value) for key, value in mutation.request.query)
    mutation = replace(mutation, request=replace(mutation.request, query=query))
    session = await opened(gateway, mutation)
    assert (session.outcome.result, session.channels) == (Result.REFUSED, None)
    assert session.outcome.error is not None
    assert "container none is not valid for pod web" in session.outcome.says
    entry = scene.entry()
    assert (entry.result, entry.outcome) == ("refused", session.outcome.says)
    session.ended(Result.DONE, "nothing of that kind")
    assert scene.entry() == entry


async def test_who_may_not_is_refused_before_anything_is_sent(scene: Scene) -> None:
    scene.cluster.store.create({"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "shop"}})
    made = busybox()
    made["metadata"]["namespace"] = "shop"
    scene.cluster.store.create(made)
    async with connection_to(scene.cluster, token=scene.cluster.viewer_token) as connection:
        gateway = scene.gateway(connection)
        found = await gateway.read(Ref(PODS, "shop", "web", ""))
        assert found is not None
        mutation = build("sessions.exec", found, {"command": ["sh"]})
        session = await opened(gateway, mutation)
    assert (session.outcome.result, session.channels) == (Result.REFUSED, None)
    assert session.outcome.says == "You may not get pods/exec in shop: nothing was opened"
    assert scene.asked == 0
    assert scene.silent


REVIEWS = Rule(("create",), ("*",), ("selfsubjectaccessreviews", "selfsubjectrulesreviews"))


async def test_create_alone_opens_nothing_here_and_that_is_said(scene: Scene) -> None:
    rules = (Rule(("get",), ("",), ("pods",)), Rule(("create",), ("",), ("pods/exec",)))
    scene.cluster.access.add("old", "bob", REVIEWS, *rules)
    async with connection_to(scene.cluster, token="old") as connection:
        gateway = scene.gateway(connection)
        session = await opened(gateway, await wanted(gateway, "true"))
    assert session.outcome.says == (
        "You may not get pods/exec in default; k8stui opens sessions over WebSocket, "
        "which this server allows with get pods/exec: nothing was opened"
    )
    assert scene.asked == 0


async def test_a_server_that_wants_create_beside_get_is_quoted_each_time(scene: Scene) -> None:
    """From 1.35 on; what it refuses is create, and get is not called lacking."""
    rules = (Rule(("get",), ("",), ("pods", "pods/exec")),)
    scene.cluster.access.add("new", "bob", REVIEWS, *rules)
    words = (
        'pods "web" is forbidden: User "bob" cannot create resource "pods/exec" '
        'in API group "" in the namespace "default"'
    )
    scene.cluster.faults.add(Fault(resource="pods/exec", status=403, message=words))
    async with connection_to(scene.cluster, token="new") as connection:
        gateway = scene.gateway(connection)
        mutation = await wanted(gateway, "true")
        for _ in range(2):
            session = await opened(gateway, mutation)
            says = "You (bob) may not create pods/exec in the namespace default"
            assert (session.outcome.result, says in session.outcome.says) == (Result.REFUSED, True)
    assert scene.asked == 2


async def test_a_context_that_is_read_only_opens_nothing(scene: Scene) -> None:
    made = target(scene.cluster.url, scene.cluster.token)
    goal = replace(made, context=replace(made.context, read_only=True))
    async with connected(goal, QUICK, clock=scene.cluster.clock) as connection:
        gateway = scene.gateway(connection)
        for builder, args in (("sessions.exec", {"command": ["sh"]}), ("sessions.attach", {})):
            found = await gateway.read(Ref(PODS, "default", "web", ""))
            assert found is not None
            session = await opened(gateway, build(builder, found, args))
            assert (session.outcome.result, session.channels) == (Result.REFUSED, None)
            assert session.outcome.says == "The context test is read-only: nothing was opened"
    assert scene.asked == 0
    assert scene.silent


async def test_no_answer_at_all_is_told_as_what_it_is(gateway: Gateway, scene: Scene) -> None:
    mutation = await wanted(gateway, "true")
    await scene.cluster.stop()
    session = await opened(gateway, mutation)
    assert (session.outcome.result, session.channels) == (Result.REFUSED, None)
    assert "cannot be reached" in session.outcome.says
    assert scene.entry().result == "refused"


async def test_a_command_of_which_nobody_knows_whether_it_runs(scene: Scene) -> None:
    body = msgspec.json.encode(scene.cluster.store.get("pods", "web", "default"))

    async def handler(request: web.Request) -> web.Response:
        if request.path.endswith("/exec"):
            assert request.transport is not None
            request.transport.close()
        found = request.path.endswith("/pods/web")
        return web.Response(body=body if found else b"{}", status=200 if found else 404)

    async with serving(handler) as url, connected(target(url), clock=scene.cluster.clock) as connection:
        gateway = scene.gateway(connection)
        session = await opened(gateway, await wanted(gateway, "true"))
    assert (session.outcome.result, session.channels) == (Result.UNKNOWN, None)
    assert session.outcome.says.endswith("Whether it ran is not known: look into the container")
    assert scene.entry().result == "unknown"


async def test_whoever_gives_up_while_it_opens_leaves_a_word(gateway: Gateway, scene: Scene) -> None:
    mutation = await wanted(gateway, "true")
    scene.cluster.faults.add(Fault(resource="pods/exec", delay=60.0))
    task = asyncio.ensure_future(opened(gateway, mutation))
    await eventually(lambda: not scene.silent)
    task.cancel()
    await asyncio.wait([task])
    assert scene.entry().outcome == "It was given up before it was open"
