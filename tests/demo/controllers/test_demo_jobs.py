"""Jobs beyond what was recorded: how many pods, when they are tried again, how it ends, what is counted."""

from itertools import pairwise
from typing import Any

import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.jobpods import INDEX, TRACKING, read_indexes, written_indexes
from k8stui.demo.controllers.jobs import Jobs
from tests.support.inside import Inside
from tests.support.owned import job
from tests.support.podplay import PodPlay

Object = dict[str, Any]


class Work:
    """A Job and its pods, which a test lets succeed and fail."""

    def __init__(self, inside: Inside) -> None:
        self.inside = inside
        Jobs(inside.world)
        self.play = PodPlay(inside)

    def make(self, **spec: Any) -> Object:
        made = self.inside.registry.create(job(**spec))
        self.inside.step(2)
        return made

    def pods(self, phase: str = "Running") -> list[str]:
        return [each["metadata"]["name"] for each in self.inside.store.list("pods") if each["status"]["phase"] == phase]

    def end(self, name: str, phase: str = "Succeeded") -> None:
        self.play.say(name, phase, exit_code=int(phase == "Failed"))
        self.inside.step(1)

    @property
    def status(self) -> Object:
        found: Object = self.inside.get("jobs.batch", "work")["status"]
        return found

    @property
    def conditions(self) -> list[tuple[str, str]]:
        return [(row["type"], row["reason"]) for row in self.status.get("conditions", ())]


@pytest.fixture
def work(inside: Inside) -> Work:
    return Work(inside)


def test_as_many_at_a_time_as_may_be_and_no_more_than_are_missing(work: Work) -> None:
    work.make(parallelism=3, completions=5)
    assert len(work.pods()) == 3
    for left in (3, 3, 2, 1, 0):
        work.end(work.pods()[0])
        work.inside.step(1)
        assert len(work.pods()) == left
    assert (work.status["succeeded"], work.status.get("active"), work.status.get("failed")) == (5, None, None)
    assert work.conditions == [("SuccessCriteriaMet", "CompletionsReached"), ("Complete", "CompletionsReached")]
    assert [each["metadata"].get("finalizers") for each in work.inside.store.list("pods")] == [None] * 5


def test_without_completions_one_success_is_enough_when_all_have_ended(work: Work) -> None:
    work.make(parallelism=2)
    one, other = work.pods()
    work.end(one)
    assert work.pods() == [other]
    assert work.conditions == []
    work.end(other)
    assert work.status["succeeded"] == 2
    assert work.conditions[-1] == ("Complete", "CompletionsReached")


def test_a_pod_says_that_it_is_counted_later(work: Work) -> None:
    work.make()
    (name,) = work.pods()
    assert work.inside.get("pods", name)["metadata"]["finalizers"] == [TRACKING]
    assert name.startswith("work-")


def test_failed_pods_are_replaced_after_a_pause_that_doubles(work: Work) -> None:
    work.make(backoffLimit=4)
    times = []
    for _ in range(4):
        (name,) = work.pods()
        began = work.inside.clock.now()
        work.end(name, "Failed")
        work.inside.until(work.pods)
        times.append(round(work.inside.clock.now() - began, -1))
    assert times == [10, 20, 40, 80]
    work.end(work.pods()[0], "Failed")
    assert work.conditions == [("FailureTarget", "BackoffLimitExceeded"), ("Failed", "BackoffLimitExceeded")]
    assert work.status["failed"] == 5
    work.inside.step(2000)
    assert len(work.inside.store.list("pods")) == 5


def test_a_success_ends_the_doubling(work: Work) -> None:
    work.make(completions=3)
    for _ in range(2):
        work.end(work.pods()[0], "Failed")
        work.inside.until(work.pods)
    work.end(work.pods()[0])
    work.inside.until(work.pods, within=2)
    began = work.inside.clock.now()
    work.end(work.pods()[0], "Failed")
    work.inside.until(work.pods)
    assert 9 < work.inside.clock.now() - began < 13


def test_when_it_fails_what_still_runs_is_deleted_first(work: Work) -> None:
    work.play.stop = 5.0
    work.make(parallelism=2, completions=2, backoffLimit=0)
    work.end(work.pods()[0], "Failed")
    assert work.conditions == [("FailureTarget", "BackoffLimitExceeded")]
    assert work.status["terminating"] == 1
    work.inside.step(10)
    assert work.conditions[-1] == ("Failed", "BackoffLimitExceeded")
    assert (work.status["failed"], work.status["terminating"]) == (2, 0)


def test_a_deleted_pod_has_failed_and_is_replaced(work: Work) -> None:
    work.make()
    (name,) = work.pods()
    work.inside.registry.delete("pods", name, "default")
    work.inside.step(1)
    assert work.status["failed"] == 1
    work.inside.step(15)
    assert len(work.pods()) == 1
    assert work.pods() != [name]


