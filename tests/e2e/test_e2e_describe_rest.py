"""Descriptions of every other kind on a real cluster: objects with every section say what `kubectl describe` says."""

import json
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from k8stui.model import kinds
from k8stui.model.kinds import Kind
from tests.e2e.conftest import Kubectl
from tests.support import describing
from tests.support.describing import Difference
from tests.support.describing_rest import CUSTOM, DIFFERENCES, GADGETS, GENERIC, STATUS

HERE = Path(__file__).parent.parent / "conformance"
LIMIT = 60.0
"""Seconds until a new kind is served."""


class Both:
    """The cluster, asked by kubectl and, through its proxy, by us."""

    def __init__(self, kubectl: Kubectl, url: str) -> None:
        self.kubectl = kubectl
        self._url = url

    def compare(self, kind: Kind, more: tuple[Difference, ...]) -> int:
        namespace = "described" if kind.namespaced else None
        return describing.compare(self._get, self._run, kind, namespace, more=more)

    def _get(self, path: str) -> Any:
        with urlopen(self._url + path, timeout=60) as answer:
            return json.loads(answer.read())

    def _run(self, line: str) -> str:
        return self.kubectl(*shlex.split(line))


@pytest.fixture(scope="module")
def both(kubectl: Kubectl) -> Iterator[Both]:
    kubectl("apply", "-f", str(HERE / "described.yaml"))
    kubectl("wait", "--for", "condition=Established", f"--timeout={LIMIT:.0f}s", "crd", "gadgets.described.example")
    _until_served(kubectl)
    kubectl("-n", "described", "patch", "gadget", "left", "--subresource", "status", "--type", "merge", "-p", STATUS)
    argv = kubectl.argv("proxy", "--port", "0")
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield Both(kubectl, "http://" + child.stdout.readline().split()[-1])
        child.terminate()
    kubectl("-n", "described", "patch", "gadget", "left", "--type", "merge", "-p", '{"metadata": {"finalizers": null}}')
    kubectl("delete", "--wait=false", "-f", str(HERE / "described.yaml"))


def _until_served(kubectl: Kubectl) -> None:
    """Apply the custom object: the kind may take a moment longer than its condition says."""
    limit = time.monotonic() + LIMIT
    while True:
        try:
            kubectl("apply", "-f", str(HERE / "gadget.yaml"))
            return
        except AssertionError:
            if time.monotonic() > limit:
                raise


@pytest.mark.parametrize("resource", [name for name in DIFFERENCES if name != kinds.LEASES.resource])
def test_every_object_of_the_kind(both: Both, resource: str) -> None:
    assert both.compare(kinds.BUILT_IN[resource], DIFFERENCES[resource]) > 0


@pytest.mark.parametrize("kind", [GADGETS, CUSTOM], ids=lambda kind: kind.plural)
def test_kinds_that_nobody_knows(both: Both, kind: Kind) -> None:
    assert both.compare(kind, GENERIC) > 0
