"""A shop with a Deployment, the ConfigMap that it reads, and a Secret."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from tests.support import manifests
from tests.support.clock import ManualClock
from tests.support.editing import SECRET
from tests.support.house import running, settled


@pytest.fixture
def empty_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EDITOR", "KUBE_EDITOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock, empty_environ: None) -> AsyncIterator[K8sTui]:
    cluster.add_namespace("shop")
    made = manifests.deployment("web", env=[])
    container = made["spec"]["template"]["spec"]["containers"][0]
    container["envFrom"] = [{"configMapRef": {"name": "settings"}}]
    objects: list[dict[str, Any]] = [
        made,
        manifests.settings("settings", greeting="hello", other="x"),
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "keys"},
            "data": {"password": base64.b64encode(SECRET.encode()).decode(), "blob": "/w=="},
        },
    ]
    for each in objects:
        cluster.registry.create(each | {"metadata": each["metadata"] | {"namespace": "shop"}})
    async with running(cluster, clock, size=(120, 30)) as (house, _):
        await settled(house, cluster)
        yield house
