"""Making and deleting pods for an owner, with the events that say so (`controller.RealPodControl`)."""

from collections.abc import Callable, Iterable

from k8stui.demo.controllers.workload import Workload
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending

BURST = 500
"""Pods made or deleted in one look, at most (controllers' BurstReplicas)."""


class PodControl:
    """Pods of one kind of owners."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._registry = workload.world.registry

    def create(self, owner: Object, pod: Object) -> None:
        """Make one pod. Raises Refusal, after an event that tells of it."""
        try:
            made = self._registry.create(pod)
        except Refusal as refusal:
            if not is_terminating(refusal):
                self._workload.events.event(owner, "Warning", "FailedCreate", f"Error creating: {refusal.message}")
            raise
        name = made["metadata"]["name"]
        self._workload.events.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {name}")

    def create_all(self, owner: Object, pods: Iterable[Callable[[], Object]]) -> Refusal | None:
        """Make pods in batches of 1, 2, 4…; the first that has a refusal is the last. Returns the first refusal."""
        waiting = list(pods)[:BURST]
        size, first = 1, None
        while waiting and first is None:
            batch, waiting = waiting[:size], waiting[size:]
            for make in batch:
                try:
                    self.create(owner, make())
                except Refusal as refusal:
                    if not is_terminating(refusal):
                        first = first or refusal
            size *= 2
        return first

    def delete(self, owner: Object, pod: Object) -> None:
        """Ask for the end of a pod; one that is ending is left. Raises Refusal, after an event that tells of it."""
        if ending(pod):
            return
        try:
            self._workload.remove(pod, "pods")
        except Refusal as refusal:
            if refusal.code == 404:
                return
            self._workload.events.event(owner, "Warning", "FailedDelete", f"Error deleting: {refusal.message}")
            raise
        name = pod["metadata"]["name"]
        self._workload.events.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")


def is_terminating(refusal: Refusal) -> bool:
    """Whether it was refused because the namespace is being deleted: nobody needs an event of that."""
    rows = (refusal.details or {}).get("causes", ())
    return any(row.get("reason") == "NamespaceTerminating" for row in rows)
