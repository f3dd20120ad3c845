"""Every action that changes the cluster: what it is tried on, asks, sends and keeps, and how it is taken back."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.mutation import Risk
from tests.support.manifests import cronjob, deployment, settings, template
from tests.support.scene import node, pod
from tests.support.scene import running as up

Object = dict[str, Any]
DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/web"
NODE = "/api/v1/nodes/worker-1"


class Doing(Struct, frozen=True, kw_only=True):
    """One action on one object."""

    action: str
    """Its id in the registry."""
    view: str
    name: str
    """The object under the cursor."""
    do: str
    """The key, or `:` and the line."""
    risk: Risk
    question: str
    """Stands in the question's title; empty: nothing is asked."""
    requests: tuple[tuple[str, str], ...]
    """Verb and path of each write."""
    says: str
    """What the journal keeps."""
    undo: str
    """The inverse's builder; empty: there is no way back."""
    typed: str = ""
    """What the question wants typed although the context is not protected."""
    text: tuple[str, ...] = ()
    """Keys typed into the editor that it opens."""
    cordoned: bool = False
    """The node is, beforehand."""
    stopped: bool = False
    """The Deployment is paused and the CronJob suspended, beforehand."""


def _one(
    action: str, on: str, do: str, risk: Risk, question: str, request: str, says: str, undo: str, **more: Any
) -> Doing:
    view, _, name = on.rpartition("/")
    verb, _, path = request.partition(" ")
    return Doing(
        action=action,
        view=view,
        name=name,
        do=do,
        risk=risk,
        question=question,
        requests=((verb, path),),
        says=says,
        undo=undo,
        **more,
    )


