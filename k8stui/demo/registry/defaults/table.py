"""Which kind gets which defaults."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from k8stui.demo.custom import definitions
from k8stui.demo.custom.shape import default, prune
from k8stui.demo.registry.defaults import others, pods, workloads
from k8stui.demo.registry.defaults.pods import section, template
from k8stui.demo.storage.errors import qualified
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

Rule = Callable[[Object, Object | None], None]


def _pod_template(obj: Object, old: Object | None) -> None:
    template(section(obj, "template"))


_RULES: Mapping[str, Rule] = MappingProxyType({
    "pods": pods.pod,
    "podtemplates": _pod_template,
    "replicationcontrollers": workloads.replication_controller,
    "deployments.apps": workloads.deployment,
    "statefulsets.apps": workloads.statefulset,
    "daemonsets.apps": workloads.daemonset,
    "replicasets.apps": workloads.replicaset,
    "jobs.batch": workloads.job,
    "cronjobs.batch": workloads.cronjob,
    "horizontalpodautoscalers.autoscaling": workloads.autoscaler,
    "services": others.service,
    "persistentvolumeclaims": others.claim,
    "persistentvolumes": others.volume,
    "storageclasses.storage.k8s.io": others.storage_class,
    "secrets": others.secret,
    "rolebindings.rbac.authorization.k8s.io": others.binding,
    "clusterrolebindings.rbac.authorization.k8s.io": others.binding,
    "networkpolicies.networking.k8s.io": others.network_policy,
    "endpoints": others.endpoints,
    "endpointslices.discovery.k8s.io": others.endpoint_slice,
    "priorityclasses.scheduling.k8s.io": others.priority_class,
    "namespaces": others.namespace,
    "customresourcedefinitions.apiextensions.k8s.io": definitions.complete,
    "nodes": others.node,
    "limitranges": others.limit_range,
    "ingressclasses.networking.k8s.io": others.ingress_class,
    "csidrivers.storage.k8s.io": others.csi_driver,
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": others.webhooks,
    "validatingwebhookconfigurations.admissionregistration.k8s.io": others.webhooks,
    "apiservices.apiregistration.k8s.io": others.api_service,
})  # fmt: skip


def complete(kind: Kind, obj: Object, old: Object | None = None) -> None:
    """Fill in what the client left out, in place; `old` is what the object was before a change.

    A custom object loses what its schema does not know.
    """
    if kind.definition is not None:
        prune(kind.definition.schema, obj)
        default(kind.definition.schema, obj)
    rule = _RULES.get(qualified(kind.plural, kind.group))
    if rule is not None:
        rule(obj, old)
