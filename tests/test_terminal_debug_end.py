"""However the program ends, its debug pods are gone within five seconds, or the next start removes them."""

import json
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k8stui.demo.serving.faults import Fault
from tests.support.background import Background
from tests.support.objects import node, pod
from tests.support.program import after, assert_given_back, program
from tests.support.terminal import Terminal
from tests.support.waiting import promptly

WITHIN = 5.0
"""Seconds from the end of a terminal to a cluster without its debug pods."""


@pytest.fixture
def background() -> Iterator[Background]:
    with Background() as cluster:
        cluster.call(lambda each: each.add_namespace("shop"))
        cluster.create(node("worker-1"), pod("web", "shop"))
        yield cluster


@pytest.fixture
def second() -> Iterator[Background]:
    with Background() as cluster:
        cluster.call(lambda each: each.add_namespace("shop"))
        cluster.create(node("worker-1"))
        yield cluster


def left(cluster: Background) -> list[str]:
    """The debug pods that the server has."""
    return sorted(
        each["metadata"]["name"]
        for each in cluster.call(lambda server: server.store.list("pods"))
        if "k8stui/debug" in (each["metadata"].get("labels") or {})
    )


def going(cluster: Background) -> list[str]:
    """Of these the ones that nobody has told to go (no kubelet ends them here)."""
    pods = cluster.call(lambda server: {each["metadata"]["name"]: each for each in server.store.list("pods")})
    return [name for name in left(cluster) if not pods[name]["metadata"].get("deletionTimestamp")]


def inside(terminal: Terminal, cluster: Background) -> None:
    """By the launcher's keys into a pod on a node, until its prompt is there."""
    terminal.wait_for("● live")
    terminal.send(":debug node/worker-1 --image=busybox -n shop -- sh\r")
    terminal.wait_for("the server would take it")
    terminal.send("y")
    promptly(lambda: terminal.read(0.05) is not None and left(cluster), within=15)
    (name,) = left(cluster)

    def runs(found: dict[str, Any]) -> None:
        (container,) = found["spec"]["containers"]
        row = {"name": container["name"], "image": "busybox", "ready": True, "restartCount": 0}
        found["status"] |= {"phase": "Running", "containerStatuses": [{**row, "state": {"running": {}}}]}

    cluster.call(lambda server: server.store.modify("pods", name, "shop", change=runs))
    terminal.wait_for("ctrl+] detaches or ends")
    terminal.wait_for("/ #")


@pytest.mark.slow
@pytest.mark.parametrize("hung_up", [False, True])
def test_with_somebody_inside_the_pod_goes_as_well(background: Background, tmp_path: Path, *, hung_up: bool) -> None:
    with program(tmp_path, "--kubeconfig", str(background.kubeconfig(tmp_path / "kubeconfig"))) as terminal:
        inside(terminal, background)
        at = time.monotonic()
        if hung_up:
            terminal.hang_up()
        else:
            terminal.kill(signal.SIGTERM)
        assert terminal.wait_end(WITHIN) == (129 if hung_up else 143)
        assert time.monotonic() - at < WITHIN
        assert going(background) == []
        if not hung_up:
            assert_given_back(terminal)
            assert re.search(r"\nk8stui: debug pod shop/node-debugger-worker-1-\w+ removed$", after(terminal))
    assert records(tmp_path) == []


def start(folder: Path, kubeconfig: Path, names: str, *, size: tuple[int, int] = (120, 40)) -> Terminal:
    argv = [sys.executable, "-m", "tests.support.debugging_program", names]
    return program(folder, "--kubeconfig", str(kubeconfig), argv=argv, size=size)


def launch(terminal: Terminal, cluster: Background, folder: Path, *names: str, context: str = "demo") -> None:
    """Press the key, and wait until they are in the cluster and the program knows it."""
    terminal.wait_for("● live")
    terminal.send("/")
    promptly(lambda: terminal.read(0.05) is not None and set(names) <= set(left(cluster)), within=15)
    terminal.wait_for(lambda: recorded(folder, *names, context=context))


