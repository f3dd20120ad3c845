"""What the recordings say was there, but do not show being made."""

import copy
import functools
import json
import re
from pathlib import Path
from typing import Any

import yaml

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.storage.errors import Refusal
from tests.conformance.recorded import FOLDER, Exchange, Object, files, load, shown
from tests.conformance.states import Place, States

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IMAGE = re.compile(r'"image": "([^"]+)"')
_MISSING = ("rec-none", "none")
"""Namespaces that are asked for because there are none of that name."""
_EVERYWHERE = (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"))
"""What the controllers put into every new namespace."""
SHOP = "shop"


def namespaces(exchanges: list[Exchange]) -> list[str]:
    """The namespaces that are used in a file and not created in it."""
    used = {Place(each.path).namespace for each in exchanges} | {SHOP}
    made = {
        each.request["body"]["metadata"]["name"]
        for each in exchanges
        if each.method == "POST" and Place(each.path).resource == "namespaces" and each.status == 201
    }
    lists = [
        each.body["items"]
        for each in exchanges
        if each.path.startswith("/api/v1/namespaces?")
        and each.reads
        and isinstance(each.body, dict)
        and "items" in each.body
    ]
    used |= {item["metadata"]["name"] for items in lists for item in items}
    return sorted(used - made - {"", *_MISSING})


def definitions(exchanges: list[Exchange]) -> list[Object]:
    """The CRDs whose objects a file uses and which another file makes."""
    own = {each["spec"]["group"] for each in _made_definitions(exchanges)}
    used = {Place(each.path).group for each in exchanges} - own
    made = [crd for name in files() for crd in _made_definitions(load(name))]
    return [crd for crd in made if crd["spec"]["group"] in used]


def _made_definitions(exchanges: list[Exchange]) -> list[Object]:
    posts = [each for each in exchanges if each.method == "POST" and each.status == 201]
    return [each.request["body"] for each in posts if Place(each.path).resource == "customresourcedefinitions"]


def settled(recorded: Object, exchanges: list[Exchange], index: int) -> tuple[Object, str] | None:
    """An object that was just made as kubelets and controllers had it a moment later; and the version of that state.

    Of a pod that is never shown again, what another one of the same image and namespace had.
    """
    later = [obj for at, obj in shown(exchanges) if at > index]
    own = [obj for obj in later if obj["metadata"]["uid"] == recorded["metadata"]["uid"]]
    if recorded["kind"] in _COUNTED and own:
        return recorded | {"status": own[0]["status"]}, own[0]["metadata"]["resourceVersion"]
    if recorded["kind"] != "Pod" or not recorded.get("spec") or "nodeSelector" in recorded["spec"]:
        return None
    running = [obj for obj in own if _runs(obj)]
    if own and not running and not own[-1].get("spec", {}).get("nodeName"):
        return None
    image, namespace = recorded["spec"]["containers"][0]["image"], recorded["metadata"]["namespace"]
    pods = [obj for obj in later if obj["kind"] == "Pod" and _runs(obj) and obj["metadata"]["namespace"] == namespace]
    like = running or [obj for obj in pods if obj["spec"]["containers"][0]["image"] == image]
    if not like:
        return None
    spec = recorded["spec"] | {"nodeName": like[0]["spec"]["nodeName"]}
    return recorded | {"spec": spec, "status": like[0]["status"]}, like[0]["metadata"]["resourceVersion"]


_COUNTED = ("ResourceQuota", "PodDisruptionBudget")
"""Kinds whose controllers count something that requests are then judged by."""


def _runs(pod: Object) -> bool:
    return bool(pod.get("spec", {}).get("nodeName")) and not pod["metadata"].get("deletionTimestamp")


def settle_in(cluster: EmbeddedCluster, exchanges: list[Exchange]) -> None:
    """The namespaces that a file works in were made right before it."""
    there = {namespace["metadata"]["name"] for namespace in cluster.store.list("namespaces")}
    for namespace in namespaces(exchanges):
        if namespace not in there:
            cluster.add_namespace(namespace)


def _ground(cluster: EmbeddedCluster, exchanges: list[Exchange]) -> None:
    """The nodes. kwok plays the workers: it pulls nothing, so they have every image."""
    images = sorted(set(_IMAGE.findall(json.dumps([each.request for each in exchanges]))))
    for number in range(1, 6):
        worker = _node(f"worker-{number}", "kwok-0.8.0")
        worker["status"]["images"] = [{"names": [name], "sizeBytes": 1_048_576} for name in images]
        cluster.store.create(worker)
    edge = _node("edge-1", "v1.34.4", taints=[{"key": "edge", "value": "true", "effect": "NoSchedule"}])
    edge["metadata"]["labels"]["type"] = "kubelet"
    edge["metadata"]["creationTimestamp"] = "2026-11-21T09:20:56Z"
    edge["status"]["images"] = [{"names": [f"registry.example/{name}:1"], "sizeBytes": 1_048_576} for name in _PULLED]
    cluster.store.create(edge)


def furnish(file: str, cluster: EmbeddedCluster, exchanges: list[Exchange]) -> None:
    """The beginning of a replay with controllers: they make what else there was."""
    _ground(cluster, exchanges)
    for obj in _shop():
        if obj["kind"] not in ("CronJob",) or file in ("errors", "tables"):
            try:
                cluster.registry.create(obj)
            except Refusal:
                continue


def prepare(file: str, cluster: EmbeddedCluster, states: States, exchanges: list[Exchange]) -> None:
    """Everything that was there before the first exchange."""
    settle_in(cluster, exchanges)
    _ground(cluster, exchanges)
    own = [obj for _, obj in shown(exchanges)]
    planted: set[tuple[str, str, str]] = set()
    for obj in own + _elsewhere():
        namespace, name = obj["metadata"].get("namespace", ""), obj["metadata"]["name"]
        key = (obj["kind"], namespace, name)
        if key in planted or not (((obj["kind"], name) in _EVERYWHERE and obj in own) or namespace == SHOP):
            continue
        planted.add(key)
        states.plant(obj)
    _furnish(cluster, namespaces(exchanges))
    for obj in collected(exchanges):
        states.plant(obj)
    for obj in _shop() + [_job(number) for number in _JOBS.get(file, ())]:
        try:
            cluster.store.create(obj)
        except (Refusal, ValueError):
            continue  # it is there already, as the recordings show it; or a kind that our cluster does not have


def _job(number: int) -> Object:
    """A job of the shop's CronJob, which finished."""
    name = f"report-{number}"
    labels = {"batch.kubernetes.io/controller-uid": _JOB, "batch.kubernetes.io/job-name": name}
    labels |= {"controller-uid": _JOB, "job-name": name}
    container = {
        "name": "report",
        "image": "registry.example/report:1",
        "resources": {},
        "imagePullPolicy": "IfNotPresent",
    }
    container |= {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
    pod = {"containers": [container], "restartPolicy": "Never", "terminationGracePeriodSeconds": 30}
    pod |= {"dnsPolicy": "ClusterFirst", "securityContext": {}, "schedulerName": "default-scheduler"}
    spec = {"parallelism": 1, "completions": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": False}
    spec |= {
        "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": _JOB}},
        "podReplacementPolicy": "TerminatingOrFailed",
    }
    template = {"template": {"metadata": {"labels": labels}, "spec": pod}}
    metadata = {"name": name, "namespace": SHOP, "uid": _JOB, "labels": labels}
    status = {"succeeded": 1, "ready": 0, "terminating": 0}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec | template, "status": status}


