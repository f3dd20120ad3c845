"""What moves in the embedded cluster: one task that carries out an agenda on the injected clock.

Each mover is a file of its own and looks only at the store, so that a user's change (a deleted pod, another image, a
cordon) is answered as a cluster would answer it, and a fuller controller can take a mover's place.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.manager import controllers
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet.kubelet import Kubelets
from k8stui.demo.registry.registry import Registry
from k8stui.demo.runtime.logs import Logs
from k8stui.demo.scenario.scenario import SHOP_ON_A_BAD_DAY, Scenario
from k8stui.demo.scenario.seeding import Seeder
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import ending
from k8stui.demo.storage.store import Store

Object = dict[str, Any]

RELEASE = 6.0
"""Seconds between two looks whether a release is through and the next one due."""


class Life:
    """A scenario in a store, and its movement. All methods belong to one event loop."""

    def __init__(
        self,
        store: Store,
        *,
        registry: Registry | None = None,
        logs: Logs | None = None,
        certificate: str = "",
        scenario: Scenario = SHOP_ON_A_BAD_DAY,
        seed: int = 1,
        speed: float = 1.0,
    ) -> None:
        """The same `seed` (and a store of the same seed) gives the same names, uids and order of events.

        `registry`, `logs` and `certificate` (PEM) are those of the server in front of the store, if there is one.
        """
        self.agenda = Agenda(store.clock, speed)
        self.world = World(registry or Registry(store, store.clock), self.agenda, seed)
        self._store = store
        self._certificate = certificate
        self._scenario = scenario
        self._seed = seed
        self.kubelets = Kubelets(self.world, scenario.habits, logs)
        self._task: asyncio.Task[None] | None = None

    def seed(self) -> None:
        """Write the first moment into the store and fill the agenda. Nothing moves yet."""
        Seeder(self._store, self._scenario, self._seed).run()
        controllers(self.world, self._certificate)
        for node in self._store.list("nodes"):
            if node["metadata"]["name"] not in self._scenario.silent:
                self.kubelets.start(node["metadata"]["name"])
        self.agenda.every(RELEASE, self._release)

    def start(self) -> None:
        """Let it move, in a task of the running loop."""
        self._task = asyncio.create_task(self.agenda.run(), name="demo life")

    async def stop(self) -> None:
        """End the movement. Raises what ended it before, if anything did."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _release(self) -> None:
        """Give the apps that are released over and over their next version, once the last one is out."""
        for app in self._scenario.apps:
            if not app.rolling:
                continue
            try:
                found = self._store.get("deployments.apps", app.name, app.namespace)
            except Refusal:
                continue
            if not ending(found) and is_through(found):
                first = found["spec"]["template"]["spec"]["containers"][0]
                first["image"] = next_version(first["image"])
                self.world.registry.update(found)


def is_through(deployment: Mapping[str, Any]) -> bool:
    """Whether a rollout has come to its end."""
    status = deployment.get("status", {})
    wanted = deployment["spec"].get("replicas", 1)
    counts = (status.get("replicas", 0), status.get("updatedReplicas", 0), status.get("availableReplicas", 0))
    current = status.get("observedGeneration") == deployment["metadata"].get("generation", 1)
    return current and counts == (wanted,) * 3 and not deployment["spec"].get("paused")


def next_version(image: str) -> str:
    """The image with the last number of its tag raised by one; unchanged when it does not end in a number."""
    head, dot, last = image.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdigit() else image
