"""Structural schemas: pruning, defaults and validation; the wordings are those of a 1.34 server asked the same."""

from typing import Any

import pytest

from k8stui.demo.custom.formats import fits
from k8stui.demo.custom.shape import default, prune, unknown_fields
from k8stui.demo.custom.validation import causes

OPEN = {"x-kubernetes-preserve-unknown-fields": True}
KEYED = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]}
ITEM = {
    "type": "object",
    "required": ["k"],
    "properties": {"k": {"type": "string"}, "v": {"type": "integer", "default": 3}},
}
TWO = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
EITHER = [{"required": ["a"]}, {"required": ["b"]}]
SPEC: dict[str, Any] = {
    "name": {"type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"},
    "mode": {"type": "string", "enum": ["fast", "slow"], "default": "fast"},
    "n": {"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 2},
    "f": {"type": "number", "exclusiveMinimum": True, "minimum": 0},
    "b": {"type": "boolean"},
    "port": {"x-kubernetes-int-or-string": True},
    "list": {"type": "array", "minItems": 1, "maxItems": 2, "items": ITEM, **KEYED},
    "set": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    "free": {"type": "object", **OPEN},
    "tmpl": {"type": "object", "x-kubernetes-embedded-resource": True, **OPEN},
    "when": {"type": "string", "format": "date-time"},
    "nul": {"type": "string", "nullable": True},
    "one": {**TWO, "oneOf": EITHER},
    "any": {**TWO, "anyOf": EITHER},
    "no": {**TWO, "not": {"required": ["a"]}},
    "deep": {"type": "object", "default": {}, "properties": {"x": {"type": "integer", "default": 7}}},
    "props": {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": "string"}},
}
SCHEMA = {"type": "object", "properties": {"spec": {"type": "object", "required": ["name"], "properties": SPEC}}}


def said(spec: Any) -> list[str]:
    return [f"{each['field']}: {each['message']}" for each in causes(SCHEMA, {"kind": "X", "spec": spec})]


def named(**spec: Any) -> dict[str, Any]:
    return {"name": "ab", **spec}


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({}, "spec.name: Required value"),
        ({"name": 5}, 'spec.name: Invalid value: "integer": spec.name in body must be of type string: "integer"'),
        ({"name": "a"}, 'spec.name: Invalid value: "a": spec.name in body should be at least 2 chars long'),
        ({"name": "abcdefg"}, "spec.name: Too long: may not be more than 5 bytes"),
        ({"name": "AB"}, "spec.name: Invalid value: \"AB\": spec.name in body should match '^[a-z]+$'"),
        (named(mode="x"), 'spec.mode: Unsupported value: "x": supported values: "fast", "slow"'),
        (named(n=0), "spec.n: Invalid value: 0: spec.n in body should be greater than or equal to 1"),
        (named(n=10), "spec.n: Invalid value: 10: spec.n in body should be less than or equal to 9"),
        (named(n=3), "spec.n: Invalid value: 3: spec.n in body should be a multiple of 2"),
        (named(n="2"), 'spec.n: Invalid value: "string": spec.n in body must be of type integer: "string"'),
        (named(f=0), "spec.f: Invalid value: 0: spec.f in body should be greater than 0"),
        (named(b="yes"), 'spec.b: Invalid value: "string": spec.b in body must be of type boolean: "string"'),
        (
            named(port=True),
            'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
        ),
        (named(list=[]), "spec.list: Invalid value: 0: spec.list in body should have at least 1 items"),
        (named(list=[{"k": "a"}, {"k": "a"}]), 'spec.list[1]: Duplicate value: {"k":"a"}'),
        (named(list={}), 'spec.list: Invalid value: "object": spec.list in body must be of type array: "object"'),
        (named(set=["a", "a"]), 'spec.set[1]: Duplicate value: "a"'),
        (
            named(map={"a": "b"}),
            'spec.map.a: Invalid value: "string": spec.map.a in body must be of type integer: "string"',
        ),
        (
            named(when="yesterday"),
            'spec.when: Invalid value: "yesterday": spec.when in body must be of type date-time: "yesterday"',
        ),
        (
            named(one={"a": "1", "b": "2"}),
            '<nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). '
            "Found 2 valid alternatives",
        ),
        (named(no={"a": "1"}), '<nil>: Invalid value: "": "spec.no" must not validate the schema (not)'),
        (named(props={"a": "1", "b": "2"}), "spec.props: Too many: 2: must have at most 1 item"),
        (named(props={}), "spec.props: Invalid value: 0: spec.props in body should have at least 1 properties"),
        ("text", 'spec: Invalid value: "string": spec in body must be of type object: "string"'),
    ],
)
def test_one_thing_that_is_wrong(spec: Any, wanted: str) -> None:
    assert said(spec) == [wanted]


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        (
            named(n=2.5),
            [
                'spec.n: Invalid value: "number": spec.n in body must be of type integer: "number"',
                "spec.n: Invalid value: 2.5: spec.n in body should be a multiple of 2",
            ],
        ),
        (
            named(list=[{"v": 1}, {"k": 1}, {"k": "c"}]),
            [
                "spec.list[0].k: Required value",
                'spec.list[1].k: Invalid value: "integer": spec.list[1].k in body must be of type string: "integer"',
                "spec.list: Too many: 3: must have at most 2 items",
            ],
        ),
        (named(tmpl={"a": 1}), ["spec.tmpl.apiVersion: Required value", "spec.tmpl.kind: Required value"]),
        (
            named(any={}),
            [
                '<nil>: Invalid value: "": "spec.any" must validate at least one schema (anyOf)',
                "spec.any.a: Required value",
            ],
        ),
    ],
)
def test_several_things_that_are_wrong(spec: Any, wanted: list[str]) -> None:
    assert said(spec) == wanted


