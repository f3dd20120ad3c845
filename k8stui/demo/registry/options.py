"""meta/v1 DeleteOptions: what a deletion may be told, read from a body or a query as a real server reads them.

The wordings of refusals are those of Kubernetes 1.34 (asked of a real server).
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from k8stui.demo.storage import errors
from k8stui.demo.storage.store import Object

POLICIES = ("Foreground", "Background", "Orphan")


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


def from_body(sent: Object | None) -> Deletion:
    """The options of a body that was read by its type (fields that are none of ours are left alone)."""
    sent = sent or {}
    conditions = sent.get("preconditions") or {}
    return Deletion(
        grace=sent.get("gracePeriodSeconds"),
        propagation=sent.get("propagationPolicy"),
        orphan=sent.get("orphanDependents"),
        uid=conditions.get("uid"),
        version=conditions.get("resourceVersion"),
        dry=tuple(sent.get("dryRun") or ()),
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
