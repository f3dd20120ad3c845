"""Relations to what is not there, and rules that hold for pods: made and read over HTTP in the embedded cluster."""

from collections.abc import AsyncIterator

import pytest

from k8stui.demo.storage.objects import Object
from k8stui.model.columns import Tone
from k8stui.model.kinds import (
    AUTOSCALERS,
    DEPLOYMENTS,
    INGRESSES,
    NETWORK_POLICIES,
    PODS,
    SECRETS,
    SERVICE_ACCOUNTS,
    SERVICES,
)
from tests.support import owned
from tests.support.around import Living, faults, living, obj, pod, relations, rows


@pytest.fixture
async def land() -> AsyncIterator[Living]:
    async with living("empty") as found:
        yield found


async def test_dangling_references_of_a_pod_are_faults(land: Living) -> None:
    env = [
        {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "there", "key": "lost"}}},
        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "maybe", "key": "x", "optional": True}}},
    ]
    volumes: list[Object] = [
        {"name": "v", "secret": {"secretName": "cert"}},
        {"name": "d", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "p", "projected": {"sources": [{"configMap": {"name": "more"}}]}},
    ]
    given = pod(env=env, envFrom=[{"configMapRef": {"name": "gone"}}], spec={"volumes": volumes})
    await land.make(obj("ConfigMap", "there", data={"kept": "1"}), given)
    found = await relations(land, PODS, "one")
    assert faults(found) == [
        ("ConfigMap gone", "missing, envFrom of container app"),
        ("ConfigMap more", "missing, volume p"),
        ("ConfigMap there", "has no key lost, env A of container app"),
        ("Secret cert", "missing, volume v"),
        ("PersistentVolumeClaim data", "missing, volume d"),
    ]
    assert ("Secret maybe", "missing, but optional, env B of container app") in rows(found, "secret")


async def test_owners_that_are_gone_or_others(land: Living) -> None:
    row = {"apiVersion": "v1", "kind": "ConfigMap", "name": "parent", "uid": "0000", "controller": True}
    strange = {"apiVersion": "example.com/v1", "kind": "Thing", "name": "x", "uid": "1111"}
    await land.make(obj("Secret", "child", meta={"ownerReferences": [row, strange]}))
    found = await relations(land, SECRETS, "child")
    assert rows(found, "owner") == [
        ("ConfigMap parent", "missing: what it owned will be deleted"),
        ("Thing x", "not its controller, kind not known"),
    ]
    await land.make(obj("ConfigMap", "parent"))
    (first, _) = rows(await relations(land, SECRETS, "child"), "owner")
    assert first[1].startswith("another object of that name")


async def test_a_service_that_selects_nothing_and_one_with_a_wrong_port(land: Living) -> None:
    ports = [{"port": 80, "targetPort": "http"}]
    await land.make(
        obj("Service", "lone", spec={"selector": {"app": "nobody"}, "ports": ports}),
        obj("Service", "web", spec={"selector": {"app": "web"}, "ports": ports}),
        obj("Service", "out", spec={"type": "ExternalName", "externalName": "db.example"}),
        owned.owner("Deployment", replicas=1),
    )
    land.step(20)
    found = await relations(land, SERVICES, "lone")
    assert ("no pod", "its selector app=nobody matches none") in faults(found)
    found = await relations(land, SERVICES, "web")
    assert ("targetPort http", "no container of its pods declares it") in faults(found)
    found = await relations(land, SERVICES, "out")
    assert [(each.title, each.tone) for each in found] == [("ExternalName db.example", Tone.PLAIN)]


def backend(service: str, port: object) -> Object:
    return {"service": {"name": service, "port": {"name": port} if isinstance(port, str) else {"number": port}}}


