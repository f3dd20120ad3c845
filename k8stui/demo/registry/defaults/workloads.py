"""What workloads get (k8s.io/kubernetes/pkg/apis/{apps,batch,autoscaling}/*/defaults.go).

A template that a write left alone stays as it is, byte by byte: controllers take a change of it for a new revision.
"""

from typing import Any

from k8stui.demo.registry.defaults.pods import fill, items, section, template
from k8stui.demo.storage.store import Object

_REVISION = "deprecated.daemonset.template.generation"


def _spec(obj: Object, old: Object | None) -> Object:
    """The spec, its pod template filled in if this write touched it."""
    spec = section(obj, "spec")
    before = (old or {}).get("spec")
    made = spec.get("template")
    if not isinstance(before, dict) or before.get("template") != made:
        if made is None:
            made = spec["template"] = {}
        template(made)
    return spec


def _strategy(of: Object, rolling: Object) -> None:
    """The type of an update strategy, and for a rolling one its numbers."""
    if not of.get("type"):
        of["type"] = "RollingUpdate"
    if of["type"] == "RollingUpdate":
        fill(section(of, "rollingUpdate"), rolling)


def deployment(obj: Object, old: Object | None) -> None:
    """A Deployment."""
    spec = _spec(obj, old)
    fill(spec, {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600})
    _strategy(section(spec, "strategy"), {"maxUnavailable": "25%", "maxSurge": "25%"})


def statefulset(obj: Object, old: Object | None) -> None:
    """A StatefulSet and its claims."""
    spec = _spec(obj, old)
    if not spec.get("podManagementPolicy"):
        spec["podManagementPolicy"] = "OrderedReady"
    _strategy(section(spec, "updateStrategy"), {"partition": 0})
    fill(section(spec, "persistentVolumeClaimRetentionPolicy"), {"whenDeleted": "Retain", "whenScaled": "Retain"})
    fill(spec, {"replicas": 1, "revisionHistoryLimit": 10})
    for claim in items(spec, "volumeClaimTemplates"):
        claim |= {"kind": "PersistentVolumeClaim", "apiVersion": "v1"}
        fill(section(claim, "spec"), {"volumeMode": "Filesystem"})
        fill(section(claim, "status"), {"phase": "Pending"})


def daemonset(obj: Object, old: Object | None) -> None:
    """A DaemonSet."""
    spec = _spec(obj, old)
    _strategy(section(spec, "updateStrategy"), {"maxUnavailable": 1, "maxSurge": 0})
    fill(spec, {"revisionHistoryLimit": 10})
    annotations = section(obj["metadata"], "annotations")
    before = (old or {}).get("spec") or {}
    revision = annotations.get(_REVISION) or "1"
    if old is not None and before.get("template") != spec["template"] and revision.isdecimal():
        revision = str(int(revision) + 1)
    annotations[_REVISION] = revision


def replicaset(obj: Object, old: Object | None) -> None:
    """A ReplicaSet."""
    fill(_spec(obj, old), {"replicas": 1})


def replication_controller(obj: Object, old: Object | None) -> None:
    """A ReplicationController: selector and labels are the template's."""
    spec = _spec(obj, old)
    labels = (spec["template"].get("metadata") or {}).get("labels")
    if labels and not spec.get("selector"):
        spec["selector"] = dict(labels)
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)
    fill(spec, {"replicas": 1})


def job(obj: Object, old: Object | None) -> None:
    """A Job; a new one without its own selector gets the one of its uid."""
    spec = _spec(obj, old)
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec |= {"completions": 1, "parallelism": 1}
    per_index = spec.get("backoffLimitPerIndex") is not None
    fill(spec, {"parallelism": 1, "backoffLimit": 2**31 - 1 if per_index else 6, "suspend": False})
    spec["completionMode"] = spec.get("completionMode") or "NonIndexed"
    failing = "Failed" if spec.get("podFailurePolicy") is not None else "TerminatingOrFailed"
    fill(spec, {"podReplacementPolicy": failing, "manualSelector": False})
    rules = items(spec.get("podFailurePolicy"), "rules")
    for condition in [each for rule in rules for each in items(rule, "onPodConditions")]:
        condition["status"] = condition.get("status") or "True"
    if old is None:
        _own_selector(obj, spec)


def _own_selector(obj: Object, spec: Object) -> None:
    labels = section(section(spec["template"], "metadata"), "labels")
    if not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = labels  # one map, as in the real one: the labels of the uid show in both
    if spec["manualSelector"] is True:
        return
    uid, name = obj["metadata"].get("uid", ""), obj["metadata"].get("name", "")
    for prefix in ("", "batch.kubernetes.io/"):
        labels[f"{prefix}controller-uid"] = uid
        labels[f"{prefix}job-name"] = name
    section(section(spec, "selector"), "matchLabels")["batch.kubernetes.io/controller-uid"] = uid


def cronjob(obj: Object, old: Object | None) -> None:
    """A CronJob; the Job's own defaults come when there is a Job."""
    spec = section(obj, "spec")
    before: Any = (old or {}).get("spec") or {}
    jobs = section(spec, "jobTemplate")
    if before.get("jobTemplate") != jobs:
        template(section(section(jobs, "spec"), "template"))
    spec["concurrencyPolicy"] = spec.get("concurrencyPolicy") or "Allow"
    fill(spec, {"suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1})


def autoscaler(obj: Object, old: Object | None) -> None:
    """A HorizontalPodAutoscaler (autoscaling/v2)."""
    spec = section(obj, "spec")
    fill(spec, {"minReplicas": 1})
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if isinstance(behavior, dict):
        percent = {"type": "Percent", "value": 100, "periodSeconds": 15}
        up = [{"type": "Pods", "value": 4, "periodSeconds": 15}, percent]
        more = {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": up}
        fill(section(behavior, "scaleUp"), more)
        fill(section(behavior, "scaleDown"), {"selectPolicy": "Max", "policies": [percent]})
