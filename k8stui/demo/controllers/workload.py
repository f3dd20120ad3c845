"""What the controllers of workloads have in common: one look at one moment, statuses that are written when they differ.

What is decided on is the state of all caches at the beginning of a look, own writes included: there is no need for
the expectations that real controllers keep beside their caches.
"""

from abc import abstractmethod

import msgspec

from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.events import Recorder
from k8stui.demo.controllers.world import World
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.objects import Object, key_of
from k8stui.model import duration

LEAST = 0.001
"""Seconds before an alarm at the least: sums of floats may fall short of the moment that was meant."""


def copied(obj: Object) -> Object:
    """A deep copy of what is shared."""
    made: Object = msgspec.json.decode(msgspec.json.encode(obj))
    return made


class Workload(Controller):
    """The controller of one kind of owners."""

    def __init__(self, world: World, resource: str, component: str) -> None:
        """`component` is who its events say has written them."""
        super().__init__(world)
        self.resource = resource
        self.cache = world.cache(resource)
        self.events = Recorder(world, component)
        self._alarms: dict[str, float] = {}
        self.watch(resource)

    def sync(self, key: str) -> None:
        """Look at one object. Raises Refusal, to be tried again later."""
        if self._alarms.get(key, self.world.now + 1) <= self.world.now:
            del self._alarms[key]
        self.world.refresh()
        obj = self.cache.get(key)
        if obj is None:
            self.gone(key)
        else:
            self.reconcile(obj)

    @abstractmethod
    def reconcile(self, obj: Object) -> None:
        """Bring one step further what belongs to this object. It is shared with others: never change it."""

    def gone(self, key: str) -> None:
        """The object of this key is no more."""

    def report(self, obj: Object, status: Object, annotations: dict[str, str] | None = None) -> Object:
        """Write the status (and annotations with it) unless it is so already; returns the object as it is then."""
        kept = obj["metadata"].get("annotations", {})
        if obj["status"] == status and (annotations is None or annotations == kept):
            return obj
        made = copied(obj) | {"status": status}
        if annotations is not None:
            made["metadata"]["annotations"] = annotations
        return self.world.registry.update_status(made)

    def later(self, obj: Object, seconds: float) -> None:
        """Look at it again in so many seconds; an earlier alarm that is set already is enough."""
        key = key_of(obj)
        wait = max(seconds, LEAST)
        due = self.world.now + wait / self.world.agenda.speed
        if due < self._alarms.get(key, due + 1):
            self._alarms[key] = due
            self.enqueue(key, wait)

    def elapsed(self, stamp: str | None) -> float:
        """Seconds since an RFC 3339 time; 0 when there is none."""
        moment = duration.stamp(stamp)
        return 0.0 if moment is None else self.world.age(moment)

    def remove(self, obj: Object, resource: str, *, propagation: str | None = None) -> None:
        """Ask for the deletion of this very object."""
        meta = obj["metadata"]
        options = Deletion(uid=meta["uid"], propagation=propagation)
        self.world.registry.delete(resource, meta["name"], meta.get("namespace", ""), options=options)
