"""Cells of every kind that has a printer of its own."""

from typing import Any

import pytest

from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.tables.printers import printer
from k8stui.model.duration import stamp

NOW = stamp("2026-01-01T01:00:00Z")
META = {"name": "x", "creationTimestamp": "2026-01-01T00:59:00Z"}


def cells(resource: str, **obj: Any) -> list[Any]:
    plural, _, group = resource.partition(".")
    kind = Catalog().named(f"{plural}.{group}" if group else plural)
    meta = META | obj.pop("metadata", {})
    found: list[Any] = printer(kind).row({"metadata": meta, **obj}, NOW or 0.0)["cells"]
    return found


def ports(*numbers: int) -> list[dict[str, Any]]:
    return [{"port": number} for number in numbers]


TEMPLATE = {"spec": {"containers": [{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:1"}]}}
LABELS = {"matchLabels": {"app": "x"}}


@pytest.mark.parametrize(
    ("resource", "obj", "wanted"),
    [
        ("configmaps", {"data": {"a": "", "b": ""}, "binaryData": {"c": ""}}, ["x", 3, "60s"]),
        ("secrets", {"type": "Opaque", "data": {"a": ""}}, ["x", "Opaque", 1, "60s"]),
        ("serviceaccounts", {}, ["x", 0, "60s"]),
        ("limitranges", {}, ["x", "2026-01-01T00:59:00Z"]),
        (
            "resourcequotas",
            {"status": {"hard": {"pods": "20", "limits.memory": "8Gi"}, "used": {"pods": "4", "limits.memory": "0"}}},
            ["x", "pods: 4/20", "limits.memory: 0/8Gi", "60s"],
        ),
        (
            "services",
            {
                "spec": {
                    "type": "NodePort",
                    "clusterIP": "10.0.0.1",
                    "externalIPs": ["192.0.2.1", "192.0.2.2"],
                    "ports": [{"port": 80, "nodePort": 30080, "protocol": "UDP"}],
                }
            },
            ["x", "NodePort", "10.0.0.1", "192.0.2.1,192.0.2.2", "80:30080/UDP", "60s", "<none>"],
        ),
        (
            "services",
            {"spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1", "ports": ports(443), "selector": {"a": "b"}}},
            ["x", "LoadBalancer", "10.0.0.1", "<pending>", "443/TCP", "60s", "a=b"],
        ),
        (
            "services",
            {"spec": {"type": "ExternalName", "externalName": "db.example"}},
            ["x", "ExternalName", "<none>", "db.example", "<none>", "60s", "<none>"],
        ),
        (
            "endpoints",
            {"subsets": [{"addresses": [{"ip": "10.0.0.1"}, {"ip": "2001:db8::1"}], "ports": ports(80, 81)}]},
            ["x", "10.0.0.1:80,[2001:db8::1]:80,10.0.0.1:81 + 1 more...", "60s"],
        ),
        ("endpoints", {}, ["x", "<none>", "60s"]),
        (
            "endpointslices.discovery.k8s.io",
            {"addressType": "IPv4", "ports": ports(80, 81, 82, 83), "endpoints": [{"addresses": ["10.0.0.1"]}]},
            ["x", "IPv4", "80,81,82 + 1 more...", "10.0.0.1", "60s"],
        ),
        ("endpointslices.discovery.k8s.io", {"addressType": "IPv4"}, ["x", "IPv4", "<unset>", "<unset>", "60s"]),
        (
            "ingresses.networking.k8s.io",
            {
                "spec": {"rules": [{"host": f"h{index}"} for index in range(4)], "tls": [{}]},
                "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}, {"hostname": "lb.example"}]}},
            },
            ["x", "<none>", "h0,h1,h2 + 1 more...", "192.0.2.1,lb.example", "80, 443", "60s"],
        ),
        ("ingresses.networking.k8s.io", {}, ["x", "<none>", "*", "", "80", "60s"]),
        (
            "ingressclasses.networking.k8s.io",
            {"spec": {"controller": "c", "parameters": {"apiGroup": "g", "kind": "K", "name": "n"}}},
            ["x", "c", "K.g/n", "60s"],
        ),
        (
            "networkpolicies.networking.k8s.io",
            {
                "spec": {
                    "podSelector": LABELS
                    | {
                        "matchExpressions": [
                            {"key": "a", "operator": "In", "values": ["z", "b"]},
                            {"key": "q", "operator": "DoesNotExist"},
                            {"key": "b", "operator": "Exists"},
                            {"key": "n", "operator": "NotIn", "values": ["1"]},
                        ]
                    }
                }
            },
            ["x", "a in (b,z),app=x,b,n notin (1),!q", "60s"],
        ),
        (
            "ipaddresses.networking.k8s.io",
            {"spec": {"parentRef": {"resource": "services", "namespace": "d", "name": "n"}}},
            ["x", "services/d/n"],
        ),
        (
            "persistentvolumeclaims",
            {
                "spec": {"volumeName": "v", "storageClassName": "s", "volumeMode": "Block"},
                "status": {
                    "phase": "Bound",
                    "capacity": {"storage": "5Gi"},
                    "accessModes": ["ReadWriteMany", "ReadOnlyMany"],
                },
            },
            ["x", "Bound", "v", "5Gi", "ROX,RWX", "s", "<unset>", "60s", "Block"],
        ),
        (
            "persistentvolumes",
            {
                "metadata": {"deletionTimestamp": "2026-01-01T00:59:30Z"},
                "spec": {
                    "capacity": {"storage": "1Gi"},
                    "accessModes": ["ReadWriteOnce"],
                    "claimRef": {"namespace": "d", "name": "c"},
                    "persistentVolumeReclaimPolicy": "Retain",
                },
                "status": {"phase": "Bound"},
            },
            ["x", "1Gi", "RWO", "Retain", "Terminating", "d/c", "", "<unset>", "", "60s", "<unset>"],
        ),
        (
            "storageclasses.storage.k8s.io",
            {"metadata": {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}, "provisioner": "p"},
            ["x (default)", "p", "Delete", "Immediate", False, "60s"],
        ),
        ("csinodes.storage.k8s.io", {"spec": {"drivers": [{}, {}]}}, ["x", 2, "60s"]),
        (
            "jobs.batch",
            {
                "spec": {"completions": 2, "template": TEMPLATE, "selector": LABELS},
                "status": {
                    "succeeded": 1,
                    "startTime": "2026-01-01T00:59:30Z",
                    "conditions": [{"type": "Suspended", "status": "True"}],
                },
            },
            ["x", "Suspended", "1/2", "30s", "60s", "a,b", "a:1,b:1", "app=x"],
        ),
        (
            "jobs.batch",
            {"spec": {"parallelism": 3}, "status": {"conditions": [{"type": "Failed", "status": "True"}]}},
            ["x", "Failed", "0/1 of 3", "", "60s", "", "", "<none>"],
        ),
        (
            "cronjobs.batch",
            {
                "spec": {
                    "schedule": "* * * * *",
                    "suspend": False,
                    "timeZone": "Etc/UTC",
                    "jobTemplate": {"spec": {"template": TEMPLATE}},
                },
                "status": {"active": [{}], "lastScheduleTime": "2026-01-01T00:58:00Z"},
            },
            ["x", "* * * * *", "Etc/UTC", "False", 1, "2m", "60s", "a,b", "a:1,b:1", "<none>"],
        ),
        (
            "daemonsets.apps",
            {
                "spec": {"selector": LABELS, "template": {"spec": {"nodeSelector": {"k": "v"}}}},
                "status": {"desiredNumberScheduled": 3, "numberReady": 1},
            },
            ["x", 3, 0, 1, 0, 0, "k=v", "60s", "", "", "app=x"],
        ),
        (
            "controllerrevisions.apps",
            {
                "metadata": {
                    "ownerReferences": [{"controller": True, "kind": "DaemonSet", "apiVersion": "apps/v1", "name": "d"}]
                },
                "revision": 4,
            },
            ["x", "daemonset.apps/d", 4, "60s"],
        ),
        ("statefulsets.apps", {"spec": {"template": TEMPLATE}}, ["x", "0/1", "60s", "a,b", "a:1,b:1"]),
        (
            "horizontalpodautoscalers.autoscaling",
            {
                "spec": {
                    "scaleTargetRef": {"kind": "Deployment", "name": "d"},
                    "minReplicas": 2,
                    "maxReplicas": 5,
                    "metrics": [
                        {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 70}}},
                        {"type": "Pods", "pods": {"target": {"averageValue": "10"}}},
                        {"type": "External", "external": {"target": {"value": "3"}}},
                    ],
                },
                "status": {
                    "currentReplicas": 2,
                    "currentMetrics": [
                        {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 45}}}
                    ],
                },
            },
            ["x", "Deployment/d", "cpu: 45%/70%, <unknown>/10 + 1 more...", "2", 5, 2, "60s"],
        ),
        (
            "poddisruptionbudgets.policy",
            {"spec": {"maxUnavailable": "50%"}, "status": {"disruptionsAllowed": 1}},
            ["x", "N/A", "50%", 1, "60s"],
        ),
        (
            "rolebindings.rbac.authorization.k8s.io",
            {
                "roleRef": {"kind": "Role", "name": "r"},
                "subjects": [
                    {"kind": "User", "name": "u"},
                    {"kind": "Group", "name": "g"},
                    {"kind": "ServiceAccount", "name": "s", "namespace": "n"},
                    {"kind": "User", "name": "v"},
                ],
            },
            ["x", "Role/r", "60s", "u, v", "g", "n/s"],
        ),
        ("priorityclasses.scheduling.k8s.io", {"value": 7}, ["x", 7, False, "60s", "PreemptLowerPriority"]),
        (
            "certificatesigningrequests.certificates.k8s.io",
            {
                "spec": {"signerName": "s", "username": "u", "expirationSeconds": 7200},
                "status": {"conditions": [{"type": "Approved"}], "certificate": "abc"},
            },
            ["x", "60s", "s", "u", "120m", "Approved,Issued"],
        ),
        (
            "apiservices.apiregistration.k8s.io",
            {
                "spec": {"service": {"namespace": "n", "name": "s"}},
                "status": {"conditions": [{"type": "Available", "status": "False", "reason": "Missing"}]},
            },
            ["x", "n/s", "False (Missing)", "60s"],
        ),
        (
            "flowschemas.flowcontrol.apiserver.k8s.io",
            {"spec": {"priorityLevelConfiguration": {"name": "p"}, "matchingPrecedence": 5}},
            ["x", "p", 5, "<none>", "60s", "?"],
        ),
        (
            "resourceclaims.resource.k8s.io",
            {"status": {"allocation": {"a": 1}, "reservedFor": [{"a": 1}]}},
            ["x", "allocated,reserved", "60s"],
        ),
        ("leases.coordination.k8s.io", {"spec": {"holderIdentity": "h"}}, ["x", "h", "60s"]),
        (
            "events",
            {
                "type": "Warning",
                "reason": "R",
                "message": " m \n",
                "involvedObject": {"kind": "Pod", "name": "p", "fieldPath": "f"},
                "reportingComponent": "c",
                "reportingInstance": "i",
                "eventTime": "2026-01-01T00:50:00.000000Z",
                "series": {"count": 4, "lastObservedTime": "2026-01-01T00:59:50.000000Z"},
            },
            ["10s", "Warning", "R", "pod/p", "f", "c, i", "m", "10m", 4, "x"],
        ),
        (
            "events",
            {
                "source": {"component": "k", "host": "n"},
                "count": 3,
                "firstTimestamp": "2026-01-01T00:58:00Z",
                "lastTimestamp": "2026-01-01T00:59:00Z",
            },
            ["60s", "", "", "", "", "k, n", "", "2m", 3, "x"],
        ),
        (
            "pods.metrics.k8s.io",
            {
                "window": "15s",
                "containers": [{"usage": {"cpu": "5n", "memory": "1Ki"}}, {"usage": {"cpu": "7n", "memory": "2Ki"}}],
            },
            ["x", "12n", "3Ki", "15s"],
        ),
    ],
)
def test_cells(resource: str, obj: dict[str, Any], wanted: list[Any]) -> None:
    assert cells(resource, **obj) == wanted
