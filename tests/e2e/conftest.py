"""A real cluster: K8STUI_E2E_KUBECONFIG names its kubeconfig (contexts `real`, an admin, and `real-viewer`)."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import program
from tests.support.terminal import Terminal

HERE = Path(__file__).parent
_NUMBERS = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a real cluster, and says so where there is none."""
    missing = "" if os.environ.get("K8STUI_E2E_KUBECONFIG") else "K8STUI_E2E_KUBECONFIG is not set: no real cluster"
    if not missing and shutil.which("kubectl") is None:
        missing = "kubectl is not in PATH"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if missing:
                item.add_marker(pytest.mark.skip(reason=missing))


class Kubectl:
    """kubectl on the real cluster, as its admin."""

    def __init__(self) -> None:
        self.kubeconfig = os.environ["K8STUI_E2E_KUBECONFIG"]

    def argv(self, *words: str) -> list[str]:
        return ["kubectl", "--kubeconfig", self.kubeconfig, "--context", "real", *words]

    def __call__(self, *words: str) -> str:
        done = subprocess.run(self.argv(*words), capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pod(self, namespace: str, name: str) -> None:
        """A pod that kwok runs."""
        spec = {"nodeSelector": {"type": "kwok"}, "terminationGracePeriodSeconds": 0}
        self(
            "-n", namespace, "run", name, "--image", "registry.example/e2e:1", "--overrides", json.dumps({"spec": spec})
        )

    def table(self, *words: str) -> dict[str, dict[str, str]]:
        """`kubectl get … -o wide` by name, each row as {column: cell}."""
        from tests.support.screen_table import cells

        lines = self("get", *words, "-o", "wide").splitlines()
        titles = [title.strip() for title in lines[0].split("  ") if title.strip()]
        # kubectl separates columns by three blanks; cells of ours start at the fourth character.
        padded = ["   " + line.rstrip() for line in lines]
        return {row["NAME"]: row for row in cells(padded, titles)}


class Api:
    """The API server of the real cluster, to be stopped and started."""

    def __init__(self) -> None:
        self._script = os.environ["K8STUI_REALCLUSTER"]

    def __call__(self, what: str) -> None:
        """`stop` (it hangs), `cont`, `kill`, `start` (returns when it is ready)."""
        done = subprocess.run([self._script, "api", what], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def kubectl() -> Kubectl:
    return Kubectl()


@pytest.fixture
def api() -> Iterator[Api]:
    """Whatever a test did, the server runs again afterwards."""
    for name in ("K8STUI_REALCLUSTER", "REALCLUSTER_RUN"):
        if not os.environ.get(name):
            pytest.skip(f"{name} is not set: the API server of this cluster cannot be stopped")
    made = Api()
    yield made
    pid = int((Path(os.environ["REALCLUSTER_RUN"]) / "kube-apiserver.pid").read_text())
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        made("start")
    else:
        made("cont")


@pytest.fixture
def namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace of the test's own, which goes with it."""
    name = f"e2e-{os.getpid()}-{next(_NUMBERS)}"
    kubectl("create", "namespace", name)
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def open_program(kubectl: Kubectl, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Start the program on the real cluster at 200x60; it has to end with 0 by ctrl+q afterwards."""
    opened: list[Terminal] = []

    def start(*arguments: str, **rest: Any) -> Terminal:
        terminal = program(tmp_path, "--kubeconfig", kubectl.kubeconfig, *arguments, **{"size": (200, 60)} | rest)
        opened.append(terminal)
        return terminal

    yield start
    for terminal in opened:
        with terminal:
            terminal.send("\x11")
            assert terminal.wait_end() == 0
    assert not list(tmp_path.rglob("crash-*"))
