"""Services and ingresses: where requests go, and in plain words why they go nowhere."""

from typing import Any

import pytest

from k8stui.model import kinds
from k8stui.model.columns import Tone
from k8stui.model.describe.describers import wants
from k8stui.model.describe.endpoints import Endpoint, endpoints, listed
from k8stui.model.document import Line
from k8stui.model.objects import Object
from tests.support.subjects import described, made, pod, subject, texts

LABELS = {"app": "web"}


def service(**spec: Any) -> Object:
    given = {
        "type": "ClusterIP",
        "clusterIP": "10.0.0.1",
        "selector": LABELS,
        "ports": [{"port": 80, "protocol": "TCP"}],
    }
    return made("web", kind="Service", spec=given | spec)


def ends(*addresses: str, service: str = "web", port: str = "", **conditions: bool) -> Object:
    """A slice with these addresses."""
    rows = [
        {
            "addresses": [address],
            "conditions": conditions,
            "nodeName": f"node-{address[-1]}",
            "targetRef": {"kind": "Pod", "name": f"web-{address[-1]}"},
        }
        for address in addresses
    ]
    ports = [{"name": port, "port": 8080, "protocol": "TCP"}]
    metadata = {"labels": {"kubernetes.io/service-name": service}}
    return made(
        f"{service}-{addresses[0] if addresses else 'x'}",
        kind="EndpointSlice",
        metadata=metadata,
        ports=ports,
        endpoints=rows,
    )


def remarks(lines: list[Line], tone: Tone = Tone.WARNING) -> list[str]:
    return [line.text for line in lines if line.tone is tone and not line.text.startswith("  ")]


def value(lines: list[Line], title: str) -> str:
    return next(line.text.partition(":")[2].strip() for line in lines if line.text.startswith(f"{title}:"))


def test_endpoints_that_are_ready_are_listed_and_the_others_named() -> None:
    lines = described(
        kinds.SERVICES, service(), ends("10.1.0.1", "10.1.0.2", ready=True), ends("10.1.0.3", ready=False)
    )
    assert value(lines, "Endpoints") == "10.1.0.1:8080,10.1.0.2:8080"
    assert value(lines, "Not Ready") == "10.1.0.3:8080 (web-3)"
    assert remarks(lines) == []


def test_three_are_listed_and_only_those_ready_are_counted() -> None:
    found = [Endpoint(f"10.0.0.{number}:80", number != 2, "", "") for number in range(6)]
    assert listed(found) == "10.0.0.0:80,10.0.0.1:80,10.0.0.3:80 + 2 more..."
    assert listed(found[:4]) == "10.0.0.0:80,10.0.0.1:80,10.0.0.3:80"
    assert listed([]) == listed(found[2:3]) == "<none>"


