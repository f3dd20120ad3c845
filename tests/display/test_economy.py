"""Fewer bytes, the same screen: compared by a terminal emulator."""

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.display.economy import economical

GREY, RED, BLUE = "38;2;208;208;208", "38;2;244;0;95", "38;5;4"
DARK, LIGHT = "48;2;18;18;18", "48;5;7"
STYLES = [f"{fg};{bg}" for fg in (GREY, RED, BLUE) for bg in (DARK, LIGHT)] + [f"1;{RED};{DARK}", RED, "7", "4;1", ""]

piece = st.one_of(
    st.tuples(st.sampled_from(STYLES), st.sampled_from(["x", " ", "ab "])).map(
        lambda pair: f"\x1b[{pair[0]}m{pair[1]}\x1b[0m" if pair[0] else pair[1]
    ),
    st.sampled_from(["\x1b[0m", "\x1b[m", "\r\n", "\x1b[2;1H", "\r\n\x1b[3;2H", "\x1b[K", "\x1b[2J", f"\x1b[{DARK}m"]),
)


def screen(text: str) -> list[object]:
    shown = pyte.Screen(12, 6)
    pyte.Stream(shown).feed(text)
    return [shown.buffer[y][x] for y in range(6) for x in range(12)]


@given(st.lists(piece, max_size=30).map("".join))
def test_the_screen_is_the_same(text: str) -> None:
    assert screen(economical(text) + "\x1b[0m") == screen(text + "\x1b[0m")
    assert len(economical(text)) <= len(text)


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        (f"\x1b[{GREY};{DARK}ma\x1b[0m\x1b[{RED};{DARK}mb\x1b[0m", f"\x1b[{GREY};{DARK}ma\x1b[{RED}mb\x1b[0m"),
        (f"\x1b[{GREY};{DARK}ma\x1b[0m\x1b[{GREY};{DARK}mb\x1b[0m", f"\x1b[{GREY};{DARK}mab\x1b[0m"),
        (
            f"\x1b[{GREY};{DARK}ma\x1b[0m\r\n\x1b[5;1H\x1b[{RED};{DARK}mb\x1b[0m",
            f"\x1b[{GREY};{DARK}ma\r\n\x1b[5;1H\x1b[{RED}mb\x1b[0m",
        ),
        (f"\x1b[1;{GREY};{DARK}ma\x1b[0m\x1b[{RED};{DARK}mb\x1b[0m", None),
        (f"\x1b[{GREY};{DARK}ma\x1b[0m\x1b[K\x1b[{RED};{DARK}mb\x1b[0m", None),
        (f"\x1b[{GREY};{DARK}ma\x1b[0m\x1b[{RED};{LIGHT}mb\x1b[0m", None),
    ],
)
def test_what_is_left_out(text: str, shorter: str | None) -> None:
    assert economical(text) == (text if shorter is None else shorter)
