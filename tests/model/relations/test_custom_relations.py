"""Chains of custom resources as cert-manager makes them: read over HTTP from the embedded cluster."""

from typing import Any

from k8stui.demo.storage.objects import Object
from k8stui.model.kinds import BUILT_IN, Kind
from k8stui.model.related import KnownKinds, Relation, related, wants
from k8stui.model.relations.base import readiness
from tests.support.around import Living, living


def obj(kind: str, name: str, api: str = "v1", meta: Object | None = None, **parts: Any) -> Object:
    return {"kind": kind, "apiVersion": api, "metadata": {"name": name, **(meta or {})}, **parts}


def definition(group: str, plural: str, kind: str) -> Object:
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": free}}
    names = {"plural": plural, "kind": kind, "singular": kind.lower()}
    spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}
    return obj("CustomResourceDefinition", f"{plural}.{group}", "apiextensions.k8s.io/v1", spec=spec)


async def relations(land: Living, kind: Kind, name: str, known: KnownKinds) -> list[Relation]:
    obj_ = await land.one(kind, name)
    subject = await land.subject(kind, obj_, lambda of, each, around: wants(of, each, around, known))
    assert not subject.missing
    return related(subject, known)


async def test_a_chain_of_custom_resources_begins_with_what_is_not_ready() -> None:
    async with living("empty") as land:
        await _chain(land)


async def _chain(land: Living) -> None:
    group, below = "certs.example.com", "acme.certs.example.com"
    named = ((group, "issuers", "Issuer"), (group, "certificates", "Certificate"), (group, "requests", "Request"))
    kinds = [Kind(of, "v1", plural, kind, kind.lower(), True, (), ("list",)) for of, plural, kind in named]
    kinds.append(Kind(below, "v1", "orders", "Order", "order", True, (), ("list",)))
    await land.make(*(definition(kind.group, kind.plural, kind.kind) for kind in kinds))

    def made(kind: Kind, name: str, owner: Object | None = None, **parts: Any) -> Object:
        given = {}
        if owner is not None:
            about = {key: owner[key] for key in ("apiVersion", "kind")}
            about |= {"name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"], "controller": True}
            given = {"ownerReferences": [about]}
        return obj(kind.kind, name, kind.api_version, given, **parts)

    def said(status: str, message: str = "") -> Object:
        return {"conditions": [{"type": "Ready", "status": status, "message": message}]}

    issuer, certificate, request, order = kinds
    spec = {"secretName": "shop-tls", "issuerRef": {"name": "letsencrypt", "kind": "Issuer", "group": group}}
    await land.make(made(issuer, "letsencrypt", status=said("True")))
    await land.make(made(certificate, "shop", spec=spec, status=said("False", "Issuing")))
    top = await land.one(certificate, "shop")
    await land.make(made(request, "shop-1", top, status=said("False", "Waiting on order")))
    middle = await land.one(request, "shop-1")
    await land.make(made(order, "shop-1-2", middle, status={"state": "invalid", "reason": "DNS problem: NXDOMAIN"}))

    known = KnownKinds([*BUILT_IN.values(), *kinds])
    found = await relations(land, certificate, "shop", known)
    assert (found[0].how, found[0].title, found[0].note) == (
        "not ready",
        "Order shop-1-2",
        "invalid: DNS problem: NXDOMAIN",
    )
    assert [(each.title, each.depth) for each in found if each.how == "owned"] == [
        ("Request shop-1", 0),
        ("Order shop-1-2", 1),
    ]
    assert [(each.title, each.note) for each in found if each.how == "refers to"] == [
        ("Issuer letsencrypt", "issuerRef, ready")
    ]
    assert [(each.title, each.note) for each in found if each.how == "secret"] == [
        ("Secret shop-tls", "spec.secretName")
    ]
    up = await relations(land, order, "shop-1-2", known)
    assert [(each.title, each.depth) for each in up if each.how == "owner"] == [
        ("Request shop-1", 0),
        ("Certificate shop", 1),
    ]


def test_how_objects_say_that_they_are_ready() -> None:
    def words(*rows: Object, **status: str) -> str:
        return readiness({"status": {"conditions": list(rows), **status}})[0]

    assert words({"type": "Ready", "status": "True"}) == "ready"
    assert words({"type": "Synced", "status": "False", "reason": "ReconcileError"}) == "not synced: ReconcileError"
    assert words({"type": "Ready", "status": "Unknown"}) == "not ready"
    assert words(state="pending", reason="Waiting for DNS") == "pending: Waiting for DNS"
    assert words(phase="Bound") == "Bound"
    assert words() == ""
