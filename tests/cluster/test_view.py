import asyncio
import random
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from k8stui.cluster.store import Store
from k8stui.cluster.view import BIG, View
from k8stui.model.filter import parse
from tests.support.rows import Thing, thing


def filled(count: int) -> Store[Thing]:
    store: Store[Thing] = Store()
    for number in range(count):
        store.put(thing(f"n{number:06}", number % 7))
    return store


def names(view: View[Thing], top: int = 0, height: int = 99) -> list[str]:
    return [row.ref.name for row in view.window(top, height)]


def by_value(row: Thing) -> float:
    return row.value


class Counted:
    """A function that counts its calls."""

    def __init__(self, function: Callable[[Thing], Any]) -> None:
        self.function = function
        self.calls = 0

    def __call__(self, row: Thing) -> Any:
        self.calls += 1
        return self.function(row)


class Weighed:
    """A value that counts how often it is compared."""

    compared = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def __lt__(self, other: "Weighed") -> bool:
        Weighed.compared += 1
        return self.value < other.value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Weighed) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


def test_lines_follow_the_store_only_when_applied() -> None:
    store = filled(3)
    view = View(store, order=by_value)
    view.apply()
    store.put(thing("n000001", 9, version="2"))
    store.put(thing("new", 0))
    store.remove("a/n000000")
    assert names(view) == ["n000000", "n000001", "n000002"]
    assert view.apply()
    assert names(view) == ["new", "n000002", "n000001"]
    assert view.total == len(view) == 3
    assert not view.apply()


def test_equal_values_stand_by_namespace_and_name() -> None:
    store: Store[Thing] = Store()
    for namespace, name in (("b", "x"), ("a", "z"), ("a", "y")):
        store.put(thing(name, 1, namespace=namespace))
    assert names(View(store, order=by_value)) == ["y", "z", "x"]


def test_window_and_find_agree_also_when_reversed() -> None:
    store = filled(50)
    for reverse in (False, True):
        view = View(store, order=by_value, reverse=reverse)
        lines = names(view)
        assert len(lines) == 50
        for line, name in enumerate(lines):
            assert view.find(f"a/{name}") == line
            assert names(view, line, 2) == lines[line : line + 2]
        assert names(view, 48, 10) == lines[48:]
        assert names(view, 60, 10) == []
        assert names(view, -3, 2) == lines[:2]
    assert view.find("a/none") is None


@pytest.mark.parametrize("unknown", [None, float("nan"), float("inf"), (True, 0), ZeroDivisionError])
def test_unknown_values_stand_last_also_when_reversed(unknown: Any) -> None:
    def order(row: Thing) -> Any:
        if row.value:
            return (False, row.value) if isinstance(unknown, tuple) else row.value
        if unknown is ZeroDivisionError:
            raise ZeroDivisionError
        return unknown

    store: Store[Thing] = Store()
    for name, value in (("u", 0), ("one", 1), ("two", 2), ("v", 0)):
        store.put(thing(name, value))
    view = View(store, order=order)
    assert names(view) == ["one", "two", "u", "v"]
    view.set_order(order, reverse=True)
    assert names(view)[:2] == ["two", "one"]
    assert set(names(view)[2:]) == {"u", "v"}


def test_values_of_different_families_are_kept_apart() -> None:
    values: dict[str, Any] = {"a": 3, "b": "x", "c": (1, 2), "d": 1.5, "e": True, "f": None}
    store: Store[Thing] = Store()
    for name in values:
        store.put(thing(name))
    view = View(store, order=lambda row: values[row.ref.name])
    assert names(view) == ["e", "d", "a", "b", "c", "f"]
    assert view.problem == ""


def test_values_that_cannot_be_compared_leave_the_order_by_name_and_say_so() -> None:
    store = filled(10)
    view = View(store, order=lambda row: (row.value, object()))
    assert names(view) == sorted(names(view))
    assert "sorted by name" in view.problem
    store.put(thing("zz"))
    assert view.apply()
    assert len(view) == 11
    view.set_order(by_value)
    assert view.problem == ""


def test_an_order_that_first_breaks_on_a_change_does_not_break_the_view() -> None:
    store = filled(10)
    view = View(store, order=lambda row: (0 if row.version == "1" else "text", row.value))
    assert view.problem == ""
    store.put(thing("n000003", 1, version="2"))
    assert view.apply()
    assert "cannot be compared" in view.problem
    assert names(view) == sorted(names(view))
    assert view.find("a/n000003") == 3


def test_an_order_that_contradicts_itself_does_not_break_the_view() -> None:
    class Odd:
        def __lt__(self, other: object) -> bool:
            return dice.random() < 0.5

        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, other: object) -> bool:
            return self is other

    dice = random.Random(1)
    store = filled(200)
    view = View(store, order=lambda row: (Odd(),))
    for number in range(200):
        store.put(thing(f"n{number:06}", version="2"))
        view.apply()
    assert sorted(names(view, 0, 300)) == sorted(row.ref.name for row in store.rows.values())
    assert "contradict each other" in view.problem


