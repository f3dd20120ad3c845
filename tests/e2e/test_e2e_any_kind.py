"""Every kind that a real server lists opens, and what kubectl creates, changes and deletes is seen in it."""

import asyncio
import json
from pathlib import Path

import pytest
import yaml

from k8stui.app import K8sTui
from k8stui.cluster.states import Live, Polling
from tests.e2e.conftest import Kubectl
from tests.e2e.living import WITHIN, cells, living, visit
from tests.e2e.one_of_each import Object, objects
from tests.support.waiting import eventually

NOT_MADE = {
    "componentstatuses": "made up by the server for each answer",
    "certificatesigningrequests.certificates.k8s.io": "wants a key and a signature",
    "events.events.k8s.io": "the same objects as events",
    "nodes.metrics.k8s.io": "made by a metrics server, of which this cluster has none",
    "pods.metrics.k8s.io": "the same",
}
"""Kinds that can be listed, of which nothing is created here, and why."""


async def run(kubectl: Kubectl, *words: str) -> str:
    return await asyncio.to_thread(kubectl, *words)


async def test_every_kind_of_discovery_opens_with_every_object_of_it(kubectl: Kubectl) -> None:
    async with living(kubectl.kubeconfig) as app:
        session = app.home.session
        assert session is not None
        assert session.kinds is not None
        listable = [kind for kind in session.kinds.preferred if "list" in kind.verbs]
        assert len(listable) > 50
        for kind in listable:
            await visit(app, kind.resource)
            pane = app.home.pane
            assert pane is not None
            assert isinstance(pane.states[0], Live | Polling), (kind.resource, pane.states[0])
            names = f"{kind.plural}.{kind.version}.{kind.group}" if kind.group else kind.plural

            async def same(names: str = names) -> bool:
                listed = json.loads(await run(kubectl, "get", names, "-A", "-o", "json"))["items"]
                app.home.flush()
                pane = app.home.pane
                assert pane is not None
                found = {row.ref.name for row in pane.store.rows.values()}
                wanted = {each["metadata"]["name"] for each in listed}
                return found == wanted or (pane.place.view.startswith("events") and bool(found & wanted or not wanted))

            for _ in range(10):
                if await same():
                    break
            else:
                pytest.fail(f"{kind.resource} never held what kubectl lists")


async def test_what_kubectl_does_is_seen_in_every_kind(kubectl: Kubectl, namespace: str) -> None:
    async with living(kubectl.kubeconfig) as app:
        session = app.home.session
        assert session is not None
        assert session.kinds is not None
        tried = set()
        for obj in objects(namespace):
            group = obj["apiVersion"].rpartition("/")[0]
            kind = next(each for each in session.kinds.preferred if (each.group, each.kind) == (group, obj["kind"]))
            tried.add(kind.resource)
            await visit(app, kind.resource, namespace if kind.namespaced else None)
            where = namespace if kind.namespaced else ""
            await created_changed_deleted(app, kubectl, obj, kind.resource, where)
        listable = {kind.resource for kind in session.kinds.preferred if "list" in kind.verbs}
        assert listable - tried - NOT_MADE.keys() <= {name for name in listable if name.endswith(".e2e.example")}


async def created_changed_deleted(app: K8sTui, kubectl: Kubectl, obj: Object, resource: str, namespace: str) -> None:
    """One object's life, made by kubectl and seen in the visible view."""
    name = obj["metadata"]["name"]
    scope = ["-n", namespace] if namespace else []
    manifest = Path(app.settings.state or ".").parent / "object.yaml"
    manifest.write_text(yaml.safe_dump(obj))
    path = f"{namespace}/{name}" if namespace else name

    def version() -> str:
        pane = app.home.pane
        assert pane is not None
        return next((row.version for row in pane.store.rows.values() if str(row.ref) == path), "")

    await run(kubectl, *scope, "create", "-f", str(manifest))
    await eventually(lambda: bool(version()), within=WITHIN)
    app.home.flush()
    assert path in cells(app), resource
    wanted = json.loads(await run(kubectl, *scope, "label", "-f", str(manifest), "e2e=changed", "-o", "json"))
    labelled = ("e2e", "changed")

    def labels() -> tuple[tuple[str, str], ...]:
        pane = app.home.pane
        assert pane is not None
        return next((row.labels for row in pane.store.rows.values() if str(row.ref) == path), ())

    await eventually(lambda: labelled in labels(), within=WITHIN)
    assert wanted["metadata"]["labels"]["e2e"] == "changed"
    await run(kubectl, *scope, "delete", "-f", str(manifest), "--wait=false")
    if resource not in ("namespaces", "persistentvolumes", "persistentvolumeclaims"):
        await eventually(lambda: not version(), within=WITHIN)


async def test_a_kind_defined_meanwhile_opens_by_its_short_name_with_its_columns(
    kubectl: Kubectl, namespace: str, tmp_path: Path
) -> None:
    crd = next(obj for obj in objects(namespace) if obj["kind"] == "CustomResourceDefinition")
    file, parcel = tmp_path / "crd.yaml", tmp_path / "parcel.yaml"
    file.write_text(yaml.safe_dump(crd))
    body = {"apiVersion": "e2e.example/v1", "kind": "Parcel", "metadata": {"name": "one"}, "spec": {"weight": 7}}
    parcel.write_text(yaml.safe_dump(body))
    async with living(kubectl.kubeconfig) as app:
        await run(kubectl, "create", "-f", str(file))
        try:
            await run(kubectl, "wait", "--for=condition=Established", f"crd/{crd['metadata']['name']}")
            assert app.home.dialogs.command(f"pcl {namespace}") == ""
            await eventually(lambda: app.home.places.place.view == "parcels.e2e.example", within=WITHIN)
            await visit(app, "parcels.e2e.example", namespace)
            await run(kubectl, "-n", namespace, "create", "-f", str(parcel))
            await eventually(lambda: bool(app.home.pane and app.home.pane.store.rows), within=WITHIN)
            app.home.flush()
            assert cells(app)[f"{namespace}/one"]["WEIGHT"] == "7"
            await run(kubectl, "-n", namespace, "delete", "-f", str(parcel))
            await eventually(lambda: not (app.home.pane and app.home.pane.store.rows), within=WITHIN)
        finally:
            await run(kubectl, "delete", "-f", str(file))
