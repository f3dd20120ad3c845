"""CronJobs: when their Jobs start, what happens to those that still run, and what is kept."""

from typing import Any

import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.cronjobs import CronJobs, missed
from k8stui.demo.controllers.jobs import Jobs
from k8stui.demo.registry import cron
from tests.support.clock import START
from tests.support.inside import Inside
from tests.support.owned import cronjob
from tests.support.podplay import PodPlay

Object = dict[str, Any]

MINUTE = int(START // 60)
"""It is 14:13:20: the next minute begins in 40 s."""


class Ticking:
    """CronJobs and Jobs; pods run until a test says how they end."""

    def __init__(self, inside: Inside) -> None:
        self.inside = inside
        CronJobs(inside.world)
        Jobs(inside.world)
        self.play = PodPlay(inside)

    def make(self, **spec: Any) -> Object:
        return self.inside.registry.create(cronjob(**spec))

    def jobs(self) -> list[str]:
        return [each["metadata"]["name"] for each in self.inside.store.list("jobs.batch")]

    def end(self, phase: str = "Succeeded") -> None:
        for pod in self.inside.store.list("pods"):
            if pod["status"]["phase"] == "Running":
                self.play.say(pod["metadata"]["name"], phase)
        self.inside.step(2)

    @property
    def status(self) -> Object:
        found: Object = self.inside.get("cronjobs.batch", "tick")["status"]
        return found

    def events(self) -> list[tuple[str, str]]:
        rows = self.inside.store.list("events")
        return [(each["reason"], each["message"]) for each in rows if each["involvedObject"]["kind"] == "CronJob"]


@pytest.fixture
def ticking(inside: Inside) -> Ticking:
    return Ticking(inside)


def test_a_job_at_each_of_its_times_named_after_it(ticking: Ticking) -> None:
    made = ticking.make(schedule="*/2 * * * *")
    ticking.inside.step(39)
    assert ticking.jobs() == []
    ticking.inside.step(2)
    name = f"tick-{MINUTE + 1}"
    assert ticking.jobs() == [name]
    found = ticking.inside.get("jobs.batch", name)
    assert found["metadata"]["labels"]["from"] == "tick"
    assert found["metadata"]["annotations"] == {
        "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-09-21T14:14:00Z"
    }
    (row,) = found["metadata"]["ownerReferences"]
    assert (row["uid"], row["controller"], row["blockOwnerDeletion"]) == (made["metadata"]["uid"], True, True)
    (active,) = ticking.status["active"]
    assert (active["kind"], active["name"], active["uid"]) == ("Job", name, found["metadata"]["uid"])
    assert ticking.status["lastScheduleTime"] == "2026-09-21T14:14:00Z"
    ticking.inside.step(5)
    ticking.end()
    assert ticking.status == {
        "lastScheduleTime": "2026-09-21T14:14:00Z",
        "lastSuccessfulTime": stamp(ticking.inside.clock.now() - 2),
    }
    assert ticking.events() == [
        ("SuccessfulCreate", f"Created job {name}"),
        ("SawCompletedJob", f"Saw completed job: {name}, condition: Complete"),
    ]
    ticking.inside.step(120)
    assert ticking.jobs() == [name, f"tick-{MINUTE + 3}"]


@pytest.mark.parametrize(
    ("policy", "running", "reason"),
    [("Allow", 3, None), ("Forbid", 1, "JobAlreadyActive"), ("Replace", 1, "SuccessfulDelete")],
)
def test_while_the_last_one_still_runs(ticking: Ticking, policy: str, running: int, reason: str | None) -> None:
    ticking.make(concurrencyPolicy=policy)
    ticking.inside.step(165)
    assert len(ticking.jobs()) == running
    assert len(ticking.status["active"]) == running
    assert ticking.jobs()[-1] == (f"tick-{MINUTE + 1}" if policy == "Forbid" else f"tick-{MINUTE + 3}")
    assert reason is None or reason in {each for each, _ in ticking.events()}


def test_what_was_forbidden_starts_when_the_last_one_is_done(ticking: Ticking) -> None:
    ticking.make(concurrencyPolicy="Forbid")
    ticking.inside.step(165)
    ticking.end()
    assert ticking.jobs() == [f"tick-{MINUTE + 1}", f"tick-{MINUTE + 3}"]


def test_not_when_that_is_too_late(ticking: Ticking) -> None:
    ticking.make(schedule="*/5 * * * *", concurrencyPolicy="Forbid", startingDeadlineSeconds=30)
    ticking.inside.step(440)  # 14:15 runs, 14:20 was not allowed
    assert len(ticking.jobs()) == 1
    ticking.inside.step(40)
    ticking.end()
    assert len(ticking.jobs()) == 1
    ticking.inside.step(300)
    assert len(ticking.jobs()) == 2


def test_a_suspended_one_rests_and_makes_up_for_the_last_time_only(ticking: Ticking) -> None:
    ticking.make(suspend=True)
    ticking.inside.step(600)
    assert ticking.jobs() == []
    found = ticking.inside.get("cronjobs.batch", "tick")
    found["spec"]["suspend"] = False
    ticking.inside.registry.update(found)
    ticking.inside.step(1)
    assert ticking.jobs() == [f"tick-{MINUTE + 10}"]


def test_only_the_last_ones_are_kept(ticking: Ticking) -> None:
    ticking.make(successfulJobsHistoryLimit=2, failedJobsHistoryLimit=1)
    ticking.inside.step(45)
    for number in range(6):
        found = ticking.inside.get("jobs.batch", ticking.jobs()[-1])
        ticking.inside.store.modify("jobs.batch", found["metadata"]["name"], "default", change=limit)
        ticking.end("Failed" if number % 3 == 0 else "Succeeded")
        ticking.inside.step(58)
    kinds = [
        next(row["type"] for row in each["status"]["conditions"] if row["type"] in ("Complete", "Failed"))
        for each in ticking.inside.store.list("jobs.batch")
        if each["status"].get("conditions")
    ]
    assert sorted(kinds) == ["Complete", "Complete", "Failed"]
    assert "SuccessfulDelete" in {reason for reason, _ in ticking.events()}


def limit(found: Object) -> None:
    found["spec"]["backoffLimit"] = 0


def test_a_job_made_by_hand_is_seen_but_is_not_its_own(ticking: Ticking) -> None:
    made = ticking.make(schedule="0 0 1 1 *")
    ticking.inside.step(1)
    of = cronjob()["spec"]["jobTemplate"]["spec"]
    row = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "tick", "uid": made["metadata"]["uid"]}
    meta = {"name": "by-hand", "namespace": "default", "ownerReferences": [row | {"controller": True}]}
    ticking.inside.registry.create({"kind": "Job", "apiVersion": "batch/v1", "metadata": meta, "spec": of})
    ticking.inside.step(2)
    assert ticking.status == {}
    assert ("UnexpectedJob", "Saw a job that the controller did not create or forgot: by-hand") in ticking.events()


