"""Whose logs are followed."""

from msgspec import Struct

from k8stui.model.kinds import Ref


class Target(Struct, frozen=True, kw_only=True):
    """Pods by name, those of a workload, of a selector, of a node; more than one of these: pods that fit all.

    With none of them: every pod of the namespace.
    """

    namespace: str | None = None
    """None: all namespaces."""
    pods: tuple[Ref, ...] = ()
    """By uid where it is known, else by name; each in its own namespace."""
    owner: Ref | None = None
    """A workload; its pods are those it controls, directly or through ReplicaSets or Jobs, now and later."""
    selector: str = ""
    """A label selector as kubectl takes it: also a Service's, or what was typed."""
    node: str = ""
    """A node's name."""

    @property
    def title(self) -> str:
        """`pod web-1`, `3 pods`, `deployment web`, `app=web`, `node worker-1`, `all pods`."""
        if self.owner is not None:
            return f"{self.owner.kind.singular or self.owner.kind.plural} {self.owner.name}"
        if len(self.pods) == 1:
            return f"pod {self.pods[0].name}"
        if self.pods:
            return f"{len(self.pods)} pods"
        words = [self.selector, f"node {self.node}" if self.node else ""]
        return " on ".join(word for word in words if word) or "all pods"
