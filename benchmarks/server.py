"""Budgets of the embedded server: how much it serves, measured by a client that does as little as possible."""

import asyncio
import json
import ssl
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from msgspec import Struct

from benchmarks.cluster import Embedded
from benchmarks.table import Row, Table
from tests.support.terminal import Terminal, k8stui

PODS = 10_000
CONNECTIONS = 8
"""Clients that patch at the same time."""
PATCHES = 4_000
WATCHED = 3.0
"""Seconds."""
_SEED = f"""
import time
from k8stui.clock import WallClock
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.scenario.load import Load
cluster = EmbeddedCluster(WallClock())
begun = time.perf_counter()
Load(cluster.store, pods={PODS}).seed()
print(time.perf_counter() - begun)
"""


class Door(Struct):
    """Where the server is, and how to enter."""

    host: str
    port: int
    token: str

    @classmethod
    def of(cls, kubeconfig: Path) -> "Door":
        """The door of a kubeconfig that demo-server wrote."""
        config = yaml.safe_load(kubeconfig.read_text())
        address = urlsplit(config["clusters"][0]["cluster"]["server"])
        assert address.hostname
        assert address.port
        return cls(address.hostname, address.port, config["users"][0]["user"]["token"])

    async def open(self) -> "Line":
        """A connection."""
        tls = ssl._create_unverified_context()  # loopback, and a server that this process started
        reader, writer = await asyncio.open_connection(self.host, self.port, ssl=tls, limit=1 << 22)
        return Line(reader, writer, self)


class Line:
    """One kept-alive connection: HTTP/1.1 by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, door: Door) -> None:
        self.reader = reader
        self._writer = writer
        self._door = door

    def send(self, method: str, path: str, body: bytes = b"", content_type: str = "application/json") -> None:
        """Write a request."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._door.host}\r\nAuthorization: Bearer {self._door.token}\r\n"
        head += f"Accept: application/json\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)

    async def head(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer."""
        raw = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        first, *rows = raw.strip().split("\r\n")
        return int(first.split()[1]), {
            key.lower(): value.strip() for key, _, value in (row.partition(":") for row in rows)
        }

    async def ask(self, method: str, path: str, body: bytes = b"", content_type: str = "application/json") -> bytes:
        """A request and its whole answer, which must be a success."""
        self.send(method, path, body, content_type)
        status, headers = await self.head()
        answer = await self.reader.readexactly(int(headers["content-length"]))
        assert 200 <= status < 300, answer[:500]
        return answer

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def seeding() -> float:
    """Seconds to make 10,000 pods in a new process."""
    done = subprocess.run([sys.executable, "-c", _SEED], capture_output=True, text=True, check=True)
    return float(done.stdout)


async def listing(door: Door) -> float:
    """Seconds for one list of everything, unpacked."""
    line = await door.open()
    begun = time.perf_counter()
    body = await line.ask("GET", "/api/v1/namespaces/load/pods")
    took = time.perf_counter() - begun
    assert body.count(b'"podIP":') >= PODS // 2
    line.close()
    return took


async def paging(door: Door) -> list[float]:
    """Milliseconds of each page of 500."""
    line = await door.open()
    token, times = "", []
    while True:
        begun = time.perf_counter()
        body = await line.ask("GET", f"/api/v1/pods?limit=500&continue={token}")
        times.append((time.perf_counter() - begun) * 1e3)
        token = json.loads(body)["metadata"].get("continue", "")
        if not token:
            line.close()
            return times


async def patching(door: Door) -> float:
    """Patches a second, by some connections at the same time."""
    first = await door.open()
    items = json.loads(await first.ask("GET", "/api/v1/namespaces/load/pods?limit=500"))["items"]
    first.close()
    names = [item["metadata"]["name"] for item in items]

    async def some(number: int) -> None:
        line = await door.open()
        for turn in range(PATCHES // CONNECTIONS):
            name = names[(turn * CONNECTIONS + number) % len(names)]
            body = b'{"metadata":{"annotations":{"bench":"%d-%d"}}}' % (number, turn)
            path = f"/api/v1/namespaces/load/pods/{name}"
            await line.ask("PATCH", path, body, "application/strategic-merge-patch+json")
        line.close()

    begun = time.perf_counter()
    await asyncio.gather(*(some(number) for number in range(CONNECTIONS)))
    return PATCHES / (time.perf_counter() - begun)


async def watching(door: Door) -> float:
    """Events a second that one client of a busy cluster gets."""
    line = await door.open()
    line.send("GET", "/api/v1/pods?watch=true&resourceVersion=0")
    status, _ = await line.head()
    assert status == 200
    await line.reader.read(1 << 20)
    begun, lines = time.perf_counter(), 0
    while (took := time.perf_counter() - begun) < WATCHED:
        lines += (await line.reader.read(1 << 20)).count(b'{"type":"')
    line.close()
    return lines / took


def memory(process: int) -> float:
    """MB that a process holds."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1024


def first_rows() -> float:
    """Milliseconds from `k8stui --demo` to rows that are complete."""
    with Terminal(k8stui("--demo"), size=(160, 50), emulate=False) as terminal:
        done = terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        return (done - terminal.started) * 1e3


def embedded(runs: int) -> None:
    """Every row."""
    table = Table("the embedded server, over TLS, in a process of its own")
    table.add(
        Row("10,000 pods seeded", statistics.median(seeding() for _ in range(runs)), 0.5, "s", f"median of {runs}")
    )
    with Embedded(PODS) as cluster:
        door = Door.of(cluster.kubeconfig)
        table.add(Row("list of 10,000 pods", min(asyncio.run(listing(door)) for _ in range(runs)), 0.5, "s", "best"))
        pages = asyncio.run(paging(door))
        table.add(Row("page of 500", statistics.median(pages), 15, "ms", f"median of {len(pages)}"))
        rate = max(asyncio.run(patching(door)) for _ in range(3))
        table.add(Row("patches", rate, 1_000, "/s", f"{CONNECTIONS} connections, best of 3", least=True))
        table.add(Row("RSS with 10,000 pods, after that", memory(cluster.process), 250, "MB"))
    with Embedded(PODS, churn=40_000) as cluster:
        rate = asyncio.run(watching(Door.of(cluster.kubeconfig)))
        table.add(Row("watch events to one client", rate, 20_000, "/s", f"{WATCHED:g} s", least=True))
    table.add(Row("k8stui --demo to first rows", statistics.median(first_rows() for _ in range(runs)), 1_200, "ms"))
