"""Kinds that can be read and are never stored: what the metrics server adds, and the components of old."""

import msgspec

from k8stui.demo.metrics.objects import Metrics
from k8stui.demo.serving.answers import Answer, Renderer
from k8stui.demo.serving.lists import Page, cut
from k8stui.demo.serving.media import Form
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Store

_COMPONENTS = ("controller-manager", "etcd-0", "scheduler")


class Virtual:
    """Answers gets and lists of these kinds."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self.metrics = metrics
        self._store = store

    def answer(self, kind: Kind, ask: Ask, form: Form) -> Answer:
        """One object, or a page of them. Raises Refusal (404)."""
        render = Renderer(self._store, kind, ask, form)
        entries = self._entries(kind, ask)
        if ask.verb == "list":
            return render.page(Page(cut(kind, ask, entries), 0))
        found = next((entry for entry in entries if entry.name == ask.name), None)
        if found is None:
            raise errors.not_found(kind, f"{ask.namespace}/{ask.name}" if ask.namespace else ask.name)
        return render.stored(found)

    def _entries(self, kind: Kind, ask: Ask) -> list[Entry]:
        if not kind.group:
            return [_component(name) for name in _COMPONENTS]
        return self.metrics.pods(ask.namespace) if kind.namespaced else self.metrics.nodes()


def _component(name: str) -> Entry:
    condition = {"type": "Healthy", "status": "True", "message": "ok"}
    raw = msgspec.json.encode({"metadata": {"name": name}, "conditions": [condition]})
    return Entry("", name, "", 0, {}, {}, raw)
