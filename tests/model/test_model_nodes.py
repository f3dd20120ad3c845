"""Nodes: what stands behind kubectl's word, silence, and how lines sort."""

from typing import Any

import pytest

from k8stui.model.columns import Tone
from k8stui.model.kinds import LEASES
from k8stui.model.nodes import COLUMNS, Node, NodeLine, search_text, silent, status, status_text, tone, why
from tests.support.decoded import NOW, ago, decoded, decoded_node, node, raw_node

COLUMN = {column.title: column for column in COLUMNS}


def line(found: Node | None = None, **fields: Any) -> NodeLine:
    return NodeLine(found if found is not None else node(), **{"renewed": NOW - 5, **fields})


@pytest.mark.parametrize(
    ("conditions", "cordoned", "renewed", "text", "mood"),
    [
        ({"Ready": "True"}, False, 5, "Ready", Tone.OK),
        ({"Ready": "True"}, True, 5, "Ready,SchedulingDisabled", Tone.WARNING),
        ({"Ready": "True", "DiskPressure": "True"}, False, 5, "Ready · DiskPressure", Tone.WARNING),
        ({"Ready": "True", "NetworkUnavailable": "True"}, False, 5, "Ready · NetworkUnavailable", Tone.WARNING),
        ({"Ready": "True", "EtcdIsVoter": "True"}, False, 5, "Ready", Tone.OK),
        ({"Ready": "False"}, False, 5, "NotReady · KubeletNotReady", Tone.BAD),
        (
            {"Ready": "Unknown", "DiskPressure": "Unknown"},
            True,
            180,
            "NotReady,SchedulingDisabled · silent 10s",
            Tone.BAD,
        ),
        ({"Ready": "True"}, False, 41, "Ready", Tone.OK),
        ({}, False, 5, "Unknown", Tone.BAD),
    ],
)
def test_status(conditions: dict[str, str], cordoned: bool, renewed: float, text: str, mood: Tone) -> None:
    found = line(node(conditions, unschedulable=cordoned or None), renewed=NOW - renewed)
    assert status_text(found, NOW) == text
    assert tone(found, NOW) is mood
    assert status_text(found, NOW).startswith(status(found.node))


def old(conditions: dict[str, str], seconds: float = 600) -> Node:
    """A node whose kubelet wrote its status that long ago."""
    raw = raw_node(conditions)
    for each in raw["status"]["conditions"]:
        each["lastHeartbeatTime"] = ago(seconds)
    return decoded_node(raw)


def test_a_node_is_silent_when_its_newest_sign_is_old() -> None:
    assert silent(old({"Ready": "True"}), NOW - 41, NOW) == NOW - 41
    assert silent(old({"Ready": "True"}), NOW - 39, NOW) is None
    assert silent(old({"Ready": "True"}, 10), NOW - 41, NOW) is None, "its status is newer than its lease"
    assert silent(old({"Ready": "True"}), NOW - 5, NOW, after=1) == NOW - 5


def test_without_leases_an_old_status_is_no_silence() -> None:
    """A kubelet that has a lease writes its status every five minutes only."""
    assert silent(old({"Ready": "True"}, 299), None, NOW) is None


def test_what_the_controller_calls_unknown_is_silent_since_its_last_sign() -> None:
    assert silent(old({"Ready": "Unknown"}, 180), None, NOW) == NOW - 180
    assert silent(old({"Ready": "Unknown"}, 180), NOW - 60, NOW) == NOW - 60


def test_a_node_never_heard_is_not_silent_for_fifty_years() -> None:
    raw = raw_node({"Ready": "Unknown"})
    raw["status"]["conditions"][0]["lastHeartbeatTime"] = None
    found = line(decoded_node(raw), renewed=None)
    assert found.silent_since(NOW) is None
    assert status_text(found, NOW) == "NotReady · never reported"
    assert line(node({}), renewed=None).silent_since(NOW) is None


def test_our_own_deafness_is_not_the_nodes_silence() -> None:
    """When the API server is away every lease grows old here."""
    found = line(old({"Ready": "True"}), renewed=NOW - 200, heard=NOW - 195)
    assert status_text(found, NOW) == "Ready"
    assert status_text(line(old({"Ready": "True"}), renewed=NOW - 200), NOW) == "Ready · silent 3m20s"


