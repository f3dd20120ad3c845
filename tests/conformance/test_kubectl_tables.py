"""kubectl's own test tables (K8STUI_GOLDEN/cases): every case of them that applies to the model."""

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from k8stui.model import duration, nodes, pods
from k8stui.model.node_raw import RawNode
from k8stui.model.pod_raw import PodSpec, PodStatus, RawPod
from k8stui.model.quantity import Family, Quantity, compare, parse
from k8stui.model.requests import effective_limits, effective_requests, sum_of

FOLDER = os.environ.get("K8STUI_GOLDEN", "")
LEFT_OUT = {"node_status: ": "A node without a name: no server has such, and the codec refuses it as undecodable."}
"""Cases that do not apply, by `file: name`, with the reason."""

pytestmark = pytest.mark.skipif(
    not (Path(FOLDER) / "cases").is_dir() or not FOLDER,
    reason="K8STUI_GOLDEN does not name a folder with kubectl's tables (cases/*.json)",
)
Case = dict[str, Any]


def cases(name: str) -> list[Any]:
    """The cases of one file as parameters; one that says it is skipped when there is no such file."""
    path = Path(FOLDER) / "cases" / f"{name}.json"
    if not FOLDER or not path.is_file():
        return [pytest.param({}, id="no-tables")]
    found = json.loads(path.read_text())["cases"]
    return [pytest.param(case, id=f"{index}-{_title(case)}") for index, case in enumerate(found)]


def _title(case: Case) -> str:
    text = case.get("cName") or case.get("name") or case.get("input") or case.get("a") or case.get("seconds") or ""
    return str(text).replace(" ", "-")[:60]


def _kept(file: str, case: Case) -> None:
    """Skip a case that is left out, with its reason."""
    reason = LEFT_OUT.get(f"{file}: {case.get('name')}")
    if reason:
        pytest.skip(reason)


@pytest.mark.parametrize("case", cases("duration"))
def test_duration(case: Case) -> None:
    print_ = {"HumanDuration": duration.human, "ShortHumanDuration": duration.short}[case["function"]]
    assert print_(case["seconds"]) == case["expected"]


@pytest.mark.parametrize("case", cases("quantity"))
def test_quantity(case: Case) -> None:
    QUANTITY[case["op"]](case)


def _parse(case: Case) -> None:
    if case.get("error"):
        with pytest.raises(ValueError, match=r"."):
            parse(case["input"])
        return
    assert str(parse(case["input"])) == case["canonical"]
    assert compare(parse(case["input"]), parse(case["value"])) == 0 or _finer_than_nano(case["value"])


def _finer_than_nano(value: str) -> bool:
    return "." in value and len(value.split(".")[1]) > 9


def _string(case: Case) -> None:
    assert str(parse(case["input"])) == case["canonical"]
    if case["alternateInput"] is not None:
        assert str(parse(case["alternateInput"])) == case["canonical"]


def _cmp(case: Case) -> None:
    assert compare(parse(case["a"]), parse(case["b"])) == case["expected"]


def _add(case: Case) -> None:
    assert str(parse(case["a"]) + parse(case["b"])) == case["expected"]


def _sub(case: Case) -> None:
    assert str(parse(case["a"]) - parse(case["b"])) == case["expected"]


def _multiply(case: Case) -> None:
    assert str(parse(case["a"]) * case["b"]) == case["expected"]


def _float(case: Case) -> None:
    assert float(parse(case["input"])) == pytest.approx(case["expected"], rel=1e-15)


def _round_up(case: Case) -> None:
    rounded, unchanged = parse(case["input"]).round_up(case["scalePow10"])
    assert (str(rounded), unchanged) == (case["expected"], case["unchanged"])


def _family(case: Case) -> Family:
    return {"DecimalSI": Family.DECIMAL, "BinarySI": Family.BINARY}.get(case["format"], Family.EXPONENT)


def _from_int(case: Case) -> None:
    assert str(Quantity.of(case["value"], _family(case))) == case["expected"]


def _from_milli(case: Case) -> None:
    assert str(Quantity.of_milli(case["value"], _family(case))) == case["expected"]


QUANTITY = {
    "parse": _parse,
    "string": _string,
    "cmp": _cmp,
    "add": _add,
    "sub": _sub,
    "mulInt": _multiply,
    "float": _float,
    "roundUp": _round_up,
    "fromInt": _from_int,
    "fromMilli": _from_milli,
}


@pytest.mark.parametrize("case", cases("pod_status"))
def test_pod_status(case: Case) -> None:
    _kept("pod_status", case)
    now = duration.stamp("2024-06-01T12:00:00Z")
    assert now is not None
    line = pods.PodLine(pods.row(_named(case["pod"], RawPod)))
    printed = {column.title: column.text(line, now) for column in pods.COLUMNS}
    printed["STATUS"] = pods.status(line.pod)  # the table adds what kubectl hides behind it
    assert {title: printed[title] for title in case["expected"]} == case["expected"]


@pytest.mark.parametrize("case", cases("node_status"))
def test_node_status(case: Case) -> None:
    _kept("node_status", case)
    line = nodes.NodeLine(nodes.row(_named(case["node"], RawNode)))
    printed = {column.title: column.text(line, 0.0) for column in nodes.COLUMNS}
    printed["STATUS"] = nodes.status(line.node)
    assert {title: printed[title] for title in case["expected"]} == case["expected"]


def _named(found: Case, kind: Any) -> Any:
    """kubectl's tables hold objects without a uid; a server never sends such."""
    return msgspec.convert({**found, "metadata": {**found["metadata"], "uid": "0"}}, kind)


@pytest.mark.parametrize("case", cases("pod_requests"))
def test_pod_requests(case: Case) -> None:
    _kept("pod_requests", case)
    if "pods" in case:
        found = sum_of(effective_requests(*_pod(pod)) for pod in case["pods"])
        _same(found, case["expectedReqs"])
        return
    options = case.get("options") or case.get("opts") or {}
    spec, status = _pod(case["pod"] if "pod" in case else _built(case))
    granted = status if options.get("UseStatusResources") else None
    overhead = not (options.get("ExcludeOverhead") or "WithoutOverhead" in case["source"])
    if "expectedRequests" in case:
        pod_level = not options.get("SkipPodLevelResources")
        _same(effective_requests(spec, granted, overhead=overhead, pod_level=pod_level), case["expectedRequests"])
    if "expectedLimits" in case:
        _same(effective_limits(spec, granted, overhead=overhead), case["expectedLimits"])


def _built(case: Case) -> Case:
    """A pod from the fields of helpers_test.go's tables."""
    return {
        "spec": {
            "containers": case.get("containers"),
            "initContainers": case.get("initContainers"),
            "overhead": case.get("overhead"),
            "resources": case.get("podResources"),
        },
        "status": {
            "containerStatuses": case.get("containerStatus") or case.get("containerStatuses"),
            "resize": case.get("podResizeStatus"),
        },
    }


def _pod(pod: Case) -> tuple[PodSpec, PodStatus]:
    return msgspec.convert(pod["spec"], PodSpec), msgspec.convert(pod.get("status") or {}, PodStatus)


def _same(found: dict[str, Quantity], expected: dict[str, str]) -> None:
    """Equal by value."""
    assert {name: each.nanos for name, each in found.items()} == {
        name: parse(text).nanos for name, text in expected.items()
    }
