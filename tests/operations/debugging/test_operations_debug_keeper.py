"""The end of a run: what it has made to debug is gone, or is known to the next one."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.session import Session
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.kube.errors import ConfigError
from k8stui.model.kinds import PODS, Ref
from k8stui.operations.debugging import keeper as keepers
from k8stui.operations.debugging.cut_off import Cleaned, clean_up
from k8stui.operations.debugging.launch import Launch
from k8stui.operations.debugging.left import Left
from k8stui.operations.debugging.steps import Stage
from tests.support.calm import calm
from tests.support.clock import ManualClock
from tests.support.launching import Bench, addition, bench, creation, debug_pod, nested
from tests.support.objects import pod
from tests.support.waiting import eventually


@pytest.fixture
async def made(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(cluster, clock, tmp_path) as found:
        yield found


async def there(made: Bench, name: str, *, run: str = "", **making: Any) -> Launch:
    """A debug pod in the cluster, of this run or of another one."""
    keeper = next((each for each in made.keepers if run and each.record._run == run), None)
    keeper = keeper or (made.another(run) if run else made.keeper)
    launch = await made.begun(creation(name), keeper=keeper, **making)
    await eventually(lambda: launch.pod is not None)
    return launch


async def ephemeral(made: Bench, name: str = "web", *, run: str) -> Launch:
    made.cluster.store.create(pod(name, "shop"))
    ref = Ref(PODS, "shop", name, made.cluster.store.get("pods", name, "shop")["metadata"]["uid"])
    launch = await made.begun(addition(ref), mode="ephemeral", container="debugger-1", keeper=made.another(run))
    await eventually(lambda: launch.stage is Stage.WAITING)
    return launch


async def cleaned(made: Bench) -> Cleaned:
    return await clean_up(made.folder, made.session, made.gateway, made.clock.now())


def deleting(cluster: EmbeddedCluster) -> bool:
    """Whether somebody has asked it to delete something."""
    return any(asked.verb == "delete" for asked in cluster.requests)


def named(lefts: list[Left]) -> list[str]:
    return sorted(left.name for left in lefts)


# The end of a run


async def test_at_the_end_all_go_but_those_that_are_kept(made: Bench) -> None:
    for name in ("one", "two"):
        await there(made, name)
    kept = await there(made, "kept")
    kept.keep()
    made.cluster.store.create(debug_pod("somebody-elses"))
    assert made.keeper.words() == "removing 2 debug pods"
    said = await made.keeper.close()
    assert said == "2 debug pods (shop/one, shop/two) removed"
    assert made.names() == ["kept", "somebody-elses"]
    assert list((made.folder / "debug").iterdir()) == []
    assert await made.keeper.close() == said


async def test_a_run_that_made_nothing_ends_at_once_and_says_nothing(made: Bench) -> None:
    assert (made.keeper.words(), await made.keeper.close()) == ("", "")
    assert not (made.folder / "debug").exists()


async def test_pods_of_several_contexts_go_beside_each_other(
    made: Bench, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keepers, "PATIENCE", 60.0)
    other = EmbeddedCluster(clock)
    await other.start()
    try:
        async with bench(other, clock, tmp_path) as second:
            await there(made, "one")
            mutation = creation("two")
            made.tasks += second.tasks
            second.keepers.append(made.keeper)
            launch = await second.begun(mutation, keeper=made.keeper)
            await eventually(lambda: launch.pod is not None)
            slow = [(each, each.faults.add(Fault(verb="delete", delay=600.0))) for each in (made.cluster, other)]
            closing = asyncio.create_task(made.keeper.close())
            for cluster, _ in slow:
                await eventually(partial(deleting, cluster))
            for cluster, fault in slow:
                cluster.faults.hurry(fault)
            await closing
            assert (made.names(), second.names()) == ([], [])
    finally:
        await other.stop()


async def test_the_session_that_is_open_may_be_closed_before(made: Bench) -> None:
    await there(made, "one")
    await made.session.close()
    await made.keeper.close()
    assert made.names() == []


async def test_a_way_to_a_cluster_that_opens_too_late_is_closed_and_nothing_is_made(made: Bench) -> None:
    open_it, go = made.keeper._companion, asyncio.Event()

    async def slow(session: Session) -> Session:
        await go.wait()
        return await open_it(session)

    made.keeper._companion = slow
    late = asyncio.create_task(made.begun(creation("one")))
    await asyncio.sleep(0)
    await made.keeper.close()
    go.set()
    with pytest.raises(ConfigError, match="k8stui is ending"):
        await late
    assert [session.closed for session in made.opened] == [True]


async def test_one_that_is_being_made_goes_too(made: Bench) -> None:
    slow = made.cluster.faults.add(Fault(verb="create", resource="pods", delay=600.0))
    launch = await made.begun(creation("one"))
    await eventually(lambda: launch.stage is Stage.SENDING)
    closing = asyncio.create_task(made.keeper.close())
    await calm()
    made.cluster.faults.hurry(slow)
    assert await closing == "debug pod shop/one removed"
    assert made.names() == []


async def test_a_frozen_server_holds_up_the_end_no_longer_than_that(
    made: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keepers, "PATIENCE", 0.3)
    await there(made, "one")
    made.cluster.faults.add(Fault(delay=30))
    start = asyncio.get_running_loop().time()
    said = await made.keeper.close()
    assert asyncio.get_running_loop().time() - start < 20
    assert said == "debug pod shop/one not removed (the server did not answer in time): the next start does it"
    made.cluster.faults.clear()
    done = await cleaned(made)
    assert named(done.removed) == ["one"], done
    assert made.names() == []


async def test_quitting_asks_only_where_somebody_is_inside_or_something_stays(made: Bench) -> None:
    one, two = await there(made, "one"), await there(made, "two")
    assert made.keeper.against() == ""
    one.attached = True
    assert made.keeper.against() == "Somebody is in debug pod shop/one: that session ends."
    one.attached = False
    one.keep()
    assert made.keeper.against() == "debug pod shop/one stays: :sweep removes what was left."
    two.keep()
    assert "2 debug pods (shop/one, shop/two) stay" in made.keeper.against()
    await one.remove()
    await two.remove()
    assert made.keeper.against() == ""


async def test_one_way_into_a_cluster_serves_all_its_pods(made: Bench) -> None:
    await asyncio.gather(there(made, "one"), there(made, "two"))
    assert len(made.opened) == 1


# The next start


async def test_what_a_killed_run_left_is_removed_by_the_next_one(made: Bench) -> None:
    await there(made, "one", run="dead")
    await there(made, "two", run="dead")
    made.killed(made.keepers[1])
    done = await cleaned(made)
    assert named(done.removed) == ["one", "two"]
    assert made.names() == []
    assert list((made.folder / "debug").iterdir()) == []
    assert await cleaned(made) == Cleaned()


async def test_a_second_run_at_the_same_time_is_not_touched(made: Bench) -> None:
    await there(made, "one", run="alive")
    assert await cleaned(made) == Cleaned()
    assert made.names() == ["one"]
    await made.keepers[1].close()
    assert made.names() == []


async def test_a_pod_that_took_the_name_since_is_let_alone(made: Bench) -> None:
    await there(made, "one", run="dead")
    made.killed(made.keepers[1])
    made.cluster.store.delete("pods", "one", "shop")
    made.cluster.store.create(debug_pod("one"))
    assert await cleaned(made) == Cleaned()
    assert made.names() == ["one"]
    assert list((made.folder / "debug").iterdir()) == []


async def test_one_whose_creation_was_never_answered_is_known_by_its_stamps(made: Bench) -> None:
    made.cluster.faults.add(Fault(verb="create", resource="pods", delay=5.0))
    dead = made.another("dead")
    for name in ("ours", "others"):
        launch = await made.begun(creation(name), keeper=dead)
        await eventually(lambda each=launch: each.stage is Stage.SENDING)  # type: ignore[misc]
    await eventually(lambda: dead.record.path)
    made.killed(dead)
    made.cluster.faults.clear()
    made.cluster.store.create(debug_pod("ours"))
    made.cluster.store.create(debug_pod("others", stamps={"k8stui/who": "bob"}))
    assert named((await cleaned(made)).removed) == ["ours"]
    assert made.names() == ["others"]


async def test_in_a_read_only_context_it_is_told_and_stays(made: Bench) -> None:
    await there(made, "one", run="dead")
    made.killed(made.keepers[1])
    made.session.connection.read_only = True
    done = await cleaned(made)
    assert [left.why for left in done.stay] == ["The context test is read-only: nothing was changed"]
    assert made.names() == ["one"]
    made.session.connection.read_only = False
    assert named((await cleaned(made)).removed) == ["one"]


async def test_what_is_in_another_context_is_told_and_its_server_never_asked(made: Bench, clock: ManualClock) -> None:
    launch = await there(made, "one", run="dead")
    assert launch.left is not None
    made.keepers[1].record.keep(launch.left, context="prod")
    made.killed(made.keepers[1])
    done = await cleaned(made)
    assert named(done.elsewhere) == ["one"]
    assert [each for each in made.cluster.requests if each.verb == "get"] == []
    clock.advance(31 * 86400)
    assert await cleaned(made) == Cleaned()
    assert list((made.folder / "debug").iterdir()) == []


async def test_where_a_context_leads_elsewhere_now_that_is_told_once(made: Bench) -> None:
    launch = await there(made, "one", run="dead")
    assert launch.left is not None
    made.keepers[1].record.keep(launch.left, server="https://old")
    made.killed(made.keepers[1])
    made.cluster.store.delete("pods", "one", "shop")
    assert named((await cleaned(made)).moved) == ["one"]
    assert await cleaned(made) == Cleaned()


async def test_the_same_cluster_at_another_address_is_cleaned(made: Bench) -> None:
    launch = await there(made, "one", run="dead")
    assert launch.left is not None
    made.keepers[1].record.keep(launch.left, server="https://old")
    made.killed(made.keepers[1])
    assert named((await cleaned(made)).removed) == ["one"]


async def test_an_ephemeral_container_is_told_of_as_long_as_it_runs(made: Bench) -> None:
    await ephemeral(made, run="dead")
    made.killed(made.keepers[1])
    states: list[dict[str, Any]] = [{"waiting": {"reason": "ContainerCreating"}}, {"running": {}}]
    for state in states:
        made.run_container("web", state, kind="ephemeralContainerStatuses")
        done = await cleaned(made)
        assert [(left.name, left.container) for left in done.there] == [("web", "debugger-1")]
    made.run_container("web", {"terminated": {"exitCode": 0}}, kind="ephemeralContainerStatuses")
    assert await cleaned(made) == Cleaned()
    assert made.names() == ["web"]
    assert list((made.folder / "debug").iterdir()) == []


async def test_of_an_ephemeral_container_whose_pod_is_another_one_nothing_is_left(made: Bench) -> None:
    await ephemeral(made, run="dead")
    made.killed(made.keepers[1])
    made.cluster.store.delete("pods", "web", "shop")
    made.cluster.store.create(pod("web", "shop"))
    assert await cleaned(made) == Cleaned()


async def test_one_that_cannot_be_read_stays_and_the_others_go(made: Bench) -> None:
    await there(made, "one", run="dead")
    await there(made, "two", run="dead")
    made.killed(made.keepers[1])
    made.cluster.store.modify("pods", "one", "shop", change=lambda found: found.update(deep=nested(200)))
    done = await cleaned(made)
    assert named(done.removed) == ["two"]
    (left,) = done.stay
    assert "cannot be read" in left.why


async def test_a_server_that_fails_leaves_it_for_the_next_time(made: Bench) -> None:
    await there(made, "one", run="dead")
    made.killed(made.keepers[1])
    made.cluster.faults.add(Fault(verb="delete", status=500, message="etcd is away"))
    done = await cleaned(made)
    assert named(done.stay) == ["one"]
    made.cluster.faults.clear()
    assert named((await cleaned(made)).removed) == ["one"]
