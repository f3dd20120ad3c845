"""What was done while the recordings were made, and is not among their exchanges."""

from tests.conformance.recorded import Object

AFTER: dict[str, dict[str, list[Object]]] = {
    "lists_and_watches": {
        "71 watch from the list's resourceVersion with bookmarks, 5 s, while pods change": [{"lines": True}],
        "73 watch with a field selector on the name": [
            {"merge": {"metadata": {"labels": {"app": "left"}}}, "path": "/api/v1/namespaces/rec-lists/pods/p1"},
            {"merge": {"metadata": {"labels": {"app": "a"}}}, "path": "/api/v1/namespaces/rec-lists/pods/p2"},
        ],
        "92 watch-list: sendInitialEvents=true": [
            {
                "merge": {"metadata": {"annotations": {"after": "the initial events"}}},
                "path": "/api/v1/namespaces/rec-lists/pods/late",
            },
        ],
    },
    "eviction": {
        "51 make it unready too": [
            {
                "status": {
                    "observedGeneration": 1,
                    "disruptionsAllowed": 0,
                    "currentHealthy": 0,
                    "desiredHealthy": 1,
                    "expectedPods": 1,
                },
                "path": "/apis/policy/v1/namespaces/rec-evict/poddisruptionbudgets/odd",
            },
        ],
    },
    "rollouts": {
        "33 ReplicaFailure on the replicaset": [
            {"delete": {}, "path": "/api/v1/namespaces/rec-roll/resourcequotas/q"},
            {"delete": {}, "path": "/apis/apps/v1/namespaces/rec-roll/deployments/failing"},
        ],
        "74 job resumed": [{"merge": {"metadata": {"labels": {"jobs": "welcome"}}}, "path": "/api/v1/nodes/worker-1"}],
    },
    "scale_status": {
        "2 create replicaset": [{"seconds": 5.0}],
        "4 PUT scale of deployments/d": [{"seconds": 0.1}],
    },
    "node_down": {
        "7 pod before": [{"seconds": 3.5}],
        "10 events about the node": [{"kubelet": "stop", "path": "edge-1"}],
        "31 the node when its kubelet is back": [{"kubelet": "start", "path": "edge-1"}],
    },
    "patches": {
        "64 create rec-node": [{"kubelet": "start", "path": "rec-node"}],
    },
    "errors": {
        "1 create deployment web": [
            {"pod": "of the deployment", "path": "/api/v1/namespaces/rec-errors/pods/web-68f89b8969-nkrdr"},
        ],
    },
    "pods_streams": {
        "44 log: follow for 2.5 s while lines arrive, cut by the client": [{"log": f"fresh {n}"} for n in range(4)],
        "45 log: follow with timestamps and a partial line": [{"log": "part one, part two"}],
        "47 log: follow ends when the pod is deleted": [
            {"delete": {"gracePeriodSeconds": 0}, "path": "/api/v1/namespaces/rec-streams/pods/named"},
        ],
    },
    "tables": {
        "17 create LimitRange bounds": [{"seconds": 2.0}],
        "83 Table watch (from a list's resourceVersion)": [
            {
                "post": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "fresh"}, "data": {"a": "1"}},
                "path": "/api/v1/namespaces/rec-tables/configmaps",
            },
            {"merge": {"data": {"b": "2"}}, "path": "/api/v1/namespaces/rec-tables/configmaps/fresh"},
            {"delete": {}, "path": "/api/v1/namespaces/rec-tables/configmaps/fresh"},
        ],
    },
}
"""Writes that were made while a watch was open, by file and the exchange after which they come. `lines`: a kubelet's
and those of others among them, in the order in which the watch tells of them. `seconds`: the recorder waited until
the pods ran."""
