"""What the shop and its payments run."""

from k8stui.demo.scenario.parts import DAY, HOUR, App

ARGO = (("app.kubernetes.io/managed-by", "argocd"),)


def _tracked(name: str) -> tuple[tuple[str, str], ...]:
    """How Argo CD marks what it keeps (`application.resourceTrackingMethod: annotation`)."""
    return (("argocd.argoproj.io/tracking-id", f"shop:apps/Deployment:shop/{name}"),)


SHOP = (
    App(namespace="shop", name="storefront", replicas=6, rolling=True,
        releases=((93 * DAY, "2.29.0"), (9 * DAY, "2.30.4"), (0.75 * HOUR, "2.31.0")),
        nodes=("worker-a1", "worker-a2", "worker-b1", "worker-b2")),  # released over and over
    App(namespace="shop", name="cart", replicas=3, releases=((93 * DAY, "1.17.2"), (6 * DAY, "1.18.4")),
        labels=ARGO, annotations=_tracked("cart"), nodes=("worker-a2", "worker-b3", "worker-b2")),
    App(namespace="shop", name="catalog", replicas=4, releases=((93 * DAY, "5.1.9"), (9 * DAY, "5.2.0")),
        nodes=("worker-a1", "worker-b2", "worker-c2", "worker-c1"), secret="mirror-credentials"),
    App(namespace="shop", name="checkout", replicas=3,
        releases=((93 * DAY, "3.0.6"), (4 * DAY, "3.0.7"), (2_460, "3.1.0")),
        nodes=("worker-a1", "worker-b1", "worker-c2", "worker-a2"), secret="mirror-credentials"),
    App(namespace="shop", name="search", replicas=2, releases=((93 * DAY, "0.9.11"), (15 * DAY, "0.9.12")),
        nodes=("worker-b3", "worker-c1"), cpu="250m", memory="512Mi", limit="1Gi", secret="mirror-credentials"),
    App(namespace="shop", name="sessions", kind="StatefulSet", replicas=3, image="docker.io/valkey/valkey",
        releases=((61 * DAY, "8.1.3"),), patient=True, port=6379, disk="5Gi",
        nodes=("worker-a1", "worker-b2", "worker-c1")),
    App(namespace="shop", name="thumbnailer", kind="StatefulSet", releases=((12 * DAY, "1.3.0"),), priority="media",
        nodes=("worker-c2",)),  # keeps every picture it ever made
    App(namespace="shop", name="recommender", releases=((1.5 * HOUR, "0.4.0"),),
        needs=(("accelerator", "nvidia-l4"),), cpu="2", memory="8Gi", limit="16Gi"),  # no node has such a label
)  # fmt: skip

PAYMENTS = (
    App(namespace="payments", name="gateway", replicas=2, releases=((61 * DAY, "4.11.1"), (7 * DAY, "4.11.2")),
        nodes=("worker-b1", "worker-c1")),
    App(namespace="payments", name="ledger", kind="StatefulSet", image="docker.io/library/postgres",
        releases=((61 * DAY, "17.6"),), patient=True, port=5432, nodes=("worker-b2",), memory="1Gi", limit="2Gi",
        cpu="500m", disk="20Gi"),
    App(namespace="payments", name="settlement", releases=((61 * DAY, "1.7.2"), (2 * HOUR, "1.7.3")),
        nodes=("worker-a2",), memory="96Mi", limit="128Mi", restarts=23),  # eats more than its limit
    App(namespace="payments", name="fraud-model", releases=((0.8 * HOUR, "2026-11-1O"),),
        nodes=("worker-b1",)),  # a letter O where a zero belongs: no such image
    App(namespace="payments", name="reports", kind="CronJob", releases=((30 * DAY, "1.2.0"),), schedule="* * * * *",
        nodes=("worker-a1",), arguments=("--since", "1m"), port=0, suspended=True),  # until three minutes ago
    App(namespace="payments", name="reconcile", kind="CronJob", releases=((30 * DAY, "2.4.1"),),
        schedule="*/5 * * * *", nodes=("worker-b1",), suspended=True, port=0),  # suspended, and forgotten so
    App(namespace="payments", name="ledger-backfill", kind="Job", releases=((540, "0.3.0"),), retries=60,
        config="ledger-backfill", nodes=("worker-b2",), port=0),  # looks for a database that has moved
)  # fmt: skip
