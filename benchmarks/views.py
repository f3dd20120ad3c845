"""Views: opening a kind of 10,000 objects, going from view to view, and filtering 10,000 rows as one types."""

import contextlib
import http.client
import json
import ssl
import time
from functools import partial
from urllib.parse import urlsplit

from benchmarks.cluster import Cluster, Embedded
from benchmarks.measures import holds, longer, pause, percentile, program
from benchmarks.table import Row, Table

OBJECTS = 10_000
GROUP = "bench.example"
KEYS = (("1", b"TAINTS"), ("2", b"HEALTH"), ("3", b"RESTARTS"))
"""Keys of views, and a title that stands in no other."""


def measure(samples: int) -> None:
    """All of it, on one embedded cluster."""
    with Embedded() as cluster:
        table = Table(f"{cluster.name}, views")
        fill(cluster)
        opened = [opening(cluster) for _ in range(3)]
        table.add(
            Row("open a custom kind of 10,000 objects", sorted(opened)[1], None, "ms", "median of 3, `:` to live")
        )
        table.add(
            Row("a view seen before, p99", percentile(switching(cluster, samples), 99), 100, "ms", "key to header")
        )
        keys = filtering(cluster, samples)
        note = f"{len(keys)} keys, p50 {percentile(keys, 50):.1f} ms"
        table.add(Row("filter as you type over 10,000 rows, p99", percentile(keys, 99), 16, "ms", note))


def fill(cluster: Cluster) -> None:
    """10,000 objects of a kind of its own."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    columns = [{"name": "Weight", "type": "integer", "jsonPath": ".spec.weight"}]
    version = {"name": "v1", "served": True, "storage": True, "schema": schema, "additionalPrinterColumns": columns}
    spec = {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"plural": "parcels", "kind": "Parcel"},
        "versions": [version],
    }
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"parcels.{GROUP}"},
        "spec": spec,
    }
    cluster.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
    address = urlsplit(cluster.server)
    line = http.client.HTTPSConnection(address.hostname or "", address.port, context=ssl._create_unverified_context())
    headers = {"Authorization": f"Bearer {cluster.token}", "Content-Type": "application/json"}
    for number in range(OBJECTS):
        body = {"apiVersion": f"{GROUP}/v1", "kind": "Parcel", "metadata": {"name": f"parcel-{number:05}"}}
        body |= {"spec": {"weight": number}}
        line.request("POST", f"/apis/{GROUP}/v1/namespaces/load/parcels", json.dumps(body), headers)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 201, answer.status
    line.close()


def opening(cluster: Cluster) -> float:
    """Milliseconds from enter to the complete list of the custom kind."""
    with program(cluster, "-n", "default") as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 2)  # kinds are learnt, columns settled
        mark = len(terminal.raw)
        sent = terminal.send(":parcels load\r")
        terminal.wait_for(partial(holds, terminal, b"10,000", mark), 60)
        return (terminal.log[-1][0] - sent) * 1e3


def switching(cluster: Cluster, samples: int) -> list[float]:
    """Milliseconds from a view's key to its header on the screen, once each was visited."""
    found = []
    with program(cluster, "-n", "load") as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        for key, title in KEYS:
            mark = len(terminal.raw)
            terminal.send(key)
            terminal.wait_for(partial(holds, terminal, title, mark), 60)
            with contextlib.suppress(AssertionError):
                terminal.wait_quiet(0.5, 10)
        for number in range(samples):
            key, title = KEYS[number % len(KEYS)]
            mark, sent = len(terminal.raw), terminal.send(key)
            terminal.wait_for(partial(holds, terminal, title, mark))
            found.append((terminal.log[-1][0] - sent) * 1e3)
            pause(terminal, 0.25)
    return found


def filtering(cluster: Cluster, samples: int) -> list[float]:
    """Milliseconds from a letter in the filter to the first of its repaint, over the pods of the load."""
    name = cluster.pod_names("load")[OBJECTS // 2]
    found: list[float] = []
    with program(cluster, "-n", "load") as terminal:
        terminal.wait_for(lambda: b"live" in terminal.raw, 60)
        pause(terminal, 2)
        while len(found) < samples:
            terminal.send("/")
            pause(terminal, 0.3)
            for letter in name:
                before, sent = len(terminal.raw), terminal.send(letter)
                terminal.wait_for(partial(longer, terminal, before))
                found.append((terminal.log[-1][0] - sent) * 1e3)
                pause(terminal, 0.1)
            terminal.send("\x1b")
            pause(terminal, 0.3)
            terminal.send("\x1b")
            pause(terminal, 0.5)
    return found


if __name__ == "__main__":
    started = time.monotonic()
    measure(60)
    print(f"{time.monotonic() - started:.0f} s")
