"""DaemonSets: a pod on every node that fits, replaced node by node when the template changes.

After `k8s.io/kubernetes/pkg/controller/daemon`.
"""

from collections.abc import Sequence
from functools import partial

from msgspec import Struct

from k8stui.demo.controllers.availability import is_available, until_next
from k8stui.demo.controllers.claims import Claims
from k8stui.demo.controllers.daemonpods import by_age, daemon_pod, is_updated, placement, target
from k8stui.demo.controllers.podcontrol import PodControl
from k8stui.demo.controllers.podfacts import is_ready
from k8stui.demo.controllers.revisions import HASH, Revisions
from k8stui.demo.controllers.rolling import scaled
from k8stui.demo.controllers.templates import template_hash
from k8stui.demo.controllers.workload import Workload
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending, key_of, labels_of, phase

BACKOFF = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 900.0)
"""Seconds before a failed pod is replaced: each time longer, the last for all others."""


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


class DaemonSets(Workload):
    """The controller of DaemonSets."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "daemonsets.apps", "daemonset-controller")
        self._claims = Claims(self, self.cache, "pods")
        self._revisions = Revisions(self, HASH, lambda owner, number: _hash(owner, number))
        self._control = PodControl(self)
        self._nodes = world.cache("nodes")
        self._nodes.handle(self._node_changed)
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}

    def _node_changed(self, old: Object | None, new: Object | None) -> None:
        """Every DaemonSet may have to do with a node that comes, goes, or has other labels or taints."""
        if old is None or new is None or _face(old) != _face(new):
            for each in self.cache.all():
                self.enqueue(key_of(each))

    def reconcile(self, obj: Object) -> None:
        """See to every node, then take the update one step further. Raises Refusal when a pod is refused."""
        if obj["spec"].get("selector") in ({}, None):
            words = "This daemon set is selecting all pods. A non-empty selector is required."
            self.events.event(obj, "Warning", "SelectingAll", words)
            return
        if ending(obj):
            return
        rows = self._revisions.of(obj)
        known = obj["status"].get("collisionCount")
        current, collisions = self._revisions.current(obj, rows, known or 0)
        turn = Turn(obj, labels_of(current)[HASH], list(self._nodes.all()), self._by_node(obj), collisions)
        refusal = None
        try:
            self._step(turn)
        except Refusal as found:
            refusal = found
        self.report(obj, self._status(turn))
        self._set_alarm(turn)
        if refusal is not None:
            raise refusal
        live = {pod_hash for pods in turn.at.values() for pod in pods if (pod_hash := labels_of(pod).get(HASH))}
        names = {f"{obj['metadata']['name']}-{mark}" for mark in {*live, turn.mark}}
        self._revisions.truncate(rows, names, obj["spec"].get("revisionHistoryLimit", 10))

    def _by_node(self, obj: Object) -> dict[str, list[Object]]:
        found: dict[str, list[Object]] = {}
        for pod in self._claims.of(obj):
            found.setdefault(target(pod), []).append(pod)
        return {node: by_age(pods) for node, pods in found.items()}

    def _set_alarm(self, turn: Turn) -> None:
        pods = [pod for rows in turn.at.values() for pod in rows]
        if turn.least and (wait := until_next(self.world, pods, turn.least)) is not None:
            self.later(turn.owner, wait)

    def _step(self, turn: Turn) -> None:
        """An update goes on only when nothing else is to be done."""
        strategy = (turn.owner["spec"].get("updateStrategy") or {}).get("type", "RollingUpdate")
        if not self._manage(turn) and strategy == "RollingUpdate":
            self._update(turn)

    # ---- a pod on every node

    def _manage(self, turn: Turn) -> bool:
        """Make what is missing and delete what is too much; whether anything was."""
        create: list[str] = []
        delete: list[Object] = []
        names = set()
        for node in turn.nodes:
            name = node["metadata"]["name"]
            names.add(name)
            should, may = placement(turn.owner, node)
            pods = turn.at.get(name, [])
            if should and not pods:
                create.append(name)
            elif may:
                delete += self._surplus(turn, name, pods)
            else:
                delete += pods
        delete += [pod for name, pods in turn.at.items() if name not in names for pod in pods]
        return self._carry_out(turn, create, delete)

    def _surplus(self, turn: Turn, node: str, pods: Sequence[Object]) -> list[Object]:
        """Of the pods of one node those that have ended, and all but one of those that run (two in a surge)."""
        ended = [pod for pod in pods if not ending(pod) and phase(pod) in ("Failed", "Succeeded")]
        victims = [pod for pod in ended if self._is_given_up(turn, node, pod)]
        running = [pod for pod in pods if not ending(pod) and pod not in ended]
        if len(running) <= 1:
            return victims
        if not turn.surge:
            return victims + running[1:]
        new = next((pod for pod in running if labels_of(pod).get(HASH) == turn.mark), None)
        old = next((pod for pod in running if labels_of(pod).get(HASH) != turn.mark), None)
        victims += [pod for pod in running if pod is not new and pod is not old]
        if new and old and (not is_ready(old) or is_available(self.world, new, turn.least)):
            victims.append(old)
        return victims

    def _is_given_up(self, turn: Turn, node: str, pod: Object) -> bool:
        """A pod that failed is replaced after a while that grows; one that succeeded at once."""
        meta = pod["metadata"]
        where = f"{meta['namespace']}/{meta['name']} on node {node}"
        if phase(pod) == "Succeeded":
            words = f"Found succeeded daemon pod {where}, will try to delete it"
            self.events.event(turn.owner, "Normal", "SucceededDaemonPod", words)
            return True
        key = turn.owner["metadata"]["uid"], node
        number, since = self._failures.get(key, (0, 0.0))
        left = BACKOFF[min(number, len(BACKOFF)) - 1] - self.world.age(since) if number else 0.0
        if left > 0:
            self.later(turn.owner, left)
            return False
        self._failures[key] = number + 1, self.world.now
        words = f"Found failed daemon pod {where}, will try to kill it"
        self.events.event(turn.owner, "Warning", "FailedDaemonPod", words)
        return True

    def _carry_out(self, turn: Turn, create: Sequence[str], delete: Sequence[Object]) -> bool:
        """Whether anything was to be done. Raises Refusal."""
        make = partial(daemon_pod, turn.owner, turn.mark)
        refusal = self._control.create_all(turn.owner, [partial(make, node) for node in create])
        going = [pod for pod in delete if not ending(pod)]
        for pod in going:
            self._control.delete(turn.owner, pod)
        if refusal is not None:
            raise refusal
        return bool(create or going)

    # ---- updates

    def _update(self, turn: Turn) -> None:
        if turn.surge:
            self._update_surging(turn)
        else:
            self._update_in_place(turn)

    def _pair(self, turn: Turn, pods: Sequence[Object]) -> tuple[Object | None, Object | None] | None:
        """The new and the old pod of a node; None when it has several of one sort."""
        rows = [pod for pod in pods if not ending(pod)]
        new = [pod for pod in rows if is_updated(turn.owner, pod, turn.mark)]
        old = [pod for pod in rows if pod not in new]
        if len(new) > 1 or len(old) > 1:
            return None
        return (new[0] if new else None), (old[0] if old else None)

    def _update_in_place(self, turn: Turn) -> None:
        """Delete old pods while no more than maxUnavailable nodes are without an available one."""
        lost, broken, candidates = 0, [], []
        for pods in turn.at.values():
            new, old = self._pair(turn, pods) or (None, None)
            if (new is None) == (old is None):
                lost += 1
            elif new is not None:
                lost += not is_available(self.world, new, turn.least)
            elif old is not None and not is_available(self.world, old, turn.least):
                broken.append(old)
                lost += 1
            elif old is not None:
                candidates.append(old)
        room = max(0, turn.unavailable - lost)
        self._carry_out(turn, [], broken + candidates[:room])

    def _update_surging(self, turn: Turn) -> None:
        """Make new pods beside old ones on at most maxSurge nodes; the old one goes when the new one is available."""
        doubled = 0
        create: list[str] = []
        candidates: list[str] = []
        delete = []
        for node, pods in turn.at.items():
            pair = self._pair(turn, pods)
            if pair is None:
                doubled += 1
                continue
            new, old = pair
            if old is None:
                continue
            if new is None:
                ready = is_available(self.world, old, turn.least)
                (candidates if ready else create).append(node)
            elif is_available(self.world, new, turn.least):
                delete.append(old)
            else:
                doubled += 1
        create += candidates[: max(0, turn.surge - doubled)]
        self._carry_out(turn, create, delete)

    # ---- status

    def _status(self, turn: Turn) -> Object:
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
                found["available"] += is_available(self.world, first, turn.least)
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


def _hash(owner: Object, collisions: int) -> str:
    return template_hash(owner["spec"]["template"], collisions or None)


def _face(node: Object) -> tuple[object, ...]:
    """What of a node decides who may run there."""
    spec = node.get("spec", {})
    return node["metadata"].get("labels"), spec.get("taints"), spec.get("unschedulable")
