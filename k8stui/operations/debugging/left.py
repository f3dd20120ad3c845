"""What a debug session leaves in a cluster: the facts by which it is found again, and taken away."""

from msgspec import Struct

from k8stui.model.kinds import PODS, Ref

EPHEMERAL = "ephemeral"
"""The mode that adds a container to a pod: nothing can take that away but the pod's end."""
LABEL = "k8stui/debug"
"""On every pod that was made to debug; its value is the mode."""
WHO, HOST, AT = "k8stui/who", "k8stui/host", "k8stui/at"
"""Annotations: whose it is, made where, and when (RFC 3339)."""


class Making(Struct, frozen=True, kw_only=True):
    """What is going to be made, as far as its request does not say so."""

    mode: str
    """`ephemeral`, `copy`, `node` or `alone`."""
    container: str = ""
    """The one to attach to; "": the pod's first."""
    lifetime: float = 0.0
    """Seconds after which the cluster ends it; 0: never (an ephemeral container)."""
    keep: bool = False
    """It stays when the program ends."""


class Left(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One pod or ephemeral container that this program has made, as its record tells it. Not clean."""

    number: int
    """In its record."""
    at: float
    """When it was asked for: epoch seconds."""
    context: str
    server: str
    user: str
    mode: str
    namespace: str
    name: str
    """The pod's."""
    uid: str = ""
    """The pod's; "": its creation was meant, and no answer is known."""
    node: str = ""
    container: str = ""
    lifetime: float = 0.0
    """Seconds from its start."""
    grace: int | None = None
    """Seconds that its processes get to end; None: as many as the pod says."""
    stamps: tuple[tuple[str, str], ...] = ()
    """Annotations that it was made with: by these one without a known uid is found to be ours."""
    keep: bool = False
    removed: float = 0.0
    """When it was removed, or seen to be gone: epoch seconds; 0: it may be there."""
    why: str = ""
    """Why it could not be removed, in one sentence."""

    @property
    def ephemeral(self) -> bool:
        """A container in somebody's pod."""
        return self.mode == EPHEMERAL

    @property
    def ref(self) -> Ref:
        """The very pod."""
        return Ref(PODS, self.namespace, self.name, self.uid)

    @property
    def due(self) -> bool:
        """Whether it is to be removed when the program ends."""
        return not (self.removed or self.keep or self.ephemeral)
