"""What a server fills in: checked against the answers of a Kubernetes 1.34 server."""

from base64 import b64encode
from typing import Any

import pytest

from k8stui.demo.registry.defaults.status import qos_class
from tests.support.writing import obj, pod, registry, template, workload

CONTAINER = {
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "imagePullPolicy": "IfNotPresent",
}
POD = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}


def test_a_pod_gets_policies_priority_and_five_minutes_on_a_lost_node() -> None:
    made = registry().create(pod())
    lost = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    keys = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
    assert made["spec"] == {
        "containers": [{"name": "a", "image": "x:1", **CONTAINER}],
        **POD,
        "tolerations": [{"key": key, **lost} for key in keys],
        "priority": 0,
        "preemptionPolicy": "PreemptLowerPriority",
        "enableServiceLinks": True,
    }
    assert made["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert made["metadata"]["generation"] == 1


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("x", "Always"),
        ("x:latest", "Always"),
        ("x:1", "IfNotPresent"),
        ("localhost:5000/x", "Always"),
        ("localhost:5000/x:2", "IfNotPresent"),
        ("x@sha256:" + "a" * 64, "IfNotPresent"),
    ],
)
def test_the_tag_decides_the_pull_policy(image: str, policy: str) -> None:
    made = registry().create(pod(containers=[{"name": "a", "image": image}]))
    assert made["spec"]["containers"][0]["imagePullPolicy"] == policy


def test_probes_ports_volumes_and_requests_are_filled_in() -> None:
    container = {
        "name": "a",
        "image": "x:1",
        "ports": [{"containerPort": 80}],
        "livenessProbe": {"httpGet": {"port": 80}},
        "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
        "resources": {"limits": {"cpu": "1"}},
    }
    volumes = [{"name": "v"}, {"name": "s", "secret": {"secretName": "x"}}, {"name": "h", "hostPath": {"path": "/x"}}]
    made = registry().create(pod(containers=[container], volumes=volumes, serviceAccountName="robot"))["spec"]
    filled = made["containers"][0]
    assert filled["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    assert filled["livenessProbe"] == {
        "httpGet": {"port": 80, "path": "/", "scheme": "HTTP"},
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert filled["env"][0]["valueFrom"]["fieldRef"]["apiVersion"] == "v1"
    assert filled["resources"]["requests"] == {"cpu": "1"}
    assert made["volumes"] == [
        {"name": "v", "emptyDir": {}},
        {"name": "s", "secret": {"secretName": "x", "defaultMode": 420}},
        {"name": "h", "hostPath": {"path": "/x", "type": ""}},
    ]
    assert made["serviceAccount"] == "robot"


RESOURCES = [
    ({}, "BestEffort"),
    ({"requests": {"cpu": "1"}}, "Burstable"),
    ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}, "Guaranteed"),
    ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m", "memory": "1Gi"}}, "Burstable"),
]


@pytest.mark.parametrize(("resources", "wanted"), RESOURCES)
def test_quality_of_service_follows_from_the_resources(resources: dict[str, Any], wanted: str) -> None:
    assert qos_class({"containers": [{"name": "a", "resources": resources}]}) == wanted


WORKLOADS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "Deployment",
        {
            "replicas": 1,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
        },
        {},
    ),
    (
        "StatefulSet",
        {
            "replicas": 1,
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            "revisionHistoryLimit": 10,
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        },
        {"replicas": 0, "availableReplicas": 0},
    ),
    (
        "DaemonSet",
        {
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
            "revisionHistoryLimit": 10,
        },
        {"currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0},
    ),
    ("ReplicaSet", {"replicas": 1}, {"replicas": 0}),
]


@pytest.mark.parametrize(("kind", "added", "status"), WORKLOADS)
def test_workloads_get_strategies_limits_and_their_first_status(
    kind: str, added: dict[str, Any], status: dict[str, Any]
) -> None:
    made = registry().create(workload(kind))
    pods = {"containers": [{"name": "a", "image": "x:1", **CONTAINER}], **POD}
    filled = {"metadata": {"labels": {"app": "t"}}, "spec": pods}
    assert made["spec"] == {"selector": {"matchLabels": {"app": "t"}}, "template": filled, **added}
    assert made["status"] == status


