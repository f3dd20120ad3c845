"""How cells line up: the rules of Go's tab writer, lines within values, tones and targets."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.model.columns import Tone
from k8stui.model.describe.layout import HEAD, Cell, Text
from k8stui.model.describe.parts import quantity, shown
from k8stui.model.document import Line
from k8stui.model.kinds import PODS, Ref

WEB = Ref(PODS, "shop", "web", "")


def texts(out: Text) -> list[str]:
    return [line.text for line in out.lines()]


def text() -> Text:
    return Text(0.0, UTC)


def test_a_block_is_as_wide_as_its_widest_cell() -> None:
    """A row without a second cell ends the block: what follows is aligned anew."""
    out = text()
    out.row("a", "1")
    out.row("longer", "2")
    out.row("alone and long, but the last of its row")
    out.row("b", "3")
    assert texts(out) == ["a       1", "longer  2", "alone and long, but the last of its row", "b  3"]


def test_columns_end_one_by_one() -> None:
    """The second column of the last row has no neighbour above that goes on."""
    out = text()
    out.row("a", "wide cell", "1")
    out.row("long label", "x")
    out.row("c", "y", "2")
    assert texts(out) == ["a           wide cell  1", "long label  x", "c           y  2"]


def test_an_empty_column_takes_its_gap() -> None:
    out = text()
    out.row("a", "", "1")
    out.row("b", "", "2")
    assert texts(out) == ["a    1", "b    2"]


def test_lines_of_a_value_stand_below_each_other() -> None:
    out = text()
    out.field("Message", "one\n  two\n\nthree", "more", level=1)
    out.field("Long label", "x", level=1)
    assert texts(out) == [
        "  Message:     one  more",
        "                 two",
        "",
        "               three",
        "  Long label:  x",
    ]


def test_many() -> None:
    out = text()
    out.many("Labels", ["a=b", Cell("c=d", Tone.BAD)])
    out.many("None", [])
    first, second, third = out.lines()
    assert first == Line("Labels:  a=b", spans=((0, 7, HEAD),))
    assert second == Line("         c=d", spans=((9, 12, Tone.BAD),))
    assert third == Line("None:    <none>", spans=((0, 5, HEAD), (9, 15, Tone.MUTED)))


def test_heads_are_heads_and_deeper_labels_are_not() -> None:
    out = text()
    out.head("Containers")
    out.field("Image", "web", level=2, target=WEB)
    assert out.lines() == [Line("Containers:", HEAD), Line("    Image:  web", target=WEB)]


def test_nested() -> None:
    """Somebody else writes further in, in the same blocks."""
    out = text()
    out.field("Type", "Ephemeral", level=2)
    out.nested(2).field("StorageClass", "<unset>")
    assert texts(out) == ["    Type:          Ephemeral", "    StorageClass:  <unset>"]
    assert out.lines()[1].spans == ((19, 26, Tone.MUTED),)


def test_a_cell_that_feels_like_its_row_is_no_span() -> None:
    out = text()
    out.row(Cell("a", Tone.BAD), Cell("", Tone.WARNING), "c", tone=Tone.BAD)
    assert out.lines() == [Line("a    c", Tone.BAD)]


def test_wide_characters_take_two_cells() -> None:
    """A terminal's cells, not kubectl's characters: what is read has to line up."""
    out = text()
    out.row("店", "1")
    out.row("shop", "2")
    assert texts(out) == ["店    1", "shop  2"]


@given(st.lists(st.lists(st.text("ab \n\t", max_size=6), min_size=1, max_size=4), min_size=1, max_size=6))
def test_lines_hold_no_breaks_and_no_tabs(rows: list[list[str]]) -> None:
    out = text()
    for row in rows:
        out.row(*row)
    found = texts(out)
    assert len(found) == sum(max(cell.count("\n") for cell in row) + 1 for row in rows)
    assert not [each for each in found if "\n" in each or "\t" in each or each != each.rstrip()]
    words = [word for row in rows for cell in row for word in cell.split()]
    assert sorted(" ".join(found).split()) == sorted(words)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "-"),
        (True, "true"),
        (8080, "8080"),
        ("text", "text"),
        (["a", 1], "[a 1]"),
        ({"b": [], "a": False}, "map[a:false b:[]]"),
    ],
)
def test_values_as_go_prints_them(value: object, expected: str) -> None:
    assert shown(value, "-") == expected


@pytest.mark.parametrize(("value", "expected"), [("1024Mi", "1Gi"), ("0.5", "500m"), (2, "2"), (None, "0"), ("x", "x")])
def test_quantities_are_canonical(value: object, expected: str) -> None:
    assert quantity(value) == expected
