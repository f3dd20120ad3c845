"""Hostile text at its one door."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.text import cells, clean, clean_block, clean_bytes, cut, flat, middle

PROPERTY = settings(derandomize=True, max_examples=50, deadline=None)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("web-7d9f", "web-7d9f"),
        ("", ""),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b31mred", "31mred"),
        ("\x1b]52;c;aGk=\x07", "]52;c;aGk="),
        ("a\tb\nc\r\nd", "a b c  d"),
        ("a\x00b\x7fc\x85d", "abc d"),
        ("user\u202eexe.txt\u2066\u2069\u200e\u200f\u061c", "userexe.txt"),
        ("zero\u200bwidth\u200d\ufeff\u2060\u00ad", "zerowidth"),
        ("line\u2028para\u2029", "line para "),
        ("lone\ud800surrogate", "lone�surrogate"),
        ("wide space\u3000nbsp\u00a0", "wide space nbsp "),
        ("private\ue000", "private�"),
        ("tags\U000e0041\U000e007f", "tags"),
        ("fillers\u115f\u3164\uffa0\ufe0f", "fillers"),
        ("[bold red]markup[/]", "[bold red]markup[/]"),
        ("日本語 äöü e\u0301", "日本語 äöü e\u0301"),
    ],
)
def test_clean_keeps_what_can_be_read(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 1024) == "x" * 1024
    assert clean("x" * 1025) == "x" * 1023 + "…"
    assert clean("abc", 2) == "a…"


def test_a_megabyte_of_invisible_characters_is_not_walked_through() -> None:
    hidden = "\u200b" * 1_000_000 + "end"
    assert clean(hidden) == "…"
    assert len(clean("é" * 1_000_000)) == 1024


def test_bytes_that_are_no_text() -> None:
    assert clean_bytes(b"ok \xff\xfe\x1b[2J") == "ok ��[2J"
    assert clean_bytes(b"x" * 5_000_000).endswith("…")


@PROPERTY
@given(st.text(max_size=60))
def test_clean_text_steers_nothing(text: str) -> None:
    shown = clean(text)
    assert clean(shown) == shown
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    shown.encode()


def test_a_place_of_one_line_has_no_line_breaks() -> None:
    text = clean_block("two\nlines\tand a tab, wide 日本 e\u0301 🚀")
    assert flat(text) == "two lines and a tab, wide 日本 e\u0301 🚀"
    assert flat("what \x1b[2J was \x9b \u202e forgotten") == "what �[2J was � � forgotten"


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0)])
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


def test_a_name_is_cut_in_its_middle() -> None:
    assert middle("web-7d9f8c6b5-x2x4z", 11) == "web-7…x2x4z"
    assert middle("web", 3) == "web"
    assert middle("web", 1) == "…"
    assert middle("web", 0) == ""
    assert middle("日本語日本語", 7) == "日…語"
    assert middle("日本語日本語", 8) == "日本…語"
    assert cut("日本語", 5) == "日本…"
    assert cut("abcdef", 4) == "abc…"
    assert cut("abc", 0) == ""


@PROPERTY
@given(st.text(max_size=40), st.integers(0, 30))
def test_what_is_cut_fits(text: str, width: int) -> None:
    shown = clean(text)
    assert cells(middle(shown, width)) <= width
    assert cells(cut(shown, width)) <= width
