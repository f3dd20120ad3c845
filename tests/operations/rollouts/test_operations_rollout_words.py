"""How a rollout stands in words: kubectl's table, deadlines, and whether a change reaches the pods."""

from typing import Any

import pytest

from k8stui.model.columns import Tone
from k8stui.model.pods import Pod
from k8stui.operations.builders.revisions import Revision, revisions
from k8stui.operations.rollouts.words import Standing, deadline, standing
from tests.support.decoded import NOW, ago, ended, status, waiting
from tests.support.decoded import pod as pod_of
from tests.support.golden import needed, table
from tests.support.revised import deployment as deployment_row
from tests.support.revised import replica_set, revision, rolled
from tests.support.workloads import decoded, raw

Object = dict[str, Any]


def progressing(reason: str, seconds: float, state: str = "True") -> Object:
    return {"type": "Progressing", "status": state, "reason": reason, "lastUpdateTime": ago(seconds)}


def web(spec: Object | None = None, *conditions: Object, updated: int = 2, **meta: Any) -> Object:
    counts = {"replicas": 6, "updatedReplicas": updated, "readyReplicas": 4, "availableReplicas": 4}
    return raw("Deployment", {"replicas": 6, **(spec or {})}, {**counts, "conditions": list(conditions)}, meta=meta)


def stands(found: Object, known: list[Revision] | None = None, pods: dict[str, list[Pod]] | None = None) -> Standing:
    return standing(decoded(found), found, known or [], pods or {}, NOW)


def words(found: Object) -> str:
    return deadline(decoded(found), found, NOW)


@needed
@pytest.mark.parametrize("case", table("rollout_status"))
def test_nothing_is_said_to_be_done_where_kubectl_waits(case: Any) -> None:
    """The page's own words may be stricter than kubectl's, never rosier."""
    found = case["object"]
    found["metadata"] |= {"uid": "u-1", "resourceVersion": "1"}
    stand = stands(found)
    unsaid = case["done"] and case["error"]  # that it has no status for OnDelete is told by a note in other words
    assert stand.kubectl == ("" if unsaid else (case["message"] or case.get("errorMessage", "")).strip())
    if not case["done"]:
        assert not stand.done
    assert stand.failed is (case["error"] and not case["done"])


def test_a_countdown_runs_while_it_rolls() -> None:
    assert words(web(None, progressing("ReplicaSetUpdated", 100))) == "deadline in 8m20s"
    assert words(web({"progressDeadlineSeconds": 60}, progressing("NewReplicaSetCreated", 50))) == "deadline in 10s"
    assert words(web({"progressDeadlineSeconds": 60}, progressing("ReplicaSetUpdated", 61))) == (
        "deadline passed just now"
    )


def test_a_passed_deadline_is_told_with_how_long_ago() -> None:
    found = web(None, progressing("ProgressDeadlineExceeded", 70, "False"))
    stand = stands(found)
    assert stand.words == "Stuck: ProgressDeadlineExceeded · 2 of 6 updated · deadline passed 70s ago"
    assert (stand.tone, stand.failed, stand.done) == (Tone.BAD, True, False)
    assert stand.kubectl == 'deployment "web" exceeded its progress deadline'


@pytest.mark.parametrize(
    "found",
    [
        web({"paused": True}, progressing("ReplicaSetUpdated", 100)),
        web(None, progressing("NewReplicaSetAvailable", 100)),
        web({"progressDeadlineSeconds": 2**31 - 1}, progressing("ReplicaSetUpdated", 100)),
        web(None, progressing("ReplicaSetUpdated", 100), generation=9),
        web(None, progressing("DeploymentPaused", 100, "Unknown")),
        web(),
        raw("DaemonSet"),
    ],
)
def test_nothing_ticks_while_the_controller_counts_nothing(found: Object) -> None:
    assert words(found) == ""


def restarted(spec: Object, seconds: float = 12) -> Object:
    notes = {"kubectl.kubernetes.io/restartedAt": ago(seconds)}
    return {**spec, "template": {"metadata": {"annotations": notes}}}


