"""kubectl describe: the sections that people look for."""

import re

from tests.support.kubectl import Kubectl
from tests.support.manifests import bare, deployment, service


def test_a_workload_and_what_belongs_to_it(k: Kubectl) -> None:
    k.apply(deployment("web"), service("web"))
    k("rollout status deploy/web --timeout=30s")
    text = k("describe deploy web")
    assert "Replicas:               2 desired | 2 updated | 2 total | 2 available | 0 unavailable" in text
    assert "RollingUpdateStrategy:  25% max unavailable, 25% max surge" in text
    assert "Available      True    MinimumReplicasAvailable" in text
    assert "Scaled up replica set web-" in text
    assert "Controlled By:  Deployment/web" in k("describe rs -l app=web")
    text = k("describe pod -l app=web")
    assert "Controlled By:  ReplicaSet/web-" in text
    assert "Successfully assigned" in text
    assert "Started container web" in text
    assert text.count("State:          Running") == 2
    text = k("describe svc web")
    assert "TargetPort:               http/TCP" in text
    assert text.split("Endpoints:")[1].split()[0].count(":80") == 2


def test_a_pod_that_cannot_start(k: Kubectl) -> None:
    k.apply(bare("lost", "registry.example/missing:1"), bare("homeless", nodeSelector={"no": "where"}))
    text = k.until("describe pod lost", lambda out: "ImagePullBackOff" in out)
    assert "Failed to pull image" in text
    assert "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector" in k("describe pod homeless")


def test_cluster_objects(k: Kubectl) -> None:
    k.apply(bare("p"))
    k("wait --for=condition=Ready pod/p --timeout=20s")
    node = k("get pod p -o jsonpath={.spec.nodeName}")
    text = k(f"describe node {node}")
    assert re.search(r"Ready +True .* KubeletReady +kubelet is posting ready status", text)
    assert f"  {k.namespace}" in text.split("Non-terminated Pods:")[1]
    assert "Allocated resources:" in text
    text = k(f"describe ns {k.namespace}")
    assert "Status:       Active" in text
    assert "No resource quota." in text
    claim = {
        "kind": "PersistentVolumeClaim",
        "apiVersion": "v1",
        "metadata": {"name": "data"},
        "spec": {
            "storageClassName": "none",
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    k.apply(claim)
    text = k("describe pvc data")
    assert "Status:        Pending" in text
    assert "Used By:       <none>" in text
    k("create pdb guard --selector=app=p --min-available=1")
    text = k.until("describe pdb guard", lambda out: re.search(r"Current: +1\n", out))
    assert "Allowed disruptions:  0" in text
    assert k.fails("describe pod nosuch") == 'Error from server (NotFound): pods "nosuch" not found\n'