_JOB = "8d8d69c1-5d23-4618-a7f8-c98fbb6cde70"
_JOBS = {"lists_and_watches": (29920894, 29920895, 29920896), "errors": (29920897,)}
"""Jobs of the shop that a file asks for and does not show, by their numbers."""


def collected(exchanges: list[Exchange]) -> list[Object]:
    """What is deleted in collections: nothing shows it before."""
    return [obj for each in exchanges if each.method == "DELETE" and "items" in (each.body or {}) for obj in gone(each)]


def gone(exchange: Exchange) -> list[Object]:
    """The items of the answer to a DELETE of a collection."""
    kind = {"kind": exchange.body["kind"].removesuffix("List"), "apiVersion": exchange.body["apiVersion"]}
    return [kind | item for item in exchange.body["items"]]


def _furnish(cluster: EmbeddedCluster, names: list[str]) -> None:
    """What the controllers of a real cluster put into each namespace, where the recording does not show it."""
    about = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as "
    about += "the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of "
    notes = {"kubernetes.io/description": about + "Kubernetes clusters."}
    for namespace in names:
        for kind, name, rest in (
            ("ServiceAccount", "default", {}),
            ("ConfigMap", "kube-root-ca.crt", {"data": {"ca.crt": "-----BEGIN CERTIFICATE-----"}}),
        ):
            metadata = {"name": name, "namespace": namespace} | ({"annotations": notes} if rest else {})
            try:
                cluster.store.create({"apiVersion": "v1", "kind": kind, "metadata": metadata, **rest})
            except Refusal:
                continue  # as the recording shows it


def _elsewhere() -> list[Object]:
    """The shop's objects as any file shows them: it was the same in all of them."""
    return [obj for name in files() if name != "old_etcd" for _, obj in shown(load(name)) if _of_shop(obj)]


def _of_shop(obj: Object) -> bool:
    return bool(obj["metadata"].get("namespace") == SHOP and obj["kind"] != "Event")


def _shop() -> list[Object]:
    path = Path(FOLDER).parent / "tools" / "realcluster" / "shop.yaml"
    return [_applied(doc) for doc in _parsed(path)] if path.is_file() else []


def _applied(doc: Object) -> Object:
    """As `kubectl apply` sends it: with a copy of itself."""
    twin = copy.deepcopy(doc)
    notes = twin["metadata"].setdefault("annotations", {})
    notes["kubectl.kubernetes.io/last-applied-configuration"] = (
        json.dumps(doc | {"metadata": {"annotations": {}} | doc["metadata"]}, sort_keys=True, separators=(",", ":"))
        + "\n"
    )
    return twin


@functools.cache
def _parsed(path: Path) -> list[Object]:
    return [doc for doc in yaml.load_all(path.read_text(), Loader=_Loader) if doc]


_PULLED = ("two", "tools", "stubborn", "side", "polite", "one", "exit1", "exit0", "app", "agent")
"""Images that edge-1 had when node_down begins; the files that use it are older or later, and use no others."""
_LABELS = {"beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux"}
_LABELS |= {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux"}


def _node(name: str, version: str, **spec: Any) -> Object:
    info = dict.fromkeys(("architecture", "operatingSystem", "kernelVersion", "osImage"), "")
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": _LABELS | {"kubernetes.io/hostname": name}},
        "spec": spec,
        "status": {
            "capacity": {"cpu": "32", "memory": "256Gi", "pods": "110"},
            "allocatable": {"cpu": "32", "memory": "256Gi", "pods": "110"},
            "conditions": [
                {
                    "type": "Ready",
                    "status": "True",
                    "reason": "KubeletReady",
                    "lastTransitionTime": "2026-11-21T09:00:00Z",
                }
            ],
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "nodeInfo": info | {"kubeletVersion": version, "containerRuntimeVersion": version},
        },
    }
