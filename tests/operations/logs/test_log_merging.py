"""Lines of several sources in one order; no work while nothing comes."""

import asyncio
import time

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.options import LogOptions
from k8stui.operations.logs import merging
from k8stui.operations.logs.lanes import take
from k8stui.operations.logs.merging import FULL_BYTES, PORTION, Merge
from tests.support.clock import ManualClock
from tests.support.logs import Writer, following, names
from tests.support.waiting import WITHIN, eventually

WINDOW = 0.1


class Taken:
    def __init__(self, *sources: int, window: float = WINDOW) -> None:
        self.entries: list[Entry] = []
        self.batches: list[int] = []
        self.merge = Merge(self.take, window)
        for source in sources:
            self.merge.opened(source)

    def take(self, entries: list[Entry]) -> None:
        self.batches.append(len(entries))
        self.entries += entries

    def add(self, source: int, *at: int) -> None:
        self.merge.add(source, [Entry(each, source, f"{source}:{each}") for each in at], 10)

    @property
    def texts(self) -> list[str]:
        return [("" if entry.mark is Mark.LINE else f"{entry.mark.name} ") + entry.text for entry in self.entries]

    async def until(self, *texts: str) -> None:
        await eventually(lambda: len(self.entries) >= len(texts))
        assert self.texts == list(texts)


async def test_lines_wait_for_earlier_ones_of_others() -> None:
    taken = Taken(1, 2)
    taken.add(1, 10, 30)
    taken.add(2, 20, 40)
    assert taken.texts == []
    await taken.until("1:10", "2:20", "1:30", "2:40")


async def test_one_source_waits_for_nobody() -> None:
    taken = Taken(1, window=60.0)
    taken.add(1, 10, 30)
    await taken.until("1:10", "1:30")


async def test_what_comes_later_than_the_window_stays_where_it_arrives_and_is_marked() -> None:
    taken = Taken(1, 2)
    taken.add(1, 10, 30)
    await eventually(lambda: taken.texts)
    taken.add(2, 20, 30, 40)
    await taken.until("1:10", "1:30", "LATE 2:20", "2:30", "2:40")


async def test_the_order_of_one_source_is_its_own() -> None:
    taken = Taken(1, 2)
    taken.add(1, 10, 5, 0, 30)
    taken.add(2, 20)
    await taken.until("1:10", "LATE 1:5", "1:0", "2:20", "1:30")


async def test_a_marker_stands_behind_the_lines_of_its_source() -> None:
    taken = Taken(1, 2)
    taken.add(1, 10)
    taken.merge.mark(Entry(999, 1, "again", Mark.RESTARTED))
    taken.add(1, 30)
    taken.add(2, 20)
    await taken.until("1:10", "RESTARTED again", "2:20", "1:30")


async def test_the_first_lines_of_all_wait_for_each_other() -> None:
    taken = Taken(1, 2, 3, window=0.01)
    taken.merge.expect({1, 2, 3})
    taken.add(1, 10, 40)
    await asyncio.sleep(0)
    taken.add(2, 30)
    taken.merge.settled(3)
    await taken.until("1:10", "2:30", "1:40")


