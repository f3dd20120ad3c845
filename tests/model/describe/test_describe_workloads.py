"""Workloads, jobs, claims, quotas and what else is counted: kubectl's sections, and what is amiss marked."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from k8stui.model import kinds
from k8stui.model.columns import Tone
from k8stui.model.describe.deployment import newest
from k8stui.model.document import Line
from k8stui.model.objects import Object
from tests.support.subjects import NOW, described, made, pod, subject, texts

DUMPED = NOW + 0.06
"""When the table was made: a moment after the times in it."""
FOLDER = os.environ.get("K8STUI_GOLDEN", "")
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
SELECTOR = {"matchLabels": {"app": "web"}}


def cases(test: str) -> list[Any]:
    """Rows of kubectl's own table of descriptions."""
    path = Path(FOLDER) / "cases" / "describe.json"
    if not FOLDER or not path.is_file():
        skip = pytest.mark.skip(reason="K8STUI_GOLDEN does not name a folder with kubectl's tables (cases/*.json)")
        return [pytest.param({}, marks=skip, id="no-tables")]
    rows = [row for row in json.loads(path.read_text())["cases"] if row["source"].endswith(test)]
    assert rows
    return [pytest.param(row, id=(row.get("name") or row["key"]).replace(" ", "-")) for row in rows]


def line_of(lines: list[Line], begin: str) -> Line:
    return next(line for line in lines if line.text.startswith(begin))


def toned(line: Line) -> dict[str, Tone]:
    """Parts of a line with feelings of their own, titles aside."""
    return {line.text[start:end]: tone for start, end, tone in line.spans if not line.text[start:end].endswith(":")}


@pytest.mark.parametrize("case", cases("TestDescribeDeployment"))
def test_kubectls_own_deployments(case: dict[str, Any]) -> None:
    deployment, *others = case["objects"]
    for each in others:
        each["kind"] = "Event" if "involvedObject" in each else "ReplicaSet"
    said = "\n".join(texts(described(kinds.DEPLOYMENTS, deployment, *others, now=DUMPED))) + "\n"
    assert not [expected for expected in case["expects"] if expected not in said], said


@pytest.mark.parametrize("case", cases("TestDescribeJob"))
def test_kubectls_own_jobs(case: dict[str, Any]) -> None:
    said = "\n".join(texts(described(kinds.JOBS, case["job"])))
    assert not [expected for expected in case.get("wantElements", []) if expected not in said], said
    assert not [unwanted for unwanted in case.get("dontWantElements", []) if unwanted in said], said


def deployment(**status: Any) -> Object:
    spec = {"replicas": 3, "selector": SELECTOR, "template": TEMPLATE, "strategy": {"type": "Recreate"}}
    return made("web", kind="Deployment", spec=spec, status=status)


def replica_set(name: str, image: str, created: str, desired: int = 3, **status: Any) -> Object:
    template = {
        "metadata": {"labels": {"app": "web", "pod-template-hash": name}, "annotations": {}},
        "spec": {"containers": [{"name": "web", "image": image}], "tolerations": None},
    }
    owners = [{"kind": "Deployment", "name": "web", "uid": "uid-web", "controller": True}]
    metadata = {"labels": {"app": "web"}, "ownerReferences": owners, "creationTimestamp": created}
    return made(
        name, kind="ReplicaSet", metadata=metadata, spec={"replicas": desired, "template": template}, status=status
    )


OLD = replica_set("web-old", "web:0", "2026-01-01T00:00:00Z", 0)
NEW = replica_set("web-new", "web:1", "2026-01-02T00:00:00Z", replicas=1)
AGAIN = replica_set("web-again", "web:1", "2026-01-03T00:00:00Z")
FOREIGN = made("web-foreign", kind="ReplicaSet", metadata={"labels": {"app": "web"}}, spec={"template": TEMPLATE})


def test_the_new_replica_set_is_the_oldest_with_the_template_and_each_is_a_place_to_go() -> None:
    lines = described(kinds.DEPLOYMENTS, deployment(), AGAIN, NEW, OLD, FOREIGN)
    old, again, new = lines[-4:-1]
    assert old.text == "OldReplicaSets:    web-old (0/0 replicas created)"
    assert again.text.strip() == "web-again (0/3 replicas created)"
    assert new.text == "NewReplicaSet:     web-new (1/3 replicas created)"
    assert [line.target.uid for line in (old, again, new) if line.target] == [
        "uid-web-old",
        "uid-web-again",
        "uid-web-new",
    ]
    assert toned(old) == {"web-old (0/0 replicas created)": Tone.MUTED}
    assert toned(new) == {"web-new (1/3 replicas created)": Tone.WARNING}
    assert newest(deployment(), [OLD]) is None


