"""Workloads as somebody would apply them: an `App` as a manifest. The defaults are the registry's business."""

from typing import Any

from k8stui.demo.scenario.parts import App, Json

GROUPS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1"}
CAUSE = "kubernetes.io/change-cause"


def workload(app: App, version: str, replicas: int) -> Json:
    """The manifest of an app with one of its versions."""
    if app.kind == "CronJob":
        return _cronjob(app, version)
    if app.kind == "Job":
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": _meta(app), "spec": _job(app, version)}
    spec: Json = {"selector": {"matchLabels": app.marks}, "template": template(app, version)}
    if app.kind != "DaemonSet":
        spec["replicas"] = replicas
    if app.kind == "Deployment":
        spec["revisionHistoryLimit"] = 4
    if app.kind == "StatefulSet":
        spec["serviceName"] = app.service or app.name
        if app.disk:
            spec["volumeClaimTemplates"] = [_claim(app.disk)]
    meta = _meta(app) | {"annotations": {CAUSE: f"release {version}", **dict(app.annotations)}}
    return {"apiVersion": GROUPS[app.kind], "kind": app.kind, "metadata": meta, "spec": spec}


def _meta(app: App) -> Json:
    meta: Json = {"name": app.name, "namespace": app.namespace, "labels": app.marks | dict(app.labels)}
    return meta | ({"annotations": dict(app.annotations)} if app.annotations else {})


def _claim(size: str) -> Json:
    spec: Json = {"accessModes": ["ReadWriteOnce"], "storageClassName": "standard"}
    return {"metadata": {"name": "data"}, "spec": spec | {"resources": {"requests": {"storage": size}}}}


def _job(app: App, version: str) -> Json:
    return {"backoffLimit": app.retries, "template": template(app, version)}


def _cronjob(app: App, version: str) -> Json:
    spec: Json = {"schedule": app.schedule, "concurrencyPolicy": "Forbid", "suspend": app.suspended}
    spec |= {
        "successfulJobsHistoryLimit": 2,
        "startingDeadlineSeconds": 90,
        "jobTemplate": {"spec": _job(app, version)},
    }
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": _meta(app), "spec": spec}


