"""What Go says of a text that is no JSON (asked of a real 1.34 server, or read off its scanner)."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.demo.schema import gojson
from k8stui.demo.schema.gojson import NoJson
from k8stui.demo.schema.typed import Doubled

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "unexpected end of JSON input"),
        (b'{"a":{"b":1}', "unexpected end of JSON input"),
        (b'"abc', "unexpected end of JSON input"),
        (b'{"a":1} x', "invalid character 'x' after top-level value"),
        (b'{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        (b"{'a':1}", "invalid character '\\'' looking for beginning of object key string"),
        (b"foo: bar", "invalid character 'o' in literal false (expecting 'a')"),
        (b"tru", "invalid character ' ' in literal true (expecting 'e')"),
        (b'{"a":"\x01"}', "invalid character '\\x01' in string literal"),
        (b'{"a":"b" "c":"d"}', "invalid character '\"' after object key:value pair"),
        (b'{"a" 1}', "invalid character '1' after object key"),
        (b"[1 2]", "invalid character '2' after array element"),
        (b"[,]", "invalid character ',' looking for beginning of value"),
        (b"-x", "invalid character 'x' in numeric literal"),
        (b"1.x", "invalid character 'x' after decimal point in numeric literal"),
        (b"1e+", "invalid character ' ' in exponent of numeric literal"),
        (b"01", "invalid character '1' after top-level value"),
        (b'"\\x"', "invalid character 'x' in string escape code"),
        (b'"\\u12"', "invalid character '\"' in \\u hexadecimal character escape"),
        (b'{"a":NaN}', "invalid character 'N' looking for beginning of value"),
    ],
)
def test_what_is_said_of_a_text_that_is_none(body: bytes, text: str) -> None:
    with pytest.raises(NoJson) as caught:
        gojson.decode(body)
    assert str(caught.value) == text


@pytest.mark.parametrize("strict", [True, False])
def test_what_is_no_unicode_is_replaced(*, strict: bool) -> None:
    assert gojson.decode(b'{"a":"\xff","b":"\\ud800","c":"\\ud83d\\ude00\\\\ud800"}', strict=strict) == {
        "a": "\ufffd",
        "b": "\ufffd",
        "c": "\U0001f600\\ud800",
    }


def test_keys_that_come_twice_are_kept_in_mind() -> None:
    found = gojson.decode(b'{"a":1,"b":{"c":1,"c":2},"a":3}', strict=True)
    assert isinstance(found, Doubled)
    assert (dict(found), found.twice, found["b"].twice) == ({"b": {"c": 2}, "a": 3}, ("a",), ("c",))
    assert type(gojson.decode(b'{"a":1,"a":3}')) is dict


def test_a_very_deep_text_is_refused() -> None:
    with pytest.raises(NoJson, match="exceeded max depth"):
        gojson.decode(b"[" * 100_000 + b"]" * 100_000)


def test_go_prints_maps_sorted() -> None:
    assert gojson.text({"spec": {"b": [1, "x", None], "a": True}}) == "map[spec:map[a:true b:[1 x <nil>]]]"


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_every_json_is_read(value: Any) -> None:
    body = json.dumps(value).encode()
    assert gojson.decode(body, strict=True) == value == gojson.decode(body)
    assert gojson.explain(body) == ""


@given(st.binary(max_size=40) | st.text(alphabet='{}[]",:\\u0123e.-tfn ', max_size=30).map(str.encode))
@settings(max_examples=500, deadline=None)
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    said = ""
    try:
        gojson.decode(body, strict=True)
    except NoJson as error:
        said = str(error)
    assert said == gojson.explain(body)
