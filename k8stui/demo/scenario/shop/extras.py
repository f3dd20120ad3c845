"""What stands beside the workloads: budgets, an ingress, a Helm release, an application, an operator's topics."""

import base64
import gzip

import msgspec

from k8stui.demo.scenario.parts import Json

STREAMS = "streams.shop.example"
DRAIN = f"{STREAMS}/drain"
"""The finalizer that the topic operator takes away, when it runs."""


def _meta(name: str, namespace: str, **more: object) -> Json:
    return {"name": name, "namespace": namespace, **more}


def budget(name: str, namespace: str, least: int) -> Json:
    """A PodDisruptionBudget for an app: so many of its pods stay."""
    marks = {"app.kubernetes.io/instance": namespace, "app.kubernetes.io/name": name}
    spec = {"minAvailable": least, "selector": {"matchLabels": marks}}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": _meta(name, namespace), "spec": spec}


def helm_secret(name: str, namespace: str, number: int, status: str) -> Json:
    """One revision of a Helm release, packed as Helm packs it: JSON, gzip, base64, and base64 of the Secret."""
    chart = {"metadata": {"name": name, "version": "4.13.2", "appVersion": "1.13.2"}}
    release = {"name": name, "namespace": namespace, "version": number, "info": {"status": status}, "chart": chart}
    packed = gzip.compress(msgspec.json.encode(release), mtime=0)
    labels = {"name": name, "owner": "helm", "status": status, "version": str(number)}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": _meta(f"sh.helm.release.v1.{name}.v{number}", namespace, labels=labels),
        "data": {"release": base64.b64encode(base64.b64encode(packed)).decode()},
    }


INGRESS: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": _meta("shop", "shop"),
    "spec": {
        "ingressClassName": "nginx",
        "rules": [
            {
                "host": "shop.example",
                "http": {
                    "paths": [
                        {
                            "path": path,
                            "pathType": "Prefix",
                            "backend": {"service": {"name": name, "port": {"name": "http"}}},
                        }
                        for path, name in (("/", "storefront"), ("/cart", "cart"), ("/checkout", "checkout"))
                    ]
                },
            }
        ],
    },
}


def _column(name: str, kind: str, path: str) -> Json:
    return {"name": name, "type": kind, "jsonPath": path}


def _crd(group: str, version: str, names: Json, columns: tuple[Json, ...], properties: Json) -> Json:
    open_map = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": open_map, "status": open_map} | properties}
    served = {"name": version, "served": True, "storage": True, "subresources": {"status": {}}}
    served |= {"schema": {"openAPIV3Schema": schema}, "additionalPrinterColumns": list(columns)}
    spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [served]}
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    return {**head, "metadata": {"name": f"{names['plural']}.{group}"}, "spec": spec}


_AGE = _column("Age", "date", ".metadata.creationTimestamp")
_NUMBERS = {"partitions": {"type": "integer", "minimum": 1}, "replicas": {"type": "integer", "minimum": 1}}
TOPICS = _crd(
    STREAMS, "v1", {"plural": "topics", "kind": "Topic", "shortNames": ["tp"]},
    (
        _column("Partitions", "integer", ".spec.partitions"),
        _column("Replicas", "integer", ".spec.replicas"),
        _column("Ready", "string", ".status.conditions[?(@.type=='Ready')].status"),
        _column("Reason", "string", ".status.conditions[?(@.type=='Ready')].reason"),
        _AGE,
    ),
    {"spec": {"type": "object", "required": ["partitions"], "properties": _NUMBERS}},
)  # fmt: skip
APPLICATIONS = _crd(
    "argoproj.io", "v1alpha1", {"plural": "applications", "kind": "Application", "shortNames": ["app", "apps"]},
    (
        _column("Sync Status", "string", ".status.sync.status"),
        _column("Health Status", "string", ".status.health.status"),
        _AGE,
    ),
    {},
)  # fmt: skip


def topic(name: str, namespace: str, partitions: int = 12) -> Json:
    """A Topic as somebody ordered it; the operator's finalizer is on it."""
    spec = {"partitions": partitions, "replicas": 3}
    meta = _meta(name, namespace, finalizers=[DRAIN])
    return {"apiVersion": f"{STREAMS}/v1", "kind": "Topic", "metadata": meta, "spec": spec}


APPLICATION: Json = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": _meta("shop", "argocd"),
    "spec": {
        "project": "default",
        "source": {"repoURL": "https://git.shop.example/platform/deploy.git", "path": "shop", "targetRevision": "main"},
        "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
        "syncPolicy": {"automated": {"prune": True, "selfHeal": False}},
    },
}
SYNCED: Json = {
    "status": {"sync": {"status": "Synced", "revision": "1f0c9d2"}, "health": {"status": "Degraded"}},
}
