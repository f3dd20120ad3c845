"""Any other kind in kubectl's generic layout, config maps and secrets, and hostile objects of every kind."""

from base64 import b64encode
from datetime import UTC
from random import Random
from typing import Any

import pytest

from k8stui.model import kinds
from k8stui.model.columns import Tone
from k8stui.model.conditions import amiss, foremost
from k8stui.model.describe import describers
from k8stui.model.describe.generic import label
from k8stui.model.document import Subject
from k8stui.model.kinds import Kind
from k8stui.model.objects import Object
from tests.support.subjects import NOW, described, made, texts

GADGETS = Kind("described.example", "v1", "gadgets", "Gadget")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("clusterIP", "Cluster IP"),
        ("podCIDRs", "Pod CID Rs"),
        ("apiVersion", "API Version"),
        ("apiURL", "API URL"),
        ("uid", "UID"),
        ("my-field", "My - Field"),
        ("ipv4", "ipv4"),
        ("a.b/c", "a.b/c"),
        ("snake_case", "snake_case"),
        ("HTTPServer", "HTTP Server"),
        ("x", "X"),
        ("éclair", "Éclair"),
        ("", ""),
    ],
)
def test_names_of_fields(field: str, said: str) -> None:
    assert label(field) == said


def gadget(*conditions: Object, **rest: Any) -> Object:
    status: Object = {"status": {"conditions": list(conditions)}} if conditions else {}
    return {"apiVersion": "described.example/v1"} | made("left", kind="Gadget", **rest) | status


def said(kind: str, status: str, **rest: str) -> Object:
    return {"type": kind, "status": status} | rest


def test_what_is_amiss_stands_on_top_and_first_in_the_table() -> None:
    ready = said("Ready", "False", reason="NoVolume", message="the volume is gone")
    lines = described(GADGETS, gadget(said("Synced", "True"), said("Stalled", "True", reason="Slow"), ready))
    assert texts(lines)[2] == "Condition:    Ready is False: NoVolume: the volume is gone"
    table = texts(lines)[texts(lines).index("Conditions:") + 3 :][:3]
    assert [row.split()[0] for row in table] == ["Stalled", "Ready", "Synced"]
    assert "Status:" not in texts(lines)[texts(lines).index("Conditions:") + 6 :][0]


def test_nothing_is_said_of_what_is_well() -> None:
    lines = described(GADGETS, gadget(said("Ready", "True"), said("Degraded", "False"), said("Progressing", "False")))
    assert not [line for line in lines if line.text.startswith("Condition:")]
    assert Tone.WARNING not in [tone for line in lines for _, _, tone in line.spans]


@pytest.mark.parametrize(
    ("kind", "status", "wrong"),
    [
        ("Ready", "False", True),
        ("Ready", "Unknown", True),
        ("Ready", "True", False),
        ("Degraded", "True", True),
        ("ReconcileFailed", "False", False),
        ("Progressing", "False", False),
        ("Progressing", "Unknown", True),
        ("Suspended", "True", False),
        ("Established", "False", True),
        ("Dangling", "True", True),
    ],
)
def test_conditions_by_name(kind: str, status: str, wrong: bool) -> None:
    assert amiss(kind, status) is wrong


def test_the_foremost_condition() -> None:
    rows = [said("Stalled", "True"), said("Ready", "False"), said("Available", "True")]
    assert foremost({"status": {"conditions": rows}}) == rows[1]
    assert foremost({"status": {"conditions": rows[:1]}}) == rows[0]
    assert foremost({"status": {"conditions": rows[2:]}}) is None
    assert foremost({"status": {"conditions": "broken"}}) is None


def test_every_shape_of_value() -> None:
    spec = {
        "list": [{"name": "a", "value": 1}, {"name": "b"}],
        "matrix": [[1, 2], [3]],
        "map": {},
        "none": None,
        "ratio": 0.5,
        "whole": 3.0,
        "yes": True,
        "text": "two\nlines",
    }
    lines = texts(described(GADGETS, gadget(spec=spec)))
    at = lines.index("Spec:")
    assert [" ".join(text.split()) for text in lines[at + 1 : -1]] == [
        *("List:", "Name: a", "Value: 1", "Name: b", "Map:", "Matrix:", "[1 2]", "[3]"),
        *("None: <nil>", "Ratio: 0.5", "Text: two", "lines", "Whole: 3", "Yes: true"),
    ]


def test_conditions_that_are_none_stay_where_they_are() -> None:
    lines = texts(described(GADGETS, gadget("odd", {"type": "Ready"})))  # type: ignore[arg-type]
    assert "  Conditions:" in lines
    assert "Conditions:" not in lines


def test_what_is_being_deleted_says_for_whom_it_waits() -> None:
    metadata = {"deletionTimestamp": "2026-11-21T05:00:00Z", "finalizers": ["a.example/x", "b.example/y"]}
    lines = texts(described(GADGETS, gadget(metadata=metadata)))
    assert lines[2] == "State:        Terminating: waits for a.example/x, b.example/y"


def test_an_owner_is_a_place_to_go() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "u", "controller": True}
    line = next(
        line
        for line in described(GADGETS, gadget(metadata={"ownerReferences": [owner]}))
        if line.text.startswith("Controlled By:")
    )
    assert line.target is not None
    assert (line.target.kind, line.target.name, line.target.uid) == (kinds.DEPLOYMENTS, "web", "u")


