"""ResourceQuotas: a namespace has only so much of everything (plugin ResourceQuota).

What is used is counted from what there is, so a quota holds from the moment it is made.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.quantities import nanos
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store
from k8stui.model.quantity import Quantity

Usage = dict[str, int]
"""Billionths by the name that a quota has for it."""
_ONE = 10**9
_COUNTED = frozenset({"services", "secrets", "configmaps", "replicationcontrollers", "resourcequotas"})
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_OVER = ("Succeeded", "Failed")


def usage(kind: Kind, obj: Object) -> Usage:
    """What one object takes."""
    found = {f"count/{errors.qualified(kind.plural, kind.group)}": _ONE}
    if not kind.group and kind.plural in _COUNTED:
        found[kind.plural] = _ONE
    more = _MORE.get(errors.qualified(kind.plural, kind.group))
    return found | more(obj) if more is not None else found


def _pod(obj: Object) -> Usage:
    if (obj.get("status") or {}).get("phase") in _OVER:
        return {}
    found = {"pods": _ONE}
    for name in _COMPUTE:
        asked, most = (_sum(obj.get("spec") or {}, group, name) for group in ("requests", "limits"))
        found |= {f"requests.{name}": asked, name: asked, f"limits.{name}": most}
    return found


def _sum(spec: Object, group: str, name: str) -> int:
    """The containers together, or the largest init container."""

    def of(each: Object) -> int:
        return nanos(((each.get("resources") or {}).get(group) or {}).get(name, "0"))

    return max(sum(map(of, items(spec, "containers"))), *map(of, items(spec, "initContainers")), 0)


def _service(obj: Object) -> Usage:
    spec: Any = obj.get("spec") or {}
    found = {"services.loadbalancers": _ONE} if spec.get("type") == "LoadBalancer" else {}
    ports = sum(1 for port in items(spec, "ports") if port.get("nodePort"))
    return found | {"services.nodeports": max(ports, len(items(spec, "ports"))) * _ONE} if ports else found


def _claim(obj: Object) -> Usage:
    asked = (((obj.get("spec") or {}).get("resources") or {}).get("requests") or {}).get("storage", "0")
    return {"persistentvolumeclaims": _ONE, "requests.storage": nanos(asked)}


_MORE: Mapping[str, Callable[[Object], Usage]] = MappingProxyType(
    {"pods": _pod, "services": _service, "persistentvolumeclaims": _claim}
)


def quotas(store: Store, namespace: str) -> Iterator[Object]:
    """The quotas of a namespace."""
    kind = store.catalog.at("", "v1", "resourcequotas")
    if kind is not None:
        for entry in store.table(kind).within(namespace):
            yield store.decode(kind, entry)


def used(store: Store, namespace: str, names: set[str]) -> Usage:
    """How much of these a namespace uses now."""
    found = dict.fromkeys(names, 0)
    for table in list(store.tables()):
        if not table.kind.namespaced or not _concerns(table.kind, names):
            continue
        for entry in table.within(namespace):
            for name, amount in usage(table.kind, store.decode(table.kind, entry)).items():
                if name in found:
                    found[name] += amount
    return found


def _concerns(kind: Kind, names: set[str]) -> bool:
    empty: Object = {"spec": {"type": "LoadBalancer", "ports": [{"nodePort": 1}]}}
    return not names.isdisjoint(usage(kind, empty))


def check_quota(store: Store, kind: Kind, obj: Object) -> None:
    """Raises Refusal (403) for a new object that a quota has no room for."""
    namespace = obj["metadata"].get("namespace", "")
    wanted: Usage = {}
    for quota in quotas(store, namespace):
        wanted = wanted or usage(kind, obj)
        hard: Any = (quota.get("spec") or {}).get("hard") or {}
        asked = {name: amount for name, amount in wanted.items() if name in hard}
        if not asked:
            continue
        name = quota["metadata"]["name"]
        if missing := _unsaid(kind, obj, asked):
            raise errors.forbidden(kind, obj["metadata"], f"failed quota: {name}: must specify {missing}")
        now = used(store, namespace, set(asked))
        said: Any = (quota.get("status") or {}).get("used") or {}
        now |= {each: max(now[each], nanos(said[each])) for each in now if each in said}
        over = sorted(each for each in asked if asked[each] and now[each] + asked[each] > nanos(hard[each]))
        if over:
            parts = (_shown(over, asked), _shown(over, now), ",".join(f"{each}={hard[each]}" for each in over))
            why = f"exceeded quota: {name}, requested: {parts[0]}, used: {parts[1]}, limited: {parts[2]}"
            raise errors.forbidden(kind, obj["metadata"], why)


def _shown(names: list[str], amounts: Usage) -> str:
    return ",".join(f"{name}={Quantity(amounts[name])}" for name in names)


def _unsaid(kind: Kind, obj: Object, asked: Usage) -> str:
    """Which containers say nothing about a resource that is limited."""
    if kind.plural != "pods" or kind.group:
        return ""
    found = []
    for name in sorted(asked):
        group, _, resource = name.rpartition(".")
        if resource not in _COMPUTE or group not in ("", "requests", "limits"):
            continue
        silent = [
            str(each.get("name"))
            for each in [*items(obj["spec"], "containers"), *items(obj["spec"], "initContainers")]
            if resource not in ((each.get("resources") or {}).get(group or "requests") or {})
        ]
        if silent:
            found.append(f"{name} for: {','.join(silent)}")
    return "; ".join(found)
