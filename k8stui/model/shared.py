"""What row builders share: repeated cluster text held once, label sets held once, the reference to an object."""

import sys
from functools import lru_cache

from k8stui.model.kinds import Kind, Ref
from k8stui.model.raw import Meta, Owner
from k8stui.model.text import clean

Labels = tuple[tuple[str, str], ...]
"""Sorted pairs."""

_REMEMBERED = 256
"""Longer texts are cleaned but not remembered: they do not repeat, and they would fill the memory."""


def interned(text: str | None) -> str:
    """`clean` for text that repeats from row to row (images, reasons, words): equal ones are one string."""
    if not text:
        return ""
    return interned_name(text) if len(text) <= _REMEMBERED else clean(text)


@lru_cache(maxsize=8192)
def interned_name(text: str | None) -> str:
    """The same, twice as fast, for names, whose length the server bounds."""
    return sys.intern(clean(text)) if text else ""


def labels_of(meta: Meta) -> Labels:
    """The labels as sorted pairs; equal sets are one tuple."""
    return _labels(tuple(meta.labels.items())) if meta.labels else ()


def ref_of(kind: Kind, meta: Meta) -> Ref:
    """The reference to the object."""
    return Ref(kind, interned_name(meta.namespace), clean(meta.name or ""), clean(meta.uid or ""))


def controller_of(meta: Meta) -> Owner | None:
    """The owner that manages the object, if one does."""
    for owner in meta.owner_references or ():
        if owner.controller:
            return owner
    return None


@lru_cache(maxsize=4096)
def _labels(pairs: tuple[tuple[str, str | None], ...]) -> Labels:
    return tuple(sorted([(interned(key), interned(value)) for key, value in pairs]))
