"""What objects of every kind share as they come off the wire, and kinds with little more than that.

Only the fields that rows need, each of which may be missing or null, as in `pod_raw`, `node_raw` and the others.
"""

from typing import Annotated, TypeAlias, TypeVar

from msgspec import Meta as Limits
from msgspec import Struct, ValidationError

Whole: TypeAlias = Annotated[int, Limits(ge=-(2**63), le=2**63 - 1)]
"""A Go integer: a larger one is no such object's."""
Amounts: TypeAlias = dict[str, str | int | float | None]
"""Resource names to quantities."""
M = TypeVar("M", bound="Meta")


class Owner(Struct, rename="camel", gc=False):
    """metadata.ownerReferences[]."""

    kind: str | None = None
    name: str | None = None
    uid: str | None = None
    controller: bool | None = None


class Meta(Struct, rename="camel", gc=False):
    """metadata; managedFields and annotations are passed over."""

    name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str | None] | None = None
    finalizers: list[str] | None = None
    owner_references: list[Owner] | None = None


class AnnotatedMeta(Meta):
    """metadata with annotations too; managedFields are passed over."""

    annotations: dict[str, str | None] | None = None
    generation: Whole | None = None


class Condition(Struct, rename="camel", gc=False):
    """status.conditions[]."""

    type: str | None = None
    status: str | None = None
    reason: str | None = None
    message: str | None = None
    last_heartbeat_time: str | None = None
    last_transition_time: str | None = None


class Resources(Struct, gc=False):
    """Requests and limits."""

    requests: Amounts | None = None
    limits: Amounts | None = None


class NamespaceStatus(Struct, gc=False):
    """A namespace's status."""

    phase: str | None = None
    conditions: list[Condition] | None = None


class RawNamespace(Struct, gc=False):
    """A namespace."""

    metadata: Meta | None = None
    status: NamespaceStatus | None = None


class ContainerUsage(Struct, gc=False):
    """containers[] of PodMetrics."""

    name: str | None = None
    usage: Amounts | None = None


class RawUsage(Struct, gc=False):
    """NodeMetrics (usage) and PodMetrics (containers)."""

    metadata: Meta | None = None
    usage: Amounts | None = None
    containers: list[ContainerUsage] | None = None


class RawObject(Struct, gc=False):
    """Any object, of which only the metadata is looked at."""

    metadata: Meta | None = None


def identified(meta: M | None) -> M:
    """The metadata of an object that a store can hold; ValidationError where uid or name are missing."""
    if meta is None or not meta.uid or not meta.name:
        raise ValidationError("The object has no name or no uid.")
    return meta


def named(meta: Meta | None) -> Meta:
    """The same for objects that are made for each answer (metrics, component statuses) and so have no uid.

    Where the server gives none, `namespace/name` stands for it. Raises ValidationError without a name.
    """
    if meta is None or not meta.name:
        raise ValidationError("The object has no name.")
    if not meta.uid:
        meta.uid = f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name
    return meta