@pytest.mark.parametrize(
    "spec",
    [
        named(n=4, f=0.5, b=True, port=80, map={"a": 1}, free={"x": [1]}, nul=None, when="2026-01-01T00:00:00Z"),
        named(port="http", n=2.0, one={"a": "1"}, any={"a": "1", "b": "2"}, no={"b": "1"}, set=["a", "b"]),
        named(tmpl={"apiVersion": "v1", "kind": "Pod", "spec": {}}, list=[{"k": "a"}, {"k": "b", "v": 1}]),
    ],
)
def test_what_is_right_is_not_complained_of(spec: Any) -> None:
    assert said(spec) == []


def test_rules_that_were_not_looked_at_are_told_of() -> None:
    spec = SCHEMA["properties"]["spec"]  # type: ignore[index]
    ruled = {"type": "object", "properties": {"spec": spec | {"x-kubernetes-validations": [{"rule": "true"}]}}}
    found = causes(ruled, {"spec": {}})
    assert [each["field"] for each in found] == ["spec.name", "<nil>"]
    assert "some validation rules were not checked" in found[1]["message"]
    assert len(causes(ruled, {"spec": {"name": "a"}})) == 1


def test_unknown_fields_are_found_wherever_they_are_and_pruned() -> None:
    spec = named(zork=1, deep={"y": 2}, list=[{"k": "a", "w": 1}], free={"kept": {"x": 1}}, map={"any": 1})
    obj = {"apiVersion": "a/v1", "kind": "X", "metadata": {"anything": 1}, "extra": 1, "spec": spec}
    obj["spec"]["tmpl"] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"y": 1}}  # type: ignore[index]  # fmt: skip
    assert unknown_fields(SCHEMA, obj) == ["extra", "spec.deep.y", "spec.list[0].w", "spec.zork"]
    prune(SCHEMA, obj)
    assert unknown_fields(SCHEMA, obj) == []
    assert obj["spec"] == named(
        deep={},
        list=[{"k": "a"}],
        free={"kept": {"x": 1}},
        map={"any": 1},
        tmpl={"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"y": 1}},
    )


def test_defaults_fill_in_and_nulls_go_where_nothing_lets_them_stand() -> None:
    obj: dict[str, Any] = {"spec": named(mode=None, nul=None, n=None, list=[{"k": "a"}, {"k": "b", "v": 1}])}
    default(SCHEMA, obj)
    assert obj["spec"] == named(mode="fast", nul=None, deep={"x": 7}, list=[{"k": "a", "v": 3}, {"k": "b", "v": 1}])
    other: dict[str, Any] = {"spec": {}}
    default(SCHEMA, other)
    other["spec"]["deep"]["x"] = 8
    again: dict[str, Any] = {"spec": {}}
    default(SCHEMA, again)
    assert again["spec"]["deep"] == {"x": 7}


def test_a_schema_that_is_open_keeps_everything() -> None:
    obj = {"kind": "X", "spec": {"a": {"b": None}}}
    assert unknown_fields({"type": "object", **OPEN}, obj) == []
    assert unknown_fields({}, obj) == ["spec"]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date-time", "2026-01-01T00:00:00.5Z", "2026-01-01"),
        ("date", "2026-01-31", "2026-02-31"),
        ("ipv4", "192.0.2.1", "1"),
        ("ipv6", "2001:db8::1", "192.0.2.1"),
        ("cidr", "10.0.0.0/8", "10.0.0.0"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123"),
        ("email", "a@example.com", "a"),
        ("uri", "https://example.com/x", "no scheme"),
        ("hostname", "web-1.example.com", "-web"),
        ("duration", "1h30m", "soon"),
        ("byte", "aGVsbG8=", "%%%"),
    ],
)
def test_formats(name: str, good: str, bad: str) -> None:
    assert fits(name, good)
    assert not fits(name, bad)
    assert fits("no-such-format", bad)
