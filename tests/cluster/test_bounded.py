"""The store that keeps the newest rows, and the least of values that come and go."""

import random

from k8stui.cluster.bounded import EVENTS_KEPT, Bounded, store_for
from k8stui.cluster.least import Least
from k8stui.cluster.queries import Query
from k8stui.model.event_row import Event
from k8stui.model.kinds import EVENTS, PODS
from tests.support.event_rows import event


def bounded(most: int = 5) -> Bounded[Event]:
    return Bounded(most, lambda event: event.at)


def test_the_least_of_values_that_come_and_go() -> None:
    dice = random.Random(1)
    least: Least[str] = Least()
    values: dict[str, float] = {}
    for _ in range(5000):
        key = f"k{dice.randrange(50)}"
        if dice.random() < 0.3:
            least.drop(key)
            values.pop(key, None)
        else:
            values[key] = dice.randrange(100)
            least.put(key, values[key])
        assert least.top() == min(((value, key) for key, value in values.items()), default=None)
    assert len(least._heap) <= 2 * 50 + 65


def test_events_are_bounded_and_whole_objects_are_not() -> None:
    store = store_for(Query(EVENTS))
    assert isinstance(store, Bounded)
    assert EVENTS_KEPT == 20_000
    assert not isinstance(store_for(Query(EVENTS, objects=True)), Bounded)
    assert not isinstance(store_for(Query(PODS)), Bounded)


def test_the_newest_are_kept_while_a_list_is_read() -> None:
    store = bounded(100)
    order = list(range(1000))
    random.Random(3).shuffle(order)
    generation = store.begin()
    for number in order:
        store.put(event(f"e{number}", first=number), generation)
        assert len(store) <= 100
    store.sweep(generation)
    assert sorted(store.rows) == sorted(f"e{number}" for number in range(900, 1000))
    assert store.left_out == 900


def test_one_left_out_that_happens_again_is_kept() -> None:
    store = bounded()
    for number in range(8):
        store.put(event(f"e{number}", first=number))
    assert (sorted(store.rows), store.left_out) == (["e3", "e4", "e5", "e6", "e7"], 3)
    store.put(event("e0", first=0, last=50, version=2))
    assert (sorted(store.rows), store.left_out) == (["e0", "e4", "e5", "e6", "e7"], 3)
    store.put(event("e1", first=1, version=2))  # changed, but no newer
    assert (len(store), store.left_out) == (5, 3)


def test_what_is_deleted_is_counted_no_more() -> None:
    store = bounded()
    for number in range(8):
        store.put(event(f"e{number}", first=number))
    assert store.remove("e0") is False
    assert store.left_out == 2
    assert store.remove("e7") is True
    assert (len(store), store.left_out) == (4, 2)
    store.put(event("e9", first=9))
    assert (len(store), store.left_out) == (5, 2)


def test_a_new_list_forgets_what_is_gone() -> None:
    store = bounded()
    for number in range(8):
        store.put(event(f"e{number}", first=number, namespace="a" if number % 2 else "b"))
    generation = store.begin("a")
    for number in (1, 5, 7):
        store.put(event(f"e{number}", first=number, namespace="a"), generation)
    store.sweep(generation)
    assert sorted(store.rows) == ["e4", "e5", "e6", "e7"]
    assert store.left_out == 3  # e0 and e2 of the other namespace, and e1
    generation = store.begin()
    store.put(event("e7", first=7, namespace="a"), generation)
    store.sweep(generation)
    assert (list(store.rows), store.left_out) == (["e7"], 0)


def test_whoever_shows_how_many_are_left_out_is_told() -> None:
    store = bounded(1)
    store.put(event("new", first=9))
    told: list[int] = []
    end = store.on_left_out(lambda: told.append(store.left_out))
    store.put(event("old", first=1))
    store.remove("old")
    store.put(event("newer", first=10))
    generation = store.begin()
    store.put(event("newer", first=10), generation)
    store.sweep(generation)
    assert told == [1, 0, 1, 0]
    end()
    store.put(event("old", first=1))
    assert len(told) == 4


def test_a_closed_store_holds_nothing() -> None:
    store = bounded(1)
    store.put(event("a", first=1))
    store.put(event("b", first=2))
    store.close()
    store.put(event("c", first=3))
    assert (len(store), store.left_out) == (0, 0)
