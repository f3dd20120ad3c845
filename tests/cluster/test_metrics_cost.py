"""What a poll of the metrics of 10,000 pods costs at once: it comes in portions, each painted before the next."""

import random
import time
from collections.abc import Iterator

import msgspec
import pytest

from k8stui.cluster.joins import PodLines
from k8stui.cluster.store import Store
from k8stui.cluster.view import View
from k8stui.model.codec import codec
from k8stui.model.kinds import POD_METRICS, PODS
from k8stui.model.metrics import PodUsage
from k8stui.model.pods import COLUMNS, search_text
from tests.cluster.test_joins import Told
from tests.support import objects

PODS_THERE = 10_000
MOST = 0.020
"""Seconds of work in one go: twice what is allowed on a quiet machine (10 ms), for tests run beside each other."""

pytestmark = pytest.mark.slow


def told(numbers: random.Random) -> bytes:
    """A poll in which every number is another one."""
    items = [
        {
            "metadata": {"name": f"p{number}", "namespace": "load"},
            "containers": [
                {
                    "name": "main",
                    "usage": {"cpu": f"{numbers.randrange(10**9)}n", "memory": f"{numbers.randrange(10**6)}Ki"},
                }
            ],
        }
        for number in range(PODS_THERE)
    ]
    return msgspec.json.encode({"metadata": {}, "items": items})


def steps(body: bytes, usage: Store[PodUsage], view: View) -> Iterator[float]:  # type: ignore[type-arg]
    """Processor seconds of each piece of work that the loop cannot interrupt."""
    portions = codec(POD_METRICS).portions(body)
    while True:
        start = time.process_time()
        page = next(portions, None)
        if page is None:
            return
        for row in page.rows:
            usage.put(row)
        yield time.process_time() - start
        start = time.process_time()
        view.apply()
        yield time.process_time() - start


@pytest.mark.parametrize("sort", ["STATUS", "CPU"])
def test_no_piece_of_a_poll_holds_the_loop(sort: str) -> None:
    pods, nodes, leases = Told(), Told(), Told()
    usage: Store[PodUsage] = Store()
    decoder = codec(PODS)
    for number in range(PODS_THERE):
        found = objects.pod(f"p{number}", "load", node=f"n{number % 50}", uid=f"u{number}", resourceVersion="1")
        pods.store.put(decoder.event(msgspec.json.encode(found)))
    lines = PodLines(pods, nodes, leases, now=lambda: 0.0, after=40, usage=usage)
    order = next(column.order for column in COLUMNS if column.title == sort)
    view: View = View(lines, order=order, search=search_text)  # type: ignore[type-arg]
    numbers = random.Random(7)
    list(steps(told(numbers), usage, view))
    body = told(numbers)
    took = sorted(steps(body, usage, view))
    assert len(took) == 80
    assert took[-2] < MOST  # one may be met by a collection of garbage
    first = next(iter(view.window(0, 1)))
    assert first.used is not None
    changes = lines.subscribe(lambda: None)
    list(steps(body, usage, view))
    assert not changes.dirty, "equal numbers change nothing"
