"""Words as a shell takes them, and what is left open."""

import pytest

from k8stui.model.words import split


def test_quotes_hold_words_together() -> None:
    assert split("ls 'a b' \"c d\" e\\ f") == ["ls", "a b", "c d", "e f"]
    assert split("") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ls 'a", "A quote is opened and never closed: close it, or put a \\ before it"),
        ('ls "a\\', "A \\ stands at the end: put another one before it, or leave it out"),
        ("ls \\", "A \\ stands at the end: put another one before it, or leave it out"),
    ],
)
def test_what_is_left_open_is_said(text: str, says: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the sentence is compared
        split(text)
    assert str(refused.value) == says
