"""What everything else gets."""

from base64 import b64encode
from typing import Any

from k8stui.demo.registry.defaults.pods import fill, items, section
from k8stui.demo.storage.store import Object

_RBAC = "rbac.authorization.k8s.io"
_AFFINITY_SECONDS = 10_800


def service(obj: Object, old: Object | None) -> None:
    """A Service; its addresses are allocated elsewhere."""
    spec = section(obj, "spec")
    spec["type"] = kind = spec.get("type") or "ClusterIP"
    spec["sessionAffinity"] = spec.get("sessionAffinity") or "None"
    if spec["sessionAffinity"] == "ClientIP":
        fill(section(section(spec, "sessionAffinityConfig"), "clientIP"), {"timeoutSeconds": _AFFINITY_SECONDS})
    elif spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    for port in items(spec, "ports"):
        port["protocol"] = port.get("protocol") or "TCP"
        port["targetPort"] = port.get("targetPort") or port.get("port")
    if kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and spec.get("externalIPs")):
        spec["externalTrafficPolicy"] = spec.get("externalTrafficPolicy") or "Cluster"
    if kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        spec["internalTrafficPolicy"] = spec.get("internalTrafficPolicy") or "Cluster"
    if kind == "LoadBalancer":
        fill(spec, {"allocateLoadBalancerNodePorts": True})


def claim(obj: Object, old: Object | None) -> None:
    """A PersistentVolumeClaim."""
    spec = section(obj, "spec")
    fill(spec, {"volumeMode": "Filesystem"})
    if isinstance(source := spec.get("dataSource"), dict) and not spec.get("dataSourceRef"):
        spec["dataSourceRef"] = {"apiGroup": None} | source


def volume(obj: Object, old: Object | None) -> None:
    """A PersistentVolume."""
    spec = section(obj, "spec")
    spec["persistentVolumeReclaimPolicy"] = spec.get("persistentVolumeReclaimPolicy") or "Retain"
    fill(spec, {"volumeMode": "Filesystem"})
    if isinstance(path := spec.get("hostPath"), dict):
        fill(path, {"type": ""})


def storage_class(obj: Object, old: Object | None) -> None:
    """A StorageClass."""
    fill(obj, {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"})


def secret(obj: Object, old: Object | None) -> None:
    """A Secret: `stringData` is for writing only."""
    texts = obj.pop("stringData", None)
    if isinstance(texts, dict) and texts:
        data = section(obj, "data")
        for name, text in texts.items():
            data[name] = b64encode(str(text).encode()).decode()
    obj["type"] = obj.get("type") or "Opaque"


def binding(obj: Object, old: Object | None) -> None:
    """A RoleBinding or ClusterRoleBinding."""
    ref = section(obj, "roleRef")
    ref["apiGroup"] = ref.get("apiGroup") or _RBAC
    for subject in items(obj, "subjects"):
        if subject.get("kind") in ("User", "Group") and not subject.get("apiGroup"):
            subject["apiGroup"] = _RBAC


def network_policy(obj: Object, old: Object | None) -> None:
    """A NetworkPolicy."""
    spec = section(obj, "spec")
    for rule in [*items(spec, "ingress"), *items(spec, "egress")]:
        for port in items(rule, "ports"):
            fill(port, {"protocol": "TCP"})
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def endpoints(obj: Object, old: Object | None) -> None:
    """Endpoints."""
    for port in [each for subset in items(obj, "subsets") for each in items(subset, "ports")]:
        fill(port, {"protocol": "TCP"})


def endpoint_slice(obj: Object, old: Object | None) -> None:
    """An EndpointSlice."""
    for port in items(obj, "ports"):
        fill(port, {"name": "", "protocol": "TCP"})


def priority_class(obj: Object, old: Object | None) -> None:
    """A PriorityClass."""
    fill(obj, {"preemptionPolicy": "PreemptLowerPriority"})


def namespace(obj: Object, old: Object | None) -> None:
    """A Namespace carries its own name as a label."""
    labels: Any = section(obj["metadata"], "labels")
    labels["kubernetes.io/metadata.name"] = obj["metadata"].get("name", "")


def node(obj: Object, old: Object | None) -> None:
    """A Node: capacity is allocatable until the kubelet says more."""
    spec, status = obj.get("spec"), obj.get("status")
    if isinstance(spec, dict) and spec.get("podCIDR") and not spec.get("podCIDRs"):
        spec["podCIDRs"] = [spec["podCIDR"]]
    if isinstance(status, dict) and isinstance(status.get("capacity"), dict) and not status.get("allocatable"):
        status["allocatable"] = dict(status["capacity"])


def limit_range(obj: Object, old: Object | None) -> None:
    """A LimitRange: of a container, the most is the default, and what is the default is asked for."""
    for limit in items(obj.get("spec"), "limits"):
        if limit.get("type") == "Container":
            usual = (limit.get("max") or {}) | (limit.get("default") or {})
            asked = (limit.get("min") or {}) | usual | (limit.get("defaultRequest") or {})
            if usual:
                limit["default"] = usual
            if asked:
                limit["defaultRequest"] = asked


def ingress_class(obj: Object, old: Object | None) -> None:
    """An IngressClass: its parameters are those of the whole cluster."""
    if isinstance(parameters := (obj.get("spec") or {}).get("parameters"), dict):
        fill(parameters, {"scope": "Cluster"})


def csi_driver(obj: Object, old: Object | None) -> None:
    """A CSIDriver."""
    usual = {"attachRequired": True, "podInfoOnMount": False, "storageCapacity": False, "requiresRepublish": False}
    spec = section(obj, "spec")
    fill(spec, usual | {"fsGroupPolicy": "ReadWriteOnceWithFSType", "seLinuxMount": False})
    if not spec.get("volumeLifecycleModes"):
        spec["volumeLifecycleModes"] = ["Persistent"]


def webhooks(obj: Object, old: Object | None) -> None:
    """A configuration of admission webhooks."""
    usual: Object = {"failurePolicy": "Fail", "matchPolicy": "Equivalent", "timeoutSeconds": 10}
    if obj.get("kind") == "MutatingWebhookConfiguration":
        usual["reinvocationPolicy"] = "Never"
    for each in items(obj, "webhooks"):
        fill(each, usual)
        for name in ("namespaceSelector", "objectSelector"):
            section(each, name)
        for rule in items(each, "rules"):
            fill(rule, {"scope": "*"})
        if isinstance(service := (each.get("clientConfig") or {}).get("service"), dict):
            fill(service, {"port": 443})


def api_service(obj: Object, old: Object | None) -> None:
    """An APIService."""
    if isinstance(service := (obj.get("spec") or {}).get("service"), dict):
        fill(service, {"port": 443})
