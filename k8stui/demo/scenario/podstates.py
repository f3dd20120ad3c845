"""What a kubelet writes into a pod's status, one function for each thing that happens to a pod.

Every function changes the pod it is given; `at` is when it happened, in seconds since the epoch. The shapes are those
of a real 1.34 kubelet (`recordings/apiserver/pods_streams.json`, `node_down.json`).
"""

import hashlib
from typing import Any

from k8stui.demo.clock import stamp
from k8stui.demo.scenario.objects import Json

ORDER = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def condition(pod: Json, kind: str, value: str, at: float, reason: str = "", message: str = "") -> None:
    """Set one condition; its transition time moves only when its value does."""
    rows: list[Json] = pod["status"].setdefault("conditions", [])
    old = next((row for row in rows if row["type"] == kind), None)
    new: Json = {"type": kind, "status": value, "lastProbeTime": None, "lastTransitionTime": stamp(at)}
    new["observedGeneration"] = pod["metadata"].get("generation", 1)
    if old is not None and old["status"] == value:
        new["lastTransitionTime"] = old["lastTransitionTime"]
    if reason:
        new["reason"] = reason
    if message:
        new["message"] = message
    if old is not None:
        rows[rows.index(old)] = new
    else:
        rows.append(new)
        rows.sort(key=lambda row: ORDER.index(row["type"]) if row["type"] in ORDER else len(ORDER))


def _readiness(pod: Json, at: float) -> None:
    """Ready and ContainersReady as the container statuses say."""
    names = [row["name"] for row in pod["status"].get("containerStatuses", ()) if not row["ready"]]
    for kind in ("Ready", "ContainersReady"):
        if names:
            message = f"containers with unready status: [{' '.join(names)}]"
            condition(pod, kind, "False", at, "ContainersNotReady", message)
        else:
            condition(pod, kind, "True", at)


def _each(pod: Json, names: tuple[str, ...] = ()) -> list[Json]:
    """The container statuses with these names; all of them without names."""
    rows: list[Json] = pod["status"]["containerStatuses"]
    return [row for row in rows if not names or row["name"] in names]


def _container_id(pod: Json, row: Json) -> str:
    """An id of 64 hex digits that changes with every start."""
    of = f"{pod['metadata']['uid']}/{row['name']}/{row['restartCount']}"
    return f"containerd://{_digest(of)}"


def _digest(image: str) -> str:
    """The digest of an image: the same wherever it runs."""
    return hashlib.sha256(image.encode()).hexdigest()


def unschedulable(pod: Json, at: float, message: str) -> None:
    """The scheduler found no node."""
    pod["status"] = {"phase": "Pending", "qosClass": pod["status"]["qosClass"]}
    condition(pod, "PodScheduled", "False", at, "Unschedulable", message)


def scheduled(pod: Json, at: float, node: str) -> None:
    """The scheduler bound it; its kubelet has not looked at it yet."""
    pod["spec"]["nodeName"] = node
    condition(pod, "PodScheduled", "True", at)


def creating(pod: Json, at: float, host: str) -> None:
    """Its kubelet took it: ContainerCreating."""
    status = pod["status"]
    status |= {"phase": "Pending", "hostIP": host, "hostIPs": [{"ip": host}], "startTime": stamp(at)}
    status["observedGeneration"] = pod["metadata"].get("generation", 1)
    status["containerStatuses"] = [
        {
            "name": container["name"],
            "state": {"waiting": {"reason": "ContainerCreating"}},
            "lastState": {},
            "ready": False,
            "restartCount": 0,
            "image": container["image"],
            "imageID": "",
            "started": False,
        }
        for container in pod["spec"]["containers"]
    ]
    condition(pod, "PodReadyToStartContainers", "False", at)
    condition(pod, "Initialized", "True", at)
    _readiness(pod, at)


def address(pod: Json, at: float, ip: str) -> None:
    """The sandbox is up: the pod has an address."""
    pod["status"] |= {"podIP": ip, "podIPs": [{"ip": ip}]}
    condition(pod, "PodReadyToStartContainers", "True", at)


def started(pod: Json, at: float, names: tuple[str, ...] = ()) -> None:
    """Containers run, and no probe has passed yet."""
    for row in _each(pod, names):
        row["state"] = {"running": {"startedAt": stamp(at)}}
        row["containerID"] = _container_id(pod, row)
        row["imageID"] = (
            f"{row['image'].rpartition(':')[0]}@sha256:{_container_id(pod, row | {'restartCount': 0})[13:]}"
        )
        row |= {"started": True, "ready": False}
        spec: Json = next((item for item in pod["spec"]["containers"] if item["name"] == row["name"]), {})
        row["resources"] = spec.get("resources", {})
        row["allocatedResources"] = row["resources"].get("requests", {})
    pod["status"]["phase"] = "Running"
    _readiness(pod, at)


