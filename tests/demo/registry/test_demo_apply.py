"""Server-side apply: ownership, conflicts and managedFields as a Kubernetes 1.34 server has them."""

from typing import Any

import pytest

from k8stui.demo.registry.apply import places
from k8stui.demo.registry.apply.apply import applied
from k8stui.demo.registry.apply.checking import problems
from k8stui.demo.registry.apply.fields import difference
from k8stui.demo.registry.apply.managers import Managers, Who
from k8stui.demo.registry.registry import Registry
from k8stui.demo.registry.request import Request
from k8stui.demo.storage.errors import Refusal
from tests.support.writing import NOW, Object, obj, registry, workload


class Applying:
    """Applies configurations to one registry."""

    def __init__(self) -> None:
        self.registry: Registry = registry()

    def apply(self, config: Object, manager: str, *, force: bool = False) -> Object:
        made = self.registry
        kind = made.catalog.of(config)
        of = made.schema.of(kind)
        entry = made.store.table(kind).entries.get(f"default/{config['metadata']['name']}")
        live = made.store.decode(kind, entry) if entry else None
        found = applied(kind, of, live, config, manager, NOW, force=force)
        by = Request(manager, found["metadata"]["managedFields"])
        return made.replace(kind, found, entry, by=by) if entry else made.create(found, by=by)

    def refused(self, config: Object, manager: str) -> Refusal:
        with pytest.raises(Refusal) as caught:
            self.apply(config, manager)
        return caught.value


def settings(**data: str) -> Object:
    return obj("v1", "ConfigMap", "c", data=data)


def owners(found: Object) -> dict[str, Any]:
    return {each["manager"]: each["fieldsV1"] for each in found["metadata"]["managedFields"]}


def test_who_applies_owns_what_is_applied_and_what_is_given_up_goes() -> None:
    world = Applying()
    assert owners(world.apply(settings(a="1", b="1"), "one")) == {"one": {"f:data": {"f:a": {}, "f:b": {}}}}
    after = world.apply(settings(a="2", c="1"), "one")
    assert after["data"] == {"a": "2", "c": "1"}
    assert owners(after) == {"one": {"f:data": {"f:a": {}, "f:c": {}}}}


def test_the_same_again_is_no_write() -> None:
    world = Applying()
    first = world.apply(settings(a="1"), "one")
    assert world.apply(settings(a="1"), "one") == first


def test_the_same_value_is_shared_and_kept_while_one_owner_is_left() -> None:
    world = Applying()
    world.apply(settings(a="1", b="1"), "one")
    shared = world.apply(settings(a="1"), "two")
    assert [("time" in each) for each in shared["metadata"]["managedFields"]] == [False, True]
    assert world.apply(settings(b="1"), "one")["data"] == {"a": "1", "b": "1"}
    assert world.apply(settings(b="1") | {"data": {}}, "two")["data"] == {"b": "1"}


def test_another_value_is_a_conflict_unless_forced() -> None:
    world = Applying()
    world.apply(settings(a="2", c="1"), "one")
    refusal = world.refused(settings(a="3", c="9"), "two")
    assert (refusal.code, refusal.reason) == (409, "Conflict")
    assert refusal.message == 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.c'
    assert refusal.details == {
        "causes": [
            {"reason": "FieldManagerConflict", "message": 'conflict with "one"', "field": field}
            for field in (".data.a", ".data.c")
        ]
    }
    forced = world.apply(settings(a="3", c="9"), "two", force=True)
    assert owners(forced) == {"two": {"f:data": {"f:a": {}, "f:c": {}}}}


def test_other_writes_own_what_they_change() -> None:
    world = Applying()
    world.apply(settings(a="1", b="1"), "one")
    made = world.registry
    kind = made.catalog.named("configmaps")
    live = made.store.get("configmaps", "c", "default")
    live["data"]["a"] = "hand"
    after = made.replace(kind, live, made.store.entry(kind, "default", "c"), by=Request("hand"))
    assert owners(after) == {"one": {"f:data": {"f:b": {}}}, "hand": {"f:data": {"f:a": {}}}}
    assert world.refused(settings(a="1"), "two").message == (
        'Apply failed with 1 conflict: conflict with "hand" using v1: .data.a'
    )


def test_a_deployment_made_by_hand_is_owned_field_by_field() -> None:
    world = Applying()
    made = world.registry.create(workload("Deployment"), by=Request("recorder"))
    fields = owners(made)["recorder"]
    container = 'k:{"name":"a"}'
    spec = fields["f:spec"]["f:template"]["f:spec"]
    assert fields["f:spec"]["f:selector"] == {}
    assert fields["f:spec"]["f:strategy"]["f:rollingUpdate"] == {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}}
    assert set(spec["f:containers"][container]) == {
        ".",
        "f:image",
        "f:imagePullPolicy",
        "f:name",
        "f:resources",
        "f:terminationMessagePath",
        "f:terminationMessagePolicy",
    }
    container_of = {"containers": [{"name": "a", "image": "x:9"}]}
    config = obj("apps/v1", "Deployment", "w", spec={"template": {"spec": container_of}})
    assert world.refused(config, "side").message == (
        'Apply failed with 1 conflict: conflict with "recorder" using apps/v1: '
        '.spec.template.spec.containers[name="a"].image'
    )


