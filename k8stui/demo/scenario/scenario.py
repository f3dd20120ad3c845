"""The shop on a bad day, as data: what runs where, and what is wrong. `seeding.py` builds it, `life.py` moves it."""

from msgspec import Struct

from k8stui.demo.kubelet.habits import Habit, Habits
from k8stui.demo.scenario.objects import Machine
from k8stui.demo.scenario.workloads import REGISTRY, App

DAY = 86_400.0
MAIN = (("shop.example/pool", "main"),)
"""The nodes of the scenario, not those of made load."""


class Scenario(Struct, frozen=True, kw_only=True):
    """A cluster as it stands at the beginning. Times are seconds before that moment."""

    machines: tuple[Machine, ...]
    namespaces: tuple[str, ...]
    apps: tuple[App, ...]
    habits: Habits
    stuck: str = ""
    """The app one of whose pods cannot end: it was deleted, and nobody removes its finalizer."""
    finalizer: str = ""
    evicted: str = ""
    """The app one of whose pods the node under DiskPressure threw out."""

    @property
    def silent(self) -> frozenset[str]:
        """The nodes whose kubelet stopped."""
        return frozenset(machine.name for machine in self.machines if machine.silent)


MACHINES = (
    Machine("cp-1", "eu-central-1a", "10.0.1.10", 94 * DAY, "control-plane", type="m6i.large", cpu=2, memory=8),
    Machine("worker-a1", "eu-central-1a", "10.0.1.21", 94 * DAY),
    Machine("worker-a2", "eu-central-1a", "10.0.1.22", 94 * DAY),
    Machine("worker-b1", "eu-central-1b", "10.0.2.21", 94 * DAY),
    Machine("worker-b2", "eu-central-1b", "10.0.2.22", 61 * DAY, type="m6i.2xlarge", cpu=8, memory=32),
    Machine("worker-b3", "eu-central-1b", "10.0.2.23", 61 * DAY, cordoned=True),  # somebody began a drain yesterday
    Machine("worker-c1", "eu-central-1c", "10.0.3.21", 94 * DAY, silent=75),  # its kubelet stopped
    Machine("worker-c2", "eu-central-1c", "10.0.3.22", 12 * DAY, full=True),  # its image disk is full
)

SYSTEM = (
    *(
        App(namespace="kube-system", name=name, kind="Static", image=f"registry.k8s.io/{name}", version=version,
            nodes=("cp-1",), age=94 * DAY, limit="2Gi")
        for name, version in (
            ("etcd", "3.6.6-0"),
            ("kube-apiserver", "v1.34.4"),
            ("kube-controller-manager", "v1.34.4"),
            ("kube-scheduler", "v1.34.4"),
        )
    ),
    App(namespace="kube-system", name="kube-proxy", kind="DaemonSet", needs=MAIN, image="registry.k8s.io/kube-proxy",
        version="v1.34.4", system=True, port=10249, age=94 * DAY),
    App(namespace="kube-system", name="coredns", replicas=2, image="registry.k8s.io/coredns/coredns",
        version="v1.12.1", nodes=("worker-a1", "worker-b1"), age=94 * DAY, port=8181, limit="170Mi", memory="70Mi"),
    App(namespace="kube-system", name="metrics-server", image="registry.k8s.io/metrics-server/metrics-server",
        version="v0.8.0", nodes=("worker-a2",), age=61 * DAY, port=10250),
    App(namespace="ingress-nginx", name="ingress-nginx-controller", replicas=2,
        image="registry.k8s.io/ingress-nginx/controller", version="v1.13.2", nodes=("worker-a1", "worker-b1"),
        age=40 * DAY, limit="512Mi"),
    App(namespace="monitoring", name="node-exporter", kind="DaemonSet", needs=MAIN,
        image="quay.io/prometheus/node-exporter", version="v1.9.1", system=True, port=9100, age=61 * DAY),
    App(namespace="monitoring", name="prometheus", kind="StatefulSet", replicas=2,
        image="quay.io/prometheus/prometheus", version="v3.5.0", port=9090, memory="2Gi", limit="4Gi", cpu="500m",
        age=61 * DAY, nodes=("worker-a2", "worker-b2")),
    App(namespace="monitoring", name="grafana", image="docker.io/grafana/grafana", version="12.1.1",
        nodes=("worker-b1",), port=3000, age=20 * DAY),
    App(namespace="monitoring", name="kube-state-metrics", version="v2.17.0", nodes=("worker-b2",),
        image="registry.k8s.io/kube-state-metrics/kube-state-metrics", age=61 * DAY),
)  # fmt: skip

