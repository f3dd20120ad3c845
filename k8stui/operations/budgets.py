"""What disruption budgets say to an eviction, before it is sent (the eviction subresource of Kubernetes 1.34).

A pod that has ended, has not started or ends already asks nobody. Two budgets over one pod are refused for good (500).
A pod that is not ready goes without asking where the budget always allows that (`unhealthyPodEvictionPolicy`), else
while as many are healthy as it demands. For all others the budget must allow a disruption, and loses one.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final

from msgspec import Struct

from k8stui.model import kinds, label_selector, refs, tree
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.pod_status import ENDED
from k8stui.model.selector import Selector
from k8stui.model.sentences import listed
from k8stui.model.text import clean

_MOST_DISRUPTED: Final = 2000
"""Pods that a budget may remember as evicted but not yet gone; with more it refuses."""


class Answer(Enum):
    """What a pod's budgets say now."""

    FREE = "free"
    """Nobody is asked."""
    ALLOWED = "allowed"
    """The budget allows it, and then one less."""
    REFUSED = "refused"
    """Not now (429): tried again until it allows one."""
    BROKEN = "broken"
    """Not before somebody mends it (500, 403)."""


class Budget(Struct, frozen=True):
    """A PodDisruptionBudget, as far as an eviction goes. Its texts are clean."""

    ref: Ref
    selector: Selector | None
    """None: it selects nothing, or the server could not read it."""
    allowed: int
    healthy: int
    needed: int
    """Pods that must be healthy."""
    expected: int
    """Pods that it counts."""
    always: bool
    """Pods that are not ready may always go."""
    stale: bool
    """Its controller has not counted since it was changed."""
    full: bool
    """It remembers too many evicted pods."""
    failed: str
    """Why its controller cannot count."""

    @property
    def name(self) -> str:
        """Without its namespace."""
        return self.ref.name

    def why_not(self) -> str:
        """Why it allows none now, after its name: `allows 0 (3 of 4 needed, 2 healthy)`."""
        if self.stale:
            return "has not been counted since it was changed"
        if self.failed:
            return f"cannot be counted: {self.failed}"
        healthy = f", {self.healthy} healthy" if self.healthy < self.needed else ""
        return f"allows 0 ({self.needed} of {self.expected} needed{healthy})"

    @property
    def never(self) -> bool:
        """Whether it demands all that there are: no waiting will help, only more pods or another budget."""
        return not self.stale and 0 < self.expected <= self.needed


class Ruling(Struct, frozen=True):
    """What the budgets say to one pod's eviction."""

    answer: Answer
    budget: Budget | None = None
    """The one that decides."""
    says: str = ""
    """Why not, as a part of a sentence."""


def read(obj: Object) -> Budget:
    """A decoded PodDisruptionBudget."""
    status, ref = tree.part(obj, "status"), refs.ref(kinds.BUDGETS, obj)
    row = tree.condition(obj, "DisruptionAllowed")
    failed = row.get("reason") == "SyncFailed"
    return Budget(
        ref=Ref(ref.kind, ref.namespace, clean(ref.name), ref.uid),
        selector=label_selector.read(tree.value(obj, "spec", "selector")),
        allowed=tree.number(status, "disruptionsAllowed"),
        healthy=tree.number(status, "currentHealthy"),
        needed=tree.number(status, "desiredHealthy"),
        expected=tree.number(status, "expectedPods"),
        always=tree.text(obj, "spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow",
        stale=tree.number(status, "observedGeneration") < tree.number(obj, "metadata", "generation"),
        full=len(tree.part(status, "disruptedPods")) > _MOST_DISRUPTED,
        failed=clean(tree.text(row, "message") or "it does not say why") if failed else "",
    )


class Budgets:
    """All budgets that are known, by namespace.

    Args:
        objects: decoded PodDisruptionBudgets.
    """

    def __init__(self, objects: Iterable[Object]) -> None:
        self._by_namespace: dict[str, list[Budget]] = {}
        for each in sorted((read(obj) for obj in objects), key=lambda found: str(found.ref)):
            self._by_namespace.setdefault(each.ref.namespace, []).append(each)

    def over(self, pod: Object) -> list[Budget]:
        """Those that select the pod; a pod without labels has none."""
        labels = tree.strings(pod, "metadata", "labels")
        found = self._by_namespace.get(tree.namespace(pod), ()) if labels else ()
        return [each for each in found if each.selector is not None and each.selector.matches(labels)]

    def ruling(self, pod: Object) -> Ruling:
        """What they would say to its eviction now."""
        if is_free(pod):
            return Ruling(Answer.FREE)
        found = self.over(pod)
        if not found:
            return Ruling(Answer.FREE)
        if len(found) > 1:
            names = listed([each.name for each in found])
            return Ruling(Answer.BROKEN, found[0], f"budgets {names} all select it, and the server evicts no such pod")
        budget = found[0]
        if not is_ready(pod) and (budget.always or budget.healthy >= budget.needed > 0):
            return Ruling(Answer.FREE, budget)
        if not budget.stale and (budget.allowed < 0 or budget.full):
            why = "remembers too many evicted pods" if budget.full else "allows less than none"
            return Ruling(Answer.BROKEN, budget, f"budget {budget.name} is in disorder: it {why}")
        if budget.stale or not budget.allowed:
            return Ruling(Answer.REFUSED, budget, f"budget {budget.name} {budget.why_not()}")
        return Ruling(Answer.ALLOWED, budget)


def is_free(pod: Object) -> bool:
    """Whether no budget protects it: it does not run yet, runs no more, or ends already."""
    phase = tree.text(pod, "status", "phase")
    return phase in ENDED or phase == "Pending" or bool(tree.text(pod, "metadata", "deletionTimestamp"))


def is_ready(pod: Object) -> bool:
    """Whether it counts as healthy."""
    return tree.condition(pod, "Ready").get("status") == "True"
