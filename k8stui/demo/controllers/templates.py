"""Pods as owners make them from a template, and the hashes that name one version of a template."""

from typing import Any

import msgspec

from k8stui.demo.controllers.workload import copied
from k8stui.demo.storage.objects import Object, controller_reference

HASH = "pod-template-hash"
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_OFFSET, _PRIME, _MASK = 2_166_136_261, 16_777_619, 0xFFFFFFFF


def safe(number: int) -> str:
    """A number in letters that make no words (apimachinery `rand.SafeEncodeString`)."""
    return "".join(_ALPHABET[ord(digit) % len(_ALPHABET)] for digit in str(number))


def fnv1(data: bytes) -> int:
    """32-bit FNV-1."""
    found = _OFFSET
    for byte in data:
        found = (found * _PRIME & _MASK) ^ byte
    return found


def fnv1a(data: bytes) -> int:
    """32-bit FNV-1a."""
    found = _OFFSET
    for byte in data:
        found = (found ^ byte) * _PRIME & _MASK
    return found


def go_json(value: object) -> bytes:
    """JSON as Go writes a map: keys in order, and `<`, `>`, `&` escaped."""
    raw = msgspec.json.encode(value, order="deterministic")
    return raw.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")


def template_hash(template: Object, collisions: int | None = None) -> str:
    """pod-template-hash: the same for the same template. (The real one hashes Go's printing of it: others letters.)"""
    raw = go_json(plain(template))
    if collisions is not None:
        raw += collisions.to_bytes(8, "little")
    return safe(fnv1a(raw))


def plain(value: Any) -> Any:
    """The value without what means nothing: nulls, empty lists, and in metadata the hash label of a ReplicaSet's."""
    if isinstance(value, dict):
        found = {key: plain(each) for key, each in value.items() if each is not None and each != []}
        meta = found.get("metadata")
        if isinstance(meta, dict):
            found["metadata"] = _unmarked(meta)
        return found
    return [plain(each) for each in value] if isinstance(value, list) else value


def _unmarked(meta: Object) -> Object:
    labels = {key: each for key, each in (meta.get("labels") or {}).items() if key != HASH}
    kept = {key: each for key, each in (meta | {"labels": labels}).items() if each not in (None, {})}
    kept.pop("creationTimestamp", None)
    return kept


def same(one: Object, other: Object) -> bool:
    """Whether two templates are the same but for the label that a ReplicaSet adds."""
    head, other_head = (_unmarked(each.get("metadata") or {}) for each in (one, other))
    rest, other_rest = ({name: part for name, part in each.items() if name != "metadata"} for each in (one, other))
    return _alike(head, other_head) and _alike(rest, other_rest)


def _alike(one: Any, other: Any) -> bool:
    """Equal but for what means nothing; ends at the first difference."""
    if one == other:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_alike(one.get(name), other.get(name)) for name in {**one, **other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return one in (None, []) and other in (None, [])


def pod_of(template: Object, owner: Object, *, name: str = "", labels: dict[str, str] | None = None) -> Object:
    """A pod that `owner` makes from a template, with a name of its own or a generated one."""
    made = copied(template)
    given = made.get("metadata") or {}
    meta: Object = {"name": name} if name else {}
    meta |= {"generateName": f"{owner['metadata']['name']}-", "namespace": owner["metadata"]["namespace"]}
    found = (given.get("labels") or {}) | (labels or {})
    if found:
        meta["labels"] = found
    if given.get("annotations"):
        meta["annotations"] = given["annotations"]
    meta["ownerReferences"] = [controller_reference(owner)]
    if given.get("finalizers"):
        meta["finalizers"] = given["finalizers"]
    return {"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": made["spec"]}
