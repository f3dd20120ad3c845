"""Label selectors: their form, and whether they select the template they stand beside."""

from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.validation.metadata import labels
from k8stui.demo.registry.validation.report import Report, labels_shown
from k8stui.demo.storage import names
from k8stui.demo.storage.store import Object

_SETS, _EXISTS = ("In", "NotIn"), ("Exists", "DoesNotExist")


def empty(selector: Any) -> bool:
    """A selector that says nothing."""
    return not isinstance(selector, dict) or not (selector.get("matchLabels") or selector.get("matchExpressions"))


def selects(selector: Object, found: Any) -> bool:
    """Do these labels (null: none) satisfy a valid selector?"""
    have = found if isinstance(found, dict) else {}
    if any(have.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_holds(each, have) for each in items(selector, "matchExpressions"))


def _holds(requirement: Object, have: Object) -> bool:
    key, values = str(requirement.get("key")), requirement.get("values") or []
    match requirement.get("operator"):
        case "In":
            return have.get(key) in values
        case "NotIn":
            return key not in have or have[key] not in values
        case "Exists":
            return key in have
        case _:
            return key not in have


def check_selector(report: Report, field: str, selector: Any) -> bool:
    """Its form; says whether it is well-formed."""
    if not isinstance(selector, dict):
        return True
    before = len(report.causes)
    labels(report, f"{field}.matchLabels", selector.get("matchLabels"))
    for index, each in enumerate(items(selector, "matchExpressions")):
        place = f"{field}.matchExpressions[{index}]"
        operator, values = each.get("operator"), each.get("values")
        if operator in _SETS:
            if not values:
                report.required(f"{place}.values", "must be specified when `operator` is 'In' or 'NotIn'")
        elif operator in _EXISTS:
            if values:
                why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                report.forbidden(f"{place}.values", why)
        else:
            report.invalid(f"{place}.operator", operator or "", "not a valid selector operator")
        report.say(f"{place}.key", each.get("key") or "", names.qualified_name(each.get("key") or ""))
    return len(report.causes) == before


def check_selected(report: Report, spec: Object, *, empty_says: str) -> bool:
    """The selector of a workload: given, well-formed, not empty (in these words), and it selects the template.

    False: it is malformed, and nobody looks at the template.
    """
    selector = spec.get("selector")
    template = spec.get("template")
    found = (template.get("metadata") or {}).get("labels") if isinstance(template, dict) else None
    if not isinstance(selector, dict):
        report.required("spec.selector")
        selector = None
    elif not check_selector(report, "spec.selector", selector):
        report.invalid("spec.selector", selector, "invalid label selector")
        return False
    elif empty(selector):
        report.invalid("spec.selector", selector, empty_says)
        return True
    if selector is None or not selects(selector, found):
        report.invalid(
            "spec.template.metadata.labels", labels_shown(found), "`selector` does not match template `labels`"
        )
    return True