def recorded(folder: Path, *names: str, context: str) -> bool:
    """Whether each has its uid in the record."""
    known = {
        each["name"]
        for path in records(folder)
        for each in lines(path)
        if each.get("uid")
        if each["context"] == context
    }
    return set(names) <= known


def records(folder: Path) -> list[Path]:
    return sorted((folder / "state" / "k8stui" / "debug").glob("*.jsonl"))


def lines(path: Path) -> list[dict[str, Any]]:
    whole = path.read_text().rpartition("\n")[0]  # the last one may just be written
    found = [json.loads(line) for line in whole.splitlines()]
    return [each["left"] for each in found if "left" in each]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_no_debug_pod_and_a_sane_terminal(
    background: Background, tmp_path: Path, number: signal.Signals
) -> None:
    with start(tmp_path, background.kubeconfig(tmp_path / "kubeconfig"), "one,two,kept+") as terminal:
        launch(terminal, background, tmp_path, "one", "two", "kept")
        at = time.monotonic()
        terminal.kill(number)
        assert terminal.wait_end(WITHIN) == 128 + number
        assert time.monotonic() - at < WITHIN
        assert left(background) == ["kept"]
        assert_given_back(terminal)
        assert after(terminal) == "k8stui: 2 debug pods (shop/one, shop/two) removed"
    assert records(tmp_path) == []


def test_ctrl_q_leaves_no_debug_pod(background: Background, tmp_path: Path) -> None:
    with start(tmp_path, background.kubeconfig(tmp_path / "kubeconfig"), "one") as terminal:
        launch(terminal, background, tmp_path, "one")
        terminal.send("\x11")
        assert terminal.wait_end(WITHIN) == 0
        assert left(background) == []
        assert_given_back(terminal)


def test_a_crash_leaves_no_debug_pod(background: Background, tmp_path: Path) -> None:
    with start(tmp_path, background.kubeconfig(tmp_path / "kubeconfig"), "one") as terminal:
        launch(terminal, background, tmp_path, "one")
        terminal.send("w")
        assert terminal.wait_end(WITHIN) == 1
        assert left(background) == []
        assert_given_back(terminal)
        assert "it ended because of a mistake of its own" in after(terminal)


def test_one_that_is_kept_is_asked_about(background: Background, tmp_path: Path) -> None:
    with start(tmp_path, background.kubeconfig(tmp_path / "kubeconfig"), "kept+") as terminal:
        launch(terminal, background, tmp_path, "kept")
        terminal.send("\x11")
        terminal.wait_for("debug pod shop/kept stays: :sweep removes what was left")
        terminal.send("y")
        assert terminal.wait_end(WITHIN) == 0
        assert left(background) == ["kept"]


def test_trap_13_a_closed_window_leaves_no_debug_pod(background: Background, tmp_path: Path) -> None:
    """Peers' trap 13: debug pods survive a lost terminal, for nobody hears of SIGHUP."""
    with start(tmp_path, background.kubeconfig(tmp_path / "kubeconfig"), "one,two") as terminal:
        launch(terminal, background, tmp_path, "one", "two")
        terminal.hang_up()
        assert terminal.wait_end(WITHIN) == 129
        assert left(background) == []
    assert records(tmp_path) == []


@pytest.mark.slow
def test_a_terminal_that_takes_nothing_holds_up_no_removal(background: Background, tmp_path: Path) -> None:
    with start(tmp_path, background.kubeconfig(tmp_path / "kubeconfig"), "one") as terminal:
        launch(terminal, background, tmp_path, "one")
        terminal.stall()
        terminal.send("jjj?")
        terminal.kill(signal.SIGTERM)
        promptly(lambda: left(background) == [], within=WITHIN)
        promptly(lambda: terminal.ended() is not None, within=WITHIN + 2)
    assert records(tmp_path) == []


