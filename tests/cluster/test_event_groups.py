"""Groups of events: they equal what is counted anew, whatever came in which order."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Iterable

import pytest

from k8stui.cluster.bounded import Bounded
from k8stui.cluster.event_groups import STORM, EventGroups
from k8stui.cluster.event_tally import Tally
from k8stui.cluster.store import Store
from k8stui.model.event_row import Event
from k8stui.model.events import EventLine, object_text, rate
from k8stui.model.generated import stem
from tests.support.event_rows import T0, event
from tests.support.waiting import eventually


def named(event: Event) -> str:
    return stem("Pod", event.about.name)


def grouped(owner: Callable[[Event], str] = named) -> tuple[Store[Event], EventGroups]:
    store: Store[Event] = Store()
    return store, EventGroups(store, owner)


def lines(groups: EventGroups) -> list[EventLine]:
    groups.settle()
    return sorted(groups.rows.values(), key=object_text)


def texts(groups: EventGroups) -> list[str]:
    return sorted(f"{object_text(line)} {line.count}" for line in lines(groups))


# Groups


def test_events_of_one_reason_about_one_object_are_one_line() -> None:
    store, groups = grouped()
    store.put(event("a", count=4, first=10, last=50))
    store.put(event("b", count=2, first=5, last=60))
    store.put(event("c", reason="Failed"))
    store.put(event("d", "api"))
    assert texts(groups) == ["pod/api 1", "pod/web-0 1", "pod/web-0 6"]
    (line,) = (each for each in lines(groups) if each.count == 6)
    assert (line.first, line.last, line.event.message) == (T0 + 5, T0 + 60, "b at 1")
    assert line.ref.uid == "a"


def test_what_goes_is_taken_off() -> None:
    """The server deletes an event an hour after its last change."""
    store, groups = grouped()
    store.put(event("a", count=4, first=10, last=50))
    store.put(event("b", count=2, first=20, last=40))
    store.remove("a")
    (line,) = lines(groups)
    assert (line.count, line.first, line.last, line.ref.uid) == (2, T0 + 20, T0 + 40, "b")
    store.remove("b")
    assert lines(groups) == []


def test_a_storm_is_one_line_until_it_is_unfolded() -> None:
    store, groups = grouped()
    for number, name in enumerate(("web-78f9-w2cdb", "web-78f9-hzljk", "web-78f9-x665m")):
        assert len(lines(groups)) == number
        store.put(event(name, name, first=number, count=number + 1))
    store.put(event("other", "handmade"))
    assert texts(groups) == ["pod/handmade 1", "pod/web-78f9-* (3 objects) 6"]
    uid = lines(groups)[1].ref.uid
    assert uid == "web-78f9-w2cdb"  # the cursor that was on the first of them is on the storm now
    assert groups.toggle(uid) is True
    assert texts(groups) == ["pod/handmade 1", "pod/web-78f9-hzljk 2", "pod/web-78f9-w2cdb 1", "pod/web-78f9-x665m 3"]
    store.put(event("more", "web-78f9-zzzzz"))
    assert len(lines(groups)) == 5
    assert groups.toggle("web-78f9-hzljk") is False
    assert texts(groups) == ["pod/handmade 1", "pod/web-78f9-* (4 objects) 7"]
    assert groups.toggle("other") is None
    assert groups.toggle("nothing") is None


def test_a_storm_that_abates_is_its_objects_again() -> None:
    store, groups = grouped()
    for name in ("web-0", "web-1", "web-2"):
        store.put(event(name, name))
    assert texts(groups) == ["pod/web-* (3 objects) 3"]
    store.remove("web-0")
    assert texts(groups) == ["pod/web-1 1", "pod/web-2 1"]


def test_a_line_is_found_by_any_event_of_it() -> None:
    store, groups = grouped()
    for name in ("web-0", "web-1", "web-2", "api"):
        store.put(event(name, name))
    for uid in ("web-0", "web-1", "web-2"):
        found = groups.get(uid)
        assert found is not None
        assert found.objects == 3
    assert groups.get("api") is not None
    assert groups.get("nobody") is None


def test_the_owner_is_asked_once() -> None:
    """A pod's row may come and go while its events stay: what was added to a storm is taken off that storm."""
    owners = {"x": "one", "y": "one", "z": "one"}
    store, groups = grouped(lambda event: owners.get(event.about.name, ""))
    for name in owners:
        store.put(event(name, name))
    owners.clear()
    assert texts(groups) == ["pod/one-* (3 objects) 3"]
    for name in ("x", "y", "z"):
        store.remove(name)
    assert lines(groups) == []


def test_readers_are_woken_once_and_told_every_line() -> None:
    store, groups = grouped()
    woken: list[int] = []
    changes = groups.subscribe(lambda: woken.append(1))
    store.put(event("a", "web-0"))
    store.put(event("b", "web-1"))
    assert len(woken) == 1
    assert {"a", "b"} <= changes.take().uids
    store.put(event("c", "web-2"))
    assert {"a", "b"} <= changes.take().uids  # they went into the storm, that has the uid of the first
    assert list(groups.rows) == ["a"]
    groups.toggle("a")
    assert {"a", "b", "c"} <= changes.take().uids


def test_events_that_are_there_already() -> None:
    store: Store[Event] = Store()
    for name in ("web-0", "web-1", "web-2", "api"):
        store.put(event(name, name))
    groups = EventGroups(store, named)
    assert sorted(groups.rows) == ["api", "web-0"]
    groups.close()
    store.put(event("late", "late"))
    assert not groups.rows


