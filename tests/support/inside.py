"""A store, a registry and a world of controllers on a clock that a test moves; no server, no task."""

from collections.abc import Callable
from typing import Any

from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.world import World
from k8stui.demo.registry.registry import Registry
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.store import Store
from tests.support.clock import ManualClock

Object = dict[str, Any]


class Inside:
    """Controllers are made by the test: `Deployments(inside.world)`; `step` lets time pass for them."""

    def __init__(self, seed: int = 1, namespaces: tuple[str, ...] = ("default", "shop")) -> None:
        self.clock = ManualClock()
        self.store = Store(self.clock, Catalog(), seed=seed)
        self.registry = Registry(self.store, self.clock)
        self.agenda = Agenda(self.clock)
        self.world = World(self.registry, self.agenda, seed)
        for name in namespaces:
            self.registry.create({"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name}})

    def step(self, seconds: float = 1.0) -> None:
        """So many seconds, stopping at every moment when something is due. Nothing may have failed by then."""
        end = self.clock.now() + seconds
        while (due := self.agenda.due()) is not None and due <= end:
            self._go(due)
        self.clock.advance(max(0.0, end - self.clock.now()))
        assert self.agenda.failures == []

    def until(self, what: Callable[[], object], within: float = 600.0) -> float:
        """Let time pass until it is true; returns how many seconds that took."""
        start = self.clock.now()
        while not what():
            due = self.agenda.due()
            assert due is not None, "nothing will ever happen again"
            assert due - start <= within, f"not true within {within} s"
            self._go(due)
            assert self.agenda.failures == []
        return self.clock.now() - start

    def _go(self, due: float) -> None:
        self.clock.advance(max(0.0, due - self.clock.now()) + 1e-6)  # sums of floats may fall short of the moment
        self.agenda.catch_up()

    def get(self, resource: str, name: str, namespace: str = "default") -> Object:
        """A copy of an object."""
        return self.store.get(resource, name, namespace)
