"""Workloads with a past, as builders get them: ReplicaSets and ControllerRevisions of two images."""

from typing import Any

from k8stui.model.kinds import (
    CONTROLLER_REVISIONS,
    DEPLOYMENTS,
    REPLICA_SETS,
    Kind,
)
from k8stui.model.objects import ObjectRow
from tests.support.golden import found

Object = dict[str, Any]
REVISION, CAUSE = "deployment.kubernetes.io/revision", "kubernetes.io/change-cause"
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def template(image: str, **labels: str) -> Object:
    containers = [{"name": "web", "image": image}]
    return {"metadata": {"labels": {"app": "web", **labels}}, "spec": {"containers": containers}}


def owned(kind: str, name: str, uid: str = "uid-1") -> list[Object]:
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": True}]


def deployment(image: str = "web:2", *, paused: bool = False, notes: Object | None = None, **meta: Any) -> ObjectRow:
    annotations = {REVISION: "2", CAUSE: "v2"} if notes is None else notes
    spec = {
        "selector": {"matchLabels": {"app": "web"}},
        "template": template(image),
        **({"paused": True} if paused else {}),
    }
    status = {"observedGeneration": 3}
    metadata = {"annotations": annotations, "generation": 3, **meta}
    return found(DEPLOYMENTS, "web", "default", spec=spec, status=status, metadata=metadata)


def replica_set(number: int, image: str, owner: str = "uid-1", **meta: Any) -> ObjectRow:
    metadata = {
        "annotations": {REVISION: str(number), CAUSE: f"v{number}"},
        "ownerReferences": owned("Deployment", "web", owner),
        "creationTimestamp": f"2026-11-0{number}T10:00:00Z",
        **meta,
    }
    name = f"web-{image[-1]}{number}"
    spec = {"template": template(image, **{"pod-template-hash": f"h{number}"})}
    status = {"replicas": number, "readyReplicas": 1}
    return found(REPLICA_SETS, name, "default", uid=f"rs-{name}", metadata=metadata, spec=spec, status=status)


def history() -> list[ObjectRow]:
    return [replica_set(1, "web:1"), replica_set(2, "web:2"), replica_set(3, "web:9", owner="somebody-else")]


def revision(number: int, image: str, owner: str, **meta: Any) -> ObjectRow:
    metadata = {"ownerReferences": owned("DaemonSet", "agent", owner), **meta}
    data = {"spec": {"template": {"$patch": "replace", **template(image)}}}
    name = f"agent-{number}"
    return found(CONTROLLER_REVISIONS, name, "default", f"cr-{number}", metadata=metadata, revision=number, data=data)


def rolled(kind: Kind, name: str, image: str = "x:2", **status: Any) -> ObjectRow:
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template(image)}
    return found(kind, name, "default", spec=spec, status=status)


def without_empty(value: Any) -> Any:
    """Go writes `creationTimestamp: null` and `resources: {}` into every template."""
    if isinstance(value, dict):
        kept = {key: without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in (None, {})}
    return [without_empty(each) for each in value] if isinstance(value, list) else value


def unpinned(operations: list[Object]) -> list[Object]:
    """Without the two that say which object in which version."""
    pins = ("/metadata/uid", "/metadata/resourceVersion")
    assert [each["path"] for each in operations[:2]] == list(pins)
    return [without_empty(each) for each in operations[2:]]
