"""JSON that is valid and that nobody expects: values, and objects in which some values were replaced by such."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Object = dict[str, Any]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 1, 2**31, 2**63, 10**30, 0.5, -0.0, 1e308]),
    st.sampled_from(
        [
            "",
            "a",
            "x" * 300,
            "A b",
            "💥",
            "\x00",
            "../..",
            "10%",
            "1e9",
            "100Mi",
            "-5",
            "2026-01-01T00:00:00Z",
            "99999999-99",
        ]
    ),
    st.text(max_size=6),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "key", "a", "", "$patch", "type", "containers"]), inner, max_size=3),
    ),
    max_leaves=6,
)

_TEMPLATE = {
    "metadata": {"labels": {"app": "x"}},
    "spec": {
        "containers": [
            {
                "name": "main",
                "image": "registry.example/x:1",
                "ports": [{"containerPort": 80}],
                "env": [{"name": "A", "value": "1"}],
                "resources": {"requests": {"cpu": "1"}, "limits": {"memory": "1Mi"}},
            }
        ],
        "tolerations": [{"key": "a", "operator": "Exists"}],
        "nodeName": "n",
    },
}
_SELECTOR = {"matchLabels": {"app": "x"}, "matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]}
_META = {
    "name": "odd",
    "namespace": "default",
    "labels": {"app": "x"},
    "annotations": {"a": "b"},
    "finalizers": ["x.example/y"],
    "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": "u", "controller": True}],
}
_CONTAINER = {
    "name": "main",
    "ready": True,
    "restartCount": 2,
    "image": "x",
    "imageID": "x",
    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-01-01T00:00:00Z"}},
}
_CONDITION = {
    "type": "Ready",
    "status": "True",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
    "reason": "R",
    "message": "m",
}


def _of(version: str, kind: str, **rest: Any) -> Object:
    return {"apiVersion": version, "kind": kind, "metadata": _META, **rest}


BASES: dict[str, Object] = {
    "/api/v1/namespaces/default/pods": _of(
        "v1",
        "Pod",
        spec=_TEMPLATE["spec"],
        status={
            "phase": "Running",
            "podIP": "10.0.0.1",
            "startTime": "2026-01-01T00:00:00Z",
            "conditions": [_CONDITION],
            "containerStatuses": [_CONTAINER],
        },
    ),
    "/apis/apps/v1/namespaces/default/deployments": _of(
        "apps/v1",
        "Deployment",
        spec={
            "replicas": 1,
            "selector": _SELECTOR,
            "template": _TEMPLATE,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"}},
        },
        status={"replicas": 1, "readyReplicas": 1, "conditions": [_CONDITION]},
    ),
    "/apis/apps/v1/namespaces/default/statefulsets": _of(
        "apps/v1",
        "StatefulSet",
        spec={
            "replicas": 1,
            "serviceName": "x",
            "selector": _SELECTOR,
            "template": _TEMPLATE,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}},
        },
    ),
    "/api/v1/nodes": _of(
        "v1",
        "Node",
        spec={"taints": [{"key": "a", "effect": "NoSchedule"}], "unschedulable": True},
        status={
            "conditions": [_CONDITION],
            "capacity": {"cpu": "4"},
            "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
            "nodeInfo": {"kubeletVersion": "v1"},
        },
    ),
    "/api/v1/namespaces/default/events": _of(
        "v1",
        "Event",
        involvedObject={"kind": "Pod", "name": "p", "namespace": "default"},
        reason="R",
        message="m",
        count=3,
        type="Normal",
        source={"component": "kubelet", "host": "n"},
        firstTimestamp="2026-01-01T00:00:00Z",
        lastTimestamp="2026-01-01T00:00:00Z",
    ),
    "/api/v1/namespaces/default/configmaps": _of("v1", "ConfigMap", data={"a": "b"}, binaryData={"b": "AA=="}),
    "/api/v1/namespaces/default/services": _of(
        "v1",
        "Service",
        spec={"ports": [{"port": 80, "targetPort": "x"}], "selector": {"app": "x"}, "type": "ClusterIP"},
    ),
    "/apis/batch/v1/namespaces/default/jobs": _of(
        "batch/v1",
        "Job",
        spec={"template": _TEMPLATE, "completions": 1, "backoffLimit": 2},
        status={"succeeded": 1, "startTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:00:05Z"},
    ),
    "/apis/batch/v1/namespaces/default/cronjobs": _of(
        "batch/v1",
        "CronJob",
        spec={"schedule": "* * * * *", "jobTemplate": {"spec": {"template": _TEMPLATE}}},
        status={"active": [{"name": "j"}], "lastScheduleTime": "2026-01-01T00:00:00Z"},
    ),
    "/apis/policy/v1/namespaces/default/poddisruptionbudgets": _of(
        "policy/v1",
        "PodDisruptionBudget",
        spec={"minAvailable": 1, "selector": _SELECTOR},
        status={"disruptionsAllowed": 1},
    ),
    "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings": _of(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        roleRef={"kind": "Role", "name": "r", "apiGroup": "rbac.authorization.k8s.io"},
        subjects=[{"kind": "User", "name": "u"}],
    ),
    "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers": _of(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        spec={
            "scaleTargetRef": {"kind": "Deployment", "name": "x"},
            "minReplicas": 1,
            "maxReplicas": 3,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
                }
            ],
        },
    ),
    "/api/v1/persistentvolumes": _of(
        "v1",
        "PersistentVolume",
        spec={
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "claimRef": {"name": "c", "namespace": "default"},
        },
    ),
}
"""An object of each kind that has rules or a table of its own, by the path of its collection."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def changed(base: Object, changes: list[tuple[int, Any]], *, keep: tuple[str, ...] = ("kind", "apiVersion")) -> Object:
    """A copy in which the values of some places are others (the number of a place counts round and round)."""
    twin = copy.deepcopy(base)
    for number, value in changes:
        all_of_them = [path for path in places(twin) if path[0] not in keep and path not in _NAMES]
        if not all_of_them:
            break
        *way, last = all_of_them[number % len(all_of_them)]
        target: Any = twin
        for key in way:
            target = target[key]
        target[last] = value
    return twin


_NAMES = (("metadata",), ("metadata", "name"), ("metadata", "namespace"))
changes = st.lists(st.tuples(st.integers(0, 200), values), min_size=1, max_size=3)