def test_restarts_count_when_the_kubelet_restarts(work: Work) -> None:
    work.make(restart="OnFailure", backoffLimit=3)
    (name,) = work.pods()
    work.play.say(name, "Running", restarts=2)
    work.inside.step(1)
    assert work.conditions == []
    work.play.say(name, "Running", restarts=3)
    work.inside.step(5)
    assert work.conditions[-1] == ("Failed", "BackoffLimitExceeded")


def test_one_that_is_made_suspended_starts_later(work: Work) -> None:
    work.make(suspend=True, activeDeadlineSeconds=60)
    assert work.pods() == []
    assert "startTime" not in work.status
    work.inside.step(300)
    assert work.conditions == [("Suspended", "JobSuspended")]
    found = work.inside.get("jobs.batch", "work")
    found["spec"]["suspend"] = False
    work.inside.registry.update(found)
    work.inside.step(2)
    assert len(work.pods()) == 1
    assert work.conditions == [("Suspended", "JobResumed")]
    assert work.status["startTime"] >= stamp(work.inside.clock.now() - 3)
    work.inside.step(70)
    assert work.conditions[-1] == ("Failed", "DeadlineExceeded")


def test_every_index_is_worked_on_until_it_is_done(work: Work) -> None:
    work.make(completions=4, parallelism=2, completionMode="Indexed")
    names = work.pods()
    assert [name.rpartition("-")[0] for name in names] == ["work-0", "work-1"]
    first = work.inside.get("pods", names[0])
    assert first["metadata"]["annotations"] == {INDEX: "0"}
    assert first["metadata"]["labels"][INDEX] == "0"
    assert first["spec"]["hostname"] == "work-0"
    assert [row["name"] for row in first["spec"]["containers"][0]["env"]] == ["JOB_COMPLETION_INDEX"]
    work.end(names[1])
    work.inside.step(1)
    assert work.status["completedIndexes"] == "1"
    assert [name.rpartition("-")[0] for name in work.pods()] == ["work-0", "work-2"]
    work.end(names[0], "Failed")
    work.inside.step(15)
    assert [name.rpartition("-")[0] for name in work.pods()] == ["work-0", "work-2"]
    for _ in range(3):
        work.end(work.pods()[0])
        work.inside.step(15)
    assert (work.status["completedIndexes"], work.status["succeeded"], work.status["failed"]) == ("0-3", 4, 1)
    assert work.conditions[-1] == ("Complete", "CompletionsReached")


@pytest.mark.parametrize(("text", "numbers"), [("", set()), ("3", {3}), ("0,2-4,9", {0, 2, 3, 4, 9}), ("0,1", {0, 1})])
def test_indexes_are_written_as_ranges(text: str, numbers: set[int]) -> None:
    assert read_indexes(text) == numbers
    assert written_indexes(numbers) == text


def test_a_finished_one_goes_after_its_time(work: Work) -> None:
    work.make(ttlSecondsAfterFinished=100)
    work.end(work.pods()[0])
    work.inside.step(90)
    assert len(work.inside.store.list("jobs.batch")) == 1
    work.inside.step(20)
    left = work.inside.store.list("jobs.batch")
    assert not left or "deletionTimestamp" in left[0]["metadata"]


def test_pods_of_a_job_that_is_gone_can_be_deleted(work: Work) -> None:
    work.make()
    work.inside.store.delete("jobs.batch", "work", "default")
    work.inside.step(1)
    (pod,) = work.inside.store.list("pods")
    assert "finalizers" not in pod["metadata"]


def test_fewer_at_a_time_takes_pods_away_without_counting_them(work: Work) -> None:
    work.make(parallelism=3, completions=6)
    found = work.inside.get("jobs.batch", "work")
    found["spec"]["parallelism"] = 1
    work.inside.registry.update(found)
    work.inside.step(3)
    assert len(work.pods()) == 1
    assert "failed" not in work.status
    reasons = [each["reason"] for each in work.inside.store.list("events")]
    assert reasons.count("SuccessfulDelete") == 2


def test_when_nothing_changes_nothing_is_written(work: Work) -> None:
    work.make()
    before = work.inside.store.revision
    work.inside.step(3600)
    assert work.inside.store.revision == before


def test_counting_is_in_two_writes(work: Work) -> None:
    """First who is about to be counted, then (its finalizer gone) the count: nobody is counted twice or never."""
    kind = work.inside.store.catalog.named("jobs.batch")
    work.make()
    seen: list[Object] = []
    work.inside.store.on_change(
        kind, lambda change: seen.append(work.inside.store.decode(kind, change.after)["status"])
    )
    (name,) = work.pods()
    uid = work.inside.get("pods", name)["metadata"]["uid"]
    work.end(name)
    assert [each["uncountedTerminatedPods"] for each in seen] == [{"succeeded": [uid]}, {}]
    assert [each.get("succeeded") for each in seen] == [None, 1]
    assert all(one != other for one, other in pairwise(seen))