def test_whether_a_restart_took() -> None:
    (note,) = stands(web(restarted({}))).notes
    assert note.text == "Restarted 12s ago: it has reached 2 of 6 pods"
    (note,) = stands(web(restarted({}), updated=6)).notes
    assert (note.text, note.tone) == ("Restarted 12s ago: it reached all 6 pods", Tone.MUTED)
    (note,) = stands(web(restarted({}), generation=5)).notes
    assert note.text == "Restarted 12s ago: its controller has not seen it yet"
    assert stands(web(restarted({}, 4000))).notes == ()


@pytest.mark.parametrize(
    ("kind", "spec", "said"),
    [
        ("DaemonSet", {"updateStrategy": {"type": "OnDelete"}}, "OnDelete: a pod changes only when it is deleted"),
        (
            "StatefulSet",
            {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}},
            "Partition 2: only pods from number 2 on change",
        ),
        ("Deployment", {"paused": True}, "Paused: it changes nothing before it is resumed"),
    ],
)
def test_what_keeps_a_change_from_the_pods(kind: str, spec: Object, said: str) -> None:
    assert stands(raw(kind, spec)).notes[0].text == said


def test_on_delete_is_done_only_when_every_pod_is_new() -> None:
    """kubectl has no status for it and calls that done."""
    counts = {"desiredNumberScheduled": 3, "currentNumberScheduled": 3, "numberReady": 3, "numberAvailable": 3}
    strategy = {"updateStrategy": {"type": "OnDelete"}}
    assert not stands(raw("DaemonSet", strategy, {**counts, "updatedNumberScheduled": 1})).done
    assert stands(raw("DaemonSet", strategy, {**counts, "updatedNumberScheduled": 3})).done


def test_a_template_that_waits_for_a_resume_is_told() -> None:
    row = deployment_row("web:3", paused=True)
    known = revisions(row, [replica_set(1, "web:1"), replica_set(2, "web:2")])
    assert not any(each.current for each in known)
    (note,) = stands(row.tree(), known).notes
    assert note.text == "Paused: its template was changed; no revision has that before it is resumed"


def test_a_stateful_set_that_waits_for_a_broken_pod_of_another_revision() -> None:
    """kubernetes.io: "Forced rollback". A template that is mended does not mend it."""
    from k8stui.model.kinds import STATEFUL_SETS

    row = rolled(STATEFUL_SETS, "db", "x:1", updateRevision="agent-1", currentRevision="agent-1", observedGeneration=1)
    known = revisions(row, [revision(1, "x:1", "uid-1"), revision(2, "x:2", "uid-1")])
    stuck = pod_of(
        {"name": "db-1"},
        status={"containerStatuses": [status(waiting("ImagePullBackOff"), ready=False)], "phase": "Pending"},
    )
    (note,) = stands(row.tree(), known, {"cr-2": [stuck], "cr-1": []}).notes
    assert "It waits for db-1, a broken pod of another revision" in note.text
    assert note.target is not None
    assert stands(row.tree(), known, {"cr-1": [stuck], "cr-2": []}).notes == ()


def test_what_is_rolled_out_and_fails_between_is_not_called_well() -> None:
    """kubectl's status is a moment's: a pod that crashes every few seconds is available in between."""
    counts = {"replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1, "observedGeneration": 3}
    row = deployment_row("web:1")
    obj = {**row.tree(), "status": counts}
    obj["spec"] = {**obj["spec"], "replicas": 1}
    (known,) = revisions(row, [replica_set(1, "web:1")])
    crash = {"containerStatuses": [status(ready=True, restartCount=2, lastState=ended("Error", 1, 30))]}
    back_off = {"containerStatuses": [status(waiting("CrashLoopBackOff"), ready=False, restartCount=2)]}
    old = {"containerStatuses": [status(ready=True, restartCount=2, lastState=ended("Error", 1, 300))]}
    for state, words in (
        (crash, "Rolled out, but 1 pod failed a moment ago"),
        (back_off, "Rolled out, but 1 pod fails"),
        (old, "Healthy"),
    ):
        stand = standing(decoded(obj), obj, [known], {known.ref.uid: [pod_of(status=state)]}, NOW)
        assert stand.words == words
        assert stand.done is (words == "Healthy")
