"""A registry on its own, and the objects that tests of writes make with it."""

from typing import Any

import pytest

from k8stui.demo.registry.registry import Registry
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.store import Store
from tests.support.clock import ManualClock

Object = dict[str, Any]
NOW = "2026-11-21T09:37:33Z"


def registry(clock: ManualClock | None = None) -> Registry:
    """With the namespace `default`."""
    clock = clock or ManualClock(1_795_253_853.0)
    store = Store(clock, Catalog())
    found = Registry(store, clock)
    found.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    return found


def obj(api_version: str, kind: str, name: str, **rest: Any) -> Object:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "default"}, **rest}


def template(**spec: Any) -> Object:
    containers = [{"name": "a", "image": "x:1"}]
    return {"metadata": {"labels": {"app": "t"}}, "spec": {"containers": containers, **spec}}


def workload(kind: str, name: str = "w", **spec: Any) -> Object:
    """An apps/v1 object that selects its own pods."""
    whole = {"selector": {"matchLabels": {"app": "t"}}, "template": template(), **spec}
    return obj("apps/v1", kind, name, spec=whole)


def pod(name: str = "p", **spec: Any) -> Object:
    return obj("v1", "Pod", name, spec={"containers": [{"name": "a", "image": "x:1"}], **spec})


def refused(made: Registry, sent: Object) -> Refusal:
    """How a create of this is refused."""
    with pytest.raises(Refusal) as caught:
        made.create(sent)
    return caught.value


def causes(refusal: Refusal) -> list[tuple[str, str]]:
    """Field and message of each cause."""
    return [(each["field"], each["message"]) for each in (refusal.details or {})["causes"]]
