"""How often an update says the same, what it may not change, and what statuses may say."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.storage.errors import Refusal

TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "m", "image": "i"}]}}
SET = {"selector": {"matchLabels": {"a": "b"}}, "template": TEMPLATE}
RBAC = "rbac.authorization.k8s.io/v1"
OBJECTS: dict[str, dict[str, Any]] = {
    "ConfigMap": {"apiVersion": "v1"},
    "Service": {"apiVersion": "v1", "spec": {"ports": [{"port": 80}]}},
    "PersistentVolumeClaim": {
        "apiVersion": "v1",
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    },
    "Deployment": {"apiVersion": "apps/v1", "spec": SET},
    "StatefulSet": {"apiVersion": "apps/v1", "spec": SET | {"serviceName": "x"}},
    "DaemonSet": {"apiVersion": "apps/v1", "spec": SET},
    "PodDisruptionBudget": {"apiVersion": "policy/v1", "spec": {"minAvailable": 1}},
    "Role": {"apiVersion": RBAC, "rules": []},
    "RoleBinding": {"apiVersion": RBAC, "roleRef": {"kind": "Role", "name": "r"}},
    "Pod": {"apiVersion": "v1", "spec": TEMPLATE["spec"]},
}


def made(cluster: EmbeddedCluster, kind: str) -> dict[str, Any]:
    obj = {"kind": kind, **OBJECTS[kind], "metadata": {"name": "x", "namespace": "default"}}
    return cluster.registry.create(obj)


def causes(cluster: EmbeddedCluster, obj: dict[str, Any], *, status: bool = False) -> list[dict[str, str]]:
    write = cluster.registry.update_status if status else cluster.registry.update
    with pytest.raises(Refusal) as refused:
        write(obj, dry=True)
    assert refused.value.code == 422
    assert refused.value.details is not None
    found: list[dict[str, str]] = refused.value.details["causes"]
    return found


@pytest.mark.parametrize(
    ("kind", "labels", "finalizers", "kept"),
    [
        ("ConfigMap", 4, 2, 2),
        ("Service", 3, 1, 2),
        ("PersistentVolumeClaim", 5, 3, 2),
        ("Deployment", 3, 1, 2),
        ("PodDisruptionBudget", 2, 0, 1),
        ("Role", 5, 3, 2),
    ],
)
async def test_causes_repeat_what_the_message_says_once(
    cluster: EmbeddedCluster, kind: str, labels: int, finalizers: int, kept: int
) -> None:
    obj = made(cluster, kind)
    for name, value, count in (
        ("labels", {"a b": "c"}, labels),
        ("uid", "other", kept),
        ("deletionTimestamp", "2020-01-01T00:00:00Z", kept),
    ):
        assert len(causes(cluster, obj | {"metadata": obj["metadata"] | {name: value}})) == count
    bare = obj | {"metadata": obj["metadata"] | {"finalizers": ["nodomain"]}}
    if finalizers:
        assert len(causes(cluster, bare)) == finalizers
    else:
        assert cluster.registry.update(bare, dry=True)["metadata"]["finalizers"] == ["nodomain"]


async def test_a_prefix_of_names_may_change(cluster: EmbeddedCluster) -> None:
    obj = made(cluster, "ConfigMap")
    changed = cluster.registry.update(obj | {"metadata": obj["metadata"] | {"generateName": "x-"}}, dry=True)
    assert changed["metadata"]["generateName"] == "x-"


async def test_a_binding_is_judged_as_new_and_as_changed(cluster: EmbeddedCluster) -> None:
    obj = made(cluster, "RoleBinding")
    found = causes(cluster, obj | {"roleRef": obj["roleRef"] | {"kind": "X"}})
    assert [(each["field"], each["reason"]) for each in found] == [
        ("roleRef.kind", "FieldValueNotSupported"),
        ("roleRef.kind", "FieldValueNotSupported"),
        ("roleRef", "FieldValueInvalid"),
    ]


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("Service", {"ports": [{"port": 0}]}, "spec.ports[0].targetPort"),
        ("Service", {"externalIPs": ["x"]}, "spec.externalIPs[0]"),
        ("Service", {"selector": {"b d": "x"}}, "spec.selector"),
        ("Service", {"externalTrafficPolicy": "Local"}, "spec.externalTrafficPolicy"),
        ("Service", {"internalTrafficPolicy": "X"}, "spec.internalTrafficPolicy"),
        ("Service", {"ipFamilyPolicy": "X"}, "spec.ipFamilyPolicy"),
        ("StatefulSet", {"ordinals": {"start": -1}}, "spec.ordinals.start"),
        (
            "StatefulSet",
            {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "X"}},
            "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
        ),
        (
            "DaemonSet",
            {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}},
            "spec.updateStrategy.rollingUpdate.maxSurge",
        ),
        ("PersistentVolumeClaim", {"volumeMode": "Block"}, "volumeMode"),
        ("PersistentVolumeClaim", {"accessModes": ["ReadWriteOncePod", "ReadWriteMany"]}, "spec.accessModes"),
        ("PersistentVolumeClaim", {"resources": {}}, "spec.resources.requests.storage"),
        ("Pod", {"schedulingGates": [{"name": "a/b"}]}, "spec.schedulingGates[0].name"),
    ],
)
async def test_specs(cluster: EmbeddedCluster, kind: str, change: dict[str, Any], field: str) -> None:
    obj = made(cluster, kind)
    assert field in [each["field"] for each in causes(cluster, obj | {"spec": obj["spec"] | change})]


@pytest.mark.parametrize(
    ("kind", "status", "fields"),
    [
        ("Deployment", {"replicas": -3}, ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"]),
        ("Deployment", {"replicas": 2, "availableReplicas": 1}, ["availableReplicas"]),
        ("StatefulSet", {"replicas": 1, "currentReplicas": 2}, ["currentReplicas"]),
        ("PodDisruptionBudget", {"disruptionsAllowed": -1}, ["disruptionsAllowed"]),
        (
            "PodDisruptionBudget",
            {"conditions": [{"type": "X", "status": "Y"}]},
            [f"conditions[0].{name}" for name in ("status", "lastTransitionTime", "reason")],
        ),
    ],
)
async def test_statuses(cluster: EmbeddedCluster, kind: str, status: dict[str, Any], fields: list[str]) -> None:
    obj = made(cluster, kind)
    found = causes(cluster, obj | {"status": status}, status=True)
    assert [each["field"] for each in found] == [f"status.{field}" for field in fields]


async def test_a_namespace_that_goes_is_terminating(cluster: EmbeddedCluster) -> None:
    obj = cluster.store.get("namespaces", "default")
    (found,) = causes(cluster, obj | {"status": {"phase": "X"}}, status=True)
    assert found["message"] == "Invalid value: \"X\": may only be 'Active' if `deletionTimestamp` is empty"


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ({"podIP": "10.1.0.1"}, {"podIP": "10.1.0.1", "podIPs": [{"ip": "10.1.0.1"}]}),
        ({"podIPs": [{"ip": "10.1.0.2"}]}, {"podIP": "10.1.0.2", "podIPs": [{"ip": "10.1.0.2"}]}),
        ({"qosClass": "Guaranteed"}, {}),
    ],
)
async def test_a_pods_status_is_made_whole(
    cluster: EmbeddedCluster, status: dict[str, Any], shown: dict[str, Any]
) -> None:
    obj = made(cluster, "Pod")
    assert cluster.registry.update_status(obj | {"status": status})["status"] == {"qosClass": "BestEffort"} | shown


async def test_events_stand_where_their_object_is(cluster: EmbeddedCluster) -> None:
    event = {"kind": "Event", "apiVersion": "v1", "metadata": {"name": "E", "namespace": "default"}}
    assert cluster.registry.create(event | {"involvedObject": {"kind": "Node", "name": "n"}})
    cluster.add_namespace("other")
    with pytest.raises(Refusal, match="does not match event"):
        cluster.registry.create({**event, "metadata": {"name": "e", "namespace": "other"}})
