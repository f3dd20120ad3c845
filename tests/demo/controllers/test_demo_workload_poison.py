"""What no server would take is in the store all the same: nobody else's controllers are disturbed by it."""

from typing import Any

import pytest

from k8stui.demo.controllers.workloads import workloads
from tests.support.inside import Inside
from tests.support.owned import owner
from tests.support.podplay import PodPlay

Object = dict[str, Any]

KINDS = (
    ("Deployment", "apps/v1"),
    ("ReplicaSet", "apps/v1"),
    ("StatefulSet", "apps/v1"),
    ("DaemonSet", "apps/v1"),
    ("Job", "batch/v1"),
    ("CronJob", "batch/v1"),
    ("Pod", "v1"),
    ("ControllerRevision", "apps/v1"),
    ("PersistentVolumeClaim", "v1"),
    ("PersistentVolume", "v1"),
    ("Node", "v1"),
)
POISON: tuple[Object, ...] = (
    {},
    {"spec": "no"},
    {"spec": {}},
    {"spec": {"selector": 7, "template": [], "replicas": "many"}},
    {"spec": {"selector": {"matchLabels": {"app": 3}}, "volumes": [None], "claimRef": [], "taints": 5}},
    {"metadata": {"labels": ["app"]}},
    {"metadata": {"ownerReferences": [{"controller": True, "kind": "Job"}]}},
    {"metadata": {"ownerReferences": [{"controller": True, "kind": "ReplicaSet", "name": "web", "uid": 7}]}},
)


@pytest.mark.parametrize(("kind", "version"), KINDS)
def test_the_others_live_on(inside: Inside, kind: str, version: str) -> None:
    workloads(inside.world)
    PodPlay(inside)
    for number, poison in enumerate(POISON):
        meta = {"name": f"bad-{number}", "namespace": "default", **poison.get("metadata", {})}
        inside.store.create({"kind": kind, "apiVersion": version, **poison, "metadata": meta})
    inside.registry.create(owner("Deployment", replicas=2))
    for _ in range(100):
        inside.clock.advance(0.1)
        inside.agenda.catch_up()
    assert inside.get("deployments.apps", "web")["status"]["readyReplicas"] == 2
    found = inside.get("deployments.apps", "web")
    found["spec"]["replicas"] = 3
    inside.registry.update(found)
    for _ in range(50):
        inside.clock.advance(0.1)
        inside.agenda.catch_up()
    assert inside.get("deployments.apps", "web")["status"]["readyReplicas"] == 3
