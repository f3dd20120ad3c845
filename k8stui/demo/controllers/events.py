"""Events as components write them: the same again is counted, and old ones go.

Two forms, as on a real cluster: most components write count and two timestamps and update in place
(`k8s.io/client-go/tools/record`); the scheduler writes `eventTime` and no count (`client-go/tools/events`).
"""

from collections import OrderedDict

from k8stui.demo.clock import micro, stamp
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object

REMEMBERED = 4096
"""Events whose repetition is counted, per component (the size of client-go's cache)."""
LIFETIME = 3600.0
"""Seconds that an event is kept after its last change (kube-apiserver --event-ttl)."""
SWEEP = 60.0
"""Seconds between two looks for old events."""


def reference(obj: Object, field_path: str = "") -> Object:
    """What an event says it is about."""
    meta = obj["metadata"]
    made = {
        "kind": obj["kind"],
        "namespace": meta.get("namespace", ""),
        "name": meta["name"],
        "uid": meta.get("uid", ""),
        "apiVersion": obj["apiVersion"],
        "resourceVersion": meta.get("resourceVersion", ""),
        "fieldPath": field_path,
    }
    return {key: value for key, value in made.items() if value}


class Recorder:
    """Writes the events of one component."""

    def __init__(self, world: World, component: str, host: str = "") -> None:
        """`host` is the node on which the component runs, for those that say it."""
        self._world = world
        self._component = component
        self._host = host
        self._known: OrderedDict[tuple[str, ...], tuple[str, str]] = OrderedDict()

    def event(self, about: Object, type_: str, reason: str, message: str, field_path: str = "") -> None:
        """`type_` is Normal or Warning; `about` an object, or a reference that was made already."""
        where = reference(about, field_path) if "metadata" in about else about
        parts = (where.get(key, "") for key in ("kind", "namespace", "name", "uid", "fieldPath"))
        mark = (*parts, type_, reason, message)
        if mark not in self._known and (old := self._world.inherited.pop((self._component, self._host, *mark), None)):
            self._known[mark] = old
        if mark in self._known and self._again(self._known[mark]):
            self._known.move_to_end(mark)
            return
        made = self._new(where, type_, reason, message)
        if made is not None:
            self._known[mark] = made
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def modern(self, about: Object, type_: str, reason: str, message: str, action: str) -> None:
        """One in the form of events.k8s.io, as the scheduler writes it."""
        instance = f"{self._component}-{self._host}" if self._host else self._component
        self._create(
            reference(about),
            {
                "reason": reason,
                "message": message,
                "source": {},
                "firstTimestamp": None,
                "lastTimestamp": None,
                "type": type_,
                "eventTime": micro(self._world.now),
                "action": action,
                "reportingComponent": self._component,
                "reportingInstance": instance,
            },
        )

    def _again(self, where: tuple[str, str]) -> bool:
        namespace, name = where
        try:
            found = self._world.store.get("events", name, namespace)
            found["count"] = found.get("count", 1) + 1
            found["lastTimestamp"] = stamp(self._world.now)
            self._world.registry.update(found)
        except Refusal:  # it went of age, or somebody deleted it
            return False
        return True

    def _new(self, where: Object, type_: str, reason: str, message: str) -> tuple[str, str] | None:
        at = stamp(self._world.now)
        source = {"component": self._component, "host": self._host}
        return self._create(
            where,
            {
                "reason": reason,
                "message": message,
                "source": {key: value for key, value in source.items() if value},
                "firstTimestamp": at,
                "lastTimestamp": at,
                "count": 1,
                "type": type_,
                "eventTime": None,
                "reportingComponent": self._component,
                "reportingInstance": self._host,
            },
        )

    def _create(self, where: Object, body: Object) -> tuple[str, str] | None:
        """Returns namespace and name; None where no event may be made (the namespace is going, or nobody is told)."""
        if self._world.now < self._world.told_since:
            return None
        namespace = where.get("namespace") or "default"
        name = f"{where['name']}.{self._moment():x}"
        head = {"kind": "Event", "apiVersion": "v1", "metadata": {"name": name, "namespace": namespace}}
        try:
            self._world.registry.create({**head, "involvedObject": where, **body})
        except Refusal:
            return None
        return namespace, name

    def _moment(self) -> int:
        """Nanoseconds since the epoch, with the revision in the last digits: no two events have the same."""
        return int(self._world.now * 1_000_000) * 1000 + self._world.store.revision % 1_000_000


class Expiry:
    """Takes away events that nobody has repeated for an hour."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.agenda.every(SWEEP, self.sweep)

    def sweep(self) -> None:
        """One look at all events."""
        kind = self._world.store.catalog.named("events")
        limit = stamp(self._world.now - LIFETIME)
        for entry in self._world.store.table(kind).within(None):
            found = self._world.store.decode(kind, entry)
            last = found.get("lastTimestamp") or found.get("eventTime") or found["metadata"]["creationTimestamp"]
            if str(last) < limit:
                self._world.store.remove(kind, entry)
