"""Describing a pod: kubectl's own cases, how it reads, and what no server should send."""

import json
import os
import re
from collections import Counter
from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from k8stui.model import kinds
from k8stui.model.columns import Tone
from k8stui.model.describe import describers, pod
from k8stui.model.describe.containers import containers
from k8stui.model.describe.layout import Text
from k8stui.model.describe.parts import annotations, limits_and_requests
from k8stui.model.describe.placing import quality
from k8stui.model.document import Line, Subject
from k8stui.model.duration import stamp
from k8stui.model.kinds import PODS, Ref
from k8stui.model.objects import Object
from tests.support import described

FOLDER = os.environ.get("K8STUI_GOLDEN", "")
TABLES = Path(FOLDER) / "cases" / "describe.json"
NOW = stamp("2026-01-02T04:00:00Z") or 0.0
Case = dict[str, Any]


def cases(test: str) -> list[Any]:
    """kubectl's cases of one test; none says why."""
    if not FOLDER or not TABLES.is_file():
        reason = "K8STUI_GOLDEN does not name a folder with kubectl's tables (cases/describe.json)"
        return [pytest.param({}, id="no-tables", marks=pytest.mark.skip(reason=reason))]
    found = json.loads(TABLES.read_text())["cases"]
    return [pytest.param(case) for case in found if case["source"].endswith(f" {test}")]


def printed(out: Text) -> str:
    return "\n".join(line.text for line in out.lines())


def described_pod(found: Object, *events: Object, **missing: str) -> list[Line]:
    around = {} if missing else {"events": list(events)}
    return describers.describe(Subject(PODS, found, around, missing), NOW, UTC)


def everything() -> Object:
    found = described.pod("web-0", "shop", **described.template())
    return {**found, "status": described.status()}


def line(lines: list[Line], start: str) -> Line:
    """The only line that begins so, however far in."""
    (found,) = [each for each in lines if each.text.strip().startswith(start)]
    return found


# ---- kubectl's cases


@pytest.mark.parametrize("case", cases("TestDescribeContainers"))
def test_containers(case: Case) -> None:
    out = Text(NOW, UTC)
    found = {"spec": {"containers": [case["container"]]}, "status": {"containerStatuses": [case["status"]]}}
    containers(out, "Containers", found, "containers", "containerStatuses")
    text = re.sub(r"(?<=\S) {2,}", "\t", printed(out))  # kubectl's test looks before its tab writer does
    for each in case["expectedElements"]:
        assert each in text


@pytest.mark.parametrize("case", cases("TestDescribeResources"))
def test_resources(case: Case) -> None:
    out = Text(NOW, UTC)
    limits_and_requests(out, case.get("resources", {}), 2)
    words = Counter(printed(out).replace(":", " ").split())
    assert words == Counter(case["expectedElements"])


@pytest.mark.parametrize("case", cases("TestPrintLabelsMultiline"))
def test_annotations(case: Case) -> None:
    out = Text(NOW, UTC)
    annotations(out, "Annotations", case["annotations"])
    aligned = [each.split("\t") for each in case["expectPrint"].rstrip("\n").split("\n")]
    assert [line.text for line in out.lines()] == [f"{label:14}{value}" for label, value in aligned]


@pytest.mark.parametrize("case", cases("TestDescribeSeccompProfile"))
def test_seccomp(case: Case) -> None:
    text = "\n".join(line.text for line in described_pod(case["pod"]))
    for each in case["expect"]:
        assert each in text


# ---- how it reads


