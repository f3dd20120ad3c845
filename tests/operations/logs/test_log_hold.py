"""Lines that are not taken for now: servers hold them, no time passes for their streams, and none is lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.options import LogOptions
from k8stui.model.logs.target import Target
from k8stui.operations.logs import limit
from k8stui.operations.logs.hold import Hold
from k8stui.operations.logs.hush import Hush
from k8stui.operations.logs.merging import PORTION, Merge
from tests.support.calm import calm
from tests.support.clock import ManualClock
from tests.support.logs import NEWS, Followed, Writer, following, names
from tests.support.logserver import LogServer, logserver
from tests.support.waiting import eventually

MANY = 60_000
"""Lines of 300 bytes: more than the buffers of two sockets take."""
LONG_NAME = "a" * 250
SHORT = 0.1
"""Seconds: of what must not run out while lines are held."""
LONG = 4 * SHORT


class Gate:
    """Takes lines or does not, as the test says."""

    def __init__(self) -> None:
        self.open = True
        self.changes = 0
        self.hold = Hold(self._fits, self._changed)

    def _fits(self, _entries: Sequence[Entry]) -> bool:
        return self.open

    def _changed(self) -> None:
        self.changes += 1

    def let_go(self) -> None:
        self.open = True
        self.hold.review()


@pytest.fixture
async def gate() -> Gate:
    return Gate()


@pytest.fixture
async def server() -> AsyncIterator[LogServer]:
    async with logserver(["a"]) as found:
        yield found


@pytest.fixture
async def pair() -> AsyncIterator[LogServer]:
    async with logserver(["a", "b"]) as found:
        yield found


def written(server: LogServer, name: str) -> list[str]:
    """What a pod wrote, without times."""
    return [line[31:-1].decode() for line in server.pods[name].run.lines]


def read(log: Followed, name: str) -> list[str]:
    return [text for text in log.lines if text.startswith(f"{name} ")]


async def standing(server: LogServer, name: str) -> int:
    """How much was sent when nothing more can be."""
    before = -1
    while before != server.sent[name]:
        before = server.sent[name]
        await asyncio.sleep(SHORT)
        await calm()
    return before


async def test_the_server_holds_what_is_not_taken_and_all_of_it_comes_afterwards(gate: Gate) -> None:
    async with (
        logserver([LONG_NAME]) as server,
        following(server.url, names(LONG_NAME), hold=gate.hold, tail=-1) as log,
    ):
        run = server.pods[LONG_NAME].run
        run.write(100)
        await eventually(lambda: len(log.lines) == 100)
        gate.open = False
        run.write(MANY)
        await eventually(lambda: gate.hold.held)
        assert await standing(server, LONG_NAME) < MANY
        assert len(log.lines) == 100
        assert log.follow.sources[1].lines < 100 + 10 * PORTION  # a few pieces
        gate.hold.review()
        assert gate.hold.held
        gate.let_go()
        await eventually(lambda: len(log.entries) >= 100 + MANY)
        assert log.lines == written(server, LONG_NAME)
        assert len(log.entries) == len(log.lines)
        assert gate.changes == 2


async def test_a_stream_that_is_reset_while_held_is_taken_up_without_loss(server: LogServer, gate: Gate) -> None:
    run = server.pods["a"].run
    run.write(100)
    async with following(server.url, names("a"), hold=gate.hold, tail=-1) as log:
        await eventually(lambda: len(log.lines) == 100)
        gate.open = False
        run.write(50_000)
        await eventually(lambda: gate.hold.held)
        await standing(server, "a")
        server.reset("a")
        await eventually(lambda: not server.streams["a"])
        run.write(1_000)
        gate.let_go()
        await eventually(lambda: len(log.entries) >= 51_101)
        assert log.lines == written(server, "a")
        assert {entry.mark for entry in log.entries} == {Mark.LINE, Mark.RECONNECTED}


async def test_what_comes_again_is_waited_for_while_held(pair: LogServer, gate: Gate) -> None:
    """A stream opened a moment ago: that nothing more is read of it does not mean that lines are missing."""
    timing = replace(NEWS, backoff_first=SHORT / 10, backoff_most=SHORT)
    pair.pods["a"].run.write(800)
    pair.pods["b"].run.write(1)
    async with following(pair.url, names("a", "b"), hold=gate.hold, tail=-1, timing=timing) as log:
        await eventually(lambda: len(log.lines) == 801)
        pair.onward.clear()
        sent = pair.sent["a"]
        gate.open = False
        pair.pods["b"].run.write(1)
        await eventually(lambda: gate.hold.held)
        pair.reset("a")
        await eventually(lambda: pair.sent["a"] > sent)
        await asyncio.sleep(LONG)
        pair.pods["a"].run.write(1)
        pair.onward.set()
        gate.let_go()
        await eventually(lambda: len(log.lines) >= 803)
        assert read(log, "a") == written(pair, "a")
        assert log.marks(Mark.GAP) == []


async def test_a_pod_that_goes_while_held_is_read_to_its_end(
    cluster: EmbeddedCluster, clock: ManualClock, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "AFTER", SHORT)
    monkeypatch.setattr(limit, "LAST", 2 * LONG)
    writer = Writer(cluster, clock)
    found = writer.pod("web", labels={"app": "web"})
    writer.say("web", "one")
    lines = [f"{number} {'x' * 1000}" for number in range(300)]
    async with following(cluster, Target(namespace="default", selector="app=web"), hold=gate.hold) as log:
        await log.until("one")
        gate.open = False
        writer.say("web", "two")
        await eventually(lambda: gate.hold.held)
        writer.say("web", *lines)
        cluster.store.update(found | {"metadata": found["metadata"] | {"labels": {"app": "other"}}})
        writer.end("web")
        await eventually(lambda: log.follow._runners[1].facts.gone)
        await asyncio.sleep(3 * LONG)
        monkeypatch.setattr(limit, "AFTER", 60.0)  # what is read from now on may come as slowly as the machine is
        gate.let_go()
        await log.said(Mark.GONE)
        assert log.lines == ["one", "two", *lines]
        assert log.marks(Mark.GAP) == []


async def test_closing_while_held(server: LogServer, gate: Gate) -> None:
    gate.open = False
    server.pods["a"].run.write(100_000)
    patient = replace(NEWS, close=60.0)
    async with following(server.url, names("a"), hold=gate.hold, tail=-1, timing=patient) as log:
        await eventually(lambda: gate.hold.held)
        began = time.monotonic()
        await log.follow.close()
        assert time.monotonic() - began < patient.close / 2
        assert log.entries == []
        await eventually(lambda: not server.streams["a"])


async def test_a_log_that_is_read_once_is_held_too(server: LogServer, gate: Gate) -> None:
    gate.open = False
    server.pods["a"].run.write(10_000)
    async with following(
        server.url, names("a"), LogOptions(limit_bytes=10**9, timestamps=True), hold=gate.hold, tail=-1
    ) as log:
        await eventually(lambda: gate.hold.held)
        assert log.entries == []
        gate.let_go()
        await log.said(Mark.NOTE)
        assert log.lines == written(server, "a")


async def test_another_choice_while_held(pair: LogServer, gate: Gate) -> None:
    for name in ("a", "b"):
        pair.pods[name].run.write(100)
    async with following(pair.url, names("a", "b"), hold=gate.hold, tail=-1) as log:
        await eventually(lambda: len(log.lines) == 200)
        gate.open = False
        pair.pods["a"].run.write(10_000)
        pair.pods["b"].run.write(10_000)
        await eventually(lambda: gate.hold.held)
        log.follow.choose([2])
        await eventually(lambda: not log.follow.sources[1].chosen)
        gate.let_go()
        name = log.follow.sources[2].pod.name
        await eventually(lambda: len(read(log, name)) >= 10_100)
        assert read(log, name) == written(pair, name)


async def test_markers_and_lines_keep_their_order_behind_a_hold(gate: Gate) -> None:
    taken: list[Entry] = []
    merge = Merge(taken.extend, 0.0, gate.hold)
    merge.opened(1)
    gate.open = False
    merge.add(1, [Entry(at, 1, str(at)) for at in range(1, PORTION + 11)], 10)
    await eventually(lambda: gate.hold.held)
    merge.mark(Entry(5, 1, "mark", Mark.NOTE))
    merge.add(1, [Entry(PORTION + 20, 1, "last")], 10)
    merge.flush()
    assert taken == []
    gate.let_go()
    await eventually(lambda: len(taken) == PORTION + 12)
    assert [entry.text for entry in taken] == [*map(str, range(1, PORTION + 11)), "mark", "last"]
    assert merge._timer is None or not merge._waiting
    merge.close()


async def test_a_silence_while_held_is_none_of_the_server(gate: Gate) -> None:
    looks: list[float] = []
    loop = asyncio.get_running_loop()
    hush = Hush(SHORT, lambda: looks.append(loop.time()), gate.hold)
    hush.heard()
    gate.open = False
    gate.hold.stops([Entry(1, 1, "one")])
    await asyncio.sleep(LONG)
    assert looks == []
    gate.let_go()
    until = loop.time() + SHORT
    await eventually(lambda: looks)
    assert looks[0] >= until - 0.001
    hush.close()
