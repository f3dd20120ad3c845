"""kubectl's own test tables for workloads (K8STUI_GOLDEN/cases): columns and rollout status."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from k8stui.model.duration import stamp
from k8stui.model.rollout import rollout_status
from k8stui.model.workload_columns import BY_KIND
from k8stui.model.workloads import WorkloadLine
from tests.support.workloads import KINDS, decoded

FOLDER = os.environ.get("K8STUI_GOLDEN", "")
Case = dict[str, Any]

pytestmark = pytest.mark.skipif(
    not (Path(FOLDER) / "cases").is_dir() or not FOLDER,
    reason="K8STUI_GOLDEN does not name a folder with kubectl's tables (cases/*.json)",
)


def cases(name: str) -> list[Any]:
    path = Path(FOLDER) / "cases" / f"{name}.json"
    if not FOLDER or not path.is_file():
        return [pytest.param({}, id="no-tables")]
    found = [case for case in json.loads(path.read_text())["cases"] if case["kind"] in KINDS]
    return [pytest.param(case, id=f"{index}-{case['kind']}") for index, case in enumerate(found)]


def row(case: Case) -> Any:
    """kubectl's tables hold objects without a uid; a server never sends such."""
    found = case["object"]
    return decoded(found | {"metadata": found["metadata"] | {"uid": "0"}})


@pytest.mark.parametrize("case", cases("workload_columns"))
def test_columns(case: Case) -> None:
    now = stamp("2024-06-01T12:00:00Z")
    assert now is not None
    line = WorkloadLine(row(case))
    columns = BY_KIND[KINDS[case["kind"]].resource]
    printed = {column.title: column.text(line, now) for column in columns if case["wide"] or not column.wide}
    expected = {title: str(value) for title, value in case["expected"].items()}
    assert {title: printed.get(title) for title in expected} == expected


@pytest.mark.parametrize("case", cases("rollout_status"))
def test_rollout_status(case: Case) -> None:
    found = rollout_status(row(case))
    assert found.message == case["message"]
    assert bool(found.error) is case["error"]
    if "errorMessage" in case:
        assert found.error == case["errorMessage"]
    # In kubectl's table of StatefulSets `done` only guards against an unexpected true.
    assert found.done is case["done"] or (case["kind"] == "StatefulSet" and not found.done)