def test_addresses_of_ipv6_no_ports_and_silence_about_readiness() -> None:
    row = {"addresses": ["fd00::1"]}
    assert endpoints([{"ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}], "endpoints": [row]}], "b") == [
        Endpoint("[fd00::1]:2", True, "", "")
    ]
    assert endpoints([{"ports": None, "endpoints": [row]}], "b") == [Endpoint("fd00::1", True, "", "")]
    assert endpoints([{"ports": [{}], "endpoints": [{}, "broken"]}]) == [Endpoint(":", True, "", "")]


@pytest.mark.parametrize(
    ("pods", "said"),
    [
        ([], "Nobody answers: no pod in its namespace has the labels that it selects."),
        (
            [pod("done", "Succeeded", labels=LABELS)],
            "Nobody answers: no pod in its namespace has the labels that it selects.",
        ),
        (
            [pod("other", labels={"app": "db"})],
            "Nobody answers: no pod in its namespace has the labels that it selects.",
        ),
        ([pod("a", "Pending", labels=LABELS)], "Nobody answers: it selects 1 pod, none of which is ready."),
        (
            [pod("a", labels=LABELS), pod("b", ready=False, labels=LABELS)],
            "Nobody answers, though 1 of 2 pods that it selects are ready: look at the target port.",
        ),
    ],
)
def test_why_nobody_answers(pods: list[Object], said: str) -> None:
    lines = described(kinds.SERVICES, service(), *pods)
    assert remarks(lines) == [said]
    assert value(lines, "Endpoints") == "<none>"


def test_another_name_needs_no_endpoints_and_asks_for_no_pods() -> None:
    obj = service(type="ExternalName", externalName="db.example.com", clusterIP=None)
    lines = described(kinds.SERVICES, obj)
    assert remarks(lines) == []
    assert remarks(lines, Tone.MUTED) == ["Another name for db.example.com in DNS: it has no endpoints and needs none."]
    assert Tone.WARNING not in [tone for line in lines for _, _, tone in line.spans]
    assert set(subject(kinds.SERVICES, obj).around) == {"slices", "events"}


def test_headless_and_without_a_selector() -> None:
    obj = service(clusterIP="None", selector={})
    lines = described(kinds.SERVICES, obj, ends("192.0.2.1"))
    assert remarks(lines, Tone.MUTED) == [
        "Headless: its name stands for the addresses of its endpoints.",
        "It selects no pods: its endpoints are somebody's who writes them.",
    ]
    assert remarks(lines) == []
    assert remarks(described(kinds.SERVICES, obj)) == ["Nobody answers: it has no endpoint that is ready."]


def test_nodes_without_an_endpoint_of_their_own() -> None:
    nodes = [made(f"node-{number}", "", "Node") for number in range(1, 9)]
    obj = service(type="LoadBalancer", externalTrafficPolicy="Local")
    lines = described(kinds.SERVICES, obj, *nodes, ends("10.1.0.1", "10.1.0.2"), ends("10.1.0.3", ready=False))
    assert remarks(lines, Tone.MUTED) == [
        "6 of 8 nodes have no endpoint of their own and take nothing from outside: "
        "node-3, node-4, node-5, node-6, node-7 + 1 more"
    ]
    assert remarks(described(kinds.SERVICES, obj, *nodes[:2], ends("10.1.0.1", "10.1.0.2")), Tone.MUTED) == []
    assert "nodes" not in subject(kinds.SERVICES, service()).around


def test_slices_that_cannot_be_read_are_no_reason_to_cry() -> None:
    lines = described(kinds.SERVICES, service(), slices="You may not list endpointslices in shop.")
    assert value(lines, "Endpoints") == "You may not list endpointslices in shop."
    assert remarks(lines) == []


def ingress(*paths: Object, **spec: Any) -> Object:
    rules = [{"host": "a.example", "http": {"paths": list(paths)}}] if paths else []
    return made("front", kind="Ingress", spec={"rules": rules} | spec)


def path(name: str, port: object = 80) -> Object:
    which = {"number": port} if isinstance(port, int) else {"name": port}
    return {"path": f"/{name}", "backend": {"service": {"name": name, "port": which}}}


def test_who_is_behind_a_path() -> None:
    ports = [{"port": 80, "name": "http", "protocol": "TCP"}]
    around = (
        made("web", kind="Service", spec={"ports": ports}),
        made("idle", kind="Service", spec={"ports": ports}),
        made("far", kind="Service", spec={"type": "ExternalName", "externalName": "x.example"}),
        ends("10.1.0.1", port="http"),
    )
    obj = ingress(path("web"), path("web", "http"), path("web", 81), path("idle"), path("gone"), path("far"))
    lines = described(kinds.INGRESSES, obj, *around)
    rows = [line for line in lines if line.text.strip().startswith("/")]
    assert [line.text.split(maxsplit=1)[1] for line in rows] == [
        "web:80 (10.1.0.1:8080)",
        "web:http (10.1.0.1:8080)",
        "web:81 (the Service has no such port)",
        "idle:80 (<none>)",
        'gone:80 (<error: services "gone" not found>)',
        "far:80 (x.example)",
    ]
    assert [bool(line.spans) for line in rows] == [False, False, True, True, True, False]
    assert [line.target.uid for line in rows if line.target] == ["uid-web"] * 3 + ["uid-idle", "", "uid-far"]


def test_an_ingress_asks_only_for_the_slices_that_it_needs() -> None:
    obj = ingress(path("web"), path("db"), defaultBackend={"service": {"name": "web", "port": {"number": 80}}})
    slices = next(want for want in wants(kinds.INGRESSES, obj) if want.name == "slices")
    assert slices.labels == "kubernetes.io/service-name in (db,web)"
    assert {want.name for want in wants(kinds.INGRESSES, ingress())} == {"services", "classes", "events"}


def test_a_class_that_nobody_serves() -> None:
    obj = ingress(ingressClassName="nginx")
    gone = described(kinds.INGRESSES, obj)
    assert value(gone, "Ingress Class") == "nginx (there is no such class: nobody serves this)"
    there = described(kinds.INGRESSES, obj, made("nginx", "", "IngressClass"))
    assert value(there, "Ingress Class") == "nginx"
    assert value(described(kinds.INGRESSES, obj, classes="No."), "Ingress Class") == "nginx"


def test_tls_and_no_rules() -> None:
    lines = described(kinds.INGRESSES, ingress(tls=[{"hosts": ["a", "b"], "secretName": "cert"}, {"hosts": ["c"]}]))
    at = texts(lines).index("TLS:")
    assert texts(lines)[at + 1 : at + 3] == ["  cert terminates a,b", "  SNI routes c"]
    assert [line.target.name if line.target else "" for line in lines[at + 1 : at + 3]] == ["cert", ""]
    assert any(text.split() == ["*", "*", "<default>"] for text in texts(lines))
