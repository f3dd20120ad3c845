"""Which pods stand behind a Service."""

from typing import Any

import pytest

from k8stui.demo.controllers.endpoints import EndpointsController
from tests.support.inside import Inside

Object = dict[str, Any]


@pytest.fixture
def network(inside: Inside) -> Inside:
    EndpointsController(inside.world)
    return inside


def service(inside: Inside, **spec: Any) -> Object:
    ports = [{"name": "http", "port": 80, "targetPort": "web"}]
    meta = {"name": "web", "namespace": "shop"}
    full = {"selector": {"app": "web"}, "ports": ports, **spec}
    made = inside.registry.create({"kind": "Service", "apiVersion": "v1", "metadata": meta, "spec": full})
    inside.step(1)
    return made


def pod(inside: Inside, name: str, ip: str, *, ready: bool = True) -> None:
    container = {"name": "app", "image": "x", "ports": [{"name": "web", "containerPort": 8080}]}
    meta = {"name": name, "namespace": "shop", "labels": {"app": "web"}}
    condition = {"type": "Ready", "status": str(ready)}
    status = {"phase": "Running", "podIP": ip, "conditions": [condition]}
    spec = {"containers": [container], "nodeName": "worker-1"}
    inside.store.create({"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": spec, "status": status})
    inside.step(1)


def slices(inside: Inside) -> list[Object]:
    return inside.store.list("endpointslices.discovery.k8s.io", "shop")


def test_ready_and_unready_pods(network: Inside) -> None:
    service(network)
    pod(network, "web-1", "10.0.0.1")
    pod(network, "web-2", "10.0.0.2", ready=False)
    (subset,) = network.get("endpoints", "web", "shop")["subsets"]
    assert [row["ip"] for row in subset["addresses"]] == ["10.0.0.1"]
    assert [row["ip"] for row in subset["notReadyAddresses"]] == ["10.0.0.2"]
    assert subset["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    (found,) = slices(network)
    assert [(row["addresses"][0], row["conditions"]["ready"]) for row in found["endpoints"]] == [
        ("10.0.0.1", True),
        ("10.0.0.2", False),
    ]
    assert found["metadata"]["labels"]["kubernetes.io/service-name"] == "web"
    assert found["endpoints"][0]["targetRef"]["name"] == "web-1"


def test_a_pod_that_goes_is_behind_nothing(network: Inside) -> None:
    service(network)
    pod(network, "web-1", "10.0.0.1")
    network.store.delete("pods", "web-1", "shop")
    network.step(1)
    assert "subsets" not in network.get("endpoints", "web", "shop")
    assert slices(network)[0]["endpoints"] == []


def test_nothing_is_written_when_nothing_changed(network: Inside) -> None:
    service(network)
    pod(network, "web-1", "10.0.0.1")
    before = network.get("endpoints", "web", "shop")["metadata"]["resourceVersion"]
    network.store.modify("pods", "web-1", "shop", change=lambda obj: obj["metadata"].update(annotations={"a": "b"}))
    network.step(1)
    assert network.get("endpoints", "web", "shop")["metadata"]["resourceVersion"] == before
    assert len(slices(network)) == 1


def test_a_service_without_a_selector_has_what_people_give_it(network: Inside) -> None:
    service(network, selector={})
    assert network.store.list("endpoints", "shop") == []


def test_its_endpoints_go_with_a_service(network: Inside) -> None:
    service(network)
    network.store.delete("services", "web", "shop")
    network.step(1)
    assert network.store.list("endpoints", "shop") == []


def test_what_made_the_last_change_says_since_when_it_was_there(network: Inside) -> None:
    made = service(network, clusterIP="None")
    network.step(60)
    pod(network, "web-1", "10.0.0.1")
    rows = [network.get("endpoints", "web", "shop"), *slices(network)]
    note = "endpoints.kubernetes.io/last-change-trigger-time"
    assert all(note not in row["metadata"].get("annotations", {}) for row in rows)  # the pod does not say since when
    for row in rows:
        assert row["metadata"]["labels"]["service.kubernetes.io/headless"] == ""
    found = network.store.get("pods", "web-1", "shop")
    found["status"]["conditions"] = [{"type": "Ready", "status": "False", "lastTransitionTime": "2030-01-01T00:00:00Z"}]
    network.store.update(found)
    network.step(1)
    rows = [network.get("endpoints", "web", "shop"), *slices(network)]
    assert [row["metadata"]["annotations"][note] for row in rows] == ["2030-01-01T00:00:00Z"] * 2
    assert made["metadata"]["creationTimestamp"] < "2030-01-01T00:00:00Z"
