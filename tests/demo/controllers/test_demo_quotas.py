"""What a namespace uses, as its quotas tell it."""

from typing import Any

from k8stui.demo.controllers.quotas import ResourceQuotas
from tests.support.inside import Inside

Object = dict[str, Any]


def quota(inside: Inside, **hard: str) -> None:
    meta = {"name": "all", "namespace": "shop"}
    inside.registry.create({"kind": "ResourceQuota", "apiVersion": "v1", "metadata": meta, "spec": {"hard": hard}})


def pod(inside: Inside, name: str, cpu: str, memory: str) -> None:
    container = {"name": "app", "image": "x", "resources": {"requests": {"cpu": cpu, "memory": memory}}}
    meta = {"name": name, "namespace": "shop"}
    inside.registry.create({"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": {"containers": [container]}})


def used(inside: Inside) -> Object:
    inside.step(1)
    status: Object = inside.get("resourcequotas", "all", "shop")["status"]
    return status


def test_a_new_quota_tells_what_is_used_already_and_goes_along(inside: Inside) -> None:
    ResourceQuotas(inside.world)
    pod(inside, "one", "250m", "128Mi")
    quota(inside, pods="5", **{"requests.cpu": "2", "requests.memory": "1Gi"})
    hard = {"pods": "5", "requests.cpu": "2", "requests.memory": "1Gi"}
    assert used(inside) == {"hard": hard, "used": {"pods": "1", "requests.cpu": "250m", "requests.memory": "128Mi"}}
    pod(inside, "two", "1", "896Mi")
    assert used(inside)["used"] == {"pods": "2", "requests.cpu": "1250m", "requests.memory": "1Gi"}
    inside.store.delete("pods", "one", "shop")
    assert used(inside)["used"]["pods"] == "1"


def test_another_namespace_and_no_change_write_nothing(inside: Inside) -> None:
    ResourceQuotas(inside.world)
    quota(inside, configmaps="3")
    used(inside)
    before = inside.get("resourcequotas", "all", "shop")["metadata"]["resourceVersion"]
    inside.registry.create({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a", "namespace": "default"}})
    used(inside)
    assert inside.get("resourcequotas", "all", "shop")["metadata"]["resourceVersion"] == before
