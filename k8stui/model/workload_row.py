"""The typed row of a workload: what kubectl prints of it, and what tells whether it is well."""

from msgspec import Struct

from k8stui.model.duration import stamp
from k8stui.model.kinds import Kind, Ref
from k8stui.model.managers import Manager, managers
from k8stui.model.object_columns import NONE
from k8stui.model.raw import AnnotatedMeta, Condition, Owner, Whole, identified
from k8stui.model.shared import Labels, interned, interned_name, labels_of, ref_of
from k8stui.model.text import clean
from k8stui.model.workload_raw import (
    CronJobSpec,
    CronJobStatus,
    JobTemplate,
    LabelSelector,
    RawCronJob,
    RawWorkload,
    Template,
    TemplateSpec,
    UpdateStrategy,
    WorkloadSpec,
    WorkloadStatus,
)

REVISION = "deployment.kubernetes.io/revision"
"""The annotation of a Deployment and its ReplicaSets."""


class Said(Struct, frozen=True, gc=False):
    """One of status.conditions."""

    type: str
    status: str
    reason: str
    message: str

    @property
    def true(self) -> bool:
        """Whether it holds."""
        return self.status == "True"


class Workload(Struct, frozen=True, gc=False, kw_only=True):
    """One workload. Texts are clean, times are epoch seconds; nothing in it depends on now.

    Counts that its kind does not have are 0.
    """

    ref: Ref
    version: str
    labels: Labels
    created: float | None
    deleted: float | None
    """When it was asked to go."""
    generation: int
    observed: int
    """The generation that its controller has acted upon."""
    managers: tuple[Manager, ...]
    """Who keeps it as it is, autoscalers aside."""
    owner_kind: str = ""
    owner_name: str = ""
    owner_uid: str = ""
    conditions: tuple[Said, ...] = ()
    containers: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    selector: str = NONE
    """As kubectl writes it."""
    node_selector: str = NONE
    revision: int = 0

    wanted: int = 0
    """spec.replicas (1 where it is not given); of a DaemonSet status.desiredNumberScheduled."""
    replicas: int = 0
    """Pods there are; of a DaemonSet status.currentNumberScheduled."""
    ready: int = 0
    updated: int = 0
    available: int | None = None
    """None: the server does not say (StatefulSets before 1.22)."""
    current: int = 0
    """status.currentReplicas of a StatefulSet."""
    misscheduled: int = 0
    current_revision: str = ""
    update_revision: str = ""
    strategy: str = ""
    """`RollingUpdate`, `Recreate`, `OnDelete`."""
    rolling: bool = False
    """updateStrategy.rollingUpdate is there."""
    partition: int | None = None
    paused: bool = False

    suspend: bool | None = None
    """Of Jobs and CronJobs; None: not set."""
    completions: int | None = None
    parallelism: int | None = None
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    started: float | None = None
    finished: float | None = None
    """When a Job completed."""

    schedule: str = ""
    zone: str | None = None
    """spec.timeZone."""
    forbids: bool = False
    """A CronJob's runs must not overlap."""
    deadline: int | None = None
    """spec.startingDeadlineSeconds."""
    scheduled: float | None = None
    """When a CronJob last ran."""
    succeeded_at: float | None = None

    def condition(self, name: str) -> Said | None:
        """The condition of that type."""
        return next((each for each in self.conditions if each.type == name), None)

    def holds(self, name: str) -> bool:
        """Whether the condition of that type is True."""
        found = self.condition(name)
        return found is not None and found.true

    @property
    def kind(self) -> str:
        """`Deployment`."""
        return self.ref.kind.kind


