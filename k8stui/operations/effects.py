"""What a change touches besides its object, as far as the object itself tells."""

from types import MappingProxyType
from typing import Final

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.managers import Change, consequence, managers_of
from k8stui.model.objects import ObjectRow
from k8stui.operations.mutation import Mutation

_CHANGES: Final = MappingProxyType(
    {
        "scaling.scale": Change.REPLICAS,
        "rollout.restart": Change.RESTART,
        "removing.delete": Change.DELETE,
        "removing.evict": Change.DELETE,
    }
)
_ROLLS: Final = ("rollout.restart", "undo.undo", "images.image")
"""Builders that replace the pods of a workload."""


def effects(mutation: Mutation, found: ObjectRow) -> list[Line]:
    """Replicas now and after, pods that are replaced, and who will take the change back."""
    obj = found.tree()
    lines = [*_replicas(mutation, obj), *_replaced(mutation, obj)]
    reverted = consequence(managers_of(obj), _CHANGES.get(mutation.builder, Change.SPEC))
    if reverted:
        lines.append(Line(reverted, Tone.WARNING))
    return lines


def _replicas(mutation: Mutation, obj: object) -> list[Line]:
    if mutation.builder != "scaling.scale":
        return []
    before = tree.number(obj, "spec", "replicas", default=1)
    after = int(mutation.args.get("replicas", before))
    return [Line(f"replicas {before} -> {after}", Tone.BAD if after == 0 else Tone.PLAIN)]


def _replaced(mutation: Mutation, obj: object) -> list[Line]:
    if mutation.builder not in _ROLLS:
        return []
    count = tree.number(obj, "spec", "replicas", default=1)
    if tree.text(obj, "spec", "strategy", "type") == "Recreate":
        return [Line(f"Recreate: all {count} pods go before new ones come; it is down meanwhile", Tone.WARNING)]
    only = count == 1 and tree.text(obj, "kind") != "DaemonSet"
    return [Line("it has a single replica", Tone.WARNING)] if only else []
