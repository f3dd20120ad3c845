"""Nodes, ConfigMaps, Secrets, RBAC, volumes and their classes."""

import re
from typing import Any

import msgspec

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.quantities import nanos
from k8stui.demo.registry.validation.gojson import internal
from k8stui.demo.registry.validation.placement import check_taints
from k8stui.demo.registry.validation.pods import unified
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import names
from k8stui.demo.storage.store import Object

DATA_LIMIT = 1024 * 1024
"""Bytes in a ConfigMap or a Secret."""
_RBAC = "rbac.authorization.k8s.io"
_ACCESS = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_NEEDED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_CLAIM_CHANGED = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
)


def node(report: Report, obj: Object, old: Object | None) -> None:
    """A Node."""
    spec = obj.get("spec") or {}
    check_taints(report, spec)
    was = (old or {}).get("spec") or {}
    for name, shown in (("podCIDR", "podCIDRs"), ("providerID", "providerID")):
        if was.get(name) and spec.get(name) != was[name]:
            why = f'node updates may not change {name} except from "" to valid'
            report.forbidden(f"spec.{shown}", why)


def config_map(report: Report, obj: Object, old: Object | None) -> None:
    """A ConfigMap."""
    size = 0
    for group in ("data", "binaryData"):
        for key, value in (obj.get(group) or {}).items():
            report.say(f"{group}[{key}]", key, names.config_key(key))
            if group == "data" and key in (obj.get("binaryData") or {}):
                report.invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
            size += len(str(value).encode()) * (3 if group == "binaryData" else 4) // 4
    if size > DATA_LIMIT:
        report.too_long("[]", DATA_LIMIT)
    _sealed(report, obj, old, ("data", "binaryData"))


