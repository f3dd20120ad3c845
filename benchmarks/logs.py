"""Logs: keys while 50,000 lines a second pour in, the first line, a filter over a full view, bytes while tailing."""

import contextlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.cluster import Cluster
from benchmarks.measures import NAMESPACE, holds, pause, percentile, program
from benchmarks.table import Row, Table
from tests.support.terminal import Terminal

PODS = 6
SECONDS = 20
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Loud(Cluster):
    """A cluster whose pods write, served by `benchmarks.firehose`."""

    served: "subprocess.Popen[bytes]"

    def silence(self) -> int:
        """End the lines; returns how many the pods have written to those that follow them."""
        assert self.served.stdin is not None
        assert self.served.stdout is not None
        self.served.stdin.write(b"s")
        self.served.stdin.flush()
        return int(self.served.stdout.readline())


@contextlib.contextmanager
def firehose(rate: int, before: int = 1000) -> Iterator[Loud]:
    """The embedded cluster with six pods of one Deployment that write so many lines a second together."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "kubeconfig"
        command = [sys.executable, "-m", "benchmarks.firehose", str(file)]
        command += ["--pods", str(PODS), "--rate", str(rate), "--before", str(before)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            cluster = Loud(file, f"{PODS} pods, {rate:,} lines/s", process.pid)
            cluster.served = process
            yield cluster
        finally:
            process.communicate(b"\n", timeout=10)


@contextlib.contextmanager
def following(cluster: Cluster, config: str = "") -> Iterator[tuple[Terminal, float]]:
    """The log of the six pods, and the milliseconds from its key to its first line."""
    with program(cluster, "-n", NAMESPACE, "--view", "deployments", config=config) as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 2)
        mark, sent = len(terminal.raw), terminal.send("l")
        terminal.wait_for(partial(holds, terminal, b"served GET", mark), 60)
        yield terminal, (terminal.log[-1][0] - sent) * 1e3


def pouring(rate: int) -> dict[str, float]:
    """Space pauses and resumes while lines pour in; milliseconds from the key to what the status line says."""
    found: list[float] = []
    early = 0
    with firehose(rate) as cluster, following(cluster) as (terminal, _):
        pause(terminal, 2)
        used, begun, written = terminal.processor(), terminal.log[-1][0], len(terminal.raw)
        while terminal.log[-1][0] - begun < SECONDS:
            mark, sent = len(terminal.raw), terminal.send(" ")
            terminal.wait_for(partial(holds, terminal, b"paused", mark), 30)
            found.append((terminal.log[-1][0] - sent) * 1e3)
            pause(terminal, 0.05 + len(found) % 7 * 0.013)
            early = early or (terminal.memory() if terminal.log[-1][0] - begun > SECONDS / 2 else 0)
            terminal.send("G")
            pause(terminal, 0.15 + len(found) % 5 * 0.017)
        took = terminal.log[-1][0] - begun
        used = terminal.processor() - used
        written = len(terminal.raw) - written
        memory = terminal.memory()
        sent = cluster.silence()
        known = told(terminal, sent)
        assert known == sent, f"{sent:,} lines were written, {known:,} are accounted for"
        return {
            "p50": percentile(found, 50),
            "p99": percentile(found, 99),
            "keys": len(found),
            "cpu": used / took * 100,
            "before": early / 1e6,
            "memory": memory / 1e6,
            "bytes": written / took,
            "lines": sent,
        }


def told(terminal: Terminal, sent: int) -> int:
    """The lines that the page accounts for: kept ones, as it says beside a filter, and those it says were dropped.

    Looks again while they are not those that were sent: some may be on their way.
    """
    terminal.send("/served GET\r")
    known = 0
    for _ in range(15):
        pause(terminal, 2)
        mark = len(terminal.raw)
        terminal.send("\x0c")
        pause(terminal, 1)
        text = _CONTROL.sub(b"", bytes(terminal.raw[mark:]))
        kept = re.search(rb"([\d,]+) of ([\d,]+)", text)
        dropped = re.search(rb"([\d,]+) (?:older lines were )?dropped", text)
        if kept is None or kept[1] != kept[2]:
            continue
        known = sum(int(found.replace(b",", b"")) for found in (kept[2], dropped[1] if dropped else b"0"))
        if known == sent:
            break
    return known


def tailing(rate: int) -> float:
    """Bytes a second on the terminal while the end of the log is followed, and no key is pressed."""
    with firehose(rate) as cluster, following(cluster) as (terminal, _):
        pause(terminal, 2)
        before = len(terminal.raw)
        pause(terminal, 10)
        return (len(terminal.raw) - before) / 10


def opening(runs: int) -> list[float]:
    """Milliseconds from `l` on a Deployment of six quiet pods to the first line."""
    found = []
    with firehose(0) as cluster:
        for _ in range(runs):
            with following(cluster) as (_, took):
                found.append(took)
    return found


def filtering(runs: int) -> list[float]:
    """Milliseconds from the last character of a regular expression to its finished count over 100,000 lines."""
    found = []
    lines = 100_000 // PODS + 1
    config = f"logs: {{tail: {lines}, memory: 64Mi}}"
    with firehose(0, lines) as cluster, following(cluster, config) as (terminal, _):
        pause(terminal, 5)
        for digit in range(1, 1 + runs):
            terminal.send(f"/cart.{digit}[0-9].*50")
            pause(terminal, 2)
            wanted = PODS * sum(str(number % 997)[:-1].startswith(str(digit)) for number in range(0, lines, 50))
            mark, sent = len(terminal.raw), terminal.send("4")
            terminal.wait_for(partial(counted, terminal, mark, f"{wanted:,} of {PODS * lines:,}"), 60)
            found.append((terminal.log[-1][0] - sent) * 1e3)
            terminal.send("\r")
            pause(terminal, 0.5)
            terminal.send("\x1b")
            pause(terminal, 0.5)
    return found


def counted(terminal: Terminal, mark: int, text: str) -> bool:
    """Whether the heading says so."""
    return b" " + text.encode() in _CONTROL.sub(b"", bytes(terminal.raw[mark:]))


def measure(runs: int) -> None:
    """All of it."""
    table = Table("logs")
    found = pouring(50_000)
    note = f"{found['keys']:.0f} keys in {SECONDS} s, p50 {found['p50']:.1f} ms"
    table.add(Row("key -> paint at 50,000 lines/s from 6 pods, p99", found["p99"], 50, "ms", note))
    halfway = f"halfway {found['before']:.0f} MB; all {found['lines']:,.0f} lines accounted for, 32 MB of them kept"
    table.add(Row("RSS meanwhile", found["memory"], None, "MB", halfway))
    table.add(Row("CPU meanwhile", found["cpu"], None, "%"))
    opened = opening(runs)
    table.add(Row("l -> first line", percentile(opened, 50), 150, "ms", f"median of {runs}"))
    filtered = filtering(runs)
    table.add(Row("regular expression over 100,000 lines", percentile(filtered, 50), 100, "ms", f"median of {runs}"))
    table.add(Row("tailing 10,000 lines/s", tailing(10_000) / 1e3, 120, "kB/s", "160x50"))


if __name__ == "__main__":
    measure(5)
