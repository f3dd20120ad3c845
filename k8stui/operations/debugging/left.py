"""What a debug session leaves in a cluster: the facts by which it is found again, and how it is taken away."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.kinds import PODS, Ref
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.debug_options import AT, COPY, EPHEMERAL, HOST, WHO
from k8stui.operations.builders.removing import delete
from k8stui.operations.gateway import Consent, Verdict
from k8stui.operations.mutation import Mutation

if TYPE_CHECKING:
    from k8stui.kube.target import Context

GRACE: Final = 1
"""Seconds that the processes of a debug pod get to end. A shell as process 1 ignores SIGTERM: with the usual 30 s each
pod would be there half a minute after it was told to go, and there is nothing in it that has to be saved."""


class Making(Struct, frozen=True, kw_only=True):
    """What is going to be made, as far as its request does not say so."""

    mode: str
    """One of `debug_options.MODES`."""
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
    grace: int | None = GRACE
    """Seconds that its processes get to end; None: as many as the pod says."""
    stamps: dict[str, str] = {}
    """Annotations that it was made with: by these one without a known uid is found to be ours."""
    keep: bool = False
    removed: float = 0.0
    """When it was removed, or seen to be gone or ended: epoch seconds; 0: it may be there."""
    why: str = ""
    """Why it could not be removed, in one sentence."""

    @property
    def ephemeral(self) -> bool:
        """A container in somebody's pod: nothing takes that away but the pod's end."""
        return self.mode == EPHEMERAL

    @property
    def ref(self) -> Ref:
        """The very pod."""
        return Ref(PODS, self.namespace, self.name, self.uid)

    @property
    def due(self) -> bool:
        """Whether it is to be removed when the program ends."""
        return not (self.removed or self.keep or self.ephemeral)

    @property
    def settled(self) -> bool:
        """Whether nobody has to come back to it: it is gone, or it was to stay and tells of itself by its label."""
        return bool(self.removed) or (self.keep and not self.ephemeral)

    def made(self, found: Mapping[str, Any]) -> bool:
        """Whether that object is the one: by its uid, and where none is known by the stamps that it was made with."""
        if self.uid:
            return tree.text(found, "metadata", "uid") == self.uid
        stamps = stamps_of(found)
        return bool(stamps) and stamps == self.stamps


def meant(number: int, at: float, context: "Context", mutation: Mutation, making: Making) -> Left:
    """What the record says of it before it is sent.

    Args:
        number: in the record.
        at: epoch seconds.
        context: where it is made, and as whom.
        mutation: creates the pod, or adds the ephemeral container.
        making: what its request does not say.
    """
    target = mutation.target
    body = mutation.request.decoded() or {}
    return Left(
        number=number,
        at=at,
        context=context.name,
        server=context.server,
        user=context.user,
        mode=making.mode,
        namespace=target.namespace,
        name=target.name,
        uid=target.uid,
        node=tree.text(body, "spec", "nodeName"),
        container=making.container,
        lifetime=making.lifetime,
        grace=grace_of(body, making.mode),
        stamps=stamps_of(body),
        keep=making.keep,
    )


def stamps_of(found: Mapping[str, Any]) -> dict[str, str]:
    """Who made a pod to debug, where and when; nothing where it does not say all of it."""
    notes = tree.strings(found, "metadata", "annotations")
    stamps = {name: notes[name] for name in (WHO, HOST, AT) if notes.get(name)}
    return stamps if len(stamps) == 3 else {}


def grace_of(found: Mapping[str, Any], mode: str) -> int | None:
    """How long its processes get: `GRACE`, but a copy that writes to the claims of its original as long as it says."""
    volumes = tree.rows(found, "spec", "volumes")
    claims = any(each.get("persistentVolumeClaim") for each in volumes)
    return None if mode == COPY and claims else GRACE


def removal(left: Left) -> tuple[Mutation, Consent]:
    """The deletion of that very pod, and the consent to it: who agreed to its creation has agreed to its clean-up.

    Raises ValueError: its uid is not known, or it is an ephemeral container: nobody has agreed to anything there.
    """
    if not left.uid or left.ephemeral:
        raise ValueError(f"{left.ref} is nothing that may be removed unasked")
    mutation = delete(ObjectRow(left.ref, "", (), b"{}"), grace=left.grace)
    return mutation, Verdict(mutation).consent()
