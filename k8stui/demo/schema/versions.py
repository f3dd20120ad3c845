"""Versions that Kubernetes 1.34 can still read and no longer serves: whose kinds a body may name in vain."""

from collections.abc import Mapping
from types import MappingProxyType

_RBAC = "ClusterRole ClusterRoleBinding Role RoleBinding"
_HPA = "HorizontalPodAutoscaler"
_OLD: Mapping[str, str] = MappingProxyType({
    "extensions/v1beta1": "DaemonSet Deployment Ingress NetworkPolicy ReplicaSet Scale",
    "apps/v1beta1": "ControllerRevision Deployment Scale StatefulSet",
    "apps/v1beta2": "ControllerRevision DaemonSet Deployment ReplicaSet Scale StatefulSet",
    "authentication.k8s.io/v1beta1": "SelfSubjectReview TokenReview",
    "authentication.k8s.io/v1alpha1": "SelfSubjectReview",
    "authorization.k8s.io/v1beta1": (
        "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview"
    ),
    "autoscaling/v2beta1": _HPA,
    "autoscaling/v2beta2": _HPA,
    "batch/v1beta1": "CronJob",
    "certificates.k8s.io/v1beta1": "CertificateSigningRequest",
    "coordination.k8s.io/v1beta1": "Lease",
    "discovery.k8s.io/v1beta1": "EndpointSlice",
    "events.k8s.io/v1beta1": "Event",
    "networking.k8s.io/v1beta1": "IPAddress Ingress IngressClass ServiceCIDR",
    "node.k8s.io/v1beta1": "RuntimeClass",
    "policy/v1beta1": "Eviction PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1alpha1": _RBAC,
    "rbac.authorization.k8s.io/v1beta1": _RBAC,
    "scheduling.k8s.io/v1alpha1": "PriorityClass",
    "scheduling.k8s.io/v1beta1": "PriorityClass",
    "storage.k8s.io/v1beta1": "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment",
})  # fmt: skip


def readable(api_version: str, kind: str) -> bool:
    """Whether that old version had such a kind."""
    return kind in _OLD.get(api_version, "").split()
