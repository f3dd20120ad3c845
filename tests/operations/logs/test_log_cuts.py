"""What is said of streams that were cut and of those that stay silent: one line for a trouble, and nothing untrue."""

import pytest
from msgspec.structs import replace

from k8stui.cluster.states import Live, Stale, State
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.model.logs.entry import Mark
from k8stui.operations.logs import cuts, streaming
from k8stui.operations.logs.sources import Stage
from tests.support.clock import ManualClock
from tests.support.logs import NEWS, Followed, Writer, following, names
from tests.support.waiting import eventually

PODS = ("web-1", "web-2", "web-3")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were cut together are waited for, however long the machine takes for them."""
    monkeypatch.setattr(cuts, "GATHER", 3600.0)


@pytest.fixture
def writer(cluster: EmbeddedCluster, clock: ManualClock) -> Writer:
    writer = Writer(cluster, clock)
    for name in PODS:
        writer.pod(name)
        writer.say(name, f"{name} one")
    return writer


async def cut(cluster: EmbeddedCluster, clock: ManualClock, log: Followed, seconds: float = 12.0) -> None:
    """All streams for so long."""
    await eventually(lambda: len(cluster.streaming) == len(PODS) and len(log.lines) == len(PODS))
    down = cluster.faults.add(Fault(resource="pods/log", status=503))
    cluster.cut_streams("log", Wire.RESET)
    await eventually(lambda: all(each.stage is Stage.BROKEN for each in log.follow.sources.values()))
    clock.advance(seconds)
    cluster.faults.remove(down)


async def test_streams_that_were_cut_together_are_told_of_in_one_line(
    cluster: EmbeddedCluster, clock: ManualClock, writer: Writer
) -> None:
    async with following(cluster, names(*PODS)) as log:
        await cut(cluster, clock, log)
        for name in PODS:
            writer.say(name, f"{name} two")
        said = await log.said(Mark.RECONNECTED)
        assert said == "3 streams were cut for 12s and taken up again; nothing is missing"
        await eventually(lambda: len(log.lines) == 6)
        assert log.marks(Mark.RECONNECTED) == [said]
        assert log.marks(Mark.GAP) == []


async def test_those_that_have_nothing_new_to_say_are_counted(
    cluster: EmbeddedCluster, clock: ManualClock, writer: Writer
) -> None:
    async with following(cluster, names(*PODS)) as log:
        await cut(cluster, clock, log)
        await eventually(lambda: len(cluster.streaming) == len(PODS))
        await eventually(lambda: all(each.stage is Stage.LIVE for each in log.follow.sources.values()))
        assert log.marks(Mark.RECONNECTED) == []  # nobody has anything to read behind it
        writer.say("web-2", "web-2 two")
        assert (await log.said(Mark.RECONNECTED)).startswith("3 streams were cut for 12s")
        writer.say("web-1", "web-1 two")
        await log.until("web-1 two")
        assert len(log.marks(Mark.RECONNECTED)) == 1


async def test_a_trouble_that_all_have_is_said_once(cluster: EmbeddedCluster, writer: Writer) -> None:
    why = "no preferred addresses found"  # the API server is there, and the nodes' kubelets are not
    down = cluster.faults.add(Fault(resource="pods/log", status=500, message=why))
    async with following(cluster, names(*PODS)) as log:
        await eventually(lambda: [why in each.why for each in log.follow.sources.values()] == [True] * 3)
        cluster.faults.remove(down)
        await eventually(lambda: len(log.lines) == 3)
        [said] = log.marks(Mark.NOTE)
        name, _, rest = said.partition("/app cannot be read: ")
        assert name in PODS
        assert why in rest


async def test_one_that_may_lack_lines_is_named_for_itself(
    cluster: EmbeddedCluster, clock: ManualClock, writer: Writer
) -> None:
    uid = cluster.store.get("pods", "web-3", "default")["metadata"]["uid"]
    async with following(cluster, names(*PODS)) as log:
        await cut(cluster, clock, log)
        writer.say("web-3", *(f"lost {number}" for number in range(50)))
        cluster.logs.book(uid, "app", 0).forget(0)
        clock.advance(2)
        for name in PODS:
            writer.say(name, f"{name} two")
        assert (await log.said(Mark.RECONNECTED)).startswith("2 streams were cut for ")
        assert (await log.said(Mark.GAP)).startswith("web-3/app may lack lines between ")
        assert len(log.marks(Mark.RECONNECTED)) == 1


async def test_one_that_stays_away_does_not_hold_up_what_is_said_of_the_others(
    cluster: EmbeddedCluster, clock: ManualClock, writer: Writer
) -> None:
    path = "/api/v1/namespaces/default/pods/web-3/log"
    async with following(cluster, names(*PODS)) as log:
        await cut(cluster, clock, log, 0.0)
        away = cluster.faults.add(Fault(resource="pods/log", path=path, status=503))
        for name in PODS:
            writer.say(name, f"{name} two")
        await eventually(lambda: {"web-1 two", "web-2 two"} <= set(log.lines))
        assert log.marks(Mark.RECONNECTED) == []  # web-3 is waited for
        waiting = log.follow._cuts._timer
        assert waiting is not None
        waiting._run()  # until now
        assert (await log.said(Mark.RECONNECTED)).startswith("2 streams were cut")
        cluster.faults.remove(away)
        said = await log.said(Mark.RECONNECTED, 2)
        assert said == "web-3/app was cut and taken up again; nothing is missing"
        every = sorted(f"{name} {word}" for name in PODS for word in ("one", "two"))
        await eventually(lambda: sorted(log.lines) == every)


async def test_a_server_that_takes_its_time_to_answer_is_no_gap(
    cluster: EmbeddedCluster, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "EMPTY", 0.05)
    monkeypatch.setattr(streaming, "MISSED", 1.0)  # times a twentieth of a second
    async with following(cluster, names("web-1")) as log:
        await log.until("web-1 one")
        slow = cluster.faults.add(Fault(resource="pods/log", delay=0.7))
        cluster.cut_streams("log", Wire.RESET)
        source = log.source("web-1/app")
        await eventually(lambda: source.stage is Stage.BROKEN)
        writer.say("web-1", "two")
        assert source.stage is Stage.BROKEN  # a server that has not answered is none that is live
        await log.until("two")
        cluster.faults.remove(slow)
        assert log.marks(Mark.GAP) == []


async def test_a_server_that_hangs_while_lines_come_is_found_out(
    cluster: EmbeddedCluster, clock: ManualClock, writer: Writer
) -> None:
    """Neither the streams nor the watch end: without a look all would be called live for more than a minute."""
    async with following(cluster, names(*PODS), timing=replace(NEWS, silence=3600.0, pong=0.1, answer=0.1)) as log:
        await eventually(lambda: len(log.lines) == 3)
        clock.advance(30)
        cluster.faults.add(Fault(verb="watch", delay=30.0))
        writer.say("web-1", "the last line")
        await eventually(lambda: "does not answer" in getattr(log.follow.state, "why", ""))


async def test_a_server_that_answers_may_be_silent(
    cluster: EmbeddedCluster, clock: ManualClock, writer: Writer
) -> None:
    async with following(cluster, names(*PODS), timing=replace(NEWS, silence=3600.0, pong=0.1, answer=20.0)) as log:
        await eventually(lambda: len(log.lines) == 3)
        clock.advance(30)
        watches = [each for each in cluster.requests if each.verb == "watch"]
        states: list[State] = []
        log.follow.listeners.add(lambda: states.append(log.follow.state))
        writer.say("web-1", "the last line")
        await eventually(lambda: len([each for each in cluster.requests if each.verb == "watch"]) > len(watches))
        await log.until("the last line")
        assert isinstance(log.follow.state, Live)
        assert not [state for state in states if isinstance(state, Stale)]


async def test_a_quiet_container_is_live_although_its_kubelet_answers_with_its_first_line_only(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "EMPTY", 0.05)
    writer = Writer(cluster, clock)
    writer.pod("quiet")
    silent = cluster.faults.add(Fault(resource="pods/log", delay=30.0))
    async with following(cluster, names("quiet"), timing=replace(NEWS, request=0.3)) as log:
        source = await log.stands("quiet/app", Stage.LIVE)
        stages: list[Stage] = []
        log.follow.listeners.add(lambda: stages.append(source.stage))
        asked = len(cluster.requests)
        await eventually(lambda: len(cluster.requests) >= asked + 3)  # asked again and again
        assert set(stages) <= {Stage.LIVE}
        assert log.entries == []
        cluster.faults.remove(silent)
        writer.say("quiet", "one", "two")
        await log.until("one", "two")
        assert log.all == ["one", "two"]
