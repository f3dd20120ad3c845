"""kubectl's own tables of debug containers, copies, node pods and profiles, replayed on ours."""

import json
from typing import Any, cast

import pytest

from k8stui.operations.builders import debug_pods as pods
from k8stui.operations.builders.debug_options import COPY, EPHEMERAL, NODE, Options
from k8stui.operations.builders.debug_profiles import applied
from tests.support.debugged import MODES, bare, options
from tests.support.golden import table

Object = dict[str, Any]
EMPTY: Object = {"metadata": {}, "spec": {"containers": []}}
NAMELESS = "debugger-x"
"""Stands for the name "" that some cases give to a container, and for made-up ones that a case leaves out."""


@pytest.mark.parametrize("case", table("debug_generate", "TestGenerateDebugContainer"))
def test_ephemeral_container(case: Object) -> None:
    chosen = options(case["options"], EPHEMERAL, suffix=case["expectedContainer"]["name"].rpartition("-")[2])
    pod = case["pod"] or EMPTY
    name = pods.named(chosen, pods.names_of(pod))
    made = bare(pods.with_ephemeral(pod, chosen, name))["spec"]["ephemeralContainers"][-1]
    assert made == case["expectedContainer"]


@pytest.mark.parametrize("case", table("debug_generate", "TestGeneratePodCopyWithDebugContainer"))
def test_copy(case: Object) -> None:
    last = case["expectedPod"]["spec"]["containers"][-1]["name"]
    chosen = options(case["options"], COPY, suffix=last.rpartition("-")[2])
    known = [each["name"] for each in case["pod"]["spec"]["containers"]]
    container = pods.named(chosen, known) if chosen.image or chosen.container in known else ""
    made = pods.copied(case["pod"], chosen, chosen.name, container)
    assert bare(made) == case["expectedPod"]


@pytest.mark.parametrize("case", table("debug_generate", "TestGenerateNodeDebugPod"))
def test_node(case: Object) -> None:
    chosen = options(case["options"], NODE, suffix="1")
    node = case["node"]["metadata"]["name"]
    name = pods.fitted(f"node-debugger-{node}", "1")
    made = pods.on_node(node, chosen, name, chosen.container or pods.DEBUGGER)
    assert bare(made) == case["expectedPod"]


CUSTOM = [f"TestGenerate{each}DebugPodCustomProfile" for each in ("Node", "Copy", "Ephemeral")]


@pytest.mark.parametrize("case", table("debug_generate", *CUSTOM))
def test_custom_container(case: Object) -> None:
    mode = MODES[case["targetKind"]]
    chosen = options(case["options"], mode)
    if mode == NODE:
        made = pods.on_node(case["node"]["metadata"]["name"], chosen, NAMELESS, pods.DEBUGGER)
    elif mode == COPY:
        made = pods.copied(case["pod"], chosen, NAMELESS, NAMELESS)
    else:
        made = pods.with_ephemeral(case["pod"], chosen, "debugger-1")
    found = json.loads(json.dumps(bare(made)).replace(NAMELESS, ""))
    wanted = case["expected"]
    for each in (found, wanted):
        each["metadata"].pop("name", None)  # some cases say it, some do not
    assert found == wanted


PROFILED = [each for each in table("debug_profiles") if cast(Object, each.values[0]).get("targetKind", "") is not None]
"""Without those for Go's nil: there is no such call here."""


@pytest.mark.parametrize("case", PROFILED)
def test_profile(case: Object) -> None:
    chosen = Options(mode=MODES[case["targetKind"]], profile=case["profile"])
    assert bare(applied(case["pod"], case["containerName"], chosen)) == bare(case["expectedPod"])
