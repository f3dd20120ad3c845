"""YAML of objects: what is copied reads back equal, what is shown steers no terminal and tells no secret."""

import time
from base64 import b64encode
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.secret_values import ALL, decode, size
from k8stui.model.skeleton import skeleton
from k8stui.model.text import clean
from k8stui.model.yaml_document import KEY, LONGEST, VALUE, yaml_document, yaml_text
from k8stui.model.yaml_order import in_order

ODD = (
    *("", "~", "null", "Null", "yes", "on", "Y", "n", "True", "1", "-1", "+1", "1e3", "1.", ".5", "0x1f", "0o7", "0b1"),
    *("1_000", "1:30", "9" * 30, ".inf", ".NaN", "2001-01-01", "2026-11-21T17:00:00Z", "<<", "=", "- a", "-", "--- a"),
    *(
        "...",
        "#x",
        "a #b",
        "a: b",
        "a:b",
        "a:",
        "? a",
        "?x",
        "!x",
        "%x",
        "@x",
        "`x",
        "'",
        '"',
        "a'b\\",
        "&x",
        "*x",
        "[a",
    ),
    *(
        "a\nb",
        "a\n",
        "a\n\n",
        "\n",
        "\n\n",
        "\na",
        " a\nb",
        "\ta\nb",
        "a\n   ",
        "   \na",
        "a  \nb  \n",
        "a\tb\nc",
        " a",
    ),
    *(
        "a ",
        "\t",
        "a\r\nb",
        "\x1b[2J",
        "\x00",
        "\x85",
        "\u2028",
        "\u202eabc",
        "\ufeff",
        "\ue000",
        "\U0001f600",
        "é",
        "\ud800",
    ),
)
TEXTS = st.one_of(st.text(), st.sampled_from(ODD))
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in lines]


def secret(**data: str) -> dict[str, Any]:
    applied = {"kubectl.kubernetes.io/last-applied-configuration": '{"stringData":{"password":"hunter2"}}'}
    encoded = {key: b64encode(value.encode("latin-1")).decode() for key, value in data.items()}
    return {"kind": "Secret", "metadata": {"name": "db", "annotations": applied}, "data": encoded}


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_a_copy_reads_back_equal(obj: dict[str, Any]) -> None:
    written = yaml_text(obj, managed=True, masked=False)
    assert yaml.safe_load(written) == obj
    assert all(clean(char) == char for char in set(written) - {"\n", "\t"})


@pytest.mark.parametrize("odd", ODD)
def test_every_odd_text_reads_back_as_value_key_and_item(odd: str) -> None:
    obj = {"a": odd, odd: "b", "list": [odd, [odd], {odd: odd}, {"z": {"y": [odd]}}]}
    written = yaml_text(obj, managed=True, masked=False)
    assert yaml.safe_load(written) == obj
    lines = yaml_document(obj)
    assert not [line for line in texts(lines) if any(clean(char) != char for char in line)]


def test_keys_too_long_for_one_line_and_objects_nested_deeper_than_the_stack() -> None:
    obj: dict[str, Any] = {"k" * 1100: {"a": 1}, "j" * 1100: [1, {"é" * 1001: "x\ny"}], "i" * 1100: {}}
    assert yaml.safe_load(yaml_text(obj, managed=True, masked=False)) == obj
    deep: dict[str, Any] = {}
    for _ in range(3000):
        deep = {"a": [deep]}
    assert len(yaml_document(deep)) == 3001


def test_the_order_of_kubectl() -> None:
    keys = ["ab", "a-b", "a10", "a2", "a", "f:b", "B", "a01", "a1", "10", "9", "x.y", "x/y", "_", "a100b", "a20b"]
    assert in_order(keys) == [
        "_",
        "9",
        "10",
        "B",
        "a",
        "a-b",
        "a1",
        "a01",
        "a2",
        "a10",
        "a20b",
        "a100b",
        "ab",
        "f:b",
        "x.y",
        "x/y",
    ]


def test_what_it_looks_like() -> None:
    obj = {
        "spec": {
            "on": True,
            "ports": [{"port": 80, "name": "http"}, {"port": 8080}],
            "none": None,
            "empty": [],
            "map": {},
        },
        "data": {"run.sh": "#!/bin/sh\n\techo hi\n", "n": "1"},
        "args": ["-v", ["a", "b"]],
    }
    lines = yaml_document(obj)
    assert texts(lines) == [
        *(
            "args:",
            "- -v",
            "- - a",
            "  - b",
            "data:",
            '  "n": "1"',
            "  run.sh: |",
            "    #!/bin/sh",
            "            echo hi",
        ),
        *(
            "spec:",
            "  empty: []",
            "  map: {}",
            "  none: null",
            '  "on": true',
            "  ports:",
            "  - name: http",
            "    port: 80",
        ),
        *("  - port: 8080",),
    ]
    by_text = {line.text: line.spans for line in lines}
    assert by_text["    port: 80"] == ((4, 8, KEY), (10, 12, VALUE))
    assert by_text["  - port: 8080"] == ((4, 8, KEY), (10, 14, VALUE))
    assert by_text['  "on": true'] == ((2, 6, KEY), (8, 12, VALUE))
    assert by_text["  none: null"] == ((2, 6, KEY), (8, 12, Tone.MUTED))
    assert by_text["- -v"] == ()


