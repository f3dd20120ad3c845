"""One function for each budget; each drives the program in a pseudo terminal and returns a figure."""

import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.cluster import Cluster
from tests.support.terminal import Terminal, k8stui

SIZE = (160, 50)
NAMESPACE = "load"


def percentile(values: Sequence[float], percent: float) -> float:
    """By rank, without interpolation."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]


STILL = "columns: {pods: [NAME, READY, STATUS, RESTARTS, IP, NODE, AGE]}"
"""Without what pods use, which the embedded cluster changes all the time: nothing visible moves."""


def program(cluster: Cluster, *arguments: str, emulate: bool = False, config: str = "") -> Terminal:
    """The program on that cluster, just started, without a memory of earlier runs."""
    state = tempfile.mkdtemp(prefix="k8stui-", dir=cluster.kubeconfig.parent)
    if config:
        file = Path(state) / "k8stui" / "config.yaml"
        file.parent.mkdir()
        file.write_text(config)
    command = k8stui("--kubeconfig", str(cluster.kubeconfig), *arguments)
    return Terminal(command, size=SIZE, emulate=emulate, env={"XDG_STATE_HOME": state, "XDG_CONFIG_HOME": state})


@contextlib.contextmanager
def settled(cluster: Cluster, *arguments: str, emulate: bool = False) -> Iterator[Terminal]:
    """The program with everything listed and nothing moving."""
    with program(cluster, *arguments, emulate=emulate, config=STILL) as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        with contextlib.suppress(AssertionError):
            terminal.wait_quiet(1.0, 5)
        yield terminal


def baseline() -> float:
    """Milliseconds that Python takes to import Textual on this machine at this moment: for scale."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
    return (time.monotonic() - begun) * 1e3


def start(cluster: Cluster) -> dict[str, float]:
    """Milliseconds from exec to the first text, the first frame and the complete list."""
    with program(cluster, "-A") as terminal:
        first = terminal.wait_for(lambda: bool(terminal.raw))
        frame = terminal.wait_for(lambda: b"connecting" in terminal.raw)
        done = terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        begun = terminal.started
        return {"text": (first - begun) * 1e3, "frame": (frame - begun) * 1e3, "complete": (done - begun) * 1e3}


def change_to_screen(cluster: Cluster, namespace: str, samples: int = 40) -> list[float]:
    """Milliseconds from sending a create to the new name on the screen."""
    stamp = int(time.time())
    found = []
    with settled(cluster, "-n", namespace) as terminal:
        terminal.send("/probe-\r")
        terminal.wait_quiet(0.5)
        for number in range(samples):
            name = f"probe-{stamp}-{number:03}"
            begun = time.monotonic()
            cluster.create_pod(name, namespace)
            found.append((terminal.wait_for(partial(holds, terminal, name.encode())) - begun) * 1e3)
            terminal.wait_quiet(0.25, 3)
            cluster.delete_pod(name, namespace)
            terminal.wait_quiet(0.25, 3)
    return found


def key_to_paint(cluster: Cluster, namespace: str, samples: int) -> tuple[list[float], float]:
    """Milliseconds from a key to the last byte of its repaint, half of the keys scrolling; processor percent meanwhile.

    The rows are sorted by name, so that nothing moves but what the key moves, and the names tell which row is next.
    """
    names = cluster.pod_names(namespace)
    found = []
    with program(cluster, "-n", namespace) as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 1)
        terminal.send("<<g")
        terminal.wait_for(partial(holds, terminal, f" > {names[0]}".encode()))
        pause(terminal, 1)
        used, begun = terminal.processor(), time.monotonic()
        for number in range(1, samples + 1):
            token = f"> {names[number]}".encode()
            sent, mark = terminal.send("j"), len(terminal.raw)
            terminal.wait_for(partial(holds, terminal, token, mark))
            found.append((terminal.log[-1][0] - sent) * 1e3)
            pause(terminal, 0.05 + number % 7 * 0.013)
        cpu = (terminal.processor() - used) / (time.monotonic() - begun) * 100
    return found, cpu


