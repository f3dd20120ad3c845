"""What the recordings say was there, but do not show being made."""

from pathlib import Path
from typing import Any

import yaml

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.storage.errors import Refusal
from tests.conformance.recorded import FOLDER, Exchange, Object, files, load, shown
from tests.conformance.states import Place, States

_MISSING = ("rec-none", "none")
"""Namespaces that are asked for because there are none of that name."""
_EVERYWHERE = (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"))
"""What the controllers put into every new namespace."""
SHOP = "shop"

AFTER: dict[str, dict[str, list[Object]]] = {
    "lists_and_watches": {
        "71 watch from the list's resourceVersion with bookmarks, 5 s, while pods change": [
            {"merge": {"metadata": {"labels": {"touched": "yes"}}}, "path": "/api/v1/namespaces/rec-lists/pods/p0"},
        ],
        "73 watch with a field selector on the name": [
            {"merge": {"metadata": {"labels": {"app": "left"}}}, "path": "/api/v1/namespaces/rec-lists/pods/p1"},
            {"merge": {"metadata": {"labels": {"app": "a"}}}, "path": "/api/v1/namespaces/rec-lists/pods/p2"},
        ],
        "92 watch-list: sendInitialEvents=true": [
            {
                "merge": {"metadata": {"annotations": {"after": "the initial events"}}},
                "path": "/api/v1/namespaces/rec-lists/pods/late",
            },
        ],
    },
    "tables": {
        "83 Table watch (from a list's resourceVersion)": [
            {
                "post": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "fresh"}, "data": {"a": "1"}},
                "path": "/api/v1/namespaces/rec-tables/configmaps",
            },
            {"merge": {"data": {"b": "2"}}, "path": "/api/v1/namespaces/rec-tables/configmaps/fresh"},
            {"delete": {}, "path": "/api/v1/namespaces/rec-tables/configmaps/fresh"},
        ],
    },
}
"""Writes that were made while a watch was open, by file and the exchange after which they come."""


def namespaces(exchanges: list[Exchange]) -> list[str]:
    """The namespaces that are used in a file and not created in it."""
    used = {Place(each.path).namespace for each in exchanges} | {SHOP}
    made = {
        each.request["body"]["metadata"]["name"]
        for each in exchanges
        if each.method == "POST" and Place(each.path).resource == "namespaces" and each.status == 201
    }
    return sorted(used - made - {"", *_MISSING})


def prepare(cluster: EmbeddedCluster, states: States, exchanges: list[Exchange]) -> None:
    """Everything that was there before the first exchange."""
    for name in namespaces(exchanges):
        if cluster.store.table(cluster.catalog.named("namespaces")).entries.get(f"/{name}") is None:
            cluster.add_namespace(name)
    for number in range(1, 6):
        cluster.store.create(_node(f"worker-{number}", "kwok-0.8.0"))
    cluster.store.create(_node("edge-1", "v1.34.4", taints=[{"key": "edge", "value": "true", "effect": "NoSchedule"}]))
    own = [obj for _, obj in shown(exchanges)]
    planted: set[tuple[str, str, str]] = set()
    for obj in own + _elsewhere():
        namespace, name = obj["metadata"].get("namespace", ""), obj["metadata"]["name"]
        key = (obj["kind"], namespace, name)
        if key in planted or not (((obj["kind"], name) in _EVERYWHERE and obj in own) or namespace == SHOP):
            continue
        planted.add(key)
        states.plant(obj)
    for obj in _shop():
        try:
            cluster.store.create(obj)
        except (Refusal, ValueError):
            continue  # it is there already, as the recordings show it; or a kind that our cluster does not have


def _elsewhere() -> list[Object]:
    """The shop's objects as any file shows them: it was the same in all of them."""
    return [obj for name in files() if name != "old_etcd" for _, obj in shown(load(name)) if _of_shop(obj)]


def _of_shop(obj: Object) -> bool:
    return bool(obj["metadata"].get("namespace") == SHOP and obj["kind"] != "Event")


def _shop() -> list[Object]:
    path = Path(FOLDER).parent / "tools" / "realcluster" / "shop.yaml"
    return [doc for doc in yaml.safe_load_all(path.read_text()) if doc] if path.is_file() else []


def _node(name: str, version: str, **spec: Any) -> Object:
    info = dict.fromkeys(("architecture", "operatingSystem", "kernelVersion", "osImage"), "")
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": spec,
        "status": {
            "capacity": {"cpu": "32", "memory": "256Gi", "pods": "110"},
            "allocatable": {"cpu": "32", "memory": "256Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "nodeInfo": info | {"kubeletVersion": version, "containerRuntimeVersion": version},
        },
    }
