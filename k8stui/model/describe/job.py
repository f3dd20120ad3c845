"""Jobs and CronJobs as `kubectl describe` has them, and a job's conditions: why it failed."""

from datetime import tzinfo

from k8stui.model import kinds, label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.controlled import conditions
from k8stui.model.describe.layout import NONE, UNSET, Cell, Text
from k8stui.model.describe.parts import controller, events, events_of, heading, identity, moment, named, shown
from k8stui.model.describe.template import pod_template
from k8stui.model.document import Line, Subject, Want
from k8stui.model.duration import human, stamp
from k8stui.model.objects import Object

_INDEXES = 50
"""Characters of a list of indexes after which it is cut at the next comma."""


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, "Job"),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    out.field("Selector", label_selector.text(tree.value(obj, "spec", "selector")))
    identity(out, obj)
    owner, target = controller(obj)
    if owner:
        out.field("Controlled By", owner, target=target)
    _spec(out, tree.part(obj, "spec"))
    _times(out, tree.part(obj, "status"))
    if "activeDeadlineSeconds" in (spec := tree.part(obj, "spec")):
        out.field("Active Deadline Seconds", f"{tree.number(spec, 'activeDeadlineSeconds')}s")
    out.field("Pods Statuses", _pods(tree.part(obj, "status")))
    if tree.text(spec, "completionMode") == "Indexed":
        out.field("Completed Indexes", _capped(tree.text(obj, "status", "completedIndexes")))
    pod_template(out, tree.part(spec, "template"), tree.namespace(obj))
    conditions(out, tree.rows(obj, "status", "conditions"), bad=("Failed", "FailureTarget", "Suspended"))
    events(out, subject)
    return out.lines()


def job_template(out: Text, template: Object, namespace: str) -> None:
    """What a CronJob says of the jobs it makes."""
    spec = tree.part(template, "spec")
    selector = tree.value(spec, "selector")
    out.field("Selector", UNSET if selector is None else label_selector.text(selector))
    out.field("Parallelism", shown(spec.get("parallelism"), UNSET))
    out.field("Completions", shown(spec.get("completions"), UNSET))
    if "activeDeadlineSeconds" in spec:
        out.field("Active Deadline Seconds", f"{tree.number(spec, 'activeDeadlineSeconds')}s")
    pod_template(out, tree.part(spec, "template"), namespace)


def active_jobs(out: Text, obj: Object) -> None:
    """Active Jobs, a line each."""
    title = "Active Jobs"
    for each in tree.rows(obj, "status", "active"):
        name = tree.text(each, "name")
        target = named(kinds.JOBS, tree.namespace(obj), name)
        if title:
            out.field(title, name, target=target)
        else:
            out.row("", name, target=target)
        title = ""
    if title:
        out.field(title, NONE)


def _spec(out: Text, spec: Object) -> None:
    """What was asked for."""
    if "parallelism" in spec:
        out.field("Parallelism", shown(spec["parallelism"]))
    out.field("Completions", shown(spec.get("completions"), UNSET))
    for title, field in (
        ("Completion Mode", "completionMode"),
        ("Suspend", "suspend"),
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ):
        if spec.get(field) is not None:
            out.field(title, shown(spec[field]))


def _times(out: Text, status: Object) -> None:
    """When it began and ended."""
    began, ended = tree.text(status, "startTime"), tree.text(status, "completionTime")
    if began:
        out.field("Start Time", moment(began, out.zone))
    if ended:
        out.field("Completed At", moment(ended, out.zone))
    since, until = stamp(began), stamp(ended)
    if since is not None and until is not None:
        out.field("Duration", human(until - since))


def _pods(status: Object) -> Cell:
    """`1 Active (1 Ready) / 0 Succeeded / 0 Failed`."""
    active, succeeded, failed = (tree.number(status, name) for name in ("active", "succeeded", "failed"))
    ready = f" ({tree.number(status, 'ready')} Ready)" if status.get("ready") is not None else ""
    text = f"{active} Active{ready} / {succeeded} Succeeded / {failed} Failed"
    return Cell(text, Tone.WARNING if failed else None)


def _capped(indexes: str) -> str:
    """A long list is cut."""
    end = indexes.find(",", _INDEXES)
    return f"{indexes[: end + 1]}..." if end >= 0 else indexes or NONE
