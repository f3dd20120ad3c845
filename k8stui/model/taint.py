"""Taints of nodes, how they read (`kubectl taint`), and which pods they keep off or send away."""

from collections.abc import Iterable

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.duration import stamp
from k8stui.model.node_raw import RawTaint
from k8stui.model.objects import Object
from k8stui.model.shared import interned

_EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")
_USUAL = ("node.kubernetes.io/", "node-role.kubernetes.io/", "node.cloudprovider.kubernetes.io/")


_HARD = ("NoSchedule", "NoExecute")
_MOST = 2**62


class Taint(Struct, frozen=True, gc=False):
    """What keeps pods away from a node."""

    key: str
    value: str
    effect: str
    added: float | None = None
    """When a NoExecute taint was set (epoch seconds); toleration seconds count from there."""

    def __str__(self) -> str:
        """`key=value:Effect`, `key:Effect` without a value: as `kubectl taint` takes it."""
        return f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"

    @property
    def brief(self) -> str:
        """The same without Kubernetes' own prefixes: `unreachable:NoExecute`."""
        text = str(self)
        for prefix in _USUAL:
            text = text.removeprefix(prefix)
        return text


def taint(raw: RawTaint) -> Taint:
    """A decoded taint."""
    return Taint(interned(raw.key), interned(raw.value), interned(raw.effect), stamp(raw.time_added))


def severity(found: Taint) -> int:
    """0 for the effect that throws pods out, more for milder ones."""
    return _EFFECTS.index(found.effect) if found.effect in _EFFECTS else len(_EFFECTS)


class Toleration(Struct, frozen=True, gc=False):
    """What a pod puts up with."""

    key: str = ""
    """Empty: any key."""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""
    """Empty: any effect."""
    seconds: int | None = None
    """How long it stays on a node with such a NoExecute taint; None: for ever."""


def taint_of(found: Object) -> Taint:
    """A taint of a decoded node."""
    added = stamp(tree.text(found, "timeAdded"))
    return Taint(tree.text(found, "key"), tree.text(found, "value"), tree.text(found, "effect"), added)


def taints_of(node: Object) -> list[Taint]:
    """The taints of a decoded node, the worst effects first."""
    return sorted((taint_of(each) for each in tree.rows(node, "spec", "taints")), key=severity)


def tolerations_of(pod: Object) -> list[Toleration]:
    """The tolerations of a decoded pod."""
    return [toleration_of(each) for each in tree.rows(pod, "spec", "tolerations")]


def toleration_of(found: Object) -> Toleration:
    """One decoded toleration."""
    return Toleration(
        tree.text(found, "key"),
        tree.text(found, "operator") or "Equal",
        tree.text(found, "value"),
        tree.text(found, "effect"),
        min(tree.number(found, "tolerationSeconds"), _MOST) if found.get("tolerationSeconds") is not None else None,
    )


def tolerates(toleration: Toleration, taint_: Taint) -> bool:
    """Whether the toleration covers the taint (core/v1 Toleration.ToleratesTaint; Lt and Gt are not served yet)."""
    if toleration.effect and toleration.effect != taint_.effect:
        return False
    if toleration.key and toleration.key != taint_.key:
        return False
    return toleration.operator == "Exists" or (toleration.operator == "Equal" and toleration.value == taint_.value)


def untolerated(
    tolerations: Iterable[Toleration], taints: Iterable[Taint], effects: Iterable[str] = _HARD
) -> list[Taint]:
    """The taints with one of these effects that no toleration covers: with the usual ones, what keeps a pod off."""
    found, wanted = list(tolerations), tuple(effects)
    return [each for each in taints if each.effect in wanted and not any(tolerates(one, each) for one in found)]


def stay(tolerations: Iterable[Toleration], taints: Iterable[Taint]) -> tuple[Taint, int] | None:
    """The NoExecute taint that sends a pod away first, and for how many seconds after it was set the pod may stay.

    None: it may stay for ever. 0 seconds: it does not tolerate the taint. As in the taint eviction controller the first
    toleration that covers a taint counts for it.
    """
    known = list(tolerations)
    shortest: tuple[Taint, int] | None = None
    for each in taints:
        if each.effect != "NoExecute":
            continue
        covering = next((one for one in known if tolerates(one, each)), None)
        if covering is None:
            return each, 0
        seconds = covering.seconds
        if seconds is not None and (shortest is None or seconds < shortest[1]):
            shortest = each, max(0, seconds)
    return shortest
