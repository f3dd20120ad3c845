"""Objects read in a real pseudo terminal: hostile ones harm nothing, values of a Secret are shown when asked for."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.background import Background
from tests.support.objects import Object, pod
from tests.support.program import assert_given_back, program
from tests.support.terminal import ESCAPE, Terminal
from tests.test_terminal_hostile import HOSTILE, MARK, assert_harmless, hostile_pod, visit

VALUE = "dummy-value-of-a-test"
CODED = base64.b64encode(VALUE.encode()).decode()


def thing(kind: str, name: str, **parts: Any) -> Object:
    meta = {"name": name, "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {"apiVersion": "v1", "kind": kind, "metadata": meta, **parts}


def hostile_map(number: int, text: str) -> Object:
    """A ConfigMap with the text as key, value, label, annotation and owner."""
    made = thing("ConfigMap", f"map-{number}", data={text: text, "long": f"{text}{'x' * 100_000}\n{text}"})
    made["metadata"] |= {"labels": {text: text}, "annotations": {text: text}}
    made["metadata"]["ownerReferences"] = [{"apiVersion": text, "kind": text, "name": text, "uid": "1"}]
    return made


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as cluster:
        everything = "".join(HOSTILE)
        cluster.create(hostile_pod(1, everything), hostile_map(1, everything))
        cluster.create(pod("calm"), thing("Secret", "token", data={"password": CODED}, type="Opaque"))
        yield cluster


@pytest.mark.slow
@pytest.mark.parametrize("view", ["pods", "configmaps"])
def test_hostile_objects_that_are_read_write_only_text(background: Background, tmp_path: Path, view: str) -> None:
    kubeconfig = str(background.kubeconfig(tmp_path / "kubeconfig"))
    with program(tmp_path, "--kubeconfig", kubeconfig, "--view", view, size=(120, 30)) as terminal:
        terminal.wait_for("● live")
        visit(terminal, "G")
        for key in "dyo":
            visit(terminal, key)
            page = {"d": " describe ", "y": " yaml ", "o": " related "}[key]
            terminal.wait_for(lambda page=page: page in terminal.display[0])  # type: ignore[misc]
            visit(terminal, "wG\x1b[C\x1b[Cgw")
        visit(terminal, "dy")
        terminal.wait_for(lambda: " yaml " in terminal.display[0])
        visit(terminal, f"/{MARK}\r")
        visit(terminal, "nN")
        terminal.wait_for(MARK)
        visit(terminal, "Y")
        visit(terminal, ESCAPE)
        assert terminal.ended() is None
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)
        assert_harmless(terminal)


def copied(terminal: Terminal) -> list[str]:
    """What was put on the terminal's clipboard."""
    return [base64.b64decode(each).decode() for each in re.findall(rb"\x1b\]52;c;([^\x07\x1b]*)", bytes(terminal.raw))]


@pytest.mark.slow
def test_the_values_of_a_secret_are_shown_when_asked_for_and_go_nowhere_else(
    background: Background, tmp_path: Path
) -> None:
    kubeconfig, log = str(background.kubeconfig(tmp_path / "kubeconfig")), tmp_path / "log"
    flags = ("--kubeconfig", kubeconfig, "--view", "secrets", "--log-file", str(log))
    with program(tmp_path, *flags, size=(120, 30)) as terminal:

        def seen() -> bool:
            return VALUE.encode() in terminal.raw or CODED.encode() in terminal.raw

        terminal.wait_for("token")
        for key, words in (("d", "21 bytes"), ("y", "kind: Secret"), ("o", "related secret")):
            terminal.send(key)
            terminal.wait_for(words)
        terminal.send("y")
        terminal.wait_for("kind: Secret")
        terminal.wait_quiet()
        assert not seen()
        terminal.send("x")
        terminal.wait_for(VALUE)
        for choice in ("YAML", "YAML to apply"):
            before = len(copied(terminal))
            visit(terminal, "Y")
            terminal.wait_for("Copy of")
            visit(terminal, choice + "\r")
            terminal.wait_for(lambda before=before: len(copied(terminal)) > before)  # type: ignore[misc]
        assert all("kind: Secret" in text for text in copied(terminal))
        assert not [text for text in copied(terminal) if VALUE in text or CODED in text]
        visit(terminal, "d")
        terminal.wait_for("21 bytes")
        assert VALUE not in terminal.text
        visit(terminal, "y")
        terminal.wait_for("kind: Secret")
        assert VALUE not in terminal.text
        visit(terminal, "x")
        terminal.wait_for(VALUE)
        visit(terminal, "q")
        terminal.wait_for(lambda: " secrets (" in terminal.display[0])
        visit(terminal, "y")
        terminal.wait_for("kind: Secret")
        assert VALUE not in terminal.text
        visit(terminal, "!")
        terminal.wait_for("Messages")
        terminal.wait_quiet()
        assert VALUE not in terminal.text
        visit(terminal, ESCAPE)
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "kubeconfig"]
    assert log in kept
    for path in kept:
        assert VALUE not in path.read_text(errors="replace"), path
        assert CODED not in path.read_text(errors="replace"), path
