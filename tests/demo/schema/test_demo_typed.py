"""Reading objects as Go does. The texts are a real 1.34 server's."""

from collections.abc import Iterator
from typing import Any

import pytest

from k8stui.demo.schema import gojson
from k8stui.demo.schema.scalars import WrongType
from k8stui.demo.schema.schema import Schema
from k8stui.demo.schema.typed import empty, read
from tests.conformance.recorded import PRESENT, WHY_NOT, files, load

SCHEMA = Schema()
POD, DEPLOYMENT = SCHEMA.type("core/v1.Pod"), SCHEMA.type("apps/v1.Deployment")
CONFIGMAP = SCHEMA.type("core/v1.ConfigMap")
TEXT = "json: cannot unmarshal"
QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

Object = dict[str, Any]


def at(path: str, value: Any) -> Object:
    for name in reversed(path.split(".")):
        value = {name.removesuffix("[]"): [value] if name.endswith("[]") else value}
    found: Object = value
    return found


CONTAINER = "spec.template.spec.containers[]"


@pytest.mark.parametrize(
    ("path", "value", "text", "converted"),
    [
        ("spec.replicas", "three", "string into Go struct field DeploymentSpec.spec.replicas of type int32",
         "unrecognized type: int32"),
        ("spec.replicas", 3.5, "number 3.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
         "cannot convert float64 to int32"),
        ("spec.replicas", True, "bool into Go struct field DeploymentSpec.spec.replicas of type int32",
         "unrecognized type: int32"),
        ("spec.paused", 5, "number into Go struct field DeploymentSpec.spec.paused of type bool",
         "unrecognized type: bool"),
        ("spec", [], "array into Go struct field Deployment.spec of type v1.DeploymentSpec",
         "cannot restore struct from: slice"),
        ("spec.template.spec.containers", {}, "object into Go struct field PodSpec.spec.template.spec.containers of "
         "type []v1.Container", "cannot restore slice from map"),
        ("spec.template.spec.containers[]", 5, "number into Go struct field PodSpec.spec.template.spec.containers of "
         "type v1.Container", "cannot restore struct from: int64"),
        (f"{CONTAINER}.name", 5, "number into Go struct field Container.spec.template.spec.containers.name of type "
         "string", "cannot convert int64 to string"),
        (f"{CONTAINER}.command[]", 5, "number into Go struct field Container.spec.template.spec.containers.command of "
         "type string", "cannot convert int64 to string"),
        ("spec.template.spec.nodeSelector", 5, "number into Go struct field PodSpec.spec.template.spec.nodeSelector of "
         "type map[string]string", "cannot restore map from int64"),
        ("spec.template.spec.nodeSelector.a", 5, "number into Go struct field PodSpec.spec.template.spec.nodeSelector "
         "of type string", "cannot convert int64 to string"),
        ("spec.template.spec.restartPolicy", 5, "number into Go struct field PodSpec.spec.template.spec.restartPolicy "
         "of type v1.RestartPolicy", "cannot convert int64 to v1.RestartPolicy"),
        (f"{CONTAINER}.resources.limits", [], "array into Go struct field ResourceRequirements.spec.template.spec."
         "containers.resources.limits of type v1.ResourceList", "cannot restore map from slice"),
        ("spec.strategy.rollingUpdate.maxSurge", True, "bool into Go struct field RollingUpdateDeployment.spec."
         "strategy.rollingUpdate.maxSurge of type int32", f"{TEXT} bool into Go value of type int32"),
        ("metadata.creationTimestamp", 5, "number into Go struct field ObjectMeta.metadata.creationTimestamp of type "
         "string", f"{TEXT} number into Go value of type string"),
        ("metadata.labels.a", True, "bool into Go struct field ObjectMeta.metadata.labels of type string",
         "unrecognized type: string"),
        ("metadata.ownerReferences[].uid", 5, "number into Go struct field OwnerReference.metadata.ownerReferences.uid "
         "of type types.UID", "cannot convert int64 to types.UID"),
    ],
)  # fmt: skip
def test_a_value_of_another_type(path: str, value: Any, text: str, converted: str) -> None:
    with pytest.raises(WrongType) as caught:
        read(DEPLOYMENT, at(path, value))
    assert str(caught.value) == f"{TEXT} {text}"
    assert caught.value.converted == converted


@pytest.mark.parametrize("value", ["abc", True, {}, "", "1.2.3"])
def test_what_is_no_quantity(value: Any) -> None:
    with pytest.raises(WrongType) as caught:
        read(DEPLOYMENT, at(f"{CONTAINER}.resources.limits.cpu", value))
    assert (str(caught.value), caught.value.converted) == (QUANTITY, QUANTITY)


@pytest.mark.parametrize(
    ("text", "rest", "wanted"),
    [("abc", "abc", "2006"), ("", "", "2006"), ("2026-1-02T03:04:05Z", "1-02T03:04:05Z", "01"),
     ("2026-01-02 03:04:05Z", " 03:04:05Z", "T"), ("2026-01-02T03:04:05", "", "Z07:00")],
)  # fmt: skip
def test_what_is_no_time(text: str, rest: str, wanted: str) -> None:
    with pytest.raises(WrongType) as caught:
        read(POD, at("metadata.creationTimestamp", text))
    layout = "2006-01-02T15:04:05Z07:00"
    assert str(caught.value) == f'parsing time "{text}" as "{layout}": cannot parse "{rest}" as "{wanted}"'


