"""The drill of docs/drill.md without a screen: what is wrong, the write that mends it, and that it gets well."""

import base64
import gzip
import json
from itertools import pairwise

import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.scenario.shop.cluster import COREFILE
from k8stui.demo.storage.errors import Refusal
from tests.support.shop import Object, Shop, condition, look


@pytest.fixture
def shop() -> Shop:
    """The incident, a second old: by then the kubelets have looked at all their pods."""
    shop = Shop().hush()
    shop.step(1)
    return shop


def runs(shop: Shop, app: str, count: int, namespace: str = "shop") -> bool:
    """So many pods run and are ready, and no others are left."""
    pods = shop.pods(f"{app}-", namespace)
    return len(pods) == count and all(look(pod)[:2] == ("Running", 1) and not look(pod)[3] for pod in pods)


def here(shop: Shop, node: str) -> list[Object]:
    return [pod for pod in shop.pods() if pod["spec"].get("nodeName") == node]


def apps(pods: list[Object]) -> set[str]:
    return {pod["metadata"]["labels"]["app.kubernetes.io/name"] for pod in pods}


# ---- a rollout stuck past its deadline


def test_a_rollout_is_stuck_and_undoing_it_ends_that(shop: Shop) -> None:
    found = shop.get("deployments.apps", "checkout", "shop")
    assert condition(found, "Progressing")["reason"] == "ProgressDeadlineExceeded"
    assert condition(found, "Available")["status"] == "True"  # the old ReplicaSet serves on
    assert sorted(look(pod)[1] for pod in shop.pods("checkout")) == [0, 1, 1, 1]
    sets = [each for each in shop.store.list("replicasets.apps", "shop") if each["spec"]["replicas"] == 3]
    old = next(each for each in sets if each["metadata"]["name"].startswith("checkout"))
    del old["spec"]["template"]["metadata"]["labels"]["pod-template-hash"]
    shop.life.world.registry.update(found | {"spec": found["spec"] | {"template": old["spec"]["template"]}})
    shop.until(lambda: runs(shop, "checkout", 3))
    found = shop.get("deployments.apps", "checkout", "shop")
    assert condition(found, "Progressing")["reason"] == "NewReplicaSetAvailable"
    assert found["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "4"


def test_so_does_an_image_that_works(shop: Shop) -> None:
    shop.set_image("checkout", "shop", "3.1.1")
    shop.until(lambda: runs(shop, "checkout", 3))
    images = {pod["spec"]["containers"][0]["image"] for pod in shop.pods("checkout")}
    assert images == {"registry.shop.example/shop/checkout:3.1.1"}


def test_its_new_pod_says_why_with_a_stack_trace_among_json(shop: Shop) -> None:
    (bad,) = [pod for pod in shop.pods("checkout") if not look(pod)[1]]
    lines = shop.log(bad)
    assert any(line.startswith("java.lang.IllegalStateException: PAYMENT_PROVIDER_URL") for line in lines)
    assert "\tat example.shop.checkout.Application.main(Application.java:63)" in lines
    assert json.loads(lines[0])["service"] == "checkout"
    (unhealthy,) = shop.events("Unhealthy", bad["metadata"]["name"])
    assert unhealthy["count"] > 30


# ---- a pod that is OOMKilled every few minutes


def test_a_pod_is_oom_killed_again_and_again_until_it_gets_memory(shop: Shop) -> None:
    first = look(shop.pod("settlement"))
    seen, restarts = {first[0]}, [first[2]]
    for _ in range(60):
        shop.step(4, by=4)
        word, _, count, _ = look(shop.pod("settlement"))
        seen.add(word)
        restarts.append(count)
    assert seen >= {"Running", "CrashLoopBackOff"}
    assert restarts == sorted(restarts)
    assert restarts[0] + 2 <= restarts[-1] <= restarts[0] + 4
    ended = shop.pod("settlement")["status"]["containerStatuses"][0]["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (137, "OOMKilled")
    assert shop.log(shop.pod("settlement"), previous=True)
    found = shop.get("deployments.apps", "settlement", "payments")
    found["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"] = "512Mi"
    shop.life.world.registry.update(found)
    shop.until(lambda: runs(shop, "settlement", 1, "payments"))
    shop.step(120, by=10)
    assert look(shop.pod("settlement")) == ("Running", 1, 0, False)


# ---- a node whose kubelet stopped


def test_a_node_is_unknown_and_its_pods_are_terminating_or_wait(shop: Shop) -> None:
    node = shop.get("nodes", "worker-c1")
    assert {row["status"] for row in node["status"]["conditions"]} == {"Unknown"}
    assert condition(node, "Ready")["reason"] == "NodeStatusUnknown"
    taints = {(row["key"], row["effect"]) for row in node["spec"]["taints"]}
    assert taints == {("node.kubernetes.io/unreachable", effect) for effect in ("NoSchedule", "NoExecute")}
    lease = shop.get("leases.coordination.k8s.io", "worker-c1", "kube-node-lease")
    assert lease["spec"]["renewTime"] < stamp(shop.clock.now() - 500)
    going = [pod for pod in here(shop, "worker-c1") if look(pod)[3]]
    assert apps(going) == {"catalog", "search", "gateway"}
    assert all(condition(pod, "DisruptionTarget")["reason"] == "DeletionByTaintManager" for pod in going)
    staying = [pod for pod in here(shop, "worker-c1") if not look(pod)[3]]
    assert apps(staying) == {"kube-proxy", "node-exporter", "sessions"}
    assert all(condition(pod, "Ready")["status"] == "False" for pod in staying)
    shop.step(120, by=10)
    assert len(here(shop, "worker-c1")) == 6  # nothing there ends by itself


def test_its_pods_go_when_it_is_said_to_be_out_of_service(shop: Shop) -> None:
    node = shop.get("nodes", "worker-c1")
    taint = {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"}
    node["spec"]["taints"].append(taint)
    shop.life.world.registry.update(node)
    shop.until(lambda: apps(here(shop, "worker-c1")) <= {"kube-proxy", "node-exporter"})
    shop.until(lambda: runs(shop, "sessions", 3))
    assert shop.get("pods", "sessions-2", "shop")["spec"]["nodeName"] != "worker-c1"


def test_or_when_they_are_deleted_by_force(shop: Shop) -> None:
    for pod in here(shop, "worker-c1"):
        if apps([pod]) & {"catalog", "search", "gateway", "sessions"}:
            shop.delete(pod, grace=0)
    shop.until(lambda: runs(shop, "sessions", 3) and runs(shop, "search", 2))
    assert apps(here(shop, "worker-c1")) == {"kube-proxy", "node-exporter"}


def test_and_the_node_itself_is_well_when_its_kubelet_is_back(shop: Shop) -> None:
    shop.life.kubelets.start("worker-c1")
    shop.until(lambda: condition(shop.get("nodes", "worker-c1"), "Ready")["status"] == "True")
    shop.until(lambda: not shop.get("nodes", "worker-c1")["spec"].get("taints"))
    shop.until(lambda: apps(here(shop, "worker-c1")) >= {"kube-proxy", "node-exporter", "sessions"})
    shop.until(lambda: not [pod for pod in shop.pods() if look(pod)[3]])


# ---- a node under DiskPressure


def test_a_node_is_under_disk_pressure_until_what_fills_it_has_left(shop: Shop) -> None:
    node = shop.get("nodes", "worker-c2")
    assert [condition(node, kind)["status"] for kind in ("DiskPressure", "Ready")] == ["True", "True"]
    assert "node.kubernetes.io/disk-pressure" in {row["key"] for row in node["spec"]["taints"]}
    (evicted,) = [pod for pod in shop.pods() if pod["status"].get("reason") == "Evicted"]
    assert evicted["metadata"]["name"].startswith("catalog-")
    assert evicted["spec"]["nodeName"] == "worker-c2"
    shop.step(60, by=10)
    assert condition(shop.get("nodes", "worker-c2"), "DiskPressure")["status"] == "True"
    shop.merge("nodes", "worker-c2", spec={"unschedulable": True})  # kubectl drain
    for pod in here(shop, "worker-c2"):
        if apps([pod]) & {"thumbnailer", "checkout"}:
            shop.evict(pod)
    shop.until(lambda: condition(shop.get("nodes", "worker-c2"), "DiskPressure")["status"] == "False")
    shop.until(lambda: runs(shop, "thumbnailer", 1))
    assert shop.pod("thumbnailer")["spec"]["nodeName"] != "worker-c2"
    shop.delete(evicted)
    shop.until(lambda: not [pod for pod in shop.pods("catalog") if look(pod)[0] != "Running"])
    shop.merge("nodes", "worker-c2", spec={"unschedulable": None})
    shop.until(lambda: not shop.get("nodes", "worker-c2")["spec"].get("taints"))


# ---- a budget that blocks a drain


def test_a_drain_is_blocked_by_a_budget_until_its_app_is_scaled_up(shop: Shop) -> None:
    node = shop.get("nodes", "worker-b3")
    assert node["spec"]["unschedulable"] is True
    (pod,) = [pod for pod in here(shop, "worker-b3") if apps([pod]) == {"cart"}]
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            shop.evict(pod)
        assert refused.value.code == 429
        assert "disruption budget cart needs 3 healthy pods and has 3 currently" in json.dumps(refused.value.details)
        shop.step(30, by=10)
    shop.scale("deployments.apps", "cart", "shop", 4)
    shop.until(lambda: runs(shop, "cart", 4))
    shop.step(1)
    shop.evict(pod)
    shop.until(lambda: apps(here(shop, "worker-b3")) == {"kube-proxy", "node-exporter", "search"})
    shop.until(lambda: runs(shop, "cart", 4))


# ---- a pod nobody can schedule


def test_a_pending_pod_says_why_and_runs_once_a_node_has_what_it_asks_for(shop: Shop) -> None:
    for _ in range(2):
        row = condition(shop.pod("recommender"), "PodScheduled")
        assert (row["status"], row["reason"]) == ("False", "Unschedulable")
        assert row["message"].startswith("0/8 nodes are available: ")
        assert "node(s) didn't match Pod's node affinity/selector" in row["message"]
        shop.step(30, by=10)
    assert len(shop.events("FailedScheduling", "recommender")) < 20
    shop.merge("nodes", "worker-b2", metadata={"labels": {"accelerator": "nvidia-l4"}})
    shop.until(lambda: runs(shop, "recommender", 1))
    assert shop.pod("recommender")["spec"]["nodeName"] == "worker-b2"


# ---- an image that cannot be pulled


def test_an_image_cannot_be_pulled_until_it_is_the_right_one(shop: Shop) -> None:
    words = set()
    for _ in range(20):
        shop.step(3, by=3)
        words.add(look(shop.pod("fraud-model"))[0])
    assert words == {"ErrImagePull", "ImagePullBackOff"}
    waiting = shop.pod("fraud-model")["status"]["containerStatuses"][0]["state"]["waiting"]
    assert "registry.shop.example/payments/fraud-model:2026-11-1O" in waiting["message"]
    shop.set_image("fraud-model", "payments", "2026-11-10")
    shop.until(lambda: runs(shop, "fraud-model", 1, "payments"))


# ---- a suspended CronJob and a failing Job


def test_a_cronjob_is_suspended_and_runs_when_it_is_not(shop: Shop) -> None:
    found = shop.get("cronjobs.batch", "reconcile", "payments")
    assert found["spec"]["suspend"] is True
    assert shop.pods("reconcile") == []
    shop.merge("cronjobs.batch", "reconcile", "payments", spec={"suspend": False})
    shop.until(lambda: [look(pod)[0] for pod in shop.pods("reconcile")] == ["Completed"], within=400)


def test_a_job_fails_until_it_finds_its_database(shop: Shop) -> None:
    failed = shop.pods("ledger-backfill")
    assert [look(pod)[0] for pod in failed].count("Error") == 6
    assert shop.get("jobs.batch", "ledger-backfill", "payments")["status"]["failed"] == 6
    assert "lookup ledger-old.payments.svc.cluster.local: no such host" in "".join(
        shop.log(next(pod for pod in failed if look(pod)[0] == "Error"))
    )
    shop.merge("configmaps", "ledger-backfill", "payments", data={"LEDGER_HOST": "ledger.payments.svc"})
    shop.until(lambda: condition(shop.get("jobs.batch", "ledger-backfill", "payments"), "Complete"), within=600)


# ---- a namespace stuck on a finalizer


def test_a_namespace_waits_for_a_finalizer(shop: Shop) -> None:
    shop.step(30, by=10)
    found = shop.get("namespaces", "preview-vouchers")
    assert found["status"]["phase"] == "Terminating"
    row = condition(found, "NamespaceFinalizersRemaining")
    assert "streams.shop.example/drain in 1 resource instances" in row["message"]
    shop.merge("topics.streams.shop.example", "vouchers", "preview-vouchers", metadata={"finalizers": None})
    shop.until(lambda: "preview-vouchers" not in [each["metadata"]["name"] for each in shop.store.list("namespaces")])


def test_or_for_the_operator_who_would_take_it_away(shop: Shop) -> None:
    topics = {each["metadata"]["name"]: condition(each, "Ready") for each in shop.store.list("topics", "shop")}
    assert {name for name, row in topics.items() if row["status"] != "True"} == {"clicks", "payouts"}
    shop.scale("deployments.apps", "topic-operator", "streams-system", 1)
    shop.until(lambda: "preview-vouchers" not in [each["metadata"]["name"] for each in shop.store.list("namespaces")])
    shop.until(lambda: all(condition(each, "Ready")["status"] == "True" for each in shop.store.list("topics", "shop")))


# ---- CoreDNS with a broken Corefile


def test_coredns_crashes_until_its_corefile_is_mended(shop: Shop) -> None:
    pods = shop.pods("coredns")
    assert [look(pod)[0] for pod in pods] == ["CrashLoopBackOff"] * 2
    assert shop.log(pods[0], previous=True)[-1].endswith("Unknown directive 'forwrad'")
    assert "forwrad" in shop.get("configmaps", "coredns", "kube-system")["data"]["Corefile"]
    assert not shop.get("endpoints", "kube-dns", "kube-system")["subsets"][0].get("addresses")
    shop.merge("configmaps", "coredns", "kube-system", data={"Corefile": COREFILE})
    template = {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-09-21T14:15:00Z"}}}
    shop.merge("deployments.apps", "coredns", "kube-system", spec={"template": template})
    shop.until(lambda: runs(shop, "coredns", 2, "kube-system"))
    shop.until(lambda: len(shop.get("endpoints", "kube-dns", "kube-system")["subsets"][0]["addresses"]) == 2)


def test_it_starts_again_by_itself_when_nobody_restarts_it(shop: Shop) -> None:
    shop.merge("configmaps", "coredns", "kube-system", data={"Corefile": COREFILE})
    shop.until(lambda: runs(shop, "coredns", 2, "kube-system"))


# ---- a storm of warnings


def test_warnings_repeat_until_somebody_makes_the_secret(shop: Shop) -> None:
    def counts() -> dict[str, int]:
        rows = shop.events("FailedToRetrieveImagePullSecret")
        return {row["involvedObject"]["name"]: row["count"] for row in rows}

    seen = [counts()]
    for _ in range(2):
        shop.step(60, by=10)
        seen.append(counts())
    assert len(seen[0]) >= 9
    assert max(seen[0].values()) > 3_000
    for old, new in pairwise(seen):
        grown = [new[name] - old[name] for name in old if new.get(name, 0) > old[name]]
        assert len(grown) >= 8
        assert all(2 <= each <= 4 for each in grown)
    secret = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson"}
    meta = {"name": "mirror-credentials", "namespace": "shop"}
    data = {".dockerconfigjson": base64.b64encode(b'{"auths":{}}').decode()}
    shop.life.world.registry.create({**secret, "metadata": meta, "data": data})
    before = counts()
    shop.step(60, by=10)
    assert counts() == before


# ---- who keeps what


def test_argo_cd_and_helm_keep_their_own(shop: Shop) -> None:
    cart = shop.get("deployments.apps", "cart", "shop")["metadata"]
    assert cart["annotations"]["argocd.argoproj.io/tracking-id"] == "shop:apps/Deployment:shop/cart"
    (application,) = shop.store.list("applications.argoproj.io", "argocd")
    assert application["status"]["sync"]["status"] == "Synced"
    ingress = shop.get("deployments.apps", "ingress-nginx-controller", "ingress-nginx")["metadata"]
    assert ingress["labels"]["app.kubernetes.io/managed-by"] == "Helm"
    secrets = [each for each in shop.store.list("secrets", "ingress-nginx") if each["type"] == "helm.sh/release.v1"]
    packed = base64.b64decode(base64.b64decode(secrets[-1]["data"]["release"]))
    release = json.loads(gzip.decompress(packed))
    assert (release["name"], release["version"], release["info"]["status"]) == ("ingress-nginx", 2, "deployed")