def test_an_object_with_very_many_fields_is_cut() -> None:
    lines = texts(described(GADGETS, gadget(spec={f"f{number:05}": number for number in range(9000)})))
    assert "… and more: all of it is in the YAML" in lines
    assert len(lines) < 3100
    deep: Object = {}
    for _ in range(2000):
        deep = {"a": deep}
    assert len(described(GADGETS, gadget(spec=deep))) < 100
    listed: list[Any] = []
    for _ in range(2000):
        listed = [listed]
    assert len(described(GADGETS, gadget(spec={"a": listed}))) < 100


def test_a_config_map() -> None:
    data = {"b": "x\n\ty", "a": "1", "long": "z" * 5000, "many": "\n".join(map(str, range(5000)))}
    obj = made("conf", kind="ConfigMap", data=data, binaryData={"blob": "AAAA", "odd": "!"}, immutable=True)
    lines = texts(described(kinds.CONFIG_MAPS, obj))
    assert lines[lines.index("Data") :][:12] == [
        "Data",
        "====",
        "a:",
        "----",
        "1",
        "",
        "b:",
        "----",
        "x",
        "        y",
        "",
        "long:",
    ]
    assert "Immutable:    true" in lines
    assert "… 4,000 more lines: they are in the YAML" in lines
    assert max(map(len, lines)) == 2000
    assert lines[lines.index("BinaryData") :] == [
        "BinaryData",
        "====",
        "blob: 3 bytes",
        "odd: no base64",
        "",
        "Events:  <none>",
    ]


def test_a_secret_never_says_what_is_in_it() -> None:
    applied = {
        "kubectl.kubernetes.io/last-applied-configuration": "hunter2",
        "openshift.io/token-secret.value": "hunter2",
    }
    encoded = b64encode(b"hunter2").decode()
    obj = made("login", kind="Secret", type="kubernetes.io/service-account-token")
    obj |= {"data": {"password": encoded, "token": encoded, "odd": "hunter2!"}, "stringData": {"plain": "hunter2"}}
    obj["metadata"]["annotations"] = applied
    lines = texts(described(kinds.SECRETS, obj))
    assert "hunter2" not in "\n".join(lines)
    assert encoded not in "\n".join(lines)
    assert lines[lines.index("Data") :] == [
        "Data",
        "====",
        "odd:       no base64",
        "password:  7 bytes",
        "token:     7 bytes",
    ]


def test_nothing_read_yet_is_said_in_its_place() -> None:
    assert texts(describers.describe(Subject(GADGETS, gadget()), NOW, UTC))[-1].split() == [
        "Events:",
        "still",
        "being",
        "read",
    ]


FIELDS = (
    *(
        "metadata",
        "spec",
        "status",
        "data",
        "selector",
        "template",
        "ports",
        "rules",
        "http",
        "paths",
        "backend",
        "service",
    ),
    *("conditions", "type", "name", "labels", "annotations", "metrics", "resource", "target", "limits", "hard", "used"),
    *(
        "replicas",
        "active",
        "strategy",
        "rollingUpdate",
        "behavior",
        "scaleUp",
        "policies",
        "containers",
        "volumes",
        "env",
    ),
    *("volumeClaimTemplates", "jobTemplate", "matchLabels", "matchExpressions", "ownerReferences", "stringData", "tls"),
)
LEAVES: tuple[Any, ...] = (
    None,
    True,
    0,
    -7,
    3.5,
    1e300,
    "",
    "a",
    "x" * 300,
    "two\nlines",
    "1Gi",
    "2026-11-21T05:00:00Z",
    "%",
)
TOPS = ("metadata", "spec", "status", "data")
KINDS = (
    *(kinds.NAMESPACES, kinds.SERVICES, kinds.CONFIG_MAPS, kinds.SECRETS, kinds.RESOURCE_QUOTAS, kinds.LIMIT_RANGES),
    *(kinds.VOLUME_CLAIMS, kinds.DEPLOYMENTS, kinds.REPLICA_SETS, kinds.REPLICATION_CONTROLLERS, kinds.STATEFUL_SETS),
    *(kinds.DAEMON_SETS, kinds.JOBS, kinds.CRON_JOBS, kinds.AUTOSCALERS, kinds.BUDGETS, kinds.INGRESSES, GADGETS),
    *(kinds.VOLUMES, kinds.STORAGE_CLASSES, kinds.ENDPOINT_SLICES),
)


def broken(dice: Random, depth: int) -> Any:
    """Anything, under names that descriptions look for."""
    draw = dice.random()
    if depth and draw < 0.6:
        return {dice.choice(FIELDS): broken(dice, depth - 1) for _ in range(dice.randrange(5))}
    if depth and draw < 0.8:
        return [broken(dice, depth - 1) for _ in range(dice.randrange(3))]
    return dice.choice(LEAVES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource)
def test_broken_objects_of_every_kind_are_described_all_the_same(kind: Kind) -> None:
    dice = Random(kind.resource)
    for _ in range(30):
        obj, *around = ({field: broken(dice, 4) for field in (*TOPS, *dice.sample(FIELDS, 4))} for _ in range(3))
        wants = describers.wants(kind, obj)
        lines = describers.describe(Subject(kind, obj, {want.name: list(around) for want in wants}), NOW, UTC)
        assert lines
        assert not [line for line in lines if "\n" in line.text]
