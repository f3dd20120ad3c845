"""Strategic merge: merge keys, orders and directives (results and refusals asked of a Kubernetes 1.34 server)."""

from typing import Any

import pytest

from k8stui.demo.registry.strategic import strategic
from k8stui.demo.schema.schema import Schema
from k8stui.demo.storage.errors import Refusal

DEPLOYMENT = Schema().type("apps/v1.Deployment")
META = Schema().type("meta/v1.ObjectMeta")
POD = Schema().type("core/v1.PodSpec")


def containers(*names: str, **more: Any) -> dict[str, Any]:
    return {"containers": [{"name": name, "image": f"{name}:1"} for name in names], **more}


def names(spec: dict[str, Any], of: str = "containers") -> list[str]:
    return [each["name"] for each in spec[of]]


def test_an_item_is_found_by_its_key_and_stays_in_its_place() -> None:
    after = strategic(containers("web", "proxy"), {"containers": [{"name": "proxy", "image": "proxy:2"}]}, POD)
    assert after["containers"] == [{"name": "web", "image": "web:1"}, {"name": "proxy", "image": "proxy:2"}]


def test_new_items_stand_first_and_the_patch_says_the_order_of_its_own() -> None:
    assert names(strategic(containers("web", "proxy"), containers("extra"), POD)) == ["extra", "web", "proxy"]
    assert names(strategic(containers("web", "proxy"), containers("proxy", "web"), POD)) == ["proxy", "web"]
    finalizers = strategic({"finalizers": ["a.b/c"]}, {"finalizers": ["a.b/d"]}, META)
    assert finalizers == {"finalizers": ["a.b/d", "a.b/c"]}


def test_an_order_places_items_and_leaves_the_others_among_themselves() -> None:
    order = {"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}], "containers": [{"name": "a", "tty": True}]}
    assert names(strategic(containers("a", "b", "c"), order, POD)) == ["b", "c", "a"]
    only = {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}
    assert names(strategic(containers("a", "b"), only, POD)) == ["b", "a"]


def test_directives_delete_replace_and_retain() -> None:
    gone = strategic(containers("a", "b"), {"containers": [{"name": "a", "$patch": "delete"}]}, POD)
    assert names(gone) == ["b"]
    whole = strategic(containers("a"), {"containers": [{"$patch": "replace"}, {"name": "z", "image": "z"}]}, POD)
    assert names(whole) == ["z"]
    kept = {"$retainKeys": ["name", "configMap"], "name": "v", "configMap": {"name": "x"}}
    volumes = strategic({"volumes": [{"name": "v", "emptyDir": {}}]}, {"volumes": [kept]}, POD)
    assert volumes == {"volumes": [{"name": "v", "configMap": {"name": "x"}}]}
    lists = strategic({"finalizers": ["a/b", "c/d"]}, {"$deleteFromPrimitiveList/finalizers": ["a/b"]}, META)
    assert lists == {"finalizers": ["c/d"]}


def test_a_list_that_was_not_there_takes_the_patch_as_it_is() -> None:
    ports = [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]
    after = strategic(containers("a"), {"containers": [{"name": "a", "ports": ports}]}, POD)
    assert after["containers"][0]["ports"] == ports


@pytest.mark.parametrize(
    ("patch", "code", "message"),
    [
        ({"containers": [{"image": "x"}]}, 500, "map: map[image:x] does not contain declared merge key: name"),
        (
            {"containers": [{"name": "a", "$patch": "frob"}]},
            500,
            "unknown patch type: frob in map: map[$patch:frob name:a]",
        ),
        (
            {"$setElementOrder/containers": [{"name": "z"}], "containers": [{"name": "a", "image": "q"}]},
            500,
            "The order in patch list:\n[map[image:q name:a]]\n doesn't match $setElementOrder list:\n[map[name:z]]\n",
        ),
        ({"$setElementOrder/containers": "z"}, 500, "expected a []interface {}, but received a string"),
        ({"$retainKeys": ["x"], "hostname": "a"}, 400, "invalid patch format of retainKeys"),
        ({"$deleteFromPrimitiveList/containers": "x"}, 400, "invalid patch format of primitive list"),
    ],
)
def test_a_patch_of_another_form_is_refused(patch: dict[str, Any], code: int, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        strategic(containers("a"), patch, POD)
    assert (caught.value.code, caught.value.message) == (code, message)


def test_the_target_itself_is_not_changed() -> None:
    before = containers("a", "b")
    strategic(before, {"containers": [{"name": "a", "image": "a:2"}]}, POD)
    assert before == containers("a", "b")


def test_maps_merge_and_nulls_remove() -> None:
    before = {"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"replicas": 1, "paused": True}}
    patch = {"metadata": {"labels": {"a": None, "c": "3"}}, "spec": {"paused": None}}
    after = strategic(before, patch, DEPLOYMENT)
    assert after == {"metadata": {"labels": {"b": "2", "c": "3"}}, "spec": {"replicas": 1}}
    assert strategic(before, {"metadata": {"labels": {"$patch": "replace", "x": "y"}}}, DEPLOYMENT)["metadata"] == {
        "labels": {"x": "y"}
    }
