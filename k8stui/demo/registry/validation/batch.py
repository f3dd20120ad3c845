"""Jobs and CronJobs."""

from typing import Any

from k8stui.demo.registry import cron
from k8stui.demo.registry.validation.gojson import template as go_template
from k8stui.demo.registry.validation.pods import check_template
from k8stui.demo.registry.validation.report import Report, labels_shown
from k8stui.demo.registry.validation.selectors import selects
from k8stui.demo.storage.store import Object

_UID = "batch.kubernetes.io/controller-uid"
_CRON_NAME = 52
"""Characters of a CronJob's name: its Jobs add eleven."""


def job(report: Report, obj: Object, old: Object | None) -> None:
    """A Job."""
    spec = obj.get("spec") or {}
    uid = obj["metadata"].get("uid", "")
    given = spec.get("selector")
    if old is None or (given and given != (old.get("spec") or {}).get("selector")):
        _generated(report, spec, uid)
    _job_spec(report, "spec", spec)
    found = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if isinstance(spec.get("selector"), dict) and not selects(spec["selector"], found):
        for _ in range(1 if old is None else 2):
            why = "`selector` does not match template `labels`"
            report.invalid("spec.template.metadata.labels", labels_shown(found), why)
    if old is not None:
        _job_change(report, spec, old.get("spec") or {})


def _generated(report: Report, spec: Object, uid: str) -> None:
    """A selector of one's own wants manualSelector."""
    if spec.get("manualSelector") is True:
        return
    if spec.get("selector") != {"matchLabels": {_UID: uid}}:
        report.invalid("spec.selector", spec.get("selector"), "`selector` not auto-generated")


def _job_spec(report: Report, field: str, spec: Object) -> None:
    report.not_negative(field, spec, "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit")
    report.not_negative(field, spec, "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes")
    if (mode := spec.get("completionMode")) is not None:
        report.one_of(f"{field}.completionMode", mode, ("NonIndexed", "Indexed"))
        if mode == "Indexed" and spec.get("completions") is None:
            report.required(f"{field}.completions", "when completion mode is Indexed")
    check_template(report, f"{field}.template", spec.get("template"))
    restart = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy", "Always")
    if restart == "Always":
        report.required(f"{field}.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"')
    elif restart not in ("OnFailure", "Never"):
        report.unsupported(f"{field}.template.spec.restartPolicy", restart, ("OnFailure", "Never"))


def _job_change(report: Report, spec: Object, was: Object) -> None:
    for name in ("completions", "selector"):
        if spec.get(name) != was.get(name) and not (name == "completions" and _elastic(spec, was)):
            report.invalid(f"spec.{name}", spec.get(name), "field is immutable")
    if spec.get("template") != was.get("template") and not _may_move(spec, was):
        report.invalid("spec.template", go_template(spec.get("template")), "field is immutable")
    for name in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy"):
        if spec.get(name) != was.get(name):
            report.invalid(f"spec.{name}", spec.get(name), "field is immutable")


def _elastic(spec: Object, was: Object) -> bool:
    """An indexed Job may change its completions together with its parallelism."""
    indexed = spec.get("completionMode") == was.get("completionMode") == "Indexed"
    together = spec.get("completions") is not None and spec.get("completions") == spec.get("parallelism")
    return indexed and together


def _may_move(spec: Object, was: Object) -> bool:
    """A suspended Job's template may say anew where its pods go."""
    if was.get("suspend") is not True:
        return False
    return bool(_still(spec.get("template")) == _still(was.get("template")))


def _still(template: Any) -> Any:
    pod = (template or {}).get("spec") or {}
    moving = ("nodeSelector", "tolerations", "affinity", "schedulingGates")
    return {name: value for name, value in pod.items() if name not in moving}


def cronjob(report: Report, obj: Object, old: Object | None) -> None:
    """A CronJob."""
    spec = obj.get("spec") or {}
    if len(name := obj["metadata"].get("name") or "") > _CRON_NAME and old is None:
        report.invalid("metadata.name", name, f"must be no more than {_CRON_NAME} characters")
    if not spec.get("schedule"):
        report.required("spec.schedule")
    else:
        _schedule(report, str(spec["schedule"]))
    report.not_negative("spec", spec, "startingDeadlineSeconds")
    if (zone := spec.get("timeZone")) is not None:
        if not zone:
            report.invalid("spec.timeZone", zone, "timeZone must be nil or non-empty string")
        elif zone.lower() == "local":
            report.invalid(
                "spec.timeZone",
                zone,
                "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
            )
        else:
            _zone(report, zone)
    report.one_of("spec.concurrencyPolicy", spec.get("concurrencyPolicy", "Allow"), ("Allow", "Forbid", "Replace"))
    jobs = (spec.get("jobTemplate") or {}).get("spec") or {}
    _job_spec(report, "spec.jobTemplate.spec", jobs)
    if jobs.get("manualSelector") is True:
        report.unsupported("spec.jobTemplate.spec.manualSelector", True, ("nil", "false"))
    report.not_negative("spec", spec, "successfulJobsHistoryLimit", "failedJobsHistoryLimit")


def _schedule(report: Report, schedule: str) -> None:
    if "TZ=" in schedule:
        report.invalid("spec.schedule", schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
        return
    try:
        cron.parse(schedule)
    except ValueError as bad:
        report.invalid("spec.schedule", schedule, str(bad))


def _zone(report: Report, zone: str) -> None:
    try:
        cron.checked_zone(zone)
    except ValueError as bad:
        report.invalid("spec.timeZone", zone, str(bad))
