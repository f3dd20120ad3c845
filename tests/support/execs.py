"""The program in a real terminal with sessions in containers, scripted ones and real ones."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.background import Background
from tests.support.objects import node, pod
from tests.support.program import assert_given_back, program
from tests.support.realpty import container
from tests.support.terminal import Terminal

MESS = r"\033[?1049h\033[?1000h\033[?2004h\033[?25l\033[>1u"
"""What a program that is killed leaves on: another screen, the mouse, no cursor, another keyboard."""


@contextmanager
def scripted_cluster() -> Iterator[Background]:
    """A cluster whose containers hold the demo's scripted shell."""
    with Background() as cluster:
        cluster.create(node("worker-1"), pod("web"), pod("web-old", phase="Succeeded"))
        yield cluster


@contextmanager
def real_cluster(folder: Path) -> Iterator[Background]:
    """One whose containers run real processes on real ptys; what they have stands in that folder."""
    session = container(folder)
    script = folder / "messy"
    script.write_text(f"#!/bin/sh\nprintf '{MESS}'\nkill -9 $$\n")
    script.chmod(0o755)
    with Background() as cluster:
        cluster.create(node("worker-1"), pod("web"))
        cluster.call(lambda inside: setattr(inside.nodes, "session", session))
        yield cluster


def start(background: Background, directory: Path, **options: Any) -> Terminal:
    """The program on the pods of the cluster."""
    file = background.kubeconfig(directory / "kubeconfig")
    terminal = program(directory, "--kubeconfig", str(file), "--view", "pods", **options)
    terminal.wait_for(lambda: "● live".encode() in terminal.raw and b"> default" in terminal.raw)
    return terminal


def wait_back(terminal: Terminal, says: str) -> None:
    """The table is there again, on the same row, and the note line tells how the session ended."""
    terminal.wait_for(lambda: says in terminal.text and "> default" in terminal.text)
    assert terminal.attributes() != terminal.found


def leave(terminal: Terminal) -> None:
    """End the program."""
    terminal.send("\x11")
    assert terminal.wait_end() == 0
    assert_given_back(terminal)


def enter(terminal: Terminal, prompt: str = "remote$") -> None:
    """Into the shell."""
    terminal.send("s")
    terminal.wait_for("ctrl+] detaches or ends")
    terminal.wait_for(prompt)


def run(terminal: Terminal, command: str) -> None:
    """A command as it is typed."""
    terminal.send(f":exec {command}\r")


def streaming(background: Background) -> list[str]:
    """The sessions that the server has open."""
    found: list[str] = background.call(lambda cluster: cluster.streaming)
    return found


def shell_pid(terminal: Terminal) -> int:
    """The process of the shell that the terminal is in."""
    terminal.send("echo pid $$ is\r")
    terminal.wait_for(lambda: bool(re.search(r"pid \d+ is", terminal.text)))
    found = re.search(r"pid (\d+) is", terminal.text)
    assert found is not None
    return int(found[1])
