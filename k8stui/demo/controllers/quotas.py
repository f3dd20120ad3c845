"""The resource quota controller: what a namespace uses, in the status of its quotas."""

from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.world import World
from k8stui.demo.registry.admission.quota import used
from k8stui.demo.storage.changes import Change
from k8stui.demo.storage.kinds import Kind
from k8stui.model.quantity import Quantity, parse

SETTLE = 0.25
"""Seconds in which the changes of one namespace come to one count."""


class ResourceQuotas(Controller):
    """Counts anew when anything in a namespace with a quota changes."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._quotas = world.cache("resourcequotas")
        self._waiting: set[str] = set()
        self.watch("resourcequotas")
        world.store.on_any_change(self._note)

    def _note(self, kind: Kind, change: Change) -> None:
        namespace = change.after.namespace
        if kind.plural == "resourcequotas" or not namespace or namespace in self._waiting:
            return
        if self._quotas.any(namespace):
            self._waiting.add(namespace)
            self.world.agenda.after(SETTLE, lambda: self._recount(namespace))

    def _recount(self, namespace: str) -> None:
        self._waiting.discard(namespace)
        for quota in self._quotas.all(namespace):
            self.enqueue(f"{namespace}/{quota['metadata']['name']}")

    def sync(self, key: str) -> None:
        """One quota."""
        seen = self._quotas.get(key)
        if seen is None:
            return
        meta, hard = seen["metadata"], seen["spec"].get("hard") or {}
        amounts = used(self.world.store, meta["namespace"], set(hard))
        shown = {name: str(Quantity(amounts[name], parse(limit).family)) for name, limit in hard.items()}
        if seen["status"] == {"hard": hard, "used": shown}:
            return
        quota = self.world.store.get("resourcequotas", meta["name"], meta["namespace"])
        quota["status"] = {"hard": hard, "used": shown}
        self.world.registry.update_status(quota)
