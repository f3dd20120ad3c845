"""The log books of containers."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.following import follow
from k8stui.demo.runtime.logs import BOOK, Line, Logs
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.store import Store
from tests.support.clock import START, ManualClock
from tests.support.objects import pod
from tests.support.waiting import WITHIN, eventually


def texts(lines: list[Line]) -> list[bytes]:
    return [line.text for line in lines]


def test_lines_keep_their_times_and_their_order_within_one_moment() -> None:
    logs = Logs()
    logs.write("u", "app", 0, "one", START)
    logs.write("u", "app", 0, b"two\nthree\n", START)
    lines = list(logs.book("u", "app", 0).lines())
    assert texts(lines) == [b"one", b"two", b"three"]
    assert [line.at - int(START * 1e9) for line in lines] == [0, 1, 2]


def test_each_run_has_a_book_and_only_the_last_two_are_kept() -> None:
    logs = Logs()
    for attempt in (3, 4, 5):
        logs.write("u", "app", attempt, f"run {attempt}", START)
    kept = {attempt: texts(list(logs.book("u", "app", attempt).lines())) for attempt in (3, 4, 5)}
    assert kept == {3: [], 4: [b"run 4"], 5: [b"run 5"]}


def test_a_book_is_bounded_and_a_reader_behind_its_bound_goes_on_where_it_begins() -> None:
    logs = Logs()
    for number in range(3000):
        logs.write("u", "app", 0, f"{number:01000}", START)
    book = logs.book("u", "app", 0)
    lines, position = book.since(0, 1)
    assert book.size <= BOOK
    assert int(lines[0].text) == book.next - len(list(book.lines())) == position - 1 > 0


def test_all_books_together_are_bounded() -> None:
    logs = Logs(total=100_000)
    for number in range(3000):
        logs.write(f"u{number % 50}", "app", 0, "x" * 100, START)
    assert sum(logs.book(f"u{number}", "app", 0).size for number in range(50)) <= 100_000
    assert all(logs.book(f"u{number}", "app", 0).size for number in range(50))


def test_history_is_made_when_it_is_read_and_stands_before_what_was_written() -> None:
    made = []

    def make() -> list[tuple[float, str]]:
        made.append(1)
        return [(START - 20, "long ago"), (START - 10, "ago")]

    logs = Logs()
    logs.history("u", "app", 7, make)
    logs.write("u", "app", 7, "now", START)
    assert not made
    assert texts(list(logs.book("u", "app", 7).lines())) == [b"long ago", b"ago", b"now"]
    assert (made, logs.book("u", "app", 7).size < 200) == ([1], True)


def test_a_dropped_pod_frees_its_room_and_ends_who_reads() -> None:
    logs = Logs()
    logs.write("u", "app", 0, "x", START)
    book = logs.book("u", "app", 0)
    logs.drop("u")
    assert (book.ended, list(logs.book("u", "app", 0).lines())) == (True, [])


class Reader:
    """Follows the book of a pod's container in the background."""

    def __init__(self, containers: Containers, obj: dict[str, object]) -> None:
        book = containers.logs.book("u", "main", 0)
        self.got: list[bytes] = []
        self.task = asyncio.create_task(self._read(follow(containers, obj, "main", 0, book, 0)))

    async def _read(self, lines: AsyncIterator[list[Line]]) -> None:
        async for some in lines:
            self.got += texts(some)


@pytest.fixture
def containers() -> Containers:
    clock = ManualClock()
    store = Store(clock, Catalog())
    store.create(pod("p", uid="u"))
    return Containers(store, clock, Logs())


async def test_a_follower_wakes_on_a_line_and_ends_with_the_container(containers: Containers) -> None:
    reader = Reader(containers, containers.store.get("pods", "p", "default"))
    await eventually(lambda: containers.logs.followed("u", "main", 0))
    containers.logs.write("u", "main", 0, "a", START)
    await eventually(lambda: reader.got == [b"a"])
    containers.logs.write("u", "main", 0, "b", START)
    containers.logs.end("u", "main", 0)
    await asyncio.wait_for(reader.task, WITHIN)
    assert reader.got == [b"a", b"b"]


@pytest.mark.parametrize("how", ["deleted", "restarted", "replaced"])
async def test_a_follower_ends_when_the_store_says_that_the_run_is_over(containers: Containers, how: str) -> None:
    reader = Reader(containers, containers.store.get("pods", "p", "default"))
    await eventually(lambda: containers.logs.followed("u", "main", 0))
    if how == "restarted":

        def change(obj: dict[str, dict[str, list[dict[str, object]]]]) -> None:
            obj["status"]["containerStatuses"][0]["restartCount"] = 1

        containers.store.modify("pods", "p", "default", change=change)
    else:
        containers.store.delete("pods", "p", "default")
        if how == "replaced":
            containers.store.create(pod("p", uid="other"))
    await asyncio.wait_for(reader.task, WITHIN)


async def test_other_pods_leave_a_follower_alone(containers: Containers) -> None:
    reader = Reader(containers, containers.store.get("pods", "p", "default"))
    await eventually(lambda: containers.logs.followed("u", "main", 0))
    containers.store.create(pod("q"))
    containers.store.delete("pods", "q", "default")
    containers.logs.write("u", "main", 0, "still", START)
    await eventually(lambda: reader.got == [b"still"])
    assert not reader.task.done()
    reader.task.cancel()