@pytest.mark.parametrize("order", [None, by_value])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("typed", ["", "7", "!1", "app=web"])
def test_any_sequence_of_changes_gives_what_a_sort_from_scratch_gives(order: Any, reverse: bool, typed: str) -> None:
    dice = random.Random(5)
    store = filled(300)
    view = View(store, order=order, reverse=reverse)
    pattern = parse(typed)
    view.set_filter(pattern)
    for step in range(60):
        for _ in range(dice.choice((1, 3, 200))):
            name = f"n{dice.randrange(400):06}"
            if dice.random() < 0.3:
                store.remove(f"a/{name}")
            else:
                labels = (("app", dice.choice(("web", "db"))),)
                store.put(thing(name, dice.randrange(9), version=str((step, dice.random())), labels=labels))
        view.apply()
        rows = [row for row in store.rows.values() if pattern.matches(str(row.ref).lower(), row.labels)]
        rows.sort(key=lambda row: ((order(row) if order else 0), row.ref.namespace, row.ref.name), reverse=reverse)
        assert list(view.window(0, 999)) == rows
        assert view.total == len(store)
    assert view.problem == ""


def test_a_long_pattern_looks_only_at_what_the_shorter_one_left() -> None:
    store = filled(2_000)
    looked: list[str] = []

    class Seen(str):
        __slots__ = ()

        def __contains__(self, needle: object) -> bool:
            looked.append(str(needle))
            return str.__contains__(self, needle)  # type: ignore[operator]

        def lower(self) -> "Seen":
            return Seen(str.lower(self))

    search = Counted(lambda row: Seen(row.ref.name))
    view = View(store, search=search)
    assert search.calls == 0
    view.set_filter(parse("n0019"))
    assert len(view) == 100
    assert search.calls == 2_000
    assert len(looked) == 2_000
    looked.clear()
    view.set_filter(parse("n00199"))
    assert len(view) == 10
    assert len(looked) == 100
    view.set_filter(parse("n0"))
    assert len(view) == 2_000
    assert search.calls == 2_000
    view.set_filter(None)
    assert len(view) == 2_000


def test_a_filter_follows_changes_and_keeps_the_total() -> None:
    store = filled(5)
    view = View(store, search=lambda row: f"{row.ref.name} v{row.value}")
    view.set_filter(parse("v1"))
    assert names(view) == ["n000001"]
    store.put(thing("n000002", 1, version="2"))
    store.put(thing("n000001", 3, version="2"))
    assert view.apply()
    assert names(view) == ["n000002"]
    assert (len(view), view.total) == (1, 5)
    assert view.find("a/n000001") is None
    row = view.get("a/n000001")
    assert row is not None
    assert row.value == 3


def test_a_pattern_that_takes_too_long_is_given_up_with_a_sentence() -> None:
    store: Store[Thing] = Store()
    for number in range(50):
        store.put(thing(f"n{number:02}"))
    view = View(store, search=lambda row: "a" * 100 + row.ref.name)
    before = time.monotonic()
    view.set_filter(parse(r"^(a|aa|a?a)+$"))
    assert time.monotonic() - before < 5
    assert len(view) == 50
    assert view.filter is None
    assert "takes too long" in view.problem
    view.set_filter(parse("n01"))
    assert len(view) == 1
    assert view.problem == ""


def test_a_pattern_that_first_takes_too_long_on_a_change_is_given_up_as_well() -> None:
    store = filled(10)
    view = View(store, search=lambda row: row.ref.name)
    view.set_filter(parse(r"^(a|aa|a?a)+$|n00000"))
    assert len(view) == 10
    store.put(thing("a" * 200 + "b"))
    assert view.apply()
    assert len(view) == 11
    assert "takes too long" in view.problem


def test_a_search_text_that_cannot_be_made_hides_the_row_from_filters_only() -> None:
    store = filled(3)
    view = View(store, search=lambda row: 1 / 0)  # type: ignore[arg-type,return-value]
    view.set_filter(parse("n"))
    assert len(view) == 0
    view.set_filter(None)
    assert len(view) == 3


@pytest.mark.slow
def test_one_change_among_100_000_rows_touches_few() -> None:
    count = 100_000
    store = filled(count)
    order = Counted(lambda row: Weighed(row.value))
    view = View(store, order=order)
    assert order.calls == count
    for number in range(100):
        order.calls = Weighed.compared = 0
        store.put(thing(f"n{number * 997:06}", 3.5, version=f"v{number}"))
        assert view.apply()
        assert order.calls == 1
        assert Weighed.compared <= 2 * 17 + 2
    Weighed.compared = order.calls = 0
    for number in range(0, count, 1_000):
        line = view.find(f"a/n{number:06}")
        assert line is not None
        assert view.window(line, 1)[0].ref.name == f"n{number:06}"
    assert order.calls == 0
    assert Weighed.compared <= 100 * 18


