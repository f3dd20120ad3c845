"""Over a real sshd: a session in a container through a remote terminal, its orderly end, and a link that is lost."""

import base64
import json
import os
import re
import shlex
import signal
import ssl
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import assert_given_back, home
from tests.support.sshd import Link, Sshd, alive, end
from tests.support.terminal import ESCAPE, Terminal, k8stui
from tests.support.waiting import promptly

pytestmark = pytest.mark.slow
WITHIN = 5.0
"""Seconds from the moment sshd notices that the client is gone to a machine and a cluster without anything of it."""
NOTICED = "Timeout, client not responding"


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An embedded cluster with its life, as a process of its own."""
    file = tmp_path_factory.mktemp("server") / "kubeconfig"
    argv = [sys.executable, "-m", "k8stui", "demo-server", "--kubeconfig", str(file), "--port", "0"]
    with Terminal(argv, fresh=True, emulate=False):
        promptly(lambda: file.exists() and file.stat().st_size > 0, within=20)
        yield file


def left(kubeconfig: Path) -> list[str]:
    """The debug pods that the server has, and that nobody has told to go."""
    found = json.loads(kubeconfig.read_text())
    token, cluster = found["users"][0]["user"]["token"], found["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    url = f"{cluster['server']}/api/v1/pods?labelSelector=k8stui/debug"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10, context=ssl.create_default_context(cadata=authority)) as answer:
        pods: list[dict[str, Any]] = json.load(answer)["items"]
    return [each["metadata"]["name"] for each in pods if not each["metadata"].get("deletionTimestamp")]


class Remote:
    """The program at the other end of an ssh, with a home of its own there."""

    def __init__(self, sshd: Sshd, folder: Path, *arguments: str, port: int = 0) -> None:
        self._noted = folder / "pid"
        variables = {**home(folder), "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor", "PYTHONPATH": str(Path.cwd())}
        words = [f"{name}={shlex.quote(text)}" for name, text in variables.items()]
        command = (
            f"echo $$ > {shlex.quote(str(self._noted))}; exec env {' '.join(words)} {shlex.join(k8stui(*arguments))}"
        )
        self.terminal = sshd.client(command, port=port)

    @property
    def pid(self) -> int:
        """Of the program there."""
        return int(self._noted.read_text())

    @property
    def children(self) -> list[int]:
        return [int(each) for each in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def gone(self, *others: int) -> bool:
        return not any(map(alive, (self.pid, *others)))

    def __enter__(self) -> Terminal:
        return self.terminal

    def __exit__(self, *_: object) -> None:
        self.terminal.close()
        if self._noted.exists():
            end(self.pid)  # where a test failed before it was gone


def start(sshd: Sshd, folder: Path, kubeconfig: Path, *, view: str = "pods", port: int = 0) -> Remote:
    """Until its rows are there."""
    arguments = ("--kubeconfig", str(kubeconfig), "--namespace", "shop", "--view", view)
    made = Remote(sshd, folder, *arguments, port=port)
    made.terminal.wait_for(lambda: "● live" in made.terminal.text and "  checkout" in made.terminal.text)
    return made


def inside(terminal: Terminal, kubeconfig: Path) -> None:
    """By the launcher's keys into a debug pod, until its prompt answers."""
    terminal.send(":debug node/worker-a1 --image=busybox -- sh\r")
    terminal.wait_for("the server would take it")
    terminal.send("y")
    terminal.wait_for("ctrl+] detaches or ends")
    terminal.wait_quiet(0.5)
    terminal.send("echo it is $((6*7))\r")
    terminal.wait_for("it is 42")
    assert len(left(kubeconfig)) == 1


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    with Sshd(tmp_path / "sshd") as made:
        yield made


def test_a_session_inside_and_an_end_in_order(sshd: Sshd, tmp_path: Path, kubeconfig: Path) -> None:
    remote = start(sshd, tmp_path, kubeconfig)
    with remote as terminal:
        terminal.send("/checkout\r")
        terminal.wait_for(lambda: " of " in terminal.display[0] and "> checkout" in terminal.text)
        terminal.send("s")
        terminal.wait_for("ctrl+] detaches or ends")
        terminal.wait_quiet(0.5)
        terminal.send("echo an$(echo swer)\r")
        terminal.wait_for("\nanswer\n")
        terminal.send("exit 3\r")
        terminal.wait_for("the shell ended with exit code 3 after")
        terminal.resize(100, 30)
        terminal.wait_for(lambda: terminal.display[0].endswith("live") and len(terminal.display[0]) <= 100)
        terminal.send(ESCAPE)
        terminal.wait_quiet()
        terminal.send("q")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)
    assert remote.gone()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_its_exit_code_is_that_of_ssh(sshd: Sshd, tmp_path: Path, kubeconfig: Path, number: signal.Signals) -> None:
    remote = start(sshd, tmp_path, kubeconfig)
    with remote as terminal:
        os.kill(remote.pid, number)
        assert terminal.wait_end() == 128 + number
        assert_given_back(terminal)


def lose(how: str, sshd: Sshd, link: Link, terminal: Terminal) -> None:
    """Lose the link; returns when sshd has noticed."""
    if how == "ssh killed":
        terminal.kill(signal.SIGKILL)
    elif how == "cut":
        link.cut()
    else:
        link.freeze()
        terminal.send("echo to nobody\r")
        promptly(lambda: NOTICED in sshd.log.read_text(), within=30)


@pytest.mark.parametrize("how", ["cut", "ssh killed", "frozen"])
def test_a_lost_link_leaves_no_process_and_no_debug_pod(tmp_path: Path, kubeconfig: Path, how: str) -> None:
    asks = 1 if how == "frozen" else 0
    with Sshd(tmp_path / "sshd", alive=asks) as sshd, Link(sshd.port) as link:
        remote = start(sshd, tmp_path, kubeconfig, port=link.port)
        with remote as terminal:
            inside(terminal, kubeconfig)
            lose(how, sshd, link, terminal)
            at = time.monotonic()
            promptly(remote.gone, within=WITHIN)
            promptly(lambda: left(kubeconfig) == [], within=WITHIN)
            assert time.monotonic() - at < WITHIN
    assert list((tmp_path / "state" / "k8stui" / "debug").glob("*.jsonl")) == []
    assert not list(tmp_path.rglob("crash-*"))


def test_a_lost_link_ends_its_children_as_well(tmp_path: Path) -> None:
    """The embedded cluster of `--demo` is one."""
    with Sshd(tmp_path / "sshd") as sshd, Link(sshd.port) as link:
        remote = Remote(sshd, tmp_path, "--demo", "--view", "pods", port=link.port)
        with remote as terminal:
            terminal.wait_for("● live")
            terminal.wait_for(lambda: bool(re.search(r"\n > ", terminal.text)))
            (child,) = remote.children
            terminal.send("/checkout\r")
            terminal.wait_for(
                lambda: " of " in terminal.display[0] and bool(re.search(r"\n > \w+ +checkout", terminal.text))
            )
            terminal.send("s")
            terminal.wait_for("ctrl+] detaches or ends")
            link.cut()
            promptly(lambda: remote.gone(child), within=WITHIN)
