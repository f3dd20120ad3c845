"""The rollout page as it looks in mid-flight, stuck, well, paused, and with few rights."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from k8stui.screens.questions.change import ChangeQuestion
from tests.support import manifests
from tests.support.house import idle, text, typed
from tests.support.narrow import config, may, user
from tests.support.rollouts import Rollout, probed, rollout
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


async def crashing(found: Rollout) -> None:
    """A second release that is well, and a third that crashes.

    The page is opened last: widths of columns only grow, so what was seen before would count.
    """
    found.image("web:2", cause="release 2")
    found.world.step(60)
    found.image("crash:3", cause="release 3")
    found.world.step(25)
    await found.open()
    await found.shows("no such key: payment")


@SIZES
async def test_a_release_that_crashes_in_mid_flight(snap: Snap, size: tuple[int, int]) -> None:
    async with rollout(size=size) as found:
        await crashing(found)
        await snap(found.app, "crashing")


async def test_the_same_in_the_least_of_terminals(snap: Snap) -> None:
    async with rollout(size=(60, 15)) as found:
        await crashing(found)
        await snap(found.app, "least")


async def test_a_deadline_that_has_passed(snap: Snap) -> None:
    made = probed(manifests.deployment("web", replicas=3, image="registry.example/web:1"))
    made["spec"]["progressDeadlineSeconds"] = 60
    async with rollout(made) as found:
        found.image("deaf:2")
        found.world.step(100)
        await found.open()
        await found.shows("waiting for the database")
        await snap(found.app, "stuck")


async def test_two_marked_revisions(snap: Snap) -> None:
    async with rollout() as found:
        for number in (2, 3):
            found.image(f"web:{number}", cause=f"release {number}")
            found.world.step(60)
        await found.open()
        await typed(found.app, "j", "space", "space")
        await found.read()
        await snap(found.app, "marked")


async def test_the_question_before_an_undo(snap: Snap) -> None:
    async with rollout() as found:
        await crashing(found)
        await typed(found.app, "U")
        await eventually(lambda: isinstance(found.app.screen, ChangeQuestion))
        await eventually(lambda: any("the server would change" in line for line in text(found.app)))
        await idle(found.app)
        await snap(found.app, "undo")


async def test_few_rights(snap: Snap) -> None:
    def narrow(world: Any) -> Any:
        user(world.cluster, may("get list watch", "deployments replicasets", "default", "apps"))
        return config(world.cluster, "default")

    async with rollout(config=narrow) as found:
        await found.open()
        await found.shows("They may not be seen")
        await snap(found.app, "narrow")


async def test_a_stateful_set_that_keeps_a_partition(snap: Snap) -> None:
    made = manifests.statefulset("web", replicas=3, image="registry.example/web:1")
    made["spec"]["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    async with rollout(made) as found:
        found.image("web:2")
        found.world.step(60)
        await found.open()
        await snap(found.app, "partition")
