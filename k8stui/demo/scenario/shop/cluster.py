"""Eight machines in three zones, their namespaces, and what every cluster runs before anybody sells anything."""

from k8stui.demo.scenario.parts import DAY, MAIN, App, Json, Machine

BIRTH = 94 * DAY
FIRST = BIRTH - 120
"""When the cluster's own workloads came."""
A, B, C = (f"eu-central-1{zone}" for zone in "abc")

MACHINES = (
    Machine("cp-1", A, "172.31.1.10", BIRTH, "control-plane", type="m6i.large", cpu=2, memory=8),
    Machine("worker-a1", A, "172.31.1.21", BIRTH),
    Machine("worker-a2", A, "172.31.1.22", BIRTH),
    Machine("worker-b1", B, "172.31.2.21", BIRTH),
    Machine("worker-b2", B, "172.31.2.22", 61 * DAY, type="m6i.2xlarge", cpu=8, memory=32),
    Machine("worker-b3", B, "172.31.2.23", 61 * DAY),
    Machine("worker-c1", C, "172.31.3.21", BIRTH),
    Machine("worker-c2", C, "172.31.3.22", 12 * DAY),
)
NAMESPACES = (
    *((BIRTH, name) for name in ("default", "kube-node-lease", "kube-public", "kube-system")),
    (93 * DAY, "ingress-nginx"),
    (93 * DAY, "monitoring"),
    (93 * DAY, "shop"),
    (61 * DAY, "payments"),
    (61 * DAY, "argocd"),
    (61 * DAY, "streams-system"),
    (20 * DAY, "preview-vouchers"),
)

_K8S = "registry.k8s.io"
STATIC = tuple(
    App(namespace="kube-system", name=name, kind="Static", image=f"{_K8S}/{name}", releases=((FIRST, version),),
        nodes=("cp-1",), limit="2Gi")
    for name, version in (
        ("etcd", "3.6.6-0"),
        ("kube-apiserver", "v1.34.4"),
        ("kube-controller-manager", "v1.34.4"),
        ("kube-scheduler", "v1.34.4"),
    )
)  # fmt: skip
HELM = (("app.kubernetes.io/managed-by", "Helm"), ("helm.sh/chart", "ingress-nginx-4.13.2"))
RELEASE = (("meta.helm.sh/release-name", "ingress-nginx"), ("meta.helm.sh/release-namespace", "ingress-nginx"))
SYSTEM = (
    *STATIC,
    App(namespace="kube-system", name="kube-proxy", kind="DaemonSet", needs=MAIN, image=f"{_K8S}/kube-proxy",
        releases=((FIRST, "v1.34.4"),), system=True, port=10249),
    App(namespace="kube-system", name="coredns", replicas=2, image=f"{_K8S}/coredns/coredns",
        releases=((FIRST, "v1.12.1"),), nodes=("worker-a1", "worker-b1"), port=8181, limit="170Mi", memory="70Mi",
        priority="system-cluster-critical", service="kube-dns", mounts=(("coredns", "/etc/coredns"),), restarts=27),
    App(namespace="kube-system", name="metrics-server", image=f"{_K8S}/metrics-server/metrics-server",
        releases=((61 * DAY, "v0.8.0"),), nodes=("worker-a2",), port=10250),
    App(namespace="ingress-nginx", name="ingress-nginx-controller", replicas=2,
        image=f"{_K8S}/ingress-nginx/controller", releases=((90 * DAY, "v1.12.1"), (40 * DAY, "v1.13.2")),
        nodes=("worker-a1", "worker-b1"), limit="512Mi",
        labels=HELM, annotations=RELEASE),
    App(namespace="monitoring", name="node-exporter", kind="DaemonSet", needs=MAIN,
        image="quay.io/prometheus/node-exporter", releases=((90 * DAY, "v1.9.1"),), system=True, port=9100),
    App(namespace="monitoring", name="prometheus", kind="StatefulSet", replicas=2, disk="50Gi",
        image="quay.io/prometheus/prometheus", releases=((61 * DAY, "v3.5.0"),), port=9090, memory="2Gi", limit="4Gi",
        cpu="500m", nodes=("worker-a2", "worker-b2")),
    App(namespace="monitoring", name="grafana", image="docker.io/grafana/grafana",
        releases=((60 * DAY, "12.0.2"), (20 * DAY, "12.1.1")), nodes=("worker-b1",), port=3000),
    App(namespace="monitoring", name="kube-state-metrics", image=f"{_K8S}/kube-state-metrics/kube-state-metrics",
        releases=((61 * DAY, "v2.17.0"),), nodes=("worker-b2",)),
    App(namespace="argocd", name="argocd-application-controller", kind="StatefulSet", image="quay.io/argoproj/argocd",
        releases=((61 * DAY, "v3.1.5"),), nodes=("worker-a2",), port=8082),
    App(namespace="streams-system", name="topic-operator", replicas=1, releases=((61 * DAY, "0.47.0"),),
        nodes=("worker-b2",)),
)  # fmt: skip

COREFILE = """.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
"""
BROKEN = COREFILE.replace("    forward . ", "    forwrad . ")
"""What somebody made of it this morning."""

OBJECTS: tuple[Json, ...] = (
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "coredns", "namespace": "kube-system"},
        "data": {"Corefile": COREFILE},
    },
    {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": "standard",
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "rancher.io/local-path",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
    },
    {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "media"},
        "value": 100_000,
        "description": "Pictures first: whoever chose this did not think of disks.",
    },
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": "nginx"},
        "spec": {"controller": "k8s.io/ingress-nginx"},
    },
)
