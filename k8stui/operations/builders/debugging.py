"""Debug containers and pods: in a pod, as its copy, on a node, of their own."""

from typing import Any

from k8stui.model.kinds import NAMESPACES, Kind, Ref
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.debug_options import Options
from k8stui.operations.mutation import Mutation


def ephemeral(found: ObjectRow, **args: Any) -> Mutation:
    """A container more in a running pod. It can never be taken away; the target is the pod.

    Args:
        args: `Options.given()`.

    Raises UnableError: a wrong choice, no pod, a pod that has ended or mirrors a static one.
    """
    raise NotImplementedError


def copy(found: ObjectRow, **args: Any) -> Mutation:
    """A changed copy of a pod; the target is the new pod. The way back deletes it."""
    raise NotImplementedError


def node(found: ObjectRow, **args: Any) -> Mutation:
    """A pod on a node, in its namespaces as the profile says; the target is the new pod. The way back deletes it."""
    raise NotImplementedError


def alone(found: ObjectRow, **args: Any) -> Mutation:
    """A pod of its own in a namespace, as `kubectl run`; the target is the new pod. The way back deletes it."""
    raise NotImplementedError


def container_of(found: ObjectRow, options: Options) -> str:
    """The name of the container to attach to; "" where a copy has no debug container."""
    raise NotImplementedError


def warnings(options: Options) -> list[str]:
    """What the choice may do, one sentence each: root on the node, a container that stays for ever."""
    raise NotImplementedError


def unread(kind: Kind, name: str) -> ObjectRow:
    """An object of which only the name is known: a namespace that may not be read."""
    return ObjectRow(Ref(kind, "", name, ""), "", (), b"{}")


def namespace(name: str) -> ObjectRow:
    """The namespace of that name, where it cannot be read."""
    return unread(NAMESPACES, name)
