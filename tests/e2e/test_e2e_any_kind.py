"""Every kind that a real server lists opens, and what kubectl creates, changes and deletes is seen in it."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8stui.app import K8sTui
from k8stui.cluster.states import Live, Polling
from k8stui.model.kinds import Kind
from tests.e2e.conftest import Kubectl
from tests.e2e.living import WITHIN, cells, living, visit
from tests.e2e.one_of_each import Object, objects
from tests.support.waiting import eventually

Name = tuple[str, str]
"""Namespace and name."""
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
        at_once = await listed(kubectl, listable)
        for kind in listable:
            await visit(app, kind.resource)
            pane = app.home.pane
            assert pane is not None
            assert isinstance(pane.states[0], Live | Polling), (kind.resource, pane.states[0])
            if held(app) != at_once.get((kind.group, kind.kind), set()):  # some come and go meanwhile
                await same_by_and_by(app, kubectl, kind)


async def listed(kubectl: Kubectl, kinds: Sequence[Kind]) -> dict[tuple[str, str], set[Name]]:
    """What kubectl lists of these kinds, by group and kind."""
    names = [f"{kind.plural}.{kind.version}.{kind.group}" if kind.group else kind.plural for kind in kinds]
    found: dict[tuple[str, str], set[Name]] = {}
    for item in json.loads(await run(kubectl, "get", ",".join(names), "-A", "-o", "json"))["items"]:
        meta, (group, _, _) = item["metadata"], item["apiVersion"].rpartition("/")
        found.setdefault((group, item["kind"]), set()).add((meta.get("namespace", ""), meta["name"]))
    return found


def held(app: K8sTui) -> set[Name]:
    """What the visible view has."""
    app.home.flush()
    pane = app.home.pane
    assert pane is not None
    return {(row.ref.namespace, row.ref.name) for row in pane.store.rows.values()}


async def same_by_and_by(app: K8sTui, kubectl: Kubectl, kind: Kind) -> None:
    """The visible view and kubectl agree in one of a few looks; grouped events are some of all."""
    for _ in range(10):
        wanted = (await listed(kubectl, [kind])).get((kind.group, kind.kind), set())
        found = held(app)
        if found == wanted or (kind.plural == "events" and found and found <= wanted):
            return
    pytest.fail(f"{kind.resource} never held what kubectl lists")


async def test_what_kubectl_does_is_seen_in_every_kind(kubectl: Kubectl, namespace: str, tmp_path: Path) -> None:
    """The views are all opened before anything happens: what is seen then comes from their watches."""
    made = tmp_path / "objects.yaml"
    made.write_text(yaml.safe_dump_all(objects(namespace)))
    all_of_them = ("-n", namespace, "-f", str(made))
    async with living(kubectl.kubeconfig) as app:
        session = app.home.session
        assert session is not None
        assert session.kinds is not None
        known = {(kind.group, kind.kind): kind for kind in session.kinds.preferred}
        seen = [(known[group(obj), obj["kind"]], obj["metadata"]["name"]) for obj in objects(namespace)]
        listable = {kind.resource for kind in known.values() if "list" in kind.verbs}
        not_tried = listable - {kind.resource for kind, _ in seen} - NOT_MADE.keys()
        assert all(name.endswith(".e2e.example") for name in not_tried), not_tried
        for kind, _ in seen:
            await visit(app, kind.resource, namespace if kind.namespaced else None)
        await run(kubectl, "create", "--validate=false", *all_of_them)
        for kind, name in seen:
            await eventually_shown(app, kind, namespace, name, lambda row: row is not None)
            assert str(row_of(app, name).ref) in cells(app), kind.resource
        await run(kubectl, "label", "e2e=changed", *all_of_them)
        for kind, name in seen:
            await eventually_shown(app, kind, namespace, name, lambda row: ("e2e", "changed") in row.labels)
        await run(kubectl, "delete", "--wait=false", *all_of_them)
        for kind, name in seen:
            if kind.resource not in ("namespaces", "persistentvolumes", "persistentvolumeclaims"):  # these take a while
                await eventually_shown(app, kind, namespace, name, lambda row: row is None)


def group(obj: Object) -> str:
    return str(obj["apiVersion"]).rpartition("/")[0]


def row_of(app: K8sTui, name: str) -> Any:
    """The row of the visible view with this name; None without one."""
    pane = app.home.pane
    assert pane is not None
    return next((row for row in pane.store.rows.values() if row.ref.name == name), None)


async def eventually_shown(
    app: K8sTui, kind: Kind, namespace: str, name: str, as_wanted: Callable[[Any], object]
) -> None:
    """Back in the view of the kind the row is, at the latest by and by, as wanted."""
    await visit(app, kind.resource, namespace if kind.namespaced else None)
    await eventually(lambda: as_wanted(row_of(app, name)), within=WITHIN)
    app.home.flush()


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
            assert app.home.commands.command(f"pcl {namespace}") == ""
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
