"""What the tests in a terminal take for quiet: not somebody who says nothing because of work still to be done."""

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
