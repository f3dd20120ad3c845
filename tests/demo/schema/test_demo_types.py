"""The table of types: what merge patches, server-side apply, defaults and protobuf look up in it."""

import pytest

from k8stui.demo.schema.scalars import READERS
from k8stui.demo.schema.schema import LIST, Field, Schema, Type
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.resources import KINDS

SCHEMA = Schema()
ANYTHING = {
    *("RawExtension", "FieldsV1", "JSON", "Duration"),
    *("JSONSchemaPropsOrBool", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrStringArray"),
}


def field(type_name: str, path: str) -> Field:
    found = SCHEMA.type(type_name).at(path)
    assert found is not None, path
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.plural}.{kind.group}/{kind.version}")
def test_every_kind_that_is_served_has_a_type(kind: Kind) -> None:
    of = SCHEMA.of(kind)
    assert of.short == kind.kind
    assert not of.open


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("v1", "DeleteOptions"),
        ("apps/v1", "DeleteOptions"),
        ("v1", "Status"),
        ("v1", "Binding"),
        ("policy/v1", "Eviction"),
        ("autoscaling/v1", "Scale"),
        ("autoscaling/v1", "HorizontalPodAutoscaler"),
        ("authentication.k8s.io/v1", "TokenRequest"),
        ("authorization.k8s.io/v1", "LocalSubjectAccessReview"),
        ("events.k8s.io/v1", "Event"),
    ],
)
def test_what_is_no_resource_has_a_type_too(version: str, name: str) -> None:
    found = SCHEMA.named(version, name)
    assert found is not None
    assert found.short == name


def test_every_field_is_a_known_scalar_or_another_type() -> None:
    seen: dict[str, Type] = {}
    waiting = list(SCHEMA.kinds().values())
    while waiting:
        of = waiting.pop()
        if seen.setdefault(of.name, of) is not of or not of.fields:
            continue
        for name, each in of.fields.items():
            assert each.name == name
            assert (each.of is not None) != (each.type in READERS or each.type in ANYTHING), (of.name, name)
            if each.of is not None and each.of.name not in seen:
                waiting.append(each.of)
    assert len(seen) > 400


@pytest.mark.parametrize(
    ("of", "path", "key", "strategy", "list_type", "keys"),
    [
        ("core/v1.PodSpec", "containers", "name", "merge", "map", ("name",)),
        ("core/v1.Container", "ports", "containerPort", "merge", "map", ("containerPort", "protocol")),
        ("core/v1.ServiceSpec", "ports", "port", "merge", "map", ("port", "protocol")),
        ("core/v1.Container", "volumeMounts", "mountPath", "merge", "map", ("mountPath",)),
        ("core/v1.PodSpec", "volumes", "name", "merge,retainKeys", "map", ("name",)),
        ("core/v1.PodSpec", "tolerations", "", "", "atomic", ()),
        ("core/v1.NodeSpec", "taints", "", "", "atomic", ()),
        ("meta/v1.ObjectMeta", "finalizers", "", "merge", "set", ()),
        ("meta/v1.ObjectMeta", "ownerReferences", "uid", "merge", "map", ("uid",)),
        ("apps/v1.DeploymentStatus", "conditions", "type", "merge", "map", ("type",)),
    ],
)
def test_how_lists_are_merged(
    of: str, path: str, key: str, strategy: str, list_type: str, keys: tuple[str, ...]
) -> None:
    found = field(of, path)
    assert (found.many, found.merge_key, found.strategy) == (LIST, key, strategy)
    assert (found.list_type, found.list_keys) == (list_type, keys)
    assert found.merges == ("merge" in strategy)


def test_a_path_leads_through_lists_and_inlined_structs() -> None:
    assert field("apps/v1.Deployment", "spec.template.spec.volumes.configMap.name").type == "string"
    assert SCHEMA.type("core/v1.Pod").at("spec.nothing.at") is None
    assert SCHEMA.type("core/v1.Pod").at("spec.nodeName.deeper") is None


def test_what_protobuf_nests_and_json_does_not() -> None:
    empty_dir = field("core/v1.Volume", "emptyDir")
    scope = field("admissionregistration/v1.NamedRuleWithOperations", "scope")
    assert (empty_dir.inline, empty_dir.number) == ((2,), 2)
    assert (scope.inline, scope.number) == ((2, 2), 4)
    assert field("core/v1.Pod", "kind").number == 0


def test_defaults_and_what_go_writes_for_nothing() -> None:
    assert field("core/v1.ContainerPort", "protocol").default == "TCP"
    assert field("core/v1.Container", "resources").zero == "{}"
    assert field("apps/v1.DaemonSetStatus", "numberReady").zero == "0"
    assert field("core/v1.NodeSpec", "unschedulable").omits
    assert not field("apps/v1.DeploymentSpec", "replicas").omits
    assert not field("core/v1.Container", "resources").omits
    assert [each.name for each in SCHEMA.type("rbac/v1.Role").written] == ["metadata", "rules"]


def test_a_custom_kind_is_open_but_for_its_metadata() -> None:
    widget = Kind("shop.example", "v1", "widgets", "Widget", "widget", True)
    of = SCHEMA.of(widget)
    assert of.open
    assert of.at("metadata.labels") is not None
    assert SCHEMA.named("shop.example/v1", "Widget") is None
