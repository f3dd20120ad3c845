"""Changes to nodes."""

from k8stui.model import tree
from k8stui.model.kinds import NODES
from k8stui.model.kubectl import command, named
from k8stui.model.objects import ObjectRow
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Inverse, Mutation, Risk, patch


def cordon(found: ObjectRow, *, on: bool) -> Mutation:
    """Keep new pods off a node (`on`), or let them come again; running pods stay.

    As kubectl: a strategic patch of spec.unschedulable without fieldManager. The controller adds the taint, never we.

    Raises:
        AlreadySoError: it is so already; nothing has to be sent.
        UnableError: no node.
    """
    node = found.exact()
    name, word = found.ref.name, "cordon" if on else "uncordon"
    if found.ref.kind.resource != NODES.resource:
        raise UnableError(f"{named(found.ref)} cannot be {word}ed: only a node can")
    is_on = bool(tree.value(node, "spec", "unschedulable"))
    if is_on is on:
        raise AlreadySoError(f"node/{name} is {'already cordoned' if on else 'not cordoned'}")
    return Mutation(
        builder="nodes.cordon",
        target=found.ref,
        request=patch(found.ref, {"spec": {"unschedulable": True if on else None}}),
        risk=Risk.CHANGE if on else Risk.SAFE,
        says=f"{word} {name}",
        done=f"node/{name} {word}ed",
        kubectl=command(word, name),
        args={"on": on},
        before={"unschedulable": is_on},
        inverse=Inverse("nodes.cordon", {"on": not on}, {"/spec/unschedulable": True if on else None}),
        trivial=True,
    )
