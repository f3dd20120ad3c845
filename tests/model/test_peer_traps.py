"""What other terminal UIs get wrong about nodes and pods, one test each."""

from k8stui.model.nodes import COLUMNS as NODE_COLUMNS
from k8stui.model.nodes import NodeLine, status_text
from k8stui.model.pods import PodLine
from k8stui.model.pods import status_text as pod_status_text
from tests.support.decoded import NOW, ago, node, pod, status, waiting


def test_trap_2_ready_unknown_differs_from_ready_false_and_cordoned_and_not_ready_both_show() -> None:
    unknown = NodeLine(node({"Ready": "Unknown"}, unschedulable=True), renewed=NOW - 180)
    refused = NodeLine(node({"Ready": "False"}, unschedulable=True), renewed=NOW - 5)
    assert status_text(unknown, NOW + 170) == "NotReady,SchedulingDisabled · silent 3m"
    assert status_text(refused, NOW) == "NotReady,SchedulingDisabled · KubeletNotReady"


def test_trap_3_a_node_with_no_ready_condition_is_not_blank() -> None:
    line = NodeLine(node({}))
    assert status_text(line, NOW) == "Unknown"
    assert {column.title: column.text(line, NOW) for column in NODE_COLUMNS}["STATUS"] == "Unknown"


def test_trap_4_a_terminating_pod_keeps_the_underlying_reason() -> None:
    crashing = {"containerStatuses": [status(waiting("CrashLoopBackOff"))]}
    line = PodLine(pod({"deletionTimestamp": ago(5)}, None, crashing))
    assert pod_status_text(line, NOW) == "Terminating · CrashLoopBackOff"
