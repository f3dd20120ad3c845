"""The owners of pods, as plain dicts: Deployment, ReplicaSet, StatefulSet, DaemonSet, CronJob and Job."""

from typing import Any

from k8stui.demo.clock import stamp
from k8stui.demo.scenario.objects import Json, metadata, owner
from k8stui.demo.scenario.workloads import App, template

REVISION = "deployment.kubernetes.io/revision"
HASH = "pod-template-hash"


def deployment(app: App, *, uid: str, created: float) -> Json:
    """A Deployment that nothing has been done about yet."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(
            app.name,
            app.namespace,
            uid=uid,
            created=created,
            labels=app.labels,
            annotations={REVISION: "1"},
            generation=1,
        ),
        "spec": {
            "replicas": app.replicas,
            "selector": {"matchLabels": app.labels},
            "template": template(app),
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
            "revisionHistoryLimit": 2,
            "progressDeadlineSeconds": 600,
        },
        "status": {},
    }


def replicaset(parent: Json, digest: str, revision: int, *, uid: str, created: float, replicas: int) -> Json:
    """The ReplicaSet of a Deployment's present template."""
    name, spec = parent["metadata"]["name"], parent["spec"]
    labels = spec["template"]["metadata"].get("labels", {}) | {HASH: digest}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": metadata(
            f"{name}-{digest}",
            parent["metadata"]["namespace"],
            uid=uid,
            created=created,
            labels=labels,
            annotations={
                "deployment.kubernetes.io/desired-replicas": str(spec["replicas"]),
                "deployment.kubernetes.io/max-replicas": str(spec["replicas"] + surge(spec["replicas"])),
                REVISION: str(revision),
            },
            owner=owner(parent),
            generation=1,
        ),
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": spec["selector"]["matchLabels"] | {HASH: digest}},
            "template": spec["template"] | {"metadata": spec["template"]["metadata"] | {"labels": labels}},
        },
        "status": {"replicas": 0},
    }


def surge(replicas: int) -> int:
    """25%, rounded up: how many pods a rollout may have beside those wanted."""
    return -(-replicas // 4)


def statefulset(app: App, *, uid: str, created: float) -> Json:
    """A StatefulSet that nothing has been done about yet."""
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(app.name, app.namespace, uid=uid, created=created, labels=app.labels, generation=1),
        "spec": {
            "replicas": app.replicas,
            "selector": {"matchLabels": app.labels},
            "template": template(app),
            "serviceName": app.name,
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            "revisionHistoryLimit": 10,
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        },
        "status": {"replicas": 0, "availableReplicas": 0},
    }


def daemonset(app: App, *, uid: str, created: float) -> Json:
    """A DaemonSet that nothing has been done about yet."""
    found = metadata(
        app.name,
        app.namespace,
        uid=uid,
        created=created,
        labels=app.labels,
        annotations={"deprecated.daemonset.template.generation": "1"},
        generation=1,
    )
    counts = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": found,
        "spec": {
            "selector": {"matchLabels": app.labels},
            "template": template(app),
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
            "revisionHistoryLimit": 10,
        },
        "status": dict.fromkeys(counts, 0),
    }


def cronjob(app: App, *, uid: str, created: float) -> Json:
    """A CronJob; its template is that of its jobs' pods."""
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata(app.name, app.namespace, uid=uid, created=created, labels=app.labels, generation=1),
        "spec": {
            "schedule": app.schedule,
            "concurrencyPolicy": "Forbid",
            "suspend": False,
            "jobTemplate": {"metadata": {"labels": app.labels}, "spec": {"template": template(app)}},
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
        },
        "status": {},
    }


def job(parent: Json, minute: int, *, uid: str, created: float) -> Json:
    """The Job that a CronJob makes for a minute (since the epoch, as the controller names it)."""
    name = f"{parent['metadata']['name']}-{minute}"
    namespace = parent["metadata"]["namespace"]
    pods = parent["spec"]["jobTemplate"]["spec"]["template"]
    marks = {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name}
    marks |= {"controller-uid": uid, "job-name": name}
    labels = pods["metadata"].get("labels", {}) | marks
    meta = metadata(
        name,
        namespace,
        uid=uid,
        created=created,
        labels=parent["spec"]["jobTemplate"]["metadata"].get("labels"),
        annotations={"batch.kubernetes.io/cronjob-scheduled-timestamp": stamp(minute * 60)},
        owner=owner(parent),
        generation=1,
    )
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta,
        "spec": {
            "parallelism": 1,
            "completions": 1,
            "backoffLimit": 6,
            "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}},
            "manualSelector": False,
            "template": pods | {"metadata": pods["metadata"] | {"labels": labels}},
            "completionMode": "NonIndexed",
            "suspend": False,
            "podReplacementPolicy": "TerminatingOrFailed",
        },
        "status": {
            "startTime": stamp(created),
            "active": 1,
            "terminating": 0,
            "uncountedTerminatedPods": {},
            "ready": 0,
        },
    }


def job_complete(status: Json, at: float) -> Json:
    """The status of a Job whose pod came to its end well."""
    rows = []
    for kind in ("SuccessCriteriaMet", "Complete"):
        row = {"type": kind, "status": "True", "lastProbeTime": stamp(at), "lastTransitionTime": stamp(at)}
        message = "Reached expected number of succeeded pods"
        rows.append(row | {"reason": "CompletionsReached", "message": message})
    done: dict[str, Any] = {"conditions": rows, "startTime": status["startTime"], "completionTime": stamp(at)}
    return done | {"succeeded": 1, "terminating": 0, "uncountedTerminatedPods": {}, "ready": 0}
