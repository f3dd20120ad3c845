"""Volume claims and storage classes as rows: kubectl's columns, and what decides whether a claim gets a volume."""

from msgspec import Struct

from k8stui.model.duration import stamp
from k8stui.model.kinds import STORAGE_CLASSES, VOLUME_CLAIMS, Ref
from k8stui.model.object_columns import UNSET
from k8stui.model.raw import Amounts, AnnotatedMeta, Resources, identified
from k8stui.model.shared import Labels, interned, labels_of, ref_of
from k8stui.model.storage import WAITS, access_modes, named_class
from k8stui.model.text import clean

_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


class ClaimCondition(Struct, gc=False):
    """status.conditions[]: resizing and the like."""

    type: str | None = None
    status: str | None = None
    message: str | None = None


class ClaimSpec(Struct, rename="camel", gc=False):
    """A claim's spec."""

    volume_name: str | None = None
    storage_class_name: str | None = None
    volume_attributes_class_name: str | None = None
    volume_mode: str | None = None
    resources: Resources | None = None


class ClaimStatus(Struct, rename="camel", gc=False):
    """A claim's status."""

    phase: str | None = None
    access_modes: list[str] | None = None
    capacity: Amounts | None = None
    conditions: list[ClaimCondition] | None = None


class RawClaim(Struct, gc=False):
    """A PersistentVolumeClaim."""

    metadata: AnnotatedMeta | None = None
    spec: ClaimSpec | None = None
    status: ClaimStatus | None = None


class RawClass(Struct, rename="camel", gc=False):
    """A StorageClass."""

    metadata: AnnotatedMeta | None = None
    provisioner: str | None = None
    volume_binding_mode: str | None = None


class Claim(Struct, frozen=True, gc=False, kw_only=True):
    """One claim. Texts are clean and as kubectl prints them."""

    ref: Ref
    version: str
    labels: Labels
    created: float | None
    phase: str
    """STATUS: `Terminating` where it is being deleted."""
    volume: str
    capacity: str
    modes: str
    storage_class: str
    named_class: bool
    """Whether it names a class at all: an empty name wants a volume of no class, no name the default class."""
    attributes: str
    volume_mode: str
    asked: str
    """How much it asks for."""
    condition: str
    """What its conditions say, empty where they say nothing."""


class StorageClass(Struct, frozen=True, gc=False):
    """One storage class."""

    ref: Ref
    version: str
    labels: Labels
    provisioner: str
    waits: bool
    """It makes volumes only when a pod uses the claim (WaitForFirstConsumer)."""
    default: bool


def row(raw: RawClaim) -> Claim:
    """The row of a decoded claim. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    spec, status = raw.spec or ClaimSpec(), raw.status or ClaimStatus()
    notes = meta.annotations or {}
    named = named_class(notes, spec.storage_class_name)
    bound = bool(spec.volume_name)
    conditions = [each for each in status.conditions or () if each.status == "True"]
    return Claim(
        ref=ref_of(VOLUME_CLAIMS, meta),
        version=meta.resource_version or "",
        labels=labels_of(meta),
        created=stamp(meta.creation_timestamp),
        phase="Terminating" if meta.deletion_timestamp else interned(status.phase),
        volume=clean(spec.volume_name or ""),
        capacity=clean(str((status.capacity or {}).get("storage") or "0")) if bound else "",
        modes=access_modes(status.access_modes or ()) if bound else "",
        storage_class=interned(named),
        named_class=named is not None,
        attributes=interned(spec.volume_attributes_class_name) or UNSET,
        volume_mode=interned(spec.volume_mode) or UNSET,
        asked=clean(str(((spec.resources or Resources()).requests or {}).get("storage") or "")),
        condition=clean("; ".join(each.message or each.type or "" for each in conditions)),
    )


def class_row(raw: RawClass) -> StorageClass:
    """The row of a decoded storage class. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    notes = meta.annotations or {}
    return StorageClass(
        ref_of(STORAGE_CLASSES, meta),
        meta.resource_version or "",
        labels_of(meta),
        interned(raw.provisioner),
        raw.volume_binding_mode == WAITS,
        any(notes.get(key) == "true" for key in _DEFAULT),
    )
