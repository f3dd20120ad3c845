"""The description of any object: which module describes its kind, and the generic form for all others."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Protocol

from k8stui.model import kinds
from k8stui.model.describe import (
    autoscaler,
    budget,
    config_map,
    cron_job,
    daemon_set,
    deployment,
    endpoint_slice,
    generic,
    ingress,
    job,
    limit_range,
    namespace,
    node,
    pod,
    quota,
    replica_set,
    secret,
    service,
    stateful_set,
    storage_class,
    volume,
    volume_claim,
)
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import Kind
from k8stui.model.objects import Object


class Describer(Protocol):
    """What a module for a kind offers."""

    @property
    def wants(self) -> Callable[[Object], tuple[Want, ...]]:
        """What has to be read for the description, besides the object."""

    @property
    def describe(self) -> Callable[[Subject, float, tzinfo], list[Line]]:
        """The description as of `now` (epoch seconds by the server's clock), with times in the given zone."""


_DESCRIBERS: dict[str, Describer] = {
    kinds.PODS.resource: pod,
    kinds.NODES.resource: node,
    kinds.NAMESPACES.resource: namespace,
    kinds.SERVICES.resource: service,
    kinds.CONFIG_MAPS.resource: config_map,
    kinds.SECRETS.resource: secret,
    kinds.RESOURCE_QUOTAS.resource: quota,
    kinds.LIMIT_RANGES.resource: limit_range,
    kinds.VOLUME_CLAIMS.resource: volume_claim,
    kinds.DEPLOYMENTS.resource: deployment,
    kinds.REPLICA_SETS.resource: replica_set,
    kinds.REPLICATION_CONTROLLERS.resource: replica_set,
    kinds.STATEFUL_SETS.resource: stateful_set,
    kinds.DAEMON_SETS.resource: daemon_set,
    kinds.JOBS.resource: job,
    kinds.CRON_JOBS.resource: cron_job,
    kinds.AUTOSCALERS.resource: autoscaler,
    kinds.BUDGETS.resource: budget,
    kinds.INGRESSES.resource: ingress,
    kinds.ENDPOINT_SLICES.resource: endpoint_slice,
    kinds.VOLUMES.resource: volume,
    kinds.STORAGE_CLASSES.resource: storage_class,
}


def wants(kind: Kind, found: Object) -> tuple[Want, ...]:
    """What has to be read for the description of the object, besides itself."""
    return _describer(kind).wants(found)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The object in kubectl's sections; a kind that kubectl does not know either in its generic form.

    Args:
        subject: the object with what its `wants` gave; what is not read yet or cannot be is said in its place.
        now: epoch seconds by the server's clock: ages count from there.
        zone: in which times are printed.
    """
    return _describer(subject.kind).describe(subject, now, zone)


def _describer(kind: Kind) -> Describer:
    return _DESCRIBERS.get(kind.resource, generic)
