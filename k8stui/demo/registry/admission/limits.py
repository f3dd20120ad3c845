"""LimitRanges: what containers get that say nothing, and what is too much or too little (plugin LimitRanger)."""

from collections.abc import Iterator
from typing import Any

from k8stui.demo.registry.defaults.pods import items, section
from k8stui.demo.registry.quantities import nanos
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store
from k8stui.model.quantity import Quantity

_ANNOTATION = "kubernetes.io/limit-ranger"


def _limits(store: Store, namespace: str) -> Iterator[Object]:
    kind = store.catalog.at("", "v1", "limitranges")
    if kind is None:
        return
    for entry in store.table(kind).within(namespace):
        yield from items(store.decode(kind, entry).get("spec"), "limits")


def default_limits(store: Store, obj: Object) -> None:
    """Give the containers of a new pod the defaults of its namespace, and note it in an annotation."""
    said = []
    for limit in _limits(store, obj["metadata"]["namespace"]):
        if limit.get("type") != "Container":
            continue
        for group in ("containers", "initContainers"):
            what = "init container" if group == "initContainers" else "container"
            for each in items(obj.get("spec"), group):
                for kind, name in (("defaultRequest", "requests"), ("default", "limits")):
                    added = _fill(section(each, "resources"), name, limit.get(kind) or {})
                    said += [f"{', '.join(added)} {name[:-1]} for {what} {each.get('name')}"] if added else []
    if said:
        section(obj["metadata"], "annotations")[_ANNOTATION] = f"LimitRanger plugin set: {'; '.join(said)}"


def _fill(resources: Object, name: str, amounts: Object) -> list[str]:
    added = [key for key in sorted(amounts) if key not in (resources.get(name) or {})]
    if added:
        resources[name] = (resources.get(name) or {}) | {key: amounts[key] for key in added}
    return added


def check_limits(store: Store, kind: Kind, obj: Object) -> None:
    """Raises Refusal (403) for a pod or a claim that asks for more than is allowed, or less."""
    reasons: list[str] = []
    for limit in _limits(store, obj["metadata"]["namespace"]):
        match limit.get("type"), kind.plural:
            case "Container", "pods":
                for each in [*items(obj["spec"], "containers"), *items(obj["spec"], "initContainers")]:
                    reasons += _judge(limit, each.get("resources") or {})
            case "Pod", "pods":
                reasons += _judge(limit, _sums(items(obj["spec"], "containers")))
            case "PersistentVolumeClaim", "persistentvolumeclaims":
                reasons += _judge(limit, obj["spec"].get("resources") or {})
    if reasons:
        text = reasons[0] if len(reasons) == 1 else f"[{', '.join(reasons)}]"
        raise errors.forbidden(kind, obj["metadata"], text)


def _sums(containers: list[Object]) -> Object:
    found: dict[str, dict[str, int]] = {"limits": {}, "requests": {}}
    for each in containers:
        for group, sums in found.items():
            for name, amount in ((each.get("resources") or {}).get(group) or {}).items():
                sums[name] = sums.get(name, 0) + nanos(amount)
    return {group: {name: str(Quantity(sum_)) for name, sum_ in sums.items()} for group, sums in found.items()}


def _judge(limit: Object, resources: Object) -> Iterator[str]:
    kind = limit.get("type")
    requests: Any = resources.get("requests") or {}
    limits: Any = resources.get("limits") or {}
    for name, least in (limit.get("min") or {}).items():
        place = f"minimum {name} usage per {kind} is {least}"
        if name not in requests:
            yield f"{place}.  No request is specified"
        elif nanos(requests[name]) < nanos(least):
            yield f"{place}, but request is {requests[name]}"
    for name, most in (limit.get("max") or {}).items():
        place = f"maximum {name} usage per {kind} is {most}"
        given = limits if kind != "PersistentVolumeClaim" else requests
        if name not in given:
            yield f"{place}.  No limit is specified"
        elif nanos(given[name]) > nanos(most):
            yield f"{place}, but {'limit' if given is limits else 'request'} is {given[name]}"
    for name, ratio in (limit.get("maxLimitRequestRatio") or {}).items():
        asked, most = nanos(requests.get(name, "0")), nanos(limits.get(name, "0"))
        if asked and most and most * 10**9 > nanos(ratio) * asked:
            yield f"{name} max limit to request ratio per {kind} is {ratio}, but provided ratio is {most / asked:f}"
