"""What containers write: made up when it is read, the same for every reader, and bounded."""

import asyncio

from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.kubelet.output import MOST
from tests.support.onenode import Node


def test_a_log_that_nobody_reads_costs_nothing(node: Node) -> None:
    node.run("web", "nginx:1.29")
    node.step(20)
    due = []
    for _ in range(20):
        node.step(1)
        due.append(node.agenda.due())
    uid = node.get("pods", "web")["metadata"]["uid"]
    assert not node.logs.followed(uid, "app", 0)
    assert len(set(due)) <= 3, "only the lease is renewed"


def test_a_log_has_a_beginning_and_grows_with_time(node: Node) -> None:
    node.run("web", "nginx:1.29")
    node.until_state("web", "running")
    node.step(1)
    first = node.log("web")
    assert "start worker processes" in first[-1]
    node.step(120)
    second = node.log("web")
    assert second[: len(first)] == first
    assert 15 <= len(second) - len(first) <= 25
    assert '"GET ' in second[-1]
    assert node.log("web") == second


def test_two_clusters_of_the_same_seed_write_the_same() -> None:
    logs = []
    for pause in (1, 50):
        node = Node()
        node.run("web", "registry.example/team/app:1")
        for _ in range(100 // pause):
            node.step(pause)
            if pause == 1:
                node.log("web") if node.state("web") == "running" else None
        logs.append(node.log("web"))
    assert logs[0] == logs[1]
    assert len(logs[0]) > 10


def test_the_log_of_weeks_is_bounded_and_ends_now(node: Node) -> None:
    node.run("web", "registry.example/team/app:1")
    node.step(20)
    node.step(20 * 86_400 / 100)
    lines = node.log("web")
    assert MOST - 5 <= len(lines) <= MOST
    book, _ = node.containers.log(node.get("pods", "web"), "app", previous=False)
    assert node.clock.now() - list(book.lines())[-1].at / 1e9 < 30


async def test_a_follower_gets_lines_as_they_come_and_costs_nothing_afterwards(node: Node) -> None:
    node.run("web", "registry.example/team/app:1")
    node.step(10)
    before = len(node.log("web"))
    uid = node.get("pods", "web")["metadata"]["uid"]
    book = node.logs.book(uid, "app", 0)
    position, event = book.next, asyncio.Event()
    book.wait(event)
    node.until(event.is_set, within=15)
    found, position = book.since(position)
    assert len(found) == 1
    book.wait(event)
    book.leave(event)
    node.step(120)
    quiet = book.next
    node.step(120)
    assert book.next == quiet
    assert len(node.log("web")) > before + 25


def test_last_words_come_before_a_crash_and_not_before_an_oom(node: Node) -> None:
    words = ("Traceback (most recent call last):", '  File "main.py", line 3, in <module>', "KeyError: 'currency'")
    node.habits(
        Habit(images="*/crash:*", exits=4.0, code=1, last_words=words, log=("json",)),
        Habit(images="*/oom:*", exits=4.0, code=137, reason="OOMKilled", last_words=words, log=("json",)),
    )
    node.run("crash", "registry.example/crash:1")
    node.run("oom", "registry.example/oom:1")
    node.until_state("crash", "CrashLoopBackOff")
    node.until_state("oom", "CrashLoopBackOff")
    assert tuple(node.log("crash")[-3:]) == words
    assert len(node.log("crash", previous=True)) == len(node.log("crash"))
    assert words[0] not in node.log("oom")
    assert node.log("oom")[0].startswith('{"time":"2026-')


def test_what_a_container_says_at_its_start(node: Node) -> None:
    node.habits(Habit(images="*/talks:*", says=("hello from {container} in {pod}", "plain {}".replace("{}", "line"))))
    node.run("web", "registry.example/talks:1")
    node.step(20)
    assert node.log("web") == ["hello from app in web", "plain line"]


def test_a_run_that_began_before_the_kubelet_has_its_log_too(node: Node) -> None:
    node.run("web", "registry.example/team/app:1")
    node.step(100)
    uid = node.get("pods", "web")["metadata"]["uid"]
    node.logs.drop(uid)
    node.habits()
    node.step(1)
    assert len(node.log("web")) >= 10
