"""Whole objects: read for the screen or exactly, and refused where nothing could walk through them."""

from typing import Any

import msgspec
import pytest
from msgspec import structs

from k8stui.model.kinds import CONFIG_MAPS
from k8stui.model.objects import DEEPEST, ObjectRow, TooDeepError, row
from k8stui.model.secret_values import NONE
from k8stui.model.text import clean_block
from k8stui.model.yaml_document import yaml_document, yaml_text


def nested(levels: int) -> ObjectRow:
    """A ConfigMap with so many maps in one another, the object itself counted."""
    value: Any = "bottom"
    for _ in range(levels - 1):
        value = {"a": value}
    tree = {"metadata": {"name": "deep", "namespace": "shop", "uid": "1"}, "data": value}
    return row(CONFIG_MAPS, msgspec.json.encode(tree))


def test_what_is_not_too_deep_can_be_walked_through() -> None:
    found = nested(DEEPEST)
    assert "bottom" in "".join(line.text for line in yaml_document(found.tree(), managed=False, revealed=NONE))
    assert "bottom" in yaml_text(found.exact(), managed=False, masked=True)


def test_json_nested_too_deeply_is_refused_in_one_sentence() -> None:
    broken = nested(DEEPEST).body.replace(b'"bottom"', b"[" * 5_000 + b"]" * 5_000)
    for found in (nested(DEEPEST + 1), nested(900), ObjectRow(nested(2).ref, "1", (), broken)):
        for read in (found.tree, found.exact):
            with pytest.raises(TooDeepError, match=r"^shop/deep is nested more than 100 levels deep: it cannot be"):
                read()


def test_texts_for_reading_are_cleaned_and_exact_ones_are_not() -> None:
    tree = {"metadata": {"name": "a", "uid": "1"}, "data": {"k\x1b": "one\r\ntwo\x9b31m\u202e\tthree\u00a0日本"}}
    found = row(CONFIG_MAPS, msgspec.json.encode(tree))
    assert found.tree()["data"] == {"k": "one\ntwo31m\tthree 日本"}
    assert found.exact()["data"] == tree["data"]


@pytest.mark.parametrize(
    "text",
    [
        *("plain", r"a\"b", r"a\\b", r"a\/b", r"a\\\"b", r"a\\u001b[31m", r"a\u001b[31m", r"a\\\u001b[31m", r"\n\t"),
        *(r"\r\n", r"a\b\f", "a\x7fb", r"a\u007fb", "a\x9bb", r"\u202e", "\u202e", "日本", "\u00a0"),
    ],
)
def test_what_is_passed_over_as_clean_is_clean(text: str) -> None:
    body = f'{{"metadata": {{"name": "a", "uid": "1"}},\n "data": {{"{text}": ["{text}"]}}}}\n'.encode()
    found = ObjectRow(row(CONFIG_MAPS, b'{"metadata": {"name": "a"}}').ref, "1", (), body)
    (exact, values), *_ = found.exact()["data"].items()
    assert found.tree()["data"] == {clean_block(exact): [clean_block(each) for each in values]}


def test_what_a_kind_is_called_is_cleaned_too() -> None:
    kind = structs.replace(CONFIG_MAPS, kind="Odd\u202eMap")
    assert row(kind, b'{"metadata": {"name": "a"}}').tree()["kind"] == "OddMap"
