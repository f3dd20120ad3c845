"""CronJobs: a Job at each of its times. After `k8s.io/kubernetes/pkg/controller/cronjob` (cronjob_controllerv2.go)."""

import time

from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.controllers import jobstatus as statuses
from k8stui.demo.controllers.controller import owner_keys
from k8stui.demo.controllers.workload import Workload, copied
from k8stui.demo.controllers.world import World
from k8stui.demo.registry import cron
from k8stui.demo.registry.cron import Schedule
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, controller_reference, ending
from k8stui.model import duration

JOBS = "jobs.batch"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
MANY = 100
"""Missed times from which on it says so."""


class Missed(Struct):
    """The latest time that has come since the last Job, if any did, and how many came."""

    latest: float | None = None
    number: int = 0


class CronJobs(Workload):
    """The controller of CronJobs. Its times are the clock's, at whatever pace the agenda goes."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "cronjobs.batch", "cronjob-controller")
        self._jobs = world.cache(JOBS)
        self.watch(JOBS, owner_keys("CronJob"))

    def reconcile(self, obj: Object) -> None:
        """Take note of its Jobs, start the one that is due, forget the oldest. Raises Refusal."""
        cronjob = copied(obj)
        jobs = self._jobs.of(obj)
        status = self._noted(cronjob, jobs)
        if not ending(obj) and not obj["spec"].get("suspend"):
            schedule = self._schedule(obj)
            if schedule is not None:
                status = self._start(cronjob, status, schedule)
                self._set_alarm(obj, schedule)
        self._forget(obj, jobs)
        self.report(obj, _ordered(status))

    def _schedule(self, obj: Object) -> Schedule | None:
        """When it is due; an event says why it never is."""
        text, zone = str(obj["spec"].get("schedule", "")), obj["spec"].get("timeZone") or ""
        try:
            if zone:
                cron.checked_zone(zone)
        except ValueError as error:
            self.events.event(obj, "Warning", "UnknownTimeZone", f'invalid timeZone: "{zone}": {error}')
            return None
        try:
            return cron.parse(text, zone)
        except ValueError as error:
            self.events.event(obj, "Warning", "UnparseableSchedule", f'unparseable schedule: "{text}" : {error}')
            return None

    def _set_alarm(self, obj: Object, schedule: Schedule) -> None:
        due = schedule.next(self.world.now)
        if due is not None:
            self.later(obj, (due - self.world.now) * self.world.agenda.speed)

    # ---- what became of its Jobs

    def _noted(self, cronjob: Object, jobs: list[Object]) -> Object:
        """The status with Jobs that ended or went missing taken out of `active`."""
        status = dict(cronjob["status"])
        listed = list(status.get("active", ()))
        for job in jobs:
            uid, name = job["metadata"]["uid"], job["metadata"]["name"]
            found = any(row.get("uid") == uid for row in listed)
            if not statuses.is_finished(job):
                if not found:
                    words = f"Saw a job that the controller did not create or forgot: {name}"
                    self.events.event(cronjob, "Warning", "UnexpectedJob", words)
                continue
            if found:
                kind = statuses.COMPLETE if statuses.held(job["status"], statuses.COMPLETE) else statuses.FAILED
                self.events.event(cronjob, "Normal", "SawCompletedJob", f"Saw completed job: {name}, condition: {kind}")
                listed = [row for row in listed if row.get("uid") != uid]
            self._note_success(status, job)
        present = {job["metadata"]["uid"] for job in jobs}
        for row in [row for row in listed if row.get("uid") not in present]:
            self.events.event(cronjob, "Normal", "MissingJob", f"Active job went missing: {row.get('name')}")
            listed.remove(row)
        return status | {"active": listed}

    def _note_success(self, status: Object, job: Object) -> None:
        ended = job["status"].get("completionTime")
        if ended and statuses.held(job["status"], statuses.COMPLETE):
            status["lastSuccessfulTime"] = max(ended, status.get("lastSuccessfulTime") or "")

    # ---- the next Job

    def _start(self, cronjob: Object, status: Object, schedule: Schedule) -> Object:
        """The status after starting what is due, or after finding that it must not start."""
        due = self._due(cronjob, schedule)
        if due is None:
            return status
        limit = cronjob["spec"].get("startingDeadlineSeconds")
        if limit is not None and due + limit < self.world.now:
            shown = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(due))
            self.events.event(cronjob, "Warning", "MissSchedule", f"Missed scheduled time to start a job: {shown}")
            return status
        name = f"{cronjob['metadata']['name']}-{int(due) // 60}"
        listed = status["active"]
        if any(row.get("name") == name for row in listed) or status.get("lastScheduleTime") == stamp(due):
            return status
        policy = cronjob["spec"].get("concurrencyPolicy", "Allow")
        if policy == "Forbid" and listed:
            words = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self.events.event(cronjob, "Normal", "JobAlreadyActive", words)
            return status
        if policy == "Replace":
            self._replace(cronjob, listed)
            listed = []
        made = self._create(cronjob, name, due)
        if made is None:
            return status | {"active": listed}
        row = {"kind": "Job", "namespace": made["metadata"]["namespace"], "name": name}
        row |= {"uid": made["metadata"]["uid"], "apiVersion": "batch/v1"}
        row["resourceVersion"] = made["metadata"]["resourceVersion"]
        return status | {"active": [*listed, row], "lastScheduleTime": stamp(due)}

    def _due(self, cronjob: Object, schedule: Schedule) -> float | None:
        limit = cronjob["spec"].get("startingDeadlineSeconds")
        text = cronjob["status"].get("lastScheduleTime") or cronjob["metadata"]["creationTimestamp"]
        since = duration.stamp(text) or self.world.now
        if limit is not None:
            since = max(since, self.world.now - limit)
        found = missed(schedule, since, self.world.now)
        if found.number > MANY:
            words = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
            self.events.event(cronjob, "Warning", "TooManyMissedTimes", words)
        return found.latest

    def _replace(self, cronjob: Object, listed: list[Object]) -> None:
        for row in listed:
            job = self._jobs.get(f"{row.get('namespace')}/{row.get('name')}")
            if job is not None:
                self._delete(cronjob, job)

    def _create(self, cronjob: Object, name: str, due: float) -> Object | None:
        """The Job of one time; None when there is one of that name."""
        given = copied(cronjob["spec"]["jobTemplate"])
        inner = given.get("metadata") or {}
        meta: Object = {"name": name, "namespace": cronjob["metadata"]["namespace"]}
        if inner.get("labels"):
            meta["labels"] = inner["labels"]
        meta["annotations"] = (inner.get("annotations") or {}) | {SCHEDULED: stamp(due)}
        meta["ownerReferences"] = [controller_reference(cronjob)]
        body = {"kind": "Job", "apiVersion": "batch/v1", "metadata": meta, "spec": given["spec"]}
        try:
            made = self.world.registry.create(body)
        except Refusal as refusal:
            if refusal.reason == "AlreadyExists":
                return None
            self.events.event(cronjob, "Warning", "FailedCreate", f"Error creating job: {refusal.message}")
            raise
        self.events.event(cronjob, "Normal", "SuccessfulCreate", f"Created job {name}")
        return made

    # ---- history

    def _forget(self, cronjob: Object, jobs: list[Object]) -> None:
        """Delete the oldest of the Jobs that ended, beyond the two limits."""
        for kind, field, otherwise in (
            (statuses.COMPLETE, "successfulJobsHistoryLimit", 3),
            (statuses.FAILED, "failedJobsHistoryLimit", 1),
        ):
            rows = [job for job in jobs if statuses.held(job["status"], kind) and not ending(job)]
            rows.sort(key=lambda job: (job["status"].get("startTime") or "", job["metadata"]["name"]))
            for job in rows[: max(0, len(rows) - cronjob["spec"].get(field, otherwise))]:
                self._delete(cronjob, job)

    def _delete(self, cronjob: Object, job: Object) -> None:
        self.remove(job, JOBS, propagation="Background")
        self.events.event(cronjob, "Normal", "SuccessfulDelete", f"Deleted job {job['metadata']['name']}")


def missed(schedule: Schedule, since: float, now: float) -> Missed:
    """The times after `since` up to now. Far back, they are reckoned by the distance of the first two."""
    first = schedule.next(since)
    if first is None or first > now:
        return Missed()
    second = schedule.next(first)
    if second is None or second > now:
        return Missed(first, 1)
    distance = max(1, round(second - first))
    number = int(now - first) // distance + 1
    latest, at = first, schedule.next(first + (number - 2) * distance)
    while at is not None and at <= now:
        latest, at = at, schedule.next(at)
    return Missed(latest, number)


def _ordered(status: Object) -> Object:
    names = ("active", "lastScheduleTime", "lastSuccessfulTime")
    return {name: status[name] for name in names if status.get(name)}
