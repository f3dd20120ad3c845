"""Services, claims, quotas, config maps and secrets: every cell equals the server's own, ours are beside them."""

from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.model.codec import TableCodec
from k8stui.model.kinds import CONFIG_MAPS, RESOURCE_QUOTAS, SECRETS, SERVICES, VOLUME_CLAIMS, Kind
from k8stui.screens.panes import typed
from tests.support.clock import ManualClock
from tests.support.decoded import ago
from tests.support.house import names, note, running, settled, status, text
from tests.support.house import typed as type_keys
from tests.support.waiting import eventually

Object = dict[str, Any]
SECRET = "aHVudGVyMg=="
OURS = {"NAMESPACE", "AGE", "ENDPOINTS", "USED BY", "FULLEST", "SIZE", "KEYS", "IMMUTABLE"}
KINDS = (SERVICES, VOLUME_CLAIMS, RESOURCE_QUOTAS, CONFIG_MAPS, SECRETS)


def of(kind: str, name: str, **rest: Any) -> Object:
    meta = {"name": name, "namespace": "default", "creationTimestamp": ago(3600), **rest.pop("meta", {})}
    return {"apiVersion": "v1", "kind": kind, "metadata": meta, **rest}


def objects() -> list[Object]:
    """Of each kind those whose cells have rules of their own."""
    selector, ports = {"app": "web", "a": "b"}, [{"port": 80, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]
    old = {"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}}
    bound = {"phase": "Bound", "capacity": {"storage": "8Gi"}, "accessModes": ["ReadOnlyMany", "ReadWriteOnce"]}
    return [
        of(
            "Service",
            "plain",
            spec={"type": "ClusterIP", "clusterIP": "10.0.0.1", "selector": selector, "ports": ports},
        ),
        of("Service", "headless", spec={"type": "ClusterIP", "clusterIP": "None", "clusterIPs": ["None"]}),
        of("Service", "outside", spec={"type": "ExternalName", "externalName": "db.example"}),
        of("Service", "node", spec={"type": "NodePort", "ports": [{"port": 80, "nodePort": 31000, "protocol": "TCP"}]}),
        of("Service", "pending", spec={"type": "LoadBalancer", "clusterIP": "10.0.0.2", "externalIPs": []}),
        of(
            "Service",
            "balanced",
            spec={"type": "LoadBalancer", "clusterIPs": ["10.0.0.3", "fd00::3"], "externalIPs": ["9.9.9.9"]},
            status={"loadBalancer": {"ingress": [{"ip": "1.1.1.1"}, {"hostname": "lb.example"}]}},
        ),
        of("PersistentVolumeClaim", "waiting", spec={"volumeMode": "Block"}, status={"phase": "Pending"}),
        of(
            "PersistentVolumeClaim",
            "bound",
            meta=old,
            spec={"volumeName": "pv-1", "storageClassName": "x"},
            status=bound,
        ),
        of("PersistentVolumeClaim", "bare", spec={"volumeName": "pv-2", "volumeAttributesClassName": "gold"}),
        of(
            "ResourceQuota",
            "compute",
            status={
                "hard": {"pods": "4", "limits.cpu": "8", "requests.cpu": "4"},
                "used": {"pods": "4", "limits.cpu": "1"},
            },
        ),
        of("ResourceQuota", "empty"),
        of("ConfigMap", "settings", data={"a": "1", "b": "2"}, binaryData={"c": "AA=="}),
        of("ConfigMap", "nothing"),
        of("Secret", "login", type="Opaque", data={"password": SECRET}),
        of("Secret", "blank", type="kubernetes.io/tls"),
    ]


def furnish(cluster: EmbeddedCluster) -> None:
    for each in objects():
        cluster.store.create(each)


def cells(app: K8sTui) -> dict[str, dict[str, str]]:
    pane = app.home.pane
    assert pane is not None
    now = pane.session.now()
    rows = pane.view.window(0, len(pane.view))
    return {row.ref.name: {column.title: column.text(row, now) for column in pane.columns} for row in rows}


def painted(app: K8sTui) -> dict[str, dict[str, str]]:
    """The cells after everything that arrived is on the screen."""
    app.home.paint()
    return cells(app)


async def printed(app: K8sTui, kind: Kind) -> dict[str, dict[str, str]]:
    """What the server prints: `kubectl get -o wide`."""
    session = app.home.session
    assert session is not None
    codec = TableCodec(kind)
    path = kind.path("default")
    answer = await session.connection.request("GET", path, query=codec.query, accept=codec.accept)
    rows = codec.page(answer.body).rows
    titles = [column.name.upper() for column in codec.columns]
    return {row.ref.name: dict(zip(titles, row.cells, strict=True)) for row in rows}


@pytest.mark.parametrize("kind", KINDS, ids=[kind.plural for kind in KINDS])
async def test_every_cell_is_the_servers(cluster: EmbeddedCluster, clock: ManualClock, kind: Kind) -> None:
    furnish(cluster)
    async with running(cluster, clock, view=kind.plural, size=(160, 30)) as (app, _):
        await settled(app, cluster)
        ours, theirs = cells(app), await printed(app, kind)
        assert ours.keys() == theirs.keys()
        compared = 0
        for name, row in theirs.items():
            for title, cell in row.items():
                if title != "AGE":
                    assert ours[name][title] == str(cell), (name, title)
                    compared += 1
        assert compared >= len(theirs) * 2
        pane = app.home.pane
        assert pane is not None
        assert {column.title for column in pane.columns} - set(next(iter(theirs.values()))) <= OURS
        assert "live" in status(app)


def test_each_has_its_pane() -> None:
    assert {kind.plural for kind in KINDS} <= typed().keys()


def endpoint_slice(ready: bool = True) -> Object:
    meta = {"name": "plain-1", "namespace": "default", "labels": {"kubernetes.io/service-name": "plain"}}
    listed = [{"addresses": ["10.1.0.1"], "conditions": {"ready": ready}}]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": meta,
        "addressType": "IPv4",
        "endpoints": listed,
    }


async def test_endpoints_come_and_go(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, view="services", size=(160, 30)) as (app, _):
        await settled(app, cluster)
        assert cells(app)["plain"]["ENDPOINTS"] == "no endpoints"
        assert cells(app)["outside"]["ENDPOINTS"] == "external"
        assert cells(app)["node"]["ENDPOINTS"] == "by hand: none"
        cluster.store.create(endpoint_slice())
        await eventually(lambda: painted(app)["plain"]["ENDPOINTS"] == "1/1")
        await type_keys(app, "G")
        assert names(app)[-1] == "plain"
        assert "✖" not in "\n".join(text(app))


async def test_who_may_not_see_slices_sees_services_without_that_column(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    furnish(cluster)
    cluster.faults.add(Fault(resource="endpointslices", status=403, message="no slices for you"))
    async with running(cluster, clock, view="services", size=(160, 30)) as (app, _):
        await settled(app, cluster)
        await eventually(lambda: "ENDPOINTS" not in painted(app)["plain"])
        assert "live" in status(app)


async def test_a_claim_says_why_it_waits_and_who_uses_it(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    user = of("Pod", "user", spec={"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "bound"}}]})
    cluster.store.create(user | {"status": {"phase": "Running"}})
    async with running(cluster, clock, view="persistentvolumeclaims", size=(160, 30)) as (app, _):
        await settled(app, cluster)
        assert cells(app)["bound"]["USED BY"] == "1 pod"
        assert cells(app)["waiting"]["USED BY"] == "nobody"
        await type_keys(app, "/", "waiting", "\r")
        await settled(app, cluster)
        assert "no default StorageClass" in note(app)


async def test_no_value_of_a_secret_is_on_the_screen(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, view="secrets", size=(160, 30)) as (app, _):
        await settled(app, cluster)
        shown = "\n".join(text(app))
        assert "password" in shown
        assert SECRET not in shown
        assert "hunter2" not in shown
        pane = app.home.pane
        assert pane is not None
        assert SECRET not in repr(pane.store.rows)
