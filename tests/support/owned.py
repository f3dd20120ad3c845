"""Owners of pods for tests: as short as a server takes them."""

from typing import Any

Object = dict[str, Any]


def template(app: str = "web", image: str = "registry.example/web:1", **spec: Any) -> Object:
    """A pod template with one container."""
    containers = [{"name": app, "image": image}]
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": containers, **spec}}


def owner(kind: str, name: str = "web", *, api: str = "apps/v1", pod: Object | None = None, **spec: Any) -> Object:
    """A Deployment, ReplicaSet, StatefulSet or DaemonSet that selects its own pods."""
    return {
        "kind": kind,
        "apiVersion": api,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": pod or template(name), **spec},
    }


def job(name: str = "work", *, restart: str = "Never", **spec: Any) -> Object:
    """A Job."""
    pod = {"spec": {"restartPolicy": restart, "containers": [{"name": name, "image": "registry.example/work:1"}]}}
    meta = {"name": name, "namespace": "default"}
    return {"kind": "Job", "apiVersion": "batch/v1", "metadata": meta, "spec": {"template": pod, **spec}}


def cronjob(name: str = "tick", schedule: str = "* * * * *", **spec: Any) -> Object:
    """A CronJob."""
    of = job(name)
    body = {"schedule": schedule, "jobTemplate": {"metadata": {"labels": {"from": name}}, "spec": of["spec"]}, **spec}
    return of | {"kind": "CronJob", "spec": body}
