"""HorizontalPodAutoscalers as far as workloads ask: whose replicas they set, and whether KEDA stands behind them."""

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.managers import Manager, Tool
from k8stui.model.objects import Object

Target = tuple[str, str, str]
"""Namespace, kind and name of what is scaled."""


class Autoscaler(Struct, frozen=True, gc=False):
    """One of them."""

    target: Target
    manager: Manager


def autoscaler(obj: Object) -> Autoscaler | None:
    """What a decoded autoscaler (any version of it) does; None where it names no target."""
    kind, name = tree.text(obj, "spec", "scaleTargetRef", "kind"), tree.text(obj, "spec", "scaleTargetRef", "name")
    if not kind or not name:
        return None
    least, most = tree.number(obj, "spec", "minReplicas", default=1), tree.number(obj, "spec", "maxReplicas")
    scaled = _scaled_object(obj)
    tool, named = (Tool.KEDA, scaled) if scaled else (Tool.AUTOSCALER, tree.name(obj))
    return Autoscaler((tree.namespace(obj), kind, name), Manager(tool, named, f"{least}-{most}"))


def _scaled_object(obj: Object) -> str:
    """The ScaledObject of KEDA that made it: its owner, or the label that KEDA sets."""
    for owner in tree.rows(obj, "metadata", "ownerReferences"):
        if owner.get("kind") == "ScaledObject":
            return tree.text(owner, "name")
    return tree.strings(obj, "metadata", "labels").get("scaledobject.keda.sh/name", "")
