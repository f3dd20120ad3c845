"""Where a real server's JSON patches are more lenient than the RFC."""

from typing import Any

import pytest

from k8stui.demo.registry.jsonpatches import LARGEST, NotApplied, apply
from k8stui.demo.storage.errors import Refusal


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        ({"op": "replace", "path": "/new", "value": 1}, {"a": {"b": 1}, "l": [1], "new": 1}),
        ({"op": "add", "path": "/new"}, {"a": {"b": 1}, "l": [1], "new": None}),
        ({"op": "copy", "from": "/a/none", "path": "/new"}, {"a": {"b": 1}, "l": [1], "new": None}),
        ({"op": "test", "path": "/none", "value": None}, {"a": {"b": 1}, "l": [1]}),
        ({"op": "add", "path": "/l/-", "value": 2}, {"a": {"b": 1}, "l": [1, 2]}),
        ({"op": "move", "from": "/a/b", "path": "/c"}, {"a": {}, "l": [1], "c": 1}),
    ],
)
def test_taken(operation: dict[str, Any], found: dict[str, Any]) -> None:
    assert apply({"a": {"b": 1}, "l": [1]}, [operation]) == found


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/none/new", "value": 1},
        {"op": "remove", "path": "/none"},
        {"op": "test", "path": "/none", "value": 1},
        {"op": "test", "path": "/none"},
        {"op": "move", "from": "/none", "path": "/c"},
        {"op": "add", "path": "/l/9", "value": 1},
        {"op": "frob", "path": "/a"},
        {"path": "/a"},
        {"op": "add"},
        None,
    ],
)
def test_refused(operation: dict[str, Any] | None) -> None:
    with pytest.raises(NotApplied):
        apply({"a": {"b": 1}, "l": [1]}, [operation])


def test_a_patch_that_is_too_long() -> None:
    with pytest.raises(Refusal) as refused:
        apply({}, [{"op": "add", "path": "/a", "value": 1}] * (LARGEST + 1))
    assert refused.value.code == 413
