"""The ring of lines: numbers that stay, bytes that are bounded, drops that are counted."""

import sys
import tracemalloc
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.logs.book import HEAD, Book
from k8stui.model.logs.entry import Entry, Mark


def entry(number: int, size: int = 0, mark: Mark = Mark.LINE) -> Entry:
    return Entry(1_000 + number, number % 3, f"line {number}".ljust(size, "."), mark)


def test_lines_keep_their_numbers() -> None:
    book = Book()
    book.extend([])
    book.extend([entry(0), entry(1)])
    book.extend([entry(2, mark=Mark.RESTARTED)])
    assert (book.first, book.end, book.lines, book.dropped, book.head) == (0, 3, 2, 0, "")
    assert [book.entry(number) for number in range(3)] == [entry(0), entry(1), entry(2, mark=Mark.RESTARTED)]
    for number in (3, -2):
        with pytest.raises(IndexError):
            book.entry(number)


def test_the_oldest_go_and_are_counted() -> None:
    book = Book(64 * 1024)
    for start in range(0, 10_000, 100):
        book.extend(
            [entry(number, 100, Mark.GAP if number % 50 == 0 else Mark.LINE) for number in range(start, start + 100)]
        )
        assert book.bytes <= 64 * 1024
    assert book.bytes > 64 * 1024 * 7 // 8
    assert book.end == 10_000
    assert book.entry(book.first).text.startswith(f"line {book.first}.")
    with pytest.raises(IndexError):
        book.entry(book.first - 1)
    markers = sum(1 for number in range(book.first) if number % 50 == 0)
    assert book.dropped == book.first - markers
    assert book.dropped + book.lines == 10_000 - 200
    assert book.entry(HEAD).mark is Mark.GAP
    assert book.head == f"{book.dropped:,} older lines were dropped here: 64 kB are kept"
    assert list(book.entries(book.first, book.end)) == [book.entry(each) for each in range(book.first, book.end)]
    assert next(iter(book.entries(0, book.end))) == book.entry(book.first)


def test_a_line_that_is_larger_than_the_bound_is_kept_until_the_next() -> None:
    book = Book(1000)
    book.extend([entry(0), entry(1, 5000)])
    assert (book.first, book.end) == (1, 2)
    assert book.head == "1 older line was dropped here: 1000 bytes are kept"
    book.extend([entry(2)])
    assert (book.first, book.end) == (2, 3)


@pytest.mark.parametrize("letter", ["x", "é", "日", "😀"])
def test_what_is_counted_is_what_memory_is_taken(letter: str) -> None:
    """Within a fifth: lists grow ahead of what they hold."""
    tracemalloc.start()
    try:
        book = Book(1024 * 1024)
        before = tracemalloc.get_traced_memory()[0]
        for start in range(0, 10_000, 1000):
            book.extend(
                [Entry(10**18 + each, each % 5, letter * 50 + str(each)) for each in range(start, start + 1000)]
            )
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert taken == pytest.approx(book.bytes, rel=0.2)


def test_stamps_beyond_any_calendar() -> None:
    book = Book()
    book.extend([Entry(5, 0, "a")])
    book.extend([Entry(10**30, 0, "b"), Entry(-(10**30), 0, "c"), Entry(7, 0, "d")])
    assert [book.entry(each).text for each in range(4)] == list("abcd")
    assert [book.entry(each).at for each in (0, 1, 3)] == [5, 2**63 - 1, 7]


def test_a_time_is_found() -> None:
    book = Book()
    book.extend([Entry(at, 0, "x") for at in (10, 0, 20, 15, 30)])
    assert [book.at(each) for each in (1, 11, 20, 21, 31)] == [0, 2, 2, 4, 5]


def test_a_moment_among_many_lines_of_which_some_are_late_or_without_a_time() -> None:
    book = Book()
    book.extend([Entry(0 if number % 10 == 0 else number, 1, "x") for number in range(1000)])
    book.extend([Entry(5, 1, "late", Mark.LATE), Entry(2000, 1, "last")])
    assert [book.at(each) for each in (-1, 1, 700, 701, 999, 1000, 2001)] == [1, 1, 701, 701, 999, 1001, 1002]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 3000), st.booleans()), max_size=30), max_size=20),
    st.integers(500, 20_000),
)
def test_a_ring_is_the_end_of_all_that_came(batches: list[list[tuple[int, bool]]], most: int) -> None:
    book = Book(most)
    came: list[Entry] = []
    for batch in batches:
        entries = [
            entry(len(came) + at, size, Mark.LINE if line else Mark.NOTE) for at, (size, line) in enumerate(batch)
        ]
        came += entries
        book.extend(entries)
        kept = came[book.first :]
        assert [book.entry(number) for number in range(book.first, book.end)] == kept
        assert book.end == len(came)
        assert book.lines == sum(each.mark.is_line for each in kept)
        assert book.dropped == sum(each.mark.is_line for each in came[: book.first])
        assert book.bytes == sum(sys.getsizeof(each.text) + 21 for each in kept)
        assert book.bytes <= most or len(kept) == 1
    assert all(one < other for one, other in pairwise([each.at for each in came]))


@pytest.mark.parametrize("seed", range(20))
def test_it_is_known_before_which_lines_would_go(seed: int) -> None:
    random = Random(seed)

    def some() -> list[Entry]:
        return [Entry(1, 1, random.choice("xé") * random.randrange(60)) for _ in range(random.randrange(1, 40))]

    book, told = Book(8_000), set()
    for _ in range(60):
        entries = some()
        number = random.randrange(book.first, book.end + 1)
        after = book.copy()
        after.extend(entries)
        spared = book.spares(number, entries)
        assert spared == (after.first <= number)
        told.add(spared)
        book = after
    assert told == {True, False}
