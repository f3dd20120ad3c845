"""Pods: what stands behind kubectl's word, and how lines sort."""

import sys
from typing import Any

import pytest

from k8stui.model.columns import Tone
from k8stui.model.pods import COLUMNS, PodLine, explain, search_text, status_text, tone, why
from k8stui.model.pods import status as word
from tests.support.decoded import NOW, ago, ended, pod, status, waiting

COLUMN = {column.title: column for column in COLUMNS}


def cell(title: str, *args: Any, silent_since: float | None = None, now: float = NOW) -> str:
    return COLUMN[title].text(PodLine(pod(*args), silent_since), now)


CRASH = {
    "containerStatuses": [
        status(waiting("CrashLoopBackOff", "back-off 5m0s"), lastState=ended("OOMKilled", 137, 180), restartCount=7)
    ]
}
UNSCHEDULABLE = {
    "phase": "Pending",
    "containerStatuses": None,
    "conditions": [
        {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": "0/6 nodes are available: 6 Insufficient cpu.",
        }
    ],
}


def test_the_last_exit_is_told_with_reason_and_code() -> None:
    assert cell("LAST EXIT", None, None, CRASH) == "OOMKilled 137"
    assert cell("STATUS", None, None, CRASH) == "CrashLoopBackOff"
    assert cell("RESTARTS", None, None, CRASH) == "7 (3m ago)"
    assert cell("RESTARTS", None, None, CRASH, now=NOW + 60) == "7 (4m ago)"
    assert cell("LAST EXIT") == ""


def test_the_newest_exit_of_all_containers_counts() -> None:
    found = [
        status(name="a", lastState=ended("OOMKilled", 137, 5000)),
        status(name="b", lastState=ended("Error", 1, 50)),
        status(ended("Completed", 0, 1), name="c"),
    ]
    assert cell("LAST EXIT", None, None, {"containerStatuses": found}) == "Error 1"


def test_a_signal_without_a_reason_is_told() -> None:
    found = [status(lastState={"terminated": {"exitCode": 139, "signal": 11}})]
    assert cell("LAST EXIT", None, None, {"containerStatuses": found}) == "Signal:11 139"
    assert cell("LAST EXIT", None, None, {"containerStatuses": [status({"terminated": {"exitCode": 3}})]}) == "Exit 3"


def test_why_pending_is_the_schedulers_message() -> None:
    found = pod(None, {"nodeName": ""}, UNSCHEDULABLE)
    assert word(found) == "Pending"
    assert found.unscheduled == "0/6 nodes are available: 6 Insufficient cpu."
    assert why(found) == "No node takes it: 0/6 nodes are available: 6 Insufficient cpu."
    assert tone(PodLine(found), NOW) is Tone.WARNING


