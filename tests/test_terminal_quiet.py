"""What the tests in a terminal take for quiet, and for a frame: not what somebody is still at work at."""

import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

TOLD = Path("/proc/self/schedstat").exists()
WORK = "end = time.process_time() + 0.4\nwhile time.process_time() < end: pass"
ALONE = f"import time\nprint('begun', flush=True)\n{WORK}\nprint('done', flush=True)\ninput()"
CHILD = f"import subprocess, sys\nprint('begun', flush=True)\nsubprocess.run([sys.executable, '-c', {ALONE!r}])"


@pytest.mark.skipif(not TOLD, reason="this machine does not tell who waits for a processor")
@pytest.mark.parametrize("code", [ALONE, CHILD], ids=["the program", "what it has started"])
def test_who_is_at_work_is_not_quiet(code: str) -> None:
    with Terminal([sys.executable, "-c", code]) as terminal:
        terminal.wait_for("begun")
        terminal.wait_quiet(0.1)
        assert "done" in terminal.text


@pytest.mark.skipif(not TOLD, reason="this machine does not tell who waits for a processor")
def test_a_frame_is_read_to_its_end() -> None:
    with Terminal([sys.executable, "-c", ALONE]) as terminal:
        terminal.wait_for("begun")
        assert "done" in terminal.text


@pytest.mark.skipif(not TOLD, reason="this machine does not tell who waits for a processor")
@pytest.mark.parametrize("code", [ALONE, CHILD], ids=["the program", "what it has started"])
def test_it_is_the_programs_turn_until_all_of_it_rests(code: str) -> None:
    with Terminal([sys.executable, "-c", code]) as terminal:
        terminal.wait_for("begun", whole=False)
        terminal.wait_turn()
        assert "done" in terminal.text


def test_a_sequence_that_comes_in_two_pieces_is_one() -> None:
    parts = [
        "tty.setcbreak(0)",
        "os.write(1, b'old \\x1b[?10')",
        "os.read(0, 1)",
        "os.write(1, b'49hnew')",
        "os.read(0, 1)",
    ]
    code = "\n".join(["import os, tty", *parts])
    with Terminal([sys.executable, "-c", code]) as terminal:
        terminal.wait_for("old")
        terminal.send(" ")
        terminal.wait_for("new")
        assert terminal.display[0] == "new"
