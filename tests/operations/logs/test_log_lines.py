"""Bytes to lines and stamps, and the overlap of two streams."""

import random

import pytest

from k8stui.operations.logs.lines import LONGEST, Splitter, Stamps, written
from k8stui.operations.logs.overlap import Seen, Verdict

SECOND = 1_790_000_000
AT = SECOND * 10**9


def line(nanoseconds: int, text: str) -> bytes:
    return f"2026-09-21T14:13:{20 + nanoseconds // 10**9:02}.{nanoseconds % 10**9:09}Z {text}".encode()


@pytest.mark.parametrize(
    ("raw", "at", "text"),
    [
        (b"2026-09-21T14:13:20.000000001Z one", AT + 1, "one"),
        (b"2026-09-21T14:13:20Z one", AT, "one"),
        (b"2026-09-21T14:13:20.5Z one", AT + 500_000_000, "one"),
        (b"2026-09-21T16:13:20.000000001+02:00 one", AT + 1, "one"),
        (b"2026-09-21T05:13:20.12-09:00 one", AT + 120_000_000, "one"),
        (b"2026-09-21T14:13:20.000000001Z ", AT + 1, ""),
        (b"2026-09-21T14:13:20.000000001Z", AT + 1, ""),
        (b"2026-09-21T14:13:20.000000001Z  two  blanks", AT + 1, " two  blanks"),
        (b"no stamp at all", 0, "no stamp at all"),
        (b"2026-13-21T14:13:20.000000001Z one", 0, "2026-13-21T14:13:20.000000001Z one"),
        (b"2026-09-21T14:13:20.00000000xZ one", 0, "2026-09-21T14:13:20.00000000xZ one"),
        (b"", 0, ""),
        (b"2026-09-21T14:13:20.000000001Z \xff\xfe", AT + 1, "\ufffd\ufffd"),
        (b"2026-09-21T14:13:20.000000001Z windows\r", AT + 1, "windows"),
    ],
)
def test_stamps(raw: bytes, at: int, text: str) -> None:
    stamps = Stamps()
    for _ in range(2):  # the second time from memory
        entry = stamps.entries([raw], 7)[0]
        assert (entry.at, entry.text, entry.source, entry.mark.is_line) == (at, text, 7, True)
    assert stamps.of(raw) == at


def test_a_second_that_is_known_does_not_make_a_stamp_of_what_is_none() -> None:
    stamps = Stamps()
    stamps.entries([line(1, "one")], 1)
    assert stamps.entries([b"2026-09-21T14:13:20.00000000xZ one"], 1)[0].at == 0


def test_seconds_as_servers_take_them() -> None:
    assert written(AT + 999_999_999) == "2026-09-21T14:13:20Z"


def test_lines_however_they_are_cut() -> None:
    whole = b"\n".join(f"line {number} ".encode() + b"x" * (number % 50) for number in range(500)) + b"\nrest"
    dice = random.Random(3)
    for _ in range(20):
        splitter, lines, at = Splitter(), [], 0
        while at < len(whole):
            step = dice.randrange(1, 400)
            lines += splitter.feed(whole[at : at + step])
            at += step
        assert b"\n".join([*lines, splitter.half]) == whole
        assert splitter.take() == b"rest"
        assert splitter.half == b""


def test_a_line_of_a_megabyte_is_whole() -> None:
    splitter = Splitter()
    pieces = [b"x" * 1000] * 1048
    assert not any(splitter.feed(piece) for piece in pieces)
    assert splitter.feed(b"end\nnext") == [b"x" * 1_048_000 + b"end"]
    assert splitter.half == b"next"


def test_a_line_that_never_ends_is_bounded_and_says_how_much_is_left_out() -> None:
    splitter = Splitter()
    piece = b"x" * 2**20
    for _ in range(20):
        assert splitter.feed(piece) == []
    assert len(splitter.half) < LONGEST + 50
    [line, other] = splitter.feed(b"end\nother\n")
    assert line == b"x" * LONGEST + f"… {4 * 2**20 + 3} bytes more".encode()
    assert other == b"other"
    assert splitter.half == b""


def seen(*lines: bytes) -> Seen:
    found = Seen(Stamps())
    found.add(list(lines))
    return found


def test_what_comes_again_is_passed_over() -> None:
    old = [line(1, "a"), line(2, "b"), line(2, "b"), line(3, "c")]
    overlap = seen(*old).again()
    assert overlap.new([*old, line(4, "d")]) == [line(4, "d")]
    assert overlap.verdict is Verdict.WHOLE
    assert overlap.new([line(4, "d")]) == [line(4, "d")]


def test_equal_lines_are_counted() -> None:
    twice = [line(2, "b"), line(2, "b")]
    assert seen(line(1, "a"), *twice).again().new([line(1, "a"), *twice, *twice]) == twice
    assert seen(line(1, "a"), twice[0]).again().new([line(1, "a"), *twice]) == [twice[1]]


def test_lines_of_the_second_before_the_first_that_was_asked_for_are_not_new() -> None:
    """With a tail of few lines the stream that goes on begins earlier than the first one did."""
    overlap = seen(line(500, "wanted")).again()
    assert overlap.new([line(1, "older"), line(2, "older"), line(500, "wanted"), line(501, "new")]) == [
        line(501, "new")
    ]


def test_the_order_of_the_file_counts_where_stamps_go_back() -> None:
    overlap = seen(line(5, "stderr"), line(4, "stdout")).again()
    assert overlap.new([line(5, "stderr"), line(4, "stdout"), line(3, "late")]) == [line(3, "late")]


def test_what_was_seen_last_is_not_there() -> None:
    overlap = seen(line(1, "a"), line(2, "b")).again()
    assert overlap.new([line(9, "x"), line(10, "y")]) == [line(9, "x"), line(10, "y")]
    assert overlap.verdict is Verdict.TORN


def test_what_comes_again_is_passed_over_also_where_the_last_of_it_is_missing() -> None:
    overlap = seen(line(1, "a"), line(2, "b"), line(3, "last")).again()
    assert overlap.new([line(1, "a"), line(2, "b"), line(2, "new"), line(9, "c")]) == [line(2, "new"), line(9, "c")]
    assert overlap.verdict is Verdict.TORN


def test_nothing_is_known_before_the_last_line_came() -> None:
    overlap = seen(line(1, "a"), line(2, "b")).again()
    assert overlap.new([line(1, "a")]) == []
    assert overlap.verdict is Verdict.OPEN


def test_only_the_last_seconds_are_remembered() -> None:
    found = Seen(Stamps())
    for second in range(20):
        found.add([line(second * 10**9 + number, "x") for number in range(10)])
    assert sum(len(lines) for _, lines in found._recent) <= 30
    overlap = found.again()
    assert overlap.new([line(19 * 10**9 + number, "x") for number in range(11)]) == [line(19 * 10**9 + 10, "x")]
