"""The cluster that is measured against: the embedded one as a process of its own, or a real one."""

import json
import os
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

import yaml


class Cluster:
    """Speaks to the API by the kubeconfig's current context, which must hold a token."""

    def __init__(self, kubeconfig: Path, name: str, process: int = 0) -> None:
        """`process` is the server's process id, if it is a child of this one."""
        self.kubeconfig = kubeconfig
        self.name = name
        self.process = process
        config = yaml.safe_load(kubeconfig.read_text())
        context = next(each["context"] for each in config["contexts"] if each["name"] == config["current-context"])
        cluster = next(each["cluster"] for each in config["clusters"] if each["name"] == context["cluster"])
        user = next(each["user"] for each in config["users"] if each["name"] == context["user"])
        self.server = cluster["server"]
        self.token = user["token"]
        self._tls = ssl._create_unverified_context()  # loopback, and a cluster that the caller has made

    def ask(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        """One request. Raises urllib's errors."""
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        request = urllib.request.Request(self.server + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, context=self._tls, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def pod_names(self, namespace: str) -> list[str]:
        """Sorted."""
        pods = self.ask("GET", f"/api/v1/namespaces/{namespace}/pods")["items"]
        return sorted(pod["metadata"]["name"] for pod in pods)

    def create_pod(self, name: str, namespace: str) -> None:
        """A pod that nothing will run."""
        spec = {
            "containers": [{"name": "main", "image": "registry.example/probe:1"}],
            "nodeSelector": {"probe": "none"},
        }
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"probe": "1"}}, "spec": spec}
        self.ask("POST", f"/api/v1/namespaces/{namespace}/pods", pod)

    def delete_pod(self, name: str, namespace: str) -> None:
        """Gone at once."""
        self.ask("DELETE", f"/api/v1/namespaces/{namespace}/pods/{name}", {"gracePeriodSeconds": 0})

    def restart(self, name: str, namespace: str, count: int) -> None:
        """Say that its first container was started so many times: one cell changes."""
        path = f"/api/v1/namespaces/{namespace}/pods/{name}"
        statuses = self.ask("GET", path)["status"]["containerStatuses"]
        statuses[0]["restartCount"] = count
        body = {"status": {"containerStatuses": statuses}}
        self.ask("PATCH", path + "/status", body, "application/merge-patch+json")


class Embedded:
    """`k8stui demo-server` with a load, for the length of a with block."""

    def __init__(self, pods: int = 10_000, churn: int = 0) -> None:
        self._pods, self._churn = pods, churn
        self._directory = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Cluster:
        file = Path(self._directory.name) / "kubeconfig"
        command = [sys.executable, "-m", "k8stui", "demo-server", "--kubeconfig", str(file)]
        command += ["--pods", str(self._pods), "--churn", str(self._churn)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ})
        assert self._process.stdout is not None
        self._process.stdout.readline()
        name = f"embedded, {self._pods:,} pods" + (f", {self._churn:,} changes/s" if self._churn else "")
        return Cluster(file, name, self._process.pid)

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(10)
        self._directory.cleanup()
