"""What a pod and its events say of the container that is waited for."""

from typing import Any

import msgspec
import pytest

from k8stui.model.columns import Tone
from k8stui.model.event_raw import RawEvent
from k8stui.model.event_row import Event
from k8stui.model.event_row import row as event_row
from k8stui.model.pod_raw import RawPod
from k8stui.operations.debugging.steps import Seen, Stage, seen, told

Object = dict[str, Any]


def see(wanted: str = "", *, node: str = "worker-2", **status: Any) -> Seen:
    spec = {"containers": [{"name": "a"}, {"name": "b"}], **({"nodeName": node} if node else {})}
    pod = {"metadata": {"name": "p", "uid": "u"}, "spec": spec, "status": status}
    return seen(msgspec.convert(pod, RawPod), wanted)


def says(state: Object, name: str = "a", **more: Any) -> list[Object]:
    return [{"name": "other", "state": {"running": {}}}, {"name": name, "state": state, **more}]


def test_a_pod_without_a_node_says_what_the_scheduler_says() -> None:
    row = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes: 3 tainted."}
    found = see(node="", conditions=[row])
    assert (found.stage, found.place) == (Stage.WAITING, ("no node yet: 0/3 nodes: 3 tainted.", Tone.WARNING))
    assert found.says == ""
    assert see(node="").place == ("waits for a node", Tone.CHANGING)


def test_on_its_node_it_waits_for_the_kubelet() -> None:
    found = see()
    assert found.place == ("scheduled on worker-2", Tone.PLAIN)
    assert (found.stage, found.says, found.node) == (Stage.WAITING, "waits for the kubelet of worker-2", "worker-2")


def test_a_running_container_is_ready_to_attach_to() -> None:
    found = see(containerStatuses=says({"running": {}}))
    assert (found.stage, found.container, found.says, found.tone) == (
        Stage.READY,
        "a",
        "container a runs",
        Tone.OK,
    )


@pytest.mark.parametrize("group", ["containerStatuses", "ephemeralContainerStatuses", "initContainerStatuses"])
def test_the_wanted_container_is_looked_for_among_all(group: str) -> None:
    status: Object = {group: says({"running": {}}, "dbg")}
    found = see("dbg", **status)
    assert (found.stage, found.container) == (Stage.READY, "dbg")


def test_only_the_wanted_container_counts() -> None:
    assert see("b", containerStatuses=says({"running": {}})).stage is Stage.WAITING


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        ({"reason": "ErrImagePull", "message": "not found"}, "ErrImagePull: not found."),
        ({"reason": "CreateContainerConfigError", "message": 'secret "x" not found'}, None),
        ({"reason": "InvalidImageName"}, "InvalidImageName."),
    ],
)
def test_what_stands_against_a_container_is_said_and_waited_on(waiting: Object, said: str | None) -> None:
    found = see(containerStatuses=says({"waiting": waiting}))
    assert (found.stage, found.tone) == (Stage.WAITING, Tone.BAD)
    assert found.says == (said or f"{waiting['reason']}: {waiting['message']}.")


def test_one_that_is_started_again_and_again_says_how_it_ended() -> None:
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}}
    found = see(containerStatuses=says(waiting, lastState={"terminated": {"exitCode": 127, "reason": "Error"}}))
    assert found.says == "CrashLoopBackOff: back-off 10s. It ended with code 127 before."


def test_being_created_is_no_trouble() -> None:
    states: list[Object] = [{"waiting": {"reason": "ContainerCreating"}}, {"waiting": {}}]
    for state in states:
        found = see(containerStatuses=says(state))
        assert (found.says, found.tone) == ("container a is being created", Tone.CHANGING)


