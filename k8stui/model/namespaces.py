"""Namespaces as rows: what pickers show of them."""

from msgspec import Struct

from k8stui.model.duration import stamp
from k8stui.model.kinds import NAMESPACES, Ref
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
