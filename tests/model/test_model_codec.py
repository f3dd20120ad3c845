"""The wire's pages and events as rows; what cannot be decoded is left out, and everything else is not."""

import json
from typing import Any

import msgspec
import pytest

from k8stui.model.codec import JSON, TABLE, TableCodec, codec
from k8stui.model.kinds import LEASES, NAMESPACES, NODES, PODS, Kind
from tests.support.decoded import NOW, ago, raw_node, raw_pod

ACCOUNTS = Kind("", "v1", "serviceaccounts", "ServiceAccount")
DEEP = '{"metadata":{"name":"x","uid":"x","managedFields":' + "[" * 50_000 + "]" * 50_000 + "}}"
"""managedFields are as deep as the object, and a custom resource may nest thousands of levels."""
DEFINITIONS = [
    {"name": "Name", "type": "string", "format": "name", "priority": 0},
    {"name": "Data", "type": "integer", "priority": 0},
    {"name": "Age", "type": "string", "priority": 0},
    {"name": "Note", "type": "string", "priority": 1},
]


def listed(items: list[Any], **meta: Any) -> bytes:
    metadata = {"resourceVersion": "41", **meta}
    return json.dumps({"kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": items}).encode()


def named(name: str) -> Any:
    return raw_pod({"name": name, "uid": f"uid-{name}"})


def table_row(name: str, *cells: Any, **meta: Any) -> Any:
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "resourceVersion": "7", **meta}
    return {"cells": [name, *cells], "object": {"kind": "PartialObjectMetadata", "metadata": metadata}}


def table(rows: list[Any] | None, definitions: Any = DEFINITIONS, **meta: Any) -> bytes:
    found = {
        "kind": "Table",
        "metadata": {"resourceVersion": "41", **meta},
        "columnDefinitions": definitions,
        "rows": rows,
    }
    return json.dumps(found).encode()


def names(page: Any) -> list[str]:
    return [row.ref.name for row in page.rows]


def test_a_page_of_pods() -> None:
    page = codec(PODS).page(listed([named("a"), named("b")], **{"continue": "token", "remainingItemCount": 1234}))
    assert names(page) == ["a", "b"]
    assert (page.version, page.next, page.remaining, page.bad) == ("41", "token", 1234, 0)
    last = codec(PODS).page(listed([]))
    assert (last.rows, last.next, last.remaining) == ([], "", None)
    assert codec(PODS).page(b'{"metadata":{"resourceVersion":"1"},"items":null}').rows == []


@pytest.mark.parametrize(
    "poison",
    [
        None,
        5,
        "text",
        [],
        {},
        {"metadata": None},
        {"metadata": {"name": "x"}},
        {"metadata": {"uid": "x"}},
        {**named("x"), "spec": []},
        {**named("x"), "status": {"containerStatuses": {}}},
        {**named("x"), "status": {"containerStatuses": [None]}},
        {**named("x"), "status": {"containerStatuses": [{"restartCount": "3"}]}},
        {**named("x"), "status": {"containerStatuses": [{"restartCount": 10**30}]}},
        {**named("x"), "metadata": {"name": "x", "uid": "x", "labels": ["a"]}},
    ],
)
def test_a_poison_object_is_left_out_and_counted(poison: Any) -> None:
    page = codec(PODS).page(listed([named("a"), poison, named("b")], **{"continue": "token"}))
    assert names(page) == ["a", "b"]
    assert (page.bad, page.version, page.next) == (1, "41", "token")
    with pytest.raises(msgspec.DecodeError):
        codec(PODS).event(json.dumps(poison).encode())


def test_nulls_where_objects_belong_are_no_poison() -> None:
    bare = {
        "metadata": {"name": "x", "uid": "x", "labels": None, "ownerReferences": None},
        "spec": None,
        "status": None,
    }
    statuses = {**named("y"), "status": {"containerStatuses": None, "conditions": None, "podIPs": None}}
    page = codec(PODS).page(listed([bare, statuses]))
    assert (names(page), page.bad) == (["x", "y"], 0)
    assert page.rows[0].word == ""
    states = {**named("z"), "status": {"phase": "Running", "containerStatuses": [{"name": None, "state": None}]}}
    assert codec(PODS).page(listed([states])).rows[0].word == "Running"


def test_an_object_nested_too_deeply_is_left_out() -> None:
    body = listed([named("a"), "HERE", named("b")]).replace(b'"HERE"', DEEP.encode())
    page = codec(PODS).page(body)
    assert (names(page), page.bad, page.version) == (["a", "b"], 1, "41")
    with pytest.raises(msgspec.DecodeError, match="nested too deeply"):
        codec(PODS).event(DEEP.encode())
    poison = f'{{"cells":["x"],"object":{DEEP}}}'.encode()
    rows = table([table_row("a", 1, "5s", ""), "HERE", table_row("b", 2, "5s", "")]).replace(b'"HERE"', poison)
    found = codec(ACCOUNTS).page(rows)
    assert (names(found), found.bad, found.version) == (["a", "b"], 1, "41")


