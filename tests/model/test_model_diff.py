"""What a change changes, as a person reads it; of a Secret no more than which values are others, unless asked."""

from typing import Any

from k8stui.model.diff import differences

Object = dict[str, Any]


def secret(notes: Object | None = None, **data: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "keys", "annotations": notes or {"a": "b"}, "resourceVersion": "1"},
        "data": data,
        "status": {"odd": 1},
    }


def said(*pair: Object, masked: bool = True) -> list[str]:
    return [line.text for line in differences(*pair, masked=masked) if line.text[:1] in ("+", "-")]


def test_values_of_one_size_are_told_apart_without_being_shown() -> None:
    assert said(secret(a="YWFh", b="eA=="), secret(a="YmJi", b="eA==")) == [
        "-   a: •••••• 3 bytes",
        "+   a: •••••• 3 bytes (another value)",
    ]
    assert said(secret(a="YWFh"), secret(a="YWFh")) == []
    assert said(secret(a="YWFh"), secret(b="YWFh")) == ["-   a: •••••• 3 bytes", "+   b: •••••• 3 bytes"]


def test_annotations_that_repeat_the_values_are_masked_too() -> None:
    applied = "kubectl.kubernetes.io/last-applied-configuration"
    lines = said(secret({applied: "aaa"}, a="eA=="), secret({applied: "bbb"}, a="eA=="))
    assert len(lines) == 2
    assert "another value" in lines[1]
    assert not any("aaa" in line or "bbb" in line for line in lines)


def test_values_are_shown_decoded_to_whoever_asks() -> None:
    assert said(secret(a="YWFh"), secret(a="YmJi"), masked=False) == ["-   a: aaa", "+   a: bbb"]
    assert said(secret(a="/w=="), secret(a="/g=="), masked=False) == ["-   a: /w==", "+   a: /g=="]
    assert said(secret(a="G1szMW0="), secret(a="YmJi"), masked=False) == ["-   a: G1szMW0=", "+   a: bbb"]


def test_a_new_object_is_all_there_is() -> None:
    lines = said({}, {"kind": "ConfigMap", "data": {"a": "b"}, "status": {}})
    assert lines == ["+ data:", "+   a: b", "+ kind: ConfigMap"]
