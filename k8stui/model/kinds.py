"""What a kind is (its path, names and verbs) and what points at one object of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol
from urllib.parse import quote

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One resource of the API, as discovery describes it."""

    group: str
    version: str
    plural: str
    kind: str
    singular: str = ""
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """`v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def watched(self) -> bool:
        """Whether it can be watched; where the verbs are not known it is tried."""
        return not self.verbs or "watch" in self.verbs

    @property
    def resource(self) -> str:
        """`pods`, `deployments.apps`: how kubectl and RBAC name it without ambiguity."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str | None = None, name: str = "", subresource: str = "") -> str:
        """The URL path of the collection (of all namespaces for None) or of one object, each part percent-encoded."""
        parts = ["apis", self.group, self.version] if self.group else ["api", self.version]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        parts.append(self.plural)
        parts += [part for part in (name, subresource) if part]
        return "/" + "/".join(quote(part, safe="") for part in parts)


class Ref(Struct, frozen=True, gc=False):
    """One object: what cursors, marks, questions and mutations hold; never a row number, never a bare name."""

    kind: Kind
    namespace: str
    name: str
    uid: str

    @property
    def path(self) -> str:
        """The object's own URL path."""
        return self.kind.path(self.namespace or None, self.name)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Row(Protocol):
    """What every typed row offers to stores, views and tables. Rows are immutable: a changed object is a new row."""

    @property
    def ref(self) -> Ref:
        """The object."""
        ...

    @property
    def version(self) -> str:
        """Its resourceVersion: equality is all that may be asked of it."""
        ...

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Sorted pairs."""
        ...


_READ = ("get", "list", "watch")


def _kind(
    group: str,
    version: str,
    plural: str,
    kind: str,
    *short: str,
    namespaced: bool = True,
    verbs: tuple[str, ...] = _READ,
) -> Kind:
    return Kind(group, version, plural, kind, kind.lower(), namespaced, short, verbs)


PODS = _kind("", "v1", "pods", "Pod", "po")
NODES = _kind("", "v1", "nodes", "Node", "no", namespaced=False)
NAMESPACES = _kind("", "v1", "namespaces", "Namespace", "ns", namespaced=False)
EVENTS = _kind("", "v1", "events", "Event", "ev")
SERVICES = _kind("", "v1", "services", "Service", "svc")
CONFIG_MAPS = _kind("", "v1", "configmaps", "ConfigMap", "cm")
SECRETS = _kind("", "v1", "secrets", "Secret")
SERVICE_ACCOUNTS = _kind("", "v1", "serviceaccounts", "ServiceAccount", "sa")
RESOURCE_QUOTAS = _kind("", "v1", "resourcequotas", "ResourceQuota", "quota")
LIMIT_RANGES = _kind("", "v1", "limitranges", "LimitRange", "limits")
VOLUME_CLAIMS = _kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc")
VOLUMES = _kind("", "v1", "persistentvolumes", "PersistentVolume", "pv", namespaced=False)
DEPLOYMENTS = _kind("apps", "v1", "deployments", "Deployment", "deploy")
REPLICA_SETS = _kind("apps", "v1", "replicasets", "ReplicaSet", "rs")
STATEFUL_SETS = _kind("apps", "v1", "statefulsets", "StatefulSet", "sts")
DAEMON_SETS = _kind("apps", "v1", "daemonsets", "DaemonSet", "ds")
CONTROLLER_REVISIONS = _kind("apps", "v1", "controllerrevisions", "ControllerRevision")
JOBS = _kind("batch", "v1", "jobs", "Job")
CRON_JOBS = _kind("batch", "v1", "cronjobs", "CronJob", "cj")
AUTOSCALERS = _kind("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa")
BUDGETS = _kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb")
INGRESSES = _kind("networking.k8s.io", "v1", "ingresses", "Ingress", "ing")
INGRESS_CLASSES = _kind("networking.k8s.io", "v1", "ingressclasses", "IngressClass", namespaced=False)
NETWORK_POLICIES = _kind("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol")
ENDPOINT_SLICES = _kind("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice")
STORAGE_CLASSES = _kind("storage.k8s.io", "v1", "storageclasses", "StorageClass", "sc", namespaced=False)
PRIORITY_CLASSES = _kind("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", "pc", namespaced=False)
LEASES = _kind("coordination.k8s.io", "v1", "leases", "Lease")
REPLICATION_CONTROLLERS = _kind("", "v1", "replicationcontrollers", "ReplicationController", "rc")
RUNTIME_CLASSES = _kind("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", namespaced=False)
POD_METRICS = _kind("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", verbs=("get", "list"))
NODE_METRICS = _kind("metrics.k8s.io", "v1beta1", "nodes", "NodeMetrics", namespaced=False, verbs=("get", "list"))
ROLES = _kind("rbac.authorization.k8s.io", "v1", "roles", "Role")
ROLE_BINDINGS = _kind("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding")
CLUSTER_ROLES = _kind("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", namespaced=False)
CLUSTER_ROLE_BINDINGS = _kind(
    "rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced=False
)
VALIDATING_WEBHOOKS = _kind(
    *("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
    namespaced=False,
)
MUTATING_WEBHOOKS = _kind(
    *("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
    namespaced=False,
)
ADMISSION_POLICIES = _kind(
    *("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy"),
    namespaced=False,
)

BUILT_IN: Mapping[str, Kind] = MappingProxyType(
    {each.resource: each for each in list(globals().values()) if isinstance(each, Kind)}
)
"""Those above by resource."""

POD_MAKERS = (DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS, STATEFUL_SETS, DAEMON_SETS, JOBS, CRON_JOBS)
"""Built-in kinds that make pods, directly or through another one."""


def usual(kind: Kind) -> Kind:
    """The constant above for that resource, whatever a server says of its version and verbs; else the kind itself."""
    return BUILT_IN.get(kind.resource, kind)