async def test_first_lines_wait_as_long_as_lines_of_the_past_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty sources, a slow link: the last of them is not read when a second is over."""
    monkeypatch.setattr(merging, "FIRST", 0.05)
    taken = Taken(1, 2, window=60.0)
    taken.merge.expect({1, 2}, 10 * merging.NEAR)
    monkeypatch.setattr(merging, "FIRST", 60.0)
    for at in range(10):
        taken.add(1, 100 + at)
        await asyncio.sleep(0.02)
    assert taken.texts == []
    taken.add(2, 50)
    await eventually(lambda: len(taken.entries) == 11)
    assert taken.texts[0] == "2:50"
    assert not any("LATE" in text for text in taken.texts)


async def test_first_lines_do_not_wait_while_lines_are_written_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "FIRST", 0.05)
    taken = Taken(1, 2)
    taken.merge.expect({1, 2}, 10 * merging.NEAR)
    for at in range(20):
        taken.add(1, 10 * merging.NEAR + at)
        await asyncio.sleep(0.02)
    assert taken.texts


async def test_first_lines_do_not_wait_for_ever() -> None:
    taken = Taken(1, 2, window=0.01)
    taken.merge.expect({1, 2})
    taken.add(1, 10)
    await taken.until("1:10")


async def test_what_is_put_in_stays_together() -> None:
    taken = Taken(1, 2, window=0.01)
    taken.merge.insert([Entry(1, 1, "head", Mark.NOTE), Entry(5, 1, "old", Mark.LATE)])
    taken.add(1, 3)
    taken.add(2, 2)
    await taken.until("NOTE head", "LATE old", "2:2", "1:3")


async def test_many_lines_come_in_portions() -> None:
    taken = Taken(1)
    taken.merge.add(1, [Entry(at, 1, "x") for at in range(1, 4 * PORTION)], 1)
    await eventually(lambda: len(taken.entries) == 4 * PORTION - 1)
    assert max(taken.batches) <= PORTION


async def test_who_reads_waits_while_too_much_waits() -> None:
    taken = Taken(1, 2, window=0.02)
    taken.merge.add(1, [Entry(at, 1, "x") for at in range(1, 100_001)], 1)
    waiting = asyncio.ensure_future(taken.merge.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    await asyncio.wait_for(waiting, WITHIN)
    await eventually(lambda: len(taken.entries) == 100_000)


async def test_who_reads_waits_while_long_lines_wait_for_others() -> None:
    taken = Taken(1, 2, window=60.0)
    taken.merge.add(1, [Entry(1, 1, "short")], 10)
    first = asyncio.get_running_loop().time()
    await asyncio.sleep(0.001)
    taken.merge.add(1, [Entry(2, 1, "long")], FULL_BYTES // 4 * 3)
    taken.merge._collect(first)  # what has waited long enough goes out, and the long line stays
    taken.merge.add(1, [Entry(3, 1, "long")], FULL_BYTES // 2)
    waiting = asyncio.ensure_future(taken.merge.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    await asyncio.wait_for(waiting, WITHIN)  # not the 60 s of the window
    await taken.until("short", "long", "long")


@pytest.mark.parametrize("options", [LogOptions(), LogOptions(limit_bytes=10**7)])
async def test_a_line_that_comes_in_many_pieces_weighs_all_of_them(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, options: LogOptions
) -> None:
    sizes: list[int] = []
    add = Merge.add

    def weighed(merge: Merge, number: int, entries: list[Entry], size: int) -> None:
        sizes.append(size)
        add(merge, number, entries, size)

    monkeypatch.setattr(Merge, "add", weighed)
    writer = Writer(cluster, clock)
    writer.pod("web")
    writer.say("web", "x" * 1_000_000)
    async with following(cluster, names("web"), options) as log:
        await eventually(lambda: log.lines)
    assert sum(sizes) >= 1_000_000


async def test_half_of_what_came_at_once_weighs_half() -> None:
    taken = Taken(1, 2, window=60.0)
    taken.merge.add(1, [Entry(at, 1, "x") for at in (1, 2, 5, 6)], 1001)
    lane = taken.merge._lanes[1]
    entries: list[Entry] = []
    assert take(lane, 4, entries, []) == 500
    assert take(lane, 9, entries, []) == 501
    assert len(entries) == 4


async def test_nothing_runs_while_nothing_waits() -> None:
    taken = Taken(1, 2, window=0.01)
    taken.add(1, 1)
    await eventually(lambda: taken.entries)
    assert taken.merge._timer is None


async def test_nothing_comes_after_closing() -> None:
    taken = Taken(1, 2)
    taken.add(1, 1)
    taken.merge.close()
    taken.add(1, 2)
    taken.merge.mark(Entry(1, 1, "x", Mark.NOTE))
    assert taken.merge._timer is None
    assert taken.entries == []


async def test_a_line_costs_a_few_microseconds() -> None:
    taken = Taken(*range(6), window=0.02)
    lots = [[Entry(at * 6 + source, source, "x") for at in range(1, 5_000)] for source in range(6)]
    began = time.process_time()
    for source, entries in enumerate(lots):
        taken.merge.add(source, entries, 1)
    await eventually(lambda: len(taken.entries) == 6 * 4_999)
    assert time.process_time() - began < 1.0
    assert [entry.at for entry in taken.entries] == sorted(entry.at for entry in taken.entries)


async def test_much_at_once_is_put_in_order_in_portions() -> None:
    taken = Taken(1, 2, 3)
    taken.merge.expect({1, 2, 3})
    for source in (1, 2, 3):
        for first in range(source, 30_000, 1_500):
            taken.add(source, *range(first, first + 1_500, 3))
    await eventually(lambda: len(taken.entries) == 30_000)
    assert [entry.at for entry in taken.entries] == sorted(entry.at for entry in taken.entries)
    assert {entry.mark for entry in taken.entries} == {Mark.LINE}
    assert max(taken.batches) < 2 * PORTION
