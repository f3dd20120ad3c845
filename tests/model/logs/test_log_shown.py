"""What is seen of a log: filters over all of it, context, levels, sources, search; against a naive model."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.logs.ansi import plain
from k8stui.model.logs.book import HEAD, Book
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.jsonline import level_of
from k8stui.model.logs.levels import Level
from k8stui.model.logs.query import Query, parse
from k8stui.model.logs.shown import Lens, Shown
from k8stui.model.logs.sieve import matching


def settle(shown: Shown) -> None:
    for _ in range(100_000):
        if shown.work():
            return
    raise AssertionError("it never comes to an end")


def lines(count: int, start: int = 0) -> list[Entry]:
    return [Entry(number, number % 3, f"line {number}") for number in range(start, start + count)]


def seen(shown: Shown) -> list[str]:
    return [shown.entry(number).text for number in shown.numbers()]


def test_without_a_lens_everything_is_seen() -> None:
    book = Book()
    shown = Shown(book)
    book.extend(lines(5))
    assert shown.work()
    assert (len(shown), shown.count, shown.filtered) == (5, 5, False)
    assert [shown.number(index) for index in range(5)] == list(range(5))
    assert list(shown.numbers(1, 3)) == [1, 2]
    assert [shown.index(number) for number in (0, 4, 5, 99)] == [0, 4, 5, 5]


def test_toggling_a_filter_does_not_shrink_history() -> None:
    """Trap 15 of the peers: in kubetui and k9s what a filter hid was gone."""
    book = Book()
    shown = Shown(book)
    book.extend(lines(1000))
    settle(shown)
    before = seen(shown)
    shown.look(Lens(queries=(parse("7"),)))
    settle(shown)
    assert seen(shown) == [text for text in before if "7" in text]
    book.extend(lines(1000, 1000))
    settle(shown)
    assert shown.count == sum("7" in text for text in (f"line {each}" for each in range(2000)))
    shown.look(Lens())
    settle(shown)
    assert seen(shown) == [f"line {each}" for each in range(2000)]
    shown.look(Lens(queries=(parse("7"),)))
    settle(shown)
    assert (shown.count, book.lines) == (542, 2000)


def test_several_filters_levels_and_hidden_sources() -> None:
    book = Book()
    shown = Shown(book)
    book.extend([
        Entry(1, 0, '{"level":"error","msg":"boom"}'),
        Entry(2, 0, "  at stack"),
        Entry(3, 1, "INFO fine"),
        Entry(4, 1, "  more"),
        Entry(5, 0, "WARN careful"),
        Entry(6, 2, "says nothing"),
        Entry(7, -1, "restarted", Mark.RESTARTED),
    ])  # fmt: skip
    for lens, numbers in [
        (Lens(level=Level.WARN), [0, 1, 4, 5, 6]),
        (Lens(level=Level.ERROR), [0, 1, 5, 6]),
        (Lens(hidden=frozenset({0, 2})), [2, 3, 6]),
        (Lens(queries=(parse("a"), parse("!fu"))), [1, 5, 6]),
        (Lens(queries=(parse("a"), parse("level=warn"))), [6]),
        (Lens(queries=(parse("a"),), level=Level.WARN, hidden=frozenset({2})), [1, 4, 6]),
        (Lens(queries=(Query(""),)), list(range(7))),
    ]:
        shown.look(lens)
        settle(shown)
        assert list(shown.numbers()) == numbers, lens


def test_lines_around_a_match_are_those_of_its_source() -> None:
    book = Book()
    shown = Shown(book)
    book.extend([Entry(each, each % 2, f"{each} {'hit' if each in (6, 20) else ''}") for each in range(40)])
    shown.look(Lens(queries=(parse("hit"),), before=2, after=1))
    settle(shown)
    assert list(shown.numbers()) == [2, 4, 6, 8, 16, 18, 20, 22]
    assert [each for each in shown.numbers() if shown.matches(each)] == [6, 20]
    assert shown.count == 2


def test_the_old_result_stays_until_the_new_one_is_there() -> None:
    book = Book()
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 0.001
        return now

    shown = Shown(book, clock=clock)
    book.extend(lines(30_000))
    settle(shown)
    shown.look(Lens(queries=(parse("99"),)))
    assert not shown.work(0.008)
    assert len(shown) == 30_000
    assert 0 < shown.progress < 1
    book.extend(lines(10, 30_000))
    shown.work(0.001)
    assert len(shown) == 30_010
    settle(shown)
    assert shown.progress == 1
    assert len(shown) == sum("99" in str(each) for each in range(30_010))
    assert sum(1 for _ in shown.steps()) == 0


def test_drops_are_told_and_leave_filters_right() -> None:
    book = Book(20_000)
    shown = Shown(book)
    shown.look(Lens(queries=(parse("5"),)))
    shown.search(parse("line"))
    for start in range(0, 5000, 50):
        book.extend(lines(50, start))
        settle(shown)
    kept = [each for each in range(book.first, 5000) if "5" in str(each)]
    assert list(shown.numbers()) == [HEAD, *kept]
    assert shown.number(0) == HEAD
    assert shown.index(HEAD) == 0
    assert [shown.number(each + 1) for each in range(len(kept))] == kept
    assert list(shown.found) == kept
    assert shown.count == len(kept)
    assert shown.entry(HEAD).text == book.head
    assert [each.text for each in shown.entries()][1:] == [f"line {each}" for each in kept]
    book.extend(lines(400, 5000))
    assert HEAD not in shown.numbers(1)
    assert all(number >= book.first for number in shown.numbers(1))


def test_a_search_is_kept_up_with() -> None:
    book = Book()
    shown = Shown(book)
    book.extend(lines(100))
    shown.search(parse("line .*7"))
    settle(shown)
    assert list(shown.found) == [each for each in range(100) if "7" in str(each)]
    book.extend(lines(100, 100))
    settle(shown)
    assert list(shown.found) == [each for each in range(200) if "7" in str(each)]
    shown.look(Lens(queries=(parse("1"),)))
    settle(shown)
    assert list(shown.found) == [each for each in range(200) if "7" in str(each) and "1" in str(each)]
    shown.search(None)
    assert (shown.query, list(shown.found)) == (None, [])
    assert shown.work()


def test_a_hostile_pattern_hides_nothing_and_says_so() -> None:
    book = Book()
    shown = Shown(book)
    book.extend([Entry(0, 0, "a" * 60 + "b")] * 500)
    shown.look(Lens(queries=(parse("(a|aa)+$"), parse("a"))))
    settle(shown)
    assert "takes too long" in shown.trouble
    assert "hides nothing" in shown.trouble
    assert shown.count == 500
    shown.look(Lens())
    settle(shown)
    assert shown.trouble == ""
    shown.search(parse("(a|aa)+$"))
    settle(shown)
    assert "not searched" in shown.trouble
    assert shown.query is None


def test_a_pattern_that_is_slow_in_all_is_given_up() -> None:
    """Each line is quick enough, all together are not."""
    burden = 0.0

    def spent() -> float:
        nonlocal burden
        burden += 0.1
        return burden

    book = Book()
    shown = Shown(book, burden=spent)
    book.extend(lines(3000))
    shown.look(Lens(queries=(parse("line [0-9]"),)))
    settle(shown)
    assert "takes too long" in shown.trouble
    assert shown.count == 3000


def test_long_lines_do_not_pile_up_in_one_step() -> None:
    book = Book(1 << 30)
    shown = Shown(book)
    book.extend([Entry(0, 0, "x" * 200_000 + str(each)) for each in range(6)])
    shown.look(Lens(queries=(parse("x[0-9]$"),)))
    assert sum(1 for _ in shown.steps()) >= 6
    assert shown.count == 6


TEXTS = ["a", "b", "ab ERROR", '{"level":"info","msg":"a"}', "\x1b[31ma\x1b[0m", "INFO b", "aa", ""]
QUERIES = ["a", "!a", "a+", "b|ERROR", "level=info", "!level=info", "^$", "[^a]"]
entries_strategy = st.lists(
    st.builds(
        Entry,
        st.just(1),
        st.integers(0, 2),
        st.sampled_from(TEXTS),
        st.sampled_from([Mark.LINE] * 6 + [Mark.LATE, Mark.NOTE]),
    ),
    max_size=12,
)
lens_strategy = st.builds(
    Lens,
    st.lists(st.sampled_from([parse(each) for each in QUERIES]), max_size=2).map(tuple),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from([Level.UNKNOWN, Level.UNKNOWN, Level.WARN]),
    st.sampled_from([frozenset(), frozenset({1})]),
)


def naive(entries: Sequence[tuple[int, Entry]], lens: Lens) -> tuple[list[int], set[int]]:
    """What is to be seen of these numbered lines, and which match, said as simply as possible."""
    written = [(number, each) for number, each in entries if each.mark.is_line and each.source not in lens.hidden]
    hits = set()
    levels: dict[int, Level] = {}
    for number, each in written:
        level = level_of(plain(each.text)) or levels.get(each.source, Level.UNKNOWN)
        levels[each.source] = level
        fits = all(matching(query, [plain(each.text)]) for query in lens.queries)
        if fits and (level >= lens.level or level is Level.UNKNOWN):
            hits.add(number)
    found = {number for number, each in entries if not each.mark.is_line} | hits
    if not lens.empty:
        for source in range(3):
            own = [number for number, each in written if each.source == source]
            for index, number in enumerate(own):
                if number in hits:
                    found |= set(own[max(0, index - lens.before) : index + lens.after + 1])
    return sorted(found), hits


@pytest.mark.slow
@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.tuples(entries_strategy, st.one_of(st.none(), lens_strategy)), max_size=6), st.sampled_from(QUERIES))
def test_any_lens_at_any_time_is_as_the_naive_model(steps: list[tuple[list[Entry], Lens | None]], search: str) -> None:
    """Nothing is dropped here, so that levels and context of the ring's lost lines cannot differ."""
    book = Book()
    came: list[Entry] = []
    shown = Shown(book)
    query = parse(search)
    shown.search(query)
    for entries, lens in steps:
        if lens is not None:
            shown.look(lens)
        came += entries
        book.extend(entries)
        shown.work(0)
        settle(shown)
        numbers, hits = naive(list(enumerate(came)), shown.lens)
        assert list(shown.numbers()) == numbers
        assert shown.count == len(hits)
        assert list(shown.found) == [each for each in numbers if matching(query, [plain(came[each].text)])]
        around = [each for each in numbers if came[each].mark.is_line and each not in hits]
        assert [each for each in numbers if not shown.matches(each)] == around


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(entries_strategy, min_size=1, max_size=12), st.sampled_from(QUERIES), st.integers(300, 2000))
def test_a_filtered_ring_is_the_filtered_end_of_all_that_came(
    batches: list[list[Entry]], typed: str, most: int
) -> None:
    book = Book(most)
    came: list[Entry] = []
    shown = Shown(book)
    query = parse(typed)
    shown.look(Lens(queries=(query,)))
    for entries in batches:
        came += entries
        book.extend(entries)
        settle(shown)
        kept = range(book.first, len(came))
        wanted = [each for each in kept if not came[each].mark.is_line or matching(query, [plain(came[each].text)])]
        assert list(shown.numbers()) == ([HEAD] if book.first else []) + wanted
        assert len(shown) == len(wanted) + bool(book.first)


@pytest.mark.parametrize("typed", ["number [0-9]*77$", "NUMBER", "ms>990"])
def test_a_pass_over_many_lines_never_holds_the_loop(typed: str) -> None:
    """Each step is short; the figures are in the benchmarks."""
    book = Book()
    shown = Shown(book)
    book.extend([Entry(1, 0, f'{{"level":"info","ms":{each % 1000},"msg":"number {each}"}}') for each in range(20_000)])
    settle(shown)
    shown.look(Lens(queries=(parse(typed),)))
    steps = 0
    for _ in shown.steps():
        steps += 1
    assert steps > 5
    assert shown.done
