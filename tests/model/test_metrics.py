"""What nodes and pods use: rows, shares, bars, what is left, and containers at a limit."""

from typing import Any

import pytest
from msgspec import DecodeError, structs

from k8stui.model.amounts import bar, cores, mebibytes, millicores, share, size
from k8stui.model.columns import Tone
from k8stui.model.kinds import NODE_METRICS, POD_METRICS
from k8stui.model.metrics import NodeUsage, PodUsage
from k8stui.model.node_line import NodeLine
from k8stui.model.nodes import COLUMNS as NODE_COLUMNS
from k8stui.model.pod_use import at_cpu_limit, limits, limits_said, near_memory_limit
from k8stui.model.pods import COLUMNS as POD_COLUMNS
from k8stui.model.pods import PodLine, explain
from tests.support.decoded import NOW, decoded, decoded_node, node, pod, raw_node, status, waiting

NODE = {column.title: column for column in NODE_COLUMNS}
POD = {column.title: column for column in POD_COLUMNS}
GIB = 2**30
MIB = 2**20


def node_usage(cpu: str, memory: str, name: str = "worker-1") -> NodeUsage:
    found: NodeUsage = decoded(NODE_METRICS, {"metadata": {"name": name}, "usage": {"cpu": cpu, "memory": memory}})
    return found


def pod_usage(*containers: tuple[str, Any, Any]) -> PodUsage:
    listed = [{"name": name, "usage": {"cpu": cpu, "memory": memory}} for name, cpu, memory in containers]
    found: PodUsage = decoded(POD_METRICS, {"metadata": {"name": "web-1", "namespace": "shop"}, "containers": listed})
    return found


def limited(cpu: str = "500m", memory: str = "512Mi", **spec: Any) -> dict[str, Any]:
    """A pod's spec whose container `main` asks for half of what it may."""
    resources = {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"cpu": cpu, "memory": memory}}
    return {"containers": [{"name": "main", "image": "web:1", "resources": resources}], **spec}


def cells(line: Any, columns: dict[str, Any]) -> dict[str, str]:
    return {title: column.text(line, NOW) for title, column in columns.items()}


# ---- rows


