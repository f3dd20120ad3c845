"""What can be counted of the budgets: bytes, frames and requests of the whole program in a terminal."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.background import Background
from tests.support.objects import Object, node, pod
from tests.support.program import program
from tests.support.terminal import Terminal

SYNC = 16
"""Bytes that a terminal with synchronised output adds to each frame; this one has none."""
PODS = 300
OLD = "2020-01-01T00:00:00Z"
"""Years ago: the ages do not change while a test runs."""


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as cluster:
        cluster.create(node("worker-1", creationTimestamp=OLD))
        cluster.create(*(pod(f"web-{number:03}", creationTimestamp=OLD) for number in range(PODS)))
        yield cluster


@pytest.fixture(scope="module")
def running(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """Everything listed, nothing moving, the cursor in the middle of the screen, where no move scrolls."""
    directory = tmp_path_factory.mktemp("home")
    kubeconfig = str(background.kubeconfig(directory / "kubeconfig"))
    with program(directory, "--kubeconfig", kubeconfig, size=(160, 50)) as terminal:
        terminal.wait_for("● live")
        terminal.wait_for(f"pods (all) {PODS}")
        terminal.wait_quiet(0.5)
        terminal.send("jjjjj")
        terminal.wait_for(lambda: "> default    web-005" in terminal.text)
        terminal.wait_quiet(0.5)
        yield terminal


def cost(terminal: Terminal, expected: str = "") -> int:
    """Bytes from now until the text is shown and nothing follows."""
    before = len(terminal.raw)
    if expected:
        terminal.wait_for(expected)
    terminal.wait_quiet(0.4)
    return len(terminal.raw) - before


def restart(background: Background, name: str, times: int) -> None:
    def change(made: Object) -> None:
        made["status"]["containerStatuses"][0]["restartCount"] = times

    background.call(lambda cluster: cluster.store.modify("pods", name, "default", change=change))


def annotate(background: Background, name: str, text: str) -> None:
    def change(made: Object) -> None:
        made["metadata"]["annotations"] = {"note": text}

    background.call(lambda cluster: cluster.store.modify("pods", name, "default", change=change))


@pytest.mark.parametrize("keys", ["j", "\x1b[B", "k"])
def test_one_row_down_costs_at_most_300_bytes(running: Terminal, keys: str) -> None:
    running.send(keys)
    assert 0 < cost(running) <= 300 - SYNC


def test_one_changed_cell_costs_at_most_400_bytes(background: Background, running: Terminal) -> None:
    restart(background, "web-010", 7)
    assert 0 < cost(running, " 7 ") <= 400 - SYNC


def test_a_change_out_of_sight_costs_nothing(background: Background, running: Terminal) -> None:
    # Sorted by status and name: the row is far below. The watch has brought it when a later one in sight is shown.
    restart(background, "web-290", 7)
    annotate(background, "web-012", "a change that no column shows")
    running.wait_quiet(0.5)
    before = len(running.raw)
    restart(background, "web-291", 8)
    restart(background, "web-011", 8)
    assert 0 < cost(running, " 8 ") <= 400 - SYNC
    assert len(running.raw) - before <= 400 - SYNC


def test_nothing_is_written_and_nothing_is_asked_while_nothing_changes(
    background: Background, running: Terminal
) -> None:
    asked, sent, used = len(background.asked()), len(running.raw), running.processor()
    for _ in range(5):
        running.read(0.4)
    assert len(running.raw) == sent
    assert len(background.asked()) == asked
    assert running.processor() - used <= 0.02


def test_a_start_asks_each_thing_once_and_paints_little(tmp_path: Path) -> None:
    with Background() as cluster:
        cluster.create(node("worker-1", creationTimestamp=OLD), pod("web-0", creationTimestamp=OLD))
        kubeconfig = str(cluster.kubeconfig(tmp_path / "kubeconfig"))
        with program(tmp_path, "--kubeconfig", kubeconfig, fresh=True) as terminal:
            terminal.wait_for("● live")
            terminal.wait_quiet(0.5)
            asked = Counter(cluster.asked())
            raw = bytes(terminal.raw)
    # Two questions about rights: may all pods be listed, and may the user do everything (then no other is needed)?
    assert asked.pop("create selfsubjectaccessreviews") <= 2
    assert asked.pop("list pods") <= 2  # the pods, and what they use
    assert max(asked.values()) == 1, asked
    allowed = {
        "watch pods",
        "list leases",  # a node that stopped reporting is told from its lease
        "watch leases",
        "list nodes",  # and is found in the pods by its node
        "watch nodes",
        "create selfsubjectreviews",
        "get /version",
        "get /api",
        "get /apis",
    }
    assert set(asked) <= allowed, set(asked) - allowed
    assert "watch pods" in asked
    assert raw.count(b"\x1b[20;1H") <= 4  # frames that paint the middle of the screen
    assert raw.count(b"\x1b[1;1H") <= 8  # frames at all: the others paint a line or two


def test_scrolling_by_a_page_costs_about_one_screen(running: Terminal) -> None:
    running.send("\x1b[6~")
    assert 0 < cost(running) <= 160 * 50 * 3