@pytest.mark.parametrize(
    ("spec", "found", "sentence"),
    [
        ({}, {}, ""),
        ({}, {"phase": "Succeeded", "containerStatuses": [status(ended("Completed", 0))]}, ""),
        ({}, CRASH, "Container main waits, CrashLoopBackOff (last exit OOMKilled 137): back-off 5m0s."),
        (
            {},
            {"phase": "Pending", "containerStatuses": [status(waiting("ImagePullBackOff", "Back-off pulling image"))]},
            "Container main waits, ImagePullBackOff: Back-off pulling image.",
        ),
        (
            {"nodeName": None},
            {"phase": "Pending", "containerStatuses": []},
            "Waits for the scheduler to choose a node.",
        ),
        ({}, {"phase": "Pending", "containerStatuses": []}, "Waits for the kubelet of worker-1 to start it."),
        (
            {"nodeName": "", "schedulingGates": [{"name": "quota"}, {"name": "approval"}]},
            {
                "phase": "Pending",
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
            },
            "Held back by scheduling gates: quota, approval.",
        ),
        (
            {},
            {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."},
            "Evicted: The node was low on resource: memory.",
        ),
        (
            {},
            {"phase": "Failed", "containerStatuses": [status(ended("Error", 2))]},
            "Container main ended with Error, exit code 2.",
        ),
        (
            {},
            {"containerStatuses": [status(ready=False, started=False)]},
            "Container main runs but is not ready: its startup probe does not succeed.",
        ),
        (
            {},
            {"containerStatuses": [status(ready=False, started=True)]},
            "Container main runs but is not ready: its readiness probe does not succeed.",
        ),
        (
            {},
            {
                "phase": "Pending",
                "containerStatuses": [status(waiting("ContainerCreating"))],
                "conditions": [{"type": "PodReadyToStartContainers", "status": "False"}],
            },
            "Container main is not created yet: the pod's network or volumes are not ready.",
        ),
        (
            {"initContainers": [{"name": "prepare"}]},
            {
                "phase": "Pending",
                "initContainerStatuses": [status({"running": {}}, name="prepare")],
                "containerStatuses": [status(waiting("PodInitializing"))],
            },
            "Init container prepare is still running.",
        ),
        (
            {"initContainers": [{"name": "prepare"}]},
            {
                "phase": "Pending",
                "initContainerStatuses": [status(ended("Error", 1, message="no database"), name="prepare")],
                "containerStatuses": [status(waiting("PodInitializing"))],
            },
            "Init container prepare ended with Error, exit code 1: no database.",
        ),
    ],
)
def test_why(spec: dict[str, Any], found: dict[str, Any], sentence: str) -> None:
    assert why(pod(None, spec, found)) == sentence


def test_a_readiness_gate_that_holds_a_pod_back_is_named() -> None:
    spec = {"readinessGates": [{"conditionType": "lb/ready"}]}
    held = pod(None, spec, {"containerStatuses": [status()], "conditions": []})
    assert (word(held), held.ready, held.total, held.gates) == ("Running", 1, 1, "0/1")
    assert why(held) == "Waits for readiness gates: lb/ready."
    assert tone(PodLine(held), NOW) is Tone.WARNING
    met = pod(None, spec, {"conditions": [{"type": "lb/ready", "status": "True"}]})
    assert (met.gates, why(met), tone(PodLine(met), NOW)) == ("1/1", "", Tone.OK)


def test_terminating_keeps_the_reason_underneath() -> None:
    found = {"deletionTimestamp": ago(-20), "finalizers": ["example.com/hold"]}
    assert word(pod(found, None, CRASH)) == "Terminating"
    assert cell("STATUS", found, None, CRASH) == "Terminating · CrashLoopBackOff"
    assert cell("STATUS", found) == "Terminating"
    assert pod(found).deleted == NOW + 20
    assert why(pod(found)) == "Being deleted; kept by the finalizer example.com/hold."
    cause = {"conditions": [{"type": "DisruptionTarget", "status": "True", "message": "Taint manager: deleting"}]}
    assert why(pod({"deletionTimestamp": ago(0)}, None, cause)) == "Being deleted (Taint manager: deleting)."


def test_a_pod_past_its_grace_is_worth_a_look() -> None:
    line = PodLine(pod({"deletionTimestamp": ago(0)}))
    assert tone(line, NOW) is Tone.CHANGING
    assert tone(line, NOW + 31) is Tone.WARNING


def test_a_pod_on_a_silent_node_says_so_behind_kubectls_word() -> None:
    line = PodLine(pod(), NOW - 180)
    assert status_text(line, NOW) == "Running · node silent 3m"
    assert status_text(line, NOW + 61) == "Running · node silent 4m1s"
    assert word(line.pod) == "Running"
    assert tone(PodLine(pod()), NOW) is Tone.OK
    assert tone(line, NOW) is Tone.WARNING
    assert explain(line, NOW) == "Node worker-1 has not reported for 3m: this is its last word."
    terminating = PodLine(pod({"deletionTimestamp": ago(0)}, None, CRASH), NOW - 60)
    assert status_text(terminating, NOW) == "Terminating · CrashLoopBackOff · node silent 60s"


def test_an_ended_pod_stays_ended_whatever_its_node_does() -> None:
    done = pod(None, None, {"phase": "Succeeded", "containerStatuses": [status(ended("Completed", 0))]})
    assert status_text(PodLine(done, NOW - 180), NOW) == "Completed"
    assert tone(PodLine(done, NOW - 180), NOW) is Tone.MUTED


def test_sorting_by_status_puts_the_worst_first() -> None:
    lines = [
        PodLine(pod(None, None, {"phase": "Succeeded", "containerStatuses": [status(ended("Completed", 0))]})),
        PodLine(pod()),
        PodLine(pod(None, None, {"phase": "Pending", "containerStatuses": [status(waiting("ContainerCreating"))]})),
        PodLine(pod(), NOW - 180),
        PodLine(pod(None, None, CRASH)),
    ]
    in_order = sorted(lines, key=COLUMN["STATUS"].order)
    texts = [status_text(line, NOW) for line in in_order]
    assert texts == ["CrashLoopBackOff", "Running · node silent 3m", "ContainerCreating", "Running", "Completed"]


def test_numbers_sort_as_numbers_and_the_unknown_comes_last() -> None:
    many = [PodLine(pod(None, None, {"containerStatuses": [status(restartCount=count)]})) for count in (10, 9, 0)]
    assert [COLUMN["RESTARTS"].text(line, NOW) for line in sorted(many, key=COLUMN["RESTARTS"].order)] == [
        "0",
        "9",
        "10",
    ]
    ips = [PodLine(pod(None, None, {"podIPs": [{"ip": ip}]})) for ip in ("10.0.0.10", "fe80::1", "10.0.0.9")]
    ips.append(PodLine(pod()))
    order = [COLUMN["IP"].text(line, NOW) for line in sorted(ips, key=COLUMN["IP"].order)]
    assert order == ["10.0.0.9", "10.0.0.10", "fe80::1", "<none>"]
    ages = [PodLine(pod({"creationTimestamp": when})) for when in (ago(500), None, ago(5))]
    assert [COLUMN["AGE"].text(line, NOW) for line in sorted(ages, key=COLUMN["AGE"].order)] == [
        "5s",
        "8m20s",
        "<unknown>",
    ]
    exits = [PodLine(pod()), PodLine(pod(None, None, CRASH))]
    assert [COLUMN["LAST EXIT"].text(line, NOW) for line in sorted(exits, key=COLUMN["LAST EXIT"].order)] == [
        "OOMKilled 137",
        "",
    ]


def test_every_column_sorts_any_two_lines() -> None:
    lines = [PodLine(pod()), PodLine(pod({"creationTimestamp": ago(5)}, {"nodeName": None}, CRASH), NOW)]
    for column in COLUMNS:
        assert len(sorted(lines, key=column.order)) == 2
        assert all(column.text(line, NOW) is not None for line in lines)


def test_requests_and_owner() -> None:
    spec = {
        "containers": [
            {"name": "a", "resources": {"requests": {"cpu": "250m", "memory": "64Mi"}}},
            {"name": "b", "resources": {"requests": {"cpu": "0.5", "memory": "1Gi", "example.com/gpu": "1"}}},
        ]
    }
    owners = [
        {"kind": "Node", "name": "x"},
        {"kind": "ReplicaSet", "name": "web-7d9f", "uid": "rs-1", "controller": True},
    ]
    found = pod({"ownerReferences": owners}, spec)
    assert (found.cpu, found.memory) == (750, 1088 << 20)
    assert (found.owner_kind, found.owner_name, found.owner_uid) == ("ReplicaSet", "web-7d9f", "rs-1")
    assert COLUMN["OWNER"].text(PodLine(found), NOW) == "ReplicaSet/web-7d9f"
    assert COLUMN["CPU REQ"].text(PodLine(found), NOW) == "750m"
    assert COLUMN["MEMORY REQ"].text(PodLine(found), NOW) == "1088Mi"
    assert cell("OWNER") == "<none>"


def test_a_resize_under_way_counts_the_larger_request() -> None:
    spec = {"containers": [{"name": "main", "resources": {"requests": {"cpu": "1"}}}]}
    for granted, expected in (("1", 1000), ("2", 2000), ("0.5", 1000)):
        assert (
            pod(None, spec, {"containerStatuses": [status(resources={"requests": {"cpu": granted}})]}).cpu == expected
        )
    infeasible = {"conditions": [{"type": "PodResizePending", "status": "True", "reason": "Infeasible"}]}
    granted_only = {"containerStatuses": [status(resources={"requests": {"cpu": "0.5"}})], **infeasible}
    assert pod(None, spec, granted_only).cpu == 500


def test_an_odd_quantity_does_not_spoil_its_pod() -> None:
    assert (
        pod(None, {"containers": [{"name": "a", "resources": {"requests": {"cpu": "lots", "memory": 5}}}]}).memory == 5
    )


def test_containers_of_every_role() -> None:
    spec = {
        "initContainers": [{"name": "prepare"}, {"name": "mesh", "restartPolicy": "Always"}],
        "ephemeralContainers": [{"name": "debugger"}],
    }
    found = pod(None, spec, {"ephemeralContainerStatuses": [status(name="debugger")]})
    assert [(each.name, each.role, each.state) for each in found.containers] == [
        ("prepare", "init", ""),
        ("mesh", "sidecar", ""),
        ("main", "", "running"),
        ("debugger", "ephemeral", "running"),
    ]
    crashed = pod(None, None, CRASH).containers[0]
    assert (crashed.state, crashed.reason, crashed.restarts, str(crashed.last)) == (
        "waiting",
        "CrashLoopBackOff",
        7,
        "OOMKilled 137",
    )


def test_repeated_texts_and_label_sets_are_held_once() -> None:
    one = pod({"name": "a", "labels": {"app": "shop-front", "a": "b"}}, {"nodeName": "node-" + "x" * 9})
    two = pod({"name": "b", "labels": {"app": "shop-front", "a": "b"}}, {"nodeName": "node-" + "x" * 9})
    assert one.labels is two.labels
    assert one.labels == (("a", "b"), ("app", "shop-front"))
    assert one.node is two.node
    assert one.ref.namespace is two.ref.namespace


def test_a_row_is_small() -> None:
    """Budget: about 1.6 kB a pod with labels and containers; what rows share is not counted."""
    found = pod({"labels": {"app": "web"}, "creationTimestamp": ago(9)}, None, {"podIPs": [{"ip": "10.1.0.18"}]})
    own = [found, found.ref, found.ref.name, found.ref.uid, found.version, found.ip, found.created, *found.containers]
    assert sum(map(sys.getsizeof, own)) < 1200


def test_the_filter_sees_what_the_line_shows() -> None:
    line = PodLine(pod({"deletionTimestamp": ago(0)}, None, {**CRASH, "podIPs": [{"ip": "10.1.0.18"}]}))
    for text in ("shop", "web-1", "Terminating", "CrashLoopBackOff", "worker-1", "10.1.0.18", "OOMKilled 137"):
        assert text in search_text(line)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_columns_that_must_stay_fit(width: int) -> None:
    kept = [
        column for column in COLUMNS if column.keep >= (7 if width == 80 else 4) and (not column.wide or width == 200)
    ]
    assert sum(column.width + 2 for column in kept) + 2 <= width