def ready(pod: Json, at: float, names: tuple[str, ...] = ()) -> None:
    """Readiness probes pass."""
    for row in _each(pod, names):
        row["ready"] = True
    _readiness(pod, at)


def unready(pod: Json, at: float, names: tuple[str, ...] = ()) -> None:
    """Readiness probes fail."""
    for row in _each(pod, names):
        row["ready"] = False
    _readiness(pod, at)


def _ended(row: Json, at: float, code: int, reason: str) -> Json:
    began = row["state"].get("running", {}).get("startedAt") or stamp(at)
    ended: dict[str, Any] = {"exitCode": code, "reason": reason, "startedAt": began, "finishedAt": stamp(at)}
    return {"terminated": ended | {"containerID": row.get("containerID", "")}}


def died(pod: Json, at: float, code: int, reason: str, names: tuple[str, ...] = ()) -> None:
    """Containers ended and will be started again."""
    for row in _each(pod, names):
        row["state"] = _ended(row, at, code, reason)
        row |= {"ready": False, "started": False}
    _readiness(pod, at)


def backoff(pod: Json, at: float, seconds: int, names: tuple[str, ...] = ()) -> None:
    """The kubelet waits before it starts an ended container again."""
    meta = pod["metadata"]
    who = f"pod={meta['name']}_{meta['namespace']}({meta['uid']})"
    length = f"{seconds // 60}m{seconds % 60}s" if seconds >= 60 else f"{seconds}s"
    for row in _each(pod, names):
        row["lastState"] = row["state"]
        message = f"back-off {length} restarting failed container={row['name']} {who}"
        row["state"] = {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
    _readiness(pod, at)


def restarted(pod: Json, at: float, names: tuple[str, ...] = ()) -> None:
    """Ended containers run again, one restart more."""
    for row in _each(pod, names):
        if "terminated" in row["state"]:
            row["lastState"] = row["state"]
        row["restartCount"] += 1
    started(pod, at, names)


def unpulled(pod: Json, at: float, *, waiting: bool, names: tuple[str, ...] = ()) -> None:
    """An image cannot be had: ErrImagePull, or ImagePullBackOff while the kubelet waits."""
    for row in _each(pod, names):
        image = row["image"]
        error = (
            f'rpc error: code = NotFound desc = failed to pull and unpack image "{image}": '
            f'failed to resolve reference "{image}": {image}: not found'
        )
        reason = "ImagePullBackOff" if waiting else "ErrImagePull"
        message = f'Back-off pulling image "{image}": ErrImagePull: {error}' if waiting else error
        row["state"] = {"waiting": {"reason": reason, "message": message}}
    _readiness(pod, at)


def completed(pod: Json, at: float) -> None:
    """Every container ended well and none is started again."""
    for row in _each(pod):
        row["state"] = _ended(row, at, 0, "Completed")
        row |= {"ready": False, "started": False}
    pod["status"]["phase"] = "Succeeded"
    condition(pod, "PodReadyToStartContainers", "False", at)
    condition(pod, "Initialized", "True", at, "PodCompleted")
    for kind in ("Ready", "ContainersReady"):
        condition(pod, kind, "False", at, "PodCompleted")


def lost(pod: Json, at: float) -> None:
    """Its node went silent: the node controller says Ready=False, and all else stays as last reported."""
    condition(pod, "Ready", "False", at)


def disrupted(pod: Json, at: float) -> None:
    """The taint manager deletes it from a silent node."""
    message = "Taint manager: deleting due to NoExecute taint"
    condition(pod, "DisruptionTarget", "True", at, "DeletionByTaintManager", message)


def evicted(pod: Json, at: float, message: str) -> None:
    """The kubelet threw it out for want of a resource; what is left is a failed pod without containers."""
    pod["status"].pop("containerStatuses", None)
    pod["status"] |= {"phase": "Failed", "reason": "Evicted", "message": message}
    condition(pod, "PodReadyToStartContainers", "False", at)
    for kind in ("Ready", "ContainersReady"):
        condition(pod, kind, "False", at, "PodFailed")
    condition(pod, "DisruptionTarget", "True", at, "TerminationByKubelet", message)