def test_managed_fields_are_folded_shown_or_left_out() -> None:
    obj = {"metadata": {"managedFields": [{"manager": "kubectl"}] * 14, "name": "web"}}
    assert texts(yaml_document(obj)) == ["metadata:", "  managedFields: … 14 folded, m shows them", "  name: web"]
    assert texts(yaml_document(obj, managed=True))[:3] == ["metadata:", "  managedFields:", "  - manager: kubectl"]
    assert yaml.safe_load(yaml_text(obj, managed=True, masked=False)) == obj
    assert yaml_text(obj, managed=False, masked=False) == "metadata:\n  name: web\n"


def test_a_secret_says_only_sizes() -> None:
    obj = secret(password="hunter2", key="x") | {"stringData": {"plain": "hunter2"}, "type": "Opaque"}
    said = "\n".join(texts(yaml_document(obj)))
    assert "hunter2" not in said
    assert b64encode(b"hunter2").decode() not in said
    assert "  password: •••••• 7 bytes\n" in said
    assert "  key: •••••• 1 byte\n" in said
    assert "  plain: •••••• 7 bytes" in said
    copied = yaml.safe_load(yaml_text(obj, managed=False, masked=True))
    assert copied["data"] == {"key": "•••••• 1 byte", "password": "•••••• 7 bytes"}
    assert "hunter2" not in str(copied)
    assert yaml.safe_load(yaml_text(obj, managed=False, masked=False)) == obj


def test_malformed_values_of_a_secret_are_hidden_too() -> None:
    obj = {"kind": "Secret", "data": {"a": {"deep": "hunter2"}, "b": ["hunter2"], "c": "hunter2!", "d": None, "e": 7}}
    assert texts(yaml_document(obj))[:6] == ["data:", *(f"  {key}: ••••••" for key in "abcde")]


def test_revealed_values_are_decoded() -> None:
    obj = secret(password="hunter2", cert="-----BEGIN\nabc\n", blob="\x00\xff", hostile="\x1b[2Jx")
    lines = texts(yaml_document(obj, revealed=frozenset({"password"})))
    assert "  password: hunter2  # decoded from base64" in lines
    assert "  cert: •••••• 15 bytes" in lines
    assert "hunter2" not in "".join(line for line in lines if "password:" not in line)
    lines = texts(yaml_document(obj, revealed=ALL))
    at = lines.index("  cert: |  # decoded from base64")
    assert lines[at + 1 : at + 3] == ["    -----BEGIN", "    abc"]
    assert "  blob: AP8=  # base64 of what is no text" in lines
    assert not [line for line in lines if "\x1b" in line]
    assert any("last-applied-configuration" in line and "hunter2" in line for line in lines)


def test_sizes_and_texts_of_values() -> None:
    assert [size(value) for value in ("AAAA", "", "A", "ä", None, 7)] == [3, 0, None, None, None, None]
    assert [decode(value) for value in ("aGk=", "/w==", "AA==", "!", "")] == ["hi", None, None, None, ""]


def test_other_kinds_are_not_masked() -> None:
    assert texts(yaml_document({"kind": "ConfigMap", "data": {"password": "x"}}))[:2] == ["data:", "  password: x"]


def test_very_long_lines_are_cut_in_the_middle_on_the_screen_only() -> None:
    obj = {"data": {"one": "a" * 900 + "é" * 5000 + "b" * 900, "two": "x\n" + "y" * 9000}}
    lines = texts(yaml_document(obj))
    assert max(map(len, lines)) < LONGEST
    assert "characters left out, copying gives all" in lines[1]
    assert lines[1].startswith("  one: aaa")
    assert lines[1].endswith("bbb")
    assert "8,200 characters left out" in lines[4]
    assert yaml.safe_load(yaml_text(obj, managed=False, masked=False)) == obj


@pytest.mark.parametrize(
    "value",
    ["a line of forty characters, more or less\n" * 25_000, "x" * 1_000_000, "ü\tä " * 250_000, "\x1b\n" * 500_000],
    ids=["lines", "one line", "letters", "hostile"],
)
def test_a_megabyte_stays_quick(value: str) -> None:
    obj = {"kind": "ConfigMap", "data": {"big": value}}
    took = []
    for _ in range(3):
        began = time.process_time()
        lines = yaml_document(obj)
        took.append(time.process_time() - began)
    assert lines
    assert min(took) < 0.1


def test_a_skeleton_has_nothing_of_the_server() -> None:
    obj: dict[str, Any] = {
        "kind": "Service",
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "labels": {"a": "b"},
            "uid": "1",
            "resourceVersion": "7",
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "generation": 3,
            "managedFields": [{}],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
        },
        "spec": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": [{"port": 80}]},
        "status": {"loadBalancer": {}},
    }
    before = yaml_text(obj, managed=True, masked=False)
    assert skeleton(obj) == {
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", "labels": {"a": "b"}},
        "spec": {"ports": [{"port": 80}]},
    }
    assert yaml_text(obj, managed=True, masked=False) == before


def test_a_skeleton_keeps_what_the_user_said() -> None:
    headless = {"kind": "Service", "spec": {"clusterIP": "None", "clusterIPs": ["None"]}}
    assert skeleton(headless) == headless
    other = {"kind": "Thing", "metadata": {"annotations": {"a": "b"}}, "spec": {"clusterIP": "10.0.0.1"}}
    assert skeleton(other) == other
