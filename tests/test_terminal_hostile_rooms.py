"""Hostile text in logs, sessions, debug pods and what was left of them, in a real pseudo terminal: text is written."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8stui.clock import WallClock
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.runtime.sessions import Ended, NotStarted, Session
from k8stui.demo.serving.faults import Fault
from tests.support.background import Background
from tests.support.launching import debug_pod
from tests.support.objects import Object, node, pod
from tests.support.program import assert_given_back, program
from tests.support.terminal import ESCAPE, Terminal
from tests.test_terminal_hostile import HOSTILE, MARK, assert_harmless, visit

pytestmark = pytest.mark.slow
ALL = "".join(HOSTILE)
JSON = json.dumps({f"f{ALL}": ALL, "level": "error", "msg": ALL, "inner": {ALL: [ALL, {ALL: ALL}]}})


class Unwilling(Session):
    """Starts nothing, and says so in hostile words: at once, or when the terminal has been handed over."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._handed = asyncio.Event()

    def resize(self, columns: int, lines: int) -> None:
        """The first thing that is told once there is a terminal."""
        self._handed.set()

    async def run(self, command: list[str]) -> Ended:
        if command[0] != "now":
            await self._handed.wait()
        raise NotStarted(f"exec: {ALL}: cannot")


def waits(name: str) -> Object:
    """A pod whose container never starts, for a hostile reason, under a hostile name."""
    made = pod(name, phase="Pending", labels={"app": "waits"})
    made["spec"]["containers"] = [{"name": text, "image": text} for text in HOSTILE]
    state = {"waiting": {"reason": ALL, "message": ALL}}
    last = {"terminated": {"exitCode": 1, "reason": ALL, "message": ALL}}
    made["status"]["containerStatuses"] = [
        {"name": text, "restartCount": 1, "state": state, "lastState": last} for text in HOSTILE
    ]
    return made


def event(about: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{about}.1", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "name": about, "namespace": "default", "apiVersion": "v1"},
        "type": "Warning",
        "reason": ALL,
        "message": ALL,
        "lastTimestamp": "2026-09-21T14:13:00Z",
    }


def left(number: int, text: str) -> Object:
    """A debug pod that says hostile things of whoever made it."""
    made = debug_pod(f"left-{number}", "default", "alone", stamps={f"k8stui/{key}": text for key in ("who", "host")})
    made["spec"]["containers"][0]["name"] = text
    made["spec"]["nodeName"] = text
    made["status"] = {"phase": "Failed", "reason": text, "message": text}
    return made


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as cluster:
        web = pod("web")
        web["spec"]["containers"].append({"name": ALL, "image": "side:1"})
        up = {"running": {"startedAt": "2026-09-21T14:00:00Z"}}
        web["status"]["containerStatuses"].append({"name": ALL, "restartCount": 0, "ready": True, "state": up})
        cluster.create(node("worker-1"), web, waits("waits"), event("waits"))
        cluster.create(*(left(number, text) for number, text in enumerate(HOSTILE)))
        cluster.call(_say)
        cluster.call(lambda inside: setattr(inside.nodes, "session", Unwilling))
        yield cluster


def _say(cluster: EmbeddedCluster) -> None:
    uid = cluster.store.get("pods", "web", "default")["metadata"]["uid"]
    for container in ("main", ALL):
        for line in (JSON, f'level=error msg="{ALL}" {ALL}={ALL}'):
            cluster.logs.write(uid, container, 0, line, WallClock().now())


def start(background: Background, tmp_path: Path, *arguments: str, config: Any = None) -> Terminal:
    """The program on the pods, the row of `web` alone."""
    if config is not None:
        folder = tmp_path / "config" / "k8stui"
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True))
    kubeconfig = str(background.kubeconfig(tmp_path / "kubeconfig"))
    terminal = program(tmp_path, "--kubeconfig", kubeconfig, "--view", "pods", *arguments, size=(200, 40))
    terminal.wait_for("● live")
    return terminal


def over(terminal: Terminal) -> None:
    """Every message is looked at, and the end."""
    visit(terminal, "!")
    visit(terminal, ESCAPE)
    terminal.send("\x11")
    assert terminal.wait_end() == 0
    assert_given_back(terminal)
    # What undoes the modes of a session, and what was copied.
    terminal.raw[:] = re.sub(rb"\x1b>|\x1b\(B\x0f|\x1b\]52;c;[A-Za-z0-9+/=]*\x07", b"", terminal.raw)
    assert_harmless(terminal)


