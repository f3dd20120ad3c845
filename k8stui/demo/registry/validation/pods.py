"""Pods and pod templates: the spec, and what an update of a pod may change."""

import difflib
from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.validation.containers import Containers
from k8stui.demo.registry.validation.gojson import internal
from k8stui.demo.registry.validation.metadata import annotations, labels
from k8stui.demo.registry.validation.placement import check_placement
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.registry.validation.volumes import check_volumes
from k8stui.demo.storage import names
from k8stui.demo.storage.store import Object

RESTART = ("Always", "OnFailure", "Never")
_DNS = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_CHANGED = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
)


def check_pod_spec(report: Report, field: str, spec: Any, *, claims: Any = ()) -> None:
    """A pod spec at a path; `claims` are the volume claim templates of a StatefulSet."""
    spec = spec if isinstance(spec, dict) else {}
    check_volumes(report, field, spec)
    Containers(report, field, spec | {"volumeClaimTemplates": _named(claims)}).check(spec)
    report.one_of(f"{field}.restartPolicy", spec.get("restartPolicy", "Always"), RESTART)
    report.one_of(f"{field}.dnsPolicy", spec.get("dnsPolicy", "ClusterFirst"), _DNS)
    labels(report, f"{field}.nodeSelector", spec.get("nodeSelector"))
    _names(report, field, spec)
    _times(report, field, spec)
    check_placement(report, field, spec)
    for index, alias in enumerate(items(spec, "hostAliases")):
        place = f"{field}.hostAliases[{index}]"
        report.say(f"{place}.ip", alias.get("ip") or "", names.address(alias.get("ip") or ""))
        for at, host in enumerate(alias.get("hostnames") or ()):
            report.say(f"{place}.hostnames[{at}]", host, names.subdomain(host))


def _named(claims: Any) -> list[Object]:
    return [each.get("metadata") or {} for each in items({"claims": claims}, "claims")]


def _names(report: Report, field: str, spec: Object) -> None:
    rules = {"serviceAccountName": names.subdomain, "nodeName": names.subdomain, "hostname": names.label}
    rules |= {"subdomain": names.label, "schedulerName": names.subdomain, "priorityClassName": names.subdomain}
    for name, rule in rules.items():
        if value := spec.get(name):
            report.say(f"{field}.{name}", value, rule(value))


def _times(report: Report, field: str, spec: Object) -> None:
    report.not_negative(field, spec, "terminationGracePeriodSeconds")
    deadline = spec.get("activeDeadlineSeconds")
    if isinstance(deadline, int) and not 1 <= deadline <= 2**31 - 1:
        report.invalid(f"{field}.activeDeadlineSeconds", deadline, "must be between 1 and 2147483647, inclusive")


def check_template(report: Report, field: str, template: Any, *, claims: Any = ()) -> None:
    """The pod template of a workload."""
    template = template if isinstance(template, dict) else {}
    metadata = template.get("metadata") or {}
    labels(report, f"{field}.labels", metadata.get("labels"))
    annotations(report, metadata.get("annotations"), f"{field}.annotations")
    check_pod_spec(report, f"{field}.spec", template.get("spec"), claims=claims)
    if (template.get("spec") or {}).get("ephemeralContainers"):
        report.forbidden(f"{field}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template")


def check_pod(report: Report, obj: Object, old: Object | None) -> None:
    """A pod."""
    spec = obj.get("spec") or {}
    if old is None:
        check_pod_spec(report, "spec", spec)
        if spec.get("ephemeralContainers"):
            report.forbidden("spec.ephemeralContainers", "cannot be set on create")
        return
    was = old.get("spec") or {}
    if spec == was:
        return
    check_pod_spec(report, "spec", spec)
    gates = [each.get("name") for each in items(was, "schedulingGates")]
    added = [(at, each.get("name")) for at, each in enumerate(items(spec, "schedulingGates"))]
    for index, name in added:
        if name not in gates:
            why = f"only deletion is allowed, but found new scheduling gate '{name}'"
            report.forbidden(f"spec.schedulingGates[{index}].name", why)
    if report.causes and any(name not in gates for _, name in added):
        return
    if _same_number(report, spec, was):
        _change(report, spec, was)


def _same_number(report: Report, spec: Object, was: Object) -> bool:
    fine = True
    for group in ("containers", "initContainers"):
        if len(items(spec, group)) != len(items(was, group)):
            report.forbidden(f"spec.{group}", "pod updates may not add or remove containers")
            fine = False
        for index, each in enumerate(items(spec, group)):
            if not each.get("image"):
                report.required(f"spec.{group}[{index}].image")
                fine = False
    return fine


def _change(report: Report, spec: Object, was: Object) -> None:
    """Only images, the deadline (earlier) and tolerations (more) may change."""
    deadline, before = spec.get("activeDeadlineSeconds"), was.get("activeDeadlineSeconds")
    if deadline != before and before is not None:
        place = "spec.activeDeadlineSeconds"
        if deadline is None:
            report.invalid(place, None, "must not update from a positive integer to nil value")
            return
        if deadline > before:
            report.invalid(place, deadline, "must be less than or equal to previous value")
            return
    tolerations = items(spec, "tolerations")
    if any(each not in tolerations for each in items(was, "tolerations")):
        why = "existing toleration can not be modified except its tolerationSeconds"
        if not _only_seconds(tolerations, items(was, "tolerations")):
            report.forbidden("spec.tolerations", why)
            return
    allowed = _allowed(spec, was)
    if allowed != was:
        report.forbidden("spec", _CHANGED + _diff(was, allowed))


def _only_seconds(now: list[Object], was: list[Object]) -> bool:
    bare = [{name: value for name, value in each.items() if name != "tolerationSeconds"} for each in now]
    return all({name: value for name, value in each.items() if name != "tolerationSeconds"} in bare for each in was)


def _allowed(spec: Object, was: Object) -> Object:
    """The new spec with the old values of what may change."""
    plain = dict(spec)
    for name in ("activeDeadlineSeconds", "tolerations"):
        plain.pop(name, None)
        if name in was:
            plain[name] = was[name]
    if (was.get("terminationGracePeriodSeconds") or 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        plain["terminationGracePeriodSeconds"] = was["terminationGracePeriodSeconds"]
    for group in ("containers", "initContainers"):
        if group in plain:
            pairs = zip(items(plain, group), items(was, group), strict=True)
            plain[group] = [new | {"image": old.get("image")} for new, old in pairs]
    return plain


def _diff(was: Object, now: Object) -> str:
    return unified(internal("core/v1.PodSpec", was), internal("core/v1.PodSpec", now))


def unified(old: str, new: str) -> str:
    """What differs between two texts, as the real messages show it."""
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=3))[2:]
    return "".join(f"{line}\n" for line in lines)
