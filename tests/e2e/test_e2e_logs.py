"""Six pods followed through a rollout in a real terminal on a real cluster: who joins, who goes; filtered and saved."""

import json
import re
import subprocess
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.e2e.conftest import Kubectl
from tests.support.manifests import deployment
from tests.support.terminal import Terminal

pytestmark = pytest.mark.slow
KWOK = {"nodeSelector": {"type": "kwok"}, "terminationGracePeriodSeconds": 0}
WITHIN = 90.0
"""Seconds for a rollout, and for the pods to go whose log never ends by itself (kwok's)."""


def pods(kubectl: Kubectl, namespace: str) -> set[str]:
    """Those that run."""
    found = json.loads(kubectl("-n", namespace, "get", "pods", "-l", "app=web", "-o", "json"))["items"]
    return {each["metadata"]["name"] for each in found if not each["metadata"].get("deletionTimestamp")}


def rolled(kubectl: Kubectl, namespace: str) -> None:
    kubectl("-n", namespace, "rollout", "status", "deployment/web", "--timeout=90s")


@pytest.fixture
def six(kubectl: Kubectl, namespace: str) -> set[str]:
    """A Deployment of six pods."""
    argv = kubectl.argv("-n", namespace, "create", "-f", "-")
    made = json.dumps(deployment("web", replicas=6, image="registry.example/web:1", **KWOK))
    subprocess.run(argv, input=made, capture_output=True, text=True, timeout=60, check=True)
    rolled(kubectl, namespace)
    return pods(kubectl, namespace)


def saved(terminal: Terminal, what: str, path: Path) -> str:
    """What `S` writes of them."""
    terminal.send("S")
    terminal.wait_for(lambda: "Save" in terminal.text and "╭" in terminal.text)
    if f"Save {what}" not in terminal.text:
        terminal.send(what)
        terminal.wait_for(f"> {what}")
        terminal.send("\r")
    terminal.wait_for(f"Save {what}")
    terminal.wait_for("readable by you alone")
    terminal.send(f"\x15{path}\r")
    terminal.wait_for(lambda: f" saved in {path}, " in terminal.text)
    return path.read_text()


def test_six_pods_are_followed_through_a_rollout(
    open_program: Callable[..., Terminal], kubectl: Kubectl, namespace: str, six: set[str], tmp_path: Path
) -> None:
    terminal = open_program("--namespace", namespace, "--view", "deployments.apps", size=(160, 40))
    terminal.wait_for("> web", 60)
    terminal.send("l")
    terminal.wait_for("6 pods · 6 containers")
    terminal.wait_for(lambda: terminal.text.count('"msg":"served"') > 30)
    kubectl("-n", namespace, "rollout", "restart", "deployment/web")
    rolled(kubectl, namespace)
    new = pods(kubectl, namespace)
    assert len(new) == 6
    assert not new & six
    terminal.wait_for("12 pods · 12 containers")
    terminal.wait_for("6 pods · 6 containers", WITHIN)  # the old ones have gone
    terminal.send('/"n":\\d+0,\r')
    terminal.wait_for(lambda: bool(re.search(r'/"n":.* [\d,]+ of [\d,]+ ', terminal.display[0])))
    until = time.monotonic() + WITHIN
    for number in count():  # a log is read to its end before it is said that its pod has gone
        text = saved(terminal, "all lines", tmp_path / f"all-{number}.log")
        gone = {name for name in six if f"{name}/web is gone: its pod" in text}
        if gone == six or time.monotonic() > until:
            break
    assert gone == six
    assert {name for name in new if f"{name}/web joined" in text} == new
    for name in six | new:
        numbers = [int(number) for number in re.findall(rf'{name}.*"n":(\d+),', text)]
        assert numbers, name
        assert numbers == list(range(numbers[0], numbers[-1] + 1)), name  # each once, in its order
    few = saved(terminal, "the lines that are shown", tmp_path / "shown.log")
    lines = [line for line in few.splitlines() if '"msg"' in line]
    assert lines
    assert all(re.search(r'"n":\d+0,', line) for line in lines)
    terminal.send("\x1b")
    terminal.wait_for(lambda: "of" not in terminal.display[0].partition("last 1,000 lines")[2])
    terminal.send("q")
    terminal.wait_for(lambda: "deployments.apps" in terminal.display[0] and "> web" in terminal.text)