def test_what_was_given_stays_and_only_the_rest_is_filled_in() -> None:
    strategy = {"rollingUpdate": {"maxSurge": 2}}
    made = registry().create(workload("Deployment", replicas=0, strategy=strategy))["spec"]
    assert (made["replicas"], made["strategy"]["rollingUpdate"]) == (0, {"maxSurge": 2, "maxUnavailable": "25%"})
    recreated = registry().create(workload("Deployment", strategy={"type": "Recreate"}))["spec"]
    assert recreated["strategy"] == {"type": "Recreate"}


def test_what_is_handed_over_is_not_changed() -> None:
    sent = workload("Deployment")
    registry().create(sent)
    assert sent == workload("Deployment")


def test_a_job_selects_by_its_uid() -> None:
    spec = {"template": template(restartPolicy="Never")}
    made = registry().create(obj("batch/v1", "Job", "j", spec=spec))
    uid = made["metadata"]["uid"]
    labels = {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": "j"}
    labels |= {"controller-uid": uid, "job-name": "j", "app": "t"}
    assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert made["spec"]["template"]["metadata"]["labels"] == made["metadata"]["labels"] == labels
    assert (made["spec"]["completions"], made["spec"]["parallelism"], made["spec"]["backoffLimit"]) == (1, 1, 6)


def test_services_get_addresses_of_their_own_and_node_ports() -> None:
    made = registry()
    spec = {"ports": [{"port": 80}], "selector": {"a": "b"}}
    one = made.create(obj("v1", "Service", "one", spec=spec))["spec"]
    two = made.create(obj("v1", "Service", "two", spec={**spec, "type": "NodePort"}))["spec"]
    none = made.create(obj("v1", "Service", "none", spec={**spec, "clusterIP": "None"}))["spec"]
    assert one["clusterIP"].startswith("10.0.")
    assert one["clusterIPs"] == [one["clusterIP"]] != two["clusterIPs"]
    assert one["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    assert (one["type"], one["sessionAffinity"], one["internalTrafficPolicy"]) == ("ClusterIP", "None", "Cluster")
    assert 30_000 <= two["ports"][0]["nodePort"] < 32_768
    assert two["externalTrafficPolicy"] == "Cluster"
    assert none["clusterIPs"] == ["None"]


def test_a_service_keeps_its_address_and_loses_node_ports_with_its_type() -> None:
    made = registry()
    before = made.create(obj("v1", "Service", "s", spec={"type": "NodePort", "ports": [{"port": 80}]}))
    address = before["spec"]["clusterIP"]
    for name in ("clusterIP", "clusterIPs"):
        del before["spec"][name]
    before["spec"]["type"] = "ClusterIP"
    after = made.update(before)
    assert after["spec"]["clusterIP"] == address
    assert "nodePort" not in after["spec"]["ports"][0]
    assert "externalTrafficPolicy" not in after["spec"]
    external = made.update({**after, "spec": {"type": "ExternalName", "externalName": "a.example"}})["spec"]
    assert "clusterIP" not in external


def test_a_secret_takes_text_and_keeps_bytes() -> None:
    made = registry().create(obj("v1", "Secret", "s", stringData={"a": "b"}))
    assert (made["type"], made["data"]) == ("Opaque", {"a": b64encode(b"b").decode()})
    assert "stringData" not in made


def test_priority_comes_from_the_class() -> None:
    made = registry()
    made.create(
        {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 7}
    )
    assert made.create(pod("one", priorityClassName="high"))["spec"]["priority"] == 7
    assert made.create(pod("two", priorityClassName="system-node-critical"))["spec"]["priority"] == 2_000_001_000


def test_a_template_that_an_update_left_alone_stays_as_it_was() -> None:
    made = registry()
    kind = made.catalog.named("deployments")
    bare = made.store.create(workload("Deployment"))  # planted: no defaults
    bare["spec"]["replicas"] = 3
    after = made.replace(kind, bare, made.store.entry(kind, "default", "w"))
    assert after["spec"]["template"] == template()
    assert (after["spec"]["replicas"], after["spec"]["revisionHistoryLimit"]) == (3, 10)


def test_an_account_and_its_token_come_when_the_cluster_wants_them() -> None:
    made = registry()
    made.accounts = True
    made.create(obj("v1", "ServiceAccount", "default"))
    spec = made.create(pod())["spec"]
    volume = spec["volumes"][0]["name"]
    assert spec["serviceAccountName"] == "default"
    assert volume.startswith("kube-api-access-")
    assert spec["containers"][0]["volumeMounts"][0]["name"] == volume
