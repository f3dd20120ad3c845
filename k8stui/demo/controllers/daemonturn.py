"""One look at a DaemonSet: which pods an update replaces next (`daemon/update.go`), and what its status says."""

from collections.abc import Sequence

from msgspec import Struct

from k8stui.demo.controllers.availability import is_available
from k8stui.demo.controllers.daemonpods import is_updated, placement
from k8stui.demo.controllers.podfacts import is_ready
from k8stui.demo.controllers.rolling import scaled
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.objects import Object, ending


class Turn(Struct):
    """One look at a DaemonSet."""

    owner: Object
    mark: str
    """The hash of its present template."""
    nodes: list[Object]
    at: dict[str, list[Object]]
    """Its pods by node, also by nodes that are no more."""
    collisions: int

    @property
    def least(self) -> int:
        """minReadySeconds."""
        return int(self.owner["spec"].get("minReadySeconds", 0))

    @property
    def wanted(self) -> int:
        """Nodes that should run it."""
        return sum(placement(self.owner, node)[0] for node in self.nodes)

    def limit(self, name: str, otherwise: int) -> int:
        """maxUnavailable or maxSurge in pods; both round up."""
        given = (self.owner["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
        return scaled(given.get(name, otherwise), self.wanted, up=True)

    @property
    def surge(self) -> int:
        """Nodes that may have two pods during an update; unavailable is 1 when both are 0."""
        return self.limit("maxSurge", 0)

    @property
    def unavailable(self) -> int:
        """Nodes that may be without an available pod during an update."""
        return self.limit("maxUnavailable", 1) or (0 if self.surge else 1)


def in_place(world: World, turn: Turn) -> list[Object]:
    """The old pods to delete now, so that no more than maxUnavailable nodes are without an available one."""
    lost, broken, candidates = 0, [], []
    for pods in turn.at.values():
        new, old = _pair(turn, pods) or (None, None)
        if (new is None) == (old is None):
            lost += 1
        elif new is not None:
            lost += not is_available(world, new, turn.least)
        elif old is not None and not is_available(world, old, turn.least):
            broken.append(old)
            lost += 1
        elif old is not None:
            candidates.append(old)
    room = max(0, turn.unavailable - lost)
    return broken + candidates[:room]


def surging(world: World, turn: Turn) -> tuple[list[str], list[Object]]:
    """Nodes that get a new pod beside the old one (at most maxSurge), and old pods whose new one is available."""
    doubled = 0
    create: list[str] = []
    candidates: list[str] = []
    delete = []
    for node, pods in turn.at.items():
        pair = _pair(turn, pods)
        if pair is None:
            doubled += 1
            continue
        new, old = pair
        if old is None:
            continue
        if new is None:
            ready = is_available(world, old, turn.least)
            (candidates if ready else create).append(node)
        elif is_available(world, new, turn.least):
            delete.append(old)
        else:
            doubled += 1
    create += candidates[: max(0, turn.surge - doubled)]
    return create, delete


def _pair(turn: Turn, pods: Sequence[Object]) -> tuple[Object | None, Object | None] | None:
    """The new and the old pod of a node; None when it has several of one sort."""
    rows = [pod for pod in pods if not ending(pod)]
    new = [pod for pod in rows if is_updated(turn.owner, pod, turn.mark)]
    old = [pod for pod in rows if pod not in new]
    if len(new) > 1 or len(old) > 1:
        return None
    return (new[0] if new else None), (old[0] if old else None)


def status_of(world: World, turn: Turn) -> Object:
    """What the DaemonSet says of itself after this look."""
    found = dict.fromkeys(("current", "misplaced", "desired", "ready", "updated", "available"), 0)
    for node in turn.nodes:
        should, _ = placement(turn.owner, node)
        pods = turn.at.get(node["metadata"]["name"])
        if not should:
            found["misplaced"] += bool(pods)
            continue
        found["desired"] += 1
        if pods:
            first = pods[0]
            found["current"] += 1
            found["ready"] += is_ready(first)
            found["available"] += is_available(world, first, turn.least)
            found["updated"] += is_updated(turn.owner, first, turn.mark)
    status: Object = {
        "currentNumberScheduled": found["current"],
        "numberMisscheduled": found["misplaced"],
        "desiredNumberScheduled": found["desired"],
        "numberReady": found["ready"],
        "observedGeneration": turn.owner["metadata"].get("generation", 1),
    }
    counts = {"updatedNumberScheduled": found["updated"], "numberAvailable": found["available"]}
    counts["numberUnavailable"] = found["desired"] - found["available"]
    status |= {name: number for name, number in counts.items() if number}
    return status | ({"collisionCount": turn.collisions} if turn.collisions else {})
