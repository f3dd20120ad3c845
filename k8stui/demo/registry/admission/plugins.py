"""The order in which admission looks at a write: what changes it, before it is judged; what refuses it, after."""

from k8stui.demo.registry.admission.limits import check_limits, default_limits
from k8stui.demo.registry.admission.podsecurity import check_security
from k8stui.demo.registry.admission.priorities import prioritize, tolerate
from k8stui.demo.registry.admission.quota import check_quota
from k8stui.demo.registry.defaults.pods import items, section
from k8stui.demo.storage.errors import forbidden, qualified
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

_PROTECTED = {
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
    "persistentvolumes": "kubernetes.io/pv-protection",
}
_NOT_READY = "node.kubernetes.io/not-ready"
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def mutate_new(store: Store, kind: Kind, obj: Object) -> None:
    """What plugins add to a new object. Raises Refusal (403)."""
    match qualified(kind.plural, kind.group):
        case "pods":
            _check_runtime(store, kind, obj)
            default_limits(store, obj)
            prioritize(store, kind, obj)
            tolerate(obj["spec"])
        case "nodes":
            taints = items(section(obj, "spec"), "taints")
            if not any(each.get("key") == _NOT_READY for each in taints):
                obj["spec"]["taints"] = [*taints, {"key": _NOT_READY, "effect": "NoSchedule"}]
        case "persistentvolumeclaims" | "persistentvolumes":
            finalizers = obj["metadata"].get("finalizers") or []
            if (own := _PROTECTED[kind.plural]) not in finalizers:
                obj["metadata"]["finalizers"] = [*finalizers, own]
            if kind.plural == "persistentvolumeclaims" and obj["spec"].get("storageClassName") is None:
                _default_class(store, obj)


def _check_runtime(store: Store, kind: Kind, obj: Object) -> None:
    name = obj["spec"].get("runtimeClassName")
    if not name or any(each["metadata"]["name"] == name for each in store.list("runtimeclasses.node.k8s.io")):
        return
    raise forbidden(kind, obj["metadata"], f'pod rejected: RuntimeClass "{name}" not found')


def mutate_changed(kind: Kind, obj: Object, old: Object) -> None:
    """What plugins add to an update."""
    if kind.plural == "pods" and not kind.group and obj.get("spec") != old.get("spec"):
        tolerate(section(obj, "spec"))


def check_new(store: Store, kind: Kind, obj: Object, warn: list[str]) -> None:
    """Plugins that may refuse a valid new object. Raises Refusal (403)."""
    if kind.plural in ("pods", "persistentvolumeclaims") and not kind.group:
        check_limits(store, kind, obj)
    check_security(store, kind, obj, None, warn)
    if kind.namespaced:
        check_quota(store, kind, obj)


def check_changed(store: Store, kind: Kind, obj: Object, old: Object, warn: list[str]) -> None:
    """Plugins that may refuse a valid update. Raises Refusal (403)."""
    check_security(store, kind, obj, old, warn)


def _default_class(store: Store, obj: Object) -> None:
    for each in store.list("storageclasses.storage.k8s.io"):
        annotations = each["metadata"].get("annotations") or {}
        if annotations.get(_DEFAULT_CLASS) == "true":
            obj["spec"]["storageClassName"] = each["metadata"]["name"]
            return