@pytest.mark.slow
def test_pods_of_two_contexts_are_gone(background: Background, second: Background, tmp_path: Path) -> None:
    config, other = background.config(), second.config()
    config["clusters"].append({"name": "other", "cluster": other["clusters"][0]["cluster"]})
    config["contexts"].append({"name": "other", "context": {"cluster": "other", "user": "admin", "namespace": "shop"}})
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    with start(tmp_path, tmp_path / "kubeconfig", "one") as terminal:
        launch(terminal, background, tmp_path, "one")
        terminal.send(":ctx other\r")
        terminal.wait_for(lambda: "other" in terminal.display[0] and "live" in terminal.display[0])
        launch(terminal, second, tmp_path, "one", context="other")
        terminal.kill(signal.SIGHUP)
        assert terminal.wait_end(WITHIN) == 129
        assert (left(background), left(second)) == ([], [])


@pytest.mark.slow
def test_a_frozen_server_holds_the_end_up_for_less_than_five_seconds_and_the_record_remains(
    background: Background, tmp_path: Path
) -> None:
    kubeconfig = background.kubeconfig(tmp_path / "kubeconfig")
    with start(tmp_path, kubeconfig, "one") as terminal:
        launch(terminal, background, tmp_path, "one")
        background.call(lambda server: server.faults.add(Fault(delay=60)))
        at = time.monotonic()
        terminal.kill(signal.SIGTERM)
        assert terminal.wait_end(WITHIN + 1) == 143
        assert time.monotonic() - at < WITHIN
        assert_given_back(terminal)
        assert "debug pod shop/one not removed (the server did not answer in time)" in after(terminal)
    assert left(background) == ["one"]
    assert len(records(tmp_path)) == 1
    background.call(lambda server: server.faults.clear())
    with program(tmp_path, "--kubeconfig", str(kubeconfig)) as terminal:
        terminal.wait_for(lambda: b"Removed debug pod shop/one that a run cut off had left" in terminal.raw)
        assert left(background) == []
    assert records(tmp_path) == []


@pytest.mark.slow
def test_what_a_killed_program_left_is_removed_by_the_next_start_and_told(
    background: Background, tmp_path: Path
) -> None:
    kubeconfig = background.kubeconfig(tmp_path / "kubeconfig")
    with start(tmp_path, kubeconfig, "one,two,kept+,web/debugger-1") as terminal:
        launch(terminal, background, tmp_path, "one", "two", "kept")
        terminal.wait_for(lambda: recorded(tmp_path, "web", context="demo"))
        terminal.kill(signal.SIGKILL)
        assert terminal.wait_end() == -signal.SIGKILL
    assert left(background) == ["kept", "one", "two"]
    told = []
    for _ in range(2):
        with program(tmp_path, "--kubeconfig", str(kubeconfig), size=(200, 40)) as terminal:
            terminal.wait_for("The debug container debugger-1 that an earlier run had added still runs in shop/web")
            assert left(background) == ["kept"]
            terminal.send("!")
            terminal.wait_for("Messages")
            terminal.wait_for("debugger-1")
            terminal.wait_quiet()
            told.append("Removed 2 debug pods (shop/one, shop/two) that a run cut off had left since" in terminal.text)
            terminal.send("\x11")
            assert terminal.wait_end() == 0
    assert told == [True, False]
    assert len(records(tmp_path)) == 1


@pytest.mark.slow
def test_a_second_k8stui_at_the_same_time_is_not_touched(background: Background, tmp_path: Path) -> None:
    kubeconfig = background.kubeconfig(tmp_path / "kubeconfig")
    with start(tmp_path, kubeconfig, "one") as first:
        launch(first, background, tmp_path, "one")
        with start(tmp_path, kubeconfig, "two") as terminal:
            launch(terminal, background, tmp_path, "two")
            assert left(background) == ["one", "two"]
            terminal.send("\x11")
            assert terminal.wait_end(WITHIN) == 0
        assert left(background) == ["one"]
        first.send("\x11")
        assert first.wait_end(WITHIN) == 0
    assert left(background) == []


def test_a_start_without_anything_left_loads_nothing_and_says_nothing(background: Background, tmp_path: Path) -> None:
    with program(tmp_path, "--kubeconfig", str(background.kubeconfig(tmp_path / "kubeconfig"))) as terminal:
        terminal.wait_for("● live")
        terminal.send("!")
        terminal.wait_for("Messages")
        terminal.wait_quiet()
        assert "debug" not in terminal.text
    assert records(tmp_path) == []
