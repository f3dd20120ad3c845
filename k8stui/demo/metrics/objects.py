"""NodeMetrics and PodMetrics (metrics.k8s.io/v1beta1), made of a source's numbers when they are asked for."""

import msgspec

from k8stui.demo.clock import Clock, stamp
from k8stui.demo.metrics.source import MetricsSource, Usage
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.objects import Object
from k8stui.demo.storage.store import Store

_WINDOW = "15.021s"
"""Over how long a metrics server averages: its scrape interval, as it writes it."""


class Metrics:
    """The objects of the metrics server."""

    def __init__(self, store: Store, clock: Clock, source: MetricsSource) -> None:
        self.source = source
        self._store = store
        self._clock = clock

    def nodes(self) -> list[Entry]:
        """One of every node that the source knows."""
        now = self._clock.now()
        entries = self._store.table(self._store.catalog.named("nodes")).within(None)
        usage = self.source.nodes([entry.name for entry in entries], now)
        found = []
        for entry in entries:
            if (used := usage.get(entry.name)) is not None:
                found.append(_entry(entry, now, {"usage": _quantities(used)}))
        return found

    def pods(self, namespace: str) -> list[Entry]:
        """One of every running pod of a namespace, or of all (empty)."""
        now = self._clock.now()
        usage = self.source.pods(namespace, now)
        found = []
        for entry in self._store.table(self._store.catalog.named("pods")).within(namespace or None):
            if (containers := usage.get(entry.key)) is not None:
                listed = [{"name": name, "usage": _quantities(used)} for name, used in containers.items()]
                found.append(_entry(entry, now, {"containers": listed}))
        return found


def _entry(about: Entry, now: float, numbers: Object) -> Entry:
    meta: Object = {"name": about.name}
    meta |= {"namespace": about.namespace} if about.namespace else {}
    meta |= {"creationTimestamp": stamp(now)} | ({"labels": about.labels} if about.labels else {})
    obj = {"metadata": meta, "timestamp": stamp(now), "window": _WINDOW, **numbers}
    return Entry(about.namespace, about.name, about.uid, 0, about.labels, {}, msgspec.json.encode(obj))


def _quantities(used: Usage) -> dict[str, str]:
    """As a metrics server writes them: nanocores and kibibytes."""
    return {"cpu": f"{round(used.cpu * 1e9)}n", "memory": f"{round(used.memory / 1024)}Ki"}
