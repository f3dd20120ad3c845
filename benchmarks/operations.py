"""What changes the cluster: the plan of a large drain, the way to a question, a full journal."""

import re
import statistics
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.cluster import Cluster, Embedded
from benchmarks.measures import NAMESPACE, holds, pause, percentile, program
from benchmarks.table import Row, Table
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import plan
from k8stui.operations.journal.journal import Entry
from tests.support.terminal import Terminal

PODS = 20_000
PER_NODE, PER_APP = 200, 50
CHURN = 100
"""Changes a second while a drain is planned: each is one more reason to plan anew."""
JOURNAL = 10_000_000
"""Bytes."""
Object = dict[str, Any]


def measure(samples: int) -> None:
    """All of it."""
    table = Table("operations")
    took = statistics.median(planned() for _ in range(5))
    table.add(Row(f"plan of a drain of {PODS:,} pods", took, 1_000, "ms", "median of 5, in a process of its own"))
    with Embedded(PODS, churn=CHURN) as cluster:
        opened, keys = planning(cluster, samples)
        nodes = PODS // 100
        table.add(Row(f"D on {nodes} nodes with {PODS:,} pods to their plan", opened, None, "ms", "read and planned"))
        note = f"{len(keys)} keys, p50 {percentile(keys, 50):.1f} ms, {CHURN} changes/s"
        table.add(Row("key -> paint while that is planned again and again, p99", percentile(keys, 99), 50, "ms", note))
    with Embedded() as cluster:
        found = asking(cluster, samples)
        note = f"{len(found)} times, p50 {percentile(found, 50):.1f} ms"
        table.add(Row("key -> question, 10,000 pods, p99", percentile(found, 99), 100, "ms", note))
        took = statistics.median(reading(cluster) for _ in range(3))
        table.add(Row("journal of 10 MB, J to its entries", took, 1_000, "ms", "median of 3"))


# ---- the plan


def planned() -> float:
    """Milliseconds to plan the drain of every node, each app with a budget of its own."""
    nodes = [{"metadata": {"name": f"n{number}", "uid": f"node-{number}"}} for number in range(PODS // PER_NODE)]
    apps = PODS // PER_APP
    pods = [_pod(number, number // PER_APP, f"n{number % len(nodes)}") for number in range(PODS)]
    budgets = [_budget(app) for app in range(apps)]
    begun = time.perf_counter()
    found = plan(nodes, pods, [], budgets, Options(at_once=5), 0.0)
    took = (time.perf_counter() - begun) * 1e3
    assert len(found.rows) == PODS
    return took


def _pod(number: int, app: int, node: str) -> Object:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"app-{app}-6f7d", "uid": f"set-{app}"}
    labels = {"app": f"app-{app}", "pod-template-hash": "6f7d"}
    return {
        "metadata": {
            "name": f"app-{app}-6f7d-{number:05}",
            "namespace": f"team-{app % 40}",
            "uid": f"pod-{number}",
            "labels": labels,
            "ownerReferences": [owner | {"controller": True}],
        },
        "spec": {"nodeName": node, "containers": [{"name": "main"}], "terminationGracePeriodSeconds": 30},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    }


def _budget(app: int) -> Object:
    return {
        "metadata": {"name": f"app-{app}", "namespace": f"team-{app % 40}", "generation": 1},
        "spec": {"minAvailable": 45, "selector": {"matchLabels": {"app": f"app-{app}"}}},
        "status": {
            "observedGeneration": 1,
            "disruptionsAllowed": 5,
            "currentHealthy": 50,
            "desiredHealthy": 45,
            "expectedPods": 50,
        },
    }


def planning(cluster: Cluster, samples: int) -> tuple[float, list[float]]:
    """Milliseconds until the drain of all nodes is planned, and from a key to its repaint while it is planned anew."""
    found = []
    with program(cluster, "--view", "nodes") as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 2)
        terminal.send("*")
        pause(terminal, 1)
        mark, sent = len(terminal.raw), terminal.send("D")
        done = terminal.wait_for(partial(_shows, terminal, rb"\d\d,\d{3} pods: ", mark), 120)
        for number in range(samples):
            begun, mark = terminal.send("j"), len(terminal.raw)
            terminal.wait_for(partial(_shows, terminal, rb"> [a-z-]+/", mark), 30)
            found.append((terminal.log[-1][0] - begun) * 1e3)
            pause(terminal, 0.1 + number % 7 * 0.037)
    return (done - sent) * 1e3, found


def _shows(terminal: Terminal, pattern: bytes, since: int) -> bool:
    return re.compile(pattern).search(terminal.raw, since) is not None


# ---- the question


def asking(cluster: Cluster, samples: int) -> list[float]:
    """Milliseconds from a key to the question about the pod under the cursor, which is read anew for it."""
    found = []
    with program(cluster, "-n", NAMESPACE) as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 2)
        for number in range(samples):
            key, title = (("\x04", b"Delete pod"), ("E", b"Evict pod"))[number % 2]
            sent, mark = terminal.send(key), len(terminal.raw)
            terminal.wait_for(partial(holds, terminal, title, mark))
            found.append((terminal.log[-1][0] - sent) * 1e3)
            pause(terminal, 0.3)
            terminal.send("\x1b")
            pause(terminal, 0.4)
            terminal.send("j")
            pause(terminal, 0.1)
    return found


# ---- the journal


def reading(cluster: Cluster) -> float:
    """Milliseconds from `J` to the newest five thousand entries of a full journal."""
    with program(cluster, "-n", NAMESPACE) as terminal:
        states = sorted(cluster.kubeconfig.parent.glob("k8stui-*"), key=lambda path: path.stat().st_mtime_ns)
        _fill(states[-1] / "k8stui")
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 2)
        mark, sent = len(terminal.raw), terminal.send("J")
        done = terminal.wait_for(partial(holds, terminal, b"journal 5,000", mark), 60)
        return (done - sent) * 1e3


def _fill(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    with (folder / "journal.jsonl").open("wb") as file:
        for line in _entries():
            size += file.write(line + b"\n")
            if size > JOURNAL:
                return


def _entries() -> Iterator[bytes]:
    """A change and its outcome, again and again."""
    number = 0
    while True:
        number += 1
        name = f"web-{number % 400}"
        entry = Entry(
            number=number,
            at=1_790_000_000.0 + number,
            context="load",
            user="admin",
            says=f"scale deployment shop/{name} from 3 to 5",
            kubectl=f"kubectl scale deployment.apps/{name} --replicas=5 -n shop",
            builder="scaling.scale",
            resource="deployments.apps",
            api_version="apps/v1",
            kind="Deployment",
            session="bench-0",
            namespace="shop",
            name=name,
            uid=f"uid-{number % 400}",
            before={"replicas": 3},
        )
        yield msgspec.json.encode({"entry": entry})
        outcome = {
            "session": "bench-0",
            "number": number,
            "result": "done",
            "outcome": f"deployment.apps/{name} scaled",
        }
        yield msgspec.json.encode(outcome)


if __name__ == "__main__":
    measure(60)