@pytest.mark.parametrize(
    ("cpu", "memory", "milli", "size_of"),
    [
        ("1000000n", "1024Ki", 1, MIB),
        ("1000001n", "1Ki", 2, 1024),
        ("0", "0", 0, 0),
        ("1", "1Gi", 1000, GIB),
        ("250m", "100M", 250, 100_000_000),
        ("1e3", "1500m", 1_000_000, 2),
        (2, 1024, 2000, 1024),
        ("", None, 0, 0),
        ("n", "Ki", 0, 0),
        ("-5n", "x", 0, 0),
        ("9" * 60 + "n", "9" * 60 + "Ki", -(-int("9" * 60) // 10**6), 2**63 - 1),
    ],
)
def test_amounts_read_as_quantities_whoever_wrote_them(cpu: Any, memory: Any, milli: int, size_of: int) -> None:
    found = pod_usage(("main", cpu, memory))
    assert (found.cpu, found.memory) == (milli, size_of)


def test_a_pod_uses_what_its_containers_use_together_and_is_rounded_once() -> None:
    found = pod_usage(("a", "1500000n", "10Ki"), ("b", "100000n", "6Ki"))
    assert (found.cpu, found.memory) == (2, 16 * 1024)
    assert [(each.name, each.cpu) for each in found.containers] == [("a", 2), ("b", 1)]
    assert (found.ref.uid, found.ref.namespace, found.ref.name) == ("shop/web-1", "shop", "web-1")
    assert node_usage("1", "1Gi").ref.uid == "worker-1"


def test_the_version_is_what_is_shown() -> None:
    assert node_usage("1", "1024Ki").version == node_usage("1000m", "1025Ki").version
    assert node_usage("1", "1024Ki").version != node_usage("1001m", "1024Ki").version
    one, other = pod_usage(("a", "2m", "1Mi"), ("b", "4m", "1Mi")), pod_usage(("a", "4m", "1Mi"), ("b", "2m", "1Mi"))
    assert one.version != other.version, "which container it is matters at a limit"


def test_what_has_no_name_is_no_metrics() -> None:
    with pytest.raises(DecodeError):
        decoded(POD_METRICS, {"metadata": {"namespace": "shop"}, "containers": []})


# ---- texts


def test_amounts_as_texts() -> None:
    assert [cores(each) for each in (0, 250, 1000, 1250, 16_000, 123_456, -500, -1999, None)] == [
        *("0", "250m", "1", "1.2", "16", "123", "-500m", "-1.9", "—")
    ]
    assert [size(each) for each in (0, 1023, 1024, 512 * MIB, int(3.45 * GIB), -GIB, None)] == [
        *("0", "1023", "1Ki", "512Mi", "3.4Gi", "-1Gi", "—")
    ]
    assert (millicores(1235), mebibytes(2929 * MIB + 5), mebibytes(None)) == ("1235m", "2929Mi", "—")
    assert [share(part, whole) for part, whole in ((29, 100), (0, 4), (5, 4), (1, 0), (None, 4), (1, None))] == [
        *("28%", "0%", "125%", "—", "—", "—")
    ]


def test_a_bar_is_never_empty_for_something_and_never_full_before_it_is() -> None:
    found = [bar(part, 1000) for part in (0, 1, 300, 500, 780, 999, 1000, 3000)]
    assert found == ["░░░░░░", "█░░░░░", "██░░░░", "███░░░", "█████░", "█████░", "██████", "██████"]
    assert bar(5, None) == bar(5, 0) == ""


# ---- nodes


def test_a_node_shows_what_is_asked_used_and_left() -> None:
    line = NodeLine(node(), 31, 2450, 6 * GIB, NOW - 5, used=node_usage("1240m", "2Gi"))
    found = cells(line, NODE)
    assert found["PODS"] == "31/110"
    assert (found["CPU"], found["CPU REQ"]) == ("████░░", "61%")
    assert found["CPU USE"] == "31%"
    assert (found["MEM"], found["MEM REQ"]) == ("████░░", "75%")
    assert found["MEM USE"] == "25%"
    assert (found["CPU LEFT"], found["MEM LEFT"]) == ("1.5", "2Gi")
    assert (found["CPU ASKED"], found["MEM ASKED"]) == ("2.4/4", "6Gi/8Gi")
    assert (found["CPU USED"], found["MEM USED"]) == ("1240m", "2048Mi")


def test_a_node_that_says_nothing_and_is_not_measured_has_dashes() -> None:
    raw = raw_node()
    raw["status"]["allocatable"] = None
    found = cells(NodeLine(decoded_node(raw), 3, 100, 100), NODE)
    assert found["PODS"] == "3/-"
    named = ("CPU REQ", "CPU USE", "MEM REQ", "MEM USE", "CPU LEFT", "MEM LEFT", "CPU USED", "MEM USED")
    assert {found[title].strip() for title in named} == {"—"}
    assert found["CPU ASKED"] == "100m/—"


def test_more_may_be_asked_for_than_there_is() -> None:
    found = cells(NodeLine(node(), 3, 4500, 9 * GIB), NODE)
    assert (found["CPU LEFT"], found["MEM LEFT"]) == ("-500m", "-1Gi")
    assert (found["CPU"], found["CPU REQ"]) == ("██████", "112%")


def test_nodes_sort_by_each_and_the_unknown_come_last() -> None:
    raw = raw_node()
    raw["status"]["allocatable"] = None
    lines = [
        NodeLine(decoded_node(raw)),
        NodeLine(node(), 1, 2000, 1 * GIB, used=node_usage("3", "1Gi")),
        NodeLine(node(), 1, 100, 6 * GIB, used=node_usage("1", "7Gi")),
    ]
    for title, order in {
        "CPU REQ": [2, 1, 0],
        "MEM REQ": [1, 2, 0],
        "CPU USE": [2, 1, 0],
        "MEM USE": [1, 2, 0],
        "CPU LEFT": [1, 2, 0],
        "MEM LEFT": [2, 1, 0],
    }.items():
        assert sorted(lines, key=NODE[title].order) == [lines[index] for index in order], title


def test_a_node_that_is_nearly_full_is_marked() -> None:
    line = NodeLine(node(), used=node_usage("3600m", "2Gi"))
    tones = [NODE[title].tone for title in ("CPU USE", "MEM USE")]
    assert [tone(line, NOW) for tone in tones if tone is not None] == [Tone.WARNING, Tone.PLAIN]
    assert NODE["CPU USE"].tone is not None
    assert NODE["CPU USE"].tone(NodeLine(node()), NOW) is Tone.PLAIN


def test_heartbeat_age_is_exact_only_where_it_matters() -> None:
    """A node that reports is heard every ten seconds: its age would make a new line each time."""
    heard = NODE["HEARD"].text
    assert heard(NodeLine(node(), renewed=NOW - 5), NOW) == "<40s"
    assert heard(NodeLine(node({"Ready": "Unknown"}), renewed=NOW - 200), NOW) == "10s", "its status is newer"
    assert heard(NodeLine(node()), NOW) == "—"
    lost, fine = NodeLine(node(), renewed=NOW - 200, fell_silent=True), NodeLine(node(), renewed=NOW)
    assert sorted([fine, lost], key=NODE["HEARD"].order) == [lost, fine]


# ---- pods


def test_a_pod_shows_what_it_uses_in_kubectl_tops_numbers_and_as_shares() -> None:
    found = cells(PodLine(pod(spec=limited()), None, pod_usage(("main", "100m", "300Mi"))), POD)
    assert (found["CPU"], found["MEM"]) == ("100m", "300Mi")
    assert [found[title] for title in ("%CPU/R", "%CPU/L", "%MEM/R", "%MEM/L")] == ["40%", "20%", "117%", "58%"]
    found = cells(PodLine(pod()), POD)
    assert {found[title] for title in ("CPU", "MEM", "%CPU/R", "%CPU/L", "%MEM/R", "%MEM/L")} == {"—"}


def test_a_pod_has_a_limit_only_where_each_of_its_containers_has_one() -> None:
    both = limited()
    both["containers"].append({"name": "side", "image": "side:1"})
    both["initContainers"] = [{"name": "once", "image": "once:1", "resources": {"limits": {"cpu": "4"}}}]
    assert limits(pod(spec=both)) == (0, 0)
    both["containers"][1]["resources"] = {"limits": {"cpu": "100m", "memory": "1Mi"}}
    assert limits(pod(spec=both)) == (600, 513 * MIB)


def test_what_the_kubelet_granted_is_the_limit_in_force() -> None:
    granted = status(resources={"limits": {"cpu": "1", "memory": "1Gi"}})
    assert limits(pod(spec=limited(), status={"containerStatuses": [granted]})) == (1000, GIB)


def test_a_running_pod_at_its_cpu_limit_is_said() -> None:
    line = PodLine(pod(spec=limited()), None, pod_usage(("main", "480m", "100Mi")))
    assert at_cpu_limit(line) == ["main"]
    assert explain(line, NOW) == "Container main is at its CPU limit (480m of 500m): it is throttled."
    assert POD["CPU"].tone is not None
    assert POD["CPU"].tone(line, NOW) is Tone.WARNING
    below = PodLine(pod(spec=limited()), None, pod_usage(("main", "470m", "100Mi")))
    assert explain(below, NOW) == ""
    assert POD["CPU"].tone(below, NOW) is Tone.PLAIN


def test_a_container_near_its_memory_limit_is_said() -> None:
    line = PodLine(pod(spec=limited()), None, pod_usage(("main", "10m", "470Mi"), ("gone", "9", "9Gi")))
    assert near_memory_limit(line) == ["main"]
    assert limits_said(line) == "Container main uses 470Mi of its memory limit of 512Mi: above that it is killed."


def test_a_container_that_does_not_run_is_not_throttled() -> None:
    crashing = {"containerStatuses": [status(waiting("CrashLoopBackOff"))]}
    line = PodLine(pod(spec=limited(), status=crashing), None, pod_usage(("main", "500m", "1Mi")))
    assert at_cpu_limit(line) == []
    assert "CPU limit" not in explain(line, NOW)


def test_pods_sort_by_use_and_the_unmeasured_come_last() -> None:
    idle, busy = pod_usage(("main", "1m", "900Mi")), pod_usage(("main", "900m", "10Mi"))
    lines = [PodLine(pod()), PodLine(pod(), None, busy), PodLine(pod(), None, idle)]
    assert sorted(lines, key=POD["CPU"].order) == [lines[2], lines[1], lines[0]]
    assert sorted(lines, key=POD["MEM"].order) == [lines[1], lines[2], lines[0]]
    asking = structs.replace(pod(), cpu=10_000)
    lines = [PodLine(pod(spec=limited()), None, busy), PodLine(asking, None, busy), PodLine(pod(), None, busy)]
    assert sorted(lines, key=POD["%CPU/R"].order) == [lines[1], lines[0], lines[2]]
