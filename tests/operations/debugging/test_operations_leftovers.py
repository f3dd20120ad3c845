"""What was left behind, as rows."""

from typing import Any

import msgspec
import pytest

from k8stui.model.columns import Tone
from k8stui.model.kinds import PODS
from k8stui.model.objects import ObjectRow, row
from k8stui.operations.debugging.left import Left
from k8stui.operations.debugging.leftovers import Leftover, of_container, of_pod, runs
from tests.support.launching import debug_pod

Object = dict[str, Any]


def made(mode: str = "node", *, meta: Object | None = None, status: Object | None = None, **spec: Any) -> ObjectRow:
    pod = debug_pod("dbg", mode=mode, nodeName="worker-1", **spec)
    pod["metadata"] |= {"uid": "u", "resourceVersion": "7", **(meta or {})}
    return row(PODS, msgspec.json.encode(pod | {"status": {"phase": "Running"} | (status or {})}))


def test_whose_it_is_where_and_until_when() -> None:
    found = of_pod(made(status={"startTime": "2026-09-21T14:13:30Z"}), mine=False)
    assert (found.owner, found.mode, found.node, found.state, found.tone) == (
        "ada@laptop",
        "node",
        "worker-1",
        "Running",
        Tone.OK,
    )
    assert (found.made, found.ends) == (1_790_000_000.0, 1_790_000_010.0 + 14400)
    assert of_pod(made(), mine=True).owner == "me"


def test_its_age_is_the_servers_not_that_of_the_form_in_which_it_was_chosen() -> None:
    meta = {"annotations": {"k8stui/at": "2026-09-21T14:00:00Z"}, "creationTimestamp": "2026-09-21T14:13:20Z"}
    assert of_pod(made(meta=meta), mine=False).made == 1_790_000_000.0
    assert of_pod(made(meta={"annotations": {"k8stui/at": "2026-09-21T14:13:20Z"}}), mine=False).made == 1_790_000_000.0


def test_one_that_has_not_started_has_all_its_time() -> None:
    assert of_pod(made(status={"phase": "Pending"}), mine=False).ends is None


@pytest.mark.parametrize(
    ("status", "state", "tone"),
    [
        ({"phase": "Failed", "reason": "DeadlineExceeded"}, "DeadlineExceeded", Tone.MUTED),
        ({"phase": "Succeeded"}, "Succeeded", Tone.MUTED),
        ({"phase": "Failed", "reason": "Evicted"}, "Evicted", Tone.BAD),
    ],
)
def test_one_that_has_ended_is_over(status: Object, state: str, tone: Tone) -> None:
    found = of_pod(made(status={"startTime": "2026-09-21T14:13:30Z", **status}), mine=False)
    assert (found.state, found.tone, found.over, found.ends) == (state, tone, True, None)


def test_one_that_goes_says_so() -> None:
    meta = {"deletionTimestamp": "2026-09-21T14:13:30Z"}
    found = of_pod(made(meta=meta), mine=False)
    assert (found.state, found.tone) == ("Terminating", Tone.CHANGING)


def test_what_somebody_has_written_there_by_hand_is_cleaned_and_never_trusted() -> None:
    meta = {"labels": {"k8stui/debug": "x\x1b[31m"}, "annotations": {"k8stui/who": "a\x9b\u202e", "k8stui/at": "soon"}}
    found = of_pod(made(meta=meta | {"creationTimestamp": "2026-09-21T14:13:20Z"}), mine=False)
    assert not set(found.search) & {"\x1b", "\x9b", "\u202e"}
    assert found.made == 1_790_000_000.0
    assert of_pod(made(meta={"annotations": None, "labels": {"k8stui/debug": ""}}), mine=False).owner == "unknown"


def test_a_copy_with_claims_is_not_ended_at_once() -> None:
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    assert not of_pod(made("copy", volumes=volumes), mine=False).quick
    assert of_pod(made("copy"), mine=False).quick


def added(state: Object | None, *, uid: str = "u", meta: Object | None = None, **status: Any) -> Leftover | None:
    rows = [{"name": "other", "state": {"terminated": {}}}, *([{"name": "d-1", "state": state}] if state else [])]
    wanted = [{"name": "d-1", "image": "busybox"}]
    pod = made(meta=meta, status={"ephemeralContainerStatuses": rows, **status}, ephemeralContainers=wanted)
    given: Object = {"context": "c", "server": "s", "user": "u", "namespace": "shop", "name": "dbg"}
    return of_container(pod, Left(number=1, at=5.0, mode="ephemeral", container="d-1", uid=uid, **given))


def test_a_container_that_was_added_is_there_until_it_has_ended() -> None:
    found = added({"running": {}})
    assert found is not None
    assert (found.state, found.mine, found.ephemeral, found.made, found.ends) == ("Running", True, True, 5.0, None)
    assert (found.pod.uid, found.ref.uid) == ("u", "u/d-1")
    waiting = added({"waiting": {"reason": "ErrImagePull"}})
    assert waiting is not None
    assert (waiting.state, waiting.tone) == ("ErrImagePull", Tone.BAD)
    fresh = added(None)
    assert fresh is not None
    assert fresh.state == "ContainerCreating"
    for gone in (added({"terminated": {}}), added({"running": {}}, uid="v"), added({"running": {}}, phase="Failed")):
        assert gone is None


def test_whether_somebody_makes_its_pod_again_is_known() -> None:
    owner = {"ownerReferences": [{"kind": "ReplicaSet", "name": "web", "controller": True}]}
    found, bare = added({"running": {}}, meta=owner), added({"running": {}})
    assert found is not None
    assert bare is not None
    assert (found.owned, bare.owned) == (True, False)


def test_a_container_runs_until_it_or_its_pod_has_ended() -> None:
    def pod(phase: str, state: Object) -> Object:
        spec = {"ephemeralContainers": [{"name": "d"}]}
        return {"spec": spec, "status": {"phase": phase, "ephemeralContainerStatuses": [{"name": "d", "state": state}]}}

    assert runs(pod("Running", {"running": {}}), "d")
    assert runs(pod("Running", {}), "d")
    assert not runs(pod("Running", {"terminated": {"exitCode": 0}}), "d")
    assert not runs(pod("Failed", {"running": {}}), "d")
    assert not runs(pod("Running", {"running": {}}), "never-added")