def secret(report: Report, obj: Object, old: Object | None) -> None:
    """A Secret."""
    data: Any = obj.get("data") or {}
    for key in data:
        report.say(f"data[{key}]", key, names.config_key(key))
    if sum(len(str(value)) * 3 // 4 for value in data.values()) > DATA_LIMIT:
        report.too_long("data", DATA_LIMIT)
    kind = obj.get("type") or "Opaque"
    for key in _NEEDED.get(kind, ()):
        if key not in data:
            report.required(f"data[{key}]")
        elif key.startswith(".docker"):
            _docker(report, key, data[key])
    if kind == "kubernetes.io/basic-auth" and not {"username", "password"} & set(data):
        report.required("data[username]")
        report.required("data[password]")
    account = (obj["metadata"].get("annotations") or {}).get("kubernetes.io/service-account.name")
    if kind == "kubernetes.io/service-account-token" and not account:
        report.required("metadata.annotations[kubernetes.io/service-account.name]")
    if old is not None and kind != (old.get("type") or "Opaque"):
        report.invalid("type", kind, "field is immutable")
    _sealed(report, obj, old, ("data",))


def _docker(report: Report, key: str, encoded: str) -> None:
    try:
        msgspec.json.decode(msgspec.json.decode(msgspec.json.encode(encoded), type=bytes))
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        text = msgspec.json.decode(msgspec.json.encode(encoded), type=bytes)[:1].decode(errors="replace")
        why = f"invalid character '{text}' looking for beginning of value" if text else "unexpected end of JSON input"
        report.invalid(f"data[{key}]", "<secret contents redacted>", why)


def _sealed(report: Report, obj: Object, old: Object | None, fields: tuple[str, ...]) -> None:
    """`immutable: true` is for ever."""
    if old is None or old.get("immutable") is not True:
        return
    for name in ("immutable", *fields):
        before, now = old.get(name) or {}, obj.get(name) or {}
        if before != now:
            report.forbidden(name, "field is immutable when `immutable` is set")


def role(report: Report, obj: Object, old: Object | None) -> None:
    """A Role or ClusterRole."""
    namespaced = bool(obj["metadata"].get("namespace"))
    for index, rule in enumerate(items(obj, "rules")):
        place = f"rules[{index}]"
        if not rule.get("verbs"):
            report.required(f"{place}.verbs", "verbs must contain at least one value")
        if rule.get("nonResourceURLs"):
            if namespaced:
                why = "namespaced rules cannot apply to non-resource URLs"
                report.invalid(f"{place}.nonResourceURLs", rule["nonResourceURLs"], why)
            elif rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
                why = "rules cannot apply to both regular resources and non-resource URLs"
                report.invalid(f"{place}.nonResourceURLs", rule["nonResourceURLs"], why)
            continue
        if not rule.get("apiGroups"):
            report.required(f"{place}.apiGroups", "resource rules must supply at least one api group")
        if not rule.get("resources"):
            report.required(f"{place}.resources", "resource rules must supply at least one resource")


def binding(report: Report, obj: Object, old: Object | None) -> None:
    """A RoleBinding or ClusterRoleBinding."""
    ref: Any = obj.get("roleRef") or {}
    namespaced = bool(obj["metadata"].get("namespace"))
    report.one_of("roleRef.apiGroup", ref.get("apiGroup") or _RBAC, (_RBAC,))
    report.one_of("roleRef.kind", ref.get("kind") or "", ("Role", "ClusterRole") if namespaced else ("ClusterRole",))
    if not ref.get("name"):
        report.required("roleRef.name")
    else:
        report.say("roleRef.name", ref["name"], names.path_segment(ref["name"]))
    for index, subject in enumerate(items(obj, "subjects")):
        _subject(report, f"subjects[{index}]", subject, namespaced=namespaced)
    if old is not None and ref != (old.get("roleRef") or {}):
        whole = {"APIGroup": ref.get("apiGroup"), "Kind": ref.get("kind"), "Name": ref.get("name")}
        report.invalid("roleRef", whole, "cannot change roleRef")


def _subject(report: Report, place: str, subject: Object, *, namespaced: bool) -> None:
    kind = subject.get("kind") or ""
    if not subject.get("name"):
        report.required(f"{place}.name")
    if kind == "ServiceAccount":
        if subject.get("name"):
            report.say(f"{place}.name", subject["name"], names.subdomain(subject["name"]))
        if subject.get("apiGroup"):
            report.unsupported(f"{place}.apiGroup", subject["apiGroup"], ("",))
        if not subject.get("namespace") and not namespaced:
            report.required(f"{place}.namespace")
    elif kind in ("User", "Group"):
        report.one_of(f"{place}.apiGroup", subject.get("apiGroup") or _RBAC, (_RBAC,))
    else:
        report.unsupported(f"{place}.kind", kind, ("ServiceAccount", "User", "Group"))


def claim(report: Report, obj: Object, old: Object | None) -> None:
    """A PersistentVolumeClaim."""
    spec: Any = obj.get("spec") or {}
    if not spec.get("accessModes"):
        report.required("spec.accessModes", "at least 1 access mode is required")
    for mode in spec.get("accessModes") or ():
        report.one_of("spec.accessModes", mode, _ACCESS)
    if "ReadWriteOncePod" in (spec.get("accessModes") or ()) and len(spec["accessModes"]) > 1:
        report.forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes")
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if asked is None:
        report.required("spec.resources[storage]")
    elif nanos(asked) <= 0:
        report.invalid("spec.resources[storage]", str(asked), "must be greater than zero")
    report.one_of("spec.volumeMode", spec.get("volumeMode", "Filesystem"), ("Block", "Filesystem"))
    if old is not None:
        _claim_change(report, spec, old)


def _claim_change(report: Report, spec: Object, old: Object) -> None:
    was: Any = old.get("spec") or {}
    now = dict(spec)
    if not was.get("volumeName") and now.get("volumeName"):
        now["volumeName"] = was.get("volumeName") or ""  # the binder's
    bound = (old.get("status") or {}).get("phase") == "Bound"
    if bound:
        now["resources"] = was.get("resources")
    if not was.get("storageClassName"):
        now.pop("storageClassName", None)  # set later by the default class
    if {name: value for name, value in now.items() if value} != {name: value for name, value in was.items() if value}:
        kind = "core/v1.PersistentVolumeClaimSpec"
        report.forbidden("spec", _CLAIM_CHANGED + unified(internal(kind, was), internal(kind, spec)))
    if _storage(spec) < _storage(was) and (bound or not _storage(spec)):
        report.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")
    if spec.get("volumeMode") != was.get("volumeMode"):
        report.invalid("volumeMode", spec.get("volumeMode"), "field is immutable")


def _storage(spec: Any) -> int:
    return nanos(((spec.get("resources") or {}).get("requests") or {}).get("storage", "0"))


def volume(report: Report, obj: Object, old: Object | None) -> None:
    """A PersistentVolume."""
    spec: Any = obj.get("spec") or {}
    if not spec.get("accessModes"):
        report.required("spec.accessModes")
    for mode in spec.get("accessModes") or ():
        report.one_of("spec.accessModes", mode, _ACCESS)
    capacity = spec.get("capacity") or {}
    if not capacity:
        report.required("spec.capacity")
    if set(capacity) != {"storage"}:
        report.unsupported("spec.capacity", spec.get("capacity"), ("storage",))
    elif nanos(capacity["storage"]) <= 0:
        report.invalid("spec.capacity[storage]", str(capacity["storage"]), "must be greater than zero")
    sources = [name for name, value in spec.items() if isinstance(value, dict) and name not in _NO_SOURCES]
    if not sources:
        report.required("spec", "must specify a volume type")


_NO_SOURCES = ("capacity", "claimRef", "nodeAffinity")


def storage_class(report: Report, obj: Object, old: Object | None) -> None:
    """A StorageClass."""
    if not obj.get("provisioner"):
        report.required("provisioner")
    elif not re.fullmatch(r"[-A-Za-z0-9_./]+", obj["provisioner"]):
        report.say("provisioner", obj["provisioner"], names.qualified_name(obj["provisioner"].lower()))
    report.one_of("reclaimPolicy", obj.get("reclaimPolicy", "Delete"), ("Delete", "Retain"))
    report.one_of("volumeBindingMode", obj.get("volumeBindingMode", "Immediate"), ("Immediate", "WaitForFirstConsumer"))
    for name in ("parameters", "provisioner", "reclaimPolicy"):
        if old is not None and (obj.get(name) or "") != (old.get(name) or ""):
            report.forbidden(name, f"updates to {name} are forbidden.")
