"""Streams of logs from the embedded cluster: taken up again, restarted, ended; nothing twice, nothing lost."""

import asyncio
from itertools import count

import pytest
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.model.logs.entry import Mark
from k8stui.model.logs.target import Target
from k8stui.operations.logs import limit, runner
from k8stui.operations.logs.sources import Stage
from tests.support.clock import ManualClock
from tests.support.logs import NEWS, Writer, ended, following, names, waiting
from tests.support.waiting import eventually


@pytest.fixture
def writer(cluster: EmbeddedCluster, clock: ManualClock) -> Writer:
    return Writer(cluster, clock)


async def test_what_was_written_and_what_is(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("web")
    writer.say("web", "one", "two", "")
    async with following(cluster, names("web")) as log:
        await log.until("one", "two", "")
        writer.say("web", "three")
        await log.until("three")
        assert log.all == ["one", "two", "", "three"]
        source = await log.stands("web/app", Stage.LIVE)
        assert (source.number, source.chosen, source.lines, source.role) == (1, True, 4, "")
        assert [entry.source for entry in log.entries] == [1] * 4
        assert next(entry.at for entry in log.entries) == 1_790_000_000_001_000_000


async def test_trap_14_a_stream_that_ends_while_the_pod_lives_is_taken_up_without_loss_and_said(
    cluster: EmbeddedCluster, writer: Writer
) -> None:
    writer.pod("web")
    writer.say("web", "one", "one", "two")
    async with following(cluster, names("web")) as log:
        await log.until("two")
        cluster.cut_streams("log", Wire.EOF)
        writer.say("web", "three")
        await log.until("three")
        assert log.all == [
            "one",
            "one",
            "two",
            "RECONNECTED: web/app was cut and taken up again; nothing is missing",
            "three",
        ]


@pytest.mark.parametrize("wire", [Wire.RESET, Wire.TRUNCATED])
async def test_a_stream_that_breaks_off_is_taken_up_without_loss(
    cluster: EmbeddedCluster, writer: Writer, wire: Wire
) -> None:
    writer.pod("web")
    writer.say("web", "one", "two")
    async with following(cluster, names("web")) as log:
        await log.until("two")
        cluster.cut_streams("log", wire)
        writer.say("web", "three")
        await log.until("three")
        assert log.lines == ["one", "two", "three"]
        assert len(log.marks(Mark.RECONNECTED)) == 1
        assert log.marks(Mark.NOTE) == []


async def test_a_stream_without_a_line_is_taken_up_without_a_word(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("web")
    async with following(cluster, names("web")) as log:
        await eventually(lambda: cluster.streaming == ["log"])
        cluster.cut_streams("log", Wire.EOF)
        await eventually(lambda: cluster.streaming == [])
        writer.say("web", "one")
        await log.until("one")
        assert log.all == ["one"]


async def test_what_was_rotated_away_while_the_stream_was_cut_is_a_gap(
    cluster: EmbeddedCluster, writer: Writer, clock: ManualClock
) -> None:
    uid = writer.pod("web")["metadata"]["uid"]
    writer.say("web", "one", "two")
    async with following(cluster, names("web")) as log:
        await log.until("two")
        cluster.cut_streams("log", Wire.EOF)
        await eventually(lambda: cluster.streaming == [])
        writer.say("web", *(f"lost {number}" for number in range(50)))
        cluster.logs.book(uid, "app", 0).forget(0)
        clock.advance(5)
        writer.say("web", "three")
        await log.until("three")
        gap = next(entry for entry in log.entries if entry.mark is Mark.GAP)
        assert gap.text.startswith("web/app may lack lines between 14:13:20.002 and 14:13:25.05")
        assert gap.text.endswith("what was read last is no longer on the node")
        assert gap.at == 1_790_000_000_002_000_000
        assert log.lines == ["one", "two", "three"]


async def test_it_is_a_gap_too_where_nothing_comes_afterwards(cluster: EmbeddedCluster, writer: Writer) -> None:
    uid = writer.pod("web")["metadata"]["uid"]
    writer.say("web", "one", "two")
    async with following(cluster, names("web")) as log:
        await log.until("two")
        cluster.logs.book(uid, "app", 0).forget(0)
        cluster.cut_streams("log", Wire.EOF)
        why = "what was read last is no longer on the node"
        assert await log.said(Mark.GAP) == f"web/app may lack lines since 14:13:20.002: {why}"
        writer.say("web", "three")
        await log.until("three")
        assert len(log.marks(Mark.GAP)) == 1


async def test_a_container_that_is_started_again_is_read_from_its_start(
    cluster: EmbeddedCluster, writer: Writer, clock: ManualClock
) -> None:
    writer.pod("web")
    writer.say("web", "one", "two")
    async with following(cluster, names("web"), tail=1) as log:
        await log.until("two")
        writer.say("web", "dying")
        writer.end("web")
        writer.become("web", ended("OOMKilled", 137), restartCount=0)
        await log.stands("web/app", Stage.WAITING)
        writer.say("web", "reborn", "again", "and again", run=1)
        clock.advance(10)
        writer.become("web", {"running": {}}, restartCount=1, lastState=ended("OOMKilled", 137, 0))
        await log.until("and again")
        assert log.all == [
            "two",
            "dying",
            "RESTARTED: web/app exited 137 OOMKilled, restarted after 10s",
            "reborn",
            "again",
            "and again",
        ]
        source = log.source("web/app")
        assert (source.restarts, source.exit and source.exit.code, source.lines) == (1, 137, 5)


async def test_lines_between_a_cut_and_a_restart_are_read_from_the_log_of_the_run_before(
    cluster: EmbeddedCluster, writer: Writer
) -> None:
    writer.pod("web")
    writer.say("web", "one", "two")
    async with following(cluster, names("web")) as log:
        await log.until("two")
        cluster.cut_streams("log", Wire.RESET)
        writer.say("web", "last words")
        writer.restart("web", 1)
        writer.say("web", "reborn", run=1)
        await log.until("reborn")
        assert log.lines == ["one", "two", "last words", "reborn"]
        assert log.marks(Mark.GAP) == []
        assert log.all[-2] == "RESTARTED: web/app exited 1 Error, restarted"


async def test_a_restart_that_is_heard_of_late_is_told_before_the_lines_of_the_new_run(
    cluster: EmbeddedCluster, writer: Writer
) -> None:
    writer.pod("web")
    writer.say("web", "one")
    async with following(cluster, names("web"), timing=replace(NEWS, backoff_first=0.3)) as log:
        await log.until("one")
        cluster.faults.add(Fault(verb="watch", resource="pods", delay=1.0))
        cluster.cut_watches("pods")
        await eventually(lambda: cluster.watching == [])
        cluster.cut_streams("log", Wire.RESET)
        writer.restart("web", 1)
        writer.say("web", "reborn", run=1)
        await log.until("reborn")
        assert log.all == ["one", "RESTARTED: web/app exited 1 Error, restarted", "reborn"]


async def test_a_run_that_nobody_could_follow_is_a_gap(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("web")
    writer.say("web", "one")
    async with following(cluster, names("web")) as log:
        await log.until("one")
        cluster.cut_streams("log", Wire.RESET)
        writer.end("web", 0)
        writer.restart("web", 2)
        writer.say("web", "third run", run=2)
        await log.until("third run")
        assert log.marks(Mark.GAP) == ["web/app was started again 2 times: one of its runs was missed"]
        assert len(log.marks(Mark.RESTARTED)) == 1


async def test_the_last_log_is_put_in_where_it_is_asked_for(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("web")
    writer.say("web", "one", "two")
    writer.restart("web", 1, 137, "OOMKilled")
    writer.say("web", "reborn", run=1)
    async with following(cluster, names("web")) as log:
        await log.until("reborn")
        log.follow.previous(1)
        await log.said(Mark.NOTE, 2)
        assert log.all == [
            "reborn",
            "NOTE: web/app: its last log, exited 137 OOMKilled, 2 lines",
            "LATE: one",
            "LATE: two",
            "NOTE: web/app: end of its last log",
        ]


async def test_without_a_last_log_that_is_said(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("web")
    async with following(cluster, names("web")) as log:
        await log.stands("web/app", Stage.LIVE)
        log.follow.previous(1)
        assert 'previous terminated container "app" in pod "web" not found' in await log.said(Mark.NOTE)


async def test_a_container_that_is_not_started_again_says_so_once(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("web")
    writer.say("web", "one")
    async with following(cluster, names("web")) as log:
        await log.until("one")
        writer.end("web")
        writer.become("web", waiting("CrashLoopBackOff", "back-off 5m0s"), lastState=ended("Error", 1))
        assert await log.said(Mark.NOTE) == "web/app exited 1 Error; it has not been started again: CrashLoopBackOff"
        source = await log.stands("web/app", Stage.WAITING)
        assert "back-off 5m0s" in source.why
        writer.become("web", {"running": {}}, restartCount=1)
        writer.say("web", "two", run=1)
        await log.until("two")
        assert len(log.marks(Mark.NOTE)) == 1


async def test_a_container_that_waits_to_be_started_again_when_it_is_opened_says_so_at_once(
    cluster: EmbeddedCluster, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "PATIENCE", 1e6)
    writer.pod("web")
    writer.say("web", "one")
    writer.end("web")
    writer.become("web", waiting("CrashLoopBackOff", "back-off 5m0s"), lastState=ended("OOMKilled", 137))
    async with following(cluster, names("web")) as log:
        said = "web/app exited 137 OOMKilled; it has not been started again: CrashLoopBackOff"
        assert await log.said(Mark.NOTE) == said
        assert log.all == ["one", f"NOTE: {said}"]
        source = log.source("web/app")
        assert (source.again, source.word) == (True, "CrashLoopBackOff")
        writer.become("web", {"running": {}}, restartCount=1)
        writer.say("web", "two", run=1)
        await log.until("two")
        assert (source.again, source.word) == (False, "")


async def test_a_container_that_waits_is_waited_for_and_says_for_what(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("web")
    writer.become("web", waiting("ContainerCreating"), phase="Pending")
    async with following(cluster, names("web")) as log:
        source = await log.stands("web/app", Stage.WAITING)
        assert source.why
        before = len(cluster.requests)
        writer.become("web", waiting("ErrImagePull", "no such image"))
        await eventually(lambda: "no such image" in source.why)
        assert len(cluster.requests) == before
        writer.become("web", {"running": {}}, phase="Running")
        writer.say("web", "one")
        await log.until("one")
        assert log.all == ["one"]


async def test_the_api_server_may_know_of_a_start_before_the_kubelet_has_the_log(
    cluster: EmbeddedCluster, writer: Writer
) -> None:
    writer.pod("web")
    message = 'container "app" in pod "web" is waiting to start: ContainerCreating'
    cluster.faults.add(Fault(resource="pods/log", status=400, message=message, times=3))
    writer.say("web", "one")
    async with following(cluster, names("web")) as log:
        await log.until("one")
        assert log.all == ["one"]


async def test_a_pod_that_is_deleted_is_read_to_its_end(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("web")
    writer.say("web", "one")
    async with following(cluster, names("web")) as log:
        await log.until("one")
        writer.say("web", "last words")
        writer.delete("web")
        assert await log.said(Mark.GONE) == "web/app is gone: its pod is no longer there"
        assert log.lines == ["one", "last words"]
        source = await log.stands("web/app", Stage.ENDED)
        assert not source.chosen


async def test_a_pod_that_is_gone_and_writes_on_is_left_after_a_while(
    cluster: EmbeddedCluster, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does that was deleted by force, or is none of those any more that are followed."""
    monkeypatch.setattr(limit, "LAST", 0.5)
    found = writer.pod("web", labels={"app": "web"})
    writer.say("web", "one")
    async with following(cluster, Target(namespace="default", selector="app=web")) as log:
        await log.until("one")
        cluster.store.update(found | {"metadata": found["metadata"] | {"labels": {"app": "quarantine"}}})
        for number in count():
            if log.marks(Mark.GONE):
                break
            writer.say("web", f"still {number}")
            await asyncio.sleep(0.02)
        assert log.marks(Mark.GAP) == ["web/app may lack its last lines: it wrote on, and is followed no more"]
        assert log.marks(Mark.GONE) == ["web/app is gone: its pod is no longer there"]
        assert log.lines[1:] == [f"still {number}" for number in range(len(log.lines) - 1)]
        assert log.lines[1:]
        await log.stands("web/app", Stage.ENDED)
        await eventually(lambda: cluster.streaming == [])


async def test_a_pod_that_is_done_ends_with_a_note(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("job")
    writer.say("job", "one", "two")
    writer.end("job")
    writer.become("job", ended("Completed", 0), phase="Succeeded")
    async with following(cluster, names("job")) as log:
        await log.stands("job/app", Stage.ENDED)
        await log.said(Mark.NOTE)
        assert log.all == ["one", "two", "NOTE: job/app ended for good: exited 0 Completed"]


async def test_a_pod_that_gets_done_is_gone(cluster: EmbeddedCluster, writer: Writer) -> None:
    writer.pod("job")
    writer.say("job", "one")
    async with following(cluster, names("job")) as log:
        await log.until("one")
        writer.say("job", "two")
        writer.end("job")
        writer.become("job", ended("Error", 3), phase="Failed")
        assert await log.said(Mark.GONE) == "job/app ended for good: exited 3 Error"
        assert log.lines == ["one", "two"]


@pytest.mark.parametrize(
    ("status", "words"), [(403, "forbids it"), (404, "Not found"), (410, "Too old"), (500, "failed")]
)
async def test_what_is_refused_is_said_once_and_tried_again(
    cluster: EmbeddedCluster, writer: Writer, status: int, words: str
) -> None:
    writer.pod("web")
    writer.say("web", "one")
    cluster.faults.add(Fault(resource="pods/log", status=status, message="because", times=4))
    async with following(cluster, names("web")) as log:
        await log.until("one")
        assert len(log.marks(Mark.NOTE)) == 1
        assert log.marks(Mark.NOTE)[0].startswith("web/app cannot be read: ")
        assert words in log.marks(Mark.NOTE)[0]


async def test_a_server_that_is_away_is_said_once_for_all(cluster: EmbeddedCluster, writer: Writer) -> None:
    for name in ("a", "b", "c"):
        writer.pod(name)
        writer.say(name, f"{name}-one")
    async with following(cluster, names("a", "b", "c")) as log:
        await eventually(lambda: len(log.lines) == 3)
        port = int(cluster.url.rpartition(":")[2])
        await cluster.stop()
        await eventually(lambda: log.source("c/app").stage is Stage.BROKEN)
        assert "cannot be read" in await log.said(Mark.NOTE)
        await cluster.start(port=port)
        for name in ("a", "b", "c"):
            writer.say(name, f"{name}-two")
        await eventually(lambda: len(log.lines) == 6)
        assert len(log.marks(Mark.NOTE)) == 1
        assert await log.said(Mark.RECONNECTED) == "3 streams were cut and taken up again; nothing is missing"
        assert sorted(log.lines) == sorted(f"{name}-{count}" for name in "abc" for count in ("one", "two"))
