"""Which columns a table shows in a width."""

import random
from typing import Any

import pytest

from k8stui.model.columns import Column, Tone
from k8stui.widgets.live_table_layout import BAR, GUTTER, lay_out


def column(title: str, **rest: Any) -> Column[str]:
    return Column(title=title, text=lambda row, now: row, order=lambda row: row, **rest)


NODES = (
    column("NAME", keep=9, middle=True, most=50),
    column("STATUS", keep=9, width=12),
    column("ROLES", keep=4),
    column("PODS", keep=7, right=True),
    column("TAINTS", keep=5),
    column("AGE", keep=6, right=True),
    column("KERNEL", keep=3, wide=True),
)
SEEN = [45, 38, 20, 7, 40, 4, 30]


def titles(room: int, *, wide: bool = False) -> list[str]:
    return [NODES[slot.index].title for slot in lay_out(NODES, SEEN, room, wide=wide).slots]


def test_the_least_kept_columns_go_first() -> None:
    assert titles(170) == ["NAME", "STATUS", "ROLES", "PODS", "TAINTS", "AGE"]
    assert titles(76) == ["NAME", "STATUS", "PODS", "TAINTS", "AGE"]
    assert titles(56) == ["NAME", "STATUS", "PODS", "AGE"]
    assert titles(46) == ["NAME", "STATUS", "PODS"]
    assert titles(20) == ["NAME", "STATUS"]


def test_names_take_what_is_left_and_at_most_their_most() -> None:
    layout = lay_out(NODES, SEEN, 190, wide=False)
    assert [slot.width for slot in layout.slots] == [50, 38, 20, 7, 40, 4]
    narrow = lay_out(NODES, SEEN, 56, wide=False)
    assert narrow.slots[2].width == 7, "numbers are never cut"


def test_in_a_broad_terminal_wide_columns_that_fit_uncut_are_shown_too() -> None:
    assert titles(196) == ["NAME", "STATUS", "ROLES", "PODS", "TAINTS", "AGE", "KERNEL"]
    assert titles(195) == ["NAME", "STATUS", "ROLES", "PODS", "TAINTS", "AGE"]


def test_name_and_state_share_the_room_the_state_growing_faster() -> None:
    def widths(name: int, state: int, room: int) -> list[int]:
        columns = (NODES[0], column("STATUS", keep=9, width=12, most=44, tone=lambda row, now: Tone.OK))
        return [slot.width for slot in lay_out(columns, [name, state], room, wide=False).slots]

    assert widths(45, 44, 61) == [27, 32]
    assert widths(22, 44, 61) == [22, 37]
    assert widths(45, 19, 61) == [40, 19], "a state that is whole leaves the rest to the name"
    assert widths(45, 44, 41) == [20, 19], "room for `ContainerCreating` and the sign before it"


def test_with_wide_nothing_goes() -> None:
    layout = lay_out(NODES, SEEN, 60, wide=True)
    assert [slot.index for slot in layout.slots] == list(range(7))
    assert layout.width > 60


def test_where_even_the_kept_ones_do_not_fit_texts_are_cut() -> None:
    layout = lay_out(NODES, SEEN, 24, wide=False)
    assert [NODES[slot.index].title for slot in layout.slots] == ["NAME", "STATUS"]
    assert layout.width <= 24


def test_a_cell_belongs_to_the_column_over_it() -> None:
    layout = lay_out(NODES, SEEN, 190, wide=False)
    assert [layout.at(slot.start) for slot in layout.slots] == [0, 1, 2, 3, 4, 5]
    assert layout.at(-1) is None
    assert layout.at(layout.width + 5) is None


@pytest.mark.parametrize("seed", range(20))
def test_any_columns_in_any_width(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(50):
        columns = tuple(
            column(
                "T" * dice.randint(1, 12),
                keep=dice.randint(0, 9),
                right=dice.random() < 0.3,
                middle=dice.random() < 0.3,
                wide=dice.random() < 0.2,
                width=dice.randint(1, 12),
                most=dice.randint(1, 80),
            )
            for _ in range(dice.randint(1, 14))
        )
        seen = [dice.randint(0, 300) for _ in columns]
        room = dice.randint(1, 240)
        layout = lay_out(columns, seen, room, wide=dice.random() < 0.3)
        edge = -2
        for slot in layout.slots:
            assert slot.start == edge + 2
            assert slot.width >= 1
            edge = slot.end
        assert layout.width == max(0, edge)
        assert GUTTER <= layout.bar <= BAR
        kept = [columns[slot.index].keep for slot in layout.slots]
        narrow = lay_out(columns, seen, room, wide=False)
        if narrow.width > room:
            assert all(columns[slot.index].keep == 9 for slot in narrow.slots) or len(narrow.slots) == 1, kept
