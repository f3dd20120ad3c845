"""Descriptions of a real cluster's objects say what `kubectl describe` says (what differs on purpose is listed)."""

import json
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from k8stui.model.kinds import DAEMON_SETS, DEPLOYMENTS, NAMESPACES, NODES, PODS, REPLICA_SETS, STATEFUL_SETS, Kind
from tests.e2e.conftest import Kubectl
from tests.support import described, describing
from tests.support.describing_rest import DIFFERENCES

KINDS = (NODES, PODS, DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, NAMESPACES)


class Both:
    """The cluster, asked by kubectl and, through its proxy, by us."""

    def __init__(self, kubectl: Kubectl, url: str) -> None:
        self.kubectl = kubectl
        self._url = url

    def compare(self, kind: Kind, namespace: str | None = None, name: str = "") -> int:
        more = DIFFERENCES.get(kind.resource, ())
        return describing.compare(self._get, self._run, kind, namespace, name, more)

    def _get(self, path: str) -> Any:
        with urlopen(self._url + path, timeout=60) as answer:
            return json.loads(answer.read())

    def _run(self, line: str) -> str:
        return self.kubectl(*shlex.split(line))


@pytest.fixture(scope="module")
def both(kubectl: Kubectl) -> Iterator[Both]:
    argv = kubectl.argv("proxy", "--port", "0")
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield Both(kubectl, "http://" + child.stdout.readline().split()[-1])
        child.terminate()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_object_of_the_kind(both: Both, kind: Kind) -> None:
    """The namespace is that of the small workload that the cluster is filled with."""
    assert both.compare(kind, "shop" if kind.namespaced else None) > 0


def test_a_pod_with_everything(both: Both, kubectl: Kubectl, namespace: str, tmp_path: Any) -> None:
    """Every field and every type of volume that a real server takes; its status as a kubelet might write it."""
    pod = described.pod("everything", namespace, **described.template())
    pod["metadata"]["annotations"] = described.NOTES
    pod["spec"]["readinessGates"] = [{"conditionType": "example.com/feature"}]
    for name, body in (("pod.json", pod), ("status.json", {"status": described.status()})):
        (tmp_path / name).write_text(json.dumps(body))
    kubectl("create", "--validate=false", "-f", str(tmp_path / "pod.json"))
    patch = ("--subresource", "status", "--type", "merge", "--patch-file", str(tmp_path / "status.json"))
    kubectl("-n", namespace, "patch", "pod", "everything", *patch)
    assert both.compare(PODS, namespace, "everything") == 1
