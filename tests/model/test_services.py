"""Services: kubectl's columns, their endpoints, and who is missing."""

from typing import Any

import pytest

from k8stui.cluster.service_lines import ServiceLines
from k8stui.cluster.store import Store
from k8stui.model.columns import Tone
from k8stui.model.kinds import ENDPOINT_SLICES, SERVICES
from k8stui.model.service_row import Service, Slice
from k8stui.model.services import COLUMNS, ServiceLine, endpoints, explain, search_text, tone
from tests.support.decoded import NOW, ago, decoded

COLUMN = {column.title: column for column in COLUMNS}


def service(name: str = "web", version: str = "1", **spec: Any) -> Service:
    given = {"type": "ClusterIP", "clusterIP": "10.0.0.1", "selector": {"app": "web"}, "ports": [{"port": 80}], **spec}
    status = given.pop("status", {})
    meta = {
        "name": name,
        "namespace": "shop",
        "uid": f"u-{name}",
        "resourceVersion": version,
        "creationTimestamp": ago(60),
    }
    found: Service = decoded(SERVICES, {"metadata": meta, "spec": given, "status": status})
    return found


def part(name: str, ready: list[bool | None], family: str = "IPv4", of: str = "web", version: str = "1") -> Slice:
    listed = [{"addresses": ["10.1.0.1"], "conditions": {} if each is None else {"ready": each}} for each in ready]
    labels = {"kubernetes.io/service-name": of} if of else {}
    meta = {"name": name, "namespace": "shop", "uid": f"s-{name}", "resourceVersion": version, "labels": labels}
    found: Slice = decoded(ENDPOINT_SLICES, {"metadata": meta, "addressType": family, "endpoints": listed})
    return found


def cells(found: Service) -> dict[str, str]:
    return {title: column.text(ServiceLine(found), NOW) for title, column in COLUMN.items()}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ("ClusterIP", "10.0.0.1", "<none>", "80/TCP", "app=web")),
        ({"clusterIP": "None", "selector": None, "ports": None}, ("ClusterIP", "None", "<none>", "<none>", "<none>")),
        ({"clusterIPs": ["fd00::1", "10.0.0.1"]}, ("ClusterIP", "fd00::1", "<none>", "80/TCP", "app=web")),
        (
            {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}, {"port": 53, "protocol": "UDP"}]},
            ("NodePort", "10.0.0.1", "<none>", "80:30080/TCP,53/UDP", "app=web"),
        ),
        ({"type": "LoadBalancer"}, ("LoadBalancer", "10.0.0.1", "<pending>", "80/TCP", "app=web")),
        (
            {
                "type": "LoadBalancer",
                "externalIPs": ["9.9.9.9"],
                "status": {"loadBalancer": {"ingress": [{"ip": "1.1.1.1"}]}},
            },
            ("LoadBalancer", "10.0.0.1", "1.1.1.1,9.9.9.9", "80/TCP", "app=web"),
        ),
        (
            {"type": "ExternalName", "externalName": "db.example", "clusterIP": "", "ports": None},
            ("ExternalName", "<none>", "db.example", "<none>", "app=web"),
        ),
        ({"selector": {"b": "2", "a": "1"}}, ("ClusterIP", "10.0.0.1", "<none>", "80/TCP", "a=1,b=2")),
    ],
)
def test_kubectls_columns(spec: dict[str, Any], expected: tuple[str, ...]) -> None:
    found = cells(service(**spec))
    assert tuple(found[title] for title in ("TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "SELECTOR")) == expected
    assert found["AGE"] == "60s"


@pytest.mark.parametrize(
    ("spec", "counts", "text", "mood", "why"),
    [
        ({}, (3, 3), "3/3", Tone.OK, ""),
        ({}, (2, 3), "2/3", Tone.WARNING, "1 of its 3 endpoints are not ready."),
        ({}, (0, 2), "0/2", Tone.BAD, "Its 2 endpoints are not ready: whoever calls it gets no answer."),
        ({}, (0, 0), "no endpoints", Tone.BAD, "No pod matches its selector app=web: whoever calls it gets no answer."),
        ({"selector": None}, (0, 0), "by hand: none", Tone.MUTED, ""),
        ({"selector": None}, (0, 1), "0/1", Tone.BAD, "Its endpoint is not ready: whoever calls it gets no answer."),
        (
            {"type": "ExternalName", "externalName": "db.example"},
            (0, 0),
            "external",
            Tone.MUTED,
            "It only gives db.example another name.",
        ),
    ],
)
def test_who_stands_behind_it(spec: dict[str, Any], counts: tuple[int, int], text: str, mood: Tone, why: str) -> None:
    line = ServiceLine(service(**spec), *counts)
    assert (endpoints(line), tone(line), explain(line)) == (text, mood, why)
    assert text in search_text(line)


def test_the_worst_come_first() -> None:
    lines = [ServiceLine(service(), *counts) for counts in ((2, 2), (1, 2), (0, 0))]
    assert sorted(lines, key=COLUMN["ENDPOINTS"].order) == lines[::-1]
    addresses = [ServiceLine(service(clusterIP=each)) for each in ("None", "10.0.0.10", "10.0.0.9")]
    assert sorted(addresses, key=COLUMN["CLUSTER-IP"].order) == addresses[::-1]


def test_an_endpoint_is_ready_unless_it_is_said_not_to_be() -> None:
    found = part("a", [True, None, False])
    assert (found.ready, found.total) == (2, 3)


# ---- the join


def joined(*services: Service) -> tuple[Store[Service], Store[Slice], ServiceLines]:
    left: Store[Service] = Store()
    right: Store[Slice] = Store()
    for each in services:
        left.put(each)
    return left, right, ServiceLines(left, right)


def counts(lines: ServiceLines, name: str = "web") -> tuple[int, int]:
    found = lines.get(f"u-{name}")
    assert found is not None
    return found.ready, found.total


def test_slices_of_a_service_add_up_and_mark_it_alone() -> None:
    _, slices, lines = joined(service(), service("other"))
    changes = lines.subscribe(lambda: None)
    slices.put(part("a", [True, True]))
    slices.put(part("b", [False]))
    slices.put(part("c", [True], of=""))
    assert changes.take().uids == {"u-web"}
    assert counts(lines) == (2, 3)
    slices.put(part("a", [True, False], version="2"))
    assert counts(lines) == (1, 3)
    slices.remove("s-a")
    assert counts(lines) == (0, 1)
    assert counts(lines, "other") == (0, 0)


def test_an_endpoint_with_two_addresses_counts_once() -> None:
    _, slices, lines = joined(service(ipFamilies=["IPv6", "IPv4"]))
    slices.put(part("four", [True, True], "IPv4"))
    assert counts(lines) == (2, 2), "its own family has no slice yet"
    slices.put(part("six", [True, False], "IPv6"))
    assert counts(lines) == (1, 2)


def test_a_service_that_comes_after_its_slices_knows_them() -> None:
    services, slices, lines = joined()
    slices.put(part("a", [True]))
    services.put(service())
    assert counts(lines) == (1, 1)
    lines.close()
    slices.put(part("b", [True]))
    assert not lines.rows
