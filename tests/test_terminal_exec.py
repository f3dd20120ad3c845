"""Sessions in containers, in a real pseudo terminal: the remote end is a script of the demo, or a real process."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.background import Background
from tests.support.execs import (
    enter,
    leave,
    real_cluster,
    run,
    scripted_cluster,
    shell_pid,
    start,
    streaming,
    wait_back,
)
from tests.support.program import modes
from tests.support.terminal import ESCAPE
from tests.support.waiting import promptly

pytestmark = pytest.mark.slow
LEAVE = "\x1d"


@pytest.fixture(scope="module")
def scripted() -> Iterator[Background]:
    with scripted_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    with real_cluster(tmp_path_factory.mktemp("container")) as cluster:
        yield cluster


def test_a_shell_answers_its_exit_code_is_told_and_the_table_is_back_and_usable(
    scripted: Background, tmp_path: Path
) -> None:
    with start(scripted, tmp_path) as terminal:
        enter(terminal, "root@")
        assert modes(bytes(terminal.raw)) <= {b"25", b"7"}
        terminal.send("echo an$(echo swer)\r")
        terminal.wait_for("\nanswer\n")
        terminal.send("exit 3\r")
        wait_back(terminal, "default/web (main): the shell ended with exit code 3 after")
        terminal.send("j")
        terminal.wait_for(lambda: bool(re.search(r"> default +web-old", terminal.text)))
        leave(terminal)
    asked = scripted.call(lambda cluster: [record.path for record in cluster.requests if "/exec" in record.path])
    assert len(asked) == 1


def test_a_command_is_read_before_the_table_covers_it(scripted: Background, tmp_path: Path) -> None:
    with start(scripted, tmp_path) as terminal:
        run(terminal, "cat /etc/hostname")
        terminal.wait_for("web (main): cat ended with exit code 0 after")
        terminal.wait_for("Press enter to go back.")
        terminal.send("\r")
        wait_back(terminal, "cat ended with exit code 0")
        run(terminal, "no-such-thing")
        terminal.wait_for("executable file not found")
        assert terminal.raw.count(b"ctrl+] detaches") == 1
        run(terminal, "")
        terminal.wait_for("[-c CONTAINER] COMMAND")
        terminal.send("--rm\r")
        terminal.wait_for("'--rm' is not known here")
        terminal.send(ESCAPE)
        leave(terminal)


def test_a_completed_pod_says_so(scripted: Background, tmp_path: Path) -> None:
    with start(scripted, tmp_path) as terminal:
        terminal.send("j")
        terminal.wait_for(lambda: bool(re.search(r"> default +web-old", terminal.text)))
        terminal.send("s")
        terminal.wait_for("cannot exec into a container in a completed pod; current phase is Succeeded")
        leave(terminal)


def test_a_window_that_is_too_small_is_said(scripted: Background, tmp_path: Path) -> None:
    with start(scripted, tmp_path) as terminal:
        terminal.resize(60, 4)
        os.kill(terminal.pid, signal.SIGWINCH)
        terminal.wait_quiet()
        terminal.send("s")
        terminal.wait_quiet()
        terminal.resize(120, 40)
        terminal.wait_for("The window is too small for a session (60x4)")
        leave(terminal)


def test_ctrl_bracket_leaves_it_and_the_server_hangs_up(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path) as terminal:
        enter(terminal)
        pid = shell_pid(terminal)
        terminal.send(LEAVE)
        terminal.wait_for("k8stui: d leave it (the server hangs up on it), e end it")
        terminal.send("]")
        terminal.wait_for(lambda: "d leave it" not in terminal.text)
        terminal.send(LEAVE)
        terminal.wait_for("d leave it")
        terminal.send("d")
        wait_back(terminal, "left the shell after")
        promptly(lambda: not Path(f"/proc/{pid}").exists())
        promptly(lambda: streaming(real) == [])
        leave(terminal)


def test_the_remote_follows_the_size_of_the_window(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path) as terminal:
        enter(terminal)
        terminal.send("stty size\r")
        terminal.wait_for("40 120")
        terminal.send("while [ \"$(stty size)\" = '40 120' ]; do sleep 0.1; done; echo now $(stty size)\r")
        terminal.wait_quiet()
        terminal.resize(100, 30)
        terminal.wait_for("now 30 100")
        terminal.send("exit\r")
        wait_back(terminal, "ended with exit code 0")
        terminal.wait_for(lambda: len(terminal.display) == 30 and terminal.display[0].rstrip().endswith("live"))
        leave(terminal)


def test_ctrl_c_ctrl_z_and_ctrl_d_are_the_remotes(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path) as terminal:
        enter(terminal)
        terminal.send("sleep 1000; echo interrupted $?\r")
        terminal.wait_quiet()
        terminal.send("\x03")
        terminal.wait_for("^C")
        terminal.send("echo status $?\r")
        terminal.wait_for("status 130")
        terminal.send("cat\r")
        terminal.wait_quiet()
        terminal.send("\x1a")
        terminal.wait_for("Stopped")
        terminal.send("fg\r")
        terminal.wait_for("fg\ncat\n")
        terminal.send("\x04")
        terminal.wait_quiet()
        terminal.send("echo back\r")
        terminal.wait_for("\nback\n")
        terminal.send("\x04")
        wait_back(terminal, "the shell ended with exit code")
        assert terminal.ended() is None
        leave(terminal)


SCREEN = (
    "import curses; "
    "curses.wrapper(lambda s: (s.addstr(0, 0, 'size %dx%d' % s.getmaxyx()), s.refresh(), "
    "[s.erase() or s.addstr(0, 0, 'key %s size %dx%d' % ((k,) + s.getmaxyx())) for k in iter(s.getkey, 'q')]))"
)


def test_a_program_with_the_whole_screen_and_its_keys(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path) as terminal:
        run(terminal, f'python -c "{SCREEN}"')
        terminal.wait_for("size 40x120")
        terminal.send("x")
        terminal.wait_for("key x size 40x120")
        terminal.send(LEAVE)
        terminal.wait_for("any other key: go on")
        terminal.send(" ")
        terminal.wait_for("key KEY_RESIZE size 40x120")
        terminal.wait_for(lambda: "any other key" not in terminal.text)
        terminal.send("q")
        terminal.wait_for("ended with exit code 0")
        terminal.send("\r")
        wait_back(terminal, "ended with exit code 0")
        leave(terminal)


def test_a_remote_program_that_is_killed_leaves_a_clean_terminal(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path) as terminal:
        run(terminal, "messy")
        terminal.wait_for("messy ended with exit code 137")
        terminal.wait_for("Press enter")
        assert modes(bytes(terminal.raw)) <= {b"25", b"7"}
        terminal.send("\r")
        wait_back(terminal, "messy ended with exit code 137")
        leave(terminal)


def test_a_paste_of_a_megabyte_arrives_whole(real: Background, tmp_path: Path) -> None:
    with start(real, tmp_path, emulate=False) as terminal:
        run(terminal, "sh -c 'stty raw -echo; printf re%s ady; head -c 1048576 | cksum'")
        terminal.wait_for(lambda: b"ready" in terminal.raw)
        paste = bytes(33 + number % 90 for number in range(1 << 20))
        sent = 0
        while sent < len(paste):
            try:
                sent += os.write(terminal.fd, paste[sent : sent + 4096])
            except BlockingIOError:
                terminal.read(0.01)
        expected = subprocess.run(["cksum"], input=paste, capture_output=True, check=True).stdout.split()[0]
        terminal.wait_for(lambda: expected in terminal.raw)
        terminal.wait_for(lambda: b"Press enter" in terminal.raw)
        shown = len(terminal.raw)
        terminal.send("\r")
        terminal.wait_for(lambda: b"> default" in terminal.raw[shown:])
        leave(terminal)
