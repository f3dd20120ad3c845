"""JSONPath as printer columns use it."""

from typing import Any

import pytest

from k8stui.demo.custom.jsonpath import compiled

OBJ = {
    "metadata": {"labels": {"a.b/c": "lab", "plain": "x"}},
    "spec": {"n": 3, "zero": 0, "list": [{"k": "x", "v": 1}, {"k": "y", "v": 2}, {"k": "z"}], "none": None},
    "status": {"conditions": [{"type": "Other", "status": "False"}, {"type": "Ready", "status": "True"}]},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".spec.n", [3]),
        ("spec.n", [3]),
        ("{.spec.n}", [3]),
        ("$.spec.zero", [0]),
        (".spec.none", [None]),
        (".spec.missing.deeper", []),
        (".spec.list[0].k", ["x"]),
        (".spec.list[-1].k", ["z"]),
        (".spec.list[9].k", []),
        (".spec.list[*].k", ["x", "y", "z"]),
        (".spec.list[0:2].k", ["x", "y"]),
        (".spec.list[-1:].k", ["z"]),
        (".metadata.labels.*", ["lab", "x"]),
        (r".metadata.labels.a\.b/c", ["lab"]),
        (r".metadata.labels['a\.b/c']", ["lab"]),
        ("['spec']['n']", [3]),
        ('.status.conditions[?(@.type=="Ready")].status', ["True"]),
        (".status.conditions[?(@.type=='Nope')].status", []),
        (".spec.list[?(@.v)].k", ["x", "y"]),
        (".spec.list[?(@.v>1)].k", ["y"]),
        (".spec.list[?(@.v<=1)].k", ["x"]),
        (".spec.list[?(@.k!='x')].k", ["y", "z"]),
        (".spec.list[?(@.k>1)].k", []),
        (".spec.n[0]", []),
        (".spec.n.m", []),
    ],
)
def test_what_a_path_leads_to(path: str, found: list[Any]) -> None:
    assert compiled(path)(OBJ) == found


@pytest.mark.parametrize("path", [".a[x]", ".a[?(x)]", ".a[", "a..b["])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="JSONPath"):
        compiled(path)
