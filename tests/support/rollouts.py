"""Rollouts on a cluster that lives on the test's clock, seen on their page."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from k8stui.app import K8sTui
from k8stui.demo.kubelet.habits import Habit
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.rollout.page import RolloutScreen
from tests.support import manifests
from tests.support.around import Living, living
from tests.support.house import idle, running, settled, text, typed
from tests.support.waiting import eventually

Object = dict[str, Any]
HABITS = (
    Habit(images="*missing:*", missing=True),
    Habit(images="*/crash:*", exits=1.0, code=3, last_words=("reading settings", "no such key: payment")),
    Habit(images="*/deaf:*", unready="connection refused", says=("waiting for the database",)),
    Habit(images="*"),
)
PROBE = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1, "failureThreshold": 1}
RESOURCE = {"Deployment": "deployments.apps", "StatefulSet": "statefulsets.apps", "DaemonSet": "daemonsets.apps"}


def probed(made: Object) -> Object:
    """The same with a readiness probe."""
    made["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] = PROBE
    return made


class Rollout:
    """One workload `web` of the default namespace, and its page."""

    def __init__(self, app: K8sTui, world: Living, resource: str) -> None:
        self.app = app
        self.world = world
        self.resource = resource

    @property
    def object(self) -> Object:
        """The workload as the server has it."""
        found: Object = self.world.cluster.store.get(self.resource, "web", "default")
        return found

    def change(self, change: Object) -> None:
        """Somebody else merges this into the workload."""
        self.world.life.world.registry.update(merged(self.object, change))
        self.world.life.agenda.catch_up()

    def image(self, name: str, cause: str = "") -> None:
        """Another image; its cause, where there is one."""
        found = self.object
        found["spec"]["template"]["spec"]["containers"][0]["image"] = f"registry.example/{name}"
        if cause:
            found["metadata"].setdefault("annotations", {})["kubernetes.io/change-cause"] = cause
        self.world.life.world.registry.update(found)
        self.world.life.agenda.catch_up()

    async def tabled(self) -> None:
        """Everything that the server has is in the table."""
        await settled(self.app, self.world.cluster)

    async def open(self) -> RolloutScreen:
        """By its key."""
        await typed(self.app, "R")
        await eventually(lambda: isinstance(self.app.screen, RolloutScreen))
        return await self.read()

    @property
    def screen(self) -> RolloutScreen:
        """The page, also below a question."""
        return next(each for each in self.app.screen_stack if isinstance(each, RolloutScreen))

    async def read(self) -> RolloutScreen:
        """Everything that the server has is on the page."""
        for _ in range(3):  # what is read of a failing pod leads to more that is wanted
            await settled(self.app, self.world.cluster)
            await self.screen.flush()
        await idle(self.app)
        return self.screen

    async def after(self, seconds: float, by: float = 1.0) -> str:
        """Let time pass; what is on the screen then."""
        self.world.step(seconds, by)
        await self.read()
        return self.text

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(text(self.app))

    async def shows(self, words: str) -> str:
        """Wait for words on the screen, without letting the cluster's time pass."""

        async def look() -> bool:
            await self.screen.flush()
            await idle(self.app)
            return words in self.text

        for _ in range(200):
            if await look():
                return self.text
        raise AssertionError(f"{words!r} is not on the screen:\n{self.text}")

    async def answered(self, *keys: str) -> None:
        """Wait for the question, and answer it."""
        await eventually(lambda: isinstance(self.app.screen, ChangeQuestion))
        await idle(self.app)
        await typed(self.app, *keys)
        await eventually(lambda: isinstance(self.app.screen, RolloutScreen))


def images(found: Rollout) -> list[str]:
    """Those of the workload's template."""
    return [each["image"] for each in found.object["spec"]["template"]["spec"]["containers"]]


def merged(obj: Object, change: Object) -> Object:
    """A merge patch."""
    kept = {key: value for key, value in obj.items() if key not in change}
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(obj.get(key), dict):
            kept[key] = merged(obj[key], value)
        elif value is not None:
            kept[key] = value
    return kept


@asynccontextmanager
async def rollout(
    made: Object | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    config: Callable[[Living], Object] | None = None,
    **settings: Any,
) -> AsyncIterator[Rollout]:
    """A workload `web` that has been running well for an hour, in the table of its kind, under the cursor."""
    made = made or manifests.deployment("web", replicas=3, image="registry.example/web:1")
    resource = RESOURCE[made["kind"]]
    async with living("quiet", *HABITS) as world:
        await world.make(made)
        world.step(60)
        world.step(3600, by=600)
        given = {"view": resource, "namespace": "default", "size": size} | settings
        who = config(world) if config is not None else None
        async with running(world.cluster, world.clock, config=who, **given) as (app, _):
            await settled(app, world.cluster)
            yield Rollout(app, world, resource)
