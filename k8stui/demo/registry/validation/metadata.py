"""Object metadata: names, labels, annotations, owners, finalizers, and what a change may not touch."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import names
from k8stui.demo.storage.errors import qualified
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

ANNOTATIONS_LIMIT = 256 * 1024
"""Bytes of all annotations of an object together."""
_RBAC = "rbac.authorization.k8s.io"
_NAMES: Mapping[str, Callable[[str], list[str]]] = MappingProxyType({
    "namespaces": names.label,
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
    _finalizers(report, kind, meta.get("finalizers"))


def check_change(report: Report, meta: Object, old: Object) -> None:
    """What an update may not change, said twice as the real one does."""
    for _ in range(2):
        if meta.get("uid", old["uid"]) != old["uid"]:
            report.invalid("metadata.uid", meta["uid"], "field is immutable")


def times(kind: Kind) -> int:
    """How often an update looks at the same metadata: `causes` repeats what `message` says once."""
    if kind.custom:
        return 2
    return 3 if kind.group else 4


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


def _finalizers(report: Report, kind: Kind, found: Any) -> None:
    finalizers = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    for each in finalizers:
        report.say("metadata.finalizers", each, names.qualified_name(each))
    if kind.custom:
        return
    for index, each in enumerate(finalizers):
        if "/" not in each and each not in _STANDARD_FINALIZERS:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            report.invalid(f"metadata.finalizers[{index}]", each, why)
