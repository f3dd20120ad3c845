"""Values of Secrets: how many bytes they have and what they say, apart from showing them."""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from typing import Any, Final

from k8stui.model.objects import Object

NONE: Final[frozenset[str]] = frozenset()
"""No key of a Secret is revealed."""
ALL: Final = frozenset({"*"})
"""All keys of a Secret, and its annotations, are revealed: no key is called so."""

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_REPEATING = frozenset({APPLIED, "openshift.io/token-secret.value"})
"""Annotations of Secrets that repeat what is in them."""
_PRINTED = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")


def is_secret(obj: Object) -> bool:
    """Whether the object's values are nobody's business until asked for."""
    return obj.get("kind") == "Secret"


def size(encoded: object) -> int | None:
    """How many bytes a base64 value has; None where it is no base64."""
    raw = _decoded(encoded)
    return None if raw is None else len(raw)


def decode(encoded: object) -> str | None:
    """The text in a base64 value; None where it is no base64, no UTF-8, or holds control characters.

    It is as hostile as any text of the cluster: clean it before it is shown.
    """
    raw = _decoded(encoded)
    try:
        text = None if raw is None else raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text is not None and _PRINTED.fullmatch(text) else None


def is_hidden(path: tuple[str, ...], revealed: frozenset[str]) -> bool:
    """Whether what stands at that path of a Secret must not be shown."""
    if revealed == ALL:
        return False
    if len(path) == 2 and path[0] in ("data", "stringData"):
        return path[1] not in revealed
    return len(path) == 3 and path[:2] == ("metadata", "annotations") and path[2] in _REPEATING


def hidden_annotations(obj: Object) -> Object:
    """The object with the annotations that repeat its values masked: for texts that print annotations."""
    notes = obj.get("metadata", {}).get("annotations") if isinstance(obj.get("metadata"), dict) else None
    if not isinstance(notes, dict) or not _REPEATING & set(notes):
        return obj
    masked = {key: mask(("metadata",), value) if key in _REPEATING else value for key, value in notes.items()}
    return obj | {"metadata": obj["metadata"] | {"annotations": masked}}


def mask(path: tuple[str, ...], value: Any) -> str:
    """What stands for a hidden value: its size and nothing else of it."""
    if path[0] == "data":
        count = size(value)
    else:
        count = len(value.encode("utf-8", "replace")) if isinstance(value, str) else None
    return "••••••" if count is None else f"•••••• {count:,} byte{'s' if count != 1 else ''}"


def _decoded(encoded: object) -> bytes | None:
    try:
        return b64decode(encoded, validate=True) if isinstance(encoded, str) else None
    except (BadBase64, ValueError):
        return None
