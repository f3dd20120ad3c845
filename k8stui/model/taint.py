"""Taints of nodes and how they read (kubectl-semantics §1.2)."""

from msgspec import Struct

from k8stui.model.duration import stamp
from k8stui.model.raw import RawTaint
from k8stui.model.shared import interned

_EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")
_USUAL = ("node.kubernetes.io/", "node-role.kubernetes.io/", "node.cloudprovider.kubernetes.io/")


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
