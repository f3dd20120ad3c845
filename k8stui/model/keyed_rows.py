"""Config maps and secrets: their keys and sizes. Values never become part of a row."""

from typing import Any

from msgspec import Raw, Struct

from k8stui.model.amounts import size
from k8stui.model.columns import Column
from k8stui.model.duration import stamp
from k8stui.model.kinds import CONFIG_MAPS, SECRETS, Kind, Ref
from k8stui.model.object_columns import AGE, NAME, NAMESPACE, text_column
from k8stui.model.raw import Meta, identified
from k8stui.model.shared import Labels, interned, interned_name, labels_of, ref_of

_Values = dict[str, Raw]
"""Undecoded: only their length is looked at."""


class RawKeyed(Struct, rename="camel", gc=False):
    """A ConfigMap or a Secret."""

    metadata: Meta | None = None
    type: str | None = None
    data: _Values | None = None
    binary_data: _Values | None = None
    immutable: bool | None = None


class Keyed(Struct, frozen=True, gc=False, kw_only=True):
    """One of either: what it holds by name, and how much."""

    ref: Ref
    version: str
    labels: Labels
    created: float | None
    type: str
    """Of a secret."""
    keys: tuple[str, ...]
    """Sorted."""
    size: int
    """Bytes of all values together, as good as it can be told without decoding them."""
    immutable: bool


def config_map(raw: RawKeyed) -> Keyed:
    """The row of a decoded ConfigMap. Raises msgspec.ValidationError where it has no name or uid."""
    size = _length(raw.data) + _decoded(raw.binary_data)
    return _row(CONFIG_MAPS, raw, [*(raw.data or ()), *(raw.binary_data or ())], size)


def secret(raw: RawKeyed) -> Keyed:
    """The row of a decoded Secret. Raises msgspec.ValidationError where it has no name or uid."""
    return _row(SECRETS, raw, list(raw.data or ()), _decoded(raw.data))


def _row(kind: Kind, raw: RawKeyed, keys: list[str], size: int) -> Keyed:
    meta = identified(raw.metadata)
    return Keyed(
        ref=ref_of(kind, meta),
        version=meta.resource_version or "",
        labels=labels_of(meta),
        created=stamp(meta.creation_timestamp),
        type=interned(raw.type),
        keys=tuple(sorted(interned_name(key) for key in keys)),
        size=size,
        immutable=bool(raw.immutable),
    )


def _length(values: _Values | None) -> int:
    """Bytes of texts, their quotes left out."""
    return sum(max(0, len(bytes(each)) - 2) for each in (values or {}).values())


def _decoded(values: _Values | None) -> int:
    """Bytes behind base64 texts."""
    total = 0
    for each in (values or {}).values():
        text = bytes(each)[1:-1]
        total += len(text) * 3 // 4 - (text[-2:].count(b"=") if text else 0)
    return max(0, total)


def shown_keys(line: Keyed) -> str:
    """Their names."""
    return ", ".join(line.keys)


def search_text(line: Keyed) -> str:
    """What a filter looks at."""
    return " ".join((line.ref.namespace, line.ref.name, line.type, *line.keys))


def explain(line: Keyed) -> str:
    """A word on what cannot be changed."""
    return "It is immutable: it can only be deleted and made anew." if line.immutable else ""


_DATA = text_column("DATA", lambda line: str(len(line.keys)), order=lambda line: len(line.keys), right=True, keep=7)
_SIZE = text_column("SIZE", lambda line: size(line.size), order=lambda line: line.size, right=True, keep=5)
_KEYS = text_column("KEYS", shown_keys, most=100, keep=4)
_IMMUTABLE = text_column("IMMUTABLE", lambda line: "yes" if line.immutable else "", keep=2, wide=True)

CONFIG_MAP_COLUMNS: tuple[Column[Any], ...] = (NAMESPACE, NAME, _DATA, _SIZE, _KEYS, AGE, _IMMUTABLE)
"""NAMESPACE is left out by whoever shows one namespace alone."""
SECRET_COLUMNS: tuple[Column[Any], ...] = (
    NAMESPACE,
    NAME,
    text_column("TYPE", lambda line: line.type, most=40, keep=6, middle=True),
    _DATA,
    _SIZE,
    _KEYS,
    AGE,
    _IMMUTABLE,
)
