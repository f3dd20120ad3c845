"""Related objects, of what the embedded cluster's controllers made; everything is read over HTTP, with its wants."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.demo.storage.objects import Object
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.kinds import (
    AUTOSCALERS,
    BUDGETS,
    BUILT_IN,
    CONFIG_MAPS,
    CRON_JOBS,
    DEPLOYMENTS,
    INGRESSES,
    NAMESPACES,
    NETWORK_POLICIES,
    NODES,
    PODS,
    SECRETS,
    SERVICE_ACCOUNTS,
    SERVICES,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
    VOLUMES,
    Kind,
)
from k8stui.model.related import Known, Relation, lines, related, wants
from k8stui.model.relations.base import USUAL
from tests.support import owned
from tests.support.around import Living, living, pod, targets, texts

Row = tuple[str, str, str]


@pytest.fixture
async def land() -> AsyncIterator[Living]:
    async with living("empty") as found:
        yield found


async def relations(
    land: Living, kind: Kind, name: str, namespace: str = "default", known: Known = USUAL
) -> list[Relation]:
    obj = await land.one(kind, name, namespace)
    subject = await land.subject(kind, obj, lambda of, each, around: wants(of, each, around, known))
    assert not subject.missing
    return related(subject, known)


def rows(found: list[Relation], how: str) -> list[tuple[str, str]]:
    """Title and note of one sort."""
    return [(each.title, each.note) for each in found if each.how == how]


def faults(found: list[Relation]) -> list[tuple[str, str]]:
    return [(each.title, each.note) for each in found if each.tone is Tone.BAD]


def obj(kind: str, name: str, api: str = "v1", meta: Object | None = None, **parts: Any) -> Object:
    return {"kind": kind, "apiVersion": api, "metadata": {"name": name, **(meta or {})}, **parts}


# ---- the shop


async def test_a_pod_has_owners_up_the_whole_chain_and_all_that_brings_traffic() -> None:
    async with living("shop") as shop:
        found = await relations(shop, PODS, "cart-", "shop")
    assert [(each.title.split("-")[0], each.depth) for each in found if each.how == "owner"] == [
        ("ReplicaSet cart", 0),
        ("Deployment cart", 1),
    ]
    assert rows(found, "service") == [("Service cart", "3 of 3 endpoints ready")]
    assert rows(found, "ingress") == [("Ingress shop", "shop.example/cart")]
    assert rows(found, "budget") == [("PodDisruptionBudget cart", "allows 0 (3 healthy, 3 needed)")]
    assert next(each.tone for each in found if each.how == "budget") is Tone.WARNING
    assert rows(found, "service account") == [("ServiceAccount default", "")]


async def test_a_deployment_owns_its_sets_and_their_pods() -> None:
    async with living("shop") as shop:
        found = await relations(shop, DEPLOYMENTS, "checkout", "shop")
    down = [(each.title.rpartition("-")[0].partition("-")[0], each.depth) for each in found if each.how == "owned"]
    assert down == [
        *[("ReplicaSet checkout", 0), ("Pod checkout", 1)],
        *[("ReplicaSet checkout", 0), *[("Pod checkout", 1)] * 3],
        ("ReplicaSet checkout", 0),
    ]
    assert ("Secret mirror-credentials", "missing, pull secret") in faults(found)


async def test_a_stateful_set_its_claims_and_their_volumes() -> None:
    async with living("shop") as shop:
        found = await relations(shop, STATEFUL_SETS, "sessions", "shop")
        assert rows(found, "volume claim") == [(f"PersistentVolumeClaim data-sessions-{n}", "bound") for n in range(3)]
        found = await relations(shop, PODS, "sessions-0", "shop")
        assert rows(found, "volume claim") == [("PersistentVolumeClaim data-sessions-0", "bound, volume data")]
        (volume,) = [each for each in found if each.how == "volume"]
        found = await relations(shop, VOLUME_CLAIMS, "data-sessions-0", "shop")
        assert [each.target for each in found if each.how == "volume"] == [volume.target]
        assert rows(found, "used by") == [("Pod sessions-0", "volume data, Running, 1/1 ready")]
        assert rows(found, "storage class") == [("StorageClass standard", "rancher.io/local-path")]
        assert volume.target is not None
        found = await relations(shop, VOLUMES, volume.target.name)
        assert rows(found, "volume claim") == [("PersistentVolumeClaim data-sessions-0", "bound")]


async def test_who_uses_a_config_map() -> None:
    async with living("shop") as shop:
        found = await relations(shop, CONFIG_MAPS, "coredns", "kube-system")
        used = rows(found, "used by")
        assert used[0] == ("Deployment coredns", "volume coredns")
        assert [title.startswith("Pod coredns-") for title, _ in used[1:]] == [True, True]
        found = await relations(shop, SECRETS, "sh.helm", "ingress-nginx")
        assert rows(found, "used by") == [("no pod and no workload of its namespace", "")]


async def test_nodes_namespaces_budgets_cron_jobs() -> None:
    async with living("shop") as shop:
        found = await relations(shop, NODES, "worker-c2")
        assert ("Pod thumbnailer-0", "Running, 1/1 ready") in rows(found, "pod")
        found = await relations(shop, NAMESPACES, "payments")
        assert ("CronJob reconcile", "suspended") in rows(found, "workload")
        found = await relations(shop, BUDGETS, "cart", "shop")
        assert len(rows(found, "pod")) == 3
        found = await relations(shop, CRON_JOBS, "reports", "payments")
        assert [(each.title.partition("-")[0], each.depth) for each in found if each.how == "owned"][:2] == [
            ("Job reports", 0),
            ("Pod reports", 1),
        ]
        found = await relations(shop, PODS, "sessions-2", "shop")
        assert ("Node worker-c1", "not heard of") in faults(found)


# ---- what is not there


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


# ---- what holds for pods


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


# ---- for reading


def test_lines_are_grouped_and_lead_somewhere() -> None:
    account = next(kind for kind in BUILT_IN.values() if kind.plural == "serviceaccounts")
    found = related(Subject(PODS, {"metadata": {"name": "a", "namespace": "b"}, "spec": {"nodeName": "n1"}}, {}))
    read = lines(found, ["Secrets cannot be listed.", "Secrets cannot be listed."])
    assert texts(read) == "Node\n  Node n1\nService account\n  ServiceAccount default\nSecrets cannot be listed."
    assert targets(read) == [("Node", "n1"), (account.kind, "default")]
    assert read[-1] == Line("Secrets cannot be listed.", Tone.MUTED)
    bad = lines([Relation("secret", "Secret x", None, "missing", Tone.BAD)])
    assert bad[1].spans == ((12, 19, Tone.BAD),)


def test_objects_of_any_shape_break_nothing() -> None:
    oddities: tuple[Object, ...] = (
        {},
        {"metadata": {"ownerReferences": "x"}, "spec": [], "status": 5},
        {
            "metadata": {"ownerReferences": [{"kind": 7}]},
            "spec": {"selector": 3, "template": {"spec": {"volumes": [1]}}},
        },
        {"spec": {"rules": [{"http": None}], "tls": [5], "scaleTargetRef": [], "volumes": [{"configMap": 1}]}},
    )
    strange = Kind("things.example.com", "v1", "things", "Thing")
    for odd in oddities:
        for kind in (*BUILT_IN.values(), strange):
            found = wants(kind, odd, {})
            assert len({want.name for want in found}) == len(found)
            around = {want.name: list(oddities) for want in found}
            lines(related(Subject(kind, odd, around)))
