"""Patches as pure functions."""

from typing import Any

import msgspec
import pytest

from k8stui.demo.registry.patch import JSON_PATCH, merge, patched
from k8stui.demo.registry.strategic import strategic
from k8stui.demo.schema.schema import Schema
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.errors import Refusal

Object = dict[str, Any]
WEB, PROXY = {"name": "web", "image": "web:1", "ports": [{"containerPort": 80}]}, {"name": "proxy", "image": "proxy:1"}

TYPES = Schema()
POD, META = TYPES.type("core/v1.Pod"), TYPES.type("meta/v1.ObjectMeta")


def pod(**spec: Any) -> Object:
    return {"metadata": {"name": "x"}, "spec": {"containers": [WEB, PROXY], **spec}}


def containers(patch: list[Object], **more: Any) -> list[Object]:
    result: list[Object] = strategic(pod(), {"spec": {"containers": patch, **more}}, POD)["spec"]["containers"]
    return result


def test_merge_patch_merges_maps_replaces_lists_and_removes_nulls() -> None:
    target = {"a": {"b": 1, "c": 2}, "d": [1, 2]}
    assert merge(target, {"a": {"b": None, "e": {"f": None, "g": 3}}, "d": [9]}) == {
        "a": {"c": 2, "e": {"g": 3}},
        "d": [9],
    }


def test_a_list_item_is_merged_by_its_key() -> None:
    assert containers([{"name": "proxy", "image": "proxy:2"}]) == [WEB, {"name": "proxy", "image": "proxy:2"}]


def test_a_new_list_item_is_put_first() -> None:
    assert containers([{"name": "new"}]) == [{"name": "new"}, WEB, PROXY]


def test_delete_and_replace_directives_of_lists() -> None:
    assert containers([{"name": "proxy", "$patch": "delete"}]) == [WEB]
    assert containers([{"$patch": "replace"}, {"name": "only"}]) == [{"name": "only"}]


def test_set_element_order_turns_the_order_round() -> None:
    order = {"$setElementOrder/containers": [{"name": "proxy"}, {"name": "web"}]}
    found = containers([{"name": "web", "image": "web:2"}], **order)
    assert [(each["name"], each["image"]) for each in found] == [("proxy", "proxy:1"), ("web", "web:2")]


def test_ports_are_merged_by_container_port_and_env_by_name() -> None:
    target = {"containers": [WEB | {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}]}
    patch = {
        "name": "web",
        "ports": [{"containerPort": 80, "name": "http"}],
        "env": [{"name": "B", "$patch": "delete"}],
    }
    (found,) = strategic(target, {"containers": [patch]}, TYPES.type("core/v1.PodSpec"))["containers"]
    assert found["ports"] == [{"containerPort": 80, "name": "http"}]
    assert found["env"] == [{"name": "A", "value": "1"}]


def test_retain_keys_drops_the_other_keys() -> None:
    target = {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}
    patch = {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}
    assert strategic(target, patch, TYPES.type("apps/v1.DeploymentSpec")) == {"strategy": {"type": "Recreate"}}


def test_replace_and_null_of_maps() -> None:
    labels = {"labels": {"a": "b", "c": "d"}}
    assert strategic(labels, {"labels": {"$patch": "replace", "x": "y"}}, META) == {"labels": {"x": "y"}}
    assert strategic(labels, {"labels": {"a": None}}, META) == {"labels": {"c": "d"}}
    assert strategic(labels, {"labels": None}, META) == {}


def test_finalizers_are_a_set_and_items_are_deleted_by_directive() -> None:
    meta = {"finalizers": ["a", "b"]}
    assert strategic(meta, {"finalizers": ["b", "c"]}, META) == {"finalizers": ["a", "b", "c"]}
    assert strategic(meta, {"$deleteFromPrimitiveList/finalizers": ["a"]}, META) == {"finalizers": ["b"]}


def test_taints_are_atomic_so_that_a_strategic_patch_replaces_them_whole() -> None:
    target = {"taints": [{"key": "a", "effect": "NoSchedule"}, {"key": "b", "effect": "NoExecute"}]}
    assert strategic(target, {"taints": [{"key": "c", "effect": "NoSchedule"}]}, TYPES.type("core/v1.NodeSpec")) == {
        "taints": [{"key": "c", "effect": "NoSchedule"}]
    }


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ([{"image": "x"}], "map: map[image:x] does not contain declared merge key: name"),
        ([{"name": "web", "$patch": "frob"}], "unknown patch type: frob in map: map[$patch:frob name:web]"),
    ],
)
def test_a_bad_directive_is_a_500(patch: list[Object], message: str) -> None:
    with pytest.raises(Refusal) as caught:
        containers(patch)
    assert (caught.value.code, caught.value.message) == (500, message)


def json_patch(*operations: Object) -> Object:
    return patched(Catalog().named("pods"), POD, pod(), msgspec.json.encode(operations), JSON_PATCH)


def test_json_patch_operations() -> None:
    found = json_patch(
        {"op": "test", "path": "/spec/containers/0/name", "value": "web"},
        {"op": "add", "path": "/spec/containers/-", "value": {"name": "third"}},
        {"op": "replace", "path": "/spec/containers/1/image", "value": "proxy:2"},
        {"op": "remove", "path": "/spec/containers/0"},
        {"op": "add", "path": "/metadata/annotations", "value": {}},
        {"op": "add", "path": "/metadata/annotations/example.com~1key~0", "value": "v"},
        {"op": "copy", "from": "/metadata/name", "path": "/metadata/annotations/copied"},
        {"op": "move", "from": "/metadata/annotations/copied", "path": "/metadata/annotations/moved"},
    )
    assert found["spec"]["containers"] == [{"name": "proxy", "image": "proxy:2"}, {"name": "third"}]
    assert found["metadata"]["annotations"] == {"example.com/key~": "v", "moved": "x"}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/spec/missing", "value": 1},
        {"op": "replace", "path": "/spec/nope/deeper", "value": 1},
        {"op": "remove", "path": "/spec/containers/9"},
        {"op": "add", "path": "/spec/containers/-1", "value": {}},
        {"op": "add", "path": "no-slash", "value": {}},
        {"path": "/spec"},
    ],
)
def test_any_json_patch_that_does_not_apply_is_the_same_422(operation: Any) -> None:
    with pytest.raises(Refusal) as caught:
        json_patch(operation)
    assert caught.value.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "the server rejected our request due to an error in our request",
        "reason": "Invalid",
        "details": {},
        "code": 422,
    }