def on(terminal: Terminal, name: str) -> None:
    visit(terminal, ESCAPE)  # clears the filter
    terminal.send(f"/{name}\r")
    terminal.wait_for(lambda: bool(re.search(rf"> +(default +)?{name} ", terminal.text)))


def test_in_logs(background: Background, tmp_path: Path) -> None:
    with start(background, tmp_path) as terminal:
        on(terminal, "web")
        terminal.send("l")
        terminal.wait_for("logs pod web")
        terminal.wait_for(MARK)
        for keys in ("c", "w", "k", "k", "L", "j", "q", "K", "O"):
            visit(terminal, keys)
        terminal.wait_for("options:")
        terminal.send("\x1b")
        terminal.wait_for(lambda: "options:" not in terminal.text)
        terminal.send(f"/msg={MARK}\r")
        terminal.wait_for(f"/msg={MARK}/")
        terminal.send("\x1b")
        terminal.wait_for(lambda: f"/msg={MARK}/" not in terminal.text)
        terminal.send("k\r")
        terminal.wait_for("esc closes")
        visit(terminal, ESCAPE)
        terminal.wait_for(lambda: "esc closes" not in terminal.text)
        visit(terminal, "S")
        terminal.wait_for("readable by you alone")
        visit(terminal, "\x15")
        visit(terminal, f"{tmp_path}/{MARK}[bold]\u202e.log\r")
        terminal.wait_for("saved in")
        terminal.send("q")
        terminal.wait_for("pods (all)")
        on(terminal, "waits")
        terminal.send("l")
        terminal.wait_for("logs pod waits")
        terminal.wait_for(lambda: terminal.text.count(MARK) > 3)
        visit(terminal, "L")
        visit(terminal, "q")
        visit(terminal, "p")
        over(terminal)


def test_in_sessions(background: Background, tmp_path: Path) -> None:
    with start(background, tmp_path) as terminal:
        on(terminal, "web")
        terminal.send("s")
        terminal.wait_for("Shell in a container")
        visit(terminal, ESCAPE)
        for command in ("now", "later"):
            terminal.send(f":exec {command}\r")
            terminal.wait_for(f"{MARK}" if command == "now" else "Press enter")
        terminal.send("\r")
        terminal.wait_for("● live")
        on(terminal, "waits")
        terminal.send("s")
        visit(terminal, ESCAPE)
        background.call(lambda inside: inside.faults.add(Fault(resource="pods/exec", status=500, message=ALL)))
        terminal.send(":exec now\r")
        visit(terminal, "J")
        visit(terminal, "q")
        background.call(lambda inside: inside.faults.clear())
        over(terminal)


def test_in_the_list_of_what_was_left(background: Background, tmp_path: Path) -> None:
    with start(background, tmp_path) as terminal:
        terminal.send(":sweep\r")
        terminal.wait_for("left behind 5")
        terminal.wait_for(MARK)
        for keys in ("j", "j", "j", "j", "o"):
            visit(terminal, keys)
        terminal.wait_for("left behind 5")
        terminal.send("\x04")
        terminal.wait_for("Delete pod")
        visit(terminal, ESCAPE)
        visit(terminal, "q")
        over(terminal)


PRESET = {
    "name": MARK + "\x9b2J\u202e",
    "image": "busybox:1",
    "command": ["sh", ALL],
    "args": [ALL],
    "env": {"A": ALL},
}


def test_in_the_launcher(background: Background, tmp_path: Path) -> None:
    def refuse(inside: EmbeddedCluster) -> None:
        labels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": ALL}
        inside.store.modify("namespaces", "default", change=lambda each: each["metadata"].update(labels=labels))
        inside.faults.add(Fault(verb="create", resource="pods", status=403, message=f"violates PodSecurity {ALL}"))
        inside.faults.add(Fault(resource="pods/ephemeralcontainers", status=403, message=f"violates PodSecurity {ALL}"))

    config = {"debug": {"presets": [PRESET]}}
    with start(background, tmp_path, config=config) as terminal:
        background.call(refuse)
        on(terminal, "web")
        terminal.send("b")
        terminal.wait_for(MARK)
        for keys in ("t", ESCAPE, "i", MARK, "\r", "d", "Y", ESCAPE, "m", "copy\r", "d", "y", "y", "N", f"{MARK}\r"):
            visit(terminal, keys)
        visit(terminal, ESCAPE + ESCAPE)
        background.call(lambda inside: inside.faults.clear())
        over(terminal)