def test_many_changes_among_100_000_rows_ask_only_for_their_own_order() -> None:
    store = filled(100_000)
    order = Counted(by_value)
    view = View(store, order=order)
    order.calls = 0
    for number in range(1_000):
        store.put(thing(f"n{number * 97:06}", 3.5, version="2"))
    view.apply()
    assert order.calls == 1_000
    assert view.find("a/n000000") is not None


async def test_over_20_000_rows_a_new_order_is_made_in_slices_while_the_old_one_stays() -> None:
    store = filled(BIG + 5_000)
    view = View(store, slice=0.0)
    await view.settled()
    view.apply()
    old = names(view, 0, 5)
    turns = 0
    woken: list[int] = []
    view.subscribe(lambda: woken.append(1))
    view.set_order(by_value, reverse=True)
    while view.busy and not woken:
        assert names(view, 0, 5) == old
        assert view.find("a/n000003") == 3
        turns += 1
        await asyncio.sleep(0)
    assert turns > 50
    assert names(view, 0, 5) == old, "nothing moves but in apply"
    assert view.apply()
    assert names(view, 0, 2) == ["n024996", "n024989"]
    assert not view.busy


async def test_changes_during_a_sort_in_slices_are_not_lost() -> None:
    store = filled(BIG + 1)
    view = View(store, order=by_value, slice=0.0)
    await asyncio.sleep(0)
    store.put(thing("late", -1))
    store.remove("a/n000000")
    view.apply()
    await view.settled()
    view.apply()
    assert names(view, 0, 1) == ["late"]
    assert view.find("a/n000000") is None
    assert view.total == len(store)


async def test_a_second_wish_replaces_the_first_one_under_way() -> None:
    store = filled(BIG + 1)
    view = View(store, slice=0.0)
    view.set_order(by_value)
    await asyncio.sleep(0)
    view.set_filter(parse("n00001"))
    await asyncio.sleep(0)
    view.set_order(by_value, reverse=True)
    await view.settled()
    view.apply()
    assert len(view) == 10
    assert names(view, 0, 1) == ["n000013"]
    view.set_filter(None)
    assert len(view) == BIG + 1


async def test_too_much_dirt_in_a_big_store_is_taken_in_slices_and_asks_only_for_new_rows() -> None:
    store = filled(BIG + 100)
    order = Counted(by_value)
    view = View(store, order=order, slice=0.0)
    await view.settled()
    view.apply()
    view.set_filter(parse("n"))
    await view.settled()
    view.apply()
    order.calls = 0
    for number in range(BIG // 2):
        store.put(thing(f"n{number:06}", 99, version="2"))
    for number in range(BIG // 2, BIG // 2 + 10):
        store.remove(f"a/n{number:06}")
    assert not view.apply()
    await view.settled()
    assert view.apply()
    assert order.calls == BIG // 2
    assert len(view) == view.total == BIG + 90
    assert view.window(len(view) - 1, 1)[0].value == 99


async def test_an_order_that_breaks_in_a_big_store_is_given_up_as_well() -> None:
    view = View(filled(BIG + 1), order=lambda row: (row.value, object()), slice=0.0)
    await view.settled()
    view.apply()
    assert "sorted by name" in view.problem
    assert names(view, 0, 2) == ["n000000", "n000001"]


async def test_a_slow_pattern_in_a_big_store_is_given_up_as_well() -> None:
    view = View(filled(BIG + 1), search=lambda row: "a" * 40)
    await view.settled()
    view.apply()
    view.set_filter(parse(r"(a|aa)+$x"))
    await view.settled()
    view.apply()
    assert len(view) == BIG + 1
    assert "takes too long" in view.problem


async def test_a_closed_view_ends_its_work_and_wakes_nobody() -> None:
    store = filled(BIG + 1)
    view = View(store, slice=0.0)
    woken: list[int] = []
    view.subscribe(lambda: woken.append(1))
    await asyncio.sleep(0)
    view.close()
    store.put(thing("late"))
    await asyncio.sleep(0)
    assert not view.busy
    assert not woken


def test_a_closed_view_is_let_go_of_without_a_collection_of_cycles() -> None:
    store = filled(3)
    view = View(store)
    gone = weakref.ref(view)
    view.close()
    del view
    assert gone() is None


def test_wake_comes_once_until_the_next_apply() -> None:
    store = filled(3)
    view = View(store)
    woken: list[int] = []
    end = view.subscribe(lambda: woken.append(1))
    store.put(thing("x"))
    store.put(thing("y"))
    assert len(woken) == 1
    view.apply()
    store.put(thing("z"))
    assert len(woken) == 2
    end()
    view.apply()
    store.put(thing("zz"))
    assert len(woken) == 2