def test_a_deployment_that_is_not_what_it_should_be() -> None:
    conditions = [
        {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable", "message": "fine"},
        {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out"},
        {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"},
    ]
    obj = deployment(availableReplicas=2, unavailableReplicas=1, conditions=conditions)
    obj["spec"]["paused"] = True
    lines = described(kinds.DEPLOYMENTS, obj)
    rows = {line.text.split()[0]: line for line in lines if line.text.startswith(("  Avail", "  Progr", "  Repl"))}
    assert "fine" not in rows["Available"].text
    assert rows["Progressing"].text.endswith("ProgressDeadlineExceeded  timed out")
    assert toned(rows["ReplicaFailure"]) == {"True": Tone.WARNING}
    assert toned(rows["Available"]) == {}
    assert toned(line_of(lines, "Replicas:")) == {
        "3 desired | 0 updated | 0 total | 2 available | 1 unavailable": Tone.WARNING
    }
    assert line_of(lines, "Paused:").text.endswith("true: a changed template is not rolled out")


def test_neighbours_that_cannot_be_read_say_why() -> None:
    sentence = "You may not list replicasets in shop."
    lines = described(kinds.DEPLOYMENTS, deployment(), replicasets=sentence, events="No.")
    assert texts(lines)[-2:] == [f"ReplicaSets:       {sentence}", "Events:            No."]
    assert toned(lines[-2]) == {sentence: Tone.WARNING}
    assert "Pods Status:    not today" in texts(
        described(kinds.REPLICA_SETS, NEW | {"spec": {"selector": SELECTOR}}, pods="not today")
    )


def test_pods_are_counted_by_who_controls_them() -> None:
    obj = made("db", kind="StatefulSet", spec={"replicas": 3, "selector": SELECTOR, "template": TEMPLATE})
    labels = {"app": "web"}
    pods = [
        *(pod(name, "Running", "uid-db", labels=labels) for name in "ab"),
        pod("c", "Pending", "uid-db", labels=labels),
        pod("d", "Failed", "uid-db", labels=labels),
        pod("e", "Running", "uid-other", labels=labels),
        pod("f", "Running", "uid-db"),
    ]
    lines = described(kinds.STATEFUL_SETS, obj, *pods)
    assert line_of(lines, "Pods Status:").text.endswith("2 Running / 1 Waiting / 0 Succeeded / 1 Failed")
    assert texts(lines)[-2:] == ["Volume Claims:     <none>", "Events:            <none>"]


def test_what_a_workload_wants() -> None:
    assert set(subject(kinds.STATEFUL_SETS, made("db", spec={"selector": SELECTOR})).around) == {"events", "pods"}
    invalid = made("db", spec={"selector": {"matchExpressions": [{"key": "a", "operator": "Near"}]}})
    assert set(subject(kinds.STATEFUL_SETS, invalid).around) == {"events"}
    assert line_of(described(kinds.STATEFUL_SETS, invalid), "Selector:").text == "Selector:           <error>"
    assert set(subject(kinds.REPLICATION_CONTROLLERS, made("rc", spec={"selector": {"a": "b"}})).around) == {
        "events",
        "pods",
    }


def test_a_failed_job_says_why() -> None:
    conditions = [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"}]
    status = {
        "startTime": "2026-11-21T05:00:00Z",
        "completionTime": "2026-11-21T05:10:30Z",
        "failed": 7,
        "active": 1,
        "ready": 0,
    }
    obj = made("job", kind="Job", spec={"template": TEMPLATE}, status=status | {"conditions": conditions})
    lines = described(kinds.JOBS, obj)
    assert line_of(lines, "Duration:").text.split() == ["Duration:", "10m"]
    assert line_of(lines, "Pods Statuses:").text.endswith("1 Active (0 Ready) / 0 Succeeded / 7 Failed")
    assert line_of(lines, "  Failed").text.endswith("BackoffLimitExceeded  too often")


def test_a_cron_job_with_two_jobs() -> None:
    status = {"active": [{"name": "a-1"}, {"name": "a-2"}], "lastSuccessfulTime": "2026-11-21T05:00:00Z"}
    spec = {
        "schedule": "* * * * *",
        "timeZone": "Europe/Berlin",
        "suspend": True,
        "jobTemplate": {"spec": {"template": TEMPLATE}},
    }
    lines = described(kinds.CRON_JOBS, made("a", kind="CronJob", spec=spec, status=status))
    assert [line.target.name for line in lines[-3:-1] if line.target] == ["a-1", "a-2"]
    assert line_of(lines, "Suspend:").text.endswith("True")
    assert line_of(lines, "Last Schedule Time:").text.endswith("<unset>")
    assert line_of(lines, "Last Successful Time:").text.endswith("Sat, 21 Nov 2026 05:00:00 +0000")
    assert line_of(lines, "Time Zone:").text.endswith("Europe/Berlin")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"schedule": "0 * * * *", "timeZone": "Etc/UTC"}, "Sat, 21 Nov 2026 07:00:00 +0000 (in 59m)"),
        ({"schedule": "30 9 * * *"}, "(in 3h29m, if its controller's time zone is UTC)"),
        ({"schedule": "@every 1h30m"}, "(in 59m)"),
        ({"schedule": "0 0 30 2 *"}, "<none>, the schedule names a day that never comes"),
        ({"schedule": "every now and then"}, "it has 4 fields instead of 5."),
        ({"schedule": "* * * * *", "suspend": True}, "<none>, it is suspended"),
    ],
    ids=lambda each: each.get("schedule") if isinstance(each, dict) else "",
)
def test_a_cron_job_says_when_it_runs_next(spec: dict[str, object], said: str) -> None:
    spec = spec | {"jobTemplate": {"spec": {"template": TEMPLATE}}}
    last = {"lastScheduleTime": "2026-11-21T05:30:00Z"}
    lines = described(kinds.CRON_JOBS, made("a", kind="CronJob", spec=spec, status=last))
    assert line_of(lines, "Next Schedule Time:").text.endswith(said)


