"""The twelve incidents of the drill: each one's pod or workload says the right cause, and leads to what to mend."""

import pytest

from k8stui.model.document import Want
from k8stui.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, NAMESPACES, NODES, PODS, STATEFUL_SETS, Kind
from tests.support.around import explained, living, targets, texts


@pytest.mark.parametrize(
    ("kind", "namespace", "name", "target", "said"),
    [
        (PODS, "shop", "checkout-859", ("Deployment", "checkout"), "HTTP probe failed with statuscode: 503"),
        (PODS, "shop", "checkout-859", ("Deployment", "checkout"), "PAYMENT_PROVIDER_URL is not set"),
        (DEPLOYMENTS, "shop", "checkout", ("Deployment", "checkout"), "no progress within its deadline of 600 s"),
        (PODS, "payments", "settlement", ("Deployment", "settlement"), "exit code 137, SIGKILL (9): out of memory"),
        (DEPLOYMENTS, "payments", "settlement", ("Deployment", "settlement"), "its limit is 128Mi"),
        (PODS, "shop", "sessions-2", ("Node", "worker-c1"), "It tolerates that without end"),
        (STATEFUL_SETS, "shop", "sessions", ("Node", "worker-c1"), "It wants 3 pods: 2 available."),
        (DEPLOYMENTS, "shop", "recommender", ("Deployment", "recommender"), "no node at all has it"),
        (PODS, "shop", "recommender", ("Node", "worker-b3"), "1 node: cordoned: worker-b3."),
        (PODS, "payments", "fraud-model", ("Deployment", "fraud-model"), "the registry has no such image or tag"),
        (CRON_JOBS, "payments", "reconcile", ("CronJob", "reconcile"), "It is suspended"),
        (JOBS, "payments", "ledger-backfill", ("ConfigMap", "ledger-backfill"), "stands in the ConfigMap"),
        (NAMESPACES, "", "preview-vouchers", None, "streams.shop.example/drain in 1 resource instances"),
        (NODES, "", "worker-c1", None, "Its kubelet has not reported for "),
        (NODES, "", "worker-b3", None, "It is cordoned: no new pods are placed on it."),
        (PODS, "kube-system", "coredns", ("ConfigMap", "coredns"), "Unknown directive 'forwrad'"),
        (DEPLOYMENTS, "kube-system", "coredns", ("ConfigMap", "coredns"), "It wants 2 pods: 0 available."),
        (PODS, "shop", "search", ("Secret", "mirror-credentials"), "Its pull secret mirror-credentials does not exist"),
    ],
)
async def test_an_incident_of_the_drill(
    kind: Kind, namespace: str, name: str, target: tuple[str, str] | None, said: str
) -> None:
    async with living("shop") as shop:
        shop.step(5)
        lines = await explained(shop, kind, name, namespace)
    assert said in texts(lines)
    assert target is None or target in targets(lines)


async def test_pods_of_the_drill_that_were_evicted_or_cannot_end() -> None:
    async with living("shop") as shop:
        shop.step(5)
        pods, _ = await shop.answer(Want("", PODS, "shop"))
        evicted = next(each for each in pods if each["status"].get("reason") == "Evicted")
        lines = await explained(shop, PODS, evicted["metadata"]["name"], "shop")
        assert texts(lines).startswith("Evicted: the node worker-c2 was low on ephemeral storage.")
        assert targets(lines) == [("Node", "worker-c2")]
        ending = next(each for each in pods if "deletionTimestamp" in each["metadata"])
        lines = await explained(shop, PODS, ending["metadata"]["name"], "shop")
        assert "its node has a taint that it does not tolerate" in texts(lines)
        assert "nobody can say that it has ended" in texts(lines)
        assert targets(lines) == [("Node", "worker-c1")]


async def test_what_is_well_has_no_reasons() -> None:
    async with living("shop") as shop:
        shop.step(5)
        for kind, namespace, name in (
            (PODS, "shop", "cart"),
            (DEPLOYMENTS, "shop", "cart"),
            (DEPLOYMENTS, "shop", "catalog"),
            (STATEFUL_SETS, "monitoring", "prometheus"),
            (CRON_JOBS, "payments", "reports"),
        ):
            assert await explained(shop, kind, name, namespace) == []
