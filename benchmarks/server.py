"""Budgets of the embedded server: how much it serves, measured by a client that does as little as possible."""

import asyncio
import json
import socket
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

    def request(self, method: str, path: str, body: bytes = b"", content_type: str = "application/json") -> bytes:
        """One request as bytes, by hand: no client's work is to be measured."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.token}\r\n"
        head += f"Accept: application/json\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body


class Line:
    """One kept-alive connection with blocking reads."""

    def __init__(self, door: Door) -> None:
        self._door = door
        plain = socket.create_connection((door.host, door.port))
        self._socket = _tls().wrap_socket(plain)
        self._rest = b""

    def ask(self, method: str, path: str) -> bytes:
        """A request and the body of its answer, which must be a success."""
        length = int(self.begin(method, path)["content-length"])
        body = bytearray(self._rest)
        while len(body) < length:
            body += self._socket.recv(1 << 20)
        self._rest = b""
        return bytes(body)

    def begin(self, method: str, path: str) -> dict[str, str]:
        """A request and the headers of its answer."""
        self._socket.sendall(self._door.request(method, path))
        raw = b""
        while b"\r\n\r\n" not in raw:
            raw += self._socket.recv(1 << 16)
        head, _, self._rest = raw.partition(b"\r\n\r\n")
        status, headers = _head(head)
        assert 200 <= status < 300, raw[:500]
        return headers

    def read(self) -> bytes:
        """What has come."""
        return self._socket.recv(1 << 20)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _tls() -> ssl.SSLContext:
    return ssl._create_unverified_context()  # loopback, and a server that this process started


def _head(raw: bytes) -> tuple[int, dict[str, str]]:
    first, *rows = raw.decode().strip().split("\r\n")
    pairs = (row.partition(":") for row in rows)
    return int(first.split()[1]), {key.lower(): value.strip() for key, _, value in pairs}


def seeding() -> float:
    """Seconds to make 10,000 pods in a new process."""
    done = subprocess.run([sys.executable, "-c", _SEED], capture_output=True, text=True, check=True)
    return float(done.stdout)


def listing(door: Door) -> float:
    """Seconds for one list of everything, unpacked."""
    line = Line(door)
    begun = time.perf_counter()
    body = line.ask("GET", "/api/v1/namespaces/load/pods")
    took = time.perf_counter() - begun
    assert body.count(b'"podIP":') >= PODS // 2
    line.close()
    return took


def paging(door: Door) -> list[float]:
    """Milliseconds of each page of 500."""
    line = Line(door)
    token, times = "", []
    while True:
        begun = time.perf_counter()
        body = line.ask("GET", f"/api/v1/pods?limit=500&continue={token}")
        times.append((time.perf_counter() - begun) * 1e3)
        token = json.loads(body)["metadata"].get("continue", "")
        if not token:
            line.close()
            return times


async def patching(door: Door) -> float:
    """Patches a second, by some connections at the same time."""
    first = Line(door)
    items = json.loads(first.ask("GET", "/api/v1/namespaces/load/pods?limit=500"))["items"]
    first.close()
    names = [item["metadata"]["name"] for item in items]

    async def some(number: int) -> None:
        reader, writer = await asyncio.open_connection(door.host, door.port, ssl=_tls())
        for turn in range(PATCHES // CONNECTIONS):
            name = names[(turn * CONNECTIONS + number) % len(names)]
            body = b'{"metadata":{"annotations":{"bench":"%d-%d"}}}' % (number, turn)
            path = f"/api/v1/namespaces/load/pods/{name}"
            writer.write(door.request("PATCH", path, body, "application/strategic-merge-patch+json"))
            status, headers = _head(await reader.readuntil(b"\r\n\r\n"))
            answer = await reader.readexactly(int(headers["content-length"]))
            assert status == 200, answer
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(some(number) for number in range(CONNECTIONS)))
    return PATCHES / (time.perf_counter() - begun)


def watching(door: Door) -> float:
    """Events a second that one client of a busy cluster gets."""
    line = Line(door)
    line.begin("GET", "/api/v1/pods?watch=true&resourceVersion=0")
    line.read()
    begun, lines = time.perf_counter(), 0
    while (took := time.perf_counter() - begun) < WATCHED:
        lines += line.read().count(b'"MODIFIED","object":')
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
        table.add(Row("list of 10,000 pods", min(listing(door) for _ in range(runs)), 0.5, "s", "best"))
        pages = paging(door)
        table.add(Row("page of 500", statistics.median(pages), 15, "ms", f"median of {len(pages)}"))
        rate = max(asyncio.run(patching(door)) for _ in range(3))
        table.add(Row("patches", rate, 1_000, "/s", f"{CONNECTIONS} connections, best of 3", least=True))
        table.add(Row("RSS with 10,000 pods, after that", memory(cluster.process), 250, "MB"))
    with Embedded(PODS, churn=30_000) as cluster:
        rate = watching(Door.of(cluster.kubeconfig))
        table.add(Row("watch events to one client", rate, 20_000, "/s", f"{WATCHED:g} s", least=True))
    table.add(Row("k8stui --demo to first rows", statistics.median(first_rows() for _ in range(runs)), 1_200, "ms"))
