"""Workloads of some containers, as builders get them, and what kubectl sent for them."""

from typing import Any

from k8stui.model.kinds import DEPLOYMENTS, Kind
from k8stui.operations.mutation import Mutation
from tests.support.golden import found, recorded, same, wrote

Object = dict[str, Any]


def pods(*containers: Object, init: tuple[Object, ...] = ()) -> Object:
    return {"spec": {"initContainers": list(init), "containers": list(containers)}}


def web(kind: Kind = DEPLOYMENTS, name: str = "web", /, **container: Any) -> Any:
    one = {"name": "web", "image": "web:1", **container}
    return found(kind, name, "default", spec={"template": pods(one)})


def pair() -> Any:
    template = pods(
        {"name": "web", "image": "web:1"}, {"name": "log", "image": "log:1"}, init=({"name": "i", "image": "i:1"},)
    )
    return found(DEPLOYMENTS, "web", "default", spec={"template": template})


def as_recorded(mutation: Mutation, title: str) -> None:
    """The request and what is printed."""
    recording = recorded("workloads", title)
    same(mutation, wrote(recording)[0])
    assert mutation.done == recording["stdout"].strip()
