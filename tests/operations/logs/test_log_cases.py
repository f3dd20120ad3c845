"""kubectl's own table of logs: which containers are asked for, in which order, and what becomes of the bytes."""

from typing import Any

import msgspec
import pytest

from k8stui.model.logs.options import ALL, LogOptions
from k8stui.model.pod_raw import RawPod
from k8stui.model.pod_row import Pod, row
from k8stui.operations.logs.choosing import wanted
from k8stui.operations.logs.lines import Splitter
from tests.support.golden import table

Object = dict[str, Any]


def pods(case: Object) -> list[Object]:
    """Those that a case is about: its object, the list of them, or those that the server has of a workload."""
    found = case["obj"]
    listed: list[Object] = case.get("clientsetPods") or found.get("items") or [found]
    return listed


def pod_of(found: Object) -> Pod:
    """Its row, as it is when a server has made it."""
    made = found | {"metadata": found["metadata"] | {"uid": "uid-1"}}
    return row(msgspec.json.decode(msgspec.json.encode(made), type=RawPod))


@pytest.mark.parametrize("case", table("logs", "TestLogsForObject"))
def test_the_containers_that_are_asked_for(case: Object) -> None:
    options = LogOptions(container=ALL if case["allContainers"] else "")
    asked, sources = [], []
    for each in pods(case):
        pod = pod_of(each)
        for container in wanted(pod, options.container, ""):
            asked.append(dict(options.query(container.name, stamped=False)))
            sources.append((pod.ref.name, container.name))
    actions = [action["Value"] for action in case["actions"] if action.get("Value")]
    assert asked == [{**action, "follow": "true"} for action in actions]  # a view follows, a command has to be told to
    expected = [(each["name"], each["fieldPath"].partition("{")[2].rstrip("}")) for each in case["expectedSources"]]
    assert sources == expected


@pytest.mark.parametrize(
    ("default", "name"),
    [("", ""), ("foo-2-c1", ""), ("foo-2-c1", "foo-2-c2"), ("non-existing", "")],
    ids=["none", "default", "default but named", "default that is not there"],
)
def test_the_default_container_of_two(default: str, name: str) -> None:
    cases = [param.values[0] for param in table("logs", "TestLogsForObjectWithClient")]
    if not cases[0]:
        pytest.skip("kubectl's tables are not there")
    words = {"": "without default container selected should", "foo-2-c1": "with default container selected"}
    title = words.get(default, "non-existing default container") + (" but also container set" if name else "")
    case = next(each for each in cases if title in each["name"])
    assert case["podLogOptions"].get("container", "") == name
    each = {
        "metadata": {"name": "foo", "namespace": "test"},
        "spec": {"containers": [{"name": "foo-2-c1"}, {"name": "foo-2-c2"}]},
    }
    pod = pod_of(each)
    [found] = wanted(pod, name, default)
    assert f"spec.containers{{{found.name}}}" == case["expectedFieldPath"]


@pytest.mark.parametrize("case", table("logs", "TestDefaultConsumeRequest"))
def test_the_lines_that_come_of_the_bytes(case: Object) -> None:
    data = case["request"].get("data")
    if data is None:
        pytest.skip("the request itself fails: there are no bytes")
    raw = (data.get("s") if "s" in data else data["r"]["s"]).encode()
    for size in (1, 3, len(raw) or 1):  # however it is cut into pieces
        splitter, lines = Splitter(), []
        for start in range(0, len(raw), size):
            lines += splitter.feed(raw[start : start + size])
        whole = b"".join(line + b"\n" for line in lines) + splitter.half
        assert whole.decode() == case["expectedOut"]
