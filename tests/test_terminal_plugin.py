"""An exec credential plugin that wants a person, in a real pseudo terminal: it gets the terminal, and gives it back."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.background import Background
from tests.support.objects import pod
from tests.support.plugins import V1, answer, script
from tests.support.program import assert_given_back, modes, program
from tests.support.sshd import alive
from tests.support.terminal import Terminal
from tests.support.waiting import promptly

TOKEN = "planted-plugin-token"


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background(tls=True, token=TOKEN) as cluster:
        cluster.create(*(pod(f"web-{number}") for number in range(3)))
        yield cluster


def start(background: Background, directory: Path, plugin: str, mode: str = "Always") -> Terminal:
    """The program with a user whose credentials come from that shell script."""
    (directory / "credential").write_text(answer(token=TOKEN))
    command = script(directory, f"{plugin}\ncat {directory}/credential")
    user: dict[str, Any] = {"exec": {"apiVersion": V1, "command": command, "interactiveMode": mode}}
    file = background.kubeconfig(directory / "kubeconfig", users=[{"name": "admin", "user": user}])
    return program(directory, "--kubeconfig", str(file))


ASK = """
printf "Password for jane: " >&2
stty -a < /dev/tty > {0}/line
read -r word < /dev/tty
echo "$word" > {0}/typed
"""


def test_it_asks_on_the_terminal_and_the_screen_comes_back(background: Background, tmp_path: Path) -> None:
    with start(background, tmp_path, ASK.format(tmp_path)) as terminal:
        terminal.wait_for(lambda: b"Password for jane: " in terminal.raw)
        # A terminal as a shell has it: lines, echo, a cursor, and no mouse.
        assert terminal.attributes() == terminal.found
        assert modes(bytes(terminal.raw)) <= {b"25", b"7"}
        terminal.send("open sesame\n")
        terminal.wait_for("● live")
        terminal.wait_for("web-2")
        terminal.wait_quiet()
        assert (tmp_path / "typed").read_text() == "open sesame\n"
        assert terminal.attributes() != terminal.found
        assert {b"1049", b"2004"} <= modes(bytes(terminal.raw))
        assert "Password" not in terminal.text
        assert "sesame" not in terminal.text
        terminal.send("/web-1")  # the keys are ours again
        terminal.wait_for("1 of 3")
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)
        assert TOKEN.encode() not in terminal.raw
    assert "icanon" in (tmp_path / "line").read_text()


def test_ctrl_c_ends_the_plugin_and_not_the_program(background: Background, tmp_path: Path) -> None:
    with start(background, tmp_path, ASK.format(tmp_path)) as terminal:
        terminal.wait_for(lambda: b"Password for jane: " in terminal.raw)
        terminal.send("\x03")
        terminal.wait_for("was ended by signal 2")
        assert terminal.ended() is None
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_a_plugin_has_the_terminal_ends_both(
    background: Background, tmp_path: Path, number: signal.Signals
) -> None:
    with start(background, tmp_path, f"echo $$ > {tmp_path}/pid\n" + ASK.format(tmp_path)) as terminal:
        terminal.wait_for(lambda: b"Password for jane: " in terminal.raw)
        terminal.kill(number)
        assert terminal.wait_end() == 128 + number
        assert_given_back(terminal)
    pid = int((tmp_path / "pid").read_text())
    promptly(lambda: not alive(pid))


def test_its_failure_is_shown_and_ctrl_r_asks_it_again(background: Background, tmp_path: Path) -> None:
    text = f"[ -e {tmp_path}/logged-in ] || {{ echo 'Your session has expired' >&2; exit 1; }}"
    with start(background, tmp_path, text, mode="Never") as terminal:
        terminal.wait_for("Your session has expired")
        (tmp_path / "logged-in").write_text("")
        terminal.send("\x12")
        terminal.wait_for("web-2")
        terminal.wait_for("● live")
        assert TOKEN.encode() not in terminal.raw
