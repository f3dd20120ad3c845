"""Lines as bytes become safe text; colours become spans."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.logs.ansi import plain, safe, safe_text
from k8stui.model.logs.sgr import MOST, Graphics, spans
from k8stui.model.text import clean_block


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain text", "plain text"),
        (b"\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        (b"\x1b[38;2;1;2;3mx\x1b[38:5:7my", "\x1b[38;2;1;2;3mx\x1b[38:5:7my"),
        (b"\x1b[2Jgone\x1b[1;1Hthere\x1b[?25l", "gonethere"),
        (b"\x1b[>4;1mx\x1b[31 qy", "xy"),
        ("a\x9b31mb\x9b2Jc".encode(), "abc"),
        (b"raw \x9b31m", "raw �31m"),
        (b"\x1b]52;c;aGVsbG8=\x07clip", "clip"),
        (b"\x1b]0;title\x1b\\x", "x"),
        (b"\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"\x1b]52;unfinished", "52;unfinished"),
        (b"\x1bP1$r0m\x1b\\x\x1b_apc\x1b\\y\x1b^pm\x1b\\z", "xyz"),
        ("\x90dcs\x9cx".encode(), "x"),
        (b"\x1bcreset\x1b(0line\x1b", "resetline"),
        (b"a\x00\x07\x08\x7fb", "ab"),
        (b"100%\rdone\r\n", "100% done"),
        ("left\u202eright\u2066x\u200b\u200d\ufeffy".encode(), "leftrightxy"),
        ("e\u0301 日本".encode(), "e\u0301 日本"),
        ("nbsp\u00a0x\u3000y".encode(), "nbsp x y"),
        (b"bad \xff\xfe utf", "bad �� utf"),
        (b"a\tb\t\tc", "a       b               c"),
        (b"\x1b[1mab\x1b[0m\tc", "\x1b[1mab\x1b[0m      c"),
        (b"[red]markup[/red] [/x", "[red]markup[/red] [/x"),
        (b"\x1b\x1b[2J[31m", "[31m"),
        ("\x1b[3\u200b1mx".encode(), "31mx"),
        (b"", ""),
    ],
)
def test_only_colours_are_left_of_what_steers_a_terminal(raw: bytes, text: str) -> None:
    assert safe(raw) == text


@settings(derandomize=True, max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"\x1b", b"[", b"]", b"31", b"m", b";", b"\x07", b"\x9b", b"\xc2\x9b", b"P", b"\\", b"a", b"\t", b"\x00",
             b"\xe2\x80\xae", b"J", b"\xff", b" ", b"\x1b[0m", b"\n", b"\r", b"\xe2\x80\x8b", b"\xef\xb8\x8f"]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_whatever_comes_is_safe_and_stays_as_it_is(pieces: list[bytes]) -> None:
    text = safe(b"".join(pieces))
    assert safe_text(text) == text
    bare = plain(text)
    assert "\x1b" not in bare
    assert clean_block(bare) == bare
    assert bare == re.sub(r"\x1b\[[0-9;:]*m", "", text)
    assert "\t" not in text


def test_a_megabyte_takes_little() -> None:
    """Each of these hostile lines would take minutes where one of the patterns backtracks."""
    mega = 1_000_000
    for raw in (
        b"x" * mega,
        b"\x1b]" * (mega // 2),
        b"\x1b]" + b"a" * mega,
        b"\x1b[" + b"1;" * (mega // 2),
        b"\x1b[31m" * (mega // 5),
        "日本\u202e".encode() * (mega // 9),
        b"\x1b[1m\t" * (mega // 5),
    ):
        begun = time.perf_counter()
        text = safe(raw)
        spans(text)
        plain(text)
        assert time.perf_counter() - begun < 5


RED = Graphics(fg=1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("none", []),
        ("\x1b[31mred\x1b[0m plain", [(0, 3, RED)]),
        ("a\x1b[31mred to the end", [(1, 15, RED)]),
        ("\x1b[1;31;44mx\x1b[22my\x1b[39;49mz", [
            (0, 1, Graphics(fg=1, bg=4, bold=True)), (1, 2, Graphics(fg=1, bg=4))
        ]),
        ("\x1b[91;102mx\x1b[mz", [(0, 1, Graphics(fg=9, bg=10))]),
        ("\x1b[38;5;208mx", [(0, 1, Graphics(fg=208))]),
        ("\x1b[48;2;1;2;255;1mx", [(0, 1, Graphics(bg=(1, 2, 255), bold=True))]),
        ("\x1b[38:2::9:8:7mx\x1b[38:5:3my", [(0, 1, Graphics(fg=(9, 8, 7))), (1, 2, Graphics(fg=3))]),
        ("\x1b[38;2;300;0;0mx\x1b[38mx\x1b[999mx\x1b[38;5mx", []),
        ("\x1b[2;3;4;7;9mx\x1b[22;23;24;27;29my", [
            (0, 1, Graphics(dim=True, italic=True, underline=True, reverse=True, strike=True))
        ]),
        ("\x1b[31mab\x1b[31mcd", [(0, 4, RED)]),
        ("\x1b[8mshown all the same", []),
        ("\x1b[4:3mx\x1b[4:0my", [(0, 1, Graphics(underline=True))]),
    ],
)  # fmt: skip
def test_colours_as_spans_of_the_plain_text(text: str, found: list[tuple[int, int, Graphics]]) -> None:
    assert spans(text) == found


def test_of_millions_of_colours_the_first_count() -> None:
    part, look = "\x1b[31mred\x1b[0m plain ", Graphics(fg=1)
    found = spans(part * 5 * MOST)
    assert len(found) == MOST // 2
    assert found[:2] == [(0, 3, look), (10, 13, look)]
    assert spans("\x1b[31mx\x1b[32my" * MOST)[-1] == (MOST - 1, MOST, Graphics(fg=2))
