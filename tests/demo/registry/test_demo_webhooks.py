"""Admission webhooks of the embedded cluster: whom they concern, and what comes of nobody answering."""

from typing import Any

import pytest

from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object
from tests.support.inside import Inside

HOOK = "policy.shop.example"


def hook(rules: Object | None = None, kind: str = "Validating", client: Object | None = None, **parts: Any) -> Object:
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
    client = client or {"service": {"name": "gate", "namespace": "shop", "path": "/validate"}}
    row = {"name": HOOK, "rules": [rule | (rules or {})], "clientConfig": client | {"caBundle": "Cg=="}}
    row |= {"sideEffects": "None", "admissionReviewVersions": ["v1"], **parts}
    head = {"kind": f"{kind}WebhookConfiguration", "apiVersion": "admissionregistration.k8s.io/v1"}
    return {**head, "metadata": {"name": "gate"}, "webhooks": [row]}


def config(name: str = "one", **labels: str) -> Object:
    meta = {"name": name, "namespace": "shop", "labels": labels}
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": meta, "data": {}}


def refusal(inside: Inside, obj: Object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        inside.registry.create(obj)
    return caught.value


@pytest.mark.parametrize("kind", ["Validating", "Mutating"])
def test_nobody_to_ask_is_a_refusal_in_the_servers_words(kind: str) -> None:
    inside = Inside()
    inside.registry.create(hook(kind=kind))
    start = f'Internal error occurred: failed calling webhook "{HOOK}": failed to call webhook: '
    start += 'Post "https://gate.shop.svc:443/validate?timeout=10s": '
    assert refusal(inside, config()).message == f'{start}service "gate" not found'
    service = {"kind": "Service", "apiVersion": "v1", "metadata": {"name": "gate", "namespace": "shop"}}
    inside.registry.create(service | {"spec": {"ports": [{"port": 443}]}})
    found = refusal(inside, config())
    assert (found.code, found.reason) == (500, "InternalError")
    assert found.message == f'{start}no endpoints available for service "gate"'


def test_a_url_leads_out_of_the_cluster() -> None:
    inside = Inside()
    inside.registry.create(hook(client={"url": "https://policy.example/check"}, timeoutSeconds=3))
    assert "https://policy.example/check?timeout=3s" in refusal(inside, config()).message


def test_whom_it_concerns() -> None:
    inside = Inside()
    chosen = {"matchLabels": {"checked": "yes"}}
    spaces = {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}
    inside.registry.create(hook(objectSelector=chosen, namespaceSelector=spaces))
    inside.registry.create(config("free"))
    elsewhere = config("elsewhere", checked="yes")
    elsewhere["metadata"]["namespace"] = "default"
    inside.registry.create(elsewhere)
    inside.registry.create({**config("other", checked="yes"), "kind": "Secret"})
    assert refusal(inside, config("one", checked="yes")).code == 500


def test_updates_are_asked_about_only_where_the_rule_says_so() -> None:
    inside = Inside()
    made = inside.registry.create(config())
    inside.registry.create(hook())
    inside.registry.update(made | {"data": {"a": "1"}})
    inside.registry.delete("validatingwebhookconfigurations.admissionregistration.k8s.io", "gate", "")
    inside.registry.create(hook({"operations": ["UPDATE"]}))
    with pytest.raises(Refusal):
        inside.registry.update(inside.get("configmaps", "one", "shop") | {"data": {"a": "2"}})
    inside.registry.create(config("two"))


def test_failures_that_are_ignored() -> None:
    inside = Inside()
    inside.registry.create(hook(failurePolicy="Ignore"))
    assert inside.registry.create(config())["metadata"]["name"] == "one"
