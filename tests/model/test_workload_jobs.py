"""HEALTH of Jobs and CronJobs, and what is said of the next run."""

import pytest

from k8stui.model.columns import Tone
from k8stui.model.workloads import WorkloadLine, explain, health_text, health_tone, search_text
from tests.support.decoded import NOW, ago
from tests.support.workloads import Object, line, true, workload


def says(found: WorkloadLine, now: float = NOW) -> tuple[str, Tone]:
    return health_text(found, now), health_tone(found, now)


def test_trap_6_a_job_that_failed_or_is_suspended_says_so() -> None:
    failed = line("Job", {}, {"failed": 7, "conditions": [true("Failed", "BackoffLimitExceeded", "Too often")]})
    assert says(failed) == ("Failed: BackoffLimitExceeded", Tone.BAD)
    assert explain(failed, NOW) == "Too often."
    assert says(line("Job", {"suspend": True}, {})) == ("Suspended", Tone.WARNING)
    assert says(line("Job", {}, {"conditions": [true("Suspended")]})) == ("Suspended", Tone.WARNING)


@pytest.mark.parametrize(
    ("spec", "status", "words", "tone"),
    [
        ({"completions": 3}, {"active": 1, "succeeded": 1}, "Running 1/3", Tone.CHANGING),
        ({"completions": 3}, {"active": 1, "succeeded": 1, "failed": 2}, "Running 1/3 · 2 failed", Tone.WARNING),
        ({"completions": 1}, {"failed": 2}, "Retrying · 2 failed", Tone.WARNING),
        ({"completions": 1}, {}, "wants 1 has 0", Tone.BAD),
        ({"completions": 1, "parallelism": 0}, {}, "Parallelism 0", Tone.WARNING),
        ({"completions": 1}, {"succeeded": 1}, "Completing 1/1", Tone.CHANGING),
        ({"completions": 1}, {"conditions": [true("Complete")]}, "Complete", Tone.MUTED),
        ({}, {"conditions": [true("FailureTarget", "PodFailurePolicy")]}, "Failing: PodFailurePolicy", Tone.BAD),
    ],
)
def test_a_job(spec: Object, status: Object, words: str, tone: Tone) -> None:
    assert says(line("Job", spec, status)) == (words, tone)


HOURLY = {"schedule": "0 * * * *", "timeZone": "Etc/UTC"}
"""NOW is 14:13:20 UTC."""


@pytest.mark.parametrize(
    ("spec", "status", "words", "tone"),
    [
        (HOURLY, {}, "next run in 46m", Tone.OK),
        ({"schedule": "0 9 * * *", "timeZone": "Asia/Tokyo"}, {}, "next run in 9h", Tone.OK),
        ({"schedule": "15 14 * * *"}, {}, "next run in 100s", Tone.OK),
        (HOURLY | {"suspend": True}, {}, "Suspended", Tone.WARNING),
        (HOURLY, {"active": [{"name": "x"}]}, "Running 1 · next run in 46m", Tone.CHANGING),
        (HOURLY, {"lastScheduleTime": ago(3600 + 800)}, "Overdue 13m · next run in 46m", Tone.WARNING),
        (HOURLY, {"lastScheduleTime": ago(800)}, "next run in 46m", Tone.OK),
        ({"schedule": "0 * * * *"}, {"lastScheduleTime": ago(3600 + 800)}, "next run in 46m", Tone.OK),
        (
            HOURLY | {"concurrencyPolicy": "Forbid"},
            {"lastScheduleTime": ago(3600 + 800), "active": [{"name": "x"}]},
            "Running 1 · next run in 46m",
            Tone.CHANGING,
        ),
        ({"schedule": "every day"}, {}, "Unreadable schedule", Tone.BAD),
        ({"schedule": "0 * * * *", "timeZone": "Mars/Base"}, {}, "Unreadable schedule", Tone.BAD),
        ({"schedule": "0 0 30 2 *"}, {}, "Never runs", Tone.WARNING),
        ({}, {}, "Unreadable schedule", Tone.BAD),
    ],
)
def test_a_cron_job(spec: Object, status: Object, words: str, tone: Tone) -> None:
    assert says(line("CronJob", spec, status)) == (words, tone)


def test_a_cron_job_whose_last_run_failed() -> None:
    found = WorkloadLine(workload("CronJob", HOURLY), last_run="tick-1: BackoffLimitExceeded")
    assert says(found) == ("Last run failed · next run in 46m", Tone.BAD)
    assert "tick-1: BackoffLimitExceeded" in explain(found, NOW)
    assert "BackoffLimitExceeded" in search_text(found)


def test_the_time_zone_of_the_next_run_is_told_and_a_guess_is_called_one() -> None:
    tokyo = line("CronJob", {"schedule": "0 9 * * *", "timeZone": "Asia/Tokyo"})
    assert explain(tokyo, NOW) == "It runs next at 2026-09-22 09:00 Asia/Tokyo."
    unsaid = explain(line("CronJob", {"schedule": "0 9 * * *"}), NOW)
    assert unsaid == "It runs next at 2026-09-22 09:00 UTC, if its controller's time zone is UTC."
    assert explain(line("CronJob", {"schedule": "*/5 * * * *"}), NOW) == "It runs next at 2026-09-21 14:15 UTC."
