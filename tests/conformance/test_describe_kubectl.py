"""`kubectl describe` and our own descriptions of nodes and pods say the same, line by line (it starts servers)."""

from collections.abc import Iterator
from typing import Any

import pytest

from k8stui.model.kinds import NODES, PODS, Kind
from k8stui.model.objects import Object
from tests.support import described, describing
from tests.support.kubectl import PROGRAM, DemoServer, Kubectl

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="kubectl is not on PATH"),
]


class Both:
    """One server, asked by kubectl and by us."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.kubectl = Kubectl(server, "default", server.folder)

    def compare(self, kind: Kind, namespace: str | None = None, name: str = "", *, aligned: bool = False) -> int:
        return describing.compare(self.get, self.run, kind, namespace, name, aligned=aligned)

    def get(self, path: str) -> Any:
        return self.server.ask("GET", path)

    def run(self, line: str) -> str:
        return self.kubectl.run(line, TZ="UTC").stdout


def unversioned(found: Object) -> Object:
    """To be written whatever controllers did meanwhile."""
    meta = {name: value for name, value in found["metadata"].items() if name != "resourceVersion"}
    return {**found, "metadata": meta}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The incident, slowed down: whatever changes while it is read has to be read again."""
    with DemoServer(tmp_path_factory.mktemp("shop"), "--speed", "0.01") as server:
        yield Both(server)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with DemoServer(tmp_path_factory.mktemp("empty"), "--scenario", "empty") as server:
        server.ask("POST", "/api/v1/namespaces", {"metadata": {"name": "whole"}})
        yield Both(server)


def test_every_pod_of_the_shop(shop: Both) -> None:
    assert shop.compare(PODS) > 60


def test_every_node_of_the_shop(shop: Both) -> None:
    """To the last space: the columns are as wide as kubectl's."""
    assert shop.compare(NODES, aligned=True) > 6


def test_a_pod_with_everything(empty: Both) -> None:
    ask, pods = empty.server.ask, "/api/v1/namespaces/whole/pods"
    ask("POST", "/api/v1/namespaces/whole/serviceaccounts", {"metadata": {"name": "runner"}})
    pod = described.pod("everything", "whole", **described.template())
    pod["metadata"]["annotations"] = described.NOTES
    pod["spec"]["readinessGates"] = [{"conditionType": "example.com/feature"}, {"conditionType": "example.com/none"}]
    made = ask("POST", pods, pod)
    made["spec"]["ephemeralContainers"] = [described.debugger()]
    made = ask("PUT", f"{pods}/everything/ephemeralcontainers", unversioned(made))
    ask("PUT", f"{pods}/everything/status", unversioned(made) | {"status": described.status()})
    assert "Ephemeral Containers:" in empty.run("describe pod everything -n whole")
    assert empty.compare(PODS, "whole", "everything") == 1


def test_a_pod_with_next_to_nothing(empty: Both) -> None:
    made = described.pod("nothing", "whole", containers=[{"name": "a", "image": "i"}])
    empty.server.ask("POST", "/api/v1/namespaces/whole/pods", made)
    assert empty.compare(PODS, "whole", "nothing") == 1


@pytest.mark.parametrize("grace", [0, 600])
def test_a_pod_that_is_going(empty: Both, grace: int) -> None:
    """A finalizer keeps it; with a grace its deletionTimestamp lies ahead."""
    name, pods = f"going-{grace}", "/api/v1/namespaces/whole/pods"
    made = described.pod(name, "whole", containers=[{"name": "a", "image": "i"}])
    made["metadata"]["finalizers"] = ["example.com/kept"]
    del made["spec"]["schedulingGates"]
    made["spec"]["nodeName"] = "gone"
    empty.server.ask("POST", pods, made)
    empty.server.ask("DELETE", f"{pods}/{name}?gracePeriodSeconds={grace}")
    assert empty.compare(PODS, "whole", name) == 1


def test_a_node_with_everything(empty: Both) -> None:
    ask = empty.server.ask
    made = ask("POST", "/api/v1/nodes", described.node("everything"))
    ask("PUT", "/api/v1/nodes/everything/status", unversioned(made) | {"status": described.node_status()})
    for pod in described.load("everything", "whole"):
        ask("POST", "/api/v1/namespaces/whole/pods", pod)
    for event in described.node_events(made):
        ask("POST", "/api/v1/namespaces/default/events", event)
    assert empty.compare(NODES, name="everything") == 1


def test_a_node_with_nothing(empty: Both) -> None:
    """No lease, no conditions, nothing allocatable, and a pod that asks for something all the same."""
    empty.server.ask("POST", "/api/v1/nodes", {"metadata": {"name": "nothing"}})
    for pod in described.load("nothing", "whole"):
        empty.server.ask("POST", "/api/v1/namespaces/whole/pods", pod)
    assert empty.compare(NODES, name="nothing") == 1


def test_a_difference_is_found(empty: Both) -> None:
    """The comparison itself: a value that is not the same is told with both lines."""
    made = described.pod("compared", "whole", containers=[{"name": "a", "image": "shop/i:1"}])
    empty.server.ask("POST", "/api/v1/namespaces/whole/pods", made)
    (subject,) = describing.subjects(empty.get, PODS, "whole", "compared").values()
    said = empty.run("describe pod compared -n whole")
    assert describing.difference(said, subject, 0.0, 0.0) == ""
    wrong = describing.difference(said.replace("shop/i:1", "shop/i:2"), subject, 0.0, 0.0)
    assert wrong.count("kubectl ") == wrong.count("ours ") == 1
    assert "shop/i:2" in wrong
    assert "shop/i:1" in wrong
    assert describing.difference(said.replace("QoS Class:", "Quality:"), subject, 0.0, 0.0)
    assert describing.difference(said + "\nMore:  lines", subject, 0.0, 0.0)
