"""CronJobs as `kubectl describe` has them."""

from datetime import tzinfo

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.cron import ScheduleError, assumed, following
from k8stui.model.describe.job import active_jobs, job_template
from k8stui.model.describe.layout import UNSET, Cell, Text
from k8stui.model.describe.parts import events, events_of, heading, identity, moment, shown, yes
from k8stui.model.document import Line, Subject, Want
from k8stui.model.duration import UNKNOWN, human, stamp
from k8stui.model.objects import Object
from k8stui.model.times import rfc1123


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, "CronJob"),)


def _next(obj: Object, now: float, zone: tzinfo) -> Cell:
    """When it runs next, which kubectl does not say."""
    spec = tree.part(obj, "spec")
    if spec.get("suspend") is True:
        return Cell("<none>, it is suspended", Tone.WARNING)
    schedule, place = tree.text(spec, "schedule"), tree.text(spec, "timeZone") or None
    last = tree.text(obj, "status", "lastScheduleTime") or tree.text(obj, "metadata", "creationTimestamp")
    try:
        at = following(schedule, place, now, stamp(last))
    except ScheduleError as error:
        return Cell(str(error), Tone.BAD)
    except (OverflowError, ValueError, OSError):
        return Cell(UNKNOWN, Tone.BAD)
    if at is None:
        return Cell("<none>, the schedule names a day that never comes", Tone.WARNING)
    doubt = ", if its controller's time zone is UTC" if assumed(schedule, place) else ""
    return Cell(f"{rfc1123(at, zone) or UNKNOWN} (in {human(at - now)}{doubt})")


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    spec, status = tree.part(obj, "spec"), tree.part(obj, "status")
    heading(out, obj)
    identity(out, obj)
    out.field("Schedule", tree.text(spec, "schedule"))
    if zoned := tree.text(spec, "timeZone"):
        out.field("Time Zone", zoned)
    out.field("Concurrency Policy", tree.text(spec, "concurrencyPolicy"))
    suspended = spec.get("suspend")
    out.field("Suspend", UNSET if suspended is None else Cell(yes(suspended), Tone.WARNING if suspended else None))
    out.field("Successful Job History Limit", shown(spec.get("successfulJobsHistoryLimit"), UNSET))
    out.field("Failed Job History Limit", shown(spec.get("failedJobsHistoryLimit"), UNSET))
    deadline = spec.get("startingDeadlineSeconds")
    out.field("Starting Deadline Seconds", UNSET if deadline is None else f"{shown(deadline)}s")
    job_template(out, tree.part(spec, "jobTemplate"), tree.namespace(obj))
    for title, field in (("Last Schedule Time", "lastScheduleTime"), ("Last Successful Time", "lastSuccessfulTime")):
        if field in status or field == "lastScheduleTime":
            at = tree.text(status, field)
            out.field(title, moment(at, zone) if at else UNSET)
    out.field("Next Schedule Time", _next(obj, now, zone))
    active_jobs(out, obj)
    events(out, subject)
    return out.lines()
