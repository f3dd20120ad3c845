"""Logs in a real pseudo terminal: what is written is read, hostile lines harm nothing, and nothing costs nothing."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from k8stui.clock import WallClock
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.background import Background
from tests.support.objects import pod
from tests.support.program import assert_given_back, program
from tests.support.waiting import promptly
from tests.test_terminal_hostile import HOSTILE, MARK, assert_harmless, visit

COLOURED = f"\x1b[31m{MARK} red\x1b[0m and \x1b]52;c;b3duZWQ=\x07\x9b2J\x1b[2J not"


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as cluster:
        cluster.create(pod("web-1"))
        yield cluster


def say(background: Background, *lines: str | bytes) -> None:
    now = WallClock().now()

    def write(cluster: EmbeddedCluster) -> None:
        uid = cluster.store.get("pods", "web-1", "default")["metadata"]["uid"]
        for line in lines:
            cluster.logs.write(uid, "main", 0, line, now)

    background.call(write)


@pytest.mark.slow
def test_lines_come_and_none_costs_nothing(background: Background, tmp_path: Path) -> None:
    kubeconfig = str(background.kubeconfig(tmp_path / "kubeconfig"))
    say(background, *(f"line {number}" for number in range(60)), "the first line")
    with program(tmp_path, "--kubeconfig", kubeconfig, "--view", "pods", size=(120, 30)) as terminal:
        terminal.wait_for("● live")
        terminal.wait_quiet(0.5)
        terminal.send("l")
        terminal.wait_for("the first line")
        terminal.wait_for("logs pod web-1")
        terminal.wait_quiet(0.5)
        before = len(terminal.raw)
        terminal.read(2.0)
        assert len(terminal.raw) == before
        say(background, "the next line")
        terminal.wait_for("the next line")
        terminal.wait_quiet(0.5)
        terminal.send(" ")
        terminal.wait_for("paused +0")
        say(background, "a line that waits")
        terminal.wait_for("paused +1")
        assert "a line that waits" not in terminal.text
        terminal.send("G")
        terminal.wait_for("a line that waits")
        terminal.send("q")
        terminal.wait_for("pods (all) 1")
        promptly(lambda: not background.call(lambda cluster: cluster.streaming))
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)


@pytest.mark.slow
def test_hostile_lines_write_only_text_and_colours(background: Background, tmp_path: Path) -> None:
    kubeconfig = str(background.kubeconfig(tmp_path / "kubeconfig"))
    say(background, COLOURED, *HOSTILE, "".join(HOSTILE), b"\xff\xfe no text \xc3", "x" * 1_000_000, "the end")
    with program(tmp_path, "--kubeconfig", kubeconfig, "--view", "pods", size=(120, 30)) as terminal:
        terminal.wait_for("● live")
        terminal.wait_quiet(0.5)
        terminal.send("l")
        terminal.wait_for("the end")
        terminal.wait_for(MARK)
        for keys in ("w", "t", "c", "w", "k", "k", "k"):
            visit(terminal, keys)
        terminal.send("\r")
        terminal.wait_for("esc closes")
        terminal.send("q")
        terminal.wait_for(lambda: "paused" in terminal.text and "esc closes" not in terminal.text)
        terminal.send(f"/{MARK}\r")
        terminal.wait_for(f"/{MARK}/")
        terminal.send("\x1b")
        terminal.wait_for(lambda: f"/{MARK}/" not in terminal.text)
        terminal.send(f"s{MARK}\r")
        terminal.wait_for(f"“{MARK}”: ")
        for keys in ("n", "N", "g", "\x1b[C", "\x1b[C", "G"):
            visit(terminal, keys)
        terminal.send("L")
        terminal.wait_for("Containers to follow")
        terminal.send("q")
        terminal.wait_for(lambda: "Containers to follow" not in terminal.text)
        terminal.send("Y")
        terminal.wait_for("Copied 1 line")
        assert terminal.ended() is None
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)
        [copied] = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", bytes(terminal.raw))
        assert "".join(base64.b64decode(copied).decode().split()).isprintable()
        terminal.raw[:] = terminal.raw.replace(b"\x1b]52;c;" + copied + b"\x07", b"")
        assert_harmless(terminal)
