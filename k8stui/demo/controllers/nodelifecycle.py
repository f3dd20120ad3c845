"""The node lifecycle and taint eviction controllers: a node that says nothing becomes Unknown, tainted and emptied.

Times as in kube-controller-manager 1.34: looked at every 5 s, silent for 40 s is Unknown (recorded: 47 s after the
kubelet's death), the unreachable taints at once, eviction when a pod's tolerationSeconds are over.
"""

from functools import partial

from k8stui.demo.clock import epoch, stamp
from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.events import Recorder, reference
from k8stui.demo.controllers.fitting import tolerates
from k8stui.demo.controllers.podfacts import finished, ready_condition
from k8stui.demo.controllers.world import World
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, condition, ending, key_of, state

LOOK = 5.0
"""Seconds between two looks at all nodes (--node-monitor-period)."""
GRACE = 40.0
"""Seconds without a renewed lease before a node is Unknown (--node-monitor-grace-period was 40 s until 1.31; the
recorded cluster had it so)."""
_PREFIX = "node.kubernetes.io/"
_PRESSURES = {
    "MemoryPressure": "memory-pressure",
    "DiskPressure": "disk-pressure",
    "PIDPressure": "pid-pressure",
    "NetworkUnavailable": "network-unavailable",
}


class NodeLifecycle(Controller):
    """Conditions of silent nodes, and the taints that follow from conditions and from `spec.unschedulable`."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._recorder = Recorder(world, "node-controller")
        self._nodes = world.cache("nodes")
        self._leases = world.cache("leases.coordination.k8s.io")
        self._pods = world.cache("pods")
        self._known: set[str] = set()
        self._renewed: dict[str, tuple[str, float]] = {}
        self._looked = world.now
        self.watch("nodes")
        world.agenda.every(LOOK, self._look)

    def _look(self) -> None:
        if self.world.now - self._looked > GRACE:  # this machine slept: nobody else was silent meanwhile
            self._renewed = {key: (mark, self.world.now) for key, (mark, _) in self._renewed.items()}
        self._looked = self.world.now
        for node in list(self._nodes.all()):
            self.enqueue(key_of(node))

    def sync(self, key: str) -> None:
        """One node."""
        node = self._nodes.get(key)
        if node is None:
            self._known.discard(key)
            self._renewed.pop(key, None)
            return
        if key not in self._known:
            self._known.add(key)
            name = node["metadata"]["name"]
            if self.world.now - epoch(node["metadata"]["creationTimestamp"]) < GRACE:
                words = f"Node {name} event: Registered Node {name} in Controller"
                self._recorder.event(_reference(node), "Normal", "RegisteredNode", words)
        if self._silent(node, key) and state(node, "Ready") != "Unknown":
            node = self._unknown(node)
        self._taint(node)

    def _silent(self, node: Object, key: str) -> bool:
        """No lease was renewed within the grace period, counted from when the renewal was seen."""
        name = node["metadata"]["name"]
        lease = self._leases.get(f"kube-node-lease/{name}")
        renewed = str(lease["spec"].get("renewTime", "")) if lease else ""
        beat = max((str(row.get("lastHeartbeatTime") or "") for row in _conditions(node)), default="")
        mark = f"{renewed} {beat}"
        if self._renewed.get(key, ("",))[0] != mark:
            first = key not in self._renewed
            seen = max(epoch(renewed), epoch(beat)) if first else self.world.now
            self._renewed[key] = (mark, min(seen, self.world.now) or epoch(node["metadata"]["creationTimestamp"]))
        return self.world.now - self._renewed[key][1] > GRACE

    def _unknown(self, node: Object) -> Object:
        """All four conditions, the pods' Ready, and an event."""
        name = node["metadata"]["name"]
        fresh = self.world.store.get("nodes", name)
        rows = {row["type"]: row for row in _conditions(fresh)}
        at = stamp(self.world.now)
        for kind in ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready"):
            row = rows.setdefault(kind, {"type": kind, "lastHeartbeatTime": fresh["metadata"]["creationTimestamp"]})
            never = row.get("status") is None
            row |= {"status": "Unknown", "lastTransitionTime": at}
            row["reason"] = "NodeStatusNeverUpdated" if never else "NodeStatusUnknown"
            row["message"] = "Kubelet never posted node status." if never else "Kubelet stopped posting node status."
        fresh.setdefault("status", {})["conditions"] = list(rows.values())
        fresh = self.world.registry.update_status(fresh)
        self._recorder.event(_reference(fresh), "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady")
        for pod in list(self._pods.all()):
            if pod["spec"].get("nodeName") == name:
                self.world.agenda.attempt(partial(self._unready, pod))
        return fresh

    def _unready(self, pod: Object) -> None:
        """Readiness is nobody's to tell any more: False, whatever the containers were."""
        try:
            found = self.world.store.get("pods", pod["metadata"]["name"], pod["metadata"]["namespace"])
        except Refusal:
            return
        row = ready_condition(found)
        if row is not None and row.get("status") == "True":
            row |= {"status": "False", "lastTransitionTime": stamp(self.world.now)}
            self.world.registry.update_status(found)
            self._recorder.event(found, "Warning", "NodeNotReady", "Node is not ready")

    def _taint(self, node: Object) -> None:
        """Bring this controller's own taints into line, those against scheduling first, each effect in a write."""
        wanted = wanted_taints(node)
        for effect in ("NoSchedule", "NoExecute"):
            keys = [key for key, kind in wanted if kind == effect]
            if {row["key"] for row in node["spec"].get("taints", []) if _own(row, effect)} != set(keys):
                self._retaint(node["metadata"]["name"], effect, keys)

    def _retaint(self, name: str, effect: str, wanted: list[str]) -> None:
        """Exactly these taints of one effect; those of others stay as they are."""
        fresh = self.world.store.get("nodes", name)
        rows = fresh["spec"].pop("taints", [])
        kept = [row for row in rows if not _own(row, effect) or row["key"] in wanted]
        there = {row["key"] for row in kept if _own(row, effect)}
        at = stamp(self.world.now)
        kept += [{"key": key, "effect": effect, "timeAdded": at} for key in wanted if key not in there]
        if kept:
            fresh["spec"]["taints"] = kept
        self.world.registry.update(fresh)


