"""What all controllers have in common: a queue of names on the agenda, each looked at anew when something changes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import partial

from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, key_of

RETRY = (0.1, 0.5, 2.0, 10.0, 60.0)
"""Seconds before the next try after a failure, the last for all others."""


class Controller(ABC):
    """Brings what is into line with what is wanted, one object at a time.

    `sync` gets `namespace/name` keys, may be called at any time and as often as anybody likes, and must look at the
    caches and the store anew each time. A Refusal (a conflict, an object that is gone) is tried again later.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._queued: set[str] = set()
        self._failed: dict[str, int] = {}

    @abstractmethod
    def sync(self, key: str) -> None:
        """Do what one object needs now."""

    def watch(self, resource: str, keys: Callable[[Object], Iterable[str]] | None = None) -> None:
        """Sync an object (or the objects that `keys` names, of the state before and after) when it changes."""
        names = keys or (lambda obj: (key_of(obj),))

        def changed(old: Object | None, new: Object | None) -> None:
            for state in (old, new):
                for key in names(state) if state is not None else ():
                    self.enqueue(key)

        self.world.cache(resource).handle(changed)

    def enqueue(self, key: str, after: float = 0.0) -> None:
        """Sync this object soon, or in so many seconds."""
        if after > 0:
            self.world.agenda.after(after, partial(self.enqueue, key))
        elif key not in self._queued:
            self._queued.add(key)
            self.world.agenda.after(0.0, partial(self._run, key))

    def _run(self, key: str) -> None:
        self._queued.discard(key)
        try:
            self.sync(key)
        except Refusal:
            self._again(key)
        except Exception:
            self._again(key)
            raise
        else:
            self._failed.pop(key, None)

    def _again(self, key: str) -> None:
        failures = self._failed[key] = self._failed.get(key, -1) + 1
        self.enqueue(key, RETRY[min(failures, len(RETRY) - 1)])


def owner_keys(kind: str) -> Callable[[Object], Iterable[str]]:
    """For `Controller.watch`: the key of the controller of this kind that an object has."""

    def keys(obj: Object) -> Iterable[str]:
        meta = obj["metadata"]
        for row in meta.get("ownerReferences", ()):
            if row.get("controller") and row.get("kind") == kind:
                yield f"{meta.get('namespace', '')}/{row['name']}"

    return keys
