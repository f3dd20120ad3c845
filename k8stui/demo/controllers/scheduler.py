"""The scheduler: which node a pod runs on, and in its own sentence why it runs on none."""

from collections import Counter
from collections.abc import Iterable

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.events import Recorder
from k8stui.demo.controllers.fitting import Needs, Usage, amount, barred, full, matches, needs_of, tolerates
from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.objects import Object, controller_uid, ending, key_of

NAME = "default-scheduler"
BACKOFF = 1.0
"""Seconds between two attempts for one pod at least (podInitialBackoffSeconds)."""
FLUSH = 300.0
"""Seconds after which a pod is looked at again although nothing seems to have changed (podMaxInUnschedulablePods)."""


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
        self._placed: dict[str, tuple[str, Needs]] = {}
        self._waiting: dict[str, float] = {}
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
        before = self._placed.pop(key, None)
        if before is not None:
            self._usage[before[0]].add(before[1], -1)
        if new is None or finished(new):
            self._waiting.pop(key, None)
        elif node := new["spec"].get("nodeName"):
            self._waiting.pop(key, None)
            needs = before[1] if before is not None else needs_of(new)
            self._place(key, node, needs)
        elif self._mine(new) and (old is None or old["spec"] != new["spec"]):
            self.enqueue(key)
        if before is not None and key not in self._placed:
            self._retry()

    def _place(self, key: str, node: str, needs: Needs) -> None:
        self._placed[key] = (node, needs)
        self._usage.setdefault(node, Usage()).add(needs)

    def _mine(self, pod: Object) -> bool:
        spec = pod["spec"]
        return spec.get("schedulerName", NAME) == NAME and not spec.get("schedulingGates") and not ending(pod)

    def _retry(self) -> None:
        """Look again at who waits, but not more than once within the back-off."""
        for key, tried in self._waiting.items():
            self.enqueue(key, after=max(0.0, tried + BACKOFF - self.world.now))

    def sync(self, key: str) -> None:
        """One attempt for one pod."""
        pod = self._pods.get(key)
        if pod is None or pod["spec"].get("nodeName") or not self._mine(pod) or finished(pod):
            self._waiting.pop(key, None)
            return
        needs = needs_of(pod)
        nodes, reasons = list(self._nodes.all()), Counter[str]()
        free = [node for node in nodes if not self._refused(pod, needs, node, reasons)]
        if not free:
            self._give_up(pod, key, sentence(len(nodes), reasons))
            return
        node = min(free, key=lambda each: self._cost(pod, needs, each))["metadata"]["name"]
        meta = pod["metadata"]
        self.world.registry.bind(meta["name"], meta["namespace"], node)
        self._place(key, node, needs)
        self._waiting.pop(key, None)
        words = f"Successfully assigned {meta['namespace']}/{meta['name']} to {node}"
        self._recorder.modern(pod, "Normal", "Scheduled", words, "Binding")

    def _refused(self, pod: Object, needs: Needs, node: Object, reasons: Counter[str]) -> bool:
        why = barred(pod, node)
        found = [why] if why else full(needs, node, self._usage.get(node["metadata"]["name"], Usage()))
        if not found and not self._apart(pod, node):
            found = ["node(s) didn't match pod anti-affinity rules"]
        reasons.update(found)
        return bool(found)

    def _apart(self, pod: Object, node: Object) -> bool:
        """Required anti-affinity: no other pod that the term selects runs in the same topology domain."""
        terms = pod["spec"].get("affinity", {}).get("podAntiAffinity", {})
        for term in terms.get("requiredDuringSchedulingIgnoredDuringExecution", ()):
            domain = node["metadata"].get("labels", {}).get(term["topologyKey"])
            if domain is None:
                continue
            for other in self._pods.all(pod["metadata"]["namespace"]):
                where = self._nodes.get(f"/{self._placed.get(key_of(other), ('',))[0]}")
                if where is None or other is pod:
                    continue
                near = where["metadata"].get("labels", {}).get(term["topologyKey"]) == domain
                if near and matches(term.get("labelSelector"), other["metadata"].get("labels", {})):
                    return False
        return True

    def _cost(self, pod: Object, needs: Needs, node: Object) -> tuple[int, float, int, str]:
        """Few pods of the same owner first, then the least share of CPU and memory taken; the name decides."""
        name, has = node["metadata"]["name"], node.get("status", {}).get("allocatable", {})
        usage = self._usage.get(name, Usage())
        owner = controller_uid(pod)
        mates = sum(1 for other in self._pods.owned(owner) if self._placed.get(key_of(other), ("",))[0] == name)
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
        condition = {"type": "PodScheduled", "observedGeneration": meta.get("generation", 1), "status": "False"}
        condition |= {"lastProbeTime": None, "lastTransitionTime": stamp(self.world.now)}
        condition |= {"reason": "Unschedulable", "message": message}
        rows = now["status"].setdefault("conditions", [])
        old = next((row for row in rows if row["type"] == "PodScheduled"), None)
        if old is not None and old["status"] == "False":
            condition["lastTransitionTime"] = old["lastTransitionTime"]
        if old != condition:
            now["status"]["conditions"] = [row for row in rows if row is not old] + [condition]
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


def refusal(pod: Object, node: Object) -> str:
    """Why the pod may not run on this node, in the scheduler's words; empty when it may."""
    spec, labels = pod["spec"], node["metadata"].get("labels", {})
    if any(labels.get(key) != value for key, value in spec.get("nodeSelector", {}).items()):
        return "node(s) didn't match Pod's node affinity/selector"
    tolerations = spec.get("tolerations", [])
    if node["spec"].get("unschedulable"):
        cordon = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
        if not tolerates(tolerations, cordon):
            return "node(s) were unschedulable"
    for taint in node["spec"].get("taints", []):
        if taint["effect"] != "PreferNoSchedule" and not tolerates(tolerations, taint):
            return "node(s) had untolerated taint(s)"
    return ""


def place(pod: Object, nodes: Iterable[Object], pods: Iterable[Object]) -> tuple[str, str]:
    """(node, "") for the node with the fewest pods among those that may take it; ("", why not) when none may."""
    nodes = list(nodes)
    loads = Counter(other.get("spec", {}).get("nodeName") for other in pods)
    reasons: Counter[str] = Counter()
    free = []
    for node in nodes:
        if why := refusal(pod, node):
            reasons[why] += 1
        else:
            free.append(node["metadata"]["name"])
    if free:
        return min(free, key=lambda name: (loads[name], name)), ""
    return "", sentence(len(nodes), reasons)