def row(kind: Kind, raw: RawWorkload) -> Workload:
    """The row of a Deployment, StatefulSet, DaemonSet, ReplicaSet or Job.

    Raises msgspec.ValidationError where it has no name or uid.
    """
    meta = identified(raw.metadata)
    spec, status = raw.spec or WorkloadSpec(), raw.status or WorkloadStatus()
    template = (spec.template or Template()).spec or TemplateSpec()
    strategy = spec.strategy or spec.update_strategy or UpdateStrategy()
    rolling = strategy.rolling_update
    daemons = kind.plural == "daemonsets"
    wanted = status.desired_number_scheduled or 0 if daemons else _or(spec.replicas, 1)
    available = status.number_available if daemons else status.available_replicas
    names, images = _containers(template)
    owner = _owner(meta)
    return Workload(
        ref=ref_of(kind, meta),
        version=meta.resource_version or "",
        labels=labels_of(meta),
        created=stamp(meta.creation_timestamp),
        deleted=stamp(meta.deletion_timestamp),
        generation=meta.generation or 0,
        observed=status.observed_generation or 0,
        managers=_managers(kind, meta),
        owner_kind=interned_name(owner.kind),
        owner_name=interned_name(owner.name),
        owner_uid=interned_name(owner.uid),
        conditions=tuple(_said(each) for each in status.conditions or ()),
        containers=names,
        images=images,
        selector=interned(selector_text(spec.selector)),
        node_selector=interned(_pairs(template.node_selector)),
        revision=_revision(meta),
        wanted=wanted,
        replicas=(status.current_number_scheduled if daemons else status.replicas) or 0,
        ready=(status.number_ready if daemons else status.ready_replicas) or 0,
        updated=(status.updated_number_scheduled if daemons else status.updated_replicas) or 0,
        # A count of none is left out on the wire; only StatefulSets of old servers have no such field at all.
        available=available if available is not None or kind.plural == "statefulsets" else 0,
        current=status.current_replicas or 0,
        misscheduled=status.number_misscheduled or 0,
        current_revision=interned(status.current_revision),
        update_revision=interned(status.update_revision),
        strategy=interned(strategy.type),
        rolling=rolling is not None,
        partition=rolling.partition if rolling is not None else None,
        paused=bool(spec.paused),
        suspend=spec.suspend,
        completions=spec.completions,
        parallelism=spec.parallelism,
        active=status.active or 0,
        succeeded=status.succeeded or 0,
        failed=status.failed or 0,
        started=stamp(status.start_time),
        finished=stamp(status.completion_time),
    )


def cron_row(kind: Kind, raw: RawCronJob) -> Workload:
    """The row of a CronJob. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    spec, status = raw.spec or CronJobSpec(), raw.status or CronJobStatus()
    job = (spec.job_template or JobTemplate()).spec or WorkloadSpec()
    template = (job.template or Template()).spec or TemplateSpec()
    names, images = _containers(template)
    owner = _owner(meta)
    return Workload(
        ref=ref_of(kind, meta),
        version=meta.resource_version or "",
        labels=labels_of(meta),
        created=stamp(meta.creation_timestamp),
        deleted=stamp(meta.deletion_timestamp),
        generation=meta.generation or 0,
        observed=meta.generation or 0,  # the status of a CronJob does not tell
        managers=_managers(kind, meta),
        owner_kind=interned_name(owner.kind),
        owner_name=interned_name(owner.name),
        owner_uid=interned_name(owner.uid),
        containers=names,
        images=images,
        selector=interned(selector_text(job.selector)),
        suspend=spec.suspend,
        active=len(status.active or ()),
        schedule=interned(spec.schedule),
        zone=interned(spec.time_zone) if spec.time_zone is not None else None,
        forbids=spec.concurrency_policy == "Forbid",
        deadline=spec.starting_deadline_seconds,
        scheduled=stamp(status.last_schedule_time),
        succeeded_at=stamp(status.last_successful_time),
    )


def selector_text(selector: LabelSelector | None) -> str:
    """A label selector as kubectl prints it, its terms by key; `<none>` where it selects nothing or everything."""
    if selector is None:
        return NONE
    terms = [(key, f"{key}={value or ''}") for key, value in (selector.match_labels or {}).items()]
    for each in selector.match_expressions or ():
        key, values = each.key or "", ",".join(sorted(value or "" for value in each.values or ()))
        texts = {"Exists": key, "DoesNotExist": f"!{key}", "In": f"{key} in ({values})"}
        terms.append((key, texts.get(each.operator or "", f"{key} notin ({values})")))
    return ",".join(text for _, text in sorted(terms)) or NONE


def _or(number: Whole | None, default: int) -> int:
    return default if number is None else number


def _owner(meta: AnnotatedMeta) -> Owner:
    """The controlling owner."""
    return next((each for each in meta.owner_references or () if each.controller), Owner())


def _managers(kind: Kind, meta: AnnotatedMeta) -> tuple[Manager, ...]:
    owners = sorted(meta.owner_references or (), key=lambda each: not each.controller)
    return managers(
        _texts(meta.labels),
        _texts(meta.annotations),
        [(each.kind or "", each.name or "") for each in owners],
        name=meta.name or "",
        kind=kind.kind,
    )


def _texts(found: dict[str, str | None] | None) -> dict[str, str]:
    return {key: value or "" for key, value in (found or {}).items()}


def _said(found: Condition) -> Said:
    return Said(interned(found.type), interned(found.status), interned(found.reason), clean(found.message or ""))


def _containers(template: TemplateSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and images."""
    found = template.containers or ()
    return tuple(interned_name(each.name) for each in found), tuple(interned(each.image) for each in found)


def _pairs(found: dict[str, str | None] | None) -> str:
    """`a=b,c=d`, sorted."""
    return ",".join(f"{key}={value or ''}" for key, value in sorted((found or {}).items())) or NONE


def _revision(meta: AnnotatedMeta) -> int:
    """The number of the rollout, 0 where there is none (the Deployment controller's annotation)."""
    text = (meta.annotations or {}).get(REVISION) or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
