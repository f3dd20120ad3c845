"""Nodes of a real cluster that are a test's own, with pods of a namespace of its own on them."""

import json
import subprocess
from typing import Any

from tests.e2e.conftest import Kubectl
from tests.support.waiting import promptly


class Ground:
    """Two nodes of the test's own, on which nothing else runs, and a namespace for their pods."""

    def __init__(self, kubectl: Kubectl, namespace: str) -> None:
        self.kubectl, self.namespace = kubectl, namespace
        self.first, self.second = f"{namespace}-1", f"{namespace}-2"

    def node(self, name: str) -> None:
        room = {"cpu": "32", "memory": "256Gi", "pods": "250"}
        metadata = {
            "name": name,
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {"kubernetes.io/hostname": name, "type": "kwok", "e2e": self.namespace},
        }
        taint = {"key": "e2e", "value": self.namespace, "effect": "NoSchedule"}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"taints": [taint]}}
        self.apply(node | {"status": {"allocatable": room, "capacity": room}})

    def apply(self, obj: Any) -> None:
        done = subprocess.run(
            self.kubectl.argv("apply", "-f", "-"), input=json.dumps(obj), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def deploy(self, name: str, replicas: int, **budget: Any) -> None:
        """A Deployment with a budget; its pods are ready when this returns, all on the first node."""
        labels = {"app": name}
        pod = {
            "nodeSelector": {"e2e": self.namespace},
            "tolerations": [{"key": "e2e", "operator": "Exists"}],
            "containers": [{"name": "main", "image": "registry.example/app:1"}],
        }
        meta = {"name": name, "namespace": self.namespace}
        template = {"metadata": {"labels": labels}, "spec": pod}
        spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
        self.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec})
        wanted = {"selector": {"matchLabels": labels}} | budget
        self.apply({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": wanted})
        self.kubectl("-n", self.namespace, "rollout", "status", f"deployment/{name}", "--timeout=60s")
        promptly(lambda: self.expected(name) == replicas, within=30)

    def expected(self, name: str) -> int:
        status = self.get("-n", self.namespace, "pdb", name).get("status") or {}
        return int(status.get("currentHealthy", 0))

    def get(self, *words: str) -> Any:
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def cordoned(self, node: str) -> bool:
        return bool(self.get("node", node)["spec"].get("unschedulable"))

    def on(self, node: str) -> list[str]:
        rows = self.get("pods", "-n", self.namespace, f"--field-selector=spec.nodeName={node}")["items"]
        return [row["metadata"]["name"] for row in rows]