def test_a_job_that_somebody_deleted_goes_missing(ticking: Ticking) -> None:
    ticking.make()
    ticking.inside.step(45)
    (name,) = ticking.jobs()
    ticking.inside.store.delete("jobs.batch", name, "default")
    ticking.inside.step(2)
    assert "active" not in ticking.status
    assert ("MissingJob", f"Active job went missing: {name}") in ticking.events()
    assert ticking.jobs() == []


def test_a_time_zone(ticking: Ticking) -> None:
    ticking.make(schedule="15 23 * * *", timeZone="Asia/Tokyo")  # 14:15 UTC
    ticking.inside.step(110)
    assert ticking.jobs() == [f"tick-{MINUTE + 2}"]


def test_what_it_cannot_read_it_says(ticking: Ticking) -> None:
    ticking.make()
    ticking.inside.store.modify("cronjobs.batch", "tick", "default", change=lambda of: of["spec"].update(schedule="x"))
    ticking.inside.step(100)
    assert ticking.jobs() == []
    (event,) = ticking.events()
    assert event[0] == "UnparseableSchedule"
    assert event[1].startswith('unparseable schedule: "x" : ')


def test_times_that_were_missed() -> None:
    every = cron.parse("*/10 * * * *")
    ten = START - START % 600  # 14:10
    assert missed(every, ten, ten + 599).latest is None
    assert missed(every, ten - 1, ten).latest == ten
    found = missed(every, ten - 6000, ten + 5)
    assert (found.latest, found.number) == (ten, 10)
    weekdays = cron.parse("0 9 * * 1-5")
    assert missed(weekdays, START - 30 * 86_400, START).latest == START - START % 86_400 + 9 * 3600  # a Monday


def test_too_many_missed_times_are_told(ticking: Ticking) -> None:
    ticking.make(suspend=True)
    ticking.inside.step(3 * 3600)
    found = ticking.inside.get("cronjobs.batch", "tick")
    found["spec"]["suspend"] = False
    ticking.inside.registry.update(found)
    ticking.inside.step(1)
    assert len(ticking.jobs()) == 1
    assert "TooManyMissedTimes" in {reason for reason, _ in ticking.events()}