def test_what_is_no_base64() -> None:
    with pytest.raises(WrongType, match="illegal base64 data at input byte 0"):
        read(CONFIGMAP, at("binaryData.a", "***"))
    with pytest.raises(WrongType, match=r"number into Go struct field ConfigMap.binaryData of type \[\]uint8"):
        read(CONFIGMAP, at("binaryData.a", 5))


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("spec.containers[].resources.limits.cpu", "1000m", "1"),
        ("spec.containers[].resources.limits.cpu", 0.5, "500m"),
        ("spec.containers[].resources.limits.memory", "1024Mi", "1Gi"),
        ("metadata.creationTimestamp", "2026-01-02T03:04:05.678+02:00", "2026-01-02T01:04:05Z"),
        ("metadata.labels.a", None, ""),
        ("spec.containers[].args[]", None, ""),
        ("spec.terminationGracePeriodSeconds", 0, 0),
        ("spec.volumes[].emptyDir", {}, {}),
    ],
)
def test_how_a_value_is_written_again(path: str, value: Any, found: Any) -> None:
    obj: Any = read(POD, at(path, value)).obj
    for name in path.split("."):
        obj = obj[name.removesuffix("[]")]
        obj = obj[0] if name.endswith("[]") else obj
    assert obj == found


@pytest.mark.parametrize(
    ("path", "value"),
    [("spec.hostNetwork", False), ("spec.nodeName", ""), ("metadata.labels", {}), ("metadata.finalizers", []),
     ("spec.securityContext", None), ("metadata.generation", 0), ("metadata.annotations", None)],
)  # fmt: skip
def test_what_is_not_written_again(path: str, value: Any) -> None:
    head, _, name = path.partition(".")
    assert name not in read(POD, at(path, value)).obj[head]


def test_structs_are_always_written_and_nulls_among_items_are_empty_ones() -> None:
    found = read(DEPLOYMENT, at("spec.template.spec.containers", [None])).obj
    assert found["spec"]["template"] == {
        "spec": {"containers": [{"name": "", "resources": {}}]},
        "metadata": {},
    }
    assert (found["metadata"], found["status"], found["spec"]["strategy"]) == ({}, {}, {})
    assert empty(SCHEMA.type("core/v1.Service")) == {"metadata": {}, "spec": {}, "status": {"loadBalancer": {}}}
    assert read(SCHEMA.type("rbac/v1.Role"), {"rules": None}).obj == {"metadata": {}, "rules": None}


def test_unknown_and_duplicate_fields_are_told_in_the_order_of_the_text() -> None:
    text = b"""{"metadata":{"name":"x","name":"y","labels":{"a":"b","a":"c"}},"data":{"q":"1"},"foo":{"a":1,"a":2},
        "data":{"b":"1"}}"""
    found = read(CONFIGMAP, gojson.decode(text, strict=True))
    assert [str(each) for each in found.problems] == [
        'duplicate field "metadata.name"',
        'duplicate field "metadata.labels.a"',
        'unknown field "foo"',
        'duplicate field "data"',
    ]
    assert found.obj == {"metadata": {"name": "y", "labels": {"a": "c"}}, "data": {"b": "1"}}
    (problem,) = read(POD, at("spec.containers", [{"name": "a"}, {"Name": "b"}])).problems
    assert problem.path == "spec.containers[1].Name"


def test_of_a_patched_object_only_what_was_touched_is_read() -> None:
    stored = {"metadata": {"name": "x", "labels": {"a": "b"}}, "spec": {"poison": 1, "containers": "none"}}
    patched = stored | {"metadata": {"name": "x", "labels": {}, "odd": 1}}
    found = read(POD, patched, {"metadata": {"labels": {"a": None}, "odd": 1}})
    assert found.obj == stored | {"metadata": {"name": "x"}}
    assert [each.path for each in found.problems] == ["metadata.odd"]
    assert patched["metadata"] == {"name": "x", "labels": {}, "odd": 1}


def test_a_patch_that_changes_nothing_adds_nothing() -> None:
    stored = at("spec", {"replicas": 1, "template": {"spec": {}}}) | {"metadata": {"name": "x"}}
    assert read(DEPLOYMENT, stored, {"spec": {"replicas": 1}}).obj == stored
    removed = {key: value for key, value in stored.items() if key != "spec"}
    assert read(DEPLOYMENT, removed, {"spec": None}).obj["spec"]["strategy"] == {}


def _objects(value: Any) -> Iterator[Object]:
    if isinstance(value, dict):
        if {"kind", "apiVersion", "metadata"} <= value.keys():
            yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


@pytest.mark.skipif(not PRESENT, reason=WHY_NOT)
@pytest.mark.parametrize("name", files() if PRESENT else [])
def test_what_a_real_server_wrote_is_written_alike(name: str) -> None:
    for exchange in load(name):
        for obj in _objects(exchange.response.get("body")):
            of = SCHEMA.named(obj["apiVersion"], obj["kind"])
            if of is not None:
                found = read(of, obj)
                assert (found.obj, found.problems) == (obj, []), exchange.title
