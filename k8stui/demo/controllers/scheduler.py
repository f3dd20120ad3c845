"""The scheduler: which node a pod runs on, and in its own sentence why it runs on none."""

from collections import Counter
from collections.abc import Collection

from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.events import Recorder
from k8stui.demo.controllers.fitting import Needs, Usage, amount, barred, full, needs_of
from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.objects import Object, condition, controller_uid, ending, key_of, labels_of, turned

NAME = "default-scheduler"
BACKOFF = 1.0
"""Seconds between two attempts for one pod at least (podInitialBackoffSeconds)."""
CROWDED = ("Insufficient", "Too many", "node(s) didn't have free ports", "node(s) didn't match pod anti-affinity")
"""How the reasons begin that have to do with the pods of a node."""
FLUSH = 300.0
"""Seconds after which a pod is looked at again although nothing seems to have changed (podMaxInUnschedulablePods)."""


class Placement(Struct, frozen=True):
    """Where a pod runs, or is about to."""

    node: str
    owner: str
    """The uid of its controller; empty without one."""
    needs: Needs


class Scheduler(Controller):
    """Binds pods to nodes: one at a time, in the order in which they came, to the node with the most room.

    Without preemption: a pod that fits nowhere waits, and is looked at again when something changes that could help.
    """

    def __init__(self, world: World, host: str = "control-plane") -> None:
        super().__init__(world)
        self._recorder = Recorder(world, NAME, host)
        self._nodes = world.cache("nodes")
        self._pods = world.cache("pods")
        self._usage: dict[str, Usage] = {}
        self._placed: dict[str, Placement] = {}
        self._crowds: dict[str, Counter[str]] = {}
        self._waiting: dict[str, float] = {}
        self._hopeless: set[str] = set()
        """Those among them whom the end of another pod would not help (the plugins' queueing hints)."""
        self._facts: dict[str, object] = {}
        self._nodes.handle(self._node)
        self._pods.handle(self._pod)
        world.agenda.every(FLUSH / 10, self._flush)

    def _flush(self) -> None:
        for key, tried in self._waiting.items():
            if self.world.now - tried >= FLUSH:
                self.enqueue(key)

    def _node(self, old: Object | None, new: Object | None) -> None:
        """Heartbeats help nobody; a change of what filters look at may."""
        name = (new or old or {})["metadata"]["name"]
        facts = None if new is None else _facts(new)
        if self._facts.get(name) != facts:
            self._facts[name] = facts
            self._retry()

    def _pod(self, old: Object | None, new: Object | None) -> None:
        key = key_of(new or old or {})
        before = self._unplace(key)
        if new is None or finished(new):
            self._forget(key)
        elif node := new["spec"].get("nodeName"):
            self._forget(key)
            self._place(key, Placement(node, controller_uid(new), before.needs if before else needs_of(new)))
        elif self._mine(new) and (old is None or old["spec"] != new["spec"]):
            self.enqueue(key)
        if before is not None and key not in self._placed:
            self._retry(self._hopeless)

    def _forget(self, key: str) -> None:
        """It waits no longer."""
        self._waiting.pop(key, None)
        self._hopeless.discard(key)

    def _place(self, key: str, at: Placement) -> None:
        self._unplace(key)
        self._placed[key] = at
        self._usage.setdefault(at.node, Usage()).add(at.needs)
        if at.owner:
            self._crowds.setdefault(at.owner, Counter())[at.node] += 1

    def _unplace(self, key: str) -> Placement | None:
        at = self._placed.pop(key, None)
        if at is None:
            return None
        self._usage[at.node].add(at.needs, -1)
        if at.owner:
            crowd = self._crowds[at.owner]
            crowd[at.node] -= 1
            if not any(crowd.values()):
                del self._crowds[at.owner]
        return at

    def _mine(self, pod: Object) -> bool:
        spec = pod["spec"]
        return spec.get("schedulerName", NAME) == NAME and not spec.get("schedulingGates") and not ending(pod)

    def _retry(self, but: Collection[str] = ()) -> None:
        """Look again at who waits, but not more than once within the back-off."""
        for key, tried in self._waiting.items():
            if key not in but:
                self.enqueue(key, after=max(0.0, tried + BACKOFF - self.world.now))

    def sync(self, key: str) -> None:
        """One attempt for one pod."""
        pod = self._pods.get(key)
        if pod is None or pod["spec"].get("nodeName") or not self._mine(pod) or finished(pod):
            self._forget(key)
            return
        needs = needs_of(pod)
        nodes, reasons = list(self._nodes.all()), Counter[str]()
        avoided = self._avoided(pod)
        free = [node for node in nodes if not self._refused(pod, needs, node, avoided, reasons)]
        self._hopeless.discard(key)
        if not free:
            if not any(why.startswith(CROWDED) for why in reasons):
                self._hopeless.add(key)
            self._give_up(pod, key, sentence(len(nodes), reasons))
            return
        node = min(free, key=lambda each: self._cost(pod, needs, each))["metadata"]["name"]
        meta = pod["metadata"]
        self.world.registry.bind(meta["name"], meta["namespace"], node)
        self._place(key, Placement(node, controller_uid(pod), needs))
        self._forget(key)
        words = f"Successfully assigned {meta['namespace']}/{meta['name']} to {node}"
        self._recorder.modern(pod, "Normal", "Scheduled", words, "Binding")

    def _refused(
        self, pod: Object, needs: Needs, node: Object, avoided: list[tuple[str, set[str]]], reasons: Counter[str]
    ) -> bool:
        why = barred(pod, node)
        found = [why] if why else full(needs, node, self._usage.get(node["metadata"]["name"], Usage()))
        labels = labels_of(node)
        if not found and any(labels.get(key) in domains for key, domains in avoided):
            found = ["node(s) didn't match pod anti-affinity rules"]
        reasons.update(found)
        return bool(found)

    def _avoided(self, pod: Object) -> list[tuple[str, set[str]]]:
        """Topology key and domains of each required anti-affinity term: where another pod that it selects runs."""
        terms = pod["spec"].get("affinity", {}).get("podAntiAffinity", {})
        found = []
        for term in terms.get("requiredDuringSchedulingIgnoredDuringExecution", ()):
            key, domains = term["topologyKey"], set()
            for other in self._pods.selected(pod["metadata"]["namespace"], term.get("labelSelector")):
                at = self._placed.get(key_of(other))
                node = self._nodes.get(f"/{at.node}") if at and other is not pod else None
                if node is not None and key in labels_of(node):
                    domains.add(labels_of(node)[key])
            found.append((key, domains))
        return found

    def _cost(self, pod: Object, needs: Needs, node: Object) -> tuple[int, float, int, str]:
        """Few pods of the same owner first, then the least share of CPU and memory taken; the name decides."""
        name, has = node["metadata"]["name"], node.get("status", {}).get("allocatable", {})
        usage = self._usage.get(name, Usage())
        mates = self._crowds.get(controller_uid(pod), Counter())[name]
        share = 0.0
        for resource in ("cpu", "memory"):
            total = amount(resource, has.get(resource, "0")) or 1
            share += (usage.amounts.get(resource, 0) + needs.amounts.get(resource, 0)) / total
        return (mates, round(share, 3), usage.pods, name)

    def _give_up(self, pod: Object, key: str, message: str) -> None:
        """Say why not, and wait."""
        self._waiting[key] = self.world.now
        meta = pod["metadata"]
        now = self.world.store.get("pods", meta["name"], meta["namespace"])
        old = condition(now["status"], "PodScheduled")
        row = {"type": "PodScheduled", "observedGeneration": meta.get("generation", 1), "status": "False"}
        row |= {"lastProbeTime": None, "lastTransitionTime": turned(old, "False", stamp(self.world.now))}
        row |= {"reason": "Unschedulable", "message": message}
        if old != row:
            rows = now["status"].get("conditions", [])
            now["status"]["conditions"] = [each for each in rows if each is not old] + [row]
            self.world.registry.update_status(now)
        self._recorder.modern(pod, "Warning", "FailedScheduling", message, "Scheduling")


def _facts(node: Object) -> object:
    """What the filters look at."""
    spec = node["spec"]
    labels, allocatable = node["metadata"].get("labels"), node.get("status", {}).get("allocatable")
    return (spec.get("unschedulable"), spec.get("taints"), labels, allocatable)


def sentence(total: int, reasons: Counter[str]) -> str:
    """Why a pod fits nowhere (FitError of kube-scheduler, with the words of its preemption)."""
    if not total:
        return "no nodes available to schedule pods"
    parts = sorted(f"{number} {why}" for why, number in reasons.items())
    helped = sum(number for why, number in reasons.items() if why.startswith(("Insufficient", "Too many")))
    outcome = []
    if helped:
        outcome.append(f"{min(helped, total)} No preemption victims found for incoming pod")
    if helped < total:
        outcome.append(f"{total - helped} Preemption is not helpful for scheduling")
    preemption = f"preemption: 0/{total} nodes are available: {', '.join(outcome)}."
    return f"0/{total} nodes are available: {', '.join(parts)}. no new claims to deallocate, {preemption}"