def holds(terminal: Terminal, token: bytes, since: int = 0) -> bool:
    """Whether the bytes from there on hold the token."""
    return terminal.raw.find(token, since) >= 0


def longer(terminal: Terminal, before: int) -> bool:
    """Whether more bytes have come."""
    return len(terminal.raw) > before


def pause(terminal: Terminal, seconds: float) -> None:
    """Read on for that long."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        terminal.read(left)


def bytes_of_key(cluster: Cluster, namespace: str, samples: int = 11) -> float:
    """Bytes of one row down that does not scroll."""
    found = []
    with settled(cluster, "-n", namespace) as terminal:
        for _ in range(samples):
            before = len(terminal.raw)
            terminal.send("j")
            terminal.wait_for(partial(longer, terminal, before))
            terminal.wait_quiet(0.2, 3)
            found.append(len(terminal.raw) - before)
    return statistics.median(found)


def idle(cluster: Cluster, namespace: str, seconds: float = 20) -> dict[str, float]:
    """Bytes a second, processor percent and megabytes while nothing happens."""
    with settled(cluster, "-n", namespace) as terminal:
        pause(terminal, 3)
        used, sent = terminal.processor(), len(terminal.raw)
        begun = time.monotonic()
        pause(terminal, seconds)
        took = time.monotonic() - begun
        return {
            "bytes": (len(terminal.raw) - sent) / took,
            "cpu": (terminal.processor() - used) / took * 100,
            "memory": terminal.memory() / 1e6,
        }


def bytes_of_change(cluster: Cluster, namespace: str, samples: int = 5) -> float:
    """Bytes that one changed cell of a visible row costs: its restart count, by the pod's status."""
    found = []
    with settled(cluster, "-n", namespace, emulate=True) as terminal:
        terminal.send("g")
        terminal.wait_quiet(0.3, 3)
        name = shown_names(cluster, terminal, namespace)[3]
        for number in range(samples):
            before = len(terminal.raw)
            cluster.restart(name, namespace, 100 + number)
            terminal.wait_for(partial(longer, terminal, before))
            terminal.wait_quiet(0.3, 3)
            found.append(len(terminal.raw) - before)
    return statistics.median(found)


def shown_names(cluster: Cluster, terminal: Terminal, namespace: str) -> list[str]:
    """The whole names of the visible pods, from the top."""
    pods = cluster.ask("GET", f"/api/v1/namespaces/{namespace}/pods?limit=20000")["items"]
    tails = {pod["metadata"]["name"][-8:]: pod["metadata"]["name"] for pod in pods}
    words = [line[2:].split()[0] for line in terminal.display[2:-2] if line[2:].split()]
    return [tails[word[-8:]] for word in words if word[-8:] in tails]


def requests_when_idle(seconds: float = 60) -> float:
    """Requests a minute that a program with nothing to do sends, counted by the server."""
    return asyncio.run(_count_requests(seconds)) * 60 / seconds


async def _count_requests(seconds: float) -> int:
    from k8stui.clock import WallClock
    from k8stui.demo.assembly import Demo
    from k8stui.demo.command import write
    from k8stui.demo.options import DemoOptions

    demo = Demo(DemoOptions(pods=200), WallClock())
    await demo.start()
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "kubeconfig"
        write(file, demo.kubeconfig())
        terminal = Terminal(k8stui("--kubeconfig", str(file), "-n", "load"), size=SIZE, emulate=False)
        try:
            await asyncio.to_thread(terminal.wait_for, lambda: b"live" in terminal.raw)
            await asyncio.to_thread(pause, terminal, 3)
            before = len(demo.cluster.requests)
            await asyncio.to_thread(pause, terminal, seconds)
            return len(demo.cluster.requests) - before
        finally:
            await asyncio.to_thread(terminal.close)
            await demo.stop()
