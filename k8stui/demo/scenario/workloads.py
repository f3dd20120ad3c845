"""What runs on the nodes, as plain dicts: an `App` is a line of the scenario, and becomes a template and pods.

The defaults that a real server fills in are written out, so that the objects have a real one's size and shape.
"""

from typing import Any

import msgspec
from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.scenario.objects import Json, metadata, owner

REGISTRY = "registry.shop.example"


class App(Struct, frozen=True, kw_only=True):
    """One workload of the scenario."""

    namespace: str
    name: str
    kind: str = "Deployment"
    """Deployment, StatefulSet, DaemonSet, CronJob, Static (a node's own mirror pod) or Pod."""
    replicas: int = 1
    image: str = ""
    """Without a tag; the scenario's own registry when empty."""
    version: str = "1.0.0"
    rolling: bool = False
    """Released over and over: each rollout is followed by the next version's."""
    cpu: str = "100m"
    memory: str = "128Mi"
    limit: str = "256Mi"
    """Memory limit."""
    port: int = 8080
    system: bool = False
    """Tolerates every taint and is of a system priority, as a node's own pods are."""
    patient: bool = False
    """Stays on an unreachable node without limit (a database that must not start twice)."""
    needs: tuple[tuple[str, str], ...] = ()
    """nodeSelector."""
    nodes: tuple[str, ...] = ()
    """Where its pods run, in this order and over again; empty: wherever there is room."""
    restarts: int = 0
    """How often its containers were started again before the beginning."""
    age: float = 864_000.0
    """Seconds since it was made."""
    schedule: str = ""
    """Of a CronJob."""
    arguments: tuple[str, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """The labels by which its pods are known."""
        return {"app.kubernetes.io/instance": self.namespace, "app.kubernetes.io/name": self.name}

    def reference(self, version: str = "") -> str:
        """The image with its tag."""
        image = self.image or f"{REGISTRY}/{self.namespace}/{self.name}"
        return f"{image}:{version or self.version}"


def _probe(path: str, delay: int, period: int, failures: int) -> Json:
    asked = {"httpGet": {"path": path, "port": "http", "scheme": "HTTP"}, "initialDelaySeconds": delay}
    return asked | {"timeoutSeconds": 2, "periodSeconds": period, "successThreshold": 1, "failureThreshold": failures}


def _field(name: str, path: str) -> Json:
    return {"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}}


def container(app: App, version: str) -> Json:
    """The container of an app, with probes, resources and environment."""
    short = app.name.rpartition("-")[2] if len(app.name) > 20 else app.name
    found: Json = {"name": short, "image": app.reference(version)}
    if app.arguments:
        found["args"] = list(app.arguments)
    found |= {
        "ports": [
            {"name": "http", "containerPort": app.port, "protocol": "TCP"},
            {"name": "metrics", "containerPort": app.port + 1000, "protocol": "TCP"},
        ],
        "env": [
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "SERVICE_NAME", "value": app.name},
            {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://otel-collector.monitoring.svc:4317"},
            _field("POD_IP", "status.podIP"),
            _field("NODE_NAME", "spec.nodeName"),
        ],
        "resources": {
            "limits": {"memory": app.limit},
            "requests": {"cpu": app.cpu, "memory": app.memory},
        },
    }
    if app.kind != "CronJob":
        found["livenessProbe"] = _probe("/healthz", 10, 10, 3)
        found["readinessProbe"] = _probe("/readyz", 2, 5, 3)
    return found | {
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True},
    }


def template(app: App, version: str = "") -> Json:
    """A pod template: labels and a spec with the defaults that a server fills in."""
    spec: Json = {
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
        "containers": [container(app, version) | {"volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]}],
        "restartPolicy": "OnFailure" if app.kind == "CronJob" else "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": app.name,
        "serviceAccount": app.name,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
        "schedulerName": "default-scheduler",
    }
    if app.needs:
        spec["nodeSelector"] = dict(app.needs)
    tolerations: list[Json] = []
    if app.system:
        tolerations.append({"operator": "Exists"})
        spec |= {"hostNetwork": True, "priorityClassName": "system-node-critical"}
    if app.patient:
        tolerations.append({"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"})
    if tolerations:
        spec["tolerations"] = tolerations
    annotations = {"prometheus.io/scrape": "true", "prometheus.io/port": str(app.port + 1000)}
    return {"metadata": {"labels": app.labels, "annotations": annotations}, "spec": spec}


NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"


def _tolerations(given: list[Json]) -> list[Json]:
    """What admission adds: five minutes on a lost node, unless the pod says otherwise."""
    if any("key" not in row for row in given):
        return given
    known = {row["key"] for row in given}
    default = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    return given + [{"key": key} | default for key in (NOT_READY, UNREACHABLE) if key not in known]


def _token(name: str) -> Json:
    """The volume that ServiceAccount admission adds."""
    sources: list[Json] = [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}]
    sources.append({"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}})
    field = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources.append({"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}})
    return {"name": name, "projected": {"sources": sources, "defaultMode": 420}}


def quality(spec: Json) -> str:
    """The quality-of-service class that a pod spec has."""
    found = [row.get("resources", {}) for row in spec["containers"]]
    if not any(row.get("requests") or row.get("limits") for row in found):
        return "BestEffort"
    whole = all({"cpu", "memory"} <= set(row.get("limits", {})) and row["limits"] == row["requests"] for row in found)
    return "Guaranteed" if whole else "Burstable"


def pod(
    name: str,
    namespace: str,
    of: Json,
    *,
    uid: str,
    created: float,
    labels: dict[str, str] | None = None,
    parent: Json | None = None,
    prefix: str = "",
) -> Json:
    """A pod just made from a template: Pending, on no node, with what admission adds. `prefix` is its generateName."""
    meta = metadata(
        name,
        namespace,
        uid=uid,
        created=created,
        labels={**of["metadata"].get("labels", {}), **(labels or {})},
        annotations=dict(of["metadata"].get("annotations", {})),
        owner=owner(parent) if parent else None,
        generation=1,
    )
    if prefix:
        meta["generateName"] = prefix
    spec: Json = msgspec.json.decode(msgspec.json.encode(of["spec"]))
    volume = f"kube-api-access-{uid[:5]}"
    spec.setdefault("volumes", []).append(_token(volume))
    mount = {"name": volume, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    for row in spec["containers"]:
        row.setdefault("volumeMounts", []).append(mount)
    spec["tolerations"] = _tolerations(spec.get("tolerations", []))
    critical = spec.get("priorityClassName", "").startswith("system-")
    spec |= {"priority": 2_000_001_000 if critical else 0, "enableServiceLinks": True}
    spec["preemptionPolicy"] = "PreemptLowerPriority"
    status: dict[str, Any] = {"phase": "Pending", "qosClass": quality(spec)}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}


def static(app: App, node: Json, *, uid: str, created: float) -> Json:
    """The mirror pod of a manifest on the node's disk, which the node itself owns."""
    name = node["metadata"]["name"]
    made = pod(f"{app.name}-{name}", app.namespace, template(app), uid=uid, created=created, parent=node)
    mark = uid.replace("-", "")
    made["metadata"]["labels"] = {"component": app.name, "tier": "control-plane"}
    made["metadata"]["annotations"] = {
        "kubernetes.io/config.hash": mark,
        "kubernetes.io/config.mirror": mark,
        "kubernetes.io/config.seen": stamp(created),
        "kubernetes.io/config.source": "file",
    }
    reference = made["metadata"]["ownerReferences"][0]
    reference.pop("blockOwnerDeletion")
    made["spec"]["tolerations"] = [{"operator": "Exists", "effect": "NoExecute"}]
    return made
