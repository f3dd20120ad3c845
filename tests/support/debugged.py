"""kubectl's cases of debugging as our options, and pods without what we add to kubectl's."""

import json
from typing import Any

from k8stui.model.kinds import PODS
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, LABEL, NODE, Options
from tests.support.golden import found

Object = dict[str, Any]
MODES = {"ephemeral": EPHEMERAL, "pod-copy": COPY, "node": NODE, "alone": ALONE}
KEPT = ("Labels", "Annotations", "Liveness", "Readiness", "Startup", "InitContainers")


def options(case: Object, mode: str, **more: Any) -> Options:
    """The options of a case, which are named as in Go."""
    given: Object = case
    words = tuple(given.get("Args", ()))
    only = given.get("ArgsOnly", False)
    custom = {key: value for key, value in given.get("CustomProfile", {}).items() if key != "name"}
    snake = {"InitContainers": "keep_init_containers"}
    keeps = {snake.get(name, f"keep_{name.lower()}"): given.get(f"Keep{name}", False) for name in KEPT}
    return Options(
        mode=mode,
        image=given.get("Image", ""),
        container=given.get("Container", ""),
        profile=given.get("Profile", "legacy"),
        pull=given.get("PullPolicy", ""),
        command=() if only else words,
        args=words if only else (),
        env=tuple((each["name"], each["value"]) for each in given.get("Env", ())),
        target=given.get("TargetContainer", ""),
        stdin=given.get("Interactive", False),
        tty=given.get("TTY", False),
        name=given.get("CopyTo", ""),
        same_node=given.get("SameNode", False),
        share_processes=given.get("ShareProcesses", False) if given.get("shareProcessedChanged") else None,
        set_images=tuple(given.get("SetImages", {}).items()),
        custom=json.dumps(custom) if custom else "",
        **keeps,
        **more,
    )


def bare(pod: Object) -> Object:
    """A pod without our label, without what kubectl's Go types do not write, and without its type."""
    pod = json.loads(json.dumps(pod))
    metadata = pod.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != LABEL}
    metadata = {**metadata, "labels": labels}
    kept = {key: value for key, value in metadata.items() if value and key in ("name", "labels", "annotations")}
    spec = {key: value for key, value in pod["spec"].items() if value or key == "shareProcessNamespace"}
    for group in ("containers", "initContainers", "ephemeralContainers"):
        if group in spec:
            spec[group] = [
                {key: value for key, value in each.items() if value != {} or "Probe" in key} for each in spec[group]
            ]
    return {"metadata": kept, "spec": spec}


def p2(*ephemeral: str) -> ObjectRow:
    """The pod of the recordings."""
    probe = {"handler": {"tcpSocket": {"port": {"intVal": 1}}}}
    containers = [
        {"name": "app", "image": "img:1", "livenessProbe": probe, "readinessProbe": probe},
        {"name": "side", "image": "s"},
    ]
    spec = {
        "containers": containers,
        "initContainers": [{"name": "init1", "image": "i"}],
        "serviceAccountName": "sa",
        "nodeName": "n1",
        "ephemeralContainers": [{"name": name} for name in ephemeral],
    }
    owner = {"kind": "ReplicaSet", "name": "x"}
    metadata = {"labels": {"app": "web"}, "annotations": {"k": "v"}, "ownerReferences": [owner], "finalizers": ["f/f"]}
    return found(PODS, "p2", "default", metadata=metadata, spec=spec, status={"phase": "Running"})
