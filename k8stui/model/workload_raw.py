"""Workloads as they come off the wire: only the fields that rows need, every one of them may be missing or null."""

from msgspec import Struct

from k8stui.model.raw import AnnotatedMeta, Condition, Whole


class Expression(Struct, gc=False):
    """selector.matchExpressions[]."""

    key: str | None = None
    operator: str | None = None
    values: list[str | None] | None = None


class LabelSelector(Struct, rename="camel", gc=False):
    """A selector of pods."""

    match_labels: dict[str, str | None] | None = None
    match_expressions: list[Expression] | None = None


class NamedContainer(Struct, gc=False):
    """spec.containers[] of a template, as far as kubectl prints it."""

    name: str | None = None
    image: str | None = None


class TemplateSpec(Struct, rename="camel", gc=False):
    """spec of a pod template."""

    containers: list[NamedContainer] | None = None
    node_selector: dict[str, str | None] | None = None


class Template(Struct, gc=False):
    """A pod template."""

    spec: TemplateSpec | None = None


class RollingUpdate(Struct, gc=False):
    """updateStrategy.rollingUpdate of a StatefulSet."""

    partition: Whole | None = None


class UpdateStrategy(Struct, rename="camel", gc=False):
    """spec.updateStrategy, and spec.strategy of a Deployment."""

    type: str | None = None
    rolling_update: RollingUpdate | None = None


class WorkloadSpec(Struct, rename="camel", gc=False):
    """spec of what makes pods, Jobs included."""

    replicas: Whole | None = None
    paused: bool | None = None
    selector: LabelSelector | None = None
    template: Template | None = None
    strategy: UpdateStrategy | None = None
    update_strategy: UpdateStrategy | None = None
    completions: Whole | None = None
    parallelism: Whole | None = None
    suspend: bool | None = None


class WorkloadStatus(Struct, rename="camel", gc=False):
    """status of what makes pods, Jobs included."""

    observed_generation: Whole | None = None
    replicas: Whole | None = None
    ready_replicas: Whole | None = None
    updated_replicas: Whole | None = None
    available_replicas: Whole | None = None
    current_replicas: Whole | None = None
    current_revision: str | None = None
    update_revision: str | None = None
    desired_number_scheduled: Whole | None = None
    current_number_scheduled: Whole | None = None
    number_ready: Whole | None = None
    number_available: Whole | None = None
    updated_number_scheduled: Whole | None = None
    number_misscheduled: Whole | None = None
    conditions: list[Condition] | None = None
    active: Whole | None = None
    succeeded: Whole | None = None
    failed: Whole | None = None
    start_time: str | None = None
    completion_time: str | None = None


class RawWorkload(Struct, gc=False):
    """A Deployment, StatefulSet, DaemonSet, ReplicaSet or Job."""

    metadata: AnnotatedMeta | None = None
    spec: WorkloadSpec | None = None
    status: WorkloadStatus | None = None


class JobTemplate(Struct, gc=False):
    """spec.jobTemplate of a CronJob."""

    spec: WorkloadSpec | None = None


class CronJobSpec(Struct, rename="camel", gc=False):
    """A CronJob's spec."""

    schedule: str | None = None
    time_zone: str | None = None
    suspend: bool | None = None
    concurrency_policy: str | None = None
    starting_deadline_seconds: Whole | None = None
    job_template: JobTemplate | None = None


class Running(Struct, gc=False):
    """status.active[] of a CronJob."""

    name: str | None = None


class CronJobStatus(Struct, rename="camel", gc=False):
    """A CronJob's status."""

    active: list[Running] | None = None
    last_schedule_time: str | None = None
    last_successful_time: str | None = None


class RawCronJob(Struct, gc=False):
    """A CronJob."""

    metadata: AnnotatedMeta | None = None
    spec: CronJobSpec | None = None
    status: CronJobStatus | None = None