def test_what_is_named_is_a_place_to_go() -> None:
    found = everything()
    found["metadata"]["ownerReferences"] = [
        {"apiVersion": "v1", "kind": "Node", "name": "other", "uid": "1"},
        {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "2", "controller": True},
    ]
    found["spec"] |= {"nodeName": "worker-1", "priorityClassName": "high", "runtimeClassName": "gvisor"}
    lines = described_pod(found)
    for start, kind, name in (
        ("Node:", kinds.NODES, "worker-1"),
        ("NominatedNodeName:", kinds.NODES, "worker-9"),
        ("Service Account:", kinds.SERVICE_ACCOUNTS, "runner"),
        ("Priority Class Name:", kinds.PRIORITY_CLASSES, "high"),
        ("Runtime Class Name:", kinds.RUNTIME_CLASSES, "gvisor"),
        ("settings  ConfigMap", kinds.CONFIG_MAPS, "settings"),
        ("db        Secret", kinds.SECRETS, "db"),
        ("KEY:", kinds.SECRETS, "db"),
        ("MAYBE:", kinds.CONFIG_MAPS, "settings"),
        ("ClaimName:", kinds.VOLUME_CLAIMS, "data"),
        ("StorageClass:", kinds.STORAGE_CLASSES, "fast"),
        ("ConfigMapName:", kinds.CONFIG_MAPS, "kube-root-ca.crt"),
    ):
        assert line(lines, start).target == Ref(kind, "shop" if kind.namespaced else "", name, ""), start
    assert line(lines, "Controlled By:").target == Ref(kinds.STATEFUL_SETS, "shop", "web", "2")
    assert line(lines, "Controlled By:").text.endswith("StatefulSet/web")


def test_who_is_not_built_in_is_named_and_no_place_to_go() -> None:
    found = everything()
    owner = {"apiVersion": "example.com/v1", "kind": "StatefulSet", "name": "web", "uid": "2", "controller": True}
    found["metadata"]["ownerReferences"] = [owner]
    assert line(described_pod(found), "Controlled By:").target is None


def test_a_value_never_comes_from_a_secret() -> None:
    shown = line(described_pod(everything()), "KEY:").text
    assert shown.split(maxsplit=1)[1] == "<set to the key 'password' in secret 'db'>     Optional: false"


def test_how_its_states_feel() -> None:
    lines = described_pod(everything())
    at = [each.text.strip() for each in lines].index("web:")
    tones = {each.text.split(":")[0].strip(): {tone for _, _, tone in each.spans} for each in lines[at:][:40]}
    assert tones["State"] == tones["Last State"] == tones["Exit Code"] == {Tone.BAD}
    assert tones["Restart Count"] == tones["Ready"] == {Tone.WARNING}
    assert line(lines, "Status:").spans[1][2] is Tone.CHANGING
    assert line(lines, "Volumes:").tone is Tone.CHANGING
    assert next(each.spans for each in lines if each.text == "    Mounts:") == ()


def test_spans_are_where_the_words_are() -> None:
    for each in described_pod(everything()):
        for start, end, _ in each.spans:
            assert each.text[start:end] == each.text[start:end].strip() != ""


def test_times_are_in_the_given_zone() -> None:
    subject = Subject(PODS, everything(), {"events": []})
    lines = describers.describe(subject, NOW, timezone(timedelta(hours=-3, minutes=-30)))
    assert line(lines, "Start Time:").text.endswith("Thu, 01 Jan 2026 23:30:00 -0330")


def test_events_the_oldest_sight_first() -> None:
    """As kubectl: sorted by lastTimestamp alone, so that those without (the new way) come first."""

    def event(reason: str, **rest: Any) -> Object:
        return {"type": "Normal", "reason": reason, "message": f"of {reason}", **rest}

    lines = described_pod(
        everything(),
        event("Late", lastTimestamp="2026-01-02T03:59:00Z", firstTimestamp="2026-01-02T03:00:00Z", count=3),
        event("Early", lastTimestamp="2026-01-02T03:30:00Z", firstTimestamp="2026-01-02T03:30:00Z", count=1)
        | {"source": {"component": "kubelet", "host": "w"}, "type": "Warning", "message": " one\ntwo\n"},
        event("New", eventTime="2026-01-02T03:40:00.5Z", reportingComponent="c", series={"count": 9}),
        event("None"),
    )
    at = [each.text for each in lines].index("Events:")
    assert [each.text for each in lines[at:]] == [
        "Events:",
        "  Type     Reason  Age                      From     Message",
        "  ----     ------  ----                     ----     -------",
        "  Normal   New     <unknown> (x9 over 19m)  c        of New",
        "  Normal   None    <unknown>                         of None",
        "  Warning  Early   30m                      kubelet  one",
        "                                                     two",
        "  Normal   Late    60s (x3 over 60m)                 of Late",
    ]
    assert line(lines, "Warning  Early").spans == ((2, 9, Tone.WARNING), (11, 16, Tone.WARNING))