def test_a_daemon_set_marks_the_counts_that_are_short() -> None:
    status = {
        "desiredNumberScheduled": 3,
        "currentNumberScheduled": 3,
        "numberAvailable": 2,
        "updatedNumberScheduled": 3,
    }
    obj = made("agent", kind="DaemonSet", spec={"selector": SELECTOR, "template": TEMPLATE}, status=status)
    lines = described(kinds.DAEMON_SETS, obj)
    assert [line.text for line in lines if line.tone is Tone.WARNING] == [
        "Number of Nodes Scheduled with Available Pods: 2"
    ]


CLASSES = (
    made("late", "", "StorageClass", volumeBindingMode="WaitForFirstConsumer", provisioner="csi.example"),
    made("now", "", "StorageClass", volumeBindingMode="Immediate", provisioner="csi.example"),
    made("hand", "", "StorageClass", provisioner="kubernetes.io/no-provisioner"),
)
USER = pod("user", "Pending", spec={"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]})
CHOSEN = {"annotations": {"volume.kubernetes.io/selected-node": "n1"}}


@pytest.mark.parametrize(
    ("spec", "metadata", "pods", "said"),
    [
        (
            {"storageClassName": "late"},
            {},
            (),
            "No pod uses it yet: the storage class late binds it when the first one is scheduled.",
        ),
        (
            {"storageClassName": "late"},
            {},
            (USER,),
            "The storage class late binds it when user is scheduled: see why that is not.",
        ),
        ({"storageClassName": "late"}, CHOSEN, (USER,), "It waits for the provisioner csi.example to make its volume."),
        ({"storageClassName": "now"}, {}, (), "It waits for the provisioner csi.example to make its volume."),
        (
            {"storageClassName": "hand"},
            {},
            (),
            "The storage class hand makes no volumes: it waits for one that somebody makes by hand.",
        ),
        ({"storageClassName": "nope"}, {}, (), "The storage class nope does not exist; there are: hand, late, now."),
        ({}, {}, (), "It names no storage class: it waits for a volume that fits and that somebody makes by hand."),
        ({"volumeName": "pv1"}, {}, (), "It waits for the volume pv1, which it names."),
    ],
)
def test_why_a_claim_is_pending(spec: Object, metadata: Object, pods: tuple[Object, ...], said: str) -> None:
    obj = made("data", kind="PersistentVolumeClaim", metadata=metadata, spec=spec, status={"phase": "Pending"})
    lines = described(kinds.VOLUME_CLAIMS, obj, *CLASSES, *pods)
    assert [line.text for line in lines if line.tone is Tone.WARNING] == [said]
    assert line_of(lines, "Used By:").text.endswith("user" if pods else "<none>")


def test_a_bound_claim_and_who_uses_it() -> None:
    status = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "5Gi"}}
    metadata = {"ownerReferences": [{"kind": "Pod", "name": "eph", "uid": "uid-eph"}]}
    obj = made("data", kind="PersistentVolumeClaim", metadata=metadata, spec={"volumeName": "pv1"}, status=status)
    lines = described(kinds.VOLUME_CLAIMS, obj, USER, pod("eph"), pod("other"))
    assert [line.target.name for line in lines if line.target and line.target.kind is kinds.PODS] == ["eph", "user"]
    assert not [line for line in lines if line.tone is Tone.WARNING or line.text.startswith("Requested")]
    assert set(subject(kinds.VOLUME_CLAIMS, obj).around) == {"pods", "events"}


