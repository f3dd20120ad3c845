"""Hostile text through every door, in a real pseudo terminal: none of its bytes may reach it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.background import Background
from tests.support.objects import Object, node, pod
from tests.support.plugins import V1, script
from tests.support.program import SEQUENCES, assert_given_back, program
from tests.support.terminal import ESCAPE, Terminal

MARK = "Xq7"
"""Stands in every hostile text, so that a test can tell that it was really shown."""
ESC = f"{MARK}\x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1bP1;1|owned\x1b\\\x1bc"
C1 = f"{MARK}\x9b31m\x9d52;c;b3duZWQ=\x9c\x85\x90"
BIDI = f"{MARK}\u202eevil\u2066\u2069\u200f\u061c"
LINES = f"{MARK}\r\n\x0b\x0c\x08\x07\x00\x7f\u2028\u2029"
MARKUP = f"{MARK}[bold red]owned[/] [@click=app.quit]x[/] [link=http://evil.example]x[/link]"
HOSTILE = (ESC, C1, BIDI, LINES, MARKUP)
BIDI_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"


def hostile_pod(number: int, text: str) -> Object:
    """A pod that carries the text wherever a server lets text through."""
    made = pod(f"pod-{number}", phase="Pending", labels={"app": text}, annotations={"note": text})
    container = made["status"]["containerStatuses"][0]
    container["state"] = {"waiting": {"reason": text, "message": text}}
    container["lastState"] = {"terminated": {"exitCode": 1, "reason": text, "message": text}}
    container["name"] = text
    made["spec"]["nodeName"] = text
    made["status"] |= {"reason": text, "message": text, "podIP": text, "nominatedNodeName": text}
    made["status"]["conditions"] = [{"type": "PodScheduled", "status": "False", "reason": text, "message": text}]
    made["metadata"]["ownerReferences"] = [
        {"apiVersion": "v1", "kind": text, "name": text, "uid": "1", "controller": True}
    ]
    return made


def hostile_node(number: int, text: str) -> Object:
    made = node(f"node-{number}", labels={f"node-role.kubernetes.io/{text}": ""})
    made["spec"]["taints"] = [{"key": text, "value": text, "effect": text}]
    made["status"]["nodeInfo"] = {"kubeletVersion": text, "osImage": text, "containerRuntimeVersion": text}
    made["status"]["addresses"] = [{"type": "InternalIP", "address": text}]
    made["status"]["conditions"] = [{"type": "Ready", "status": "False", "reason": text, "message": text}]
    return made


def named(made: Object, text: str) -> Object:
    """A real server checks names; one that does not is hostile too."""
    made["metadata"]["name"] += text
    return made


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background(tls=True) as cluster:
        for number, text in enumerate(HOSTILE):
            cluster.create(hostile_pod(number, text), named(pod(f"name-{number}-"), text))
            cluster.create(hostile_node(number, text), named(node(f"name-{number}-"), text))
        yield cluster


def config(background: Background, path: Path, *, user: dict[str, Any] | None = None) -> str:
    """Its kubeconfig with hostile names."""
    made = background.config()
    contexts = [{"name": text, "context": {"cluster": "demo", "user": BIDI + ESC}} for text in HOSTILE]
    made["users"] = [{"name": BIDI + ESC, "user": user or made["users"][0]["user"]}]
    made |= {"contexts": contexts, "current-context": ESC}
    path.write_text(json.dumps(made))
    return str(path)


def assert_harmless(terminal: Terminal) -> None:
    """Nothing but our own sequences (cursor, colours, modes), and no character that changes what stands beside it."""
    raw = bytes(terminal.raw)
    plain = SEQUENCES.sub(b"", raw)
    assert not re.search(rb"[\x00-\x06\x0b\x0c\x0e-\x1f\x7f]", plain), plain[:2000]
    assert b"\x07" not in plain
    text = plain.decode()  # what is no UTF-8 would be a raw C1 byte
    assert not re.search(r"[\x80-\x9f]", text)
    assert not set(text) & set(BIDI_MARKS)
    # Screen clearing, status reports and titles are sequences too: only the program's own may be there.
    kinds = {match[0][-1:] for match in re.finditer(rb"\x1b\[[0-9;?<>=$]*[@-~]", raw)}
    assert kinds <= set(map(bytes, zip(b"HhlmupJ"))), kinds
    assert raw.count(b"\x1b[2J") <= 2  # before Textual is loaded
    assert b"\x1b]52" not in raw
    assert b"\x1b[38;2;0;0;0mowned" not in raw


def visit(terminal: Terminal, keys: str) -> None:
    """Press keys and let everything that follows be painted."""
    terminal.send(keys)
    terminal.wait_quiet(0.08)


def test_hostile_objects_and_names_write_only_text(background: Background, tmp_path: Path) -> None:
    kubeconfig = config(background, tmp_path / "kubeconfig")
    with program(tmp_path, "--kubeconfig", kubeconfig, size=(300, 30)) as terminal:
        terminal.wait_for("● live")
        terminal.wait_for(MARK)
        terminal.wait_quiet()
        for _ in range(10):
            visit(terminal, "j")  # the line below explains each row
        visit(terminal, "w")
        terminal.wait_for("[bold red]owned[/]")  # markup is shown as it is
        visit(terminal, "1")
        terminal.wait_for("nodes 10")
        for _ in range(10):
            visit(terminal, "j")
        visit(terminal, f"/nothing{ESCAPE}{ESCAPE}")
        for dialog in ("?", "a", "!", ":ctx\r"):
            visit(terminal, dialog)
            visit(terminal, "\x1b\x1b")
        visit(terminal, "!")
        terminal.wait_for("Messages")
        terminal.wait_for(MARK)
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)
        assert_harmless(terminal)


def test_hostile_answers_of_a_server_write_only_text(background: Background, tmp_path: Path) -> None:
    from k8stui.demo.serving.faults import Fault

    with Background() as refusing:
        refusing.call(lambda cluster: cluster.faults.add(Fault(status=403, message="".join(HOSTILE), path="/api")))
        kubeconfig = str(refusing.kubeconfig(tmp_path / "kubeconfig"))
        with program(tmp_path, "--kubeconfig", kubeconfig, size=(300, 20)) as terminal:
            terminal.wait_for(MARK)
            visit(terminal, "!")
            terminal.send("\x11")
            assert terminal.wait_end() == 0
            assert_harmless(terminal)


def test_a_context_that_is_not_there_is_named_harmlessly(background: Background, tmp_path: Path) -> None:
    kubeconfig = config(background, tmp_path / "kubeconfig")
    made = json.loads(Path(kubeconfig).read_text()) | {"current-context": "lost" + "".join(HOSTILE)}
    Path(kubeconfig).write_text(json.dumps(made))
    with program(tmp_path, "--kubeconfig", kubeconfig, size=(300, 20)) as terminal:
        assert terminal.wait_end() == 2
        assert MARK in terminal.text
        assert_harmless(terminal)


def test_the_words_of_a_failing_plugin_are_shown_cleaned(background: Background, tmp_path: Path) -> None:
    (tmp_path / "said").write_text("".join(HOSTILE))
    command = script(tmp_path, f"cat {tmp_path}/said >&2; exit 3")
    user = {"exec": {"apiVersion": V1, "command": command, "interactiveMode": "Never"}}
    kubeconfig = config(background, tmp_path / "kubeconfig", user=user)
    with program(tmp_path, "--kubeconfig", kubeconfig, size=(300, 20)) as terminal:
        terminal.wait_for("failed with exit code 3")
        terminal.wait_for(MARK)
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_harmless(terminal)
