"""Evictions (policy/v1): a deletion that asks the pod's disruption budget first.

The rules and words are those of the eviction subresource of Kubernetes 1.34; the status of a budget is its
controller's, an eviction only takes one disruption off it.
"""

from typing import Any

from k8stui.demo.clock import stamp
from k8stui.demo.registry.conditions import set_condition
from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.deletion import FINISHED, check_preconditions, let_go, section
from k8stui.demo.registry.options import Deletion, check
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object, state
from k8stui.demo.storage.selectors import selects
from k8stui.demo.storage.store import Store

MOST_DISRUPTED = 2000
"""Pods that a budget may remember as evicted but not yet gone."""
RETRY = 10
"""Seconds after which an eviction may be tried again while a budget waits for its controller."""
_TWO = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def evict(store: Store, now: float, name: str, namespace: str, options: Deletion, *, dry: bool = False) -> None:
    """Evict a pod.

    Raises Refusal: 404; 409 for a precondition (the budget is used up all the same); 429 with the cause
    DisruptionBudget; 403 for a budget in disorder; 500 for a pod with two budgets.
    """
    pods = store.catalog.named("pods")
    before = store.entry(pods, namespace, name)
    pod = store.decode(pods, before)
    if not _is_free(pod):
        _ask_budget(store, now, pod, dry=dry)
        if not dry:
            check_preconditions(pods, before, options)
            before = _mark(store, now, pods, pod, before)
            if options.version is not None:
                options = _at(options, before)
    let_go(store, now, pods, before, check(options), dry=dry)


def _at(options: Deletion, entry: Entry) -> Deletion:
    """The same deletion of the entry that the mark has made."""
    return Deletion(grace=options.grace, propagation=options.propagation, orphan=options.orphan,
                    uid=options.uid, version=str(entry.version))  # fmt: skip


def _is_free(pod: Object) -> bool:
    """Whether no budget protects it: it does not run yet, runs no more, or ends already."""
    phase = section(pod, "status").get("phase")
    return phase in (*FINISHED, "Pending") or bool(pod["metadata"].get("deletionTimestamp"))


def _mark(store: Store, now: float, kind: Kind, pod: Object, before: Entry) -> Entry:
    """The condition by which a pod says that it is evicted."""
    status = pod["status"] = section(pod, "status")
    what = {"reason": "EvictionByEvictionAPI", "message": "Eviction API: evicting"}
    set_condition(status, "DisruptionTarget", "True", now, **what, lastProbeTime=None)
    return store.put(kind, pod, before)


# ---- budgets


def _ask_budget(store: Store, now: float, pod: Object, *, dry: bool) -> None:
    kind = store.catalog.at("policy", "v1", "poddisruptionbudgets")
    found = _budgets(store, kind, pod) if kind else []
    if len(found) > 1:
        raise errors.internal(_TWO)
    if kind is None or not found:
        return
    entry, budget = found[0]
    if state(pod, "Ready") != "True" and _lets_unready_go(budget):
        return
    _check(budget)
    if dry:
        return
    status = budget["status"]
    status["disruptionsAllowed"] -= 1
    status["disruptedPods"] = {**(status.get("disruptedPods") or {}), pod["metadata"]["name"]: stamp(now)}
    if status["disruptionsAllowed"] == 0:
        seen = {"observedGeneration": status.get("observedGeneration", 0)}
        set_condition(status, "DisruptionAllowed", "False", now, reason="InsufficientPods", message="", **seen)
    store.put(kind, budget, entry)


def _budgets(store: Store, kind: Kind, pod: Object) -> list[tuple[Entry, Object]]:
    """The budgets over a pod; one whose selector cannot be read is over none."""
    labels = pod["metadata"].get("labels") or {}
    if not labels:
        return []
    found = []
    for entry in store.table(kind).within(pod["metadata"]["namespace"]):
        budget = store.decode(kind, entry)
        if selects(section(budget, "spec").get("selector"), labels):
            found.append((entry, budget))
    return found


def _lets_unready_go(budget: Object) -> bool:
    """An unready pod counts for nothing: it may go always, or (the default) while enough others are healthy."""
    if section(budget, "spec").get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = section(budget, "status")
    healthy: int = status.get("currentHealthy", 0)
    needed: int = status.get("desiredHealthy", 0)
    return healthy >= needed > 0


def _check(budget: Object) -> None:
    """Raises Refusal when the budget allows no disruption now."""
    name, status = budget["metadata"]["name"], section(budget, "status")
    budget["status"] = status
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        raise _refused(f"The disruption budget {name} is still being processed by the server.", RETRY)
    allowed = status.setdefault("disruptionsAllowed", 0)
    if allowed < 0:
        raise _forbidden(name, "pdb disruptions allowed is negative")
    if len(status.get("disruptedPods") or {}) > MOST_DISRUPTED:
        raise _forbidden(name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller")
    if allowed == 0:
        raise _refused(_why_not(name, status))


def _why_not(name: str, status: Object) -> str:
    rows = items(status, "conditions")
    found: Object = next((each for each in rows if each.get("type") == "DisruptionAllowed"), {})
    if found.get("reason") == "SyncFailed":
        message = found.get("message", "")
        return f"The disruption budget {name} does not allow evicting pods currently because it failed sync: {message}"
    healthy, needed = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    return f"The disruption budget {name} needs {needed} healthy pods and has {healthy} currently"


def _refused(why: str, retry: int = 0) -> errors.Refusal:
    details: dict[str, Any] = {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    headers = {}
    if retry:
        details["retryAfterSeconds"] = retry
        headers["Retry-After"] = str(retry)
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    return errors.Refusal(429, "TooManyRequests", message, details, headers=headers)


def _forbidden(name: str, why: str) -> errors.Refusal:
    message = f'poddisruptionbudget.policy "{name}" is forbidden: {why}'
    return errors.Refusal(403, "Forbidden", message, errors.details("policy", "poddisruptionbudget", name))
