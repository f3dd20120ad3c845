"""What moves in the embedded cluster: controllers, kubelets and a scenario on one agenda, carried out by one task."""

import asyncio
from contextlib import suppress

from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.manager import controllers
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet.kubelet import Kubelets
from k8stui.demo.registry.registry import Registry
from k8stui.demo.runtime.logs import Logs
from k8stui.demo.scenario.load import Load
from k8stui.demo.scenario.moment import load as recording
from k8stui.demo.scenario.moment import restore
from k8stui.demo.scenario.named import named
from k8stui.demo.scenario.operator import TopicOperator
from k8stui.demo.scenario.releases import Releases
from k8stui.demo.scenario.storm import Storms
from k8stui.demo.scenario.telling import mark
from k8stui.demo.storage.store import Store


class Life:
    """A scenario in a store, and its movement. All methods belong to one event loop."""

    def __init__(
        self,
        store: Store,
        *,
        registry: Registry | None = None,
        logs: Logs | None = None,
        certificate: str = "",
        scenario: str = "shop",
        load: Load | None = None,
        seed: int = 1,
        speed: float = 1.0,
    ) -> None:
        """The same `seed` (and a store of the same seed) gives the same names, uids and order of events.

        `registry`, `logs` and `certificate` (PEM) are those of the server in front of the store, if there is one.
        `load` is made beside the scenario. Raises KeyError for a scenario that there is not.
        """
        self.agenda = Agenda(store.clock, speed)
        self._store = store
        self._registry = registry or Registry(store, store.clock)
        self._registry.accounts = True
        self._logs = logs
        self._certificate = certificate
        self._name = scenario
        self._scenario = named(scenario)
        self._load = load
        self._seed = seed
        self.world: World
        """Made by `seed`."""
        self.kubelets: Kubelets
        """The same."""
        self._task: asyncio.Task[None] | None = None

    def seed(self) -> None:
        """Write the first moment into the store and fill the agenda. Nothing moves yet."""
        scenario = self._scenario
        restore(self._store, recording(self._name), self._seed, self._certificate)
        if self._load is not None:
            self._load.seed()
        world = self.world = World(self._registry, self.agenda, self._seed)
        kept = self._store.list("events")
        world.inherited |= {mark(row): (row["metadata"]["namespace"], row["metadata"]["name"]) for row in kept}
        controllers(world, self._certificate, scenario.machines[0].name)
        self.kubelets = Kubelets(world, scenario.habits, self._logs)
        for entry in self._store.table(self._store.catalog.named("nodes")).within(None):
            if entry.name not in scenario.silent:
                self.kubelets.start(entry.name)
        if scenario.storm is not None:
            Storms(world, scenario.storm, scenario.silent)
        Releases(world, scenario.apps)
        if any(kind.custom and kind.plural == "topics" for kind in self._store.catalog.kinds()):
            TopicOperator(world)

    def start(self) -> None:
        """Let it move, in a task of the running loop."""
        if self._load is not None:
            self._load.start(self.agenda)
        self._task = asyncio.create_task(self.agenda.run(), name="demo life")

    async def stop(self) -> None:
        """End the movement. Raises what ended it before, if anything did."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
