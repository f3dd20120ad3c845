"""Pods by revision, how they fare, and which of them tells why."""

from typing import Any

import pytest
from msgspec import structs

from k8stui.model.columns import Tone
from k8stui.model.kinds import STATEFUL_SETS
from k8stui.model.pods import Pod
from k8stui.operations.builders.revisions import revisions
from k8stui.operations.rollouts.pods import Fare, by_revision, fare, ill, newest, speaker, tally, told
from tests.support.decoded import NOW, ago, ended, status, waiting
from tests.support.decoded import pod as pod_of
from tests.support.revised import deployment, replica_set, revision, rolled

BACK_OFF = {"containerStatuses": [status(waiting("CrashLoopBackOff"), ready=False, restartCount=3)]}
CREATING = {"phase": "Pending", "containerStatuses": [status(waiting("ContainerCreating"), ready=False)]}
UNREADY = {"containerStatuses": [status(ready=False)]}
RELAPSED = {"containerStatuses": [status(ready=False, restartCount=1, lastState=ended("Error", 1))]}
UNPLACED = {
    "phase": "Pending",
    "containerStatuses": [],
    "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/4 nodes"}],
}


def pod(name: str, state: Any = None, owner: str = "", age: float = 60, **meta: Any) -> Pod:
    spec = {"nodeName": ""} if state is UNPLACED else None
    made = pod_of({"name": name, "uid": f"p-{name}", "creationTimestamp": ago(age), **meta}, spec, state)
    return structs.replace(made, owner_uid=owner)


@pytest.mark.parametrize(
    ("state", "how"),
    [
        (None, Fare.READY),
        (BACK_OFF, Fare.FAILING),
        (RELAPSED, Fare.FAILING),
        (UNPLACED, Fare.FAILING),
        (CREATING, Fare.STARTING),
        (UNREADY, Fare.UNREADY),
        ({"phase": "Failed", "reason": "Evicted"}, Fare.OVER),
    ],
)
def test_how_a_pod_fares(state: Any, how: Fare) -> None:
    assert fare(pod("a", state), NOW) is how


def test_a_pod_that_is_deleted_is_ending_whatever_else_it_is() -> None:
    assert fare(pod("a", BACK_OFF, deletionTimestamp=ago(-30)), NOW) is Fare.ENDING


def test_a_pod_whose_node_is_silent_is_not_ready_whatever_its_containers_last_said() -> None:
    """kubectl shows it as Running 1/1; the controllers go by the condition."""
    gone = {"containerStatuses": [status()], "conditions": [{"type": "Ready", "status": "False"}]}
    assert fare(pod("a", gone), NOW) is Fare.UNREADY
    well = {"containerStatuses": [status()], "conditions": [{"type": "Ready", "status": "True"}]}
    assert fare(pod("a", well), NOW) is Fare.READY


def test_a_young_pod_may_be_not_ready() -> None:
    assert fare(pod("a", UNREADY, age=20), NOW) is Fare.STARTING


def test_counts_are_told_the_worst_first() -> None:
    found = tally([pod("a"), pod("b", BACK_OFF), pod("c", CREATING), pod("d")], NOW)
    assert str(found) == "1 failing · 1 starting · 2 ready"
    assert found.tone is Tone.BAD
    assert str(tally([], NOW)) == ""
    assert tally([], NOW).tone is Tone.MUTED


def test_pods_of_a_deployment_belong_to_their_replica_sets() -> None:
    known = revisions(deployment(), [replica_set(1, "web:1"), replica_set(2, "web:2")])
    pods = [pod("a", owner="rs-web-11"), pod("b", owner="rs-web-22"), pod("c", owner="rs-of-somebody"), pod("d")]
    found = by_revision("uid-1", known, pods)
    assert {uid: [each.ref.name for each in rows] for uid, rows in found.items()} == {
        "rs-web-22": ["b"],
        "rs-web-11": ["a"],
    }


@pytest.mark.parametrize("labels", [("agent-1", "agent-2"), ("1", "2")], ids=["stateful set", "daemon set"])
def test_pods_of_the_others_say_their_revision_by_a_label(labels: tuple[str, str]) -> None:
    """A StatefulSet writes the ControllerRevision's name, a DaemonSet the end of it."""
    known = revisions(rolled(STATEFUL_SETS, "agent"), [revision(1, "x:1", "uid-1"), revision(2, "x:2", "uid-1")])
    pods = [
        pod(f"agent-{at}", owner="uid-1", labels={"controller-revision-hash": label})
        for at, label in enumerate((*labels, "gone"))
    ]
    pods.append(pod("other", owner="uid-9", labels={"controller-revision-hash": labels[0]}))
    found = by_revision("uid-1", known, pods)
    assert [each.ref.name for each in found["cr-1"]] == ["agent-0"]
    assert [each.ref.name for each in found["cr-2"]] == ["agent-1"]
    assert [each.ref.name for each in found[""]] == ["agent-2"]


def test_the_newest_is_what_the_template_is_not_the_highest_number() -> None:
    known = revisions(deployment("web:1"), [replica_set(1, "web:1"), replica_set(2, "web:2")])
    assert newest(known) is known[1]
    known = revisions(deployment("web:7"), [replica_set(1, "web:1"), replica_set(2, "web:2")])
    assert newest(known) is known[0]
    assert newest([]) is None


def test_failing_ones_come_first_and_of_them_the_one_that_has_been_there_longest() -> None:
    pods = [
        pod("young", BACK_OFF, age=10),
        pod("well"),
        pod("making", CREATING, age=900),
        pod("old", BACK_OFF, age=90),
        pod("nowhere", UNPLACED, age=99),
    ]
    assert [each.ref.name for each in ill(pods, NOW)] == ["old", "young", "nowhere", "making"]


def test_whoever_was_told_of_is_told_of_as_long_as_none_is_worse() -> None:
    old, young, making = pod("old", BACK_OFF, age=90), pod("young", BACK_OFF, age=10), pod("making", CREATING)
    assert speaker([old, young], "p-young", NOW) is young
    assert speaker([old, young, making], "p-making", NOW) is old
    assert speaker([old, young], "p-gone", NOW) is old
    assert speaker([], "p-gone", NOW) is None


def test_where_pods_may_not_be_seen_the_replica_set_counts() -> None:
    (known,) = revisions(deployment(), [replica_set(2, "web:2")])
    assert str(told(known)) == "1 starting · 1 ready"
