"""Nodes and pods of a real cluster, as `kubectl get -o wide` prints them."""

import re
from collections.abc import Callable, Mapping

import pytest

from tests.e2e.conftest import Kubectl
from tests.support.screen_table import shown, word
from tests.support.terminal import Gone, Terminal

NODES = ["NAME", "STATUS", "ROLES", "VERSION", "INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION"]
NODES += ["CONTAINER-RUNTIME"]
PODS = ["NAME", "READY", "STATUS", "RESTARTS", "IP", "NODE", "NOMINATED NODE", "READINESS GATES"]
OURS = ["LAST EXIT", "AGE", "OWNER", "CPU REQ", "MEMORY REQ", "PODS", "MEM REQ", "TAINTS", "CPU", "MEM"]
OURS += ["CPU USE", "MEM USE", "CPU LEFT", "MEM LEFT", "CPU ASKED", "MEM ASKED", "CPU USED", "MEM USED", "HEARD"]
OURS += ["%CPU/R", "%CPU/L", "%MEM/R", "%MEM/L"]
WIDE = (420, 60)
"""A terminal that takes every column, and every row of the small workload: nothing is scrolled."""
Row = dict[str, str]


def comparable(row: Mapping[str, str], columns: list[str]) -> Row:
    """The cells that kubectl prints, as far as they do not depend on the second."""
    found = {title: row.get(title, "") for title in columns}
    if "STATUS" in found:
        found["STATUS"] = word(found["STATUS"])
    if "RESTARTS" in found:
        found["RESTARTS"] = re.sub(r"\(\S+ ago\)", "(ago)", found["RESTARTS"])
    return found


def compare(kubectl: Callable[[], dict[str, Row]], screen: Callable[[], dict[str, Row]], columns: list[str]) -> None:
    """Every row was once equal to what kubectl printed just before and just after.

    Raises Gone: what is different.
    """
    equal: set[str] = set()
    for _ in range(10):
        before, ours, after = kubectl(), screen(), kubectl()
        different = {}
        for name in before.keys() & after.keys():
            theirs = comparable(before[name], columns)
            if theirs != comparable(after[name], columns):
                continue  # it is just changing
            if name in ours and comparable(ours[name], columns) == theirs:
                equal.add(name)
            else:
                different[name] = (theirs, comparable(ours.get(name, {}), columns))
        missing = after.keys() - equal
        if not missing:
            assert equal
            return
    raise Gone(f"different from kubectl: {sorted(missing)}: {different}")


def read(terminal: Terminal, columns: list[str]) -> list[Row]:
    """What the screen shows once everything that came is on it."""
    terminal.wait_quiet(0.2)
    return shown(terminal, columns)


def by_name(rows: list[Row]) -> dict[str, Row]:
    return {row["NAME"]: row for row in rows}


def test_nodes_are_what_kubectl_prints(open_program: Callable[..., Terminal], kubectl: Kubectl) -> None:
    terminal = open_program("--view", "nodes", size=WIDE)
    terminal.wait_for("● live")
    terminal.send("w")  # every column, whether it fits or not
    terminal.wait_for("CONTAINER-RUNTIME")
    compare(lambda: kubectl.table("nodes"), lambda: by_name(read(terminal, NODES + OURS)), NODES)


@pytest.mark.parametrize("scope", ["-n", "-A"])
def test_pods_are_what_kubectl_prints(open_program: Callable[..., Terminal], kubectl: Kubectl, scope: str) -> None:
    arguments = ["-n", "shop"] if scope == "-n" else ["-A"]
    terminal = open_program(*arguments, size=WIDE)
    terminal.wait_for("● live", 60)
    if scope == "-A":  # of many namespaces only this one
        terminal.send("/shop\r")
        terminal.wait_for(" of ")
    terminal.send("w")
    terminal.wait_for("READINESS GATES")
    columns = ["NAMESPACE", *PODS, *OURS]
    compare(lambda: kubectl.table("pods", "-n", "shop"), lambda: by_name(read(terminal, columns)), PODS)


def test_a_pod_that_comes_and_goes_is_seen(
    open_program: Callable[..., Terminal], kubectl: Kubectl, namespace: str
) -> None:
    terminal = open_program("-n", namespace)
    terminal.wait_for("● live")
    kubectl.pod(namespace, "comes-and-goes")
    terminal.wait_for("comes-and-goes")
    terminal.wait_for(lambda: [word(row["STATUS"]) for row in shown(terminal, PODS)] == ["Running"])
    kubectl("-n", namespace, "delete", "pod", "comes-and-goes", "--wait=false")
    terminal.wait_for(f"pods ({namespace}) 0")
    terminal.wait_for("comes-and-goes is gone")


def test_a_cordoned_node_says_so(open_program: Callable[..., Terminal], kubectl: Kubectl) -> None:
    terminal = open_program("--view", "nodes")
    terminal.wait_for("● live")
    terminal.send("/worker-5\r")

    def status() -> list[str]:
        return [word(row["STATUS"]) for row in shown(terminal, NODES) if row["NAME"] == "worker-5"]

    terminal.wait_for(lambda: status() == ["Ready"])
    try:
        kubectl("cordon", "worker-5")
        terminal.wait_for(lambda: status() == ["Ready,SchedulingDisabled"])
    finally:
        kubectl("uncordon", "worker-5")
    terminal.wait_for(lambda: status() == ["Ready"])