SAFE, CHANGE, DESTRUCTIVE = Risk.SAFE, Risk.CHANGE, Risk.DESTRUCTIVE
SET, CONFIG_MAP = "configmaps/web", "/api/v1/namespaces/shop/configmaps/web"
PATCH_SET, FINALIZE = f"patch {CONFIG_MAP}", "update /api/v1/namespaces/stuck/finalize"
REVISION = "deployment.kubernetes.io/revision"
WEB, NIGHTLY, WORKER, WEB_1 = "deployments.apps/web", "cronjobs.batch/nightly", "nodes/worker-1", "pods/web-1"
PATCH_WEB, PATCH_NODE, PATCH_CRON = (
    f"patch {DEPLOYMENT}",
    f"patch {NODE}",
    "patch /apis/batch/v1/namespaces/shop/cronjobs/nightly",
)
BESIDE = "/apis/apps/v1/namespaces/shop/deployments/web/scale"
MAKE_JOB = "create /apis/batch/v1/namespaces/shop/jobs"
MAKE_SCALER = "create /apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"
EVICT = "create /api/v1/namespaces/shop/pods/web-1/eviction"
IN_WEB, IN_NIGHTLY, KEEP = "deployment shop/web", "cronjob shop/nightly", "example.com/keep"
EVERY = (
    _one("cordon", WORKER, "c", CHANGE, "Cordon worker-1?", PATCH_NODE, "cordon worker-1", "nodes.cordon"),
    _one("uncordon", WORKER, "u", SAFE, "", PATCH_NODE, "uncordon worker-1", "nodes.cordon", cordoned=True),
    _one(
        *("taints", WORKER, ":taint a=b:NoSchedule", CHANGE, "Taint worker-1 a=b:NoSchedule?", PATCH_NODE),
        *("taint worker-1 a=b:NoSchedule", "taints.taint"),
    ),
    _one(
        *("labels", WEB, ":label tier=front", CHANGE, f"Label {IN_WEB} tier=front?", PATCH_WEB),
        *(f"label {IN_WEB} tier=front", "metadata.labels"),
    ),
    _one(
        *("annotations", WEB, ":annotate note=x", CHANGE, f"Annotate {IN_WEB} note=x?", PATCH_WEB),
        *(f"annotate {IN_WEB} note=x", "metadata.annotations"),
    ),
    _one(
        *("finalizers", SET, f":finalizer {KEEP}-", DESTRUCTIVE, f"Take the finalizer {KEEP} from", PATCH_SET),
        *(f"take the finalizer {KEEP} from configmap shop/web", ""),
        typed="web",
    ),
    _one(
        *("edit", SET, "e", CHANGE, "Edit configmap shop/web?", PATCH_SET, "edit configmap shop/web", ""),
        text=("end", "!", "ctrl+o"),
    ),
    _one(
        *("patch", SET, ':patch {"data":{"size":"large"}}', CHANGE, "Patch configmap shop/web", PATCH_SET),
        *("patch configmap shop/web (strategic)", ""),
    ),
    _one(
        *("delete", SET, "ctrl+d", DESTRUCTIVE, "Delete configmap shop/web?", f"delete {CONFIG_MAP}"),
        *("delete configmap shop/web", ""),
    ),
    _one("restart", WEB, "r", CHANGE, f"Restart {IN_WEB}?", PATCH_WEB, f"restart {IN_WEB}", ""),
    _one(
        *("undo", WEB, "U", CHANGE, f"Undo {IN_WEB} to revision 1?", PATCH_WEB),
        *(f"undo {IN_WEB} to revision 1", "undo.undo"),
    ),
    _one("pause", WEB, "z", CHANGE, f"Pause {IN_WEB}?", PATCH_WEB, f"pause {IN_WEB}", "rollout.resume"),
    _one("pause-rollout", WEB, ":pause", CHANGE, f"Pause {IN_WEB}?", PATCH_WEB, f"pause {IN_WEB}", "rollout.resume"),
    _one("resume", WEB, ":resume", SAFE, "", PATCH_WEB, f"resume {IN_WEB}", "rollout.pause", stopped=True),
    _one(
        *("suspend", NIGHTLY, ":suspend", CHANGE, f"Suspend {IN_NIGHTLY}?", PATCH_CRON),
        *(f"suspend {IN_NIGHTLY}", "suspending.suspend"),
    ),
    _one(
        *("scale", WEB, ":scale 5", CHANGE, f"Scale {IN_WEB} from 2 to 5?", f"patch {BESIDE}"),
        *(f"scale {IN_WEB} from 2 to 5", "scaling.scale"),
    ),
    _one(
        *("autoscale", WEB, ":autoscale --min=2 --max=5 --cpu=80%", CHANGE, f"Autoscale {IN_WEB}", MAKE_SCALER),
        *(f"autoscale {IN_WEB} between 2 and 5, cpu 80%", "removing.delete"),
    ),
    _one(
        *("image", WEB, ":image web=web:2", CHANGE, f"Set image of {IN_WEB}", PATCH_WEB),
        *(f"set image of {IN_WEB}: web=web:2", "images.image"),
    ),
    _one(
        *("env", WEB, ":env COLOUR=blue", CHANGE, f"Set env of {IN_WEB}", PATCH_WEB),
        *(f"set env of {IN_WEB}: COLOUR=<value>", "environment.env"),
    ),
    _one(
        *("resources", WEB, ":resources web --limits=cpu=1", CHANGE, f"Set resources of {IN_WEB}", PATCH_WEB),
        *(f"set resources of {IN_WEB}: limits cpu=1", "resources.resources"),
    ),
    _one(
        *("probe", WEB, ":probe readiness period=7s", CHANGE, f"Set readiness probe of {IN_WEB}", PATCH_WEB),
        *(f"set readiness probe of {IN_WEB}: period=7s", "probes.probe"),
    ),
    _one(
        *("trigger", NIGHTLY, "t", CHANGE, f"Trigger {IN_NIGHTLY} as nightly-manual-", MAKE_JOB),
        *(f"trigger {IN_NIGHTLY} as nightly-manual-", "removing.delete"),
    ),
    _one("evict", WEB_1, "E", DESTRUCTIVE, "Evict pod shop/web-1?", EVICT, "evict pod shop/web-1", ""),
    _one(
        *("finalize", "namespaces/stuck", ":finalize", DESTRUCTIVE, "Finalize namespace stuck", FINALIZE),
        *("finalize namespace stuck (what is left in it is out of reach)", ""),
        typed="stuck",
    ),
)
"""`says` and the question of a trigger end with letters that make its name unique."""