def test_a_lost_claim() -> None:
    obj = made("data", kind="PersistentVolumeClaim", spec={"volumeName": "pv1"}, status={"phase": "Lost"})
    said = [line.text for line in described(kinds.VOLUME_CLAIMS, obj) if line.tone is Tone.WARNING]
    assert said == ["Its volume pv1 is gone: what was on it is lost to this claim."]


def test_quotas_and_limits_of_a_namespace() -> None:
    hard, used = (
        {"requests.cpu": "2", "pods": "10", "memory": "1Gi"},
        {"requests.cpu": "2", "pods": "9", "memory": "512Mi"},
    )
    quota = made("q", kind="ResourceQuota", spec={"scopes": ["BestEffort"]}, status={"hard": hard, "used": used})
    limit = {"type": "Container", "max": {"memory": "1Gi", "cpu": "2"}, "default": {"cpu": "0.2"}}
    bounds = made("b", kind="LimitRange", spec={"limits": [limit]})
    obj = made("shop", "", "Namespace", status={"phase": "Active"})
    lines = described(kinds.NAMESPACES, obj, quota, bounds)
    assert toned(line_of(lines, "  requests.cpu")) == {"2": Tone.BAD}
    assert toned(line_of(lines, "  pods")) == {"9": Tone.WARNING}
    assert toned(line_of(lines, "  memory")) == {}
    assert any("best effort quality of service" in text for text in texts(lines))
    assert [text.split() for text in texts(lines)[-2:]] == [
        ["Container", "cpu", "-", "2", "-", "200m", "-"],
        ["Container", "memory", "-", "1Gi", "-", "-", "-"],
    ]
    bare = texts(described(kinds.NAMESPACES, obj, quotas="You may not list resourcequotas in shop."))
    assert "Resource Quotas:  You may not list resourcequotas in shop." in bare
    assert bare[-1] == "No LimitRange resource."


def test_a_namespace_that_does_not_go_away() -> None:
    rows = [
        {"type": "NamespaceContentRemaining", "status": "True", "reason": "SomeResourcesRemain", "message": "3 left"},
        {"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "reason": "ok", "message": ""},
    ]
    lines = described(
        kinds.NAMESPACES, made("shop", "", "Namespace", status={"phase": "Terminating", "conditions": rows})
    )
    assert toned(line_of(lines, "Status:")) == {"Terminating": Tone.CHANGING}
    assert toned(line_of(lines, "  NamespaceContentRemaining"))["True"] is Tone.WARNING
    assert Tone.WARNING not in toned(line_of(lines, "  NamespaceDeletionDiscoveryFailure")).values()


def test_a_budget_that_allows_nothing_says_why() -> None:
    def said(**status: int) -> list[str]:
        obj = made("web", kind="PodDisruptionBudget", spec={"minAvailable": 2, "selector": SELECTOR}, status=status)
        return [line.text for line in described(kinds.BUDGETS, obj) if line.tone is Tone.WARNING]

    assert said(disruptionsAllowed=0, currentHealthy=2, desiredHealthy=2, expectedPods=2) == [
        "No eviction is ever allowed: it demands 2 healthy pods and there are only 2."
    ]
    assert said(disruptionsAllowed=0, currentHealthy=1, desiredHealthy=2, expectedPods=4) == [
        "No eviction is allowed: it demands 2 healthy pods and has 1."
    ]
    assert said(disruptionsAllowed=1, currentHealthy=3, desiredHealthy=2, expectedPods=3) == []
    assert said(disruptionsAllowed=0, currentHealthy=0, desiredHealthy=0, expectedPods=0) == []


def test_an_autoscaler_that_knows_nothing() -> None:
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
    }
    conditions = [
        {"type": "AbleToScale", "status": "True", "reason": "ok", "message": "m"},
        {"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric", "message": "no metrics"},
        {"type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas", "message": "at most 3"},
    ]
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 3, "metrics": [metric]}
    lines = described(kinds.AUTOSCALERS, made("web", spec=spec, status={"conditions": conditions}))
    reference = line_of(lines, "Reference:")
    assert reference.target is not None
    assert reference.target.kind is kinds.DEPLOYMENTS
    assert toned(line_of(lines, "  resource cpu on pods")) == {"<unknown> / 70%": Tone.WARNING}
    marked = [line.text.split()[0] for line in lines if "True" in line.text or "False" in line.text if line.spans]
    assert marked == ["ScalingActive", "ScalingLimited"]
    first = {
        "scaleTargetRef": {"kind": "Deployment", "name": "web"},
        "maxReplicas": 3,
        "targetCPUUtilizationPercentage": 80,
    }
    assert line_of(described(kinds.AUTOSCALERS, made("web", spec=first)), "Current CPU").text.endswith("<unknown>%")
