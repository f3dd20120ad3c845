"""Namespaces that go, that cannot go, and what new ones get."""

from typing import Any

import pytest

from k8stui.demo.controllers.namespaces import NamespaceController, NamespaceDefaults
from k8stui.demo.storage.errors import Refusal
from tests.support.inside import Inside

Object = dict[str, Any]


def configmap(inside: Inside, name: str, *finalizers: str) -> None:
    meta = {"name": name, "namespace": "shop", "finalizers": list(finalizers)}
    inside.registry.create({"kind": "ConfigMap", "apiVersion": "v1", "metadata": meta})


def gone(inside: Inside) -> bool:
    return "shop" not in [each["metadata"]["name"] for each in inside.store.list("namespaces")]


def test_a_namespace_goes_with_everything_in_it(inside: Inside) -> None:
    NamespaceController(inside.world)
    configmap(inside, "a")
    inside.registry.delete("namespaces", "shop")
    assert inside.get("namespaces", "shop", "")["status"]["phase"] == "Terminating"
    assert 4 <= inside.until(lambda: gone(inside), 30) <= 8
    assert inside.store.list("configmaps", "shop") == []


def test_a_finalizer_keeps_it_and_its_conditions_say_so(inside: Inside) -> None:
    """The words of recordings/apiserver/deletion.json (stuck namespace)."""
    NamespaceController(inside.world)
    configmap(inside, "held", "record.example/hold")
    inside.registry.delete("namespaces", "shop")
    inside.step(20)
    rows = {row["type"]: row for row in inside.get("namespaces", "shop", "")["status"]["conditions"]}
    assert rows["NamespaceContentRemaining"]["message"] == (
        "Some resources are remaining: configmaps. has 1 resource instances"
    )
    assert rows["NamespaceFinalizersRemaining"]["message"] == (
        "Some content in the namespace has finalizers remaining: record.example/hold in 1 resource instances"
    )
    assert len(rows) == 5
    held = inside.get("configmaps", "held", "shop")
    held["metadata"]["finalizers"] = []
    inside.registry.update(held)
    inside.until(lambda: gone(inside), 30)


def test_new_namespaces_get_an_account_and_the_certificate(inside: Inside) -> None:
    NamespaceDefaults(inside.world, "-----BEGIN CERTIFICATE-----\n")
    inside.step(1)
    assert inside.get("serviceaccounts", "default", "shop")
    assert inside.get("configmaps", "kube-root-ca.crt", "shop")["data"]["ca.crt"].startswith("-----BEGIN")


def test_an_account_that_was_deleted_comes_back(inside: Inside) -> None:
    NamespaceDefaults(inside.world)
    inside.step(1)
    inside.registry.delete("serviceaccounts", "default", "shop")
    with pytest.raises(Refusal):
        inside.get("serviceaccounts", "default", "shop")
    inside.step(1)
    assert inside.get("serviceaccounts", "default", "shop")
