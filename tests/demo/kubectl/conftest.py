"""One embedded cluster for all tests of a process; a namespace of its own for each."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.kubectl import PROGRAM, DemoServer, Kubectl

SPEED = "10"
"""Kubelets and controllers ten times as fast as life; stamps and ages stay true."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    if PROGRAM is None:
        pytest.skip("kubectl is not on PATH")
    folder = tmp_path_factory.mktemp("kubectl")
    with DemoServer(folder, "--scenario", "empty", "--speed", SPEED) as running:
        yield running


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def k(server: DemoServer, numbers: Iterator[int], tmp_path: Path) -> Iterator[Kubectl]:
    name = f"t{next(numbers)}"
    server.ask("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    yield Kubectl(server, name, tmp_path)
    server.ask("DELETE", f"/api/v1/namespaces/{name}")