def test_lists_are_merged_by_key_and_items_given_up_go() -> None:
    world = Applying()
    ports = [{"name": "http", "port": 80, "protocol": "TCP"}, {"name": "other", "port": 81, "protocol": "TCP"}]
    service = obj("v1", "Service", "s", spec={"ports": ports, "selector": {"a": "b"}})
    world.apply(service, "one")
    more = obj("v1", "Service", "s", spec={"ports": [{"name": "third", "port": 82, "protocol": "TCP"}]})
    assert [port["port"] for port in world.apply(more, "two")["spec"]["ports"]] == [80, 81, 82]
    less = obj("v1", "Service", "s", spec={"ports": ports[:1], "selector": {"a": "b"}})
    assert [port["port"] for port in world.apply(less, "one")["spec"]["ports"]] == [80, 82]


def test_an_object_nobody_tracks_belongs_to_those_before_the_first_apply() -> None:
    world = Applying()
    world.registry.create(settings(a="1", b="1"))
    assert "managedFields" not in world.registry.store.get("configmaps", "c", "default")["metadata"]
    assert world.refused(settings(a="2"), "one").message == (
        'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a'
    )
    after = world.apply(settings(a="1"), "one")
    assert set(owners(after)) == {"one", "before-first-apply"}


def test_a_cluster_s_own_writes_leave_untracked_objects_untracked() -> None:
    made = registry()
    made.create(settings(a="1"))
    live = made.store.get("configmaps", "c", "default")
    assert "managedFields" not in made.update(live | {"data": {"a": "2"}})["metadata"]


def test_kubectl_s_note_follows_what_it_applies() -> None:
    world = Applying()
    note = "kubectl.kubernetes.io/last-applied-configuration"
    noted = settings(a="1")
    noted["metadata"]["annotations"] = {note: "{}"}
    world.registry.create(noted)
    after = world.apply(settings(a="2"), "kubectl", force=True)
    assert after["metadata"]["annotations"][note] == (
        '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"c","namespace":"default"}}\n'
    )


def test_a_configuration_is_checked_in_the_words_of_the_typed_parser() -> None:
    of = registry().schema.type("apps/v1.Deployment")
    containers = [{"name": "x", "imag": "y"}]
    config = {"spec": {"foo": 1, "replicas": "many", "template": {"spec": {"containers": containers}}}}
    assert problems(of, config) == [
        ".spec.replicas: expected numeric (int or float), got string",
        '.spec.template.spec.containers[name="x"].imag: field not declared in schema',
        ".spec.foo: field not declared in schema",
    ]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"template": []}, ".spec.template: expected map, got &{[]}"),
        ({"paused": "yes"}, ".spec.paused: expected boolean, got &{yes}"),
        ({"template": {"spec": {"tolerations": {}}}}, ".spec.template.spec.tolerations: expected list, got &{map[]}"),
        (
            {"template": {"spec": {"containers": [1]}}},
            ".spec.template.spec.containers: element 0: associative list with keys may not have non-map elements",
        ),
        (
            {"template": {"spec": {"containers": [{"name": "q"}, {"name": "q"}]}}},
            '.spec.template.spec.containers: duplicate entries for key [name="q"]',
        ),
        (
            {"template": {"spec": {"containers": [{"name": "q", "args": [1]}]}}},
            '.spec.template.spec.containers[name="q"].args[0]: expected string, got &value.valueUnstructured{Value:1}',
        ),
    ],
)
def test_values_of_another_type(spec: Object, why: str) -> None:
    assert problems(registry().schema.type("apps/v1.Deployment"), {"spec": spec}) == [why]


def test_paths_are_written_and_read_back() -> None:
    tree: Object = {
        "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
        "f:spec": {"f:containers": {'k:{"name":"web"}': {}}},
    }
    paths = places.read(tree)
    assert places.written(paths) == tree
    assert (
        places.shown(("f:spec", "f:ports", 'k:{"port":80,"protocol":"TCP"}')) == '.spec.ports[port=80,protocol="TCP"]'
    )
    assert places.shown(("f:metadata", "f:finalizers", 'v:"a"')) == '.metadata.finalizers[="a"]'


def test_a_difference_names_added_changed_and_removed_fields() -> None:
    of = registry().schema.type("core/v1.ConfigMap")
    found = difference(of, {"data": {"a": "1", "b": "2"}}, {"data": {"a": "1", "b": "3", "c": "4"}, "immutable": True})
    assert found.changed == {("f:data", "f:b"), ("f:data", "f:c"), ("f:immutable",)}
    assert difference(of, {"data": {"a": "1"}}, {}).removed == {("f:data",), ("f:data", "f:a")}


def test_entries_stand_by_operation_time_and_name() -> None:
    managers = Managers([{"manager": "broken"}, "nonsense", {"manager": "x", "fieldsV1": {"f:data": {}}}])
    managers.owned[Who("b", "Apply", "v1")] = {("f:data", "f:a")}
    managers.owned[Who("a", "Update", "v1", "status")] = {("f:status",)}
    assert [(each["manager"], each["operation"]) for each in managers.entries()] == [
        ("b", "Apply"),
        ("a", "Update"),
        ("x", "Update"),
    ]
