"""HEALTH: every word of it, never rosier than kubectl rollout status; what is said of the row; the order of lines."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.columns import Tone
from k8stui.model.rollout import rollout_status
from k8stui.model.workload_columns import ALL, BY_KIND, images_short
from k8stui.model.workload_row import Workload
from k8stui.model.workloads import (
    WorkloadLine,
    explain,
    health_order,
    health_text,
    health_tone,
    state,
)
from tests.support.decoded import NOW, ago, pod, waiting
from tests.support.decoded import status as container
from tests.support.workloads import Object, deployment, line, true, workload

ROLLED = true("Progressing", "NewReplicaSetAvailable")
MOVING = true("Progressing", "ReplicaSetUpdated")
QUOTA = 'pods "web-1" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10'


def says(found: WorkloadLine, now: float = NOW) -> tuple[str, Tone]:
    return health_text(found, now), health_tone(found, now)


def test_trap_1_a_deployment_that_wants_3_and_has_0_is_not_well() -> None:
    found = deployment(3, 0, 0)
    assert says(found) == ("wants 3 has 0", Tone.BAD)
    assert "wants 3 pods and has none" in explain(found, NOW)


@pytest.mark.parametrize(
    ("found", "words", "tone"),
    [
        (deployment(3, 3, 3, 3, ROLLED), "Healthy", Tone.OK),
        (deployment(3, 3, 2, 3, ROLLED), "Degraded 2/3", Tone.WARNING),
        (deployment(3, 3, 0, 3, ROLLED), "Degraded 0/3", Tone.BAD),
        (deployment(6, 2, 6, 8, MOVING), "Rolling out 2/6", Tone.CHANGING),
        (deployment(6, 2, 5, 7, MOVING), "Rolling out 2/6 · 5 available", Tone.CHANGING),
        (
            deployment(6, 2, 1, 7, MOVING, true("Available", status="False")),
            "Rolling out 2/6 · 1 available",
            Tone.WARNING,
        ),
        (deployment(6, 6, 6, 7, MOVING), "Rolling out 6/6 · 1 old left", Tone.CHANGING),
        (deployment(2, 2, 0, 2, MOVING), "Rolling out 2/2 · 0 available", Tone.CHANGING),
        (
            deployment(6, 2, 6, 8, true("Progressing", "ProgressDeadlineExceeded", status="False")),
            "Stuck: ProgressDeadlineExceeded",
            Tone.BAD,
        ),
        (
            deployment(3, 0, 0, 0, true("ReplicaFailure", "FailedCreate", QUOTA)),
            "ReplicaFailure: quota compute",
            Tone.BAD,
        ),
        (deployment(3, 0, 0, 0, true("ReplicaFailure", "FailedCreate", "?")), "ReplicaFailure: FailedCreate", Tone.BAD),
        (deployment(3, 0, 0, 0, true("ReplicaFailure", status="False")), "wants 3 has 0", Tone.BAD),
        (deployment(3, 3, 3, 3, ROLLED, paused=True), "Paused", Tone.WARNING),
        (deployment(6, 2, 6, 6, MOVING, paused=True), "Paused 2/6", Tone.WARNING),
        (deployment(3, 3, 2, 3, ROLLED, paused=True), "Paused · Degraded 2/3", Tone.WARNING),
        (deployment(3, 0, 0, 0, ROLLED, paused=True), "Paused · wants 3 has 0", Tone.BAD),
        (deployment(0, 0, 0, 0, ROLLED), "Scaled to 0", Tone.MUTED),
        (deployment(0, 0, 0, 2, ROLLED), "Scaling to 0 · 2 left", Tone.CHANGING),
        (deployment(0, 0, 0, 0, ROLLED, paused=True), "Paused · Scaled to 0", Tone.MUTED),
        (
            line("Deployment", {"replicas": 1}, {"observedGeneration": 1}, meta={"generation": 2}),
            "Change not observed yet",
            Tone.CHANGING,
        ),
        (line("Deployment", {}, {}, meta={"deletionTimestamp": ago(3)}), "Terminating", Tone.CHANGING),
    ],
)
def test_a_deployment(found: WorkloadLine, words: str, tone: Tone) -> None:
    assert says(found) == (words, tone)


def _daemons(
    wanted: int, current: int, updated: int, available: int, strategy: str = "RollingUpdate", **more: Any
) -> WorkloadLine:
    counts = {
        "desiredNumberScheduled": wanted,
        "currentNumberScheduled": current,
        "updatedNumberScheduled": updated,
        "numberAvailable": available,
        "numberReady": available,
    }
    return line("DaemonSet", {"updateStrategy": {"type": strategy}}, counts | more)


@pytest.mark.parametrize(
    ("found", "words", "tone"),
    [
        (_daemons(3, 3, 3, 3), "Healthy", Tone.OK),
        (_daemons(3, 3, 3, 2), "Degraded 2/3", Tone.WARNING),
        (_daemons(3, 0, 0, 0), "wants 3 has 0", Tone.BAD),
        (
            _daemons(6, 6, 2, 5),
            "Rolling out 2/6 · 4 old left · 5 available".replace(" · 4 old left", ""),
            Tone.CHANGING,
        ),
        (_daemons(6, 6, 2, 6, "OnDelete"), "Outdated 2/6 (OnDelete)", Tone.WARNING),
        (_daemons(6, 6, 2, 5, "OnDelete"), "Degraded 5/6", Tone.WARNING),
        (_daemons(0, 0, 0, 0), "No node wanted", Tone.MUTED),
        (_daemons(3, 3, 3, 3, numberMisscheduled=1), "1 misscheduled", Tone.WARNING),
    ],
)
def test_a_daemon_set(found: WorkloadLine, words: str, tone: Tone) -> None:
    assert says(found) == (words, tone)


def _stateful(
    wanted: int, updated: int, ready: int, revisions: str = "a a", partition: int | None = 0, **more: Any
) -> WorkloadLine:
    before, after = revisions.split()
    strategy = {"type": more.pop("strategy", "RollingUpdate"), "rollingUpdate": {"partition": partition}}
    status = {
        "replicas": wanted,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "updatedReplicas": updated,
        "currentRevision": before,
        "updateRevision": after,
    }
    return line("StatefulSet", {"replicas": wanted, "updateStrategy": strategy}, status | more)


@pytest.mark.parametrize(
    ("found", "words", "tone"),
    [
        (_stateful(3, 3, 3), "Healthy", Tone.OK),
        (_stateful(3, 3, 2), "Degraded 2/3", Tone.WARNING),
        (_stateful(3, 0, 0, replicas=0), "wants 3 has 0", Tone.BAD),
        (_stateful(3, 1, 2, "a b"), "Rolling out 1/3 · 2 available", Tone.CHANGING),
        (_stateful(3, 1, 3, "a b"), "Rolling out 1/3", Tone.CHANGING),
        (_stateful(3, 1, 3, "a b", 2), "Healthy · partition 2", Tone.OK),
        (_stateful(3, 0, 3, "a b", 2), "Rolling out 0/1", Tone.CHANGING),
        (_stateful(3, 1, 3, "a b", strategy="OnDelete"), "Outdated 1/3 (OnDelete)", Tone.WARNING),
        (_stateful(3, 3, 3, availableReplicas=1), "Degraded 1/3", Tone.WARNING),
        (_stateful(3, 3, 3, availableReplicas=None), "Healthy", Tone.OK),
        (_stateful(0, 0, 0), "Scaled to 0", Tone.MUTED),
        (_stateful(3, 3, 3, observedGeneration=0), "Change not observed yet", Tone.CHANGING),
    ],
)
def test_a_stateful_set(found: WorkloadLine, words: str, tone: Tone) -> None:
    assert says(found) == (words, tone)


def _replicas(wanted: int, replicas: int, ready: int, **more: Any) -> WorkloadLine:
    status = {"replicas": replicas, "readyReplicas": ready, "availableReplicas": ready}
    return line("ReplicaSet", {"replicas": wanted}, status | more)


@pytest.mark.parametrize(
    ("found", "words", "tone"),
    [
        (_replicas(2, 2, 2), "Healthy", Tone.OK),
        (_replicas(2, 2, 1), "Degraded 1/2", Tone.WARNING),
        (_replicas(2, 0, 0), "wants 2 has 0", Tone.BAD),
        (_replicas(2, 4, 4), "Scaling to 2 · 4 left", Tone.CHANGING),
        (_replicas(0, 0, 0), "Scaled to 0", Tone.MUTED),
        (
            _replicas(2, 0, 0, conditions=[true("ReplicaFailure", "FailedCreate", QUOTA)]),
            "ReplicaFailure: quota compute",
            Tone.BAD,
        ),
    ],
)
def test_a_replica_set(found: WorkloadLine, words: str, tone: Tone) -> None:
    assert says(found) == (words, tone)


def test_a_workload_that_is_not_well_tells_of_its_worst_pod() -> None:
    crashing = pod({"name": "web-2", "uid": "2"}, None, {"containerStatuses": [container(waiting("CrashLoopBackOff"))]})
    unready = pod({"name": "web-1", "uid": "1"}, None, {"containerStatuses": [container() | {"ready": False}]})
    going = pod({"name": "web-0", "uid": "0", "deletionTimestamp": ago(1)})
    pods = [going, pod({"uid": "3"}), unready, crashing]
    said = explain(deployment(3, 3, 2, 3, ROLLED), NOW, pods)
    assert said.startswith("2 of 3 pods are available. web-2: Container main waits, CrashLoopBackOff")
    assert explain(deployment(3, 3, 3, 3, ROLLED), NOW, pods) == ""
    assert explain(deployment(1, 1, 0, 1, ROLLED), NOW) == "0 of 1 pods are available."


COUNT = st.integers(0, 4)
CONDITIONS = st.lists(
    st.sampled_from([ROLLED, MOVING, true("Progressing", "ProgressDeadlineExceeded", status="False")]), max_size=1
)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    kind=st.sampled_from(["Deployment", "DaemonSet", "StatefulSet"]),
    counts=st.tuples(COUNT, COUNT, COUNT, COUNT, COUNT),
    generations=st.tuples(st.integers(1, 2), st.integers(0, 2)),
    partition=st.sampled_from([None, 0, 2]),
    revisions=st.sampled_from([("a", "a"), ("a", "b")]),
    conditions=CONDITIONS,
)
def test_health_is_never_rosier_than_rollout_status(
    kind: str,
    counts: tuple[int, int, int, int, int],
    generations: tuple[int, int],
    partition: int | None,
    revisions: tuple[str, str],
    conditions: list[Object],
) -> None:
    wanted, replicas, updated, ready, available = counts
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition} if partition is not None else None}
    status = {
        "observedGeneration": generations[1],
        "replicas": replicas,
        "currentNumberScheduled": replicas,
        "desiredNumberScheduled": wanted,
        "updatedReplicas": updated,
        "updatedNumberScheduled": updated,
        "readyReplicas": ready,
        "numberReady": ready,
        "availableReplicas": available,
        "numberAvailable": available,
        "currentRevision": revisions[0],
        "updateRevision": revisions[1],
        "conditions": conditions,
    }
    spec = {"replicas": wanted, "updateStrategy": strategy}
    found = line(kind, spec, status, meta={"generation": generations[0]})
    if health_tone(found, NOW) is Tone.OK:
        assert rollout_status(found.workload).well


def test_rollout_status_of_another_revision_and_of_kinds_without_one() -> None:
    meta = {"annotations": {"deployment.kubernetes.io/revision": "4"}}
    found = workload("Deployment", {"replicas": 0}, {}, meta=meta)
    assert rollout_status(found, 4).well
    assert rollout_status(found, 3).error == "desired revision (3) is different from the running revision (4)"
    assert not rollout_status(workload("Job")).well


def test_the_worst_comes_first() -> None:
    lines = [
        deployment(0, 0, 0, 0, ROLLED),
        deployment(3, 3, 3, 3, ROLLED),
        deployment(6, 2, 6, 8, MOVING),
        deployment(3, 3, 2, 3, ROLLED),
        deployment(3, 0, 0, 0),
        line("CronJob", {"schedule": "nonsense"}),
        line("CronJob", {"schedule": "0 * * * *"}),
    ]
    words = [health_text(each, NOW) for each in sorted(lines, key=health_order)]
    assert words == [
        "Unreadable schedule",
        "wants 3 has 0",
        "Degraded 2/3",
        "Rolling out 2/6",
        "next run in 46m",
        "Healthy",
        "Scaled to 0",
    ]


def test_cells_of_the_table_of_all_kinds() -> None:
    template = {"spec": {"containers": [{"name": "a", "image": "registry.example:5000/shop/web:1.9"}]}}
    found = line(
        "Deployment", {"replicas": 1, "template": template}, {"readyReplicas": 1}, meta={"creationTimestamp": ago(90)}
    )
    cells = {column.title: column.text(found, NOW) for column in ALL}
    assert cells["KIND"] == "Deployment"
    assert (cells["READY"], cells["IMAGES"], cells["AGE"]) == ("1/1", "web:1.9", "90s")
    assert images_short(["a/b@sha256:0123456789abcdef", "c"]) == "b@sha256:0123456, c"


@pytest.mark.parametrize("view", BY_KIND)
def test_every_kind_has_our_columns_and_an_empty_object_of_it_has_every_cell(view: str) -> None:
    kinds = {"deployments": "Deployment", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet"}
    kinds |= {"replicasets": "ReplicaSet", "jobs": "Job", "cronjobs": "CronJob"}
    empty: Workload = workload(kinds[view.partition(".")[0]])
    titles = [column.title for column in BY_KIND[view]]
    assert {"HEALTH", "RESTARTS", "MANAGED BY"} < set(titles)
    assert len(set(titles)) == len(titles)
    for column in BY_KIND[view]:
        assert isinstance(column.text(WorkloadLine(empty), NOW), str)
        column.order(WorkloadLine(empty))


def test_hostile_text_stays_in_its_cell() -> None:
    bad = "\x1b[31m[bold]\x9b2J\u202e"
    conditions = [true("ReplicaFailure", bad, bad)]
    template = {"spec": {"containers": [{"name": bad, "image": bad}], "nodeSelector": {bad: bad}}}
    meta = {"annotations": {"meta.helm.sh/release-name": bad}, "labels": {bad: bad}}
    found = line("Deployment", {"template": template}, {"conditions": conditions}, meta=meta)
    text = " ".join([column.text(found, NOW) for column in (*ALL, *BY_KIND["deployments.apps"])]) + explain(found, NOW)
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    cron = line("CronJob", {"schedule": bad, "timeZone": bad})
    assert not {"\x1b", "\x9b", "\u202e"} & set(state(cron, NOW).why)
