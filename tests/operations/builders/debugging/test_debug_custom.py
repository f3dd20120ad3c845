"""A partial container over a debug container."""

import pytest

from k8stui.operations.builders.debug_custom import overlaid, parse
from k8stui.operations.building import UnableError


def test_named_things_are_merged_and_new_ones_come_first() -> None:
    below = {"name": "d", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}], "image": "x"}
    above = parse("env: [{name: B, value: '3'}, {name: C, value: '4'}]")
    assert overlaid(below, above)["env"] == [
        {"name": "C", "value": "4"},
        {"name": "A", "value": "1"},
        {"name": "B", "value": "3"},
    ]


def test_maps_are_merged_and_lists_without_names_replaced() -> None:
    below = {"securityContext": {"capabilities": {"add": ["SYS_PTRACE"]}, "runAsNonRoot": True}}
    above = parse('{"securityContext": {"capabilities": {"add": ["NET_RAW"]}, "runAsUser": 5}}')
    assert overlaid(below, above) == {
        "securityContext": {"capabilities": {"add": ["NET_RAW"]}, "runAsNonRoot": True, "runAsUser": 5}
    }


def test_null_says_nothing() -> None:
    assert overlaid({"tty": True, "image": "x"}, parse("{tty: null, stdin: null}")) == {"tty": True, "image": "x"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: a\ncommand: [x]", "cannot say name, command"),
        ("lifecycle: {}", "cannot say lifecycle"),
        ("- a", "must be fields of a container"),
        ("imag: x", "says imag: a container has no such field"),
        ("env: oops", "env must be a list, each of it behind a dash"),
        ("env: {A: b}", "env must be a list, each of it behind a dash"),
        ("securityContext: true", "securityContext must be fields, like {name: value}"),
        ("a: [", "line"),
        ("", "is empty"),
    ],
)
def test_what_is_no_partial_container(text: str, says: str) -> None:
    with pytest.raises(UnableError, match=r".") as caught:
        parse(text)
    assert says in str(caught.value)


def test_what_an_ephemeral_container_cannot_have() -> None:
    assert parse("ports: [{containerPort: 1}]") == {"ports": [{"containerPort": 1}]}
    with pytest.raises(UnableError, match="says ports: an ephemeral container can have none"):
        parse("ports: [{containerPort: 1}]", ephemeral=True)
