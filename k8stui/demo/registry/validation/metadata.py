"""Object metadata: names, labels, annotations, owners, finalizers, and what a change may not touch."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import names
from k8stui.demo.storage.errors import invalid, qualified
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

ANNOTATIONS_LIMIT = 256 * 1024
"""Bytes of all annotations of an object together."""
_RBAC = "rbac.authorization.k8s.io"
_NAMES: Mapping[str, Callable[[str], list[str]]] = MappingProxyType({
    "namespaces": names.label,
    "statefulsets.apps": names.label,
    "events": names.path_segment,
    "services": names.dns_1035,
    f"roles.{_RBAC}": names.path_segment,
    f"clusterroles.{_RBAC}": names.path_segment,
    f"rolebindings.{_RBAC}": names.path_segment,
    f"clusterrolebindings.{_RBAC}": names.path_segment,
})  # fmt: skip
"""Whose names are not subdomains."""
_STANDARD_FINALIZERS = frozenset({"kubernetes", "orphan", "foregroundDeletion"})


def check_metadata(report: Report, kind: Kind, meta: Object, *, name: bool = True) -> None:
    """A new object's metadata (name=False: all but the name, which an update cannot change)."""
    if name:
        _name(report, kind, meta)
    labels(report, "metadata.labels", meta.get("labels"))
    annotations(report, meta.get("annotations"))
    _owners(report, meta.get("ownerReferences"))
    for each in _texts(meta.get("finalizers")):
        report.say("metadata.finalizers", each, names.qualified_name(each))
    if name:
        check_finalizers(report, kind, meta)


class Times(Struct, frozen=True):
    """How often an update of a kind looks at the same metadata: `causes` repeats what `message` says once."""

    common: int
    finalizers: int
    """Only some looks want finalizers to be qualified."""
    kept: int
    """What may not change."""


_CORE, _OTHER, _CUSTOM = Times(4, 2, 2), Times(3, 1, 2), Times(2, 0, 2)
_TIMES: Mapping[str, Times] = MappingProxyType({
    "services": Times(3, 1, 2), "resourcequotas": Times(3, 1, 2), "limitranges": Times(3, 1, 1),
    "podtemplates": Times(3, 1, 2), "events": Times(2, 0, 1), "persistentvolumes": Times(4, 2, 1),
    "persistentvolumeclaims": Times(5, 3, 2), "jobs.batch": Times(4, 2, 2),
    "poddisruptionbudgets.policy": Times(2, 0, 1), "leases.coordination.k8s.io": Times(3, 0, 2),
    "endpointslices.discovery.k8s.io": Times(3, 1, 1), "controllerrevisions.apps": Times(5, 3, 3),
    "ingresses.networking.k8s.io": Times(4, 2, 2), "networkpolicies.networking.k8s.io": Times(4, 2, 2),
    "ingressclasses.networking.k8s.io": Times(4, 2, 2), "storageclasses.storage.k8s.io": Times(4, 2, 2),
    "csinodes.storage.k8s.io": Times(4, 2, 1), "runtimeclasses.node.k8s.io": Times(4, 0, 2),
    "customresourcedefinitions.apiextensions.k8s.io": Times(3, 0, 2),
    "apiservices.apiregistration.k8s.io": Times(4, 0, 2),
    **dict.fromkeys((f"{each}.{_RBAC}" for each in ("roles", "clusterroles", "rolebindings", "clusterrolebindings")),
                    Times(5, 3, 2)),
})  # fmt: skip
"""Counted on a real 1.34 server."""


def times(kind: Kind) -> Times:
    """How often an update of this kind says the same."""
    if kind.custom:
        return _CUSTOM
    return _TIMES.get(qualified(kind.plural, kind.group)) or (_OTHER if kind.group else _CORE)


def check_kept(kind: Kind, meta: Object, old: Object) -> None:
    """What an update may not change. Raises Refusal (422)."""
    report = Report()
    for name in ("uid", "deletionTimestamp"):
        if meta.get(name) not in (None, "", old.get(name)):
            report.invalid(f"metadata.{name}", meta[name], "field is immutable")
    if report.causes:
        raise invalid(kind.kind, kind.group, old["name"], report.causes * times(kind).kept)


def _name(report: Report, kind: Kind, meta: Object) -> None:
    rule = _NAMES.get(qualified(kind.plural, kind.group), names.subdomain)
    prefix = meta.get("generateName")
    if prefix:
        report.say(
            "metadata.generateName", prefix, rule(prefix.removesuffix("-") + ("a" if prefix[-1:] == "-" else ""))
        )
    name = meta.get("name")
    if not name:
        if not prefix:
            report.required("metadata.name", "name or generateName is required")
        return
    report.say("metadata.name", name, rule(name))


def labels(report: Report, field: str, found: Any) -> None:
    """A map of labels: keys and values."""
    if not isinstance(found, dict):
        return
    for key, value in found.items():
        report.say(field, key, names.qualified_name(key))
        if isinstance(value, str):
            report.say(field, value, names.label_value(value))
        else:
            report.invalid(field, value, "must be a string")


def annotations(report: Report, found: Any, field: str = "metadata.annotations") -> None:
    """Annotations: keys as of labels in any case, and their size."""
    if not isinstance(found, dict):
        return
    size = 0
    for key, value in found.items():
        report.say(field, key, names.qualified_name(key.lower()))
        size += len(key.encode()) + (len(value.encode()) if isinstance(value, str) else 0)
    if size > ANNOTATIONS_LIMIT:
        report.too_long(field, ANNOTATIONS_LIMIT)


def _owners(report: Report, found: Any) -> None:
    field = "metadata.ownerReferences"
    owners = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    for owner in owners:
        if not owner.get("apiVersion"):
            report.invalid(f"{field}.apiVersion", "", "version must not be empty")
        for name in ("kind", "name", "uid"):
            if not owner.get(name):
                report.invalid(f"{field}.{name}", "", "must not be empty")
    leading = [f"{each.get('kind')}/{each.get('name')}" for each in owners if each.get("controller") is True]
    if len(leading) > 1:
        why = 'Only one reference can have Controller set to true. Found "true" in references for '
        report.invalid(field, found, f"{why}{leading[0]} and {leading[1]}")


def _texts(found: Any) -> list[str]:
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def check_finalizers(report: Report, kind: Kind, meta: Object) -> None:
    """Finalizers are Kubernetes' own or qualified; not of every kind."""
    if not times(kind).finalizers:
        return
    for index, each in enumerate(_texts(meta.get("finalizers"))):
        if "/" not in each and each not in _STANDARD_FINALIZERS:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            report.invalid(f"metadata.finalizers[{index}]", each, why)
