"""Related objects, of what the embedded cluster's controllers made; everything is read over HTTP, with its wants."""

from k8stui.demo.storage.objects import Object
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.kinds import (
    BUDGETS,
    BUILT_IN,
    CONFIG_MAPS,
    CRON_JOBS,
    DEPLOYMENTS,
    NAMESPACES,
    NODES,
    PODS,
    SECRETS,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
    VOLUMES,
    Kind,
)
from k8stui.model.related import KnownKinds, Relation, lines, related, wants
from tests.support.around import faults, living, relations, rows, targets, texts

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


async def test_kinds_as_discovery_describes_them_are_the_same_kinds() -> None:
    async with living("shop") as shop:
        found = Kind("", "v1", "pods", "Pod", "pod", True, (), ("get", "list", "patch"), ("all",), ("log",))
        apps = [("deployments", "Deployment"), ("replicasets", "ReplicaSet")]
        known = KnownKinds(Kind("apps", "v1", plural, kind, verbs=("list", "delete")) for plural, kind in apps)
        rows_ = await relations(shop, found, "cart-", "shop", known)
    assert rows(rows_, "owner")[1] == ("Deployment cart", "3 of 3 ready")
    assert rows(rows_, "service") == [("Service cart", "3 of 3 endpoints ready")]


# ---- for reading


def test_lines_are_grouped_and_lead_somewhere() -> None:
    account = next(kind for kind in BUILT_IN.values() if kind.plural == "serviceaccounts")
    found = related(Subject(PODS, {"metadata": {"name": "a", "namespace": "b"}, "spec": {"nodeName": "n1"}}, {}))
    read = lines(found, ["Secrets cannot be listed.", "Secrets cannot be listed."])
    assert (
        texts(read)
        == "Node\n  Node n1\nService account\n  ServiceAccount default\nCould not be read\n  Secrets cannot be listed."
    )
    assert targets(read) == [("Node", "n1"), (account.kind, "default")]
    assert read[-1] == Line("  Secrets cannot be listed.", Tone.MUTED)
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