def test_init_containers_are_waited_for_by_name() -> None:
    waiting = says({"waiting": {"reason": "PodInitializing"}})
    done = {"name": "one", "state": {"terminated": {"exitCode": 0}}}
    sidecar = {"name": "proxy", "started": True, "state": {"running": {}}}
    for state, how in (
        ({"running": {}}, "runs"),
        ({"waiting": {"reason": "ImagePullBackOff"}}, "ImagePullBackOff"),
        ({"terminated": {"exitCode": 3, "reason": "Error"}}, "ended with code 3"),
    ):
        rows = [done, sidecar, {"name": "two", "state": state}]
        found = see(initContainerStatuses=rows, containerStatuses=waiting)
        assert found.says == f"waits for init container two, which {how}"


@pytest.mark.parametrize(
    ("ended", "said", "tone"),
    [
        ({"exitCode": 0, "reason": "Completed"}, "container a ended with code 0", Tone.OK),
        ({"exitCode": 137, "reason": "OOMKilled"}, "container a ended with code 137 (OOMKilled)", Tone.BAD),
        (
            {"exitCode": 128, "reason": "StartError", "message": 'exec: "bash": not found'},
            'container a ended with code 128 (StartError: exec: "bash": not found)',
            Tone.BAD,
        ),
    ],
)
def test_one_that_has_ended_before_anybody_attached(ended: Object, said: str, tone: Tone) -> None:
    found = see(phase="Failed", containerStatuses=says({"terminated": ended}))
    assert (found.stage, found.says, found.tone) == (Stage.OVER, said, tone)


def test_a_pod_that_failed_as_a_whole_will_never_run() -> None:
    found = see(phase="Failed", reason="Evicted", message="The node was low on memory")
    assert (found.stage, found.says, found.tone) == (Stage.FAILED, "Evicted: The node was low on memory.", Tone.BAD)
    assert see(phase="Failed", reason="DeadlineExceeded").says == "DeadlineExceeded."
    assert see(phase="Succeeded").says == "The pod has ended (Succeeded)."
    assert see("dbg", phase="Failed").stage is Stage.FAILED


def test_texts_of_the_cluster_are_cleaned() -> None:
    found = see(containerStatuses=says({"waiting": {"reason": "Err\x1b[31m", "message": "a\x9bb\u202e"}}))
    assert not set(found.says) & {"\x1b", "\x9b", "\u202e"}


def event(reason: str, message: str, *, kind: str = "Normal", part: str = "spec.containers{a}") -> Event:
    about = {"kind": "Pod", "apiVersion": "v1", "name": "p", "uid": "u", "fieldPath": part}
    raw = {"metadata": {"name": "e", "uid": "e"}, "reason": reason, "message": message, "type": kind}
    return event_row(msgspec.convert({**raw, "involvedObject": about}, RawEvent))


def test_events_tell_of_the_image_and_of_what_the_status_does_not() -> None:
    pulling = event("Pulling", 'Pulling image "busybox"')
    assert told(pulling, "a", ephemeral=False) == ('pulling image "busybox"', Tone.CHANGING)
    pulled = told(event("Pulled", "Already present on machine"), "a", ephemeral=False)
    assert pulled == ("already present on machine", Tone.PLAIN)
    mount = event("FailedMount", "secret not found", kind="Warning", part="")
    assert told(mount, "a", ephemeral=False) == ("FailedMount: secret not found", Tone.WARNING)
    for reason in ("Scheduled", "Created", "Started"):
        assert told(event(reason, "x"), "a", ephemeral=False) is None
    for reason in ("FailedScheduling", "Failed", "BackOff", "Unhealthy"):
        assert told(event(reason, "x", kind="Warning"), "a", ephemeral=False) is None


def test_of_a_pod_with_a_past_only_events_of_the_new_container_count() -> None:
    assert told(event("Pulling", "Pulling x"), "dbg", ephemeral=True) is None
    own = event("Pulling", "Pulling x", part="spec.ephemeralContainers{dbg}")
    assert told(own, "dbg", ephemeral=True) == ("pulling x", Tone.CHANGING)
