"""Words and options behind an action's name."""

import re

import pytest

from k8stui.actions.options import options

KNOWN = {"-c": "container", "--container": "container", "--min": "low"}


def test_options_may_stand_anywhere_with_a_blank_or_an_equals_sign() -> None:
    found = options("A=b --min 2 -c web 'C=d e' --now", KNOWN, ("--now",))
    assert found.words == ("A=b", "C=d e")
    assert found.values == {"low": "2", "container": "web"}
    assert found.switches == {"--now"}
    assert options("--min=2 --now=false", KNOWN, ("--now",)).switches == frozenset()


def test_words_that_begin_with_one_dash_or_end_in_one_are_words() -> None:
    assert options("-hold tier- a=--x", KNOWN).words == ("-hold", "tier-", "a=--x")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("--min", "--min needs a value: write it like --min=VALUE"),
        ("--min 1 --min=2", "--min is given twice"),
        ("-c a --container b", "--container is given twice"),
        ("--max 3", "'--max' is not known here: there is -c, --container, --min, --now"),
        ("--now=yes", "--now takes no value"),
        ("a 'b", "A quote is opened and never closed"),
        ("a=b\\", "A \\ stands at the end"),
        ("--\x1b[31m" + "x" * 80, "is not known here"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as raised:
        options(typed, KNOWN, ("--now",))
    assert str(raised.value).isprintable()


def test_where_nothing_may_stand_a_word_is_told_so() -> None:
    assert options("", words=False).words == ()
    with pytest.raises(ValueError, match="it acts on the row under the cursor, or on those marked"):
        options("worker-3", words=False)
    with pytest.raises(ValueError, match="there is --grace-period"):
        options("web-1", {"--grace-period": "grace"}, words=False)