class TaintEviction(Controller):
    """Deletes the pods that do not tolerate (or tolerate no longer) the NoExecute taints of their node."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._recorder = Recorder(world, "taint-eviction-controller")
        self._nodes = world.cache("nodes")
        self._pods = world.cache("pods")
        self._here: dict[str, set[str]] = {}
        self._pods.handle(self._pod)
        self._nodes.handle(self._node)

    def _pod(self, old: Object | None, new: Object | None) -> None:
        for each in (old, new):
            if each is not None and (node := each["spec"].get("nodeName")):
                rows = self._here.setdefault(node, set())
                (rows.discard if new is None else rows.add)(key_of(each))
        if new is not None and (old is None or old["spec"] != new["spec"] or ending(old) != ending(new)):
            self.enqueue(key_of(new))

    def _node(self, old: Object | None, new: Object | None) -> None:
        if new is None or (old is not None and old["spec"].get("taints") == new["spec"].get("taints")):
            return
        for key in sorted(self._here.get(new["metadata"]["name"], ())):
            self.enqueue(key)

    def sync(self, key: str) -> None:
        """One pod: leave it, look again when its patience ends, or let it go."""
        pod = self._pods.get(key)
        node = self._nodes.get(f"/{pod['spec'].get('nodeName', '')}") if pod else None
        if pod is None or node is None:
            return
        taints = [row for row in node["spec"].get("taints", []) if row["effect"] == "NoExecute"]
        if ending(pod) or finished(pod) or not taints:
            return
        left = min(_since(row, pod, self.world.now) + patience(pod, row) for row in taints) - self.world.now
        if left == float("inf"):
            return
        if left > 0:
            self.enqueue(key, after=left + 0.001)
            return
        self._disrupted(pod)
        self._let_go(pod, Deletion(uid=pod["metadata"]["uid"]))
        meta = pod["metadata"]
        about = {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "apiVersion": "v1"}
        words = f"Marking for deletion Pod {meta['namespace']}/{meta['name']}"
        self._recorder.event(about, "Normal", "TaintManagerEviction", words)

    def _disrupted(self, pod: Object) -> None:
        found = self.world.store.get("pods", pod["metadata"]["name"], pod["metadata"]["namespace"])
        if condition(found["status"], "DisruptionTarget"):
            return
        rows = found["status"].setdefault("conditions", [])
        at, generation = stamp(self.world.now), found["metadata"].get("generation", 1)
        row = {"type": "DisruptionTarget", "observedGeneration": generation, "status": "True", "lastProbeTime": None}
        row |= {"lastTransitionTime": at, "reason": "DeletionByTaintManager"}
        rows.append(row | {"message": "Taint manager: deleting due to NoExecute taint"})
        self.world.registry.update_status(found)

    def _let_go(self, pod: Object, options: Deletion) -> None:
        self.world.registry.delete("pods", pod["metadata"]["name"], pod["metadata"]["namespace"], options=options)


def wanted_taints(node: Object) -> list[tuple[str, str]]:
    """Key and effect of the taints that a node's conditions and its cordon ask for."""
    ready = state(node, "Ready")
    wanted = [(f"{_PREFIX}unschedulable", "NoSchedule")] if node["spec"].get("unschedulable") else []
    if ready in ("False", "Unknown"):
        name = "unreachable" if ready == "Unknown" else "not-ready"
        wanted += [(f"{_PREFIX}{name}", "NoSchedule"), (f"{_PREFIX}{name}", "NoExecute")]
    pressed = [name for kind, name in _PRESSURES.items() if state(node, kind) == "True"]
    return wanted + [(f"{_PREFIX}{name}", "NoSchedule") for name in pressed]


def patience(pod: Object, taint: Object) -> float:
    """For how many seconds a pod stays on a node with this taint: 0 without a toleration, infinite without a limit."""
    rows = [row for row in pod["spec"].get("tolerations", []) if tolerates([row], taint)]
    if not rows:
        return 0.0
    return min(max(0.0, float(row.get("tolerationSeconds", float("inf")))) for row in rows)


def _own(taint: Object, effect: str) -> bool:
    names = {"unschedulable", "unreachable", "not-ready", *_PRESSURES.values()}
    key = taint["key"]
    return key.startswith(_PREFIX) and key.removeprefix(_PREFIX) in names and taint["effect"] == effect


def _since(taint: Object, pod: Object, now: float) -> float:
    """From when a pod bears with a taint: the later of when it came to the node and when the taint did."""
    row = condition(pod.get("status"), "PodScheduled") or {}
    placed = row.get("lastTransitionTime") or pod["metadata"]["creationTimestamp"]
    return max(epoch(taint["timeAdded"]) if taint.get("timeAdded") else now, epoch(placed))


def _reference(node: Object) -> Object:
    """What this controller's events say of a node: not which version."""
    return {key: value for key, value in reference(node).items() if key != "resourceVersion"}


def _conditions(node: Object) -> list[Object]:
    rows = node.get("status", {}).get("conditions") or []
    return [row for row in rows if isinstance(row, dict) and "type" in row]
