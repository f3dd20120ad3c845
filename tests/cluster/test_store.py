from typing import Any

import pytest

from k8stui.cluster.store import ALL_FROM, Store
from tests.support.rows import Thing, thing


def filled(count: int) -> Store[Thing]:
    store: Store[Thing] = Store()
    for number in range(count):
        store.put(thing(f"n{number}"))
    return store


def test_put_get_remove() -> None:
    store: Store[Thing] = Store()
    row = thing("x")
    assert store.put(row)
    assert store.get("a/x") is row
    assert len(store) == 1
    assert store.remove("a/x")
    assert not store.remove("a/x")
    assert store.get("a/x") is None


def test_an_equal_version_keeps_the_row_that_is_there_and_wakes_nobody() -> None:
    store: Store[Thing] = Store()
    row = thing("x", version="7")
    store.put(row)
    woken: list[int] = []
    changes = store.subscribe(lambda: woken.append(1))
    assert not store.put(thing("x", version="7"))
    assert store.get("a/x") is row
    assert not changes.dirty
    assert not woken


def test_each_reader_has_its_own_dirt_and_is_woken_once() -> None:
    store = filled(3)
    woken: list[str] = []
    first = store.subscribe(lambda: woken.append("first"))
    second = store.subscribe(lambda: woken.append("second"))
    store.put(thing("n0", version="2"))
    store.put(thing("n1", version="2"))
    assert woken == ["first", "second"]
    assert first.take().uids == {"a/n0", "a/n1"}
    assert not first.dirty
    store.remove("a/n2")
    assert woken == ["first", "second", "first"]
    assert second.take().uids == {"a/n0", "a/n1", "a/n2"}
    first.close()
    store.put(thing("n0", version="3"))
    assert not first.dirty


@pytest.mark.parametrize(("rows", "changed", "told_all"), [(2_000, ALL_FROM, False), (2_000, ALL_FROM + 1, True)])
def test_too_much_dirt_becomes_all(rows: int, changed: int, told_all: bool) -> None:
    store = filled(rows)
    changes = store.subscribe(lambda: None)
    for number in range(changed):
        store.put(thing(f"n{number}", version="2"))
    delta = changes.take()
    assert delta.all is told_all
    assert len(delta.uids) == (0 if told_all else changed)


def test_a_quarter_of_many_rows_is_not_all_yet() -> None:
    store = filled(8_000)
    changes = store.subscribe(lambda: None)
    for number in range(2_000):
        store.put(thing(f"n{number}", version="2"))
    assert not changes.take().all
    for number in range(2_001):
        store.put(thing(f"n{number}", version="3"))
    assert changes.take().all
    assert not changes.take().all


def test_a_relist_blanks_nothing_and_sweeps_what_it_did_not_hold() -> None:
    store = filled(4)
    rows = dict(store.rows)
    generation = store.begin()
    store.put(thing("n0"), generation)
    store.put(thing("n1", version="2"), generation)
    assert len(store) == 4
    assert store.sweep(generation) == 2
    assert set(store.rows) == {"a/n0", "a/n1"}
    assert store.get("a/n0") is rows["a/n0"]


def test_a_relist_of_one_namespace_does_not_sweep_another() -> None:
    store: Store[Thing] = Store()
    for namespace in ("a", "b"):
        for name in ("x", "y"):
            store.put(thing(name, namespace=namespace))
    generation = store.begin("a")
    store.put(thing("x", namespace="a"), generation)
    assert store.sweep(generation) == 1
    assert set(store.rows) == {"a/x", "b/x", "b/y"}


def test_a_list_that_began_with_an_empty_store_has_nothing_to_sweep() -> None:
    store: Store[Thing] = Store()
    generation = store.begin("a")
    store.put(thing("x", namespace="b"), store.begin("b"))
    assert store.sweep(generation) == 0
    assert len(store) == 1


def test_taps_see_the_row_before_and_after_until_they_are_ended() -> None:
    store: Store[Thing] = Store()
    seen: list[Any] = []
    untap = store.tap(lambda old, new: seen.append((old and old.version, new and new.version)))
    store.put(thing("x"))
    store.put(thing("x"))
    store.put(thing("x", version="2"))
    store.remove("a/x")
    untap()
    untap()
    store.put(thing("x"))
    assert seen == [(None, "1"), ("1", "2"), ("2", None)]


def test_nothing_reaches_a_closed_store_and_it_lets_go_of_its_rows() -> None:
    store = filled(2)
    told: list[int] = []
    changes = store.subscribe(lambda: told.append(1))
    store.tap(lambda old, new: told.append(2))
    generation = store.begin()
    store.close()
    assert not store.put(thing("late"))
    assert not store.put(thing("late"), generation)
    assert not store.remove("a/n0")
    assert store.sweep(generation) == 0
    assert not store.rows
    assert not changes.dirty
    assert not told
