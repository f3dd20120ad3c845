"""`python -m benchmarks`: measures every budget of the design and prints tables with the limit beside each figure.

K8STUI_E2E_KUBECONFIG adds a real cluster, which should hold 10,000 pods in the namespace `load`.
"""

import argparse
import compileall
import os
import statistics
from pathlib import Path

from benchmarks import eventful, logs, measures, operations, server, views
from benchmarks.cluster import Cluster, Embedded
from benchmarks.measures import NAMESPACE
from benchmarks.table import Row, Table


def start(cluster: Cluster, table: Table, runs: int) -> None:
    """From exec to text, frame and list."""
    scale = statistics.median(measures.baseline() for _ in range(runs))
    table.add(Row("for scale: python -c 'import textual.app'", scale, None, "ms", "112 where the budgets were set"))
    found = [measures.start(cluster) for _ in range(runs)]
    for key, name, limit in (
        ("text", "exec -> first text", 20),
        ("frame", "exec -> first frame", 200),
        ("complete", "exec -> 10,000 pods complete", 1400),
    ):
        table.add(Row(name, statistics.median(each[key] for each in found), limit, "ms", f"median of {runs}"))


def steady(cluster: Cluster, table: Table, samples: int) -> None:
    """What keys and changes cost while nothing else goes on."""
    changes = measures.change_to_screen(cluster, NAMESPACE, samples)
    table.add(Row("change -> screen, p50", measures.percentile(changes, 50), 80, "ms", f"{len(changes)} creates"))
    table.add(Row("change -> screen, p99", measures.percentile(changes, 99), 150, "ms"))
    keys, _ = measures.key_to_paint(cluster, NAMESPACE, 2 * samples)
    table.add(Row("key -> paint, idle, p99", measures.percentile(keys, 99), 30, "ms", _spread(keys)))
    table.add(Row("one key (row down), 160x50", measures.bytes_of_key(cluster, NAMESPACE), 300, "B"))
    table.add(Row("one changed cell, 160x50", measures.bytes_of_change(cluster, NAMESPACE), 400, "B"))
    idle = measures.idle(cluster, NAMESPACE)
    table.add(Row("idle: bytes/s", idle["bytes"], 0, "B/s", "20 s, namespace load"))
    table.add(Row("idle: CPU", idle["cpu"], 0.5, "%"))
    table.add(Row("RSS at 10,000 pods", idle["memory"], 150, "MB"))


def under_load(churn: int, limit: float, samples: int) -> None:
    """Keys while events pour in."""
    with Embedded(churn=churn) as cluster:
        table = Table(f"{cluster.name}")
        keys, cpu = measures.key_to_paint(cluster, NAMESPACE, 2 * samples)
        table.add(
            Row(f"key -> paint at {churn:,} events/s, p99", measures.percentile(keys, 99), limit, "ms", _spread(keys))
        )
        table.add(Row("CPU of the program meanwhile", cpu, None, "%"))


def _spread(values: list[float]) -> str:
    return f"{len(values)} keys, p50 {measures.percentile(values, 50):.1f} ms"


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--runs", type=int, default=5, help="starts of the program (default 5)")
    parser.add_argument("--samples", type=int, default=60, help="changes, and half as many keys (default 60)")
    arguments = parser.parse_args()
    compileall.compile_dir("k8stui", quiet=1)  # an installed program has its bytecode
    print(f"{os.cpu_count()} cores; every figure from outside, in a pseudo terminal of 160x50")
    with Embedded() as cluster:
        table = Table(cluster.name)
        start(cluster, table, arguments.runs)
        steady(cluster, table, arguments.samples)
        table.add(Row("idle: requests/min", measures.requests_when_idle(), 1, "", "60 s, embedded, in one process"))
    under_load(1_000, 40, arguments.samples)
    under_load(10_000, 50, arguments.samples)
    views.measure(arguments.samples)
    eventful.events_view(arguments.samples)
    operations.measure(arguments.samples)
    logs.measure(arguments.runs)
    server.embedded(arguments.runs)
    real = os.environ.get("K8STUI_E2E_KUBECONFIG")
    if real:
        cluster = Cluster(Path(real), "real cluster")
        table = Table(cluster.name)
        start(cluster, table, arguments.runs)
        steady(cluster, table, arguments.samples)


if __name__ == "__main__":
    main()