async def test_many_events_that_are_there_come_in_slices() -> None:
    """And what changes or goes meanwhile is counted once."""
    store: Store[Event] = Store()
    for number in range(5000):
        store.put(event(f"e{number}", f"pod{number % 500}x", first=number))
    groups = EventGroups(store, named, slice=0.0)
    assert len(groups.rows) < 500
    store.remove("e4999")
    store.put(event("e4998", "pod498x", first=9999, version=2))
    store.put(event("new", "pod0x", first=5))
    await eventually(lambda: not groups._waiting)
    _agrees(groups, store.rows.values())
    groups = EventGroups(store, named, slice=0.0)
    groups.close()
    await asyncio.sleep(0)
    assert not groups.rows


NAMES = (
    "web-78f9-w2cdb",
    "web-78f9-hzljk",
    "web-78f9-x665m",
    "web-78f9-bbbbb",
    "db-0",
    "db-1",
    "db-2",
    "db-3",
    "alone",
)


@pytest.mark.parametrize("seed", range(12))
def test_any_order_comes_to_the_same_as_counting_anew(seed: int) -> None:
    dice = random.Random(seed)
    store, groups = grouped()
    shadow: dict[str, EventLine] = {}
    changes = groups.subscribe(lambda: None)
    for step in range(600):
        uid = f"e{dice.randrange(80)}"
        if dice.random() < 0.35:
            store.remove(uid)
        else:
            first = dice.randrange(3000)
            made = event(
                uid,
                dice.choice(NAMES),
                reason=dice.choice(("BackOff", "Failed")),
                count=dice.randrange(1, 9),
                first=first,
                last=first + dice.randrange(600),
                version=step,
            )
            store.put(made)
        if dice.random() < 0.03 and groups.rows:
            groups.toggle(dice.choice(list(groups.rows)))
        if dice.random() < 0.2:
            for uid in changes.take().uids:
                _follow(shadow, uid, groups.rows.get(uid))
            assert shadow == groups.rows
            _agrees(groups, store.rows.values())
    for uid in list(store.rows):
        store.remove(uid)
    assert lines(groups) == []


def _follow(shadow: dict[str, EventLine], uid: str, line: EventLine | None) -> None:
    """What a reader does with what it is told."""
    if line is None:
        shadow.pop(uid, None)
    else:
        shadow[uid] = line


def _agrees(groups: EventGroups, events: Iterable[Event]) -> None:
    """The lines are those that somebody would make who sees all events for the first time."""
    by_group: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for each in events:
        by_group[each.reason, each.about.name].append(each)
    storms: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for reason, name in by_group:
        storms[reason, stem("Pod", name) or name].append((reason, name))
    expected = {}
    for (reason, begin), keys in storms.items():
        folded = len(keys) >= STORM and (reason, begin, "") not in _unfolded(groups)
        for part in [keys] if folded else [[key] for key in keys]:
            members = [each for key in part for each in by_group[key]]
            name = f"pod/{begin}-* ({len(part)} objects)" if len(part) > 1 else f"pod/{part[0][1]}"
            expected[reason, name] = members
    found = {(line.event.reason, object_text(line)): line for line in groups.rows.values()}
    assert sorted(found) == sorted(expected)
    for key, line in found.items():
        members = expected[key]
        newest = max(each.at for each in members)
        assert line.count == sum(each.count for each in members)
        assert line.first == min(each.first for each in members if each.first is not None)
        assert (line.last, line.event.at) == (newest, newest)
        assert line.ref in [each.ref for each in members]
        anew = Tally()
        for each in members:
            anew.put(each)
        assert rate(line, T0 + 4000) == pytest.approx(rate(anew.line(), T0 + 4000), rel=1e-6, abs=1e-9)


def _unfolded(groups: EventGroups) -> set[tuple[str, str, str]]:
    return {(reason, begin, "") for _, reason, _, _, begin in groups._unfolded}


def test_a_big_group_is_kept_in_order() -> None:
    """Thousands of events in one group, the oldest going one by one: first and newest stay right."""
    tally = Tally()
    many = [event(f"e{number:05}", first=number) for number in range(3000)]
    for each in many:
        tally.put(each)
    for number, each in enumerate(many[:-1]):
        tally.drop(each)
        if number % 97 == 0:
            line = tally.line()
            assert (line.first, line.count) == (T0 + number + 1, 2999 - number)
            assert line.event is many[-1]
    tally.put(event("e02999", first=10, last=20, version=2))
    assert tally.line().first == T0 + 10


@pytest.mark.parametrize("seed", range(6))
def test_groups_over_a_bounded_store(seed: int) -> None:
    """What the bound drops is subtracted as if the server had deleted it."""
    dice = random.Random(seed)
    store: Bounded[Event] = Bounded(40, lambda event: event.at)
    groups = EventGroups(store, named)
    for step in range(800):
        uid = f"e{dice.randrange(200)}"
        if dice.random() < 0.1:
            store.remove(uid)
        else:
            at = step + dice.randrange(100)
            store.put(event(uid, dice.choice(NAMES), first=at, count=dice.randrange(1, 4), version=step))
        if step % 25 == 0:
            groups.settle()
            _agrees(groups, store.rows.values())
    assert len(store) == 40
