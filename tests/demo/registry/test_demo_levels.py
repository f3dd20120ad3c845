"""The embedded server's levels of pod security, against what a real one (v1.34.4) said of the same pods."""

import json
from pathlib import Path
from typing import Any

import pytest

from k8stui.demo.registry.admission.levels import findings

ANSWERS = json.loads((Path(__file__).parents[2] / "model" / "pod_security.json").read_text())


@pytest.mark.parametrize("level", ["baseline", "restricted"])
@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case["name"])
def test_says_what_a_real_server_says(case: dict[str, Any], level: str) -> None:
    pod = {"metadata": {"annotations": case.get("annotations")}, "spec": case["spec"]}
    assert ", ".join(map(str, findings(level, pod))) == case[level]
    assert findings("privileged", pod) == []