async def test_an_ingress_says_each_fault_at_its_place(land: Living) -> None:
    paths = [
        {"path": path, "pathType": "Prefix", "backend": to}
        for path, to in (
            ("/", backend("web", 80)),
            ("/gone", backend("gone", 80)),
            ("/port", backend("web", "https")),
            ("/empty", backend("empty", 80)),
        )
    ]
    tls = [{"hosts": ["a.example"], "secretName": "cert"}, {"secretName": "odd"}]
    rule = {"host": "a.example", "http": {"paths": paths}}
    template = owned.template("web")
    template["spec"]["containers"][0]["ports"] = [{"containerPort": 80}]
    await land.make(
        obj("Service", "web", spec={"selector": {"app": "web"}, "ports": [{"port": 80}]}),
        obj("Service", "empty", spec={"selector": {"app": "nobody"}, "ports": [{"port": 80}]}),
        obj("Secret", "odd", data={"x": "eA=="}),
        owned.owner("Deployment", pod=template, replicas=2),
        obj("Ingress", "shop", "networking.k8s.io/v1", spec={"ingressClassName": "none", "tls": tls, "rules": [rule]}),
        obj("Ingress", "bare", "networking.k8s.io/v1", spec={"defaultBackend": backend("web", 80)}),
    )
    land.step(20)
    found = await relations(land, INGRESSES, "shop")
    assert faults(found) == [
        ("IngressClass none", "missing: nobody carries it out"),
        ("a.example/gone → gone:80", "no Service gone"),
        ("a.example/port → web:https", "the Service web has no port https"),
        ("a.example/empty → empty:80", "no endpoints"),
        ("Secret cert", "missing, TLS of a.example"),
        ("Secret odd", "has no tls.crt and tls.key, TLS of *"),
    ]
    assert ("a.example/ → web:80", "2 of 2 endpoints ready") in rows(found, "route")
    found = await relations(land, INGRESSES, "bare")
    assert rows(found, "route") == [("* → web:80", "2 of 2 endpoints ready")]
    assert rows(found, "class")[0][0] == "no class"


async def test_network_policies_with_expressions_and_what_they_isolate(land: Living) -> None:
    policy = "networking.k8s.io/v1"
    chosen = {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "db"]}]}
    allow: list[Object] = [{"from": [{"podSelector": {}}]}]
    await land.make(
        obj("NetworkPolicy", "in", policy, spec={"podSelector": chosen, "policyTypes": ["Ingress"], "ingress": allow}),
        obj("NetworkPolicy", "all", policy, spec={"podSelector": {}, "policyTypes": ["Egress"]}),
        obj("NetworkPolicy", "other", policy, spec={"podSelector": {"matchLabels": {"app": "db"}}}),
        pod(meta={"labels": {"app": "web"}}),
    )
    land.step(5)
    found = await relations(land, PODS, "one")
    assert sorted(rows(found, "network policy")) == [
        ("NetworkPolicy all", "egress: nothing"),
        ("NetworkPolicy in", "ingress: 1 rule"),
        ("isolated: ingress, egress", "only what these policies allow gets through"),
    ]
    assert [title for title, _ in rows(await relations(land, NETWORK_POLICIES, "in"), "pod")] == ["Pod one"]


async def test_autoscalers_and_rights(land: Living) -> None:
    def scaler(name: str, to: str) -> Object:
        of = {"apiVersion": "apps/v1", "kind": "Deployment", "name": to}
        return obj("HorizontalPodAutoscaler", name, "autoscaling/v2", spec={"scaleTargetRef": of, "maxReplicas": 5})

    rbac = "rbac.authorization.k8s.io/v1"
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
    subjects = [{"kind": "ServiceAccount", "name": "robot", "namespace": "default"}]
    await land.make(
        scaler("web", "web"),
        scaler("lost", "gone"),
        obj("ServiceAccount", "robot"),
        obj("ClusterRoleBinding", "robots", rbac, roleRef=role, subjects=subjects),
        owned.owner("Deployment", pod=owned.template("web", serviceAccountName="robot"), replicas=1),
    )
    land.step(10)
    found = await relations(land, DEPLOYMENTS, "web")
    assert [title for title, _ in rows(found, "autoscaler")] == ["HorizontalPodAutoscaler web"]
    assert rows(found, "role binding") == [("ClusterRoleBinding robots", "ClusterRole cluster-admin")]
    found = await relations(land, PODS, "web")
    assert [title for title, _ in rows(found, "autoscaler")] == ["HorizontalPodAutoscaler web"]
    assert faults(await relations(land, AUTOSCALERS, "lost")) == [("Deployment gone", "missing")]
    assert rows(await relations(land, SERVICE_ACCOUNTS, "robot"), "used by") == [("Deployment web", "")]