def test_why_events_are_not_there() -> None:
    found = described_pod(everything(), events="You may not list events in namespace shop")
    assert found[-1].text.split(maxsplit=1) == ["Events:", "You may not list events in namespace shop"]
    assert found[-1].spans[1][2] is Tone.WARNING
    unread = describers.describe(Subject(PODS, everything()), NOW, UTC)[-1]
    assert unread.text.split(maxsplit=1) == ["Events:", "still being read"]


def test_what_it_wants() -> None:
    found = everything()
    found["metadata"]["uid"] = "u-1"
    (want,) = pod.wants(found)
    assert (want.name, want.kind, want.namespace) == ("events", kinds.EVENTS, "shop")
    assert want.fields == "involvedObject.uid=u-1"
    found["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "of-the-file"}
    assert pod.wants(found)[0].fields.endswith("uid=of-the-file")


@pytest.mark.parametrize(
    ("until", "phase", "expected"),
    [
        ("2026-01-02T03:59:00Z", "Running", "Terminating (lasts 60s)"),
        ("2026-01-02T04:00:25Z", "Running", "Terminating (grace ends in 25s)"),
        ("2026-01-02T03:59:00Z", "Succeeded", "Succeeded"),
        (None, "Running", "Running"),
    ],
)
def test_the_end(until: str | None, phase: str, expected: str) -> None:
    found = everything()
    found["metadata"] |= {"deletionTimestamp": until, "deletionGracePeriodSeconds": 30}
    found["status"]["phase"] = phase
    lines = described_pod(found)
    assert line(lines, "Status:").text.split(maxsplit=1)[1] == expected
    grace = [each.text for each in lines if each.text.startswith("Termination Grace Period")]
    assert grace == (["Termination Grace Period:  30s"] if "Terminating" in expected else [])


# ---- quality of service

HALF = {"cpu": "500m", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([{}], "BestEffort"),
        ([{"requests": {"cpu": "0"}}], "BestEffort"),
        ([{"requests": {"example.com/gpu": "1"}}], "BestEffort"),
        ([{"requests": {"cpu": "1"}}], "Burstable"),
        ([{"requests": HALF, "limits": HALF}], "Guaranteed"),
        ([{"requests": HALF, "limits": {"cpu": "0.5", "memory": "1024Mi"}}], "Guaranteed"),
        ([{"requests": HALF, "limits": HALF}, {}], "Burstable"),
        ([{"requests": HALF, "limits": HALF | {"cpu": "1"}}], "Burstable"),
        ([{"limits": HALF}], "Burstable"),
        ([{"requests": {"cpu": "nonsense"}}], "BestEffort"),
    ],
)
def test_quality_of_service(resources: list[Object], expected: str) -> None:
    """Computed where the server does not say it."""
    found: Object = {"spec": {"containers": [{"resources": each} for each in resources]}}
    assert quality(found) == expected
    assert quality(found | {"status": {"qosClass": "Said"}}) == "Said"


# ---- what no server should send

ODD: tuple[Any, ...] = (None, "text", 7, True, [], [1, "a", None], {}, {"a": {"b": []}}, [{"name": 3}], -1.5)


def broken(found: Any, with_: Any) -> list[Any]:
    """The same object, one for each place in it that is replaced by something odd."""
    if isinstance(found, dict):
        return [with_] + [found | {key: each} for key, value in found.items() for each in broken(value, with_)]
    if isinstance(found, list):
        return [with_] + [
            [*found[:at], each, *found[at + 1 :]] for at, v in enumerate(found) for each in broken(v, with_)
        ]
    return [with_]


@pytest.mark.parametrize("at", range(len(ODD)), ids=[repr(odd) for odd in ODD])
def test_a_broken_pod_is_described_all_the_same(at: int) -> None:
    """Whatever stands in whatever place (every eleventh for each): lines without line breaks or tabs come out."""
    whole = everything()
    whole["spec"]["volumes"] = whole["spec"]["volumes"][:13]
    for found in broken(whole, ODD[at])[at :: len(ODD)]:
        if isinstance(found, dict):
            for each in describers.describe(Subject(PODS, found, {"events": [found]}), NOW, UTC):
                assert "\n" not in each.text
                assert "\t" not in each.text
