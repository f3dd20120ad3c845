"""The table of kinds: one line each, in the order of discovery.

Source: the discovery of a Kubernetes 1.34 server, and the field selectors that it accepts.
"""

from typing import Any

from k8stui.demo.storage.autoscalers import AUTOSCALERS
from k8stui.demo.storage.kinds import VERBS, Kind, Subresource
from k8stui.demo.storage.views import EVENTS

_PROXY = ("create", "delete", "get", "patch", "update")
_STREAM = ("create", "get")
_SUBRESOURCES = {
    each.name: each
    for each in (
        Subresource("status"),
        Subresource("approval"),
        Subresource("ephemeralcontainers"),
        Subresource("resize"),
        Subresource("finalize", ("update",)),
        Subresource("log", ("get",)),
        Subresource("attach", _STREAM, "PodAttachOptions"),
        Subresource("exec", _STREAM, "PodExecOptions"),
        Subresource("portforward", _STREAM, "PodPortForwardOptions"),
        Subresource("binding", ("create",), "Binding"),
        Subresource("eviction", ("create",), "Eviction", "policy", "v1"),
        Subresource("scale", kind="Scale", group="autoscaling", version="v1"),
        Subresource("token", ("create",), "TokenRequest", "authentication.k8s.io", "v1"),
    )
}


def _kind(group: str, version: str, plural: str, kind: str, short: str = "", *, sub: str = "", **more: Any) -> Kind:
    """`sub`: its subresources; the kind of a `proxy` is named after the object that it leads to."""
    proxy = Subresource("proxy", _PROXY, f"{kind}ProxyOptions")
    subresources = tuple(proxy if name == "proxy" else _SUBRESOURCES[name] for name in sub.split())
    rest = {"namespaced": True, **more, "short": tuple(short.split()), "subresources": subresources}
    return Kind(group, version, plural, kind, kind.lower(), **rest)


_RBAC, _NET, _STORE = "rbac.authorization.k8s.io", "networking.k8s.io", "storage.k8s.io"
_ADMIT, _FLOW, _DEVICES = "admissionregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "resource.k8s.io"
_ALL, _API = ("all",), ("api-extensions",)
_POD_FIELDS = "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork"
_POD_FIELDS += " status.phase status.podIP status.podIPs status.nominatedNodeName"
_OBJECT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
_EVENT_FIELDS = (*(f"involvedObject.{each}" for each in _OBJECT), "reason", "reportingComponent", "source", "type")
_NEW_EVENT_FIELDS = (*(f"regarding.{each}" for each in _OBJECT), "reason", "reportingController", "type")
_POD_SUBRESOURCES = "attach binding ephemeralcontainers eviction exec log portforward proxy resize status"
_CLUSTER: dict[str, Any] = {"namespaced": False}
_GEN: dict[str, Any] = {"generation": True}
_STATUS: dict[str, Any] = {"sub": "status"}
_WORK: dict[str, Any] = {"categories": _ALL, "generation": True}
_MADE: dict[str, Any] = {"verbs": ("create",)}
_READ: dict[str, Any] = {"verbs": ("get", "list")}
_BETA = "v1beta1"
_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"

