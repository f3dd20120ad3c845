"""Which containers are followed: which are meant, and which come first."""

from typing import Any

from k8stui.model.logs.options import ALL
from k8stui.model.pod_row import Pod
from k8stui.operations.logs.choosing import rank, wanted
from k8stui.operations.logs.facts import facts, leaving
from tests.support.decoded import ended, status, waiting
from tests.support.decoded import pod as decoded_pod

Object = dict[str, Any]
CONTAINER = {"image": "web:1"}


def pod(name: str, *statuses: Object, phase: str = "Running", meta: Object | None = None, **spec: Any) -> Pod:
    names = [each["name"] for each in statuses]
    spec = {"containers": [CONTAINER | {"name": each} for each in names]} | spec
    more = {"phase": phase, "containerStatuses": list(statuses)}
    return decoded_pod({"name": name, "uid": name, **(meta or {})}, spec, more)


def order(*pods: Pod) -> list[str]:
    return [each.ref.name for each in sorted(pods, key=lambda each: rank(each, each.containers[0], 0))]


def test_what_is_not_well_comes_first() -> None:
    well = pod("well", status())
    again = pod("again", status(restartCount=2))
    unready = pod("unready", status(ready=False))
    crashing = pod("crashing", status(waiting("CrashLoopBackOff"), restartCount=5, lastState=ended("Error", 1)))
    starting = pod("starting", status(waiting("ContainerCreating")), phase="Pending")
    done = pod("done", status(ended("Completed", 0)), phase="Succeeded")
    failed = pod("failed", status(ended("Error", 1)), phase="Failed")
    found = order(done, starting, well, again, unready, failed, crashing)
    assert found == ["crashing", "failed", "unready", "again", "well", "starting", "done"]


def test_which_containers_are_meant() -> None:
    one = pod(
        "one",
        status(name="app"),
        status(name="side"),
        initContainers=[CONTAINER | {"name": "prepare"}],
        ephemeralContainers=[CONTAINER | {"name": "debugger"}],
    )

    def named(name: str, default: str = "") -> list[str]:
        return [each.name for each in wanted(one, name, default)]

    assert named(ALL) == ["prepare", "app", "side", "debugger"]
    assert named("") == ["app"]
    assert named("", "side") == ["side"]
    assert named("", "gone") == ["app"]
    assert named("side", "app") == ["side"]
    assert named("none") == []


def test_how_they_leave() -> None:
    done = pod("done", status(ended("Completed", 0)), phase="Succeeded")
    assert leaving(facts(done, done.containers[0])) == "ended for good: exited 0 Completed"
    assert leaving(facts(done, done.containers[0], gone=True)) == (
        "is gone: its pod is no longer there, exited 0 Completed"
    )
    deleted = pod("x", status(), meta={"deletionTimestamp": "2026-09-21T14:13:20Z"})
    assert leaving(facts(deleted, deleted.containers[0], gone=True)) == "is gone: its pod was deleted"
