"""The pod garbage collector: pods that no kubelet will ever end, since their node is gone or out of service.

As in kube-controller-manager 1.34: looked at every 20 s; a pod is failed before it is deleted without grace (recorded
of pods on a node that was said to be out of service), and a node must be missing for 40 s.
"""

from functools import partial

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.world import World
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.objects import Object, condition, ending, state

PERIOD = 20.0
"""Seconds between two looks at all pods (gcCheckPeriod)."""
QUARANTINE = 40.0
"""Seconds that a node must be missing before its pods are given up (quarantineTime)."""
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


class PodGarbageCollector:
    """Looks at all pods from time to time; nothing wakes it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pods = world.cache("pods")
        self._nodes = world.cache("nodes")
        self._missing: dict[str, float] = {}
        """Nodes that pods name and that are not there, and since when that is known."""
        world.agenda.every(PERIOD, self.collect)

    def collect(self) -> None:
        """One look."""
        missing: dict[str, float] = {}
        for pod in list(self._pods.all()):
            name = pod["spec"].get("nodeName", "")
            node = self._nodes.get(f"/{name}") if name else None
            if name and node is None:
                missing[name] = self._missing.get(name, self._world.now)
                if self._world.age(missing[name]) >= QUARANTINE:
                    self._world.agenda.attempt(partial(self._give_up, pod, orphan=True))
            elif ending(pod) and (node is None or _out_of_service(node)):
                self._world.agenda.attempt(partial(self._give_up, pod))
        self._missing = missing

    def _give_up(self, pod: Object, *, orphan: bool = False) -> None:
        meta = pod["metadata"]
        found = self._world.store.get("pods", meta["name"], meta["namespace"])
        if not finished(found):
            status = found.setdefault("status", {})
            generation = found["metadata"].get("generation", 1)
            status |= {"phase": "Failed", "observedGeneration": generation}
            if orphan and not condition(status, "DisruptionTarget"):
                row = {"type": "DisruptionTarget", "observedGeneration": generation, "status": "True"}
                row |= {"lastProbeTime": None, "lastTransitionTime": stamp(self._world.now)}
                row |= {"reason": "DeletionByPodGC", "message": "PodGC: node no longer exists"}
                status.setdefault("conditions", []).append(row)
            self._world.registry.update_status(found)
        options = Deletion(grace=0, uid=meta["uid"])
        self._world.registry.delete("pods", meta["name"], meta["namespace"], options=options)


def _out_of_service(node: Object) -> bool:
    taints = node["spec"].get("taints") or ()
    return state(node, "Ready") != "True" and any(row["key"] == OUT_OF_SERVICE for row in taints)
