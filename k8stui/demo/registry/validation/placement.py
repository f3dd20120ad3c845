"""Where a pod may run: tolerations, affinity, spreading; and the taints of nodes."""

from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.registry.validation.selectors import check_selector
from k8stui.demo.storage import names
from k8stui.demo.storage.store import Object

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED, _PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
_UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")


def check_taints(report: Report, spec: Object) -> None:
    """The taints of a node; the real one names them `metadata.taints`."""
    seen = set()
    for index, taint in enumerate(items(spec, "taints")):
        place = f"metadata.taints[{index}]"
        report.say(f"{place}.key", taint.get("key") or "", names.qualified_name(taint.get("key") or ""))
        report.say(f"{place}.value", taint.get("value") or "", names.label_value(taint.get("value") or ""))
        if not taint.get("effect"):
            report.required(f"{place}.effect")
        else:
            report.one_of(f"{place}.effect", taint["effect"], EFFECTS)
        if (mark := (taint.get("key"), taint.get("effect"))) in seen:
            whole = {"Key": taint.get("key"), "Value": taint.get("value", ""), "Effect": taint.get("effect")}
            whole["TimeAdded"] = taint.get("timeAdded")
            report.duplicate(place, whole, "taints must be unique by key and effect pair")
        seen.add(mark)


def check_placement(report: Report, field: str, spec: Object) -> None:
    """Node selector, affinity, tolerations and spread constraints of a pod spec."""
    affinity = spec.get("affinity")
    if isinstance(affinity, dict):
        _affinity(report, f"{field}.affinity", affinity)
    for index, each in enumerate(items(spec, "tolerations")):
        _toleration(report, f"{field}.tolerations[{index}]", each)
    for index, each in enumerate(items(spec, "topologySpreadConstraints")):
        _spread(report, f"{field}.topologySpreadConstraints[{index}]", each)


def _toleration(report: Report, place: str, of: Object) -> None:
    key, operator, value = of.get("key") or "", of.get("operator") or "", of.get("value") or ""
    if key:
        report.say(f"{place}.key", key, names.qualified_name(key))
    elif operator != "Exists":
        why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        report.invalid(f"{place}.operator", operator, why)
    if of.get("tolerationSeconds") is not None and of.get("effect") != "NoExecute":
        why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        report.invalid(f"{place}.effect", of.get("effect") or "", why)
    if operator in ("Equal", ""):
        report.say(f"{place}.operator", value, names.label_value(value))
    elif operator == "Exists":
        if value:
            report.invalid(f"{place}.operator", value, "value must be empty when `operator` is 'Exists'")
    else:
        report.unsupported(f"{place}.operator", operator, ("Equal", "Exists"))
    if of.get("effect"):
        report.one_of(f"{place}.effect", of["effect"], EFFECTS)


def _spread(report: Report, place: str, of: Object) -> None:
    if not isinstance(skew := of.get("maxSkew") or 0, int) or skew <= 0:
        report.invalid(f"{place}.maxSkew", skew, "must be greater than zero")
    if not of.get("topologyKey"):
        report.required(f"{place}.topologyKey", "can not be empty")
    report.one_of(f"{place}.whenUnsatisfiable", of.get("whenUnsatisfiable") or "", _UNSATISFIABLE)
    check_selector(report, f"{place}.labelSelector", of.get("labelSelector"))


def _affinity(report: Report, place: str, of: Object) -> None:
    nodes = of.get("nodeAffinity")
    if isinstance(nodes, dict) and isinstance(needed := nodes.get(_REQUIRED), dict):
        terms = items(needed, "nodeSelectorTerms")
        here = f"{place}.nodeAffinity.{_REQUIRED}.nodeSelectorTerms"
        if not terms:
            report.required(here, "must have at least one node selector term")
        for index, term in enumerate(terms):
            node_term(report, f"{here}[{index}]", term)
    for name in ("podAffinity", "podAntiAffinity"):
        for index, term in enumerate(items(of.get(name), _REQUIRED)):
            _pod_term(report, f"{place}.{name}.{_REQUIRED}[{index}]", term)
        for index, term in enumerate(items(of.get(name), _PREFERRED)):
            here = f"{place}.{name}.{_PREFERRED}[{index}]"
            if not 1 <= (weight := term.get("weight") or 0) <= 100:
                report.invalid(f"{here}.weight", weight, "must be in the range 1-100")
            _pod_term(report, f"{here}.podAffinityTerm", term.get("podAffinityTerm") or {})


def node_term(report: Report, place: str, term: Object) -> None:
    """One node selector term."""
    for index, each in enumerate(items(term, "matchExpressions")):
        here, values = f"{place}.matchExpressions[{index}]", each.get("values") or []
        match each.get("operator"):
            case "In" | "NotIn":
                if not values:
                    report.required(f"{here}.values", "must be specified when `operator` is 'In' or 'NotIn'")
            case "Exists" | "DoesNotExist":
                if values:
                    why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                    report.forbidden(f"{here}.values", why)
            case "Gt" | "Lt":
                if len(values) != 1:
                    why = "must be specified single value when `operator` is 'Lt' or 'Gt'"
                    report.required(f"{here}.values", why)
            case other:
                report.invalid(f"{here}.operator", other or "", "not a valid selector operator")
        report.say(f"{here}.key", each.get("key") or "", names.qualified_name(each.get("key") or ""))


def _pod_term(report: Report, place: str, term: Any) -> None:
    check_selector(report, f"{place}.labelSelector", term.get("labelSelector"))
    key = term.get("topologyKey") or ""
    if not key:
        report.required(f"{place}.topologyKey", "can not be empty")
    report.say(f"{place}.topologyKey", key, names.qualified_name(key))
