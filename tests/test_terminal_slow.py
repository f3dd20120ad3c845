"""A terminal that is slow or stands still: the loop goes on, and the newest state is what is shown afterwards."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.background import Background
from tests.support.objects import Object, pod
from tests.support.program import program
from tests.support.terminal import Terminal
from tests.support.waiting import promptly

FRAME = 120 * 40 * 8
"""Bytes of one whole frame of that size, generously."""


@pytest.fixture
def background() -> Iterator[Background]:
    with Background() as cluster:
        cluster.create(*(pod(f"web-{number:03}") for number in range(60)))
        yield cluster


@pytest.fixture
def running(background: Background, tmp_path: Path) -> Iterator[Terminal]:
    with program(tmp_path, "--kubeconfig", str(background.kubeconfig(tmp_path / "kubeconfig"))) as terminal:
        terminal.wait_for("● live")
        terminal.wait_quiet()
        yield terminal


def restart(background: Background, times: int) -> None:
    """Every pod has restarted that often."""

    def change(made: Object) -> None:
        made["status"]["containerStatuses"][0]["restartCount"] = times

    background.call(
        lambda cluster: [
            cluster.store.modify("pods", f"web-{number:03}", "default", change=change) for number in range(60)
        ]
    )


def churn(background: Background, rounds: int) -> None:
    """A cell of every row changes so many times, 50 ms apart, so that each round could be a frame."""
    for times in range(1, rounds + 1):
        restart(background, times)
        time.sleep(0.05)  # the rate of the changes, not a wait for a result


@pytest.mark.slow
def test_a_terminal_that_stands_still_costs_no_frames_and_shows_the_newest_state(
    background: Background, running: Terminal
) -> None:
    before = len(running.raw)
    used = running.processor()
    running.stall()
    churn(background, 40)
    used = running.processor() - used
    running.resume()
    running.wait_for(lambda: all(" 40 " in line for line in running.display[2:30]))
    # At most what was under way when it stopped, and one frame of the newest state.
    assert len(running.raw) - before < 3 * FRAME
    seen = bytes(running.raw[before:])
    shown = [number for number in range(1, 41) if f" {number:>8} ".encode() in seen]
    assert len(shown) <= 4, shown
    assert used < 3


def test_a_key_is_handled_at_once_when_the_terminal_goes_on(background: Background, running: Terminal) -> None:
    running.stall()
    churn(background, 5)
    running.send("jjj")
    running.send("q")  # the loop is free: it is handled although nothing can be written
    running.resume()
    assert running.wait_end(20) == 0


def test_the_loop_is_free_while_a_write_waits(background: Background, running: Terminal) -> None:
    running.stall()
    churn(background, 3)
    running.send("0")
    asked = len(background.asked())
    running.send("1")  # nodes: a list of its own, asked for by the loop that would otherwise be stuck
    promptly(lambda: "list nodes" in background.asked()[asked:] or "watch nodes" in background.asked())
    running.resume()
    running.wait_for("nodes 0")


@pytest.mark.slow
def test_what_changes_while_a_frame_waits_is_not_forgotten(running: Terminal) -> None:
    # Opening the filter makes two frames; what is typed while the second is held back belongs to the next one.
    dice = random.Random(1)
    for _ in range(20):
        for key in "/web-005":
            running.send(key)
            typed = time.monotonic() + dice.uniform(0, 0.03)
            while time.monotonic() < typed:
                running.read(0.001)
        running.wait_for("1 of 60")
        running.send("\x1b")
        running.wait_for(lambda: "/web" not in running.text)
        running.send("\x1b")
        running.wait_for("pods (all) 60")
