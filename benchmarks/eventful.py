"""A cluster full of events, so many of which change a second: `python -m benchmarks.eventful --kubeconfig F --rate N`.

The embedded server on its own, with 10,000 events about pods: most changes count one of them on (as kubelets do), one
in five is a new event, for which the oldest of the new ones goes. The first 200 never change, so that whoever presses
keys among them knows what comes next.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.cluster import Cluster
from benchmarks.measures import holds, pause, percentile, program
from benchmarks.table import Row, Table
from k8stui.clock import WallClock
from k8stui.demo.assembly import Demo
from k8stui.demo.clock import stamp
from k8stui.demo.command import write
from k8stui.demo.options import DemoOptions
from tests.support.terminal import Terminal

NAMESPACE = "load"
CALM, STORM, NEW = 200, 8_000, 1_800
"""Events that never change, that count on, and that come and go."""
BATCH = 0.025
"""Seconds between two batches of changes."""
LETTERS = "bcdfghjklmnpqrstvwxz2456789"
REASONS = ("BackOff", "Unhealthy", "FailedScheduling", "FailedMount", "Pulled", "Created", "Started")


class Writer:
    """Writes events into the store of a server that listens."""

    def __init__(self, demo: Demo) -> None:
        self._store, self._clock = demo.cluster.store, WallClock()
        self._dice = Random(1)
        self._storm: list[str] = []
        self._new: deque[str] = deque()
        self._made = 0
        demo.cluster.add_namespace(NAMESPACE)

    def seed(self) -> None:
        """The events that are there at first."""
        for number in range(CALM):
            self._create(f"aaa-calm-{number:03}a", "Calm", 9 * 86_400.0 + number)
        for number in range(STORM):
            end = "".join(self._dice.choices(LETTERS, k=5))
            self._storm.append(self._create(f"web-{number % 300}-78f9c6d4b5-{end}", self._dice.choice(REASONS), 600.0))
        for _ in range(NEW):
            self._fresh()

    async def run(self, rate: int) -> None:
        """So many changes a second, evenly, for ever."""
        loop = asyncio.get_running_loop()
        begun, done = loop.time(), 0
        while True:
            await asyncio.sleep(BATCH)
            for _ in range(int((loop.time() - begun) * rate) - done):
                self._change(done)
                done += 1

    def _change(self, turn: int) -> None:
        """One new event in five, and with it the end of an old one, which is a change too."""
        if turn % 5 == 0:
            self._fresh()
        elif turn % 5 == 1:
            self._store.delete("events", self._new.popleft(), NAMESPACE)
        else:
            self._store.modify("events", self._dice.choice(self._storm), NAMESPACE, change=self._again)

    def _again(self, event: dict[str, Any]) -> None:
        event["count"] += 1
        event["lastTimestamp"] = stamp(self._clock.now())

    def _fresh(self) -> None:
        end = "".join(self._dice.choices(LETTERS, k=5))
        self._new.append(self._create(f"job-{self._made % 400}-{end}", self._dice.choice(REASONS), 0.0))

    def _create(self, about: str, reason: str, age: float) -> str:
        """The name of the new event."""
        at = stamp(self._clock.now() - age)
        self._made += 1
        name = f"{about}.{self._made:x}"
        calm = reason in ("Calm", "Pulled", "Created", "Started")
        self._store.create(
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {"name": name, "namespace": NAMESPACE, "creationTimestamp": at},
                "involvedObject": {
                    "kind": "Pod",
                    "apiVersion": "v1",
                    "namespace": NAMESPACE,
                    "name": about,
                    "uid": self._store.new_uid(),
                    "fieldPath": "spec.containers{main}",
                },
                "reason": reason,
                "message": f"{reason}: something happened to the container main of the pod {about} in {NAMESPACE}",
                "type": "Normal" if calm else "Warning",
                "source": {"component": "kubelet", "host": f"load-{self._made % 100}"},
                "firstTimestamp": at,
                "lastTimestamp": at,
                "count": 1,
            }
        )
        return name


async def serve(kubeconfig: Path, rate: int) -> None:
    """Until it is ended."""
    demo = Demo(DemoOptions(scenario="empty"), WallClock())
    writer = Writer(demo)
    writer.seed()
    await demo.start()
    write(kubeconfig, demo.kubeconfig())
    print("serving", flush=True)
    await writer.run(rate)


class Eventful:
    """That server as a process of its own, for the length of a with block."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._directory = tempfile.TemporaryDirectory()

    def __enter__(self) -> Cluster:
        file = Path(self._directory.name) / "kubeconfig"
        command = [sys.executable, "-m", "benchmarks.eventful", "--kubeconfig", str(file), "--rate", str(self._rate)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ})
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"serving\n"
        return Cluster(file, f"embedded, 10,000 events, {self._rate:,} changes of events/s", self._process.pid)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._directory.cleanup()


def view(cluster: Cluster) -> Terminal:
    """The program on the events."""
    return program(cluster, "--view", "events", "-n", NAMESPACE)


def keys(cluster: Cluster, samples: int) -> tuple[list[float], float]:
    """Milliseconds from a key to the last byte of its repaint, half of the keys scrolling; processor percent meanwhile.

    Sorted by object, where the visible rows stand still and all the others do not.
    """
    found = []
    with view(cluster) as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 1)
        mark = len(terminal.raw)
        terminal.send(">>g")
        terminal.wait_for(partial(holds, terminal, b"aaa-calm-000a", mark))
        pause(terminal, 1)
        used, begun = terminal.processor(), time.monotonic()
        for number in range(1, min(samples, CALM - 1) + 1):
            sent, mark = terminal.send("j"), len(terminal.raw)
            terminal.wait_for(partial(holds, terminal, f"aaa-calm-{number:03}a".encode(), mark))
            found.append((terminal.log[-1][0] - sent) * 1e3)
            pause(terminal, 0.05 + number % 7 * 0.013)
        cpu = (terminal.processor() - used) / (time.monotonic() - begun) * 100
    return found, cpu


def moving(cluster: Cluster, seconds: float = 10) -> tuple[float, float]:
    """Processor percent and bytes a second where every visible row moves all the time: the newest warnings first."""
    with view(cluster) as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 2)
        used, sent, begun = terminal.processor(), len(terminal.raw), time.monotonic()
        pause(terminal, seconds)
        took = time.monotonic() - begun
        return (terminal.processor() - used) / took * 100, (len(terminal.raw) - sent) / took


def events_view(samples: int, rate: int = 1_000) -> None:
    """Every row."""
    with Eventful(rate) as cluster:
        table = Table(cluster.name)
        times, cpu = keys(cluster, 2 * samples)
        note = f"{len(times)} keys, p50 {percentile(times, 50):.1f} ms"
        table.add(Row(f"events view: key -> paint at {rate:,} events/s, p99", percentile(times, 99), 40, "ms", note))
        table.add(Row("CPU of the program meanwhile", cpu, None, "%", "sorted by object: the visible rows stand still"))
        cpu, sent = moving(cluster)
        table.add(
            Row("CPU with the newest warnings first", cpu, None, "%", "every visible row moves, ten times a second")
        )
        table.add(Row("bytes/s to the terminal meanwhile", sent, None, "B/s"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.eventful")
    parser.add_argument("--kubeconfig", type=Path, help="write it and serve")
    parser.add_argument("--rate", type=int, default=1_000)
    given = parser.parse_args()
    if given.kubeconfig is not None:
        asyncio.run(serve(given.kubeconfig, given.rate))
    else:
        events_view(60, given.rate)