SHOP = (
    App(namespace="shop", name="storefront", replicas=6, version="2.31.0", rolling=True, age=30 * DAY,
        nodes=("worker-a1", "worker-a2", "worker-b1", "worker-b2")),  # released over and over
    App(namespace="shop", name="cart", replicas=3, version="1.18.4", rolling=True, age=30 * DAY,
        nodes=("worker-a2", "worker-b1", "worker-b2")),
    App(namespace="shop", name="catalog", replicas=4, version="5.2.0", age=9 * DAY,
        nodes=("worker-a1", "worker-b2", "worker-b3", "worker-c1")),
    App(namespace="shop", name="checkout", replicas=3, version="3.0.7", age=4 * DAY,
        nodes=("worker-a1", "worker-b1", "worker-c2")),
    App(namespace="shop", name="search", replicas=2, version="0.9.12", age=15 * DAY, nodes=("worker-b3", "worker-c1"),
        cpu="250m", memory="512Mi", limit="1Gi"),
    App(namespace="shop", name="sessions", kind="StatefulSet", replicas=3, image="docker.io/valkey/valkey",
        version="8.1.3", patient=True, port=6379, age=61 * DAY, nodes=("worker-a1", "worker-b2", "worker-c1")),
    App(namespace="shop", name="recommender", version="0.4.0", needs=(("accelerator", "nvidia-l4"),), age=5_400.0,
        cpu="2", memory="8Gi", limit="16Gi"),  # no node has such a label
)  # fmt: skip

PAYMENTS = (
    App(namespace="payments", name="gateway", replicas=2, version="4.11.2", age=7 * DAY,
        nodes=("worker-b1", "worker-c1")),
    App(namespace="payments", name="ledger", kind="StatefulSet", image="docker.io/library/postgres", version="17.6",
        patient=True, port=5432, age=61 * DAY, nodes=("worker-b2",), memory="1Gi", limit="2Gi", cpu="500m"),
    App(namespace="payments", name="settlement", version="1.7.3", age=7_260.0, nodes=("worker-a2",), memory="96Mi",
        limit="128Mi", restarts=23),  # eats more than its limit
    App(namespace="payments", name="fraud-model", version="2026-11-1O", age=2_880.0,
        nodes=("worker-b1",)),  # a letter O where a zero belongs: no such image
    App(namespace="payments", name="reports", kind="CronJob", version="1.2.0", schedule="* * * * *", age=30 * DAY,
        nodes=("worker-a1",), arguments=("--since", "1m")),
)  # fmt: skip

SHOP_ON_A_BAD_DAY = Scenario(
    machines=MACHINES,
    namespaces=(
        "default",
        "kube-node-lease",
        "kube-public",
        "kube-system",
        "ingress-nginx",
        "monitoring",
        "payments",
        "shop",
    ),
    apps=(*SYSTEM, *SHOP, *PAYMENTS),
    habits=Habits(
        rows=(
            Habit(images=f"{REGISTRY}/payments/fraud-model:2026-11-1O", missing=True),
            Habit(images=f"{REGISTRY}/payments/settlement:1.7.3", needs="190Mi", within=18.0),
            Habit(images=f"{REGISTRY}/payments/reports:*", exits=20.0),
        ),
        longest=40.0,
    ),
    stuck="checkout",
    finalizer="shop.example/drain-connections",
    evicted="catalog",
)

QUIET = Scenario(
    machines=tuple(
        Machine(f"node-{letter}1", f"eu-central-1{letter}", f"10.0.{zone}.21", 94 * DAY)
        for zone, letter in enumerate("abc", start=1)
    ),
    namespaces=("default", "kube-node-lease", "kube-public", "kube-system", "shop"),
    apps=(
        App(namespace="shop", name="web", replicas=3, version="1.4.2", age=30 * DAY,
            nodes=("node-a1", "node-b1", "node-c1")),
    ),
    habits=Habits(longest=40.0),
)  # fmt: skip
"""A small cluster in which nothing is wrong."""

EMPTY = Scenario(machines=QUIET.machines, namespaces=QUIET.namespaces, apps=(), habits=Habits(longest=40.0))
"""Nodes, and nothing that runs on them."""
