"""Manifests that people write, as few fields as they get away with."""

from typing import Any

Object = dict[str, Any]
IMAGE = "registry.example/shop/web"
GRACE = {"terminationGracePeriodSeconds": 1}


def template(app: str, image: str = f"{IMAGE}:1", **spec: Any) -> Object:
    """Pods of one container, called as the app."""
    containers = [{"name": app, "image": image, "ports": [{"containerPort": 80, "name": "http"}]}]
    return {"metadata": {"labels": {"app": app}}, "spec": {**GRACE, "containers": containers, **spec}}


def deployment(name: str, replicas: int = 2, image: str = f"{IMAGE}:1", **pod: Any) -> Object:
    return _workload("Deployment", name) | {"spec": _spec(name, image, pod, replicas=replicas)}


def statefulset(name: str, replicas: int = 2, image: str = f"{IMAGE}:1", **pod: Any) -> Object:
    spec = _spec(name, image, pod, replicas=replicas, serviceName=name)
    return _workload("StatefulSet", name) | {"spec": spec}


def daemonset(name: str, image: str = f"{IMAGE}:1", **pod: Any) -> Object:
    return _workload("DaemonSet", name) | {"spec": _spec(name, image, pod)}


def service(name: str, port: int = 80) -> Object:
    spec = {"selector": {"app": name}, "ports": [{"port": port, "targetPort": "http"}]}
    return {"kind": "Service", "apiVersion": "v1", "metadata": {"name": name}, "spec": spec}


def bare(name: str, image: str = f"{IMAGE}:1", **spec: Any) -> Object:
    """A pod that nobody manages."""
    return {"kind": "Pod", "apiVersion": "v1"} | _named(template(name, image, **spec), name)


def settings(name: str, **data: str) -> Object:
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": name}, "data": data}


def cronjob(name: str, image: str, schedule: str = "0 3 * * *") -> Object:
    pod = {"spec": {"restartPolicy": "Never", "containers": [{"name": "job", "image": image}]}}
    spec = {"schedule": schedule, "jobTemplate": {"spec": {"template": pod}}}
    return {"kind": "CronJob", "apiVersion": "batch/v1", "metadata": {"name": name}, "spec": spec}


def _named(obj: Object, name: str) -> Object:
    return obj | {"metadata": {**obj["metadata"], "name": name}}


def _workload(kind: str, name: str) -> Object:
    return {"kind": kind, "apiVersion": "apps/v1", "metadata": {"name": name, "labels": {"app": name}}}


def _spec(name: str, image: str, pod: Object, **more: Any) -> Object:
    return {**more, "selector": {"matchLabels": {"app": name}}, "template": template(name, image, **pod)}