def service(app: App) -> Json:
    """The Service in front of an app; in front of a StatefulSet it has no address of its own."""
    meta = {"name": app.service or app.name, "namespace": app.namespace, "labels": app.marks}
    spec: Json = {"ports": [{"name": "http", "port": app.port, "targetPort": "http"}], "selector": app.marks}
    if app.kind == "StatefulSet":
        spec["clusterIP"] = "None"
    if meta["name"] == "kube-dns":
        rows = [{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53, "protocol": "TCP"}]
        spec |= {"ports": rows, "clusterIP": "10.0.0.10"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def front(host: str) -> tuple[Json, ...]:
    """The Service `kubernetes` in front of the API server at `host`, as the server itself keeps it."""
    meta = {"name": "kubernetes", "namespace": "default"}
    labels = {"component": "apiserver", "provider": "kubernetes"}
    port = {"name": "https", "port": 6443, "protocol": "TCP"}
    spec: Json = {"clusterIP": "10.0.0.1", "ports": [{"name": "https", "port": 443, "targetPort": 6443}]}
    subset = {"addresses": [{"ip": host}], "ports": [port]}
    rows = [{"addresses": [host], "conditions": {"ready": True}}]
    of = {"kubernetes.io/service-name": "kubernetes"}
    kept = {"endpointslice.kubernetes.io/skip-mirror": "true"}
    sliced: Json = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": meta | {"labels": of}}
    return (
        {"apiVersion": "v1", "kind": "Service", "metadata": meta | {"labels": labels}, "spec": spec},
        {"apiVersion": "v1", "kind": "Endpoints", "metadata": meta | {"labels": kept}, "subsets": [subset]},
        sliced | {"addressType": "IPv4", "endpoints": rows, "ports": [port]},
    )


# ---- pods


def template(app: App, version: str) -> Json:
    """A pod template."""
    spec: Json = {
        "containers": [container(app, version)],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    for name, path in app.mounts:
        spec["volumes"].append({"name": name, "configMap": {"name": name}})
        spec["containers"][0]["volumeMounts"].append({"name": name, "mountPath": path, "readOnly": True})
    if app.kind in ("CronJob", "Job"):
        spec["restartPolicy"] = "Never" if app.kind == "Job" else "OnFailure"
    if app.needs:
        spec["nodeSelector"] = dict(app.needs)
    if app.secret:
        spec["imagePullSecrets"] = [{"name": app.secret}]
    if app.priority:
        spec["priorityClassName"] = app.priority
    if app.system:
        spec |= {"hostNetwork": True, "priorityClassName": "system-node-critical"}
        spec["tolerations"] = [{"operator": "Exists"}]
    if app.patient:
        key = "node.kubernetes.io/unreachable"
        spec["tolerations"] = [{"key": key, "operator": "Exists", "effect": "NoExecute"}]
    meta: Json = {"labels": app.marks}
    if app.port:
        meta["annotations"] = {"prometheus.io/scrape": "true", "prometheus.io/port": str(app.port + 1000)}
    return {"metadata": meta, "spec": spec}


def container(app: App, version: str) -> Json:
    """The container of an app, with probes, resources and environment."""
    short = app.name.rpartition("-")[2] if len(app.name) > 20 else app.name
    found: Json = {"name": short, "image": app.reference(version)}
    if app.arguments:
        found["args"] = list(app.arguments)
    if app.port:
        ports = (("http", app.port), ("metrics", app.port + 1000))
        found["ports"] = [{"name": name, "containerPort": port} for name, port in ports]
    found["env"] = [
        {"name": "LOG_LEVEL", "value": "info"},
        {"name": "SERVICE_NAME", "value": app.name},
        {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://otel-collector.monitoring.svc:4317"},
        _field("POD_IP", "status.podIP"),
        _field("NODE_NAME", "spec.nodeName"),
    ]
    if app.config:
        found["envFrom"] = [{"configMapRef": {"name": app.config}}]
    found["resources"] = {"limits": {"memory": app.limit}, "requests": {"cpu": app.cpu, "memory": app.memory}}
    found["volumeMounts"] = [{"name": "tmp", "mountPath": "/tmp"}]
    if app.disk:
        found["volumeMounts"].append({"name": "data", "mountPath": "/data"})
    if app.kind not in ("CronJob", "Job"):
        found["livenessProbe"] = _probe("/healthz", 10, 10)
        found["readinessProbe"] = _probe("/readyz", 2, 5)
    return found | {"securityContext": {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True}}


def _probe(path: str, delay: int, period: int) -> Json:
    asked = {"httpGet": {"path": path, "port": "http"}, "initialDelaySeconds": delay}
    return asked | {"timeoutSeconds": 2, "periodSeconds": period}


def _field(name: str, path: str) -> Json:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def mirror(app: App, node: Json) -> Json:
    """The mirror pod of a manifest on the node's disk, which the node itself owns."""
    name = node["metadata"]["name"]
    owner: Json = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": node["metadata"]["uid"], "controller": True}
    mark = node["metadata"]["uid"].replace("-", "")
    source = "kubernetes.io/config"
    annotations = {f"{source}.hash": mark, f"{source}.mirror": mark, f"{source}.source": "file"}
    annotations[f"{source}.seen"] = node["metadata"]["creationTimestamp"]
    meta: dict[str, Any] = {"name": f"{app.name}-{name}", "namespace": app.namespace, "annotations": annotations}
    meta |= {"labels": {"component": app.name, "tier": "control-plane"}, "ownerReferences": [owner]}
    spec = template(app, app.releases[-1][1])["spec"]
    spec |= {"nodeName": name, "hostNetwork": True, "priorityClassName": "system-node-critical"}
    spec["tolerations"] = [{"operator": "Exists", "effect": "NoExecute"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
