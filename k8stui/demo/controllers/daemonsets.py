"""DaemonSets: a pod on every node that fits, replaced node by node when the template changes.

After `k8s.io/kubernetes/pkg/controller/daemon`.
"""

from collections.abc import Sequence
from functools import partial

from k8stui.demo.controllers.availability import is_available, until_next
from k8stui.demo.controllers.claims import Claims
from k8stui.demo.controllers.daemonpods import by_age, daemon_pod, placement, target
from k8stui.demo.controllers.daemonturn import Turn, in_place, status_of, surging
from k8stui.demo.controllers.podcontrol import PodControl
from k8stui.demo.controllers.podfacts import is_ready
from k8stui.demo.controllers.revisions import HASH, Revisions
from k8stui.demo.controllers.templates import template_hash
from k8stui.demo.controllers.workload import Workload
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending, key_of, labels_of, phase

BACKOFF = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 900.0)
"""Seconds before a failed pod is replaced: each time longer, the last for all others."""


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
        self.report(obj, status_of(self.world, turn))
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
        if self._manage(turn) or strategy != "RollingUpdate":
            return
        create, delete = surging(self.world, turn) if turn.surge else ([], in_place(self.world, turn))
        self._carry_out(turn, create, delete)

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
        if self.world.age(since) > 2 * BACKOFF[-1]:  # as long ago as client-go's back-off remembers
            number = 0
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


def _hash(owner: Object, collisions: int) -> str:
    return template_hash(owner["spec"]["template"], collisions or None)


def _face(node: Object) -> tuple[object, ...]:
    """What of a node decides who may run there."""
    spec = node.get("spec", {})
    return node["metadata"].get("labels"), spec.get("taints"), spec.get("unschedulable")
