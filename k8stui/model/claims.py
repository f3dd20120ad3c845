"""Volume claims as lines of a table: kubectl's columns, who uses them, and why one waits."""

from typing import Any

from msgspec import Struct

from k8stui.model.amounts import by_number
from k8stui.model.claim_row import Claim, StorageClass
from k8stui.model.columns import RANK, Column, Comparable, Tone
from k8stui.model.kinds import Ref
from k8stui.model.object_columns import NAME, NAMESPACE, age_of, text_column
from k8stui.model.requests import amount
from k8stui.model.shared import Labels
from k8stui.model.storage import NO_PROVISIONER


class ClaimLine(Struct, frozen=True, gc=False):
    """A claim joined with the pods that use it and with its storage class."""

    claim: Claim
    users: int = 0
    """Pods that use it and have not ended."""
    storage_class: StorageClass | None = None
    """Its class, the default one where it names none; None: there is no such class, or classes are not known."""

    @property
    def ref(self) -> Ref:
        """The claim."""
        return self.claim.ref

    @property
    def version(self) -> str:
        """Its resourceVersion."""
        return self.claim.version

    @property
    def labels(self) -> Labels:
        """Its labels."""
        return self.claim.labels


def tone(line: ClaimLine, now: float) -> Tone:
    """How the claim is; one that waits for its first pod is only idle."""
    claim = line.claim
    if claim.phase == "Lost":
        return Tone.BAD
    if claim.phase == "Bound":
        return Tone.OK
    if claim.phase != "Pending":
        return Tone.CHANGING
    return Tone.MUTED if _idle(line) else Tone.WARNING


def explain(line: ClaimLine, *, classes_known: bool = True) -> str:
    """Why it has no volume, or what else is not well; `classes_known`: a class that is not there does not exist."""
    claim = line.claim
    if claim.phase == "Pending":
        return _pending(line, classes_known=classes_known)
    if claim.phase == "Lost":
        return f"Its volume {claim.volume} is gone, and the data with it."
    if claim.phase == "Terminating" and line.users:
        pods = "a pod uses it" if line.users == 1 else f"{line.users} pods use it"
        return f"It is deleted as soon as nobody uses it: {pods}."
    return f"{claim.condition.rstrip('.')}." if claim.condition else ""


def _idle(line: ClaimLine) -> bool:
    found = line.storage_class
    return found is not None and found.waits and not line.users and not line.claim.volume


def _pending(line: ClaimLine, *, classes_known: bool) -> str:
    claim, found = line.claim, line.storage_class
    if claim.volume:
        return f"It waits for the volume {claim.volume}, which is not there or belongs to another claim."
    if _idle(line):
        return "It waits for a pod that uses it: its class makes volumes only then (WaitForFirstConsumer)."
    if claim.named_class and not claim.storage_class:
        return "It names an empty class: only a volume without a class that somebody makes by hand fits it."
    if found is None and not classes_known:
        return "It has no volume yet."
    if found is None and claim.storage_class:
        return f"There is no StorageClass {claim.storage_class}: make it, or a volume that names it."
    if found is None:
        return "It names no class and there is no default StorageClass: name one, or make a volume for it."
    if found.provisioner == NO_PROVISIONER:
        return f"Nobody makes volumes of the class {found.ref.name}: none is free that fits ({claim.asked})."
    return f"{found.provisioner} has not made its volume yet: its events (v) say why."


def search_text(line: ClaimLine) -> str:
    """What a filter looks at."""
    claim = line.claim
    return " ".join((claim.ref.namespace, claim.ref.name, claim.phase, claim.volume, claim.storage_class, claim.modes))


def _capacity_order(line: ClaimLine) -> Comparable:
    found = amount({"": line.claim.capacity or None}, "")
    return by_number(None if found is None else found.nanos)


def _users(line: ClaimLine) -> str:
    """`2 pods`; nobody is a word, so that it can be filtered for."""
    return "nobody" if not line.users else "1 pod" if line.users == 1 else f"{line.users} pods"


COLUMNS: tuple[Column[Any], ...] = (
    NAMESPACE,
    NAME,
    text_column(
        "STATUS",
        lambda line: line.claim.phase,
        order=lambda line: (RANK[tone(line, 0.0)], line.claim.phase),
        tone=tone,
        keep=9,
    ),
    text_column("VOLUME", lambda line: line.claim.volume, most=48, keep=4, middle=True),
    text_column("CAPACITY", lambda line: line.claim.capacity, order=_capacity_order, right=True, keep=7),
    text_column("ACCESS MODES", lambda line: line.claim.modes, keep=5),
    text_column("STORAGECLASS", lambda line: line.claim.storage_class, most=40, keep=6, middle=True),
    text_column("VOLUMEATTRIBUTESCLASS", lambda line: line.claim.attributes, keep=1, wide=True),
    text_column("USED BY", _users, order=lambda line: line.users, right=True, keep=7),
    age_of(lambda line: line.claim.created),
    text_column("VOLUMEMODE", lambda line: line.claim.volume_mode, keep=2, wide=True),
)
"""NAMESPACE is left out by whoever shows one namespace alone."""
USED_BY = "USED BY"
