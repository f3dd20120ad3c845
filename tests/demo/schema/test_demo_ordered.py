"""The order in which Go writes an object's keys."""

import json

from k8stui.demo.schema.ordered import ordered
from k8stui.demo.schema.schema import Schema

POD = {
    "spec": {"containers": [{"image": "i", "name": "m"}], "volumes": [], "nodeSelector": {"b": "1", "a": "2"}},
    "metadata": {"labels": {"z": "1", "a": "2"}, "name": "p"},
    "kind": "Pod",
}


def test_structs_in_the_order_of_their_fields_maps_by_key() -> None:
    written = json.dumps(ordered(Schema().named("v1", "Pod"), POD))
    assert written == (
        '{"kind": "Pod", "metadata": {"name": "p", "labels": {"a": "2", "z": "1"}}, "spec": {"volumes": [], '
        '"containers": [{"name": "m", "image": "i"}], "nodeSelector": {"a": "2", "b": "1"}}}'
    )


def test_what_a_patch_went_through_is_sorted_and_what_it_put_in_stays() -> None:
    touched = {"spec": {"containers": [{"image": "i", "name": "m"}]}}
    written = json.dumps(ordered(Schema().named("v1", "Pod"), POD, touched))
    assert written.endswith(
        '"spec": {"containers": [{"image": "i", "name": "m"}], "nodeSelector": {"a": "2", "b": "1"}, "volumes": []}}'
    )