PAGES: Mapping[str, str] = MappingProxyType(
    {
        "drain": "screens/drain/test_drain_screen.py",
        "drain-start": "screens/drain/test_drain_screen.py",
        "rollout-undo": "screens/rollout/test_rollout_screen.py",
        "rollout-restart": "screens/rollout/test_rollout_screen.py",
        "rollout-pause": "screens/rollout/test_rollout_screen.py",
        "rollout-scale": "screens/rollout/test_rollout_screen.py",
        "apply": "screens/editing/test_edit_applying.py",
        "rollout-image": "screens/rollout/test_rollout_screen.py",
        **dict.fromkeys(
            ("debug", "workload-debug", "node-debug", "node-shell"),
            "screens/debug/test_debug_ways.py",
        ),
        **dict.fromkeys(("debug-start", "debug-add"), "screens/debug/test_debug_modes.py"),
        **dict.fromkeys(("debug-remove", "debug-restart"), "screens/debug/test_debug_after.py"),
        **dict.fromkeys(
            ("debug-attach", "debug-reattach"),
            "screens/debug/test_debug_after.py",
        ),
        **dict.fromkeys(("sweep-delete", "sweep-restart", "sweep-attach"), "screens/debug/test_sweep_screen.py"),
        **dict.fromkeys(("shell", "exec", "attach"), "screens/terminals/test_terminals_screen.py"),
    }
)
"""Those of a page, with where their question and request are looked at: they use the same builders."""


def scene(cluster: EmbeddedCluster, doing: Doing) -> None:
    """One of each; the Deployment has had another image before."""
    cluster.add_namespace("shop")
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name, unschedulable=True) if doing.cordoned else node(name))
    cluster.store.create(pod("web-1", "shop", "worker-1", 60.0, statuses=[up()]))
    kept = settings("web", colour="blue")
    kept["metadata"]["finalizers"] = [KEEP] if doing.action == "finalizers" else []
    web, nightly = deployment("web", image="web:1"), cronjob("nightly", "backup:1")
    web["metadata"]["annotations"] = {REVISION: "2"}
    web["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] = {"tcpSocket": {"port": 80}}
    if doing.stopped:
        web["spec"]["paused"] = nightly["spec"]["suspend"] = True
    for made in (web, nightly, kept):
        made["metadata"]["namespace"] = "shop"
        cluster.registry.create(made)
    uid = cluster.store.get("deployments.apps", "web", "shop")["metadata"]["uid"]
    for number, image in ((1, "web:0"), (2, "web:1")):
        cluster.registry.create(_revision(number, image, uid))
    cluster.add_namespace("stuck")
    cluster.store.modify("namespaces", "stuck", change=_stick)


def _stick(namespace: Object) -> None:
    namespace["metadata"]["deletionTimestamp"] = "2026-11-21T10:00:00Z"
    namespace["status"] = {"phase": "Terminating"}


def _revision(number: int, image: str, owner: str) -> Object:
    pods = template("web", image)
    if number == 2:
        pods["spec"]["containers"][0]["readinessProbe"] = {"tcpSocket": {"port": 80}}
    pods["metadata"]["labels"]["pod-template-hash"] = f"hash{number}"
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": owner, "controller": True}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"web-hash{number}",
            "namespace": "shop",
            "labels": {"app": "web"},
            "annotations": {REVISION: str(number)},
            "ownerReferences": [reference],
        },
        "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": pods},
        "status": {"replicas": 0},
    }
