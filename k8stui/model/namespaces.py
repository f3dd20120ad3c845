"""Namespaces: what a picker and a table show of them."""

from msgspec import Struct

from k8stui.model.columns import Column, Tone
from k8stui.model.duration import age, stamp
from k8stui.model.kinds import NAMESPACES, Ref
from k8stui.model.order import by_age
from k8stui.model.raw import NamespaceStatus, RawNamespace, identified
from k8stui.model.shared import Labels, interned, labels_of, ref_of


class Namespace(Struct, frozen=True, gc=False):
    """One namespace."""

    ref: Ref
    version: str
    labels: Labels
    created: float | None
    phase: str
    """`Active` or `Terminating`."""


def row(raw: RawNamespace) -> Namespace:
    """The row of a decoded namespace. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    status = raw.status or NamespaceStatus()
    return Namespace(
        ref_of(NAMESPACES, meta),
        meta.resource_version or "",
        labels_of(meta),
        stamp(meta.creation_timestamp),
        interned(status.phase),
    )


COLUMNS: tuple[Column[Namespace], ...] = (
    Column(
        title="NAME",
        text=lambda namespace, now: namespace.ref.name,
        order=lambda namespace: namespace.ref.name,
        width=20,
        most=63,
        keep=9,
        middle=True,
    ),
    Column(
        title="STATUS",
        text=lambda namespace, now: namespace.phase,
        order=lambda namespace: namespace.phase == "Active",
        tone=lambda namespace, now: Tone.OK if namespace.phase == "Active" else Tone.CHANGING,
        width=11,
        most=14,
        keep=8,
    ),
    Column(
        title="AGE",
        text=lambda namespace, now: age(namespace.created, now),
        order=lambda namespace: by_age(namespace.created),
        right=True,
        width=4,
        most=9,
        keep=7,
    ),
)
