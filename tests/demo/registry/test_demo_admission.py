"""Quotas, limits, pod security: refusals and warnings as recorded from a Kubernetes 1.34 server."""

from typing import Any

import pytest

from k8stui.demo.registry.registry import Registry
from k8stui.demo.registry.request import Request
from k8stui.demo.storage.errors import Refusal
from tests.support.writing import Object, obj, pod, refused, registry, workload


def cpu(name: str, **resources: Any) -> Object:
    return pod(name, containers=[{"name": "main", "image": "x:1", "resources": resources}])


def with_quota(**hard: str) -> Registry:
    made = registry()
    made.create(obj("v1", "ResourceQuota", "q", spec={"hard": {key.replace("_", "/"): hard[key] for key in hard}}))
    return made


def test_a_quota_counts_what_there_is() -> None:
    made = with_quota(pods="1", count_secrets="0")
    made.create(pod("one"))
    assert refused(made, pod("over")).message == (
        'pods "over" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'
    )
    assert refused(made, obj("v1", "Secret", "s")).message == (
        'secrets "s" is forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=0, '
        "limited: count/secrets=0"
    )
    made.delete("pods", "one", "default")
    assert made.create(pod("again"))["metadata"]["name"] == "again"


def test_a_quota_of_resources_wants_them_stated_and_adds_them_up() -> None:
    made = registry()
    made.create(obj("v1", "ResourceQuota", "q", spec={"hard": {"requests.cpu": "1"}}))
    assert (
        refused(made, cpu("a")).message == 'pods "a" is forbidden: failed quota: q: must specify requests.cpu for: main'
    )
    made.create(cpu("half", requests={"cpu": "500m"}))
    assert refused(made, cpu("a", requests={"cpu": "600m"})).message == (
        'pods "a" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=500m, '
        "limited: requests.cpu=1"
    )


def test_a_limit_range_fills_in_and_refuses() -> None:
    made = registry()
    limits = made.create(obj("v1", "LimitRange", "l", spec={"limits": [{"type": "Container", "max": {"cpu": "500m"}}]}))
    same = {"cpu": "500m"}
    assert limits["spec"]["limits"] == [{"type": "Container", "max": same, "default": same, "defaultRequest": same}]
    filled = made.create(cpu("a"))
    assert filled["spec"]["containers"][0]["resources"] == {"requests": same, "limits": same}
    note = "LimitRanger plugin set: cpu request for container main; cpu limit for container main"
    assert filled["metadata"]["annotations"] == {"kubernetes.io/limit-ranger": note}
    more = {"cpu": "600m"}
    assert refused(made, cpu("b", requests=more, limits=more)).message == (
        'pods "b" is forbidden: maximum cpu usage per Container is 500m, but limit is 600m'
    )


def secured(**labels: str) -> Registry:
    made = registry()
    place = made.store.get("namespaces", "default")
    place["metadata"]["labels"] |= {f"pod-security.kubernetes.io/{mode}": labels[mode] for mode in labels}
    made.update(place)
    return made


WHAT = (
    '"restricted:latest": allowPrivilegeEscalation != false (container "a" must set '
    'securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "a" must set '
    'securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "a" must set '
    'securityContext.runAsNonRoot=true), seccompProfile (pod or container "a" must set '
    'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
)


def test_pod_security_refuses_pods_and_warns_of_templates() -> None:
    made = secured(enforce="restricted")
    assert refused(made, pod()).message == f'pods "p" is forbidden: violates PodSecurity {WHAT}'
    told: list[str] = []
    made.create(workload("Deployment"), by=Request(warnings=told))
    assert told == [f"would violate PodSecurity {WHAT}"]


def test_pod_security_only_warns_when_asked_so() -> None:
    made = secured(warn="restricted")
    told: list[str] = []
    made.create(pod(), by=Request(warnings=told))
    assert told == [f"would violate PodSecurity {WHAT}"]


def test_the_baseline_level_is_about_the_host() -> None:
    made = secured(enforce="baseline")
    made.create(pod("plain"))
    privileged = {"name": "a", "image": "x", "securityContext": {"privileged": True}}
    assert refused(made, pod(hostNetwork=True, containers=[privileged])).message == (
        'pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true), '
        'privileged (container "a" must not set securityContext.privileged=true)'
    )


def test_a_stricter_namespace_tells_of_the_pods_it_has() -> None:
    made = registry()
    for name in ("one", "two"):
        made.create(pod(name))
    kind = made.catalog.named("namespaces")
    place = made.store.get("namespaces", "default")
    place["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "restricted"
    told: list[str] = []
    made.replace(kind, place, made.store.entry(kind, "", "default"), by=Request(warnings=told))
    assert told == [
        'existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"',
        "one (and 1 other pod): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, "
        "seccompProfile",
    ]


def test_an_unknown_priority_class_and_an_unknown_level_are_refused() -> None:
    made = registry()
    assert refused(made, pod(priorityClassName="none")).message == (
        'pods "p" is forbidden: no PriorityClass with name none was found'
    )
    with pytest.raises(Refusal, match="must be one of privileged, baseline, restricted"):
        secured(enforce="strict")


def test_claims_nodes_and_volumes_are_marked_at_birth() -> None:
    made = registry()
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    default = {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    made.create({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": default, "provisioner": "x"})
    found = made.create(obj("v1", "PersistentVolumeClaim", "c", spec=claim))
    assert found["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    assert (found["spec"]["storageClassName"], found["status"]) == ("fast", {"phase": "Pending"})
    node = made.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}})
    assert node["spec"]["taints"] == [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]
