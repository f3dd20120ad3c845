"""Claims are bound when there is a class for them, and say why not otherwise."""

from typing import Any

import pytest

from k8stui.demo.controllers.volumes import PROTECTION, Volumes
from tests.support.inside import Inside
from tests.support.owned import template

Object = dict[str, Any]


def claim(name: str = "data", **spec: Any) -> Object:
    body = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}, **spec}
    meta = {"name": name, "namespace": "default"}
    return {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": meta, "spec": body}


@pytest.fixture
def world(inside: Inside) -> Inside:
    of = {"kind": "StorageClass", "apiVersion": "storage.k8s.io/v1", "metadata": {"name": "local-path"}}
    inside.registry.create(of | {"provisioner": "rancher.io/local-path", "reclaimPolicy": "Delete"})
    Volumes(inside.world)
    return inside


def test_a_claim_with_a_class_gets_a_volume_of_its_own(world: Inside) -> None:
    made = world.registry.create(claim(storageClassName="local-path"))
    world.step(1)
    found = world.get("persistentvolumeclaims", "data")
    assert found["status"] == {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "2Gi"}}
    assert found["spec"]["volumeName"] == f"pvc-{made['metadata']['uid']}"
    volume = world.get("persistentvolumes", found["spec"]["volumeName"], "")
    assert volume["status"]["phase"] == "Bound"
    assert volume["spec"]["claimRef"]["uid"] == made["metadata"]["uid"]
    before = world.store.revision
    world.step(600)
    assert world.store.revision == before


def test_without_a_class_it_waits_and_says_so(world: Inside) -> None:
    world.registry.create(claim(storageClassName=""))
    world.registry.create(claim("other", storageClassName="fast"))
    world.step(1)
    assert {each["status"]["phase"] for each in world.store.list("persistentvolumeclaims")} == {"Pending"}
    assert {(each["type"], each["reason"], each["message"]) for each in world.store.list("events")} == {
        ("Normal", "FailedBinding", "no persistent volumes available for this claim and no storage class is set"),
        ("Warning", "ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found'),
    }


def test_a_claim_that_is_in_use_stays_until_the_pod_has_gone(world: Inside) -> None:
    made = claim(storageClassName="local-path")
    made["metadata"]["finalizers"] = [PROTECTION]
    world.registry.create(made)
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    meta = {"name": "user", "namespace": "default"}
    spec = template()["spec"] | {"volumes": volumes}
    world.registry.create({"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": spec})
    world.step(1)
    world.registry.delete("persistentvolumeclaims", "data", "default")
    world.step(5)
    assert world.get("persistentvolumeclaims", "data")["metadata"]["deletionTimestamp"]
    world.store.delete("pods", "user", "default")
    world.step(5)
    assert world.store.list("persistentvolumeclaims") == []
    assert world.store.list("persistentvolumes") == []


def test_a_volume_that_nobody_claims_is_available_and_can_be_deleted(world: Inside) -> None:
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/data"}}
    world.registry.create({"kind": "PersistentVolume", "apiVersion": "v1", "metadata": {"name": "v"}, "spec": spec})
    world.step(1)
    assert world.get("persistentvolumes", "v", "")["status"]["phase"] == "Available"
    world.registry.delete("persistentvolumes", "v")
    world.step(1)
    assert world.store.list("persistentvolumes") == []


def test_a_volume_that_is_bound_outlives_its_own_deletion(world: Inside) -> None:
    world.registry.create(claim(storageClassName="local-path"))
    world.step(1)
    (volume,) = world.store.list("persistentvolumes")
    world.registry.delete("persistentvolumes", volume["metadata"]["name"])
    world.step(5)
    assert world.store.list("persistentvolumes")[0]["metadata"]["deletionTimestamp"]
    world.registry.delete("persistentvolumeclaims", "data", "default")
    world.step(5)
    assert world.store.list("persistentvolumes") == []


def volume(name: str, size: str, **spec: Any) -> Object:
    body = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/data"}, **spec}
    return {"kind": "PersistentVolume", "apiVersion": "v1", "metadata": {"name": name}, "spec": body}


def test_a_claim_takes_the_smallest_volume_that_fits(world: Inside) -> None:
    for name, size in (("large", "9Gi"), ("fitting", "3Gi"), ("small", "1Gi")):
        world.registry.create(volume(name, size, storageClassName="by-hand", persistentVolumeReclaimPolicy="Retain"))
    world.registry.create(claim(storageClassName="by-hand"))
    world.step(1)
    found, bound = world.get("persistentvolumeclaims", "data"), world.get("persistentvolumes", "fitting", "")
    assert (found["spec"]["volumeName"], found["status"]["capacity"]) == ("fitting", {"storage": "3Gi"})
    assert (bound["status"]["phase"], bound["spec"]["claimRef"]["name"]) == ("Bound", "data")
    world.registry.delete("persistentvolumeclaims", "data", "default")
    world.step(1)
    assert world.get("persistentvolumes", "fitting", "")["status"]["phase"] == "Released"


def test_a_claim_waits_for_a_volume_that_somebody_makes_by_hand(world: Inside) -> None:
    of = {"kind": "StorageClass", "apiVersion": "storage.k8s.io/v1", "metadata": {"name": "by-hand"}}
    world.registry.create(of | {"provisioner": "kubernetes.io/no-provisioner"})
    world.registry.create(claim(storageClassName="by-hand"))
    world.step(1)
    assert world.get("persistentvolumeclaims", "data")["status"] == {"phase": "Pending"}
    assert [each["reason"] for each in world.store.list("events")] == ["ProvisioningFailed"]
    world.registry.create(volume("made", "2Gi", storageClassName="by-hand"))
    world.step(1)
    assert world.get("persistentvolumeclaims", "data")["status"]["phase"] == "Bound"
