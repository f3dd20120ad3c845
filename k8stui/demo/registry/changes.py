"""A changed object: what a write may change and what stays, defaults, admission, validation."""

from k8stui.demo.registry import namespaces, warnings
from k8stui.demo.registry.admission.addresses import allocate
from k8stui.demo.registry.admission.addresses import settle as settle_service
from k8stui.demo.registry.admission.plugins import check_changed, mutate_changed
from k8stui.demo.registry.defaults.status import settle
from k8stui.demo.registry.defaults.table import complete
from k8stui.demo.registry.podparts import part
from k8stui.demo.registry.validation.metadata import check_kept
from k8stui.demo.registry.validation.statuses import validate_status
from k8stui.demo.registry.validation.table import validate
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

_KEPT = (
    *("name", "namespace", "uid", "creationTimestamp", "generation"),
    *("deletionTimestamp", "deletionGracePeriodSeconds"),
)
_OUTSIDE = ("metadata", "status", "kind", "apiVersion")


def prepared(kind: Kind, obj: Object, old: Object, subresource: str) -> Object:
    """The object as it may be stored: a status write changes no spec, any other no status; system fields stay."""
    if subresource == "status":
        kept: Object = {key: value for key, value in old.items() if key != "status"}
        obj = kept | {key: obj[key] for key in ("metadata", "status") if key in obj}
    elif kind.has("status"):
        obj = {key: value for key, value in obj.items() if key != "status"}
        obj |= {"status": old["status"]} if "status" in old else {}
    before = old["metadata"]
    metadata = {key: before[key] for key in _KEPT if key in before}
    sent = obj["metadata"].items()
    metadata |= {key: value for key, value in sent if key not in _KEPT and value not in (None, {}, [])}
    return obj | {"metadata": metadata}


def changed(store: Store, kind: Kind, obj: Object, old: Object, subresource: str, warn: list[str]) -> Object:
    """The object as it may be stored in place of `old`. Raises Refusal: 403, 404, 422."""
    check_kept(kind, obj["metadata"], old["metadata"])
    obj = prepared(kind, obj, old, subresource)
    if namespaces.is_namespace(kind):
        obj = namespaces.prepared(obj, old, subresource)
        complete(kind, obj, old)
    namespaces.check_exists(store, kind, old["metadata"].get("namespace", ""))
    if (made := part(kind, subresource)) is not None:
        found = made(kind, obj, old)
        check_changed(store, kind, found, old, warn)
        return found
    if subresource == "status":
        settle(kind, obj, old)
        if kind.custom:
            complete(kind, obj, old)
            validate(kind, obj, old)
        validate_status(kind, obj, old)
        return obj
    if any(obj.get(name) != old.get(name) for name in obj.keys() | old.keys() if name not in _OUTSIDE):
        complete(kind, obj, old)
        mutate_changed(kind, obj, old)
    service = kind.plural == "services" and not kind.group and obj.get("spec") != old.get("spec")
    if service:
        settle_service(obj, old)
    validate(kind, obj, old)
    if service:
        allocate(store, kind, obj, old)
    check_changed(store, kind, obj, old, warn)
    warn += warnings.told(kind, obj, old)
    return obj


def check_versioned(kind: Kind, obj: Object) -> None:
    """Raises Refusal (422) for an update that says no resourceVersion where one is needed."""
    if obj["metadata"].get("resourceVersion") or not (kind.custom or (kind.plural, kind.group) in _VERSIONED):
        return
    meta = obj["metadata"]
    why = "Invalid value: 0: must be specified for an update"
    cause = errors.cause("Invalid", why, "metadata.resourceVersion")
    raise errors.invalid(kind.plural, kind.group, meta.get("name", ""), [cause])


_VERSIONED = frozenset({
    ("leases", "coordination.k8s.io"), ("poddisruptionbudgets", "policy"), ("csinodes", "storage.k8s.io"),
    ("customresourcedefinitions", "apiextensions.k8s.io"), ("apiservices", "apiregistration.k8s.io"),
})  # fmt: skip
MADE_BY_PUT = frozenset({
    ("leases", "coordination.k8s.io"), ("endpoints", ""), ("events", ""), ("services", ""), ("limitranges", ""),
    ("podtemplates", ""), ("events", "events.k8s.io"), ("roles", "rbac.authorization.k8s.io"),
    ("clusterroles", "rbac.authorization.k8s.io"), ("rolebindings", "rbac.authorization.k8s.io"),
    ("clusterrolebindings", "rbac.authorization.k8s.io"),
})  # fmt: skip
"""What a PUT creates when it is not there."""
