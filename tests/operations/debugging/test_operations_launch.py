"""Launches of debug pods on an embedded server whose kubelet is the test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.kube.connection import Response
from k8stui.kube.errors import ConfigError
from k8stui.model.columns import Tone
from k8stui.model.kinds import PODS, Ref
from k8stui.operations.debugging.launch import Launch
from k8stui.operations.debugging.left import Making
from k8stui.operations.debugging.record import read
from k8stui.operations.debugging.steps import Stage
from k8stui.operations.gateway import Consent, ConsentError, Verdict
from k8stui.operations.outcomes import Result
from tests.support.calm import calm
from tests.support.clock import ManualClock
from tests.support.launching import Bench, addition, bench, creation, debug_pod, nested
from tests.support.narrow import TOKEN, may, user
from tests.support.objects import pod
from tests.support.waiting import eventually

RUNNING = {"running": {"startedAt": "2026-09-21T14:13:21Z"}}


@pytest.fixture
async def made(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(cluster, clock, tmp_path) as found:
        yield found


def lines(launch: Launch) -> list[str]:
    return [each.says for each in launch.progress]


async def ready(made: Bench, name: str = "dbg") -> Launch:
    """One whose container runs."""
    launch = await made.begun(creation(name))
    await eventually(lambda: launch.pod is not None)
    made.run_container(name, RUNNING)
    await eventually(lambda: launch.stage is Stage.READY)
    return launch


async def test_it_is_recorded_before_it_is_sent(made: Bench) -> None:
    slow = made.cluster.faults.add(Fault(verb="create", resource="pods", delay=600.0, times=1))
    launch = await made.begun(creation("dbg"), lifetime=14400.0)
    await eventually(lambda: launch.stage is Stage.SENDING and made.keeper.record.path)
    path = made.keeper.record.path
    assert path is not None
    (left,), _ = read(path)
    assert (str(left.ref), left.uid, left.mode, left.lifetime) == ("shop/dbg", "", "alone", 14400.0)
    assert left.stamps["k8stui/who"] == "ada"
    assert lines(launch) == ["create debug pod shop/dbg: asked"]
    await calm()
    made.cluster.faults.hurry(slow)
    await eventually(lambda: launch.pod is not None)
    (left,), _ = read(path)
    assert left.uid == made.cluster.store.get("pods", "dbg", "shop")["metadata"]["uid"]


async def test_it_is_followed_from_the_scheduler_to_a_container_that_runs(made: Bench, clock: ManualClock) -> None:
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: "waits for a node" in lines(launch))
    row = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available."}
    made.cluster.store.modify("pods", "dbg", "shop", change=lambda each: each["status"].update(conditions=[row]))
    await eventually(lambda: launch.trouble == "no node yet: 0/1 nodes are available.")
    made.run_container("dbg", {"waiting": {"reason": "ErrImagePull", "message": "no such image"}})
    await eventually(lambda: launch.trouble == "ErrImagePull: no such image.")
    assert "scheduled on worker-1" in lines(launch)
    clock.advance(7)
    made.run_container("dbg", RUNNING)
    await eventually(lambda: launch.stage is Stage.READY)
    assert (launch.container, launch.trouble) == ("debugger", "")
    assert lines(launch) == ["pod shop/dbg created", "scheduled on worker-1", "container debugger runs"]
    assert launch.left is not None
    assert launch.left.node == "worker-1"


async def test_the_image_that_is_pulled_is_told_from_its_events(made: Bench) -> None:
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.pod is not None)
    assert launch.pod is not None
    about = {"kind": "Pod", "apiVersion": "v1", "namespace": "shop", "name": "dbg", "uid": launch.pod.uid}
    event: dict[str, Any] = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "dbg.1", "namespace": "shop"}}
    about["fieldPath"] = "spec.containers{debugger}"
    event |= {"involvedObject": about, "reason": "Pulling", "type": "Normal", "message": 'Pulling image "busybox:1.37"'}
    event["lastTimestamp"] = "2026-09-21T14:13:21Z"
    made.cluster.store.create(event)
    await eventually(lambda: 'pulling image "busybox:1.37"' in lines(launch))
    done = event | {"reason": "Pulled", "message": "Successfully pulled image", "metadata": {**event["metadata"]}}
    done["metadata"]["name"] = "dbg.0"  # listed before the other one, and of the same second
    made.cluster.store.create(done)
    await eventually(lambda: "successfully pulled image" in lines(launch))
    assert 'pulling image "busybox:1.37"' not in lines(launch)
    made.cluster.store.modify("events", "dbg.1", "shop", change=lambda each: each.update(count=1))
    made.cluster.store.modify(
        "events", "dbg.1", "shop", change=lambda each: each.update(lastTimestamp="2026-09-21T14:13:25Z")
    )
    await eventually(lambda: 'pulling image "busybox:1.37"' in lines(launch))
    made.run_container("dbg", {"waiting": {"reason": "ErrImagePull", "message": "no such image"}})
    await eventually(lambda: launch.trouble == "ErrImagePull: no such image.")
    assert not [each for each in launch.progress if each.tone is Tone.CHANGING]


async def test_one_that_has_ended_before_anybody_attached_has_a_log_to_show(made: Bench) -> None:
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.pod is not None)
    made.run_container("dbg", {"terminated": {"exitCode": 127, "reason": "Error"}})
    await eventually(lambda: launch.stage is Stage.OVER)
    assert launch.container == "debugger"
    assert launch.alive


async def test_a_pod_whose_time_is_over_has_failed(made: Bench) -> None:
    launch = await ready(made)
    gone = {
        "phase": "Failed",
        "reason": "DeadlineExceeded",
        "message": "Pod was active too long",
        "containerStatuses": [],
    }
    made.cluster.store.modify("pods", "dbg", "shop", change=lambda each: each.update(status=gone))
    await eventually(lambda: launch.stage is Stage.FAILED)
    assert launch.why == "DeadlineExceeded: Pod was active too long."
    assert made.keeper.due == [launch]


async def test_a_refused_creation_leaves_nothing_to_remove(made: Bench) -> None:
    made.cluster.faults.add(Fault(verb="create", resource="pods", status=403, message="violates PodSecurity"))
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.stage is Stage.FAILED)
    assert "violates PodSecurity" in launch.why
    assert not launch.alive
    assert await launch.remove() is None
    assert made.names() == []


async def test_a_name_that_is_taken_is_not_ours(made: Bench) -> None:
    made.cluster.store.create(debug_pod("dbg", stamps={"k8stui/who": "bob"}))
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.stage is Stage.FAILED)
    await made.keeper.close()
    assert made.names() == ["dbg"]


async def test_an_answer_that_never_came_is_found_by_its_stamps(made: Bench) -> None:
    made.cluster.faults.add(Fault(verb="create", resource="pods", wire=Wire.RESET))
    made.cluster.store.create(debug_pod("dbg"))  # the server has taken the request before the connection was cut
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.pod is not None)
    assert launch.stage is Stage.WAITING
    await launch.remove()
    assert made.names() == []


async def test_where_nobody_can_read_what_was_made_it_stays_in_the_record(made: Bench) -> None:
    made.cluster.faults.add(Fault(verb="create", resource="pods", wire=Wire.RESET))
    made.cluster.store.create(debug_pod("dbg") | {"deep": nested(200)})
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.stage is Stage.FAILED)
    assert launch.alive


async def test_an_answer_that_never_came_stays_in_the_record(made: Bench) -> None:
    for verb in ("create", "get"):
        made.cluster.faults.add(Fault(verb=verb, resource="pods", wire=Wire.RESET))
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.stage is Stage.FAILED)
    assert launch.alive
    said = await made.keeper.close()
    assert "whether it was made is not known" in said
    path = made.keeper.record.path
    assert path is not None
    assert path.exists()


async def test_removing_deletes_the_very_pod_with_a_short_grace(made: Bench) -> None:
    launch = await ready(made)
    outcome = await launch.remove()
    assert outcome is not None
    assert outcome.result is Result.DONE
    assert outcome.mutation.request.decoded() == {
        "propagationPolicy": "Background",
        "gracePeriodSeconds": 1,
        "preconditions": {"uid": launch.left.uid if launch.left else ""},
    }
    assert (made.names(), launch.alive, made.keeper.alive) == ([], False, [])
    made.cluster.store.delete("pods", "dbg", "shop")
    await eventually(lambda: launch.stage is Stage.GONE)
    assert lines(launch)[-1] == "gone"
    assert await launch.remove() is outcome
    assert len([each for each in made.cluster.requests if each.verb == "delete"]) == 1
    assert [each.builder for each in made.journal.entries] == ["debugging.alone", "removing.delete"]


async def test_a_copy_that_writes_to_its_originals_claims_ends_as_it_says(made: Bench) -> None:
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    launch = await made.begun(creation("copy", mode="copy", volumes=volumes), mode="copy")
    await eventually(lambda: launch.pod is not None)
    outcome = await launch.remove()
    assert outcome is not None
    assert "gracePeriodSeconds" not in outcome.mutation.request.decoded()


async def test_a_pod_that_took_the_name_is_let_alone(made: Bench) -> None:
    launch = await ready(made)
    launch.close()
    made.cluster.store.delete("pods", "dbg", "shop")
    made.cluster.store.create(debug_pod("dbg"))
    outcome = await launch.remove()
    assert outcome is not None
    assert outcome.result is Result.GONE
    assert made.names() == ["dbg"]
    assert not launch.alive


async def test_one_that_somebody_else_deletes_is_gone(made: Bench) -> None:
    launch = await ready(made)
    made.cluster.store.delete("pods", "dbg", "shop")
    await eventually(lambda: launch.stage is Stage.GONE)
    assert lines(launch)[-1] == "gone: somebody else has deleted it"
    assert not launch.alive


async def test_waiting_can_be_given_up_and_what_was_made_is_removed(made: Bench) -> None:
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.stage is Stage.WAITING)
    launch.cancel()
    assert await made.tasks[-1] is Stage.CANCELLED
    made.run_container("dbg", RUNNING)
    await eventually(lambda: "container debugger runs" in lines(launch))
    assert launch.stage is Stage.CANCELLED
    await launch.remove()
    assert made.names() == []


async def test_one_given_up_before_its_answer_is_removed_all_the_same(made: Bench) -> None:
    slow = made.cluster.faults.add(Fault(verb="create", resource="pods", delay=600.0, times=1))
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: launch.stage is Stage.SENDING)
    launch.cancel()
    made.tasks[-1].cancel()
    removing = asyncio.create_task(launch.remove())
    await calm()
    made.cluster.faults.hurry(slow)
    await removing
    assert made.names() == []
    assert "create" in [each.verb for each in made.cluster.requests if each.resource == "pods"]


async def test_an_ephemeral_container_is_followed_and_never_removed(made: Bench) -> None:
    made.cluster.store.create(pod("web", "shop"))
    ref = Ref(PODS, "shop", "web", made.cluster.store.get("pods", "web", "shop")["metadata"]["uid"])
    launch = await made.begun(addition(ref, "debugger-x"), mode="ephemeral", container="debugger-x")
    await eventually(lambda: launch.stage is Stage.WAITING)
    assert lines(launch)[0] == "container debugger-x added to pod shop/web"
    made.run_container("web", RUNNING, kind="ephemeralContainerStatuses")
    await eventually(lambda: launch.stage is Stage.READY)
    assert await launch.remove() is None
    await made.keeper.close()
    assert made.names() == ["web"]
    path = made.keeper.record.path
    assert path is not None
    assert path.exists()  # the next start says that it is there


async def test_an_ephemeral_container_that_has_ended_is_nothing_to_come_back_to(made: Bench) -> None:
    made.cluster.store.create(pod("web", "shop"))
    ref = Ref(PODS, "shop", "web", made.cluster.store.get("pods", "web", "shop")["metadata"]["uid"])
    launch = await made.begun(addition(ref), mode="ephemeral", container="debugger-1")
    await eventually(lambda: launch.stage is Stage.WAITING)
    made.run_container("web", {"terminated": {"exitCode": 0}}, kind="ephemeralContainerStatuses")
    await eventually(lambda: launch.stage is Stage.OVER)
    await made.keeper.close()
    path = made.keeper.record.path
    assert path is not None
    assert not path.exists()


async def test_a_right_that_lacks_to_remove_it_is_said_at_once(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    user(cluster, may("create get list watch", "pods events", "shop"))
    async with bench(cluster, clock, tmp_path, token=TOKEN) as made:
        launch = await made.begun(creation("dbg"), lifetime=14400.0)
        await eventually(lambda: any("it stays until its 4h are over" in each for each in lines(launch)))
        outcome = await launch.remove()
        assert outcome is not None
        assert outcome.result is Result.REFUSED
        assert launch.alive
        assert "You may not delete pods in shop" in await made.keeper.close()


async def test_where_watching_is_refused_the_pod_is_looked_at(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k8stui.operations.debugging.follow.LOOK", 0.02)
    for verb in ("list", "watch"):
        made.cluster.faults.add(Fault(verb=verb, resource="pods", status=403))
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: "waits for a node" in lines(launch))
    made.run_container("dbg", RUNNING)
    await eventually(lambda: launch.stage is Stage.READY)
    made.cluster.store.delete("pods", "dbg", "shop")
    await eventually(lambda: launch.stage is Stage.GONE)


async def test_an_answer_that_cannot_be_read_does_not_end_the_looking(
    made: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("k8stui.operations.debugging.follow.LOOK", 0.02)
    for verb in ("list", "watch"):
        made.cluster.faults.add(Fault(verb=verb, resource="pods", status=403))
    launch = await made.begun(creation("dbg"))
    await eventually(lambda: "waits for a node" in lines(launch))
    wire = launch.session.connection
    ask = wire.request

    async def nonsense(*given: Any, **named: Any) -> Response:
        return replace(await ask(*given, **named), body=b"[]")

    with monkeypatch.context() as for_now:
        for_now.setattr(wire, "request", nonsense)
        await eventually(lambda: any(line.startswith("The pod cannot be read") for line in lines(launch)))
    made.run_container("dbg", RUNNING)
    await eventually(lambda: launch.stage is Stage.READY)


async def test_a_server_that_goes_away_is_said_and_taken_back(made: Bench) -> None:
    launch = await ready(made)
    port = made.cluster.port
    await made.cluster.stop()
    await eventually(lambda: len(lines(launch)) > 3)
    await made.cluster.start(port)
    await eventually(lambda: len(lines(launch)) == 3)
    assert launch.stage is Stage.READY


async def test_without_consent_nothing_is_sent_or_left(made: Bench) -> None:
    launch = await made.keeper.launch(made.session, creation("dbg"), Making(mode="alone"))
    with pytest.raises(ConsentError):
        await launch.run(Consent("", ""))
    assert (made.names(), launch.alive) == ([], False)
    with pytest.raises(RuntimeError):
        await launch.run(Consent("", ""))


async def test_in_a_read_only_context_nothing_is_made(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    async with bench(cluster, clock, tmp_path) as made:
        launch = await made.keeper.launch(made.session, creation("dbg"), Making(mode="alone"))
        launch.session.connection.read_only = True
        await launch.run(Verdict(launch.mutation).consent())
        assert launch.stage is Stage.FAILED
        assert "read-only" in launch.why
        assert made.names() == []


async def test_listeners_hear_of_every_line(made: Bench) -> None:
    heard: list[int] = []
    launch = await made.begun(creation("dbg"))
    launch.listeners.add(lambda: heard.append(len(launch.progress)))
    await eventually(lambda: launch.stage is Stage.WAITING)
    assert heard


async def test_nothing_is_begun_while_the_program_ends(made: Bench) -> None:
    await made.keeper.close()
    with pytest.raises(ConfigError):
        await made.begun(creation("dbg"))