def test_why() -> None:
    assert why(line(), NOW) == ""
    raw = raw_node({"Ready": "False", "MemoryPressure": "True"}, unschedulable=True)
    raw["status"]["conditions"][0]["message"] = "container runtime is down"
    said = why(line(decoded_node(raw)), NOW)
    assert said == "container runtime is down It reports MemoryPressure. It is cordoned: no new pods are placed on it."
    assert why(line(old({"Ready": "Unknown"}, 180), renewed=None), NOW).startswith(
        "Its kubelet has not reported for 3m;"
    )
    assert why(line(node({})), NOW) == "No kubelet has reported its state yet."


def test_taints_are_readable_and_the_worst_comes_first() -> None:
    taints = [
        {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute", "timeAdded": ago(60)},
        {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"},
    ]
    found = line(node(taints=taints))
    text = "unreachable:NoExecute, dedicated=gpu:NoSchedule, control-plane:NoSchedule"
    assert COLUMN["TAINTS"].text(found, NOW) == text
    assert str(found.node.taints[0]) == "node.kubernetes.io/unreachable:NoExecute"
    assert found.node.taints[0].added == NOW - 60
    assert COLUMN["TAINTS"].text(line(), NOW) == ""


def test_a_node_that_fell_silent_sorts_before_one_that_is_not_ready() -> None:
    """What sorts has no clock: whoever joins the line marks it."""
    silent_one = line(old({"Ready": "True"}), renewed=NOW - 100, fell_silent=True)
    rest = [line(node({"Ready": "False"})), line(node({"Ready": "True", "DiskPressure": "True"})), line()]
    assert tone(silent_one, NOW) is Tone.BAD
    assert sorted([*rest, silent_one], key=COLUMN["STATUS"].order)[0] is silent_one


def test_sorting_by_status_puts_the_worst_first() -> None:
    found = [
        line(node({"Ready": "True"})),
        line(node({"Ready": "True"}, unschedulable=True)),
        line(node({"Ready": "True", "PIDPressure": "True"})),
        line(node({"Ready": "False"})),
        line(node({"Ready": "Unknown"})),
    ]
    assert sorted(found, key=COLUMN["STATUS"].order) == found[::-1]


def test_versions_sort_by_number() -> None:
    lines = []
    for version in ("v1.10.0+k3s1", "v1.9.11", "", "v1.34.0-rc.1"):
        raw = raw_node()
        raw["status"]["nodeInfo"]["kubeletVersion"] = version
        lines.append(line(decoded_node(raw)))
    in_order = [each.node.kubelet for each in sorted(lines, key=COLUMN["VERSION"].order)]
    assert in_order == ["v1.9.11", "v1.10.0+k3s1", "v1.34.0-rc.1", ""]


def test_every_column_sorts_any_two_lines_and_prints_text() -> None:
    lines = [line(), line(node({}, {"labels": {"node-role.kubernetes.io/worker": ""}, "creationTimestamp": ago(5)}))]
    for column in COLUMNS:
        assert len(sorted(lines, key=column.order)) == 2
        assert all(isinstance(column.text(each, NOW), str) for each in lines)


def test_the_filter_sees_what_the_line_shows() -> None:
    found = line(
        node(
            {"Ready": "True", "DiskPressure": "True"},
            taints=[{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}],
        )
    )
    for text in ("worker-1", "Ready", "DiskPressure", "dedicated=gpu", "v1.34.4"):
        assert text in search_text(found)


def test_a_lease_tells_the_node_and_the_microsecond() -> None:
    lease = decoded(
        LEASES,
        {
            "metadata": {"name": "worker-1", "namespace": "kube-node-lease", "uid": "l-1", "resourceVersion": "9"},
            "spec": {
                "holderIdentity": "worker-1",
                "leaseDurationSeconds": 40,
                "renewTime": "2026-11-21T09:29:16.832521Z",
            },
        },
    )
    assert (lease.node, lease.renewed, lease.version) == ("worker-1", 1795253356.832521, "9")
