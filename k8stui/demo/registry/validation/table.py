"""Which kind is judged by which rules, and the refusal they make together."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from k8stui.demo.custom import definitions
from k8stui.demo.custom.validation import causes
from k8stui.demo.registry.validation import batch, cluster, policies, services, workloads
from k8stui.demo.registry.validation.metadata import check_finalizers, check_metadata, times
from k8stui.demo.registry.validation.pods import check_pod
from k8stui.demo.registry.validation.report import Causes, Report
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

Rule = Callable[[Report, Object, Object | None], None]


def _definition(report: Report, obj: Object, old: Object | None) -> None:
    report.causes += definitions.causes(obj, old)


_RBAC = "rbac.authorization.k8s.io"
_RULES: Mapping[str, Rule] = MappingProxyType({
    "customresourcedefinitions.apiextensions.k8s.io": _definition,
    "pods": check_pod,
    "nodes": cluster.node,
    "configmaps": cluster.config_map,
    "secrets": cluster.secret,
    "services": services.service,
    "endpoints": services.endpoints,
    "endpointslices.discovery.k8s.io": services.endpoint_slice,
    "ingresses.networking.k8s.io": services.ingress,
    "networkpolicies.networking.k8s.io": services.network_policy,
    "replicationcontrollers": workloads.replication_controller,
    "deployments.apps": workloads.deployment,
    "statefulsets.apps": workloads.statefulset,
    "daemonsets.apps": workloads.daemonset,
    "replicasets.apps": workloads.replicaset,
    "jobs.batch": batch.job,
    "cronjobs.batch": batch.cronjob,
    "poddisruptionbudgets.policy": policies.budget,
    "horizontalpodautoscalers.autoscaling": policies.autoscaler,
    "resourcequotas": policies.quota,
    "limitranges": policies.limit_range,
    "priorityclasses.scheduling.k8s.io": policies.priority_class,
    "leases.coordination.k8s.io": policies.lease,
    "events": policies.event,
    "persistentvolumeclaims": cluster.claim,
    "persistentvolumes": cluster.volume,
    "storageclasses.storage.k8s.io": cluster.storage_class,
    f"roles.{_RBAC}": cluster.role,
    f"clusterroles.{_RBAC}": cluster.role,
    f"rolebindings.{_RBAC}": cluster.binding,
    f"clusterrolebindings.{_RBAC}": cluster.binding,
})  # fmt: skip
_VIEWS: Mapping[str, Callable[[Report, Object], None]] = MappingProxyType({
    "events.events.k8s.io": policies.new_event,
})  # fmt: skip
_TWICE = frozenset({
    "nodes", "persistentvolumeclaims", "jobs.batch", f"roles.{_RBAC}", f"clusterroles.{_RBAC}",
    f"rolebindings.{_RBAC}", f"clusterrolebindings.{_RBAC}",
})  # fmt: skip
"""An update of these is judged twice: as a new object, and as a change."""
_OUTSIDE = ("metadata", "status", "kind", "apiVersion")


def validate(kind: Kind, obj: Object, old: Object | None = None) -> None:
    """Raises Refusal (422) with every cause.

    What a change left alone was judged when it was written; what was wrong before (planted in a store) may stay so.
    """
    report = Report()
    meta = obj["metadata"]
    if old is None:
        check_metadata(report, kind, meta)
        _judge(report, kind, obj, None)
    else:
        _judge_change(report, kind, obj, old)
    if report.causes:
        raise errors.invalid(kind.kind, kind.group, meta.get("name") or "", report.causes)


def validate_view(kind: Kind, obj: Object) -> None:
    """What one view asks of a new object, in the view's own shape. Raises Refusal (422)."""
    rule = _VIEWS.get(errors.qualified(kind.plural, kind.group))
    if rule is not None:
        report = Report()
        rule(report, obj)
        if report.causes:
            raise errors.invalid(kind.kind, kind.stored_as[0], obj["metadata"].get("name") or "", report.causes)


def _judge(report: Report, kind: Kind, obj: Object, old: Object | None) -> None:
    if kind.definition is not None:
        report.causes += causes(kind.definition.schema, obj)
    rule = _RULES.get(errors.qualified(kind.plural, kind.group))
    if rule is not None:
        rule(report, obj, old)


def _judge_change(report: Report, kind: Kind, obj: Object, old: Object) -> None:
    meta, before = obj["metadata"], old["metadata"]
    said: Causes = []
    if any(meta.get(name) != before.get(name) for name in ("labels", "annotations", "ownerReferences", "finalizers")):
        once = Report()
        check_metadata(once, kind, meta, name=False)
        said = once.causes
        count, strict = times(kind), Report()
        check_finalizers(strict, kind, meta)
        for turn in range(count.common - 1):
            report.causes += said + (strict.causes if turn < count.finalizers else [])
    if any(obj.get(name) != old.get(name) for name in obj.keys() | old.keys() if name not in _OUTSIDE):
        spoken = Report()
        _judge(spoken, kind, obj, old)
        if spoken.causes:
            planted = Report()
            _judge(planted, kind, old, old)
            spoken.causes = [each for each in spoken.causes if each not in planted.causes]
        report.causes += _again(kind, obj, spoken.causes) + spoken.causes
    report.causes += said


def _again(kind: Kind, obj: Object, causes: Causes) -> Causes:
    """What an update says twice: all that would be wrong with a new object, too."""
    name = errors.qualified(kind.plural, kind.group)
    if name not in _TWICE or (name == "nodes" and any(each["reason"] == "FieldValueForbidden" for each in causes)):
        return []
    new = Report()
    _judge(new, kind, obj, None)
    return [each for each in causes if each in new.causes]
