"""The table of kinds: one line each, and everything generic (routes, discovery, selectors, tables) reads it."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
STATUS = ("get", "patch", "update")


class Subresource(Struct, frozen=True):
    """A path below an object: its name, its verbs and, when it is no part of the object, the kind it answers with."""

    name: str
    verbs: tuple[str, ...] = STATUS
    kind: str = ""
    group: str = ""
    version: str = ""


class Kind(Struct, frozen=True):
    """One resource of one group version."""

    group: str
    version: str
    plural: str
    kind: str
    singular: str
    namespaced: bool
    short: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    subresources: tuple[Subresource, ...] = ()
    categories: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """Field selectors beyond metadata.name and metadata.namespace."""
    generation: bool = False
    """metadata.generation is kept, and raised by every change of the spec."""
    custom: bool = False
    """Defined by a CRD: list items carry kind and apiVersion, no strategic merge patch."""

    @property
    def api_version(self) -> str:
        """`v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def head(self) -> bytes:
        """The JSON that stands before an object's metadata; list items of built-in kinds go without."""
        return f'{{"kind":"{self.kind}","apiVersion":"{self.api_version}",'.encode()

    def has(self, subresource: str) -> Subresource | None:
        """The subresource of that name."""
        return next((each for each in self.subresources if each.name == subresource), None)


def _kind(group: str, version: str, plural: str, kind: str, short: str = "", *, sub: str = "", **more: Any) -> Kind:
    subresources = tuple(_SUBRESOURCES[name] for name in sub.split())
    singular = kind.lower()
    rest = {"namespaced": True, **more, "short": tuple(short.split()), "subresources": subresources}
    return Kind(group, version, plural, kind, singular, **rest)


_SUBRESOURCES = {"status": Subresource("status")}
_ALL = ("all",)
_POD_FIELDS = "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork"
_POD_FIELDS += " status.phase status.podIP status.nominatedNodeName"
_EVENT_FIELDS = "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid"
_EVENT_FIELDS += " involvedObject.apiVersion involvedObject.resourceVersion involvedObject.fieldPath"
_EVENT_FIELDS += " reason reportingComponent source type"
_RBAC, _NET, _STORE = "rbac.authorization.k8s.io", "networking.k8s.io", "storage.k8s.io"
_CLUSTER: dict[str, Any] = {"namespaced": False}
_WORK: dict[str, Any] = {"sub": "status", "categories": _ALL, "generation": True}

KINDS: tuple[Kind, ...] = (
    _kind("", "v1", "configmaps", "ConfigMap", "cm"),
    _kind("", "v1", "endpoints", "Endpoints", "ep"),
    _kind("", "v1", "events", "Event", "ev", fields=tuple(_EVENT_FIELDS.split())),
    _kind("", "v1", "limitranges", "LimitRange", "limits"),
    _kind("", "v1", "namespaces", "Namespace", "ns", sub="status", fields=("status.phase",), **_CLUSTER),
    _kind("", "v1", "nodes", "Node", "no", sub="status", fields=("spec.unschedulable",), **_CLUSTER),
    _kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc", sub="status"),
    _kind("", "v1", "persistentvolumes", "PersistentVolume", "pv", sub="status", **_CLUSTER),
    _kind("", "v1", "pods", "Pod", "po", sub="status", categories=_ALL, generation=True,
          fields=tuple(_POD_FIELDS.split())),
    _kind("", "v1", "replicationcontrollers", "ReplicationController", "rc", fields=("status.replicas",), **_WORK),
    _kind("", "v1", "resourcequotas", "ResourceQuota", "quota", sub="status"),
    _kind("", "v1", "secrets", "Secret", fields=("type",)),
    _kind("", "v1", "serviceaccounts", "ServiceAccount", "sa"),
    _kind("", "v1", "services", "Service", "svc", sub="status", categories=_ALL,
          fields=("spec.clusterIP", "spec.type")),
    _kind("apps", "v1", "controllerrevisions", "ControllerRevision"),
    _kind("apps", "v1", "daemonsets", "DaemonSet", "ds", sub="status", categories=_ALL, generation=True),
    _kind("apps", "v1", "deployments", "Deployment", "deploy", **_WORK),
    _kind("apps", "v1", "replicasets", "ReplicaSet", "rs", **_WORK),
    _kind("apps", "v1", "statefulsets", "StatefulSet", "sts", **_WORK),
    _kind("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa", sub="status",
          categories=_ALL),
    _kind("batch", "v1", "cronjobs", "CronJob", "cj", sub="status", categories=_ALL, generation=True),
    _kind("batch", "v1", "jobs", "Job", sub="status", categories=_ALL, generation=True, fields=("status.successful",)),
    _kind("coordination.k8s.io", "v1", "leases", "Lease"),
    _kind("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", generation=True),
    _kind(_NET, "v1", "ingressclasses", "IngressClass", generation=True, **_CLUSTER),
    _kind(_NET, "v1", "ingresses", "Ingress", "ing", sub="status", generation=True),
    _kind(_NET, "v1", "networkpolicies", "NetworkPolicy", "netpol", generation=True),
    _kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb", sub="status", generation=True),
    _kind(_RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", **_CLUSTER),
    _kind(_RBAC, "v1", "clusterroles", "ClusterRole", **_CLUSTER),
    _kind(_RBAC, "v1", "rolebindings", "RoleBinding"),
    _kind(_RBAC, "v1", "roles", "Role"),
    _kind("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", "pc", generation=True, **_CLUSTER),
    _kind(_STORE, "v1", "storageclasses", "StorageClass", "sc", **_CLUSTER),
    _kind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", "crd crds",
          sub="status", categories=("api-extensions",), generation=True, **_CLUSTER),
)  # fmt: skip

REVIEWS: tuple[Kind, ...] = (
    _kind("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", verbs=("create",), **_CLUSTER),
    _kind("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", verbs=("create",),
          **_CLUSTER),
    _kind("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", verbs=("create",),
          **_CLUSTER),
)  # fmt: skip
"""Virtual kinds: asked by POST, never stored."""


class Catalog:
    """The kinds that one server has: the table without what is hidden, and what CRDs add.

    `hidden` names a resource (`leases`, `leases.coordination.k8s.io`), a subresource (`deployments/scale`) or a whole
    group (`policy`): discovery and routes then lack it, as on a server that never had it.
    """

    def __init__(self, hidden: frozenset[str] = frozenset(), kinds: Iterable[Kind] = (*KINDS, *REVIEWS)) -> None:
        self._hidden = hidden
        self._by_path: dict[tuple[str, str, str], Kind] = {}
        self._by_kind: dict[tuple[str, str], Kind] = {}
        for kind in kinds:
            self.add(kind)

    def add(self, kind: Kind) -> None:
        """Serve this kind too (unless it is hidden)."""
        if {kind.plural, f"{kind.plural}.{kind.group}", kind.group} & self._hidden:
            return
        left = tuple(each for each in kind.subresources if f"{kind.plural}/{each.name}" not in self._hidden)
        shown = replace(kind, subresources=left)
        self._by_path[kind.group, kind.version, kind.plural] = shown
        self._by_kind[kind.api_version, kind.kind] = shown

    def remove(self, kind: Kind) -> None:
        """Serve this kind no longer."""
        self._by_path.pop((kind.group, kind.version, kind.plural), None)
        self._by_kind.pop((kind.api_version, kind.kind), None)

    def at(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind that a path names."""
        return self._by_path.get((group, version, plural))

    def of(self, obj: dict[str, Any]) -> Kind:
        """The kind that an object says it is. Raises ValueError when the server has none such."""
        kind = self._by_kind.get((obj.get("apiVersion", ""), obj.get("kind", "")))
        if kind is None:
            raise ValueError(f"The embedded cluster has no kind {obj.get('kind')} in {obj.get('apiVersion')}.")
        return kind

    def named(self, resource: str) -> Kind:
        """The kind called `pods` or `deployments.apps`. Raises ValueError when the server has none such."""
        plural, _, group = resource.partition(".")
        for kind in self._by_path.values():
            if kind.plural == plural and group in ("", kind.group):
                return kind
        raise ValueError(f"The embedded cluster has no resource {resource}.")

    def groups(self) -> tuple[str, ...]:
        """Every group with its kinds, the core group (empty) first."""
        return tuple(dict.fromkeys(kind.group for kind in self._by_path.values()))

    def versions(self, group: str) -> tuple[str, ...]:
        """The versions of a group, the preferred one first."""
        return tuple(dict.fromkeys(kind.version for kind in self._by_path.values() if kind.group == group))

    def all(self, group: str, version: str) -> list[Kind]:
        """The kinds of a group version in the order of discovery: by plural."""
        found = (kind for kind in self._by_path.values() if (kind.group, kind.version) == (group, version))
        return sorted(found, key=lambda kind: kind.plural)
