"""The TTL controller: says on each node for how long its kubelet may keep secrets and configmaps without asking."""

from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.world import World

ANNOTATION = "node.alpha.kubernetes.io/ttl"
_STEPS = ((100, 0), (500, 15), (1000, 30), (2000, 60))
"""Up to so many nodes, so many seconds (kube-controller-manager's pkg/controller/ttl)."""
_MOST = 300


class NodeTTL(Controller):
    """Writes the annotation when a node is made or changes."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._nodes = world.cache("nodes")
        self.watch("nodes")

    def sync(self, key: str) -> None:
        """One node."""
        node = self._nodes.get(key)
        if node is None:
            return
        count = sum(1 for _ in self._nodes.all())
        wanted = str(next((seconds for size, seconds in _STEPS if count <= size), _MOST))
        if (node["metadata"].get("annotations") or {}).get(ANNOTATION) == wanted:
            return
        fresh = self.world.store.get("nodes", node["metadata"]["name"])
        fresh["metadata"]["annotations"] = (fresh["metadata"].get("annotations") or {}) | {ANNOTATION: wanted}
        self.world.registry.update(fresh)
