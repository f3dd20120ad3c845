"""meta/v1 DeleteOptions: what a deletion may be told, read from a body or a query as a real server reads them.

The wordings of refusals are those of Kubernetes 1.34 (asked of a real server).
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from k8stui.demo.storage import errors

POLICIES = ("Foreground", "Background", "Orphan")
_TYPES: dict[str, tuple[type, str]] = {
    "gracePeriodSeconds": (int, "int64"),
    "orphanDependents": (bool, "bool"),
    "propagationPolicy": (str, "v1.DeletionPropagation"),
    "dryRun": (list, "[]string"),
    "preconditions": (dict, "v1.Preconditions"),
}
_WANTED: dict[str, str] = {"uid": "types.UID", "resourceVersion": "string"}
_JSON: dict[type, str] = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
_INT64 = 2**63


class Deletion(Struct, frozen=True, kw_only=True):
    """How something is to be deleted."""

    grace: int | None = None
    """Seconds; None: what the object says; negative: 1."""
    propagation: str | None = None
    """Background, Foreground or Orphan; None: the default of the kind."""
    orphan: bool | None = None
    """The older way to say Orphan (true) or Background (false)."""
    uid: str | None = None
    """Only an object of this uid."""
    version: str | None = None
    """Only an object of this resourceVersion."""
    dry: tuple[str, ...] = ()
    """`All`: nothing is to be stored."""

    @property
    def is_dry(self) -> bool:
        """Whether nothing is to be stored."""
        return bool(self.dry)


def from_body(sent: Any, place: str = "") -> Deletion:
    """The options of a decoded body; unknown fields are none of ours. Raises ValueError in a typed decoder's words.

    `place` is the field that holds them in another object (`deleteOptions` of an Eviction).
    """
    if sent is None:
        return Deletion()
    if not isinstance(sent, dict):
        raise ValueError(_unlike(sent, f"Eviction.{place}", "v1.DeleteOptions"))
    path = f"DeleteOptions.{place}." if place else "DeleteOptions."
    for name, (wanted, shown) in _TYPES.items():
        _expect(sent.get(name), wanted, f"{path}{name}", shown)
    conditions = sent.get("preconditions") or {}
    for name, shown in _WANTED.items():
        inner = path.partition(".")[2]
        _expect(conditions.get(name), str, f"Preconditions.{inner}preconditions.{name}", shown)
    dry = sent.get("dryRun") or []
    for each in dry:
        _expect(each, str, f"{path}dryRun", "string")
    return Deletion(
        grace=sent.get("gracePeriodSeconds"),
        propagation=sent.get("propagationPolicy"),
        orphan=sent.get("orphanDependents"),
        uid=conditions.get("uid"),
        version=conditions.get("resourceVersion"),
        dry=tuple(dry),
    )


def from_query(query: Mapping[str, str]) -> Deletion:
    """The options of a request without a body. Raises Refusal (400) for a grace that is no number."""
    grace = None
    if (text := query.get("gracePeriodSeconds")) is not None:
        try:
            grace = int(text)
        except ValueError:
            raise errors.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
    orphan = query.get("orphanDependents")
    return Deletion(
        grace=grace,
        propagation=query.get("propagationPolicy"),
        orphan=None if orphan is None else orphan.lower() not in ("false", "0"),
        uid=query.get("uid"),
        dry=(query["dryRun"],) if "dryRun" in query else (),
    )


def check(options: Deletion) -> Deletion:
    """The options, if they go together. Raises Refusal (422) with every cause."""
    causes = []
    policy = options.propagation
    if policy is not None and options.orphan is not None:
        why = f'Invalid value: "{policy}": orphanDependents and deletionPropagation cannot be both set'
        causes.append(errors.cause("Invalid", why, "propagationPolicy"))
    if policy is not None and policy not in POLICIES:
        shown = ", ".join(f'"{each}"' for each in (*POLICIES, "nil"))
        why = f'Unsupported value: "{policy}": supported values: {shown}'
        causes.append(errors.cause("NotSupported", why, "propagationPolicy"))
    if not set(options.dry) <= {"All"}:
        why = f'Unsupported value: {msgspec.json.encode(options.dry).decode()}: supported values: "All"'
        causes.append(errors.cause("NotSupported", why, "dryRun"))
    if causes:
        raise errors.invalid("DeleteOptions", "meta.k8s.io", "", causes)
    return options


def _expect(value: Any, wanted: type, field: str, shown: str) -> None:
    if value is None:
        return
    right = isinstance(value, wanted) and (wanted is bool) is isinstance(value, bool)
    if not right or (wanted is int and not -_INT64 <= value < _INT64):
        raise ValueError(_unlike(value, field, shown))


def _unlike(value: Any, field: str, shown: str) -> str:
    what = _JSON.get(type(value), "value")
    if isinstance(value, int | float) and not isinstance(value, bool) and shown == "int64":
        what = f"number {value}"
    return f"json: cannot unmarshal {what} into Go struct field {field} of type {shown}"
