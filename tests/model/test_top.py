"""kubectl top's numbers: kubectl's own cases, and what its printer does at the edges."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from k8stui.model import metrics
from k8stui.model.amounts import mebibytes, millicores
from k8stui.model.duration import UNKNOWN
from k8stui.model.quantity import parse
from k8stui.model.raw import Amounts, RawUsage
from k8stui.model.requests import amount
from k8stui.model.top import percent

FOLDER = os.environ.get("K8STUI_GOLDEN", "")
TABLES = Path(FOLDER) / "cases" / "top.json"
Case = dict[str, Any]


def cases(test: str) -> list[Any]:
    """kubectl's cases of one test; none says why."""
    if not FOLDER or not TABLES.is_file():
        reason = "K8STUI_GOLDEN does not name a folder with kubectl's tables (cases/top.json)"
        return [pytest.param({}, id="no-tables", marks=pytest.mark.skip(reason=reason))]
    found = json.loads(TABLES.read_text())["cases"]
    return [pytest.param(case, id=case["name"].replace(" ", "-")) for case in found if case["source"].endswith(test)]


def pod_cells(containers: Iterable[Amounts | None]) -> tuple[str, str]:
    """CPU(cores) and MEMORY(bytes) of a pod or, given one, of a container."""
    rows = [{"name": f"c{index}", "usage": each} for index, each in enumerate(containers)]
    found = metrics.pod_row(msgspec.convert({"metadata": {"name": "a"}, "containers": rows}, RawUsage))
    return millicores(found.cpu), mebibytes(found.memory)


def node_cells(usage: Amounts | None, available: Amounts) -> tuple[str, str, str, str]:
    """CPU(cores), CPU(%), MEMORY(bytes) and MEMORY(%) of a node."""
    if usage is None:
        return UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN
    found = metrics.node_row(msgspec.convert({"metadata": {"name": "a"}, "usage": usage}, RawUsage))
    cpu, memory = amount(available, "cpu"), amount(available, "memory")
    shares = (
        percent(found.cpu, cpu.milli_value() if cpu else None),
        percent(found.memory, memory.value() if memory else None),
    )
    of_cpu, of_memory = (UNKNOWN if share is None else f"{share}%" for share in shares)
    return millicores(found.cpu), of_cpu, mebibytes(found.memory), of_memory


def printed(rows: list[tuple[str, ...]], titles: tuple[str, ...], *, head: bool) -> list[list[str]]:
    """The words of each line, as a test compares them."""
    return [[*titles], *map(list, rows)] if head else [list(row) for row in rows]


def words(case: Case) -> list[list[str]]:
    """What kubectl printed."""
    return [line.split() for line in case["expectedOutput"].splitlines()]


@pytest.mark.parametrize("case", cases("TestPrintNodeMetrics"))
def test_nodes(case: Case) -> None:
    usage = {each["name"]: each["Usage"] for each in case["nodeMetric"]}
    rows: list[tuple[str, ...]] = [
        (node["metadata"]["name"], *node_cells(usage.get(node["metadata"]["name"]), node["status"]["capacity"]))
        for node in case["nodes"]
    ]
    if case["sortBy"] == "memory":
        rows.sort(key=lambda row: -int(row[3].removesuffix("Mi")))
    titles = ("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")
    assert printed(rows, titles, head=not case["noHeader"]) == words(case)


@pytest.mark.parametrize("case", cases("TestPrintPodMetrics"))
def test_pods(case: Case) -> None:
    rows: list[tuple[str, ...]] = []
    for pod in case["podMetric"]:
        if case["printContainers"]:
            rows += [(pod["name"], each["Name"], *pod_cells([each["Usage"]])) for each in pod["Containers"]]
        else:
            rows.append((pod["name"], *pod_cells([each["Usage"] for each in pod["Containers"]])))
    if case["sortBy"] == "memory":
        rows.sort(key=lambda row: -int(row[-1].removesuffix("Mi")))
    if case["sum"]:
        every = [each["Usage"] for pod in case["podMetric"] for each in pod["Containers"]]
        rows += [("________", "________"), pod_cells(every)]
    titles = ("CPU(cores)", "MEMORY(bytes)")
    head = ("POD", "NAME", *titles) if case["printContainers"] else ("NAME", *titles)
    assert printed(rows, head, head=not case["noHeader"]) == words(case)


def test_sums() -> None:
    """TestAddPodMetrics: one row is added to the sum of those before."""
    added: list[Amounts] = []
    for param in cases("TestAddPodMetrics"):
        case = param.values[0]
        if not case:
            pytest.skip("no tables")
        added.append({"cpu": case["cpuUsage"], "memory": case["memUsage"]})
        cpu, memory = parse(case["expectedCpuUsage"]), parse(case["expectedMemUsage"])
        assert pod_cells(added) == (millicores(cpu.milli_value()), mebibytes(memory.value()))


@pytest.mark.parametrize(
    ("usage", "available", "expected"),
    [
        ({"cpu": "1234567890n", "memory": "3000000Ki"}, {"cpu": "4", "memory": "8Gi"}, "1235m 30% 2929Mi 35%"),
        ({"cpu": "290m", "memory": "0"}, {"cpu": "1", "memory": "1Gi"}, "290m 28% 0Mi 0%"),
        ({"cpu": "1n", "memory": "1"}, {"cpu": "1", "memory": "0"}, f"1m 0% 0Mi {UNKNOWN}"),
        ({"memory": "1Gi"}, {"memory": "1Gi"}, f"0m {UNKNOWN} 1024Mi 100%"),
        ({"cpu": "nonsense", "memory": "2Gi"}, {"cpu": "1", "memory": "1Gi"}, "0m 0% 2048Mi 200%"),
        (None, {"cpu": "1"}, f"{UNKNOWN} {UNKNOWN} {UNKNOWN} {UNKNOWN}"),
    ],
)
def test_edges(usage: Any, available: Any, expected: str) -> None:
    """Recorded from kubectl: up for cores, down for mebibytes, truncated percents in doubles."""
    assert " ".join(node_cells(usage, available)) == expected


def test_a_pod_is_rounded_once() -> None:
    assert pod_cells([{"cpu": "1500u"}, {"cpu": "100u"}, None]) == ("2m", "0Mi")
