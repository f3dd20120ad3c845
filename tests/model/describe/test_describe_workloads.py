"""Workloads and jobs: kubectl's sections, and what is amiss marked."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from k8stui.model import kinds
from k8stui.model.columns import Tone
from k8stui.model.describe.deployment import newest
from k8stui.model.objects import Object
from tests.support.subjects import NOW, described, line_of, made, pod, subject, texts, toned

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
