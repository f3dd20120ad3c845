"""What the live table costs on the wire, read from a pseudo terminal."""

import random
import sys
from collections.abc import Iterator

import pytest

from tests.support.terminal import Terminal

SYNC = 16
"""Bytes that a terminal with synchronised output adds to each frame."""


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    argv = [sys.executable, "-m", "tests.support.table_program", "10000"]
    with Terminal(argv, size=(160, 50), env={"TEXTUAL_ANIMATIONS": "none"}) as terminal:
        terminal.wait_for("web-000010")
        terminal.wait_quiet()
        yield terminal


def cost(terminal: Terminal, keys: str) -> int:
    before = len(terminal.raw)
    terminal.send(keys)
    terminal.wait_quiet(0.25)
    return len(terminal.raw) - before


def test_a_cursor_move_costs_at_most_300_bytes(terminal: Terminal) -> None:
    costs = [cost(terminal, "j") for _ in range(3)]
    assert 0 < max(costs) <= 300 - SYNC, costs
    assert [line for line in terminal.display if line.startswith(" > ")] == [terminal.display[4]]
    assert "web-000003" in terminal.display[4]


def test_a_changed_cell_costs_at_most_400_bytes(terminal: Terminal) -> None:
    paid = cost(terminal, "c")
    assert 0 < paid <= 400 - SYNC
    assert "✖ Failed" in terminal.display[4]


def test_changes_out_of_sight_cost_nothing(terminal: Terminal) -> None:
    assert cost(terminal, "o") == 0
    assert cost(terminal, "i") == 0


def test_time_that_changes_no_text_costs_nothing(terminal: Terminal) -> None:
    assert cost(terminal, "t") == 0


def test_nothing_is_written_while_nothing_happens(terminal: Terminal) -> None:
    before = len(terminal.raw)
    terminal.wait_quiet(1.2)
    assert len(terminal.raw) == before


@pytest.mark.slow
def test_the_terminal_shows_what_a_fresh_paint_would(terminal: Terminal) -> None:
    """Lines are repainted from the left only as far as they differ: nothing behind that may be left over."""
    dice = random.Random(3)
    keys = ["j", "j", "j", "k", "c", "o", "i", "t", " ", "g", "\x1b[6~"]
    for _ in range(12):
        terminal.send("".join(dice.choices(keys, k=4)))
        terminal.wait_quiet()
        shown = styled(terminal)
        terminal.send("r")
        terminal.wait_quiet()
        assert difference(shown, styled(terminal)) == ""


def styled(terminal: Terminal) -> list[list[object]]:
    """Every cell with its colours."""
    screen = terminal._screen
    assert screen is not None
    return [[screen.buffer[y][x] for x in range(terminal.columns)] for y in range(terminal.lines)]


def difference(shown: list[list[object]], painted: list[list[object]]) -> str:
    """The first cell that is not as it is painted afresh, in a line; empty where all are."""
    for y, (before, after) in enumerate(zip(shown, painted, strict=True)):
        for x, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                return f"line {y}, column {x}: {old} is shown, {new} is painted"
    return ""
