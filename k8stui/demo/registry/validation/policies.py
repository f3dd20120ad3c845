"""Budgets, autoscalers, quotas, limits, priorities, leases, events."""

from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.quantities import nanos
from k8stui.demo.registry.validation.report import AT_LEAST_0, Report
from k8stui.demo.registry.validation.selectors import check_selector
from k8stui.demo.storage.store import Object

_METRICS = ("ContainerResource", "External", "Object", "Pods", "Resource")
_HIGHEST = 1_000_000_000
"""Priorities above are the system's own."""
_QUOTA = frozenset({
    "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims",
    "cpu", "memory", "ephemeral-storage", "storage", "requests.cpu", "requests.memory", "requests.storage",
    "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage", "services.nodeports",
    "services.loadbalancers",
})  # fmt: skip


def budget(report: Report, obj: Object, old: Object | None) -> None:
    """A PodDisruptionBudget."""
    spec = obj.get("spec") or {}
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    policy = spec.get("unhealthyPodEvictionPolicy")
    if least is not None and most is not None:
        whole = {"MinAvailable": least, "Selector": spec.get("selector"), "MaxUnavailable": most}
        why = "minAvailable and maxUnavailable cannot be both set"
        report.invalid("spec", whole | {"UnhealthyPodEvictionPolicy": policy}, why)
    report.int_or_percent("spec.minAvailable", least, most=True)
    report.int_or_percent("spec.maxUnavailable", most, most=True)
    if policy is not None:
        report.one_of("spec.unhealthyPodEvictionPolicy", policy, ("AlwaysAllow", "IfHealthyBudget"))
    check_selector(report, "spec.selector", spec.get("selector"))


def autoscaler(report: Report, obj: Object, old: Object | None) -> None:
    """A HorizontalPodAutoscaler."""
    spec = obj.get("spec") or {}
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas") or 0
    if least < 1:
        report.invalid("spec.minReplicas", least, "must be greater than or equal to 1")
    if most < 1:
        report.invalid("spec.maxReplicas", most, "must be greater than 0")
    if most < least:
        report.invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    target = spec.get("scaleTargetRef") or {}
    for name in ("kind", "name"):
        if not target.get(name):
            report.required(f"spec.scaleTargetRef.{name}")
    if not target.get("apiVersion"):
        report.invalid("spec.scaleTargetRef.apiVersion", "", "apiVersion must specify API group")
    for index, metric in enumerate(items(spec, "metrics")):
        _metric(report, f"spec.metrics[{index}]", metric)
    if least == 0 and not any(each.get("type") in ("Object", "External") for each in items(spec, "metrics")):
        why = "must specify at least one Object or External metric to support scaling to zero replicas"
        report.forbidden("spec.metrics", why)


def _metric(report: Report, place: str, of: Object) -> None:
    kind = of.get("type") or ""
    if kind not in _METRICS:
        for _ in range(2):  # the real one says it once for the type and once for its source
            report.unsupported(f"{place}.type", kind, _METRICS)
        return
    source = of.get(kind[0].lower() + kind[1:])
    name = kind[0].lower() + kind[1:]
    if not isinstance(source, dict):
        report.required(f"{place}.{name}", "must populate information for the given metric source")
        return
    target = source.get("target") or {}
    usual = target.get("averageUtilization")
    if usual is not None and usual < 1:
        report.invalid(f"{place}.{name}.target.averageUtilization", usual, "must be greater than 0")


def quota(report: Report, obj: Object, old: Object | None) -> None:
    """A ResourceQuota."""
    for name, amount in ((obj.get("spec") or {}).get("hard") or {}).items():
        place = f"spec.hard[{name}]"
        if "/" not in name and name not in _QUOTA and not name.startswith(("hugepages-", "requests.hugepages-")):
            report.invalid(place, name, "must be a standard resource type or fully qualified")
            report.invalid(place, name, "must be a standard resource for quota")
        if nanos(amount) < 0:
            report.invalid(place, str(amount), AT_LEAST_0)


def limit_range(report: Report, obj: Object, old: Object | None) -> None:
    """A LimitRange."""
    for index, limit in enumerate(items(obj.get("spec"), "limits")):
        _limit(report, f"spec.limits[{index}]", limit)


def _limit(report: Report, place: str, of: Object) -> None:
    groups: dict[str, Any] = {name: of.get(name) or {} for name in ("max", "min", "default", "defaultRequest")}
    for name in sorted(set().union(*groups.values())):
        most, least = groups["max"].get(name), groups["min"].get(name)
        usual, asked = groups["default"].get(name), groups["defaultRequest"].get(name)
        pairs = (
            ("min", least, least, "min value", most, "max value"),
            ("defaultRequest", asked, asked, "default request value", most, "max value"),
            ("default", usual, most, "default value", most, "max value"),
            ("defaultRequest", asked, asked, "default request value", usual, "default limit value"),
        )
        for group, value, told, what, bound, bound_what in pairs:
            if value is not None and bound is not None and nanos(value) > nanos(bound):
                why = f"{what} {value} is greater than {bound_what} {bound}"
                report.invalid(f"{place}.{group}[{name}]", str(told), why)


def priority_class(report: Report, obj: Object, old: Object | None) -> None:
    """A PriorityClass."""
    name, value = obj["metadata"].get("name") or "", obj.get("value") or 0
    if name.startswith("system-") and name not in ("system-node-critical", "system-cluster-critical"):
        why = "priority class names with 'system-' prefix are reserved for system use only."
        report.forbidden("metadata.name", f"{why} error: {name} is not a known system priority class")
    elif value > _HIGHEST and not name.startswith("system-"):
        report.forbidden("value", f"maximum allowed value of a user defined priority is {_HIGHEST}")
    report.one_of("preemptionPolicy", obj.get("preemptionPolicy", "Never"), ("PreemptLowerPriority", "Never"))
    for field in ("value", "preemptionPolicy"):
        if old is not None and obj.get(field) != old.get(field):
            report.forbidden(field, "may not be changed in an update.")


def lease(report: Report, obj: Object, old: Object | None) -> None:
    """A Lease."""
    spec = obj.get("spec") or {}
    if (seconds := spec.get("leaseDurationSeconds")) is not None and seconds <= 0:
        report.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0")
    report.not_negative("spec", spec, "leaseTransitions")


def new_event(report: Report, obj: Object) -> None:
    """What events.k8s.io/v1 asks of a new Event beyond the old API (`validateV1EventCreate`); `obj` in its shape."""
    if not obj.get("eventTime"):
        report.required("eventTime")
    else:
        for name in ("reportingController", "reportingInstance", "action", "reason"):
            if not obj.get(name):
                report.required(name)
    if obj.get("type") not in ("Normal", "Warning"):
        report.invalid("type", "", f"has invalid value: {obj.get('type') or ''}")


_OF_THE_CLUSTER = ("default", "kube-system")
"""Where events about what has no namespace are."""


def event(report: Report, obj: Object, old: Object | None) -> None:
    """An Event stands in the namespace of what it is about."""
    about = (obj.get("involvedObject") or {}).get("namespace") or ""
    where = obj["metadata"].get("namespace")
    if about != where and (about or where not in _OF_THE_CLUSTER):
        report.invalid("involvedObject.namespace", about, "does not match event.namespace")
