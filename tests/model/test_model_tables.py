"""Tables of the server as columns of ours."""

from typing import Any

import msgspec

from k8stui.model.kinds import NODE_METRICS, Kind
from k8stui.model.raw import Meta, RawObject
from k8stui.model.tables import RawRow, TableColumn, TableRow, columns, natural, row, search_text
from tests.support.decoded import NOW, ago

KIND = Kind("example.com", "v1", "widgets", "Widget")
FOUND = (
    TableColumn("Name", "string", "name"),
    TableColumn("Replicas", "integer"),
    TableColumn("Age"),
    TableColumn("Image", wide=True),
    TableColumn("Phase"),
)


def line(name: str, *cells: Any, created: str | None = None) -> TableRow:
    meta = Meta(name=name, namespace="shop", uid=name, creation_timestamp=created)
    return row(KIND, RawRow([name, *cells], RawObject(meta)))


def test_the_age_is_ours_and_stands_before_the_wide_columns() -> None:
    made = columns(FOUND, namespaced=True)
    assert [(each.title, each.wide, each.right) for each in made] == [
        ("NAMESPACE", False, False),
        ("NAME", False, False),
        ("REPLICAS", False, True),
        ("PHASE", False, False),
        ("AGE", False, True),
        ("IMAGE", True, False),
    ]
    assert columns(FOUND, namespaced=False)[0].title == "NAME"
    found = line("a", 3, "1s", "web:1", "Ready", created=ago(90))
    assert [each.text(found, NOW) for each in made] == ["shop", "a", "3", "Ready", "90s", "web:1"]
    assert [each.text(found, NOW + 60) for each in made][4] == "2m30s"


def test_a_row_with_fewer_cells_than_columns_has_empty_ones() -> None:
    """The definition of a custom resource can gain a column while its rows are shown."""
    assert [each.text(line("a"), NOW) for each in columns(FOUND, namespaced=False)] == ["a", "", "", "<unknown>", ""]


def test_cells_of_any_type_become_text() -> None:
    assert line("a", None, True, 1.5, ["x", 1], {"b": None}).cells[1:] == ("", "true", "1.5", '["x",1]', '{"b":null}')


def test_numbers_sort_by_value_and_the_unknown_comes_last() -> None:
    texts = ["10", "9", "<none>", "7 (3m ago)", "zebra", "2/3", "", "apple", "80%", "-1", "1.5"]
    assert sorted(texts, key=natural) == [
        "-1",
        "1.5",
        "2/3",
        "7 (3m ago)",
        "9",
        "10",
        "80%",
        "apple",
        "zebra",
        "",
        "<none>",
    ]
    replicas = columns(FOUND, namespaced=False)[1]
    assert [each.ref.name for each in sorted([line("a", 10), line("b", None), line("c", 9)], key=replicas.order)] == [
        "c",
        "a",
        "b",
    ]


def test_the_filter_sees_the_cells() -> None:
    assert search_text(line("a", 3, "Ready")) == "shop a a 3 Ready"


def test_what_has_no_version_is_another_row_when_it_reads_otherwise() -> None:
    """Metrics are made for each answer: without uid and resourceVersion."""
    rows = []
    for cpu in ("5m", "6m", "5m"):
        raw = msgspec.json.encode({"cells": ["worker-1", cpu], "object": {"metadata": {"name": "worker-1"}}})
        rows.append(row(NODE_METRICS, msgspec.json.decode(raw, type=RawRow)))
    assert rows[0].version == rows[2].version != rows[1].version
    assert rows[0].ref.uid == "worker-1"
