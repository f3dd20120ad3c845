"""A cluster with a few events, and the events view opened on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.events import object_text
from k8stui.screens.events import EventsPane
from tests.support.clock import ManualClock
from tests.support.decoded import ago
from tests.support.house import running, settled, typed
from tests.support.scene import pod

Object = dict[str, Any]

OWNED: Object = {
    "ownerReferences": [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-78f9", "uid": "rs-1", "controller": True}
    ]
}


def event(name: str, about: Object, reason: str = "BackOff", **fields: Any) -> Object:
    """An event as kubelets write it, of a minute ago."""
    meta = about["metadata"]
    reference = {"kind": about["kind"], "apiVersion": about["apiVersion"], "name": meta["name"]}
    reference |= {key: meta[key] for key in ("namespace", "uid") if meta.get(key)}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": meta.get("namespace", "default"), "creationTimestamp": ago(60)},
        "involvedObject": reference | fields.pop("reference", {}),
        "reason": reason,
        "message": f"{reason} of {meta['name']}",
        "type": "Warning",
        "source": {"component": "kubelet", "host": "worker-1"},
        "firstTimestamp": ago(300),
        "lastTimestamp": ago(60),
        "count": 5,
        **fields,
    }


@asynccontextmanager
async def events_shown(cluster: EmbeddedCluster, clock: ManualClock, **settings: Any) -> AsyncIterator[K8sTui]:
    """Three pods of a ReplicaSet that fail alike, one that is fine, and the events view opened.

    `settings` are those of `running`.
    """
    for namespace in ("shop", "other"):
        cluster.add_namespace(namespace)
    for name in ("web-78f9-w2cdb", "web-78f9-hzljk", "web-78f9-x665m"):
        made = cluster.store.create(pod(name, "shop", "worker-1", meta=OWNED))
        cluster.store.create(event(f"{name}.1", made))
    calm = cluster.store.create(pod("calm", "shop", "worker-1"))
    cluster.store.create(event("calm.1", calm, "Started", type="Normal", count=1, firstTimestamp=ago(5)))
    cluster.store.create(event("calm.2", calm, "Pulled", type="Normal", count=1, firstTimestamp=ago(9)))
    async with running(cluster, clock, size=(160, 24), **settings) as (made_app, _):
        await settled(made_app, cluster)
        await typed(made_app, "5")
        await settled(made_app, cluster)
        yield made_app


def rows(app: K8sTui) -> list[str]:
    """Reason, object and count of each line, in their order."""
    pane = app.home.pane
    assert isinstance(pane, EventsPane)
    lines = pane.view.window(0, len(pane.view))
    return [f"{line.event.reason} {object_text(line)} {line.count}" for line in lines]
