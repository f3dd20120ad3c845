"""The rollout page in trouble: few rights, no server, a read-only context, odd sizes."""

from typing import Any

import pytest

from k8stui.demo.access.rules import Rule
from tests.support.around import Living
from tests.support.house import messages, typed
from tests.support.narrow import config, may, user
from tests.support.rollouts import images, rollout


def narrow(world: Living, *more: Rule) -> dict[str, Any]:
    """A user who sees Deployments, and what is given besides."""
    user(world.cluster, may("get list watch", "deployments", "default", "apps"), *more)
    return config(world.cluster, "default")


PODS = may("get list watch", "pods", "default")
SETS = may("get list watch", "replicasets", "default", "apps")


async def test_pods_that_may_not_be_seen_are_told_and_the_replica_sets_count() -> None:
    async with rollout(config=lambda world: narrow(world, SETS)) as found:
        await found.open()
        await found.shows("pods")
        assert "3 ready" in found.text
        assert 'cannot list resource "pods"' in found.text or "may not list pods" in found.text
        assert "They may not be seen" in found.text


async def test_revisions_that_may_not_be_seen_are_told_in_their_place() -> None:
    async with rollout(config=lambda world: narrow(world, PODS)) as found:
        await found.open()
        said = await found.shows("replicasets")
        assert "Healthy" in said
        await typed(found.app, "U")
        assert "patch deployments.apps" in messages(found.app)


async def test_a_log_that_may_not_be_read_is_told_in_its_place() -> None:
    async with rollout(config=lambda world: narrow(world, PODS, SETS)) as found:
        await found.open()
        found.image("crash:2")
        await found.after(8)
        said = await found.shows("Log of web-")
        assert "pods/log" in said
        assert ", exit 3" in said


async def test_a_lost_connection_is_told_and_what_was_last_known_stays() -> None:
    async with rollout() as found:
        await found.open()
        found.image("crash:2")
        await found.after(8)
        await found.shows("no such key: payment")
        await found.world.cluster.stop()
        said = await found.shows("stale")
        assert "no such key: payment" in said
        assert "1 failing" in said


async def test_an_undo_in_a_read_only_context_is_refused() -> None:
    async with rollout(read_only=("*",)) as found:
        await found.open()
        found.image("web:2")
        await found.after(20)
        await typed(found.app, "U")
        assert "read-only" in messages(found.app)
        assert images(found) == ["registry.example/web:2"]


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (109, 30), (110, 30), (120, 40), (200, 60)])
async def test_every_size_shows_state_revision_reason_and_log(size: tuple[int, int]) -> None:
    async with rollout(size=size) as found:
        screen = await found.open()
        found.image("crash:2")
        await found.after(8)
        said = await found.shows("no such key: payment")
        for words in ("Rolling out", "2 now", "failing", "exit 3"):
            assert words in said
        for part in (screen.body_view.head, screen.body_view.diff, screen.body_view.pods):
            assert part.rows <= part.size.height
