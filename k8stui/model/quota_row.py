"""Resource quotas: what may be asked for in a namespace and how much of it is taken."""

from typing import Any

from msgspec import Struct

from k8stui.model.amounts import UNKNOWN, bar
from k8stui.model.columns import Column, Comparable, Tone
from k8stui.model.duration import stamp
from k8stui.model.kinds import RESOURCE_QUOTAS, Ref
from k8stui.model.object_columns import AGE, NAME, NAMESPACE, text_column
from k8stui.model.quantity import ZERO, Quantity
from k8stui.model.raw import Amounts, Meta, identified
from k8stui.model.requests import amount
from k8stui.model.shared import Labels, interned_name, labels_of, ref_of
from k8stui.model.text import clean

NEARLY = 90
"""Percent from which a quota is worth a look."""


class QuotaStatus(Struct, gc=False):
    """A quota's status."""

    hard: Amounts | None = None
    used: Amounts | None = None


class RawQuota(Struct, gc=False):
    """A ResourceQuota."""

    metadata: Meta | None = None
    status: QuotaStatus | None = None


class Part(Struct, frozen=True, gc=False):
    """One resource of a quota."""

    name: str
    used: str
    """As the server writes it, `0` where it says nothing."""
    hard: str
    permille: int | None
    """How much of it is taken, in thousandths; None where that cannot be said. Taken of nothing is 1000."""


class Quota(Struct, frozen=True, gc=False):
    """One quota; its parts are sorted by name."""

    ref: Ref
    version: str
    labels: Labels
    created: float | None
    parts: tuple[Part, ...]

    @property
    def fullest(self) -> Part | None:
        """The part of which the most is taken."""
        known = [part for part in self.parts if part.permille is not None]
        return max(known, key=lambda part: part.permille or 0) if known else None


def row(raw: RawQuota) -> Quota:
    """The row of a decoded quota. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    status = raw.status or QuotaStatus()
    hard, used = status.hard or {}, status.used or {}
    parts = tuple(_part(name, hard, used) for name in sorted(hard))
    ref = ref_of(RESOURCE_QUOTAS, meta)
    return Quota(ref, meta.resource_version or "", labels_of(meta), stamp(meta.creation_timestamp), parts)


def _part(name: str, hard: Amounts, used: Amounts) -> Part:
    most, taken = amount(hard, name), amount(used, name)
    said = used.get(name)
    return Part(
        interned_name(name),
        "0" if said is None else clean(str(said)),
        clean(str(hard[name])),
        _permille(taken if taken is not None else ZERO, most),
    )


def _permille(taken: Quantity, most: Quantity | None) -> int | None:
    if most is None:
        return None
    if most.nanos <= 0:
        return 1000 if taken.nanos > 0 else None
    return 1000 * taken.nanos // most.nanos


def requests(line: Quota) -> str:
    """REQUEST as kubectl prints it: `pods: 3/10, requests.cpu: 1/4`."""
    return _listed(line, limits=False)


def limits(line: Quota) -> str:
    """LIMIT as kubectl prints it."""
    return _listed(line, limits=True)


def fullest(line: Quota) -> str:
    """`████░░ 75% pods`."""
    part = line.fullest
    if part is None or part.permille is None:
        return UNKNOWN
    return f"{bar(part.permille, 1000)} {part.permille // 10:>3}% {part.name}"


def tone(line: Quota, now: float) -> Tone:
    """How much room is left."""
    part = line.fullest
    taken = part.permille if part is not None and part.permille is not None else 0
    return Tone.BAD if taken >= 1000 else Tone.WARNING if taken >= 10 * NEARLY else Tone.OK


def explain(line: Quota) -> str:
    """What is used up, or nearly."""
    full = [part for part in line.parts if part.permille is not None and part.permille >= 1000]
    if full:
        said = ", ".join(f"{part.name} ({part.used} of {part.hard})" for part in full)
        return f"Used up: {said}; what asks for more is refused."
    near = [part for part in line.parts if part.permille is not None and part.permille >= 10 * NEARLY]
    return f"Nearly used up: {', '.join(f'{part.name} ({part.used} of {part.hard})' for part in near)}." if near else ""


def search_text(line: Quota) -> str:
    """What a filter looks at."""
    return " ".join((line.ref.namespace, line.ref.name, requests(line), limits(line)))


def _listed(line: Quota, *, limits: bool) -> str:
    return ", ".join(
        f"{part.name}: {part.used}/{part.hard}" for part in line.parts if part.name.startswith("limits.") is limits
    )


def _fullest_order(line: Quota) -> Comparable:
    """The fullest first, unknown last."""
    part = line.fullest
    return (True, 0) if part is None else (False, -(part.permille or 0))


COLUMNS: tuple[Column[Any], ...] = (
    NAMESPACE,
    NAME,
    text_column("FULLEST", fullest, order=_fullest_order, tone=tone, most=40, keep=8),
    text_column("REQUEST", requests, most=100, keep=6),
    text_column("LIMIT", limits, most=100, keep=5),
    AGE,
)
"""NAMESPACE is left out by whoever shows one namespace alone."""