KINDS: tuple[Kind, ...] = (
    _kind("", "v1", "bindings", "Binding", **_MADE),
    _kind("", "v1", "componentstatuses", "ComponentStatus", "cs", **_READ, **_CLUSTER,
          deprecated="v1 ComponentStatus is deprecated in v1.19+"),
    _kind("", "v1", "configmaps", "ConfigMap", "cm"),
    _kind("", "v1", "endpoints", "Endpoints", "ep",
          deprecated="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"),
    _kind("", "v1", "events", "Event", "ev", fields=_EVENT_FIELDS),
    _kind("", "v1", "limitranges", "LimitRange", "limits"),
    _kind("", "v1", "namespaces", "Namespace", "ns", sub="finalize status", fields=("status.phase",),
          verbs=tuple(verb for verb in VERBS if verb != "deletecollection"), **_CLUSTER),
    _kind("", "v1", "nodes", "Node", "no", sub="proxy status", fields=("spec.unschedulable",), **_CLUSTER),
    _kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc", **_STATUS),
    _kind("", "v1", "persistentvolumes", "PersistentVolume", "pv", **_STATUS, **_CLUSTER),
    _kind("", "v1", "pods", "Pod", "po", sub=_POD_SUBRESOURCES, fields=tuple(_POD_FIELDS.split()), **_WORK),
    _kind("", "v1", "podtemplates", "PodTemplate", **_GEN),
    _kind("", "v1", "replicationcontrollers", "ReplicationController", "rc", sub="scale status",
          fields=("status.replicas",), **_WORK),
    _kind("", "v1", "resourcequotas", "ResourceQuota", "quota", **_STATUS),
    _kind("", "v1", "secrets", "Secret", fields=("type",)),
    _kind("", "v1", "serviceaccounts", "ServiceAccount", "sa", sub="token"),
    _kind("", "v1", "services", "Service", "svc", sub="proxy status", categories=_ALL,
          fields=("spec.clusterIP", "spec.type")),
    _kind("apiregistration.k8s.io", "v1", "apiservices", "APIService", categories=_API, **_STATUS, **_CLUSTER),
    _kind("apps", "v1", "controllerrevisions", "ControllerRevision"),
    _kind("apps", "v1", "daemonsets", "DaemonSet", "ds", bridge=_TEMPLATE_GENERATION, **_STATUS, **_WORK),
    _kind("apps", "v1", "deployments", "Deployment", "deploy", sub="scale status", **_WORK),
    _kind("apps", "v1", "replicasets", "ReplicaSet", "rs", sub="scale status", **_WORK),
    _kind("apps", "v1", "statefulsets", "StatefulSet", "sts", sub="scale status", **_WORK),
    _kind("events.k8s.io", "v1", "events", "Event", "ev", fields=_NEW_EVENT_FIELDS, view=EVENTS),
    _kind("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", **_MADE, **_CLUSTER),
    _kind("authentication.k8s.io", "v1", "tokenreviews", "TokenReview", **_MADE, **_CLUSTER),
    _kind("authorization.k8s.io", "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview", **_MADE),
    _kind("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", **_MADE, **_CLUSTER),
    _kind("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", **_MADE, **_CLUSTER),
    _kind("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", **_MADE, **_CLUSTER),
    _kind("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa", categories=_ALL,
          **_STATUS),
    _kind("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa", categories=_ALL,
          view=AUTOSCALERS, stored_version="v2", **_STATUS),
    _kind("batch", "v1", "cronjobs", "CronJob", "cj", **_STATUS, **_WORK),
    _kind("batch", "v1", "jobs", "Job", fields=("status.successful",), **_STATUS, **_WORK),
    _kind("certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", "csr",
          sub="approval status", fields=("spec.signerName",), **_CLUSTER),
    _kind(_NET, "v1", "ingressclasses", "IngressClass", **_GEN, **_CLUSTER),
    _kind(_NET, "v1", "ingresses", "Ingress", "ing", **_STATUS, **_GEN),
    _kind(_NET, "v1", "ipaddresses", "IPAddress", "ip", **_GEN, **_CLUSTER),
    _kind(_NET, "v1", "networkpolicies", "NetworkPolicy", "netpol", **_GEN),
    _kind(_NET, "v1", "servicecidrs", "ServiceCIDR", **_STATUS, **_GEN, **_CLUSTER),
    _kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb", **_STATUS, **_GEN),
    _kind(_RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", **_CLUSTER),
    _kind(_RBAC, "v1", "clusterroles", "ClusterRole", **_CLUSTER),
    _kind(_RBAC, "v1", "rolebindings", "RoleBinding"),
    _kind(_RBAC, "v1", "roles", "Role"),
    _kind(_STORE, "v1", "csidrivers", "CSIDriver", **_CLUSTER),
    _kind(_STORE, "v1", "csinodes", "CSINode", **_CLUSTER),
    _kind(_STORE, "v1", "csistoragecapacities", "CSIStorageCapacity"),
    _kind(_STORE, "v1", "storageclasses", "StorageClass", "sc", **_CLUSTER),
    _kind(_STORE, "v1", "volumeattachments", "VolumeAttachment", **_STATUS, **_CLUSTER),
    _kind(_STORE, "v1", "volumeattributesclasses", "VolumeAttributesClass", "vac", stored_version=_BETA, **_CLUSTER),
    _kind(_ADMIT, "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", categories=_API,
          **_GEN, **_CLUSTER),
    _kind(_ADMIT, "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", categories=_API,
          **_STATUS, **_GEN, **_CLUSTER),
    _kind(_ADMIT, "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", categories=_API,
          **_GEN, **_CLUSTER),
    _kind(_ADMIT, "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", categories=_API,
          **_GEN, **_CLUSTER),
    _kind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", "crd crds",
          categories=_API, stored_version=_BETA, **_STATUS, **_GEN, **_CLUSTER),
    _kind("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", "pc", **_GEN, **_CLUSTER),
    _kind("coordination.k8s.io", "v1", "leases", "Lease"),
    _kind("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", **_CLUSTER),
    _kind("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", **_GEN),
    _kind(_DEVICES, "v1", "deviceclasses", "DeviceClass", stored_version="v1beta2", **_GEN, **_CLUSTER),
    _kind(_DEVICES, "v1", "resourceclaims", "ResourceClaim", stored_version="v1beta2", **_STATUS),
    _kind(_DEVICES, "v1", "resourceclaimtemplates", "ResourceClaimTemplate", stored_version="v1beta2"),
    _kind(_DEVICES, "v1", "resourceslices", "ResourceSlice", stored_version="v1beta2",
          fields=("spec.driver", "spec.nodeName"), **_GEN, **_CLUSTER),
    _kind(_FLOW, "v1", "flowschemas", "FlowSchema", **_STATUS, **_GEN, **_CLUSTER),
    _kind(_FLOW, "v1", "prioritylevelconfigurations", "PriorityLevelConfiguration", **_STATUS, **_GEN, **_CLUSTER),
)  # fmt: skip
"""Everything that a cluster has without a CRD or an aggregated server."""

METRICS: tuple[Kind, ...] = (
    Kind("metrics.k8s.io", "v1beta1", "nodes", "NodeMetrics", "", False, verbs=("get", "list")),
    Kind("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", "", True, verbs=("get", "list")),
)
"""What the metrics server adds."""
