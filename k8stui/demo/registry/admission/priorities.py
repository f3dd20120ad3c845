"""What a new pod gets from the cluster: its priority, and tolerations of a node that is away for a while.

Source: the admission plugins Priority and DefaultTolerationSeconds.
"""

from collections.abc import Iterator
from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

_SYSTEM = (
    (
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    (
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
)
_AWAY = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_AWAY_SECONDS = 300


def system_classes() -> Iterator[Object]:
    """The two PriorityClasses that every cluster starts with."""
    for name, value, told in _SYSTEM:
        head = {"kind": "PriorityClass", "apiVersion": "scheduling.k8s.io/v1", "metadata": {"name": name}}
        yield head | {"value": value, "description": told, "preemptionPolicy": "PreemptLowerPriority"}


def tolerate(spec: Object) -> None:
    """Five minutes on a node that is not ready or unreachable, unless the pod says something about that."""
    given = items(spec, "tolerations")
    for key in _AWAY:
        if not any(_covers(each, key) for each in given):
            more = {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _AWAY_SECONDS}
            spec["tolerations"] = [*(spec.get("tolerations") or ()), more]


def _covers(toleration: Object, key: str) -> bool:
    return toleration.get("key") in (None, "", key) and toleration.get("effect") in (None, "", "NoExecute")


def prioritize(store: Store, kind: Kind, obj: Object) -> None:
    """The pod's priority and preemption policy, from its class or the default one. Raises Refusal (403)."""
    spec = obj["spec"]
    name = spec.get("priorityClassName") or ""
    found = _class(store, name)
    if name and found is None:
        raise errors.forbidden(kind, obj["metadata"], f"no PriorityClass with name {name} was found")
    if found is not None and not name:
        spec["priorityClassName"] = found["metadata"]["name"]
    value = (found or {}).get("value") or 0
    if spec.get("priority") is not None and spec["priority"] != value:
        why = f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; "
        why += f"priority admission controller computed {value} from the given PriorityClass name"
        raise errors.forbidden(kind, obj["metadata"], why)
    spec["priority"] = value
    if spec.get("preemptionPolicy") is None:
        spec["preemptionPolicy"] = (found or {}).get("preemptionPolicy") or "PreemptLowerPriority"


def _class(store: Store, name: str) -> Any:
    """A priority class; without a name the one that is everybody's default."""
    kind = store.catalog.at("scheduling.k8s.io", "v1", "priorityclasses")
    entries = store.table(kind).entries if kind is not None else {}
    if kind is not None and (entry := entries.get(f"/{name}")) is not None:
        return store.decode(kind, entry)
    for system, value, _ in _SYSTEM:
        if system == name:
            return {"metadata": {"name": name}, "value": value}
    if name or kind is None:
        return None
    every = (store.decode(kind, entry) for entry in entries.values())
    return next((each for each in every if each.get("globalDefault") is True), None)
