"""What every controller and the kubelets share: the registry, the agenda, the caches, a stream of chance."""

from random import Random

from k8stui.demo.controllers.agenda import Agenda, AgendaClock
from k8stui.demo.controllers.cache import Cache
from k8stui.demo.registry.registry import Registry
from k8stui.demo.storage.store import Store

REACTION = 0.02
"""Seconds between a change and what controllers do about it; changes in between come to one look."""


class World:
    """One cluster's inside. Nothing in it polls: a change of an object wakes the agenda."""

    def __init__(self, registry: Registry, agenda: Agenda, seed: int = 1) -> None:
        """From now on the registry stamps with the agenda's time."""
        self.registry = registry
        self.agenda = agenda
        self.random = Random(f"world {seed}")
        self.told_since = 0.0
        """Events are written from this moment on (epoch seconds): older ones would be gone by now."""
        self.inherited: dict[tuple[str, ...], tuple[str, str]] = {}
        """Events of an earlier run that are counted on: who said what of what, and their namespace and name."""
        registry.clock = AgendaClock(agenda)
        self._caches: dict[str, Cache] = {}
        self._looking = False

    @property
    def store(self) -> Store:
        """For reading; writes go through the registry."""
        return self.registry.store

    @property
    def now(self) -> float:
        """Seconds since the epoch, as the action that is being carried out sees it."""
        return self.agenda.now

    def cache(self, resource: str) -> Cache:
        """The decoded objects of one kind, shared by all who ask (`pods`, `deployments.apps`)."""
        if (found := self._caches.get(resource)) is None:
            found = self._caches[resource] = Cache(self.store, resource, self._dirty)
        return found

    def _dirty(self) -> None:
        if not self._looking:
            self._looking = True
            self.agenda.after(REACTION * self.agenda.speed, self._look)

    def _look(self) -> None:
        self._looking = False
        self.refresh()

    def refresh(self) -> None:
        """Bring all caches up to the store's revision, so that what follows sees its own writes and everybody's."""
        for cache in [each for each in self._caches.values() if each.waiting]:
            cache.refresh()

    def age(self, seconds: float) -> float:
        """How long ago a moment is at the cluster's pace (the agenda's delays are counted so)."""
        return (self.now - seconds) * self.agenda.speed