def test_broken_utf8_is_left_out() -> None:
    body = listed([named("a"), named("HERE")]).replace(b"HERE", b"\xff\xfe", 1)
    page = codec(PODS).page(body)
    assert (names(page), page.bad) == (["a"], 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>login</html>",
        b"[]",
        b"null",
        b'{"message":"hello"}',
        b'{"kind":"Status","code":500}',
        listed([named("a")])[:-40],
        listed([named("a")]) + b"x",
        b'{"items":' + b"[" * 5000,
        b'{"metadata":{"resourceVersion":5},"items":[]}',
    ],
)
@pytest.mark.parametrize("kind", [PODS, ACCOUNTS], ids=["typed", "table"])
def test_what_is_no_list_never_passes_for_an_empty_one(kind: Kind, body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        codec(kind).page(body)


def test_an_error_does_not_repeat_the_objects_text() -> None:
    with pytest.raises(msgspec.DecodeError) as caught:
        codec(PODS).event(b'{"metadata":{"name":"x","uid":"x"},"spec":{"nodeName":["s3cret"]}}')
    assert "s3cret" not in str(caught.value)


def test_each_kind_has_its_codec() -> None:
    for kind in (PODS, NODES, LEASES, NAMESPACES):
        assert (codec(kind).accept, codec(kind).query) == (JSON, ())
    assert (codec(ACCOUNTS).accept, codec(ACCOUNTS).query) == (TABLE, (("includeObject", "Metadata"),))
    other = Kind("example.com", "v1", "pods", "Pod")
    assert isinstance(codec(other), TableCodec), "the group is part of what a kind is"
    assert codec(NODES).page(listed([raw_node()])).rows[0].kubelet == "v1.34.4"
    namespace = {"metadata": {"name": "shop", "uid": "s"}, "status": {"phase": "Active"}}
    assert codec(NAMESPACES).event(json.dumps(namespace).encode()).phase == "Active"


def test_an_event_is_decoded_from_the_raw_part_of_its_line() -> None:
    line = msgspec.json.encode({"type": "ADDED", "object": named("a")})
    raw = msgspec.json.decode(line, type=dict[str, msgspec.Raw])["object"]
    assert codec(PODS).event(raw).ref.name == "a"


def test_a_table_page() -> None:
    tables = TableCodec(ACCOUNTS)
    page = tables.page(table([table_row("a", 1, "5s", "n", creationTimestamp=ago(90), labels={"b": "2", "a": "1"})]))
    row = page.rows[0]
    assert (str(row.ref), row.ref.kind, row.version) == ("shop/a", ACCOUNTS, "7")
    assert (row.cells, row.created, row.labels) == (("a", "1", "5s", "n"), NOW - 90, (("a", "1"), ("b", "2")))
    assert [(each.name, each.wide) for each in tables.columns] == [
        ("Name", False),
        ("Data", False),
        ("Age", False),
        ("Note", True),
    ]


def test_columns_come_only_with_the_first_event_of_a_watch() -> None:
    tables = TableCodec(ACCOUNTS)
    tables.event(table([table_row("a", 1, "5s", "")]))
    assert tables.event(table([table_row("a", 2, "6s", "")], None)).cells[1] == "2"
    assert len(tables.columns) == 4


@pytest.mark.parametrize(
    "rows",
    [[], None, [table_row("a"), table_row("b")], [{"cells": ["a"], "object": None}], [{"cells": 5, "object": {}}]],
)
def test_an_event_without_one_whole_row_is_poison(rows: Any) -> None:
    with pytest.raises(msgspec.DecodeError):
        TableCodec(ACCOUNTS).event(table(rows))


def test_a_poison_row_is_left_out_and_counted() -> None:
    tables = TableCodec(ACCOUNTS)
    rows = [table_row("a", 1), None, {"cells": ["x"], "object": None}, {"cells": 5}, table_row("b", 2)]
    page = tables.page(table(rows, **{"continue": "token"}))
    assert (names(page), page.bad, page.next) == (["a", "b"], 3, "token")
    assert len(tables.columns) == 4


def test_a_server_that_makes_no_table_gives_names() -> None:
    tables = TableCodec(ACCOUNTS)
    page = tables.page(listed([named("a"), {"metadata": None}, named("b")]))
    assert (names(page), page.bad) == (["a", "b"], 1)
    assert [row.cells for row in page.rows] == [("a",), ("b",)]
    assert [each.name for each in tables.columns] == ["Name"]
    assert tables.event(json.dumps(named("c")).encode()).cells == ("c",)
